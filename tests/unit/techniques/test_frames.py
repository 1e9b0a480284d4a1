"""One bound, told in many ways of several things: whatever a sentence's frame, what is accepted meets the bound, what is refused
breaks it, and the bound itself is tried. Each frame is a construction, each row of words another domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest
from tests.unit.techniques.test_scope import points

Verdict = Callable[[Decimal], bool]

# what is told of (with its article, alone, several), what is measured, the bound, its unit, what becomes of it
ENGLISH = (
    ("an uploaded file", "uploaded file", "files", "size", 25, "MB", "stored"),
    ("a parcel", "parcel", "parcels", "weight", 30, "kg", "accepted"),
    ("an expense claim", "expense claim", "claims", "amount", 150, "EUR", "approved"),
)
CHINESE = (
    ("病历影像附件", "大小", 15, "MB", "上传"),
    ("包裹", "重量", 30, "千克", "揽收"),
    ("报销单", "金额", 5000, "元", "提交"),
)
AT_MOST = (
    "The system shall reject {at} whose {a} exceeds {v} {u}; {at} with a {a} of up to {v} {u} shall be {p}.",
    "{At} shall be {p} only if its {a} is at most {v} {u}; otherwise it shall be rejected.",
    "The {a} of {at} must not exceed {v} {u}. {At} that exceeds this limit shall be refused.",
    "The {a} of {at} shall be {v} {u} or less; {at} above this limit shall be rejected.",
    "If the {a} of {at} is greater than {v} {u}, the system shall refuse it; otherwise it shall be {p}.",
    "{At} with a {a} of more than {v} {u} must be rejected, while {at} with a {a} of {v} {u} or less is {p}.",
    "The maximum {a} of {at} is {v} {u}; anything above that shall be rejected.",
    "No {t} with a {a} above {v} {u} shall be {p}.",
    "{Ts} with a {a} not exceeding {v} {u} are {p}; all others are refused.",
    "The system accepts {at} when its {a} is no more than {v} {u} and rejects it when the {a} is more than {v} {u}.",
    "Unless the {a} of {at} is {v} {u} or less, the system shall reject it.",
    "The {a} of {at} is limited to {v} {u}; if it exceeds the limit, the {t} is rejected.",
    "{Ts} exceeding {v} {u} in {a} shall be refused, all other {ts} shall be {p}.",
    "系统应拒绝大于 {v} {u} 的{t}；不大于 {v} {u} 的{t}应被接受。",
    "系统应拒绝{a}超过 {v} {u} 的{t}；{a}在 {v} {u} 及以内的{t}应被接受。",
    "{a}超过 {v} {u} 的{t}，系统应拒绝{p}；{v} {u} 及以下的{t}应予{p}。",
    "{t}的{a}不得超过 {v} {u}，超过的应拒绝{p}。",
    "{t}{a}上限为 {v} {u}，超出上限的{t}应被拒绝。",
    "{t}{a}最多 {v} {u}，超出的系统不予{p}。",
    "若{t}{a}大于 {v} {u}，系统应拒绝{p}；{a}小于或等于 {v} {u} 时允许{p}。",
    "只有{a}不超过 {v} {u} 的{t}才可以{p}，超过 {v} {u} 的应拒绝。",
    "仅允许{p}{a}不超过 {v} {u} 的{t}，超过的应予拒绝。",
    "{t}{a}≤{v} {u} 时允许{p}，＞{v} {u} 时拒绝{p}。",
    "禁止{p}{a}大于 {v} {u} 的{t}；{a}不大于 {v} {u} 的可以{p}。",
    "对于{a}超过 {v} {u} 的{t}，系统一律拒绝{p}；其余{t}正常{p}。",
)
LESS_THAN = (
    "{At} shall be {p} only if its {a} is less than {v} {u}; at {v} {u} or more it shall be rejected.",
    "The {a} of {at} must be below {v} {u}, otherwise the {t} shall be rejected.",
    "If the {a} of {at} is {v} {u} or more, the system shall reject it; below {v} {u} it shall be {p}.",
    "{Ts} under {v} {u} are {p}; {ts} of {v} {u} and more are refused.",
    "{t}的{a}应小于 {v} {u}，达到或超过 {v} {u} 的应拒绝{p}。",
    "{a}达到 {v} {u} 的{t}，系统应拒绝{p}；{a}不足 {v} {u} 的应予{p}。",
    "{t}{a}必须低于 {v} {u}，否则拒绝{p}。",
    "{t}{a}小于 {v} {u} 时允许{p}；等于或大于 {v} {u} 时，系统应拒绝{p}。",
)
AT_LEAST = (
    "{At} shall be {p} only if its {a} is {v} {u} or more.",
    "The {a} of {at} must be at least {v} {u}; otherwise it shall be rejected.",
    "The {a} of {at} must not be less than {v} {u}. Any {t} below this limit shall be refused.",
    "The minimum {a} of {at} is {v} {u}; anything below that shall be rejected.",
    "The system shall reject {at} with a {a} below {v} {u}; from {v} {u} upwards it shall be {p}.",
    "{At} is {p} provided that its {a} is {v} {u} or above, and rejected if it is lower.",
    "{At} needs a {a} of at least {v} {u} to be {p}; with less, it is rejected.",
    "{t}{a}不得低于 {v} {u}，低于 {v} {u} 的应被拒绝。",
    "{t}的{a}不少于 {v} {u} 方可{p}，不足 {v} {u} 的系统应拒绝{p}。",
    "{t}{a}至少为 {v} {u}，否则系统应拒绝{p}。",
    "{a}满 {v} {u} 的{t}可以{p}；不满 {v} {u} 的应拒绝{p}。",
    "只有当{t}{a}不低于 {v} {u} 时，系统才允许{p}。",
    "{t}{a}下限为 {v} {u}，低于下限的系统拒绝{p}。",
    "除非{t}的{a}达到 {v} {u}，否则系统应拒绝{p}。",
)
MORE_THAN = (
    "{At} shall be {p} only if its {a} is more than {v} {u}; at {v} {u} or less it shall be rejected.",
    "The {a} of {at} has to be above {v} {u}; where it is {v} {u} or less, the system rejects it.",
    "{t}{a}必须大于 {v} {u}，否则系统应拒绝{p}。",
    "{t}{a}超过 {v} {u} 方可{p}，{v} {u} 及以下的应被拒绝。",
)
FRAMES: tuple[tuple[tuple[str, ...], Callable[[Decimal, Decimal], bool]], ...] = (
    (AT_MOST, lambda bound, n: n <= bound),
    (LESS_THAN, lambda bound, n: n < bound),
    (AT_LEAST, lambda bound, n: n >= bound),
    (MORE_THAN, lambda bound, n: n > bound),
)


def sentences() -> Iterator[tuple[str, Decimal, Verdict]]:
    """Every frame with the words of every row of its language."""
    for frames, meets in FRAMES:
        for frame in frames:
            for text, bound in worded(frame):
                yield text, bound, partial(meets, bound)


def worded(frame: str) -> Iterator[tuple[str, Decimal]]:
    if frame.isascii():
        for at, t, ts, a, v, u, p in ENGLISH:
            told = frame.format(at=at, At=at.capitalize(), t=t, ts=ts, Ts=ts.capitalize(), a=a, v=v, u=u, p=p)
            yield told.replace("a amount", "an amount"), Decimal(v)
        return
    for t, a, v, u, p in CHINESE:
        yield frame.format(t=t, a=a, v=v, u=u, p=p), Decimal(v)


@pytest.mark.parametrize(("text", "bound", "meets"), list(sentences()))
def test_a_bound_is_read_whatever_the_frame(text: str, bound: Decimal, meets: Verdict) -> None:
    found: dict[bool, set[Decimal]] = {True: set(), False: set()}
    for point in points(text):
        if point.inputs and point.reason not in OUTSIDE:
            (value,) = point.inputs.values()
            found[point.polarity == "positive"].add(Decimal(value.value))
    assert all(meets(n) for n in found[True])
    assert not any(meets(n) for n in found[False])
    assert found[True]
    assert found[False]
    assert bound in found[meets(bound)]


OUTSIDE = ("zero", "negative", "为零", "为负数")
"""Values that are no amounts at all, whatever the bound says."""
