"""Points of a pattern: what is set up, done and seen, in words of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from testgen_runtime.documents.atoms.nouns_en import singular
from testgen_runtime.documents.atoms.words_en import ROLE
from testgen_runtime.documents.english import infinitive, is_plural, participle
from testgen_runtime.documents.model import Action, Atom, Outcome
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.points import single
from testgen_runtime.techniques.view import View

REFUSED = re.compile(
    r"\b(?:refus\w+|reject\w*|den(?:y|ies|ied|ial)|declin\w+|block\w*|prevent\w*|turned (?:away|back|down)|sent away|"
    r"inhibit\w*|dismiss\w*|"
    r"not (?:be )?(?:allowed|permitted|possible|"
    r"accepted|granted)|forbidden|prohibited|fails?|error)\b",
    re.I,
)
JOINTS = re.compile(r",\s(?:and\s|or\s|as\swell\sas\s)?|\s(?:and|or|as\swell\sas)\s")
"""What parts the names of a list: "doctors, nurses and clerks"."""
_HANGS_ON = re.compile(r"\b(?:unless|except|until|after|before|when|if|while|only|provided|without|during)\b", re.I)
MODAL = r"(?:may|can|must|shall|will|should)"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is done to what: the base form of a verb and the thing, without articles ("edit", "report").

    `by_system`: what the system does with what somebody submits ("an application is accepted"). Without a thing, `verb` is all
    that is done ("work from abroad").
    """

    verb: str
    thing: str
    by_system: bool = False

    def done(self, ok: bool) -> str:
        """What is seen afterwards."""
        if not self.thing:
            return f"The request is {'accepted' if ok else 'rejected'}."
        are = "are" if is_plural(self.thing) else "is"
        if ok:
            return sentence(f"the {self.thing} {are} {participle(self.verb)}", "en")
        return sentence(f"the system refuses this and the {self.thing} {are} not {participle(self.verb)}", "en")

    def do(self, more: str = "") -> str:
        if not self.thing:
            return sentence(f"request to {self.verb}{more}", "en")
        return sentence(f"{'submit' if self.by_system else self.verb} the {self.thing}{more}", "en")


_PASSIVE = re.compile(
    rf"\b(?P<thing>(?:[A-Za-z-]+\s){{0,3}}?(?<![A-Z])\b[a-z-]+)\s(?:{MODAL}\s(?:only\s|not\s|still\s|also\s)*be|is|are)\s(?P<done>[a-z]+(?:ed|en|ied|id|t|wn|ne))\b"
)
_ACTIVE = re.compile(
    rf"\b{MODAL}\s(?:only\s|not\s|still\s|also\s|always\s)*(?P<verb>[a-z]+)\s(?:an?\s|the\s|any\s|its\s)?(?P<thing>[a-z-]+(?:\s[a-z-]+)?)\b"
)
_NO_VERB = frozenset({"be", "have", "do", "not", "only", "exceed"})


def operation(text: str, states: Collection[str] = ()) -> Operation | None:
    """The first operation of a text; `states` are left out of the thing's name ("a Draft report" → "report")."""
    if states:
        text = re.sub(
            r"\s(?:that (?:is|are)|in|with)\s(?:the\s|an?\s)?(?:(?:state|status)\s)?(?:[A-Z]\w+(?:,\s|\sor\s|\sand\s)?)+(?=\s)",
            "",
            text,
        )
    passive, active = _PASSIVE.search(text), _ACTIVE.search(text)
    if active and active["verb"] not in _NO_VERB and re.match(r"(?:from|in|at|on|to|for|with|into|out|up|by)\b", active["thing"]):
        whole = re.match(
            rf"\b{MODAL}\s(?:only\s|not\s|still\s|also\s|always\s)*(?P<what>[^.,;]+?)(?=\s(?:only|if|when|while|unless)\b|[.,;]|$)",
            text[active.start() :],
        )
        return Operation(whole["what"], "") if whole else None
    if passive and (verb := infinitive(passive["done"])) and not (active and active.start() < passive.start()):
        subject = re.split(r"[.;,:]\s", text[: passive.end("thing")])[-1]
        thing = bare(subject)
    elif active and active["verb"] not in _NO_VERB:
        passive, verb, thing = None, active["verb"], active["thing"]
    else:
        return None
    words = [w for w in thing.split() if w not in states and w.lower() not in ("a", "an", "the", "any", "its", "other")]
    words = words[: next((i for i, w in enumerate(words) if w in _AFTER_THING), len(words))]
    words = words[-3:]
    if words and words[-1] in ("it", "them"):
        words = [_spoken_of(text)]
    if not words or words[-1] in ("", "it", "them", "this", "that"):
        return None
    by_system = passive is not None and re.search(r"\b(?:may|can|cannot)\b", passive[0]) is None
    return Operation(verb, " ".join([*words[:-1], singular(words[-1])]).lower(), by_system)


