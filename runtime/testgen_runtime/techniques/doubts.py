"""Where an English requirement says more than its atoms: a point whose verdict is not sure is left out.

A wrong verdict costs a tester more than a case that is missing; the sentences themselves still get tests of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from testgen_runtime.documents.model import AtomKind, Condition, Limit, State
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.view import View

_COMPARED = re.compile(
    r"\b(?:up to|at most|at least|(?:no|not) (?:more|less|fewer|later|earlier) than|more than|less than|fewer than|"
    r"(?:maximum|minimum|limit|value) of)"
    r"\s(?:(?!\d)[^\s.;,]+\s){0,3}(?P<number>\d[\d,]*(?:\.\d+)?)(?!\s?(?:\w+\s)?(?:times|attempts))",
    re.IGNORECASE,
)
_TWO_VERBS = re.compile(r"\b(?:has|have|lacks?|contains?) (?:it|them|one) (?:is|are|was|were)\b", re.IGNORECASE)
_NO_OWNER = re.compile(r"(?:only|nobody|anybody|anyone|everyone|no one|neither)\b", re.IGNORECASE)
_OWN_AND_OTHERS = re.compile(r"\b(?:its|their|his|her) (?:owner|author|creator|sender)\b", re.IGNORECASE)


def doubtful(view: View, rule: Rule) -> bool:
    """Whether the text tells more of this rule than its factors do, so that their verdicts are not sure."""
    if view.language != "en":
        return False
    if any(_TWO_VERBS.search(value.text) for _, value in view.of(Condition)):
        return True
    if any(_NO_OWNER.match(value.subject) for _, value in view.of(State)):
        return True
    kinds = {factor.kind for factor in rule.factors}
    if _OWN_AND_OTHERS.search(view.requirement.text) and kinds & {AtomKind.STATE, AtomKind.ACTOR}:
        return AtomKind.ACTOR not in kinds or AtomKind.STATE not in kinds
    return AtomKind.LIMIT in kinds and _unread_comparison(view)


def _unread_comparison(view: View) -> bool:
    """Whether a number that something is compared with, in the unit of a limit, is no bound of one."""
    units = {limit.unit.lower() for _, limit in view.of(Limit) if limit.unit}
    bounds = {end.value for _, limit in view.of(Limit) for end in (limit.lower, limit.upper) if end is not None}
    for found in _COMPARED.finditer(view.requirement.text):
        try:
            number = Decimal(found["number"].replace(",", ""))
        except InvalidOperation:
            continue
        unit = re.match(r"\s?([^\s\d.,;:]+)", view.requirement.text[found.end("number") :])
        if number not in bounds and unit is not None and unit[1].lower() in units:
            return True
    return False
