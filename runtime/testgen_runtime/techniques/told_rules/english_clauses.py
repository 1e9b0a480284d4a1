"""The rules of an English text, sentence by sentence: under which conditions what is accepted or refused, in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from testgen_runtime.techniques.told_rules.english_measures import measures
from testgen_runtime.techniques.told_rules.told import Told

_ASIDE: Final = re.compile(r"\s?\((?:both\s)?(?:inclusive|included|including[^()]*|both\s[^()]*)\)", re.I)
_SENTENCES: Final = re.compile(
    r"(?<=[\w%°’')])(?:\.\s+(?=[A-Z])|;\s+(?:but\s|and\s|however,\s)?|,\s(?:but|while|whereas)\s(?=[a-z])|"
    r",?\s(?:and\s|but\s)?(?=otherwise\b))"
)
_SUB: Final = (
    r"(?P<only>only\s)?(?P<sub>if\sand\sonly\sif|if|when|whenever|while|as\slong\sas|so\slong\sas|"
    r"provided(?:\sthat)?|providing(?:\sthat)?|on\scondition\sthat|"
    r"where|once|unless|except\s(?:if|when|where)|after|in\scase)"
)
_LISTED_NAME: Final = r"(?-i:[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2}(?:,\s|\s(?:or|and)\s)(?:or\s|and\s)?[A-Z])"
"""One of several names: "the role Contractor, Recruiter or Payroll Clerk"."""
_FRONT: Final = re.compile(rf"^{_SUB}\s(?P<cond>.+?),\s(?:then\s)?(?P<main>(?!and\b|or\b|but\b|in\b|{_LISTED_NAME}).+)$", re.I)
_TRAIL: Final = re.compile(rf",?\s(?:and\s(?=only))?{_SUB}\s", re.I)
_HAPPENS: Final = re.compile(r"\b(?:has|have|is|are|was|were|had)\b")
_SPARES: Final = re.compile(r"unless|except", re.I)
_REST_START: Final = re.compile(
    r"^(?:otherwise|else|if\snot|in\s(?:all|any|every)\sother\scases?|for\s(?:everybody|everyone|anybody|"
    r"anyone|all)\selse|failing\s(?:that|this|which)|"
    r"(?:if|when|where)\s(?:either|any|one|even\sone|at\sleast\sone)(?:\s(?:one\s)?of\s(?:the|these|those|them|"
    r"both)(?:\stwo|\sthree)?)?"
    r"(?:\s(?:conditions?|requirements?|criteri(?:on|a)|points?|limits?))?\s(?:(?:is|are)\s(?:not\s(?:met|"
    r"fulfilled|satisfied|given|complied\swith)|missing|violated|exceeded|lacking)|fails)|"
    r"(?:if|when|where)\s(?:it|they|(?:this|these|the)\s(?:condition|requirement|criteri)\w*)\s(?:(?:is|"
    r"are)\snot\s(?:met|fulfilled|satisfied|the\scase)|exceeds?\s(?:either|any|one)\s(?:of\s(?:these|the|"
    r"both)\s)?(?:limits?|values?))|"
    r"if\s(?:that|this)\sis\snot\sthe\scase|(?:if|when)\s(?:they|he|she|it)\s(?:do|does)\snot)\b,?\s",
    re.I,
)
_OTHER: Final = re.compile(
    r"\b(?:any|all|every|no|some)\sother\b|\banother\b|\bother\b|\b(?:a\s)?different\b|\b(?:everybody|everyone|"
    r"anybody|anyone|nobody|no\sone|all)\selse\b|"
    r"\boutside\s(?:of\s)?(?:this|that|these|those|the|its)\b|\bbeyond\s(?:this|that|the)\s(?:limit|range|"
    r"period|time|number|amount)\b|\bthe\s(?:rest|others)\b",
    re.I,
)
_COMPARATIVE: Final = re.compile(
    r"\b(?:more|less|fewer|larger|longer|heavier|bigger|smaller|shorter|higher|lower|older|younger|greater|"
    r"wider|taller|later|earlier|lighter)\b(?!\s(?:than|or\s(?:equal|more|less)))",
    re.I,
)
REFUSES: Final = re.compile(
    r"\b(?:must|shall|may|can|will|should|is|are|do|does|has|have|be|was|were)\s(?:always\s|then\s)?(?:not|"
    r"never|no\slonger)\b|\bcannot\b|\bcan't\b|\bno\slonger\b|"
    r"\b(?:refus|reject|declin|den(?:y|ie)|block|dismiss|prevent|forbid|prohibit|barred|inhibit)\w*|\bturn(?:s|"
    r"ed)?\s(?:\w+\s){0,3}?(?:away|down|back)\b|\bsent\s(?:away|back)\b|"
    r"\bnot\s(?:be\s)?(?:accepted|allowed|permitted|possible|granted|available|taken|admitted)\b|\b(?:stays?|"
    r"remains?)\s(?:closed|locked|shut|blocked)\b|\b(?:is|are|gets?)\slost\b|"
    r"^(?:no|nobody|no\sone|none|nothing)\s|,\s?no\s|\bimpossible\b|\binvalid\b|\bfails?\b|\bunavailable\b",
    re.I,
)
_TWICE: Final = re.compile(
    r"\bnot\s(?:be\s)?(?:refused|rejected|denied|declined|blocked|turned)|\b(?:no|nobody|none)\b.*\bnot\b", re.I
)
_UNREAD: Final = re.compile(
    r":\s|[?!]|\b(?:each|respectively|unless\s.*\bunless|at\sany\stime|twice|neither|nor|whichever|either\sof|"
    r"per\sday|per\s(?:calendar\s)?(?:week|month|year)|"
    r"for\sexample|e\.g\.|such\sas|in\stotal|altogether|average|next|previous|(?:first|second|third)(?!\s(?:signatory|person|employee|approver|factor|doctor|officer|reviewer))|last)\b|\d:\d",
    re.I,
)
_MODAL: Final = (
    r"(?:must|shall|may|can|will|should|has\sto|have\sto|cannot|can't|is|are|gets?|accepts?|grants?|allows?|"
    r"takes?|sells?|offers?|buys?|"
    r"refuses?|rejects?|declines?|denies|blocks?|admits?|lets?|extends?|opens?|starts?|issues?|permits?|"
    r"approves?|releases?|pays?|serves?|handles?|books?)"
)


_WHATEVER: Final = re.compile(
    r",?\s(?:with\sor\swithout|whether\sor\snot|regardless\sof|irrespective\sof|no\smatter)\b[^.;]*", re.I
)
LIST: Final = "#"
"""What a condition begins with that is a list of names behind their kind: "#currency: USD, GBP"."""


def told(text: str) -> tuple[Told, ...] | None:
    """The rules of a text on one line; None where a sentence is not understood."""
    if _UNREAD.search(text):
        return None
    rules: list[Told] = []
    for sentence in _SENTENCES.split(_WHATEVER.sub("", _ASIDE.sub(" inclusive", text)).rstrip(". ")):
        found = _of_sentence(sentence.strip(" ,"), rules)
        if found is None:
            return None
        rules += [way for rule in found for way in _ways(rule)]
    return _with_lists(rules)


_ANOTHER_WAY: Final = re.compile(r"(?P<one>.+\sand\s.+),\sor\s(?:if\s|when\s)?(?P<other>[^,]+)", re.I)


def _ways(rule: Told) -> tuple[Told, ...]:
    """A rule for each way of "A and B, or C"."""
    found = _ANOTHER_WAY.fullmatch(rule.said[0]) if len(rule.said) == 1 and not rule.spares else None
    if found is None:
        return (rule,)
    return tuple(replace(rule, said=(way,)) for way in (found["one"], found["other"]))


def _with_lists(rules: list[Told]) -> tuple[Told, ...] | None:
    """The rules with the conditions of those that only name a list; None where it is not one of names."""
    out = []
    for rule in rules:
        if rule.listed:
            found = listed(rules, rule.seen)
            if found is None:
                return None
            rule = replace(rule, said=(f"{LIST}{found[0]}: {', '.join(found[1])}",))
        out.append(rule)
    return tuple(out)


_DECLARES: Final = re.compile(
    r"(?:An?|The|Each|Every)\s[a-z -]{2,40}?\s(?:has|is\s(?:always\s)?in|can\sbe\sin|may\sbe\sin|"
    r"takes)\s(?:exactly\s)?one\sof\s(?:the|these)\s"
    r"(?:two|three|four|five|six|seven)?\s?(?:following\s)?(?:states?|status(?:es)?|phases?)\s[A-Z][^.;]*"
)


def _of_sentence(sentence: str, before: list[Told]) -> list[Told] | None:
    if _DECLARES.fullmatch(sentence):
        return [Told((sentence,), True, declares=True)]
    if found := _REST_START.match(sentence):
        main = sentence[found.end() :]
        return _otherwise(main, before)
    said: list[str] = []
    only = False
    spared: tuple[str, ...] = ()
    main = re.sub(r",?\sin\swhich\scase\s.*$", "", sentence)
    if found := _FRONT.match(main):
        if _SPARES.match(found["sub"]):
            spared = (found["cond"],)
        else:
            said.append(found["cond"])
        only, main = bool(found["only"]), found["main"]
    front = 0 if only else len(said)
    for _ in range(3):
        trail = _last(main)
        if trail is None:
            break
        cond, main = main[trail.end() :], main[: trail.start()]
        if _SPARES.match(trail["sub"]):
            if spared:
                return None
            spared = (cond,)
        else:
            said.append(cond)
            only = only or bool(trail["only"]) or main.endswith(" only")
    if re.match(r"only\s", main, re.I):
        return None
    timed = re.search(r",?\swhen\s", sentence) is not None
    return _concluded(main, said, spared, only=only, before=before, timed=timed, around=front if only and before else 0)


def _otherwise(main: str, before: list[Told]) -> list[Told] | None:
    """What is so where no other rule holds: not what they say, whatever happens ("otherwise the account is deleted")."""
    told = {rule.accepts for rule in before if not rule.declares}
    if not told or _TRAIL.search(main) or measured(main):
        return None
    verdict = not told.pop() if len(told) == 1 and not refuses(main) and _grants(before) else not refuses(main)
    return [Told((), verdict, rest=True, seen=main)]


_GRANTS: Final = re.compile(
    r"\b(?:approv|accept|grant|permit|allow|admit)\w*|\b(?:may|can)\b|\b(?:must|has\sto|have\sto)\s(?!be\b|not\b|stay\b|remain\b)",
    re.I,
)


def _grants(rules: Sequence[Told]) -> bool:
    """Whether what rules tell is plainly the good side: something is permitted, or somebody does what he has to."""
    return all(_GRANTS.search(rule.seen) for rule in rules if not rule.declares)


def _last(main: str) -> re.Match[str] | None:
    """The last subordinate clause that follows; none inside of "who …" before the verb."""
    found = [
        one
        for one in _TRAIL.finditer(main)
        if not re.search(r"\b(?:or|and)$", main[: one.start()])
        and not (
            re.match("after|once", one["sub"], re.I)
            and not (_HAPPENS.search(main[one.end() :]) and re.search(_MODAL, main[: one.start()]))
        )
    ]
    return found[-1] if found else None


def _concluded(
    main: str, said: list[str], spared: tuple[str, ...], *, only: bool, before: list[Told], timed: bool, around: int = 0
) -> list[Told] | None:
    accepts = not refuses(main)
    if _TWICE.search(main):
        return None
    if re.search(r"\bonly\s(?:by|to|for|from)\b", main) or (
        accepts and before and not said and _COMPARATIVE.search(main) and not measured(main)
    ):
        return None
    only = only or re.search(r"\bonly\b", main) is not None
    main = re.sub(r"\bonly\s?\b", "", main)
    if said and not accepts and timed and before and _is_rest(main) and not any(map(measured, said)):
        said = []  # "any other delay is refused when the settings are saved"
    if not said and not spared and before and _is_rest(main):
        told = {rule.accepts for rule in before if not rule.declares}
        verdict = (
            accepts if not accepts or len(told) != 1 else not told.pop()
        )  # "any other amount requires review" is not granted
        return [Told((), verdict, rest=True, beside=True, seen=main)]
    within = around
    if own := _own_condition(main):
        within = int(only and _ROLE.search(main) is not None)
        said.insert(0 if within else len(said), own)
    if not said and not spared:
        return [Told((), accepts, seen=main, listed=True)] if accepts and _LISTED.search(main) and not before else None
    rules = (
        [Told(tuple(said), accepts, seen=main, only=only and accepts, within=within if len(said) > within else 0)] if said else []
    )
    if spared and not said and accepts:
        rules = [Told((), True, seen=main, rest=True)]
    if spared and not said and not accepts:
        rules = [Told((), False, seen=main, rest=True)]
    rules += [Told(spared, not accepts, spares=True)] if spared else []
    return rules


_ITEM: Final = r"[A-Za-z][\w-]*(?:\s(?!and\b|or\b|in\b|at\b|on\b|by\b|for\b)[a-z][\w-]*)?"
_LISTED: Final = re.compile(
    rf"(?P<list>[A-Za-z][\w-]*(?:,\s{_ITEM})*,?\s(?:and|or)\s{_ITEM})(?=\s(?:and\sin\sno\sother|and\sno\sother|"
    rf"at|in|on|by|for|to|from|only)\b|$)"
)
_KIND: Final = re.compile(r"\b(?:(?:any|every|an|all)\s?other|different|another)\s(?P<kind>[a-z-]+(?:\s(?:of\s)?[a-z-]+)?)", re.I)
_NO_KIND: Final = frozenset({"time", "day", "case", "number", "amount", "value", "person", "user", "range", "customer", "role"})


def listed(rules: Sequence[Told], main: str) -> tuple[str, tuple[str, ...]] | None:
    """The kind and the names of a list, where another rule is of "any other" of that kind: ("currency", ("USD", "GBP"))."""
    kinds = [found["kind"] for rule in rules if rule.beside and (found := _KIND.search(rule.seen))]
    found = _LISTED.search(main)
    if len(kinds) != 1 or found is None or measured(main):
        return None
    kind = re.sub(r"\s(?:is|are|must|shall|may|can|will|cannot|of|in|at|for|be)$", "", kinds[0])
    names = tuple(name for name in re.split(r",\s(?:and\s|or\s)?|\s(?:and|or)\s", found["list"]) if name)
    last = names[-1].split() if names else []
    if len(last) == 2 and all(name[0].isupper() and " " not in name for name in names[:-1]) and last[1].islower():
        names = (*names[:-1], last[0])  # "a PNG, JPEG or GIF image"
    return (kind, names) if kind.split()[-1] not in _NO_KIND and len(names) > 1 else None


def _is_rest(main: str) -> bool:
    """Whether a sentence is of what no other rule speaks of: "A booking for a smaller or a larger group is turned away"."""
    return not measured(main) and (_OTHER.search(main) is not None or _COMPARATIVE.search(main) is not None)


_HAS_MORE: Final = re.compile(
    r"\b(?:who|which|that|whose)\s|\b(?:with|without)\s(?!it\b|them\b|this\b|that\b)|\bin\s(?:the\s)?(?:states?|status)\s|"
    r"\b(?:having|holding|in)\s(?:the\s)?roles?\s",
    re.I,
)
_ROLE: Final = re.compile(r"\b(?:with|having|holding|in)\s(?:the\s|an?\s)?roles?\s")


def _own_condition(main: str) -> str:
    """A main clause that says something of its subject or object: a measure, a relative clause, "with" or "without"."""
    return f"~{main}" if measured(main) or has_more(main) else ""


def has_more(main: str) -> bool:
    """Whether a main clause says who or what it is of: "who …", "with …", a state."""
    return _HAS_MORE.search(main) is not None


def measured(text: str) -> bool:
    """Whether a text compares something with a number."""
    return any(True for _ in measures(text))


def refuses(main: str) -> bool:
    """Whether a main clause refuses something."""
    return REFUSES.search(main) is not None
