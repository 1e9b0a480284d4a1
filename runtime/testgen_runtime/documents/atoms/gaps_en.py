"""What an English clause leaves out because the one before it has said it: "visitors must not", "teachers up to 20"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from testgen_runtime.documents.atoms import enumerated, words_en
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut
from testgen_runtime.documents.vocabulary import words

_ELLIPTIC = re.compile(
    r"^(?P<who>.{2,120}?)\s(?P<modal>(?:shall|must|may|can|should|will)(?:\snot|\snever)?|cannot|can't|(?:is|are)(?:\snot|n't)(?:\s(?:allowed|able|entitled|permitted|authori[sz]ed) to)?)"
    r"(?:\s(?:do\s)?(?:so|this|that|it))?$",
    re.IGNORECASE,
)
_NEITHER = re.compile(r"^(?:nor|neither)\s(?P<modal>may|can|shall|must|should|will)\s(?P<who>.{2,100})$", re.IGNORECASE)
_COMPARES = r"(?:at most|up to|at least|no more than|not more than|no fewer than|no less than|a maximum of|a minimum of|more than|less than|fewer than|within|for|only)"
_AMOUNT = rf"(?:{_COMPARES}\s)?(?:[€$£]\s?|(?:EUR|USD|GBP|CHF)\s)?(?:\d|(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty)\b)"
_GAP = re.compile(
    rf"(?:,\s*(?:and\s|but\s|while\s|whereas\s)?|\s(?:and|while|whereas|but)\s)(?P<who>(?:the\s|an?\s|all\s)?[A-Za-z][\w-]*(?:\s[a-z][\w-]*){{0,2}}?)\s(?={_AMOUNT})"
)
UNITS = words("days hours minutes seconds weeks months years euros dollars pounds times costs lasts weighs takes allows has is")
_COMPARED = re.compile(rf"\b{_AMOUNT}", re.IGNORECASE)
_NO_SUBJECT = re.compile(
    rf"\b(?:no|more|fewer|less|any|other|{_COMPARES}|and|or|not|be|is|are|has|have|with|to|of|in|on|at|by|from|per|than|between|shall|must|may|can|cost\w*|last\w*|after|before|then|also|exactly|every|again|least|most)\b",
    re.IGNORECASE,
)


def kinds(rules: Sequence[Unit]) -> enumerated.Mention | None:
    """What the subjects of a gapped sentence are kinds of: "private customers …, business customers …"; None where they are roles."""
    index = next((i for i, unit in enumerate(rules) if unit.gapped), 0)
    if index == 0:
        return None
    first = rules[index - 1]
    group = [first, *(unit for unit in rules[index:] if unit.gapped)]
    named = []
    for unit in group:
        modal = words_en.MODAL.search(unit.main.text)
        name = re.sub(
            r"^(?:the|an?|all|each|every)\s", "", unit.main.text[: modal.start()].strip() if modal else "", flags=re.IGNORECASE
        )
        named.append(name)
    if not all(named) or all(words_en.ROLE.fullmatch(name) for name in named) or any(len(name.split()) > 4 for name in named):
        return None
    heads = {name.split()[-1].lower().rstrip("s") for name in named}
    if len(heads) == 1 and all(len(name.split()) > 1 for name in named):
        subject, values = named[0].split()[-1].lower().removesuffix("s"), tuple(name.rsplit(" ", 1)[0] for name in named)
    else:
        subject, values = "type", tuple(named)
    return enumerated.Mention(
        f"{subject} type" if subject != "type" else subject,
        values,
        False,
        False,
        first.main.start,
        first.main.start + len(named[0]),
    )


_ALL_HOLD = re.compile(
    r"^(?=(?:all|both|each|every one|any|one|either|at least one|the following|these|those|(?:the\s)?(?:\w+\s)?(?:conditions?|criteria|requirements?|statements?)|(?:two|three|four|five)\s(?:things|points|facts))\b)"
    r"(?:(?P<all>all|both|each|every one)|(?P<any>any|one|either|at least one)|the following|these)?\s?(?:of\s)?(?:the\s)?(?:following|these|those)?\s?(?:\w+\s)?"
    r"(?:conditions?\s|criteria\s|requirements?\s|statements?\s|things\s|points\s|facts\s)?(?:hold|holds|apply|applies|(?:is|are)\s(?:true|met|fulfilled|satisfied|given))\b(?!\s(?:an?|the|his|her|its|their|at|more|less|to|for|in|valid|no|one|two)\b)\W*",
    re.IGNORECASE,
)


def _conditions_listed(found: list[Unit]) -> list[Unit]:
    """ "… only if all of the following hold: A, B and C", or with A, B and C as lines: A, B and C are the conditions."""
    out: list[Unit] = []
    waiting: Unit | None = None
    for unit in found:
        if waiting is not None and (unit.listed or unit.part.text[:1].islower()) and not words_en.MODAL.search(unit.part.text):
            first = waiting.conditions[0]
            parts = [unit.part] if unit.listed else [p for p in _pieces(unit.part) if p.text]
            listed = (Subordinate(_bare(p), holds=first.holds, only=first.only) for p in parts)
            waiting = out[-1] = replace(out[-1], part=_joined(out[-1].part, unit.part), conditions=(*out[-1].conditions, *listed))
            continue
        if waiting is not None and len(waiting.conditions) > 1:
            out[-1] = replace(waiting, conditions=waiting.conditions[1:])
        waiting = None
        last = unit.conditions[-1] if unit.conditions else None
        lead = _ALL_HOLD.match(last.part.text) if last else None
        if last is None or lead is None or lead["any"]:
            out.append(unit)
            continue
        rest = cut(last.part, lead.end(), len(last.part.text))
        if rest.text:
            pieces = [p for p in _pieces(rest) if p.text]
            out.append(replace(unit, conditions=(*unit.conditions[:-1], *(replace(last, part=p) for p in pieces))))
        else:
            out.append(unit)
            waiting = unit if len(unit.conditions) == 1 else None
    if waiting is not None and len(waiting.conditions) > 1:
        out[-1] = replace(waiting, conditions=waiting.conditions[1:])
    return out


def _joined(first: Part, second: Part) -> Part:
    """One stretch over both; what stands between them is blank."""
    return Part(first.start, second.end, f"{first.text}{' ' * (second.start - first.end)}{second.text}")


def _bare(part: Part) -> Part:
    """The part without the joint that ends or opens it: "…; and"."""
    text = re.sub(r"^(?:and|or)\s", "", re.sub(r"[;,]?\s(?:and|or)$", "", part.text))
    at = part.text.index(text) if text else 0
    return cut(part, at, at + len(text))


def _pieces(part: Part) -> list[Part]:
    """The clauses of "A, B, and C"."""
    pieces, at = [], 0
    for joint in re.finditer(r",\s(?:and\s)?|;\s(?:and\s)?", part.text):
        pieces.append(cut(part, at, joint.start()))
        at = joint.end()
    return [*pieces, cut(part, at, len(part.text))]


def completed(found: list[Unit]) -> list[Unit]:
    """The rules with what they leave out: the verb of the rule before, or one rule for each subject of a gapped sentence."""
    out: list[Unit] = []
    for unit in _conditions_listed(found):
        out.extend(_parted(unit))
    for index in range(1, len(out)):
        if (neither := _NEITHER.match(out[index].main.text)) and (verb := _verb_phrase(out[index - 1].main.text)):
            main = out[index].main
            out[index] = replace(out[index], main=Part(main.start, main.end, f"{neither['who']} {neither['modal']} not {verb}"))
        elliptic = _ELLIPTIC.match(out[index].main.text)
        verb = _verb_phrase(out[index - 1].main.text) if elliptic else ""
        if elliptic and verb:
            main = out[index].main
            modal = elliptic["modal"] if not re.fullmatch(r"(?:is|are)(?:\snot|n't)", elliptic["modal"]) else "may not"
            out[index] = replace(out[index], main=Part(main.start, main.end, f"{elliptic['who']} {modal} {verb}"))
    return out


def _verb_phrase(text: str) -> str:
    modal = words_en.MODAL.search(text)
    return text[modal.end() :].strip() if modal else ""


def _names_several(who: str) -> bool:
    """Whether a phrase can be the subject of a rule of its own: "business customers", "a teacher", and no "no" or "costs"."""
    last = who.split()[-1]
    several = last.endswith("s") and not last.endswith(("ss", "us")) and len(last) > 3 and last.lower() not in UNITS
    return several or words_en.ROLE.fullmatch(last) is not None or re.match(r"(?:the|an?)\s", who) is not None


def _parted(unit: Unit) -> Iterator[Unit]:
    """ "Students may borrow up to 5 books, teachers up to 20": a rule for each."""
    modal = words_en.MODAL.search(unit.main.text)
    if modal is None or unit.conditions or unit.main.text != unit.part.text:
        yield unit
        return
    text = unit.main.text
    verb = re.match(rf"\s?(?P<verb>(?:be\s)?[a-z]+(?:\s[a-z]+)?)\s(?={_AMOUNT})", text[modal.end() :])
    gaps = [
        gap
        for gap in _GAP.finditer(text, modal.end())
        if not _NO_SUBJECT.search(gap["who"]) and _names_several(gap["who"]) and _COMPARED.search(text, modal.end(), gap.start())
    ]
    if not gaps:
        yield unit
        return
    yield replace(unit, part=cut(unit.part, 0, gaps[0].start()), main=cut(unit.main, 0, gaps[0].start()))
    for gap, after in zip(gaps, [*(g.start() for g in gaps[1:]), len(text)], strict=True):
        part = cut(unit.part, gap.start("who"), after)
        rest = text[gap.end() : after].strip()
        does = verb["verb"] if verb else _verb_phrase(text[: gaps[0].start()]).split(" ")[0]
        told = Part(part.start, part.end, f"{gap['who']} {modal[0].strip()} {does} {rest}")
        yield replace(unit, part=part, main=told, gapped=True)
