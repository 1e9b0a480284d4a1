"""What is measured of the cases that one release wrote for the golden set. Pure.

| figure | what | better |
|---|---|---|
| coverage | requirements of the set with a case and no atom without one, 0..1 | higher |
| atoms | atoms of the set's requirements that a case exercises | higher |
| points | techniques with their data, each counted once for a requirement: a bound that is lost covers no atom less | higher |
| grounding | cases whose quotes all stand verbatim in the document, 0..1 | higher |
| schema | cases that are of the form that the API promises, 0..1 | higher |
| byModel | cases worded by a model, 0..1 | higher |
| duplicates | cases that are all but a few letters an earlier one of their requirement, 0..1 | lower |
| seconds | from the job's start to its end | lower |
| tokens | what models consumed | lower |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from testgen_runtime.cases.model import Case
from testgen_runtime.generation.similarity import grams, jaccard, substance
from testgen_runtime.storage.json import encode

NEAR: Final = 0.9


@dataclass(frozen=True, slots=True)
class Written:
    """One release's figures; None: it could not be told. `exhausted`: the token budget ended before the cases did. `degraded`:
    what did not answer while they were written."""

    coverage: float | None = None
    atoms: float | None = None
    points: float | None = None
    grounding: float | None = None
    schema: float | None = None
    by_model: float | None = None
    duplicates: float | None = None
    seconds: float | None = None
    tokens: float | None = None
    cases: int = 0
    exhausted: bool = False
    degraded: tuple[str, ...] = ()


def measure(text: str, requirements: int, job: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]) -> Written:
    """The figures of a job over the document `text` with so many requirements, and of its cases as the API gave them. Total:
    what is not there or of another form is no figure."""
    result = _mapping(job.get("result"))
    coverage, by_writer = _mapping(result.get("coverage")), _mapping(result.get("written_by"))
    covered, written = _number(coverage.get("requirements_covered")), sum(_number(value) or 0.0 for value in by_writer.values())
    valid = [case for case in map(_case, cases) if case is not None]
    return Written(
        coverage=None if covered is None else min(1.0, covered / requirements),
        atoms=_number(coverage.get("atoms_covered")),
        points=float(len({_point(case) for case in valid})) if cases else None,
        grounding=_share(sum(_is_grounded(text, case) for case in cases), len(cases)),
        schema=_share(len(valid), len(cases)),
        by_model=_share(_number(by_writer.get("model")) or 0.0, written),
        duplicates=_share(_copies(valid), len(valid)),
        seconds=_seconds(job.get("started_at"), job.get("finished_at")),
        tokens=_number(result.get("tokens")),
        cases=len(cases),
        exhausted=result.get("budget_exhausted") is True,
        degraded=tuple(sorted(str(leg)[:40] for leg in _list(result.get("degraded")))[:10]),
    )


def _case(found: Mapping[str, Any]) -> Case | None:
    try:
        return Case.model_validate_json(encode(dict(found)))
    except (ValidationError, TypeError, ValueError):
        return None


def _point(case: Case) -> tuple[object, ...]:
    return (case.requirement_ids, case.technique, tuple(sorted(case.test_data.items())))


def _is_grounded(text: str, case: Mapping[str, Any]) -> bool:
    evidence = case.get("evidence")
    if not isinstance(evidence, list) or not evidence:
        return False
    return all(_stands(text, _mapping(one)) for one in evidence)


def _stands(text: str, evidence: Mapping[str, Any]) -> bool:
    quote, start, end = evidence.get("quote"), evidence.get("start"), evidence.get("end")
    places = isinstance(start, int) and isinstance(end, int) and 0 <= start < end
    return bool(isinstance(quote, str) and quote and places and text[start:end] == quote)


def _copies(cases: Sequence[Case]) -> int:
    seen: dict[tuple[str, ...], list[frozenset[str]]] = defaultdict(list)
    copies = 0
    for case in cases:
        own, earlier = grams(substance(case)), seen[case.requirement_ids]
        copies += any(jaccard(own, other) > NEAR for other in earlier)
        earlier.append(own)
    return copies


def _seconds(start: object, end: object) -> float | None:
    try:
        return max(0.0, (datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))).total_seconds())
    except (ValueError, TypeError):
        return None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
