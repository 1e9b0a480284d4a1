"""What a rule states: its action and its outcome, where it says more than its limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import results, words_zh
from testgen_runtime.documents.atoms.atom_values import Found
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.enumerations_en import announced
from testgen_runtime.documents.atoms.ranges import Mention as Range
from testgen_runtime.documents.model import AtomKind, Outcome


def stated(
    unit: Unit,
    predicate: results.Predicate,
    mentions: Sequence[Range],
    *,
    selects: bool,
    topic: str,
    line: bool,
    lead: results.Predicate | None,
) -> list[Found]:
    """Action and outcome of one rule. What only refuses the other side of a rule is an outcome and no action."""
    out: list[Found] = []
    if unit.language == "en" and not unit.conditions and (each := announced(unit.main.text)):
        return [Found(AtomKind.OUTCOME, unit.main.start, unit.main.end, Outcome(each, "positive", False))]
    refused_side = unit.otherwise or (unit.verdict == "refuse" and selects)
    stated = any(m.stated for m in mentions)
    left = re.sub(r"\W+", "", results.masked(unit)[predicate.start - unit.main.start :])
    bare = stated and len(left) < 12 and not (unit.language == "zh" and words_zh.DOES.search(predicate.text))
    bare = bare or (unit.language == "zh" and unit.verdict == "neutral" and _only_limits(left, unit, mentions))
    if line and lead is not None:
        # "The system shall: a) …": each line is a verb phrase of its own
        phrase = results.action(replace(predicate, subject=lead.subject, modality=lead.modality))
        out.append(Found(AtomKind.ACTION, predicate.start, predicate.end, phrase))
    elif len(predicate.text) > 1 and not refused_side and not bare:
        out.append(Found(AtomKind.ACTION, predicate.start, predicate.end, results.action(predicate)))
    result = (
        None
        if (line and lead is None) or (bare and unit.verdict == "neutral")
        else results.outcome(unit, otherwise=refused_side, topic=topic)
    )
    if result is not None:
        out.append(Found(AtomKind.OUTCOME, unit.main.start, unit.main.end, result))
    return out


_FILLERS_ZH = re.compile(
    "每个|每次|每份|每|各|单个|单次|单笔|该|其|在|为|是|也|且|并|和|及|以及|总|的|应|须|必须|需|均|都|长度|大小|数量|时长|之间|要求|包含|含有|包括|有"
)


def _only_limits(left: str, unit: Unit, mentions: Sequence[Range]) -> bool:
    """Whether a rule says nothing but its limits ("标签数量上限为 5 个"): what is `left` of it are their names."""
    own = [m for m in mentions if unit.in_condition(m.start) is None]
    for m in own:
        for name in sorted({m.subject, m.subject.removesuffix("数量"), m.subject.removesuffix("长度")}, key=len, reverse=True):
            left = left.replace(name, "") if name else left
    return bool(own) and len(_FILLERS_ZH.sub("", left)) < 4 and not words_zh.DOES.search(left)
