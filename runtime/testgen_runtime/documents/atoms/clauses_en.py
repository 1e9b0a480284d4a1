"""An English sentence -> its rules, each a main clause with its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from testgen_runtime.documents.atoms import words_en
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut, unlabelled

_COMMA = re.compile(r",(?!\d{3}\b)")


_SCENARIO = re.compile(
    r"given\s(?:that\s)?(?P<given>.{3,200}?)[,:]?\s(?:and\s)?when\s(?P<when>.{3,200}?)[,:]?\sthen\s(?P<then>.{3,300})$",
    re.IGNORECASE | re.DOTALL,
)


def units_en(sentence: Part) -> Iterator[Unit]:
    """The rules of one sentence, in its order."""
    sentence, listed = unlabelled(sentence)
    if scenario := _SCENARIO.match(sentence.text):
        given, when, then = (cut(sentence, scenario.start(name), scenario.end(name)) for name in ("given", "when", "then"))
        yield Unit(sentence, then, "en", (Subordinate(given), Subordinate(when, trigger=True)), listed=listed)
        return
    at = 0
    for match in words_en.NEXT_RULE.finditer(sentence.text):
        if words_en.MODAL.search(sentence.text, at, match.start()) and not words_en.LEADING.match(sentence.text[at:]):
            yield _unit_en(cut(sentence, at, match.start()), listed)
            at = match.end()
    if second := words_en.AND_REJECT.search(sentence.text, at):
        yield _unit_en(cut(sentence, at, second.start()), listed)
        at = second.end()
    if (second := words_en.ABOVE_THAT.search(sentence.text, at)) and words_en.PLAIN_VERB.search(
        sentence.text, at, second.start()
    ):
        yield _unit_en(cut(sentence, at, second.start()), listed)
        at = second.end()
    if (second := words_en.AND_THE_REST.search(sentence.text, at)) and not words_en.REFUSE.search(
        sentence.text, at, second.start()
    ):
        yield _unit_en(cut(sentence, at, second.start()), listed)
        at = second.end()
    left_out = words_en.BUT_NOT_FOR.search(sentence.text, at)
    if left_out and words_en.ROLE.search(left_out["who"]):
        yield from _but_not_for(sentence, at, left_out, listed)
        return
    second = words_en.AND_MUST.search(sentence.text, at)
    if second and (words_en.REFUSE.search(sentence.text, at, second.start()) is None) != (
        words_en.REFUSE.search(sentence.text, second.end()) is None
    ):
        yield _unit_en(cut(sentence, at, second.start()), listed)
        at = second.end()
    if elsewhere := words_en.NOT_IN.search(sentence.text, at):
        yield from _not_in(sentence, at, elsewhere, listed)
        return
    if but := words_en.BUT_NOT.search(sentence.text, at) or words_en.REFUSED_TOO.search(sentence.text, at):
        yield from _two_sides(sentence, at, but, listed)
        return
    if second := words_en.TWO_VERDICTS.search(sentence.text, at):
        first = cut(sentence, at, second.start())
        if any(words_en.REFUSE.search(part) or words_en.ACCEPT.search(part) for part in (first.text, second["done"])):
            yield _unit_en(first, listed)
            yield _second_verdict(first, cut(sentence, second.start("done"), len(sentence.text)), listed)
            return
    if late := words_en.REJECTED_LATER.search(sentence.text, at):
        first = cut(sentence, at, late.start())
        yield _unit_en(first, listed)
        yield _rejected_later(first, cut(sentence, late.start("done"), len(sentence.text)), late["done"].lower())
        return
    yield _unit_en(cut(sentence, at, len(sentence.text)), listed)


def _but_not_for(sentence: Part, at: int, found: re.Match[str], listed: bool) -> Iterator[Unit]:
    """A rule and whom it leaves out: "it shall be possible for curators to lend exhibits, but not for visitors"."""
    first = _unit_en(cut(sentence, at, found.start()), listed)
    yield first
    modal = words_en.MODAL.search(first.main.text)
    rest = cut(sentence, found.start("who"), found.end("who"))
    verb = first.main.text[modal.end() :].strip() if modal else "do so"
    yield Unit(rest, Part(rest.start, rest.end, f"{rest.text} may not {verb}"), "en", (), listed=listed)


def _not_in(sentence: Part, at: int, found: re.Match[str], listed: bool) -> Iterator[Unit]:
    """A rule and the states in which it does not hold: "possible in the states A and B, not in the states C and D"."""
    first = _unit_en(cut(sentence, at, found.start()), listed)
    yield first
    modal = words_en.MODAL.search(first.main.text) or words_en.PLAIN_VERB.search(first.main.text)
    rest = cut(sentence, found.end(), len(sentence.text))
    subject = first.main.text[: modal.start()].strip() if modal else "it"
    yield Unit(rest, Part(rest.start, rest.end, f"{subject} is not possible {rest.text}"), "en", (), listed=listed)


def _two_sides(sentence: Part, at: int, but: re.Match[str], listed: bool) -> Iterator[Unit]:
    """A rule and its other side, which shares its subject and verb: "…, but not once it is Released"."""
    first = _unit_en(cut(sentence, at, but.start()), listed)
    yield first
    done = but.groupdict().get("done")
    rest = cut(sentence, but.start("done") if done else but.end(), len(sentence.text))
    modal = words_en.MODAL.search(first.main.text) or words_en.PLAIN_VERB.search(first.main.text)
    subject = first.main.text[: modal.start()].strip() if modal else "the request"
    if done:
        yield Unit(rest, Part(rest.start, rest.end, f"{subject} is {rest.text}"), "en", (), listed=listed)
        return
    verb = first.main.text[modal.end() :].strip() if modal else ""
    told = f"{subject} {modal[0].strip() if modal else 'may'} not {verb}"
    marker = words_en.LEADING.match(rest.text)
    clause = cut(rest, marker.end() if marker else 0, len(rest.text))
    if taking := re.match(r"during\s", clause.text, re.IGNORECASE):
        clause = _taking_place(cut(clause, taking.end(), len(clause.text)))
    yield Unit(rest, Part(rest.start, rest.end, told), "en", (Subordinate(clause),), listed=listed)


def _second_verdict(first: Part, rest: Part, listed: bool) -> Unit:
    """A second participle with its own condition, whose subject is that of `first`: "…, and approved when it is less"."""
    marker = words_en.TRAILING.search(rest.text)
    done = rest.text[: marker.start()] if marker else rest.text
    modal = words_en.MODAL.search(first.text) or words_en.PLAIN_VERB.search(first.text)
    subject = first.text[: modal.start()].strip(" ,") if modal else "the request"
    conditions = tuple(_parted(cut(rest, marker.end(), len(rest.text)), marker[0])) if marker else ()
    return Unit(rest, Part(rest.start, rest.start + len(done), f"{subject} shall be {done}"), "en", conditions, listed=listed)


def _rejected_later(first: Part, rest: Part, done: str) -> Unit:
    """The other side of the rule `first`, whose subject it shares: "… and rejected afterwards"."""
    modal = words_en.MODAL.search(first.text) or words_en.PLAIN_VERB.search(first.text)
    subject = first.text[: modal.start()].strip() if modal else "the request"
    negated = done.removeprefix("not ")
    told = f"{subject} shall not be {negated}" if done != negated else f"{subject} shall be {done}"
    return Unit(rest, Part(rest.start, rest.end, told), "en", (), otherwise=True)


_POSSIBLE = re.compile(
    r"^it\s(?P<modal>(?:shall|must|should|will)(?:\snot|\sonly)?\sbe|is(?:\snot|\sonly)?|must\snever\sbe)\s(?:possible|permitted|allowed)\s(?:for\s(?P<who>[^,;]{2,60}?)\s)?to\s",
    re.IGNORECASE,
)


def _possible(main: Part) -> Part:
    """ "It shall (not) be possible for a clerk to do it" as "a clerk may (not) do it"; the end of the text is as it is written."""
    found = _POSSIBLE.match(main.text)
    if found is None:
        return main
    modal = "may not" if re.search(r"\bno[t]\b|never", found["modal"]) else "may only" if "only" in found["modal"] else "may"
    return Part(main.start, main.end, f"{found['who'] or 'users'} {modal} {main.text[found.end() :]}")


def _unit_en(part: Part, listed: bool) -> Unit:
    conditions: list[Subordinate] = []
    main = part
    otherwise = False
    if (found := words_en.OTHERWISE.match(main.text)) or (
        found := words_en.UNMET.match(main.text) or words_en.BEYOND.match(main.text) or words_en.MORE_OF.match(main.text)
    ):
        main, otherwise = cut(main, found.end(), len(main.text)), True
    if found := words_en.LINK.match(main.text):
        main = cut(main, found.end(), len(main.text))
    if found := words_en.SCOPE.match(main.text):
        main = cut(main, found.end(), len(main.text))
    if (found := words_en.SCENARIO.match(main.text)) and "," not in main.text:
        rest = cut(main, found.end(), len(main.text))
        if found["if"]:
            return Unit(part, Part(part.end, part.end, ""), "en", (Subordinate(rest),), listed=listed)
        main = rest
    if found := _INVERTED.match(main.text):
        conditions.append(_subordinate(cut(main, found.start("if"), found.end("if")), "only if"))
        main = cut(main, found.end("if"), len(main.text))
    elif found := words_en.LEADING.match(main.text):
        end = _end_of_leading(main.text, found.end())
        if end is not None:
            conditions.extend(_parted(cut(main, found.end(), end[0]), found[0]))
            main = cut(main, end[1], len(main.text))
    for found in words_en.TRAILING.finditer(main.text):
        if not words_en.MODAL.search(main.text, 0, found.start()) and not words_en.PLAIN_VERB.search(main.text, 0, found.start()):
            continue
        if _SECOND_IF.search(main.text, found.end()):
            break
        if words_en.NO_CONDITION.search(main.text, 0, found.start()) or _no_clause(main.text, found):
            continue
        conditions.extend(_parted(cut(main, found.end(), len(main.text)), found[0]))
        main = cut(main, 0, len(_JOINED.sub("", main.text[: found.start()])))
        break
    main = _possible(main)
    modal = words_en.MODAL.search(main.text)
    barred = words_en.REFUSE.search(main.text) is not None or (modal is not None and modal["may"] is not None)
    conditions = [_first(c) if c.before and barred else c for c in conditions]
    named = main.text[: modal.start()].rstrip() if modal else main.text
    left_out = words_en.OTHERS_INSIDE.search(named) or words_en.OUTSIDE.search(main.text)
    left_out = left_out or words_en.BARE_COMPARED.search(named) or words_en.BARE_COMPARED.search(main.text)
    otherwise = otherwise or words_en.OTHERS.match(main.text) is not None
    told_apart = words_en.REFUSE.search(main.text) is not None
    if modal and not words_en.ORDINAL.match(named):
        told_apart = told_apart or words_en.ACCEPT.search(main.text) is None
    told_apart = told_apart or (words_en.THE_REST_IS.match(main.text) is not None and words_en.ACCEPT.search(main.text) is None)
    told_apart = told_apart or (words_en.GIVEN_BACK.search(main.text) is not None and words_en.ACCEPT.search(main.text) is None)
    otherwise = otherwise or (left_out is not None and told_apart)
    return Unit(part, main, "en", tuple(c for c in conditions if c.part.text), otherwise, listed)


_JOINED = re.compile(r",?\s+and$", re.IGNORECASE)
"""What joins a condition to the demand before it: "only by an accountant and only while …"."""
_FURTHER = re.compile(
    r"\s*,?\s+(?:but\s+)?(?P<marker>unless|except (?:if|when|where|during|in (?:the )?case of|in the event of)|provided(?: that)?|on condition that|as long as)\s+",
    re.IGNORECASE,
)
_IN_WHICH_CASE = re.compile(r"\s*,?\s+in (?:which|that|this) case\b.*$", re.IGNORECASE | re.DOTALL)


def _parted(part: Part, marker: str) -> list[Subordinate]:
    """A condition with what is joined to it by a marker of its own: "if A, unless B"; without what follows from it."""
    if aside := _IN_WHICH_CASE.search(part.text):
        part = cut(part, 0, aside.start())
    out = []
    while further := _FURTHER.search(part.text):
        out.append(_subordinate(cut(part, 0, further.start()), marker))
        part, marker = cut(part, further.end(), len(part.text)), further["marker"]
    return [*out, _subordinate(part, marker)]


_INVERTED = re.compile(
    r"only\s(?:if|when)\s(?P<if>[^,;]{3,160}?)(?=,?\s(?:may|can|shall|must|will|should)\s(?:the|an?|any|it|they|users)\b)",
    re.IGNORECASE,
)
"""The verb before its subject: "Only if the payment has been confirmed may the order be shipped"."""
_EVENT = re.compile(r"\b(?:after|before|until|once)\b", re.IGNORECASE)
_TIMED = re.compile(
    r"(?<!within )(?<!in )(?<!than )(?<!most )(?<!least )(?<!to )\b\d[\d.,]* (?:business |working )?[a-z]+$", re.IGNORECASE
)
_SECOND_IF = re.compile(r",?\s(?:and|or|but)\s(?:\d|[\w-]+\s)[\w -]{0,40}?\s?(?:if|when)\s", re.IGNORECASE)


def _no_clause(text: str, marker: re.Match[str]) -> bool:
    """Whether what follows a marker is no condition: "once per customer", "after the time of booking", "5 minutes after …"."""
    word, rest = marker[0].strip(" ,").lower(), text[marker.end() :]
    if word == "once" and (
        not rest
        or re.match(r"(?:per|a|an|every|daily|in|by|and|only)\b|[,.;]", rest)
        or re.search(r"\b(?:most|least|only|than)$", text[: marker.start()])
    ):
        return True
    if word in ("after", "before") and re.match(r"(?:that|this)\b", rest):
        return True
    if _EVENT.fullmatch(word):
        return _TIMED.search(text[: marker.start()]) is not None or _FINITE.search(rest) is None
    return False


_FINITE = re.compile(
    r"^[a-z]+ing\b|\b(?:is|are|was|were|has|have|had|does|do|did|can|be|been|[a-z]{2,}ed|[a-z]{3,}s(?=\s(?:the|an?|its|"
    r"his|her|their|to|in|on)\b|$)|"
    r"lost|sent|paid|made|gone|begun|set)\b",
    re.IGNORECASE,
)


_MORE_IF = re.compile(r",\s(?:(?:and|or|but)\s(?:only\s)?(?:if|when|while)|provided|unless|except)\s", re.IGNORECASE)


_COME_TRUE = re.compile(r"\b(?:has|have) (?:been )?[a-z]+|\b(?:is|are) [a-z]+(?:ed|en|aid|id)\b", re.IGNORECASE)


def _end_of_leading(text: str, at: int) -> tuple[int, int] | None:
    """Where the leading condition ends and where the main clause starts."""
    if then := re.compile(r",?\s+then\s+").search(text, at):
        return then.start(), then.end()
    first = _COMMA.search(text, at)
    while first is not None and (more := _MORE_IF.match(text, first.start())):
        first = _COMMA.search(text, more.end())
    if first is None:
        return None
    modal = words_en.MODAL.search(text, first.start())
    commas = list(_COMMA.finditer(text, at, modal.start())) if modal else []
    comma = commas[-1].start() if commas else first.start()
    return comma, comma + 1


def _first(found: Subordinate) -> Subordinate:
    """ "Before the briefing has been completed, nobody may enter": what must have happened first, as "unless"."""
    return replace(found, holds=False, trigger=False)


def _taking_place(part: Part) -> Part:
    """ "a storm warning" as a clause: "there is a storm warning"; what is known is something that one is in ("the winter break")."""
    known = re.match(r"(?:the|this|that|its)\s|[a-z]+ing\b", part.text, re.IGNORECASE) is not None
    plural = not known and re.search(r"(?<!s)s$", part.text) is not None and not re.match(r"an?\s", part.text, re.IGNORECASE)
    return Part(
        part.start, part.end, f"the time is during {part.text}" if known else f"there {'are' if plural else 'is'} {part.text}"
    )


def _subordinate(part: Part, marker: str) -> Subordinate:
    marker = " ".join(marker.lower().split())
    if re.search(r"(?:during|in (?:the )?case of|in the event of)$", marker):
        part = _taking_place(part)
    return Subordinate(
        part,
        before=re.fullmatch(r"(?:before|until)", marker) is not None and _COME_TRUE.search(part.text) is not None,
        holds=not re.search(r"unless|except", marker),
        only="only" in marker,
        trigger="only" not in marker
        and re.search(r"\b(?:upon|after|once|on receipt|as soon as|before|until)\b", marker) is not None,
    )
