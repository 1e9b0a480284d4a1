"""What the gates look at: the lines of a case, and what they may know besides it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.techniques.model import TestPoint


@dataclass(frozen=True, slots=True)
class Facts:
    """What a gate may know besides the case itself."""

    requirement: Requirement
    document: Document
    point: TestPoint
    accepted: Sequence[Case]


def texts(case: Case) -> list[str]:
    """Every line of a case that somebody wrote."""
    steps = [line for step in case.steps for line in (step.action, step.expected)]
    return [case.title, *case.preconditions, *steps, *case.test_data.values()]


HANZI_RUN: Final = re.compile(r"[\u3400-\u9fff]+")


def has_hanzi(text: str) -> bool:
    """Whether there is a Chinese character in the text."""
    return bool(HANZI_RUN.search(text))


def squeezed(text: str) -> str:
    """The letters and digits alone, in lower case."""
    return re.sub(r"\W+", "", text.lower())
