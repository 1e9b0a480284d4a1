"""Chinese conditions of two levels: "A 且（B 或 C）", "A 且 B，或者 C", the clauses of a list; and how each clause reads on its own."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.clauses import Part, Subordinate, cut
from testgen_runtime.documents.atoms.joints import Connective, is_role, split, split_at

_OWNED_ZH = re.compile(
    r"(?:已|尚?未|没有|无|不|被|有|[为是]|处于|属于|具有|持有|拥有|存在|[寄发送运销开飞前]往|寄自|产自|位于|来自|含|列入|加入|购买|参加|通过|完成|拖欠|申请|办理)"
)


def _formula_zh(condition: Subordinate) -> tuple[Connective, list[list[Part]]]:
    """What joins the groups of clauses, and the groups, whose members the other connective joins: "A 且（B 或 C）", "A 且 B，
    或者 C", the clauses of a list."""
    joint: Connective = "or" if condition.any_of else "and"
    if condition.items:
        groups = [[item] for item in condition.items]
    else:
        parts, joint = split(condition.part, "zh")
        groups = [[part] for part in parts]
    inner: Connective = "and" if joint == "or" else "or"
    return joint, [split_at(_unbracketed(part), inner, "zh") for (part,) in groups]


def _unbracketed(part: Part) -> Part:
    whole = part.text.startswith("（") and part.text.endswith("）") and part.text.count("（") == 1
    return cut(part, 1, len(part.text) - 1) if whole else part


def nested_zh(condition: Subordinate, *, holds: bool) -> list[tuple[Part, Connective, int]]:
    """The clauses of a nested or listed condition with connective and term, as the accepted side joins them; empty where the
    condition is flat, or deeper than one group of alternatives."""
    joint, groups = _formula_zh(condition)
    several = sum(len(group) > 1 for group in groups)
    if not several and not condition.items:
        return []
    if not holds:
        joint = "and" if joint == "or" else "or"  # refused if A, or if B and C: accepted if not A, and not B or not C
    if joint == "and":
        return [(p, "or" if len(g) > 1 else "and", 0) for g in groups for p in g] if several <= 1 else []
    return [(part, "or", number if several else 0) for number, group in enumerate(groups, 1) for part in group]


def worded_zh(text: str, owner: str, *, several: bool) -> str:
    """A clause as it reads on its own, with the thing that it describes."""
    if owner and _OWNED_ZH.match(text):
        text = f"{owner}{text}"
    text = re.sub(r"^(?:但是?|而)(?=[\u4e00-\u9fff]{4})", "", text)
    text = re.sub(r"^(?:当|如果|若|既|也|仅限|只限)(?=[\u4e00-\u9fff]{4})", "", text)
    text = re.sub(r"^(?P<subject>[\u4e00-\u9fff]{2,8}?)也(?=[未已无有不没])", r"\g<subject>", text)
    text = f"用户是{text}" if several and is_role(text) else text
    return re.sub(r"(?<=[\u4e00-\u9fff]{2})(?:之后|以后|后)$", "", text)
