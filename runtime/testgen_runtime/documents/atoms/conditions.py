"""Conditions: clauses that decide whether a rule applies, with the wording of their opposite.

As with limits, the rule is always the side that is accepted: where a clause leads to a refusal, `holds` is turned over and so is
the connective (reject if A or B = accept if not A and not B).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from testgen_runtime.documents.atoms import words_en, words_zh
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut
from testgen_runtime.documents.atoms.joints import CLAUSE_EN, JOIN_EN, Connective, split
from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.atoms.nested_zh import nested_zh, worded_zh
from testgen_runtime.documents.atoms.nouns_en import singular

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


def mentions(unit: Unit, number: int, taken: Sequence[tuple[int, int]]) -> list[Mention]:
    """The conditions of one rule. `taken` are stretches that limits, states and roles cover: alone they are no condition too."""
    refuse = unit.verdict == "refuse"
    out: list[Mention] = []
    for subordinate in (*unit.conditions, *_relative(unit)):
        if unit.language == "en" and (nested := _either(subordinate.part)) and subordinate.holds != refuse:
            out.extend(_of_nested(nested, number, trigger=subordinate.trigger))
            continue
        if unit.language == "zh" and (found := nested_zh(subordinate, holds=subordinate.holds != refuse)):
            for part, joint, term in found:
                text = worded_zh(part.text, subordinate.owner, several=True)
                holds = subordinate.holds != refuse
                out.append(Mention(part, text, opposite(text, "zh"), holds, joint, number, subordinate.trigger, term))
            continue
        if unit.language == "en" and _GIVEN.fullmatch(subordinate.part.text):
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
            if unit.language == "en" and (again := _WHO_AGAIN.match(text)):
                whose = "'s" if again["whose"] else ""
                text = f"{shared or _head_of(parts[0].text)}{whose} {text[again.end() :]}"
            elif shared and _NO_SUBJECT_EN.match(text):
                text = f"{shared} {text}"
            if unit.language == "zh":
                text = worded_zh(text, subordinate.owner, several=len(parts) > 1)
            out.append(Mention(part, text, opposite(text, unit.language), holds, joined, number, subordinate.trigger))
    if unit.language == "en" and not out:
        out.extend(_without(unit, number, refuse))
    return out


_GIVEN = re.compile(r"(?:it is |they are )?(?:filled(?: in| out)?|given|provided|present|entered|specified|set|used)", re.I)
"""That there is a value at all: "if filled, it holds at most 140 characters" demands nothing but the length."""


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
    if joined != "and" or JOIN_EN["and"].search(rest.text):
        return None
    joints = list(JOIN_EN["or"].finditer(rest.text))
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
        if connective == "or" and verb and not _NO_SUBJECT_EN.match(text) and not CLAUSE_EN.search(text):
            text = f"{verb} {text}"
        if shared and _NO_SUBJECT_EN.match(text):
            text = f"{shared} {text}"
        joined: Connective = "or" if connective == "or" else "and"
        out.append(Mention(part, text, opposite(text, "en"), True, joined, number, trigger))
    return out


_WHO_AGAIN = re.compile(r"(?:who|that|which|(?P<whose>whose))\s(?=[a-z]+)", re.I)


def _head_of(text: str) -> str:
    """Who a second "who" is about: "the visitor carries …, or who holds a card" → "the visitor"."""
    found = re.match(r"(?:the|an?|any|every|each|no)\s(?P<noun>[a-z-]+)", text, re.I)
    return f"the {singular(found['noun'].lower())}" if found else "the person"


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
    modal = words_en.MODAL.search(unit.main.text)
    named = unit.main.text[: modal.start()].strip() if modal else ""
    if unit.otherwise and (words_en.BARE_COMPARED.search(named) or words_en.BARE_COMPARED.search(unit.main.text)):
        return []  # "codes that are too short or too long": what the limits before leave out
    whose = words_en.WHOSE.match(unit.main.text)
    if whose is None and unit.verdict != "neutral":
        whose = words_en.WHOSE.search(unit.main.text)
    if whose is not None:
        part = cut(unit.main, whose.start("noun"), whose.end("clause"))
        return [Subordinate(Part(part.start, part.end, f"the {singular(whose['noun'].lower())}'s {whose['clause'].strip()}"))]
    if concerns := _FOR_WHICH.match(unit.main.text):
        part = cut(unit.main, concerns.start("clause"), concerns.end("clause"))
        return [Subordinate(part)]
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
    if who != match["noun"] and " " not in who and re.fullmatch(r"[\w -]{3,40}?\s(?:from|by|of|with|for)\s*", before):
        # "payments from an account that is not suspended"
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


_FOR_WHICH = re.compile(
    r"^(?:an?|any|the|each|every)\s[\w-]+(?:\s[\w-]+)?\s(?:for|of|in) which\s(?P<clause>[^,;]{4,120}?)\s(?:shall|must|may|can|cannot|should|will)\b",
    re.I,
)
"""What must be so of a thing: "A vehicle for which the fee has not been paid shall be …"."""


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


_NONE_WITHOUT = re.compile(
    r"^(?:no|an?|the)\s(?P<noun>[a-z][\w-]*(?:\s[a-z][\w-]*)?)\s(?:may|shall|must|can|will|should)\s(?:not\s)?(?:be\s)?[a-z]+(?:\s[a-z]+){0,3}?\swithout\s(?P<what>an?\s[a-z][\w -]{2,60})$",
    re.I,
)
"""What everybody needs: "No patient may be discharged without a signed letter"."""


def _without(unit: Unit, number: int, refuse: bool) -> list[Mention]:
    if refuse and (needs := _NONE_WITHOUT.match(unit.main.text)):
        part, noun = cut(unit.main, needs.start("noun"), needs.end("what")), singular(needs["noun"].lower())
        return [
            Mention(
                part, f"the {noun} has {needs['what']}", f"the {noun} does not have {needs['what']}", True, "and", number, False
            )
        ]
    match = words_en.WITHOUT.search(unit.main.text)
    if match is not None and any(start <= unit.main.start + match.start("noun") < end for start, end in unit.used):
        return []  # "10 minutes without a pause"
    if (
        match is None
        or unit.verdict == "neutral"
        or (match["noun"].lower().endswith(("ed", "ble", "ssible")) or _GERUND.fullmatch(match["noun"]))
    ):
        return []
    part = cut(unit.main, match.start("noun"), match.end("what"))
    noun, what = singular(match["noun"].lower()), re.sub(r"^any\s", "a ", match["what"], flags=re.I)
    return [Mention(part, f"the {noun} does not have {what}", f"the {noun} has {what}", not refuse, "and", number, False)]


_GERUND = re.compile(
    r"(?:leav|enter|exit|park|driv|rid|board|work|start|pass|fly|travel|us|pay|order|continu|return|borrow|render|process)ing",
    re.I,
)
"""An act: "leaving without payment" is what is done, and no thing that lacks something."""


def merge(found: Sequence[Mention]) -> list[Mention]:
    """Leave out a condition that an earlier rule already has, as it stands or as its opposite."""
    out: list[Mention] = []
    for mention in found:
        event = next((i for i, o in enumerate(out) if o.trigger and o.unit != mention.unit and _opposed(o, mention)), None)
        if event is not None and not mention.trigger:
            out[event] = mention  # told once as an event and once as what is so: the latter has its opposite too
            continue
        same = any(
            (other.unit != mention.unit)
            and (_same(mention.text, other.text) or _same(mention.text, other.negated) or _same(mention.negated, other.text))
            for other in out[-12:]
        )
        if not same:
            out.append(mention)
    return out


def _opposed(a: Mention, b: Mention) -> bool:
    return _same(a.text, b.text) or _same(a.text, b.negated) or _same(a.negated, b.text)


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
