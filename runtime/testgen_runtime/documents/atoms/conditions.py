"""Conditions: clauses that decide whether a rule applies, with the wording of their opposite.

As with limits, the rule is always the side that is accepted: where a clause leads to a refusal, `holds` is turned over and so is
the connective (reject if A or B = accept if not A and not B).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from testgen_runtime.documents.atoms import words_en, words_zh
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut
from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.model import Language

Connective = Literal["and", "or"]

_JOIN_EN: dict[Connective, re.Pattern[str]] = {
    "or": re.compile(r",?\s+or(?:\s+(?:if|when))?\s+", re.I),
    "and": re.compile(r",?\s+and(?:\s+(?:if|when|only if))?\s+", re.I),
}
_JOIN_ZH: dict[Connective, re.Pattern[str]] = {
    "or": re.compile(r"[，,]?\s?(?:或者|或)(?!等于)\s?"),
    "and": re.compile(
        r"[，,]?\s?(?:并且|而且|同时|且|以及)(?:当|如果|满足)?\s?|(?<=[\u4e00-\u9fff])[，,]\s?(?!并)|"
        r"[、，,](?=[\u4e00-\u9fff]{0,8}?也[未已无有不没])"
    ),
}
_CLAUSE_EN = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|exists?|contains?|exceeds?|fails?|equals?|matches|"
    r"belongs?|holds?|owns?|"
    r"reach(?:es|ed)?|become[s]?|remain[s]?|expire[sd]?|includes?|requires?|needs?|(?:[a-z]{3,}(?:s|"
    r"ed))(?=\s(?:the|an?|at|no|more|less|its|to|on|in|by)\b))\b",
    re.I,
)
_CLAUSE_ZH = re.compile(
    r"[已未不为是有在无]|大于|小于|超过|低于|少于|多于|高于|达到|被|能|完成|等于|没有|属于|处于|空|通过|成功|失败|"
    r"存在|至少|至多|最多|满|充足|故障|正常|异常|一致|匹配|达标|损坏|中断|选择|点击|输入|登录|正确|错误|合法|有效"
)
_OWNED_ZH = re.compile(
    r"(?:已|尚?未|没有|无|不|被|有|[为是]|处于|属于|具有|持有|拥有|存在|[寄发送运销开飞前]往|寄自|产自|位于|来自|含|列入|加入|购买|参加|通过|完成|拖欠|申请|办理)"
)
_BETWEEN_CLAUSES_ZH = re.compile("且|同时")
_COMPARES_ZH = re.compile(r"(?:^|[^不未])(?:达到|等于|大于|小于|高于|低于|超过|多于|少于|不足)\s?$")
_SHARED_EN = re.compile(
    r"^(?P<subject>.{2,60}?)\s(?P<verb>(?:is|are|has|have|was|were)\b|[a-z]{3,}s(?=\s(?:the|an?|its|his|her|their|no|one)\b))",
    re.I,
)
_NO_SUBJECT_EN = re.compile(
    r"(?:is|are|has|have|was|were|does|do|can)\b|(?!this|its|his|less|always)[a-z]{3,}s\s(?:the|an?|its|his|her|their|no|one)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One condition; those of one `unit` belong together. `part` is where it stands, `text` how it reads on its own."""

    part: Part
    text: str
    negated: str
    holds: bool
    connective: Connective
    unit: int
    trigger: bool
    term: int = 0


def split(part: Part, language: Language) -> tuple[list[Part], Connective]:
    """The clauses of a condition and what joins them; "A and B or C" is parted at "or", the weaker one."""
    for connective in _WEAKER_FIRST:
        if len(parts := _split_at(part, connective, language)) > 1:
            return parts, connective
    return [part], "and"


_WEAKER_FIRST: tuple[Connective, ...] = ("or", "and")


def _split_at(part: Part, connective: Connective, language: Language) -> list[Part]:
    """The clauses that `connective` joins, outside of brackets and quotes; the part itself where it joins none."""
    joins, clause = (_JOIN_ZH, _CLAUSE_ZH) if language == "zh" else (_JOIN_EN, _CLAUSE_EN)
    parts: list[Part] = []
    at = 0
    for match in joins[connective].finditer(part.text):
        left, right = part.text[at : match.start()], part.text[match.end() :]
        joins_clauses = language == "zh" and _BETWEEN_CLAUSES_ZH.search(match[0]) and (len(left) >= 4 or _is_role(left))
        if not joins_clauses and not (clause.search(_unquoted(left)) and clause.search(_unquoted(right[:60]))):
            continue
        if language == "zh" and (
            _COMPARES_ZH.search(left) or part.text.count("（", 0, match.start()) > part.text.count("）", 0, match.start())
        ):
            continue  # "达到或超过 1000 个" is one comparison
        if not _inside_quotes(part.text, match.start()) and _own_clause(right, language):
            parts.append(cut(part, at, match.start()))
            at = match.end()
    return [*parts, cut(part, at, len(part.text))] if parts else [part]


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
    return joint, [_split_at(_unbracketed(part), inner, "zh") for (part,) in groups]


