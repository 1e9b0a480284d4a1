"""Points of a pattern: what is set up, done and seen, in words of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from testgen_runtime.documents.model import Action, Atom, Outcome
from testgen_runtime.generation.english import infinitive, is_plural, participle
from testgen_runtime.techniques.model import Input, PointStep, Technique, TestPoint
from testgen_runtime.techniques.phrases import bare, sentence
from testgen_runtime.techniques.points import make
from testgen_runtime.techniques.view import View

REFUSED = re.compile(
    r"\b(?:refus\w+|reject\w*|den(?:y|ies|ied|ial)|declin\w+|block\w*|prevent\w*|turned away|"
    r"not (?:be )?(?:allowed|permitted|possible|"
    r"accepted|granted)|forbidden|prohibited|fails?|error)\b",
    re.I,
)
MODAL = r"(?:may|can|must|shall|will|should)"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is done to what: the base form of a verb and the thing, without articles ("edit", "report")."""

    verb: str
    thing: str

    def done(self, ok: bool) -> str:
        """What is seen afterwards."""
        are = "are" if is_plural(self.thing) else "is"
        if ok:
            return sentence(f"the {self.thing} {are} {participle(self.verb)}", "en")
        return sentence(f"the system refuses this and the {self.thing} {are} not {participle(self.verb)}", "en")

    def do(self, more: str = "") -> str:
        return sentence(f"{self.verb} the {self.thing}{more}", "en")


_PASSIVE = re.compile(
    rf"(?P<thing>(?:[A-Za-z-]+\s){{0,3}}?[a-z-]+)\s(?:{MODAL}\s(?:only\s|not\s|still\s|also\s)*be|is|are)\s(?P<done>[a-z]+(?:ed|en|ied|id|t|wn|ne))\b"
)
_ACTIVE = re.compile(
    rf"\b{MODAL}\s(?:only\s|not\s|still\s|also\s|always\s)*(?P<verb>[a-z]+)\s(?:an?\s|the\s|any\s|its\s)?(?P<thing>[a-z-]+(?:\s[a-z-]+)?)\b"
)
_NO_VERB = frozenset({"be", "have", "do", "not", "only", "exceed"})


def operation(text: str, states: Collection[str] = ()) -> Operation | None:
    """The first operation of a text; `states` are left out of the thing's name ("a Draft report" → "report")."""
    passive, active = _PASSIVE.search(text), _ACTIVE.search(text)
    if passive and (verb := infinitive(passive["done"])) and not (active and active.start() < passive.start()):
        thing = bare(passive["thing"])
    elif active and active["verb"] not in _NO_VERB:
        verb, thing = active["verb"], active["thing"]
    else:
        return None
    words = [w for w in thing.split() if w not in states and w.lower() not in ("a", "an", "the", "any", "its", "other")]
    words = words[: next((i for i, w in enumerate(words) if w in _AFTER_THING), len(words))]
    if not words or words[-1] in ("it", "them", "this", "that"):
        return None
    one = words[-1]
    return Operation(
        verb, " ".join([*words[:-1], one[:-1] if one.endswith("s") and not one.endswith(("ss", "us")) else one]).lower()
    )


_AFTER_THING = frozenset(
    {"in", "of", "that", "which", "while", "if", "when", "once", "as", "at", "to", "and", "or", "only", "with", "for"}
)


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
) -> TestPoint:
    """One point with its only step."""
    situation = title or ", ".join(f"{name} {value.value} {value.unit}".strip() for name, value in inputs.items())
    told = f"{situation[:1].upper()}{situation[1:]}: {see[:1].lower()}{see[1:].rstrip('.')}"
    return make(
        view,
        technique,
        within(view, " ".join((told, do, *preconditions, *inputs))),
        "positive" if ok else "negative",
        inputs=inputs,
        preconditions=tuple(preconditions),
        action=do,
        expected=see,
        reason=reason,
        weight=weight,
        title=told[:200],
        steps=(PointStep(do, see),),
    )
