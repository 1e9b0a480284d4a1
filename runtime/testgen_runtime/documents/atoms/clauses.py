"""Sentences and their clauses: what is the rule, under which conditions, and which branch is the "otherwise".

All offsets are into the clean text of a `View`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from testgen_runtime.documents.atoms import words_en, words_zh
from testgen_runtime.documents.model import Language

Verdict = Literal["accept", "refuse", "neutral"]
MOST_CHARACTERS = 1500  # of one sentence; what is longer is cut there, so that work stays linear

_END = re.compile(
    r"[。！？；\n]|;(?!\s?[\w-]+=)|(?<=[\w)\]”\"’%'])[.!?](?=[\s\"”’)]|$)|\s*[,，]\s*(?=or else\b|otherwise\b|else\b|否则|反之)"
    r"|(?<=[a-z]):\s(?=(?:It|The|If|When|Any|All|Each|Every|Users?|An?)\s)",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|no|resp|approx|incl|max|min|fig|sec)|(?<![°\w])[A-Za-z])$", re.IGNORECASE
)
_LABEL = re.compile(
    r"\s*(?:[-*+•·●▪◦‣]\s+|\(?(?:[a-zA-Z]|[ivx]{1,4}|\d{1,3})[).、]\s*|（[一二三四五六七八九十\d]{1,3}）\s*|[①-⑳]\s*|"
    r"A\s+(?=(?:A|An|The|Every|All|Each|If|When|Unless|Only|For|Any|In|No|Upon)\s)|[B-Z]\s+(?=[A-Z])|(?:场景|用例|"
    r"步骤|情形)\s?\d{1,3}\s?[:：]\s?)"
)


_COMMA = re.compile(r",(?!\d{3}\b)")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of clean text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Subordinate:
    """A conditional clause without its marker. `holds` False: "unless". `trigger`: an event that starts the rule."""

    part: Part
    holds: bool = True
    only: bool = False
    trigger: bool = False


@dataclass(slots=True)
class Unit:
    """One rule: a main clause with its conditions. `masked` is the main clause without what limits have used up."""

    part: Part
    main: Part
    language: Language
    conditions: tuple[Subordinate, ...] = ()
    otherwise: bool = False
    listed: bool = False
    verdict: Verdict = "neutral"
    used: list[tuple[int, int]] = field(default_factory=list)

    def in_condition(self, at: int) -> Subordinate | None:
        """The condition that the offset `at` lies in."""
        return next((c for c in self.conditions if c.part.start <= at < c.part.end), None)

    def clause_start(self, at: int) -> int:
        """Where the clause that the offset `at` lies in begins."""
        condition = self.in_condition(at)
        if condition is not None:
            return condition.part.start
        return self.main.start if self.main.start <= at else self.part.start


def units(text: str, language: Language) -> list[Unit]:
    """The rules of a requirement in the order of its text."""
    out: list[Unit] = []
    split = _units_zh if language == "zh" else _units_en
    for part in _sentences(text):
        out.extend(split(part))
    return _gathered(out)


def _gathered(found: list[Unit]) -> list[Unit]:
    """A condition that stands alone belongs to its neighbour: 除非 A，否则 B is B unless A; B，除非 A too."""
    out: list[Unit] = []
    waiting: tuple[Subordinate, ...] = ()
    for unit in found:
        if unit.conditions and not unit.main.text:
            if out and any(not c.holds for c in unit.conditions):
                out[-1] = replace(out[-1], conditions=(*out[-1].conditions, *unit.conditions))
                continue
            if not out and unit is not found[-1] and any(not c.holds for c in unit.conditions):
                waiting = unit.conditions
                continue
        elif waiting:
            unit = replace(unit, conditions=(*waiting, *unit.conditions), otherwise=False)
            waiting = ()
        out.append(unit)
    return out


def cut(part: Part, start: int, end: int) -> Part:
    """The stretch `[start, end)` of the part's own text, without spaces and closing marks at its ends."""
    text = part.text[start:end]
    left = len(text) - len(text.lstrip(" ,，、:：\n"))
    text = text[left:].rstrip(" ,，、.;。；!！:：\n")
    return Part(part.start + start + left, part.start + start + left + len(text), text)


def _sentences(text: str) -> Iterator[Part]:
    begin = 0
    for match in _END.finditer(text):
        if (
            match[0] == "."
            and _ABBREVIATION.search(text[max(begin, match.start() - 8) : match.start()])
            and match.end() < len(text)
        ):
            continue
        yield from _bounded(text, begin, match.start())
        begin = match.end()
    yield from _bounded(text, begin, len(text))


