"""What `testgen golden` says of a candidate, as a measurement. Pure.

Its record: {verdict: Better|Equal|Worse|Inconclusive|Skipped|Invalid, message, figures: [{name, active, candidate, verdict}]}.
Skipped (the serving release does not answer) is no obstacle: a broken release must be replaceable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.rollout.figures import BEYOND, Figure, Measured
from testgen_operator.rollout.model import Result, Verdict

_VERDICTS: Final[Mapping[str, tuple[Verdict, str]]] = {
    "Better": (Verdict.SUCCESSFUL, ""),
    "Equal": (Verdict.SUCCESSFUL, ""),
    "Skipped": (Verdict.SUCCESSFUL, ""),
    "Worse": (Verdict.FAILED, "GoldenSetWorse"),
    "Invalid": (Verdict.FAILED, "GoldenSetInvalid"),
    "Inconclusive": (Verdict.INCONCLUSIVE, "AnalysisInconclusive"),
}
MOST_FIGURES: Final = 12
SKIPPED: Final = Figure("golden.skipped", None, 0.0, Verdict.SUCCESSFUL)
"""So that the release's record says that nothing was compared."""


def judge(result: Result, record: Mapping[str, Any], message: str) -> Measured | None:
    """None while the comparison has not ended. A Job that succeeded and whose words are lost has found nothing worse; one that
    failed without a verdict has compared nothing."""
    if result in (Result.ABSENT, Result.RUNNING):
        return None
    said = record.get("verdict")
    if isinstance(said, str) and said in _VERDICTS:
        verdict, reason = _VERDICTS[said]
        figures = _figures(record.get("figures")) or ((SKIPPED,) if said == "Skipped" else ())
        return Measured(verdict, "golden", f"golden set: {said}. {message}".strip(), reason, figures)
    if result is Result.SUCCEEDED:
        return Measured(Verdict.SUCCESSFUL, "golden", "golden set: not worse")
    words = f"golden set: the comparison did not end by itself. {message}".strip()
    return Measured(Verdict.INCONCLUSIVE, "golden", words, "AnalysisInconclusive")


def _figures(given: object) -> tuple[Figure, ...]:
    """What the record tells of each figure: its value is the candidate's, its limit the serving release's."""
    found = []
    for one in given if isinstance(given, list) else []:
        if not isinstance(one, Mapping):
            continue
        verdict = {"Worse": Verdict.FAILED, "Inconclusive": Verdict.INCONCLUSIVE}.get(str(one.get("verdict")), Verdict.SUCCESSFUL)
        name, limit = f"golden.{str(one.get('name', ''))[:40]}", _number(one.get("active"))
        found.append(Figure(name, _number(one.get("candidate")), limit if limit is not None else 0.0, verdict))
    return tuple(found[:MOST_FIGURES])


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return max(-BEYOND, min(float(value), BEYOND))
