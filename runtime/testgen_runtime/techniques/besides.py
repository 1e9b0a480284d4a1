"""Demands that stand beside a limit in one sentence and hang on no value of it."""

from __future__ import annotations

import re
from collections.abc import Collection

from testgen_runtime.documents.model import Atom, AtomKind, Limit
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.view import View

_BESIDES = re.compile(r"[^,;.]*,\s+and\s+(?:(?:the|an?)\s[\w-]+(?:\s[\w-]+){0,3}?\s(?:shall|must)\s)?", re.I)


def is_besides(view: View, rule: Rule, result: Atom) -> bool:
    """Whether an action or outcome is demanded beside the rule's limits: "…at least 12 characters, and the user shall be told …".

    Only of limits on what is entered: at a limit where something different happens, what is joined happens there too.
    """
    if any(factor.kind is not AtomKind.LIMIT for factor in rule.factors):
        return False
    return stands_beside(view, [i for factor in rule.factors for i in factor.atom_ids], result)


def stands_beside(view: View, own: Collection[str], result: Atom) -> bool:
    """The same of the atoms `own` that a rule or a point has for its limits."""
    if view.language != "en":
        return False
    limits = [atom for atom, value in view.of(Limit) if atom.id in own and value.accepts]
    before = [a for a in limits if a.span.end <= result.span.start and view.sentence(a) == view.sentence(result)]
    if not before or len(limits) < len(set(own)):
        return False
    start = view.requirement.span.start
    between = view.requirement.text[max(a.span.end for a in before) - start : result.span.start - start]
    return _BESIDES.fullmatch(between) is not None