def _bounded(text: str, begin: int, end: int) -> Iterator[Part]:
    while begin < end:
        stop = min(end, begin + MOST_CHARACTERS)
        part = cut(Part(begin, stop, text[begin:stop]), 0, stop - begin)
        if part.text:
            yield part
        begin = stop


def _unlabelled(part: Part) -> tuple[Part, bool]:
    label = _LABEL.match(part.text)
    if label and label.end() < len(part.text):
        return cut(part, label.end(), len(part.text)), True
    return part, False


def _units_en(sentence: Part) -> Iterator[Unit]:
    sentence, listed = _unlabelled(sentence)
    at = 0
    for match in words_en.NEXT_RULE.finditer(sentence.text):
        if words_en.MODAL.search(sentence.text, at, match.start()) and not words_en.LEADING.match(sentence.text[at:]):
            yield _unit_en(cut(sentence, at, match.start()), listed)
            at = match.end()
    if second := words_en.AND_REJECT.search(sentence.text, at):
        yield _unit_en(cut(sentence, at, second.start()), listed)
        at = second.end()
    yield _unit_en(cut(sentence, at, len(sentence.text)), listed)


def _unit_en(part: Part, listed: bool) -> Unit:
    conditions: list[Subordinate] = []
    main = part
    otherwise = False
    if found := words_en.OTHERWISE.match(main.text):
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
    if found := words_en.LEADING.match(main.text):
        end = _end_of_leading(main.text, found.end())
        if end is not None:
            conditions.append(_subordinate(cut(main, found.end(), end[0]), found[0]))
            main = cut(main, end[1], len(main.text))
    for found in words_en.TRAILING.finditer(main.text):
        if not words_en.MODAL.search(main.text, 0, found.start()) and not words_en.PLAIN_VERB.search(main.text, 0, found.start()):
            continue
        if _SECOND_IF.search(main.text, found.end()):
            break
        if words_en.NO_CONDITION.search(main.text, 0, found.start()) or _no_clause(main.text, found):
            continue
        conditions.append(_subordinate(cut(main, found.end(), len(main.text)), found[0]))
        main = cut(main, 0, found.start())
        break
    modal = words_en.MODAL.search(main.text)
    named = main.text[: modal.start()] if modal else main.text
    left_out = words_en.OTHERS_INSIDE.search(named) or words_en.OUTSIDE.search(main.text)
    otherwise = otherwise or words_en.OTHERS.match(main.text) is not None
    told_apart = words_en.REFUSE.search(main.text) is not None
    if modal and not words_en.ORDINAL.match(named):
        told_apart = told_apart or words_en.ACCEPT.search(main.text) is None
    otherwise = otherwise or (left_out is not None and told_apart)
    return Unit(part, main, "en", tuple(c for c in conditions if c.part.text), otherwise, listed)


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
    if _EVENT.fullmatch(word):
        return _TIMED.search(text[: marker.start()]) is not None or _FINITE.search(rest) is None
    return False


_FINITE = re.compile(
    r"^[a-z]+ing\b|\b(?:is|are|was|were|has|have|had|does|do|did|can|be|been|[a-z]{2,}ed|[a-z]{3,}s(?=\s(?:the|an?|its|"
    r"his|her|their|to|in|on)\b|$)|"
    r"lost|sent|paid|made|gone|begun|set)\b",
    re.IGNORECASE,
)


def _end_of_leading(text: str, at: int) -> tuple[int, int] | None:
    """Where the leading condition ends and where the main clause starts."""
    if then := re.compile(r",?\s+then\s+").search(text, at):
        return then.start(), then.end()
    first = _COMMA.search(text, at)
    if first is None:
        return None
    modal = words_en.MODAL.search(text, first.start())
    commas = list(_COMMA.finditer(text, at, modal.start())) if modal else []
    comma = commas[-1].start() if commas else first.start()
    return comma, comma + 1


def _subordinate(part: Part, marker: str) -> Subordinate:
    marker = " ".join(marker.lower().split())
    return Subordinate(
        part,
        holds=not re.search(r"unless|except", marker),
        only="only" in marker,
        trigger=re.search(r"\b(?:upon|after|once|on receipt|as soon as|before|until)\b", marker) is not None,
    )


