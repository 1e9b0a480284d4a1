"""Demands that stand beside a limit in one sentence and hang on no value of it."""

from __future__ import annotations

import re
from collections.abc import Collection

from testgen_runtime.documents.model import Atom, AtomKind, Limit
from testgen_runtime.techniques.factors import Rule
from testgen_runtime.techniques.view import View, negative

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


_OF_A_PART_ZH = re.compile(r"[；;。]每|(?:^|[，,；;。])(?:最后|末[位尾]|首[位字]|开头|第[一二三四五六七八九十\d])")
_HANGS_TOGETHER = re.compile(
    r"\b(?:otherwise|else|others?|it|they|them|such|then|this|these|those|above|below|beyond|outside|within|more|less|fewer|rest|if|"
    r"when|where|accept\w*|approv\w*|grant\w*|(?:small|larg|great|bigg|long|short|high|low|old|young|heavi|light|earli|lat|wid|tall)er)\b|"
    r"\b(?:up to|at most|at least|over|under|of|from)\s\d",
    re.IGNORECASE,
)
"""What ties a clause behind a semicolon to the limit before it."""


def is_of_a_part(view: View, rule: Rule, result: Atom) -> bool:
    """Whether a result stands behind a rule's limits in a clause of its own, on each or a part of them: "借期不超过 28 天；
    每本逾期图书每天收取 0.2 元", "为 18 位，最后一位可以是数字或字母 X"."""
    if any(factor.kind is not AtomKind.LIMIT for factor in rule.factors) or negative(result):
        return False
    return stands_apart(view, [i for factor in rule.factors for i in factor.atom_ids], result)


def stands_apart(view: View, own: Collection[str], result: Atom) -> bool:
    """The same of the atoms `own` that a rule or a point has for its limits."""
    start = view.requirement.span.start
    ends = [atom.span.end for atom in view.atoms if atom.id in own and atom.span.end <= result.span.start + 1]
    between = view.requirement.text[max(ends) - start : result.span.start - start + 4] if ends else ""
    if view.language == "en":
        behind = view.requirement.text[max(ends) - start :].partition("; ")[2] if ends and "; " in between else ""
        return bool(behind) and _HANGS_TOGETHER.search(behind) is None
    first = min((atom.span.start for atom in view.atoms if atom.id in own), default=0)
    if result.span.end <= first and "连续" in view.requirement.text[result.span.end - start : first - start + 4]:
        return True  # "系统每五分钟上报一次心跳，连续三次未上报则判定为离线"
    return _OF_A_PART_ZH.search(between) is not None
