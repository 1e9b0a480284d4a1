"""The grammar of a format: values that it derives, and values with one mistake each (ISO/IEC/IEEE 29119-4:2021, 5.2.4).

A format is a sequence of runs of characters, so a regular expression decides it; every value given out was checked against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from testgen_runtime.documents.model import CharClass, Run

Mistake = Literal[
    "wrong case", "too short", "too long", "wrong character", "missing part", "extra part", "wrong order", "white space"
]
_SETS: Final[dict[CharClass, str]] = {
    "letter": "A-Za-z", "upper": "A-Z", "lower": "a-z", "digit": "0-9", "hex": "0-9A-Fa-f", "space": " ",
    "any": " -~\u00a0-\uffff",
}  # fmt: skip
_SAMPLES: Final[dict[CharClass, str]] = {
    "letter": "ABCDEFGHKLMNPRSTUVWXYZ", "upper": "ABCDEFGHKLMNPRSTUVWXYZ", "lower": "abcdefghkmnprstuvwxyz",
    "digit": "1234567890", "hex": "1A2B3C4D5E6F7890", "space": " ", "any": "Ab7cd8ef9",
}  # fmt: skip
_OUTSIDE: Final = "A7b#é"
"""Candidates for a character that a run does not take: a letter for digits, a digit for letters, a sign for both."""
_LONGEST: Final = 64
"""Characters of a derived value: longer ones belong to the limit on the length."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """What a limit beside the format says of the whole length; None: nothing."""

    least: int | None = None
    most: int | None = None


def matches(syntax: Sequence[Run], value: str) -> bool:
    """Whether the format takes `value`."""
    return re.fullmatch("".join(_expression(run) for run in syntax), value) is not None


def _expression(run: Run) -> str:
    count = f"{{{run.least},{'' if run.most is None else run.most}}}"
    if not run.classes:
        return f"(?:{re.escape(run.also)}){count}"
    return f"[{''.join(_SETS[one] for one in run.classes)}{re.escape(run.also)}]{count}"


def derivations(syntax: Sequence[Run], lengths: Lengths | None = None) -> tuple[str, ...]:
    """The shortest value that the format takes and, where a run varies, a longer one; none where no value is short enough."""
    lengths = lengths or Lengths()
    shortest = "".join(_sample(run, max(run.least, 0)) for run in syntax)
    found = [_filled(syntax, max(len(shortest), lengths.least or 0, 1)), _filled(syntax, _longer(syntax, lengths))]
    return tuple(
        dict.fromkeys(
            value
            for value in found
            if value.strip() and len(value) <= min(_LONGEST, lengths.most or _LONGEST) and matches(syntax, value)
        )
    )


def _longer(syntax: Sequence[Run], lengths: Lengths) -> int:
    """The length of the longer value: every run at its upper end, an open one three characters above its lower end."""
    total = sum((run.least + 3 if run.most is None else run.most) * _width(run) for run in syntax)
    total = min(total, lengths.most or total)
    return max(total, lengths.least or 0)


def _width(run: Run) -> int:
    return 1 if run.classes else len(run.also)


def _filled(syntax: Sequence[Run], length: int) -> str:
    """A value with every run at its least, and runs that may be longer filled up to `length` from the left."""
    missing = length - sum(run.least * _width(run) for run in syntax)
    parts = []
    for run in syntax:
        room = missing if run.most is None else min(missing, (run.most - run.least) * _width(run))
        more = max(0, room) // max(1, _width(run))
        missing -= more * _width(run)
        parts.append(_sample(run, run.least + more))
    return "".join(parts)


def _sample(run: Run, count: int) -> str:
    """`count` characters of a run: its classes in turn; a sign of `also` inside where there is room for one."""
    if not run.classes:
        return run.also * count
    pools = [_SAMPLES[one] for one in run.classes]
    letters = [pools[i % len(pools)][(i // len(pools)) % len(pools[i % len(pools)])] for i in range(count)]
    if run.also and count > 3:
        letters[count // 2] = run.also[0]
    return "".join(letters)


def mutations(syntax: Sequence[Run], lengths: Lengths | None = None) -> Iterator[tuple[Mistake, str]]:
    """One value for each mistake that can be made, each refused by the format. Where a limit tells the lengths, a value is
    neither shortened nor lengthened: that is the limit's test."""
    base = next(iter(derivations(syntax, lengths)), "")
    if not base:
        return
    seen = {base}
    for mistake, candidates in _mistakes(syntax, base):
        if lengths is not None and mistake in ("too short", "too long", "missing part", "extra part"):
            continue
        for value in candidates:
            if (
                value
                and value == value.strip()
                and value not in seen
                and len(value) <= _LONGEST + 4
                and value[0].isalnum() >= base[0].isalnum()
                and not matches(syntax, value)
            ):
                seen.add(value)
                yield mistake, value
                break


def _mistakes(syntax: Sequence[Run], base: str) -> Iterator[tuple[Mistake, list[str]]]:
    parts = _parts(syntax, base)
    whole = range(len(parts))

    def swapped(i: int, text: str) -> str:
        return "".join(text if j == i else part for j, part in enumerate(parts))

    of_classes = [i for i in whole if syntax[i].classes]
    yield "too short", [swapped(i, parts[i][:-1]) for i in reversed(of_classes) if len(parts[i]) > 1]
    yield "too long", [swapped(i, parts[i] + _sample(syntax[i], len(parts[i]) + 1)[-1:]) for i in reversed(of_classes)]
    yield "wrong character", [swapped(i, parts[i][:-1] + sign) for i in of_classes if parts[i] for sign in _OUTSIDE]
    yield "wrong case", [swapped(i, parts[i][:-1] + parts[i][-1].swapcase()) for i in of_classes if parts[i][-1:].isalpha()]
    yield "missing part", [swapped(i, "") for i in whole] if len(parts) > 1 else []
    yield "extra part", [base + extra for extra in ("-1", "X", "#")]
    yield (
        "wrong order",
        [
            "".join([*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]])
            for i in range(len(parts) - 1)
            if parts[i] != parts[i + 1]
        ],
    )
    yield "white space", [f"{base[: len(base) // 2]} {base[len(base) // 2 :]}"] if len(base) > 1 else []


def _parts(syntax: Sequence[Run], base: str) -> list[str]:
    """`base` cut into its runs."""
    found = re.fullmatch("".join(f"({_expression(run)})" for run in syntax), base)
    return list(found.groups()) if found else [base]
