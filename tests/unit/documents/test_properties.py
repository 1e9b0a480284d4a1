"""What holds for every document: only our errors, verbatim spans, unique and stable ids, work that grows with the text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.documents.reading import LIMITS, document
from tests.unit.documents.word import word

from testgen_runtime.documents.model import Document, Limit
from testgen_runtime.documents.read import read, read_text
from testgen_runtime.errors import TestGenError

VOCABULARY = (
    "The a system user order password file state shall must not may if unless and or otherwise , . ; : ( ) at least most 8 64 25 "
    "MB EUR characters between from to Created Paid REQ-1 ## - | ` * “ ” a) 1. only reject accept 用户 系统 应 "
    "不得 必须 当 时 ， 。 "
    "； 超过 不少于 3 天 “已支付” 状态 管理员 和 或 且 否则 可以 十万 元 ~~ < > & [ ] 半 %"
)
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n", "\t", " "])
TEXTS = st.lists(WORDS, min_size=1, max_size=80).map(" ".join)
STATEMENTS = [
    "A password shall have at least 8 and at most 64 characters.",
    "The system shall reject a file larger than 25 MB.",
    "只有管理员可以导出账单；访客导出账单时，系统应拒绝。",
    "An order may be cancelled while its state is Created or Paid.",
    "如果用户未登录，系统应跳转到登录页。",
    "The door shall lock.",
]


def holds(read_: Document) -> None:
    text = read_.text
    ids = [r.id for r in read_.requirements]
    assert len(set(ids)) == len(ids)
    for requirement in read_.requirements:
        assert requirement.text == requirement.span.cut(text) != ""
        names = [a.id for a in requirement.atoms]
        assert names
        assert len(set(names)) == len(names)
        for atom in requirement.atoms:
            assert atom.text == atom.span.cut(text) != ""
            assert requirement.span.start <= atom.span.start < atom.span.end <= requirement.span.end
            if isinstance(atom.value, Limit):
                for bound in (atom.value.lower, atom.value.upper):
                    assert bound is None or requirement.span.start <= bound.span.start < bound.span.end <= requirement.span.end
                assert atom.value.lower is not None or atom.value.upper is not None
                assert atom.value.step > 0


def outcome(reading: Callable[[], Document]) -> Document | None:
    """The document, checked; None where it was refused with one of our errors, which all say how to mend it."""
    try:
        read_ = reading()
    except TestGenError as error:
        return None if error.mend else pytest.fail(f"no mend: {error}")
    holds(read_)
    return read_


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text_gives_verbatim_quotes_or_our_error(text: str) -> None:
    read_ = outcome(lambda: read_text(text, limits=LIMITS))
    assert read_ == outcome(lambda: read_text(text, limits=LIMITS))


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=600) | st.text(max_size=300).map(str.encode), st.sampled_from(["a.md", "a.txt", "a.docx", "a", "a.pdf"])
)
def test_any_bytes_give_a_document_or_our_error(data: bytes, name: str) -> None:
    outcome(lambda: read(data, name, limits=LIMITS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_word_file_gives_a_document_or_our_error(data: st.DataObject) -> None:
    whole = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    outcome(lambda: read(bytes(whole), "a.docx", limits=LIMITS))


GOOD = word(lambda d: [d.add_paragraph(s) for s in STATEMENTS])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, unique=True), st.integers(0, 6))
def test_ids_and_atoms_stay_when_an_unrelated_requirement_is_added(statements: list[str], at: int) -> None:
    before = document("\n\n".join(statements))
    more = [*statements[:at], "The lamp must glow for 3 minutes.", *statements[at:]]
    after = {r.id: r for r in document("\n\n".join(more)).requirements}
    for requirement in before.requirements:
        assert after[requirement.id].text == requirement.text
        assert [(a.id, a.text) for a in after[requirement.id].atoms] == [(a.id, a.text) for a in requirement.atoms]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(STATEMENTS), min_size=1, unique=True))
def test_word_and_markdown_agree(statements: list[str]) -> None:
    a = read(word(lambda d: [d.add_paragraph(s) for s in statements]), "a.docx", limits=LIMITS)
    b = document("\n\n".join(statements))
    assert [(r.id, r.text) for r in a.requirements] == [(r.id, r.text) for r in b.requirements]


def work(text: str) -> int:
    """Function calls that reading `text` takes, in Python and in C: a count that does not depend on the machine."""
    count = 0

    def step(_frame: Any, event: str, _argument: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    before = sys.getprofile()
    sys.setprofile(step)
    try:
        with suppress(TestGenError):
            read_text(text, limits=LIMITS)
    finally:
        sys.setprofile(before)
    return count


REPEATED = [
    ("requirements", "- The order {i} shall be at least 8 EUR if the customer {i} is a member, otherwise it shall be denied.\n"),
    ("zh", "- 订单 {i} 金额超过 {i} 元时，系统应拒绝；未实名认证的用户不得提现。\n"),
    ("headings", "## REQ-{i}\n\nThe door shall lock.\n\n"),
    ("nested", "> - The door {i} shall lock\n"),
    ("rows", "| REQ-{i} | The door shall lock |\n"),
    ("brackets", "[[[{i}](](*_`~~<!-- \n\n"),
]


@pytest.mark.parametrize("line", [c[1] for c in REPEATED], ids=[c[0] for c in REPEATED])
def test_work_grows_with_the_text_and_no_faster(line: str) -> None:
    small, large = (work("# Requirements\n\n" + "".join(line.format(i=i) for i in range(n))) for n in (50, 400))
    assert large <= small * 8 * 1.35 + 2_000


HOSTILE = [
    "at least " * 20_000,
    "shall " * 20_000,
    "1 to " * 20_000,
    "“" * 50_000,
    "不得" * 30_000 + "超过 3 天",
    "当" * 50_000 + "时，应",
    "a, " * 40_000 + "and b shall be one of",
    "的用户" * 30_000,
    "REQ-" * 30_000,
    "`" * 60_000,
    "*" * 60_000,
    "- " * 20_000 + "shall",
    ">" * 20_000 + "shall",
    "[" * 50_000 + "shall",
    "|" * 50_000 + "\n|---|\n",
    "#" * 50_000 + " shall",
    "9" * 50_000 + " EUR shall be at least",
    "万亿" * 30_000 + "元以上应",
    "If " + "x and " * 20_000 + "y, the system shall stop.",
    "只有" + "管理员、" * 20_000 + "可以导出",
    "[source]\n----\n" * 20_000,
    "<!--" * 30_000,
    "A" * 100_000 + " shall",
    "Only " + "Administrator or " * 20_000 + "may go",
]


@pytest.mark.parametrize("text", HOSTILE, ids=[f"{i}-{t[:12]!r}" for i, t in enumerate(HOSTILE)])
@pytest.mark.timeout(60)  # a hang, not a speed: each takes well under a second or two
def test_hostile_repetition_ends(text: str) -> None:
    outcome(lambda: read_text("REQ-1: The door shall lock.\n\n" + text, limits=LIMITS))