def _unbracketed(part: Part) -> Part:
    whole = part.text.startswith("（") and part.text.endswith("）") and part.text.count("（") == 1
    return cut(part, 1, len(part.text) - 1) if whole else part


def _nested_zh(condition: Subordinate, *, holds: bool) -> list[tuple[Part, Connective, int]]:
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


def _is_role(text: str) -> bool:
    """Whether a part of a condition only names who acts: "会员且订单金额超过一百元时"."""
    return words_zh.ROLE.fullmatch(text) is not None and not re.search("[为是]", text)


def _own_clause(right: str, language: Language) -> bool:
    """Whether what follows a joint is a clause and not the rest of a list: its verb comes early."""
    if language == "zh":
        return len(right) >= 2
    return _CLAUSE_EN.search(" ".join(right.split()[:10])) is not None


def _unquoted(text: str) -> str:
    return re.sub(r"[“\"「『][^”\"」』]{0,40}[”\"」』]\s?(?:状态)?", " ", text)


def _inside_quotes(text: str, at: int) -> bool:
    return text.count("“", 0, at) > text.count("”", 0, at) or text.count('"', 0, at) % 2 == 1


def mentions(unit: Unit, number: int, taken: Sequence[tuple[int, int]]) -> list[Mention]:
    """The conditions of one rule. `taken` are stretches that limits, states and roles cover: alone they are no condition too."""
    refuse = unit.verdict == "refuse"
    out: list[Mention] = []
    for subordinate in (*unit.conditions, *_relative(unit)):
        if unit.language == "en" and (nested := _either(subordinate.part)) and subordinate.holds != refuse:
            out.extend(_of_nested(nested, number, trigger=subordinate.trigger))
            continue
        if unit.language == "zh" and (found := _nested_zh(subordinate, holds=subordinate.holds != refuse)):
            for part, joint, term in found:
                text = _worded_zh(part.text, subordinate.owner, several=True)
                holds = subordinate.holds != refuse
                out.append(Mention(part, text, opposite(text, "zh"), holds, joint, number, subordinate.trigger, term))
            continue
        parts, connective = split(subordinate.part, unit.language)
        if len(parts) == 1 and _covered(parts[0], taken) and (unit.language == "zh" or not _weighed(unit)):
            continue
        if unit.language == "zh" and len(parts) == 1 and subordinate.holds and words_zh.EVENT.match(parts[0].text):
            subordinate = replace(subordinate, trigger=True)
        holds = subordinate.holds if subordinate.trigger else subordinate.holds != refuse
        if len(unit.conditions) > 1 and len(parts) == 1:
            connective = "or" if refuse else "and"  # "refused if A, unless B" is accepted if not A, or if B
        if subordinate.trigger and unit.language == "en":
            connective = "and"  # without the event nothing happens, whatever else holds
        joined: Connective = connective if holds or len(parts) == 1 else ("or" if connective == "and" else "and")
        shared = _shared_subject(parts[0].text) if unit.language == "en" else ""
        for part in parts:
            text = part.text
            if shared and _NO_SUBJECT_EN.match(text):
                text = f"{shared} {text}"
            if unit.language == "zh":
                text = _worded_zh(text, subordinate.owner, several=len(parts) > 1)
            out.append(Mention(part, text, opposite(text, unit.language), holds, joined, number, subordinate.trigger))
    if unit.language == "en" and not out:
        out.extend(_without(unit, number, refuse))
    return out


def _worded_zh(text: str, owner: str, *, several: bool) -> str:
    """A clause as it reads on its own, with the thing that it describes."""
    if owner and _OWNED_ZH.match(text):
        text = f"{owner}{text}"
    text = re.sub(r"^(?:当|如果|若|既|也|仅限|只限)(?=[\u4e00-\u9fff]{4})", "", text)
    text = re.sub(r"^(?P<subject>[\u4e00-\u9fff]{2,8}?)也(?=[未已无有不没])", r"\g<subject>", text)
    text = f"用户是{text}" if several and _is_role(text) else text
    return re.sub(r"(?<=[\u4e00-\u9fff]{2})(?:之后|以后|后)$", "", text)


