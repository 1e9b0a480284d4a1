"""What a Kubernetes API server says to an object that it refuses: which fields, and whether its words say what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.resources.problems import Problem
from testgen_operator.resources.rules import RULES

OURS: Final = frozenset(rule.message for rule in RULES)
OWN_SHAPES: Final = re.compile(
    r"unknown field"
    r'|Unsupported value: .+: supported values: "\w[-\w]*"(, "\w[-\w]*")*'
    r'|Invalid value: [^:]*: \S+ in body must be of type [a-z,]+: "[a-z]+"'
    r"|Invalid value: [^:]*: \S+ in body should be (less|greater) than or equal to -?\d+"
    r"|Invalid value: [^:]*: \S+ in body should have at (least|most) \d+ (items|properties|chars long)"
    r"|Invalid value: -\d+: should be a non-negative integer"  # these two: of the scale subresource, beside the field's own
    r"|Invalid value: 0: \S+ accessor error: \S+ is of the type \w+, expected int64"
    r'|"\S+" must validate at least one schema \(anyOf\)'  # beside the two types that a quantity may have
    r"|Too (long|many): (may not be more than|must have at most) \d+ (bytes|items)"
    r"|Required value"
    r"|Duplicate value: \{.+\}",
    re.DOTALL,
)
"""The API server's own words of types, enumerations, bounds, what is missing and what is there twice. All others are a rule's."""
NOT_LOOKED_AT: Final = "some validation rules were not checked because the object was invalid"


def problems(status: Mapping[str, Any]) -> list[Problem]:
    """What a Status complains of, each with its field. A rule of the whole object names its field itself."""
    unknown = re.findall(r'unknown field "([^"]+)"', status.get("message") or "")
    found = [Problem(field, "unknown field") for field in unknown]
    for cause in (status.get("details") or {}).get("causes") or ():
        words = str(cause["message"])
        if NOT_LOOKED_AT in words:
            continue
        rule = re.sub(r'^Invalid value: ("[^"]*"|null): ', "", words)
        field = rule.split()[0].strip('"') if cause["field"] == "<nil>" else str(cause["field"])
        found.append(Problem(field, rule if rule in OURS or cause["field"] == "<nil>" else words))
    return found


def says_what_to_do(problem: Problem) -> bool:
    """That every rule of ours does is shown in tests/unit/operator/test_specs.py."""
    return problem.message in OURS or OWN_SHAPES.fullmatch(problem.message) is not None
