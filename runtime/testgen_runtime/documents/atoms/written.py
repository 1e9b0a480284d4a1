"""How one place of the text says that a value is written, and the notations of patterns that no language owns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.model import CharClass, KnownFormat, Run


@dataclass(frozen=True, slots=True)
class Mention:
    """A format in the clean text: the offsets `[start, end)` hold its wording. See `documents.model.Format`."""

    subject: str
    pattern: str
    syntax: tuple[Run, ...]
    known: KnownFormat | None
    example: str
    start: int
    end: int

    @property
    def counts_characters(self) -> bool:
        """Whether the numbers inside the wording tell how many characters of a sort stand there, and limit nothing else."""
        return len(self.syntax) > 1


_FIELD = r"(?:YYYY|yyyy|YY|yy|MMM|MM|mm|DD|dd|HH|hh|SS|ss)"
DATE_OR_TIME: Final = re.compile(rf"(?<![A-Za-z0-9]){_FIELD}(?:[-/.: T_]?{_FIELD}){{1,5}}Z?(?![A-Za-z0-9])")
"""A pattern such as YYYY-MM-DD, HH:mm or YYYYMMDD."""
MASK: Final = re.compile(r"(?<![\w-])(?=[A-Z9#-]*[9#N])(?:[AXLN9#]{1,12})(?:[-/. ][AXLN9#]{1,12}){0,5}(?![\w-])")
"""A mask of characters such as AAA-9999 or NNN-NNN; only where the text calls it a format."""
EXPRESSION: Final = re.compile(
    r"\^?(?:(?:\[[^\[\]\s]{1,30}\]|\\[dw]|[A-Za-z0-9_/@:-]|\\[.\-/])(?:\{\d{1,3}(?:,\d{0,3})?\}|[+*?])?){1,20}\$?"
)
"""A regular expression of sets, literals and counts."""
_STEP = re.compile(r"(?P<set>\[[^\[\]\s]{1,30}\]|\\[dw])|\\?(?P<one>.)", re.DOTALL)
_COUNT = re.compile(r"\{(\d{1,3})(?:(,)(\d{0,3}))?\}|([+*?])")
_MASKED: dict[str, tuple[CharClass, ...]] = {
    "A": ("upper",), "L": ("upper",), "X": ("upper", "digit"), "N": ("digit",), "9": ("digit",), "#": ("digit",),
}  # fmt: skip


def of_date(pattern: str) -> tuple[tuple[Run, ...], KnownFormat]:
    """The runs of a date or time pattern, and which of the two it is."""
    runs: list[Run] = []
    for field in re.finditer(rf"{_FIELD}|.", pattern):
        word = field[0]
        if len(word) == 1:
            runs.append(Run((), word))
        else:
            runs.append(Run(("letter",), "", 3, 3) if word == "MMM" else Run(("digit",), "", len(word), len(word)))
    day = re.search(r"[YyDd]", pattern)
    clock = re.search(r"[HhSs]", pattern)
    return tuple(runs), "date-time" if day and clock else "date" if day else "time"


def of_mask(pattern: str) -> tuple[Run, ...]:
    """The runs of a mask: A a letter, 9 a digit, X either; anything else stands for itself."""
    runs = []
    for same in re.finditer(r"(.)\1*", pattern):
        classes = _MASKED.get(same[1])
        size = len(same[0])
        runs.append(Run(classes, "", size, size) if classes else Run((), same[0]))
    return tuple(runs)


def of_expression(pattern: str) -> tuple[Run, ...]:
    """The runs of a regular expression, () where it has more than sets, literals and counts."""
    text = pattern.removeprefix("^").removesuffix("$")
    runs: list[Run] = []
    at = 0
    while at < len(text):
        step = _STEP.match(text, at)
        assert step is not None  # `.` matches anything
        at = step.end()
        least: int = 1
        most: int | None = 1
        if count := _COUNT.match(text, at):
            at = count.end()
            if count[4]:
                least, most = {"+": (1, None), "*": (0, None), "?": (0, 1)}[count[4]]
            else:
                least = int(count[1])
                most = least if not count[2] else int(count[3]) if count[3] else None
        if step["set"]:
            classes, also = _set(step["set"])
            runs.append(Run(classes, also, least, most))
        elif runs and not runs[-1].classes and (least, most) == (1, 1) == (runs[-1].least, runs[-1].most):
            runs[-1] = Run((), runs[-1].also + step["one"])
        else:
            runs.append(Run((), step["one"], least, most))
    return tuple(runs)


def _set(text: str) -> tuple[tuple[CharClass, ...], str]:
    """The classes and the further characters of one set."""
    if text in (r"\d", r"\w"):
        return (("digit",), "") if text == r"\d" else (("letter", "digit"), "_")
    inner = text[1:-1]
    classes: list[CharClass] = []
    for written, name in (
        ("A-Za-z", "letter"),
        ("a-zA-Z", "letter"),
        ("A-Z", "upper"),
        ("a-z", "lower"),
        ("0-9", "digit"),
        (r"\d", "digit"),
    ):
        if written in inner:
            inner = inner.replace(written, "", 1)
            classes.append(name)  # type: ignore[arg-type]
    return tuple(classes), inner.replace("\\", "")