def _units_zh(sentence: Part) -> Iterator[Unit]:
    sentence, listed = _unlabelled(sentence)
    segments: list[Part] = []
    at = 0
    for match in re.finditer(r"[，,](?!\d{3})", sentence.text):
        segments.append(cut(sentence, at, match.start()))
        at = match.end()
    segments.append(cut(sentence, at, len(sentence.text)))
    group: list[Part] = []
    seen_rule = conditional = False
    for segment in (s for s in segments if s.text):
        condition = words_zh.is_condition(segment.text)
        rule = not condition and words_zh.RULE.search(segment.text) is not None
        conditional = words_zh.is_condition(group[0].text) if group else False  # the condition reaches to the sentence's end
        turns = (words_zh.TURNS.search(segment.text) or words_zh.COMPARED.match(segment.text)) is not None
        # "抬头不能为空，且长度不超过 50 个字": the limit is told by itself
        turns = turns or bool(group and words_zh.BARRED.match(group[-1].text) and words_zh.STATES_LIMIT.search(segment.text))
        own = turns if conditional else words_zh.OWN_RULE.search(segment.text) is not None or turns
        inner = words_zh.INNER_THEN.match(segment.text) or words_zh.INNER.match(segment.text)
        then = not conditional and bool(group) and inner is not None
        violated = words_zh.VIOLATED.match(segment.text) is not None and not conditional and bool(group)
        if then or violated or (seen_rule and (condition or (rule and own) or (turns and not conditional))):
            yield _unit_zh(sentence, group, listed)
            group, seen_rule = [], False
        group.append(segment)
        seen_rule = seen_rule or rule or words_zh.STATES_LIMIT.search(segment.text) is not None
    if group:
        yield _unit_zh(sentence, group, listed)


def _unit_zh(sentence: Part, group: list[Part], listed: bool) -> Unit:
    start, end = group[0].start, group[-1].end
    whole = cut(sentence, start - sentence.start, end - sentence.start)
    otherwise = False
    first = group[0]
    if found := words_zh.OTHERWISE.match(first.text):
        group = [cut(first, found.end(), len(first.text)), *group[1:]]
        otherwise = True
        group = [p for p in group if p.text] or group
    count = _conditional_segments(group)
    conditions: list[Subordinate] = []
    if count:
        begin, stop = group[0].start, group[count - 1].end
        conditions.append(_subordinate_zh(cut(sentence, begin - sentence.start, stop - sentence.start)))
        group = group[count:]
    if not group:
        return Unit(whole, Part(whole.end, whole.end, ""), "zh", tuple(conditions), otherwise, listed)
    main = cut(sentence, group[0].start - sentence.start, end - sentence.start)
    if (not conditions and (found := words_zh.INNER.match(main.text))) or (
        not conditions
        and (found := words_zh.INNER_THEN.match(main.text) or words_zh.COMPARED.match(main.text))
        and words_zh.MODAL.search(found["cond"]) is None
    ):
        conditions.append(_subordinate_zh(cut(main, 0, found.end("cond"))))
        main = cut(main, found.end(), len(main.text))
    main = cut(main, words_zh.THEN.match(main.text).end() if words_zh.THEN.match(main.text) else 0, len(main.text))  # type: ignore[union-attr]
    otherwise = otherwise or words_zh.OTHERS.match(main.text) is not None
    return Unit(whole, main, "zh", tuple(c for c in conditions if c.part.text), otherwise, listed)


def _conditional_segments(group: list[Part]) -> int:
    """How many of the first segments form the condition."""
    if not words_zh.is_condition(group[0].text):
        return 0
    for index, segment in enumerate(group[:4]):
        if words_zh.CLOSES.search(segment.text):
            return index + 1 if index + 1 < len(group) or index else 1
    count = 1
    while count < len(group) - 1 and words_zh.JOINS.match(group[count].text):
        count += 1
    return count


def _subordinate_zh(part: Part) -> Subordinate:
    opened = words_zh.OPENS.match(part.text)
    closed = words_zh.CLOSES.search(part.text)
    marker = opened[0] if opened else ""
    body = cut(
        part, opened.end() if opened else 0, closed.start() if closed and not closed[0].startswith("之前") else len(part.text)
    )
    return Subordinate(
        body,
        holds="除非" not in marker and "除了" not in marker,
        only="只有" in marker or "仅" in marker,
        trigger=bool(closed and "后" in closed[0]) or marker.startswith("一旦"),
    )
