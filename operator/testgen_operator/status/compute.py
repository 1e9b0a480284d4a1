"""Status of a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from testgen_operator.plan.facts import Facts
from testgen_operator.resources.problems import Problem
from testgen_operator.resources.project import TestGenProject


def compute(
    project: TestGenProject | Sequence[Problem],
    facts: Facts | None,
    previous: Mapping[str, Any],
    now: datetime,
    *,
    generation: int = 0,
) -> dict[str, Any]:
    """The whole status. With problems instead of a project, `generation` says which spec they are of."""
    raise NotImplementedError
