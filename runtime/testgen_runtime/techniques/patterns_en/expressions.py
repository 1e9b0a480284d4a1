"""Conditions that are nested: "if it weighs at most 12 tonnes and is either a local vehicle or has a permit", "if A and B, or C".

The condition is read as a tree of "and" and "or" over clauses; each clause is tried in the situation in which it alone decides
(modified condition/decision coverage of a decision table, ISO/IEC/IEEE 29119-4:2021, 5.2.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from testgen_runtime.documents.atoms.negation import opposite
from testgen_runtime.documents.model import Limit
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.limits import ranges
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.names import limit_name
from testgen_runtime.techniques.patterns_en.telling import REFUSED, answer, as_one, operation, point, question
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.trees import Clause, Tree, Way, of_limit, of_words, rows
from testgen_runtime.techniques.view import View

MOST_CLAUSES = 6
_IF = re.compile(
    r"\b(?:only\s)?(?P<if>if|when|provided(?:\sthat)?|on condition that|as long as)\s(?P<cond>[^.;:\n]+)(?=[.;\n]|$)", re.I
)
_LISTED = re.compile(
    r"\b(?:only\s)?(?:if|when|provided(?:\sthat)?)\s(?P<how>[^.;:\n]{0,60}):\s*\n+"
    r"(?P<items>(?:[ \t]*(?:[-*•]|\(?[a-z\d]{1,2}[.)])[ \t]+[^\n]+\n*){2,6})",
    re.I,
)
_ITEM = re.compile(r"^[ \t]*(?:[-*•]|\(?[a-z\d]{1,2}[.)])[ \t]+(?P<text>[^\n]+?)[;,.]?(?:\s(?:and|or))?[;,]?\s*$", re.M)
_ANY_OF = re.compile(r"\b(?:any|either|(?:at least )?one|some)\b", re.I)
_AGAIN = r"(?:if|when|provided(?:\sthat)?)\s"
_VERB = (
    r"(?:is|are|was|were|has|have|had|does|do|can|cannot|weighs?|lasts?|costs?|exceeds?|contains?|holds?|belongs?|lies|lived|"
    r"expires?|amounts?)"
)
_CLAUSE = re.compile(rf"^(?P<subject>(?:(?!{_VERB}\b)[\w’'-]+\s){{1,7}}?)(?P<verb>{_VERB})\b\s?(?P<rest>.*)$", re.I)
_NO_SUBJECT = re.compile(rf"^(?P<verb>{_VERB})\b\s(?P<rest>.+)$", re.I)
_VALUES = re.compile(r"^(?:either\s)?(?P<list>[\w-]+(?:\s[\w-]+)?(?:,\s[\w-]+(?:\s[\w-]+)?)*,?\sor\s[\w-]+(?:\s[\w-]+)?)$")
_PLAIN = re.compile(r"^(?:a|an|the|not|no|at|more|less|below|above|over|under|equal|between|within|older|younger)\b", re.I)


def points(view: View) -> Iterator[TestPoint]:
    """A point for each way of each clause where that clause decides; nothing where the condition is not nested."""
    text = view.requirement.text
    found = _condition(text)
    if found is None:
        return
    tree, head, rest = _read(view, found), text[: found[1]], text[found[2] :]
    if tree is None or not _worth(tree):
        return
    clause = re.split(r"(?<=[\w)%])[.;]\s", head)[-1]
    refusing = REFUSED.search(clause) is not None
    if (
        not refusing
        and REFUSED.search(rest) is None
        and not re.search(r"\bonly\s+$|\bonly\s(?:if|when)", text[max(0, found[1] - 6) :][:20])
    ):
        return
    done = operation(clause) if not refusing else operation(rest)
    if done is None or REFUSED.search(done.verb):
        return
    for decided, held, outcome in rows(tree):
        ways = [decided, *held]
        inputs: dict[str, Input] = {}
        for way in ways:
            if any(name in inputs and inputs[name] != value for name, value in way.inputs.items()):
                break
            inputs.update(way.inputs)
        else:
            ok = outcome != refusing
            yield point(
                view,
                technique=decided.technique,
                ok=ok,
                inputs=inputs,
                preconditions=[way.line for way in ways],
                do=done.do(),
                see=done.done(ok),
                reason=decided.reason,
                weight=decided.weight,
                title=as_one(way.line for way in ways),
            )


def _condition(text: str) -> tuple[str, int, int, str] | None:
    """(condition, start, end, how a list of conditions is joined: "" for a sentence)."""
    if listed := _LISTED.search(text):
        items = [m["text"].strip() for m in _ITEM.finditer(listed["items"])]
        return "\n".join(items), listed.start(), listed.end(), "or" if _ANY_OF.search(listed["how"]) else "and"
    found = _IF.search(text)
    if found is None or re.search(r"\bunless\b|\bexcept\b|\bthen\b", found["cond"]):
        return None
    if found.start() == 0 or re.search(r"[.;]\s$", text[: found.start()]):
        return None
    return found["cond"].strip(), found.start(), found.end(), ""


def _read(view: View, found: tuple[str, int, int, str]) -> Tree | None:
    """The tree of a condition; None where a part of it is no clause."""
    condition, start, end, listed = found
    reader = _Reader(view, start, end)
    tree = reader.joined(listed, condition.split("\n")) if listed else reader.tree(condition)
    return tree if isinstance(tree, Tree) and reader.clauses <= MOST_CLAUSES else None


class _Reader:
    """Reads clauses in the order of the text; `subject` and `verb` are those that a later clause may share."""

    def __init__(self, view: View, start: int, end: int) -> None:
        self.view, self.start, self.end = view, start, end
        self.subject, self.verb, self.clauses = "", "", 0

    def joined(self, how: str, pieces: Sequence[str]) -> Tree | None:
        parts = [self.tree(piece) for piece in pieces]
        return (
            None
            if any(p is None for p in parts)
            else Tree("or" if how == "or" else "and", tuple(p for p in parts if p is not None))
        )

    def tree(self, text: str) -> Tree | Clause | None:
        """ "A and B, or if C" parts at the "or", "A, and B or C" at the "and", "A and either B or C" around "either"."""
        text = text.strip(" ,")
        strong = re.split(rf",?\sor\s{_AGAIN}|,\sor\s(?=[^,]*\b{_VERB}\b)", text)
        if len(strong) > 1:
            return self.joined("or", strong)
        if either := re.search(r"\beither\s", text):
            return self._either(text, either)
        strong = re.split(rf",?\sand\s{_AGAIN}|,\sand\s(?:in addition,?\s)?(?=[^,]*\b{_VERB}\b)", text)
        if len(strong) > 1:
            return self.joined("and", strong)
        both = [w for w in ("and", "or") if any(self._clauses(text, w))]
        if len(both) == 2:
            return None  # "A and B or C": which binds, is not told
        if both:
            return self.joined(both[0], self._pieces(text, both[0]))
        return self.clause(text)

    def _either(self, text: str, either: re.Match[str]) -> Tree | Clause | None:
        before, after = text[: either.start()].strip(" ,"), text[either.end() :]
        alternatives = re.split(r",?\sor\s", after)
        if len(alternatives) < 2 or re.search(r"\sand\s", after):
            return None
        carried = re.search(
            rf",?\sand,?\s(?:in addition,?\s)?(?:(?P<subject>(?!{_VERB}\b)(?:[\w-]+\s){{1,4}}?))?(?P<verb>{_VERB})?\s?$",
            before + " ",
        )
        demands = before[: carried.start()] if carried else ""
        if carried is None and not re.fullmatch(rf"(?:[\w-]+\s){{1,5}}{_VERB}", before):
            return None
        first = self.tree(demands) if demands else None
        if demands and first is None:
            return None
        own = carried if carried else re.match(rf"(?P<subject>.+)\s(?P<verb>{_VERB})$", before)
        if own is not None and own["subject"]:
            self.subject = self._subject(own["subject"])
        if own is not None and own["verb"]:
            self.verb = own["verb"]
        others = self.joined("or", alternatives)
        if others is None:
            return None
        return Tree("and", (first, others)) if first is not None else others

    def _clauses(self, text: str, word: str) -> Iterator[bool]:
        for joint in re.finditer(rf"\s{word}\s", text):
            after = text[joint.end() :]
            if _NO_SUBJECT.match(after) or _CLAUSE.match(" ".join(after.split()[:8])):
                yield True

    def _pieces(self, text: str, word: str) -> list[str]:
        pieces, at = [], 0
        for joint in re.finditer(rf",?\s{word}\s(?:also\s|that\s)?", text):
            after = text[joint.end() :]
            if _NO_SUBJECT.match(after) or _CLAUSE.match(" ".join(after.split()[:8])):
                pieces.append(text[at : joint.start()])
                at = joint.end()
        return [*pieces, text[at:]]

    def clause(self, text: str) -> Clause | None:
        text = re.sub(r"^(?:both|that|also)\s", "", text.strip(" ,"))
        self.clauses += 1
        if own := _NO_SUBJECT.match(text):
            verb, rest = own["verb"], own["rest"]
        elif full := _CLAUSE.match(text):
            self.subject = self._subject(full["subject"])
            verb, rest = full["verb"], full["rest"]
        elif self.verb and self.subject:
            verb, rest = self.verb, text
        else:
            return None
        if not self.subject:
            return None
        self.verb = verb
        told = f"{self.subject} {verb} {rest}".strip()
        return self._limit(text) or self._list(verb, rest) or self._plain(told)

    def _subject(self, words: str) -> str:
        words = words.strip()
        if words.lower() in ("it", "they", "he", "she"):
            if self.subject:
                return self.subject
            head = re.match(r"(?:an?|the|every|each|any)?\s?(?P<noun>[a-z][a-z-]*)", self.view.requirement.text, re.I)
            return f"the {head['noun'].lower()}" if head else words
        return re.sub(r"^(?:an?|any|every)\s", "the ", words, flags=re.I)

    def _limit(self, text: str) -> Clause | None:
        whole = self.view.requirement.text
        at = whole.find(text, self.start)
        inside = [(a, v) for a, v in self.view.of(Limit) if at <= self.view.at(a) < at + len(text)]
        found = ranges(inside)
        if at < 0 or len(found) != 1:
            return None
        limit = found[0].limit
        name = re.sub(r"^it\b", self.subject.removeprefix("the "), limit_name(limit, "en"))
        return of_limit(limit, name, "en")

    def _list(self, verb: str, rest: str) -> Clause | None:
        listed = _VALUES.match(rest)
        if verb.lower() not in ("is", "are") or listed is None or _PLAIN.match(rest):
            return None
        values = [v for v in re.split(r",\s(?:or\s)?|\sor\s", listed["list"]) if v]
        name = re.sub(r"\sof\s(?:the|an?|its)\s[\w-]+$", "", self.subject).removeprefix("the ")
        away = self._away(name.split()[-1], values)
        tried = [*((v, True) for v in values), (away or other_value(values, "en"), False)]
        return Clause(tuple(self._value(name, verb, value, ok=ok) for value, ok in tried))

    def _value(self, name: str, verb: str, value: str, *, ok: bool) -> Way:
        told = value in self.view.requirement.text
        return Way(
            holds=ok,
            inputs={name: Input(value, "", "text" if told else "example")},
            line=sentence(f"{self.subject} {verb} {value}", "en"),
            technique=Technique.EQUIVALENCE_PARTITIONING,
            reason=f"the {name} {value}",
            weight=0.9 if ok else 0.92,
        )

    def _away(self, noun: str, values: Sequence[str]) -> str:
        """A value that the text turns away: "a car with a red sticker", "for the purpose of work"."""
        rest = self.view.requirement.text[self.end :]
        for found in re.finditer(
            rf"\b(?:an?|the)\s(?P<a>[a-z]+)\s{noun}s?\b|\b{noun}\sof\s(?P<b>(?!the\b|an?\b|another\b)[a-z]+)\b", rest, re.I
        ):
            value = found["a"] or found["b"]
            if value not in values and value.lower() not in ("other", "different", "another", "valid", "wrong", "same"):
                return value
        return ""

    def _plain(self, told: str) -> Clause:
        key = question(told)
        yes, no = (Input(answer(told, holds=holds)) for holds in (True, False))
        return of_words(key, (yes, sentence(told, "en")), (no, sentence(opposite(told, "en"), "en")), f"{key} decides")


def _worth(tree: Tree) -> bool:
    """Whether the general reading, which knows one level of "and" or "or", would lose something."""
    nested = any(isinstance(part, Tree) for part in tree.parts)
    lists = any(isinstance(part, Clause) and len(part.ways) > 2 and _is_list(part) for part in tree.parts)
    return nested or lists


def _is_list(clause: Clause) -> bool:
    return all(way.technique is Technique.EQUIVALENCE_PARTITIONING for way in clause.ways)