_AND_EITHER = re.compile(
    r",?\s+and,?\s+(?:(?:in addition|moreover|also|furthermore),?\s+)?(?:if\s+|when\s+)?(?P<verb>(?:is|are|has|have|was)\s+)?either\s+",
    re.I,
)
_EITHER_AND = re.compile(r"either\s+(?P<first>[^,;]{3,120}?)\s+or\s+(?P<second>[^,;]{3,120}?),\s+and\s+", re.I)


def _either(part: Part) -> tuple[list[Part], list[Part], str] | None:
    """The demands and the alternatives of "A and either B or C" (or "either B or C, and A"), with the verb before "either"."""
    if found := _AND_EITHER.search(part.text):
        demands, joined = split(cut(part, 0, found.start()), "en")
        rest, verb = cut(part, found.end(), len(part.text)), (found["verb"] or "").strip()
    elif found := _EITHER_AND.match(part.text):
        demands, joined = split(cut(part, found.end(), len(part.text)), "en")
        rest, verb = cut(part, found.start("first"), found.end("second")), ""
    else:
        return None
    if joined != "and" or _JOIN_EN["and"].search(rest.text):
        return None
    joints = list(_JOIN_EN["or"].finditer(rest.text))
    if not joints:
        return None
    ends = [0, *(joint.end() for joint in joints)], [*(joint.start() for joint in joints), len(rest.text)]
    return demands, [cut(rest, start, end) for start, end in zip(*ends, strict=True)], verb


def _of_nested(nested: tuple[list[Part], list[Part], str], number: int, *, trigger: bool) -> list[Mention]:
    """The conditions of "A and either B or C": those that must all hold, and those of which one must."""
    demands, alternatives, verb = nested
    shared = _shared_subject(demands[0].text)
    out: list[Mention] = []
    for part, connective in [*((p, "and") for p in demands), *((p, "or") for p in alternatives)]:
        text = part.text
        if connective == "or" and verb and not _NO_SUBJECT_EN.match(text) and not _CLAUSE_EN.search(text):
            text = f"{verb} {text}"
        if shared and _NO_SUBJECT_EN.match(text):
            text = f"{shared} {text}"
        joined: Connective = "or" if connective == "or" else "and"
        out.append(Mention(part, text, opposite(text, "en"), True, joined, number, trigger))
    return out


def _weighed(unit: Unit) -> bool:
    """Whether one condition lifts another: "rejected if the share is below 20 %, unless …": then each is one of several."""
    return len(unit.conditions) > 1 and len({c.holds for c in unit.conditions}) > 1


def _shared_subject(text: str) -> str:
    match = _SHARED_EN.match(text)
    return match["subject"] if match else ""


