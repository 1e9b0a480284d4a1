"""What decides in rules, as variables with the values that are worth trying: measures, names of a list, and marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, Protocol

from testgen_runtime.documents.model import Language, Limit
from testgen_runtime.techniques.boundaries import inside
from testgen_runtime.techniques.model import Input, Technique
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.partitions import limit_levels
from testgen_runtime.techniques.phrases import sentence
from testgen_runtime.techniques.told_rules.model import OneOf, Value, Variable
from testgen_runtime.techniques.told_rules.pieces import Piece, shared_start

MOST_VALUES: Final = 20


class Words(Protocol):
    """What the variables need to know of a language."""

    language: Language

    def opened(self, limits: Sequence[tuple[Limit, str, bool]]) -> list[Limit]:
        """Limits (with their words and whether they are wanted) whose bare bounds another one has closed."""

    def measure(self, limits: Sequence[Limit]) -> str:
        """The name of what limits are of."""

    def denied(self, text: str) -> bool:
        """Whether words deny what they ask for."""

    def same(self, one: str, other: str) -> bool:
        """Whether two say one thing in nearly the same words."""

    def opposite(self, text: str) -> str:
        """The opposite of words; "" where it is not known."""

    def question(self, yes: str, texts: Sequence[str]) -> str:
        """What `yes` answers with yes; "" where it asks nothing of its own."""

    def is_name(self, name: str) -> bool:
        """Whether a word of a list names a value."""

    def named(self, names: Sequence[str], thing: str, kind: str) -> Named:
        """How the names of a list are told."""


@dataclass(frozen=True, slots=True)
class Named:
    """A list of names: what they are values of, one that is not among them, and the line that sets a name up."""

    key: str
    other: str
    technique: Technique
    line: Callable[[str], str]


@dataclass(eq=False, slots=True)
class Placed:
    """A condition where it stands: in which rule, and whether that rule accepts or demands what meets it."""

    rule: int
    piece: Piece
    wanted: bool


@dataclass(eq=False, slots=True)
class Known:
    """What decides, with every condition that speaks of it. `fixed`: nothing is told of where it is otherwise."""

    kind: Literal["limit", "names", "mark", "apart"]
    found: list[Placed] = field(default_factory=list)
    variable: Variable | None = None
    tests: dict[Placed, OneOf] = field(default_factory=dict)
    fixed: bool = False

    def settle(self, words: Words) -> bool:
        """Find the values and what each condition holds for; False where that is not clear."""
        settled = {"limit": self._measure, "names": self._names, "mark": self._mark, "apart": self._apart}[self.kind](words)
        if settled and self.fixed and self.variable is not None:
            self.variable = Variable(self.variable.key, self.variable.values[:1])
        return settled

    def _measure(self, words: Words) -> bool:
        told = [(one.piece.limit, one.piece.text, one.wanted) for one in self.found if one.piece.limit is not None]
        limits = words.opened(told)
        name = words.measure(limits)
        ordered = sorted(zip(limits, told, strict=True), key=lambda pair: not pair[1][2])
        values = _numbers([limit for limit, _ in ordered], name, words.language)
        self.variable = Variable(name, values)
        for one, limit in zip(self.found, limits, strict=True):
            self._holds(one, [value.number is not None and inside(limit, value.number) == limit.accepts for value in values])
        return 1 < len(values) < MOST_VALUES

    def _names(self, words: Words) -> bool:
        names = list(dict.fromkeys(name for one in self.found for name in one.piece.names))
        if not names or not all(words.is_name(name) for name in names):
            return False
        good = {name for one in self.found if one.wanted for name in one.piece.names}
        names.sort(key=lambda name: name not in good)
        thing = next((one.piece.thing for one in self.found if one.piece.thing), "")
        kind = next((one.piece.of_kind for one in self.found if one.piece.of_kind), "")
        told = words.named(names, thing, kind)
        given: list[tuple[str, Literal["text", "example"]]] = [(name, "text") for name in names]
        if len({one.wanted for one in self.found}) == 1:
            given.append((told.other, "example"))
        why = f"{told.key}决定结果" if words.language == "zh" else f"the {told.key} decides"
        values = [Value({told.key: Input(n, "", o)}, told.line(n), told.technique, why, 0.9) for n, o in given]
        self.variable = Variable(told.key, tuple(values))
        for one in self.found:
            self._holds(one, [name in one.piece.names for name, _ in given])
        return len(values) < MOST_VALUES

    def _mark(self, words: Words) -> bool:
        texts = [one.piece.text for one in self.found]
        yes = next((text for text in texts if not words.denied(text)), "")
        no = next((text for text in texts if words.denied(text)), "")
        yes, no = yes or words.opposite(no), no or words.opposite(yes)
        if not yes or not no or not (key := words.question(yes, texts)):
            return False
        first = self.found[0]
        good_first = first.wanted != words.denied(first.piece.text)
        zh = words.language == "zh"
        answers = [("是" if zh else "yes", yes, 0.9), ("否" if zh else "no", no, 0.92)]
        why = f"{key}决定结果" if zh else f"whether the {key} decides"
        values = [
            Value({key: Input(answer)}, sentence(line, words.language), Technique.DECISION_TABLE, why, weight)
            for answer, line, weight in (answers if good_first else answers[::-1])
        ]
        self.variable = Variable(key, tuple(values))
        for one in self.found:
            self._holds(one, [(value.inputs[key].value in ("否", "no")) == words.denied(one.piece.text) for value in values])
        return True

    def _apart(self, words: Words) -> bool:
        """Two opposites in words of their own, what they share before them."""
        texts = [one.piece.text for one in sorted(self.found, key=lambda one: not one.wanted)]
        subject = shared_start(texts)
        why = f"{subject}决定结果"
        values = [
            Value({subject: Input(t[len(subject) :])}, sentence(t, words.language), Technique.DECISION_TABLE, why, 0.9)
            for t in texts
        ]
        self.variable = Variable(subject, tuple(values))
        for one in self.found:
            self._holds(one, [one.piece.text == text for text in texts])
        return True

    def _holds(self, one: Placed, values: list[bool]) -> None:
        assert self.variable is not None
        self.tests[one] = OneOf(self.variable.key, frozenset(place for place, holds in enumerate(values) if holds))


def _numbers(limits: Sequence[Limit], name: str, language: Language) -> tuple[Value, ...]:
    """The values of all limits of one measure, the typical ones first."""
    found: dict[Decimal, Value] = {}
    for limit in limits:
        for level in limit_levels(limit, name, language):
            (given,) = level.inputs.values()
            try:
                number = Decimal(given.value.replace(",", ""))
            except InvalidOperation:
                return ()
            if number not in found or found[number].weight < level.weight:
                told = f"{name}为 {shown(given, 'zh')}" if language == "zh" else f"the {name} is {shown(given, 'en')}"
                line = sentence(told, language)
                found[number] = Value(dict(level.inputs), line, level.technique, level.reason, level.weight, number)
    return tuple(sorted(found.values(), key=lambda value: value.weight))