def _spoken_of(text: str) -> str:
    """What "it" stands for: the first thing that the text names and that is nobody's role; "" where there is none."""
    for found in re.finditer(r"\b(?:an?|the)\s(?P<thing>[a-z]+)\b", text, re.I):
        if not ROLE.fullmatch(found["thing"]) and found["thing"] not in ("state", "status"):
            return found["thing"].lower()
    return ""


_AFTER_THING = frozenset(
    {"in", "of", "that", "which", "while", "if", "when", "once", "as", "at", "to", "and", "or", "only", "with", "for"}
)


_NEGATED = re.compile(r"\b(is|are|has|have|was|were|does|do) not\b")


def question(condition: str) -> str:
    """The question that a condition answers: "the playlist has not been reported" → "playlist has been reported"."""
    return bare(_NEGATED.sub(r"\1", condition))


def answer(condition: str, *, holds: bool) -> str:
    """The answer to `question` in a situation in which the condition holds or fails."""
    return "yes" if holds != (_NEGATED.search(condition) is not None) else "no"


def statement(view: View) -> str:
    """The requirement's text on one line."""
    return re.sub(r"\s+", " ", view.requirement.text.strip())


def plainly_refused(result: str) -> bool:
    """Whether a result is a refusal on which nothing else bears: not "is refused unless a manager agrees"."""
    return REFUSED.search(result) is not None and _HANGS_ON.search(result) is None


def as_one(lines: Iterable[str]) -> str:
    """Sentences as one: a title."""
    return ", ".join(line.rstrip(".")[:1].lower() + line.rstrip(".")[1:] for line in lines)


def within(view: View, told: str) -> tuple[str, ...]:
    """The atoms that a point of a pattern exercises: all but the results that it does not tell ("…. Each refusal is logged.")."""
    stems = _stems(told)

    def tells(atom: Atom) -> bool:
        if not isinstance(atom.value, Action | Outcome) or REFUSED.search(atom.text):
            return True
        own = _stems(atom.text)
        return not own or len(own & stems) >= 0.4 * len(own)

    return tuple(atom.id for atom in view.atoms if tells(atom))


def _stems(text: str) -> set[str]:
    return {word.lower()[:4] for word in re.findall(r"[A-Za-z]{3,}", text)} - _EMPTY


_EMPTY = {
    "the",
    "and",
    "may",
    "can",
    "must",
    "shal",
    "will",
    "that",
    "this",
    "with",
    "for",
    "are",
    "not",
    "its",
    "only",
    "any",
    "syst",
}


def point(
    view: View,
    *,
    technique: Technique,
    ok: bool,
    inputs: Mapping[str, Input],
    preconditions: Sequence[str],
    do: str,
    see: str,
    reason: str,
    weight: float,
    title: str = "",
    whole: bool = False,
) -> TestPoint:
    """One point with its only step. `whole`: the pattern reads the requirement to its end, so that it exercises every atom."""
    situation = title or ", ".join(f"{name} {value.value} {value.unit}".strip() for name, value in inputs.items())
    told = f"{situation[:1].upper()}{situation[1:]}: {see[:1].lower()}{see[1:].rstrip('.')}"
    return single(
        view,
        technique,
        tuple(a.id for a in view.atoms) if whole else within(view, " ".join((told, do, *preconditions, *inputs))),
        ok=ok,
        inputs=inputs,
        preconditions=preconditions,
        do=do,
        see=see,
        reason=reason,
        weight=weight,
        title=told,
    )