def _covered(part: Part, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether other atoms say the whole condition: they touch it and what is left has no clause of its own to test."""
    return any(start < part.end and end > part.start for start, end in taken)


def _relative(unit: Unit) -> list[Subordinate]:
    """ "A user who has not confirmed the address must not …" as the condition "the user has not confirmed the address"."""
    if unit.conditions or (unit.otherwise and unit.language == "zh"):
        return []
    if unit.language == "zh":
        return _relative_zh(unit)
    whose = words_en.WHOSE.match(unit.main.text)
    if whose is None and unit.verdict != "neutral":
        whose = words_en.WHOSE.search(unit.main.text)
    if whose is not None:
        part = cut(unit.main, whose.start("noun"), whose.end("clause"))
        return [Subordinate(Part(part.start, part.end, f"the {_one(whose['noun'].lower())}'s {whose['clause'].strip()}"))]
    match = words_en.RELATIVE.search(unit.main.text)
    if match is None or match["noun"].lower() in ("system", "application", "service"):
        return []
    if re.match(r"(?:for|in|of|with|to|on|at|from|by)\s", match["noun"], re.I):
        return []  # "For orders that are Open the refund …": what is spoken of, told by its state
    before = unit.main.text[: match.start()]
    who = re.sub(r"^(?:an?|any)\s", "", match["noun"], flags=re.I)
    receives = re.search(r"\b(?:to|for|by|from)\s*$", before) is not None and words_en.ROLE.fullmatch(who) is not None
    if receives and " who " in match[0]:  # "sent to a subscriber who has opted in"
        part = cut(unit.main, match.start("noun"), match.end("clause"))
        return [Subordinate(Part(part.start, part.end, f"the {who} {match['clause'].strip()}"))]
    if re.search(r"\b(?:in|of|for|to|on|with|from|by|at|as|into)\s*$", before) or re.match(
        r"(?:the|an?|any|each|every)\s", match["noun"], re.I
    ):
        return []
    if unit.verdict == "neutral" and words_en.MODAL.search(before):
        return []  # it describes what the rule makes, not when it applies
    part = cut(unit.main, match.start("noun"), match.end("clause"))
    return [Subordinate(Part(part.start, part.end, f"the {_person(match['noun'])} {match['clause'].strip()}"))]


def _person(noun: str) -> str:
    """What a pronoun for people stands for: "anyone who is 16 or older"."""
    return "person" if noun.lower() in ("anyone", "anybody", "everyone", "everybody", "someone", "somebody") else noun.lower()


def barred(unit: Unit, topic: str, number: int) -> Mention | None:
    """ "姓名不得为空", "结束日期不得早于开始日期": what must not be so, as a condition under which the data is refused."""
    if unit.language != "zh" or unit.conditions or unit.otherwise:
        return None
    if demanded := words_zh.COMPARED_WITH.match(unit.main.text):  # "最高库存量必须大于最低库存量"
        text = f"{demanded['subject']}{demanded['what']}"
        return Mention(unit.main, text, opposite(text, "zh"), True, "and", number, False)
    found = words_zh.BARRED.match(unit.main.text)
    if found is None:
        return None
    subject = found["subject"] or re.sub("(?:的)?(?:长度|大小|字数|位数)$", "", topic)
    if not subject or words_zh.ROLE.fullmatch(subject):
        return None
    text = f"{subject}{found['what']}"
    return Mention(unit.main, text, opposite(text, "zh"), False, "and", number, False)


def _relative_zh(unit: Unit) -> list[Subordinate]:
    """ "未绑定手机号的用户不得…" as the condition "用户未绑定手机号"."""
    match = words_zh.RELATIVE.match(unit.main.text)
    if match is None:
        return []
    part = cut(unit.main, match.start("clause"), match.end("noun"))
    return [Subordinate(Part(part.start, part.end, f"{match['noun']}{match['clause']}"))]


def _without(unit: Unit, number: int, refuse: bool) -> list[Mention]:
    match = words_en.WITHOUT.search(unit.main.text)
    if match is not None and any(start <= unit.main.start + match.start("noun") < end for start, end in unit.used):
        return []  # "10 minutes without a pause"
    if match is None or unit.verdict == "neutral" or match["noun"].lower().endswith(("ed", "ble", "ssible")):
        return []
    part = cut(unit.main, match.start("noun"), match.end("what"))
    noun, what = _one(match["noun"].lower()), re.sub(r"^any\s", "a ", match["what"], flags=re.I)
    return [Mention(part, f"the {noun} does not have {what}", f"the {noun} has {what}", not refuse, "and", number, False)]


def _one(noun: str) -> str:
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def merge(found: Sequence[Mention]) -> list[Mention]:
    """Leave out a condition that an earlier rule already has, as it stands or as its opposite."""
    out: list[Mention] = []
    for mention in found:
        same = any(
            (other.unit != mention.unit)
            and (_same(mention.text, other.text) or _same(mention.text, other.negated) or _same(mention.negated, other.text))
            for other in out[-12:]
        )
        if not same:
            out.append(mention)
    return out


def _same(a: str, b: str) -> bool:
    a, b = _key(a), _key(b)
    if a == b:
        return True
    numbers = re.findall(r"\d+(?:\.\d+)?", a)
    if numbers:
        if numbers != re.findall(r"\d+(?:\.\d+)?", b):
            return False
        return a.split()[:1] == b.split()[:1] if a.isascii() else _of_one_thing(a, b)
    short, long = sorted((a, b), key=len)
    least = 12 if short.isascii() else 4
    return len(short) >= least and (long.startswith(short) or long.endswith(short))


def _of_one_thing(a: str, b: str) -> bool:
    """Whether two Chinese comparisons with one number bound one thing: "论文查重率低于 20%", "查重率达到 20%", "达到 20%"."""
    first, second = (_COMPARING_ZH.split(re.split(r"\d", text)[0])[0] for text in (a, b))
    pairs = {first[i : i + 2] for i in range(len(first) - 1)}
    return not first or not second or any(second[i : i + 2] in pairs for i in range(len(second) - 1))


_COMPARING_ZH = re.compile("不?(?:超过|[低高少多大小]于|达到|满|足)|等于|至[少多]|最[多少]|未满|未达|在|为")


def _key(text: str) -> str:
    text = re.sub(r"\b(?:the|an?|it|them|that|this|already|yet)\b", " ", text.lower())
    return re.sub(r"[\s，,“”\"]+", "" if not text.isascii() else " ", text).strip()
