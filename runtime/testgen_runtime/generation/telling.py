"""What a test point has to tell, sorted for the wording tables: its inputs by kind, its actions and outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from testgen_runtime.documents.model import (
    Action,
    Actor,
    Atom,
    Condition,
    Enumeration,
    Format,
    Language,
    Limit,
    Outcome,
    Requirement,
    State,
)
from testgen_runtime.techniques.besides import stands_apart, stands_beside
from testgen_runtime.techniques.decisions import clause, named
from testgen_runtime.techniques.enumerated import is_list_item
from testgen_runtime.techniques.model import Input, TestPoint
from testgen_runtime.techniques.names import enumeration_name, format_name, limit_name, role_name, state_name
from testgen_runtime.techniques.numbers import shown
from testgen_runtime.techniques.view import REFUSAL, View, all_otherwise, negative, otherwise

Kind = Literal["limit", "enum", "state", "role", "condition"]


@dataclass(frozen=True, slots=True)
class Told:
    """One input: its name, its value as a tester writes it, and what it is."""

    name: str
    value: str
    kind: Kind
    limit: Limit | None = None


@dataclass(frozen=True)
class Telling:
    """A point of a requirement, to be worded in `spoken`. Its names and values are in the requirement's own language."""

    requirement: Requirement
    point: TestPoint
    spoken: Language

    @property
    def language(self) -> Language:
        return self.requirement.language

    @cached_property
    def view(self) -> View:
        return View(self.requirement, self.language)

    @cached_property
    def inputs(self) -> tuple[Told, ...]:
        """The inputs in the point's order; the one that the point turns on comes first."""
        kinds = self._names
        out = []
        for name, value in self.point.inputs.items():
            kind, limit = kinds.get(name, ("limit" if value.unit else "condition", None))
            out.append(Told(name, shown(value, self.language), kind, limit))
        return tuple(out)

    @cached_property
    def _names(self) -> dict[str, tuple[Kind, Limit | None]]:
        found: dict[str, tuple[Kind, Limit | None]] = {}
        for atom in self.requirement.atoms:
            value = atom.value
            if isinstance(value, Limit):
                if limit_name(value, self.language) in found and atom.id not in self.point.atom_ids:
                    continue  # the same parameter has another limit in another context
                found[limit_name(value, self.language)] = ("limit", value)
            elif isinstance(value, Enumeration):
                found[enumeration_name(value.subject, self.language)] = ("enum", None)
            elif isinstance(value, Format):
                found[format_name(value.subject, self.language)] = ("enum", None)
            elif isinstance(value, State):
                found[state_name(value.subject, self.language)] = ("state", None)
            elif isinstance(value, Actor):
                found[role_name(self.language)] = ("role", None)
            elif isinstance(value, Condition):
                found.setdefault(named(clause(value.text, self.language), self.language)[0], ("condition", None))
        return found

    @cached_property
    def entered(self) -> tuple[Told, ...]:
        """The inputs that a step enters; states, roles and conditions are set up before."""
        return tuple(told for told in self.inputs if told.kind in ("limit", "enum"))

    @cached_property
    def role(self) -> str:
        return next((told.value for told in self.inputs if told.kind == "role"), "")

    @cached_property
    def _exercised(self) -> tuple[Atom, ...]:
        wanted = set(self.point.atom_ids)
        return tuple(atom for atom in self.view.atoms if atom.id in wanted)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """What is done: the point's actions, else those of the requirement. A refusal is a result and nothing that is done."""
        own = [atom.value for atom in self._exercised if isinstance(atom.value, Action)]
        actions = own or [value for atom, value in self.view.of(Action) if not stands_apart(self.view, self._limits, atom)]
        return tuple(action for action in actions if not REFUSAL.search(action.text))

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The results that the text states for the point's polarity."""
        wants_negative = self.point.polarity == "negative"
        return tuple(
            atom.value
            for atom in self._exercised
            if isinstance(atom.value, Outcome) and self._on_refused_side(atom) == wants_negative
        )

    def _on_refused_side(self, atom: Atom) -> bool:
        """Whether an outcome is seen where the rule does not accept."""
        return negative(atom) or (otherwise(atom) and not self._refuses_first)

    @cached_property
    def _refuses_first(self) -> bool:
        return all_otherwise(atom for atom, _ in self.view.of(Outcome))

    @cached_property
    def own_outcomes(self) -> tuple[Outcome, ...]:
        """`outcomes` of the tested atom's own sentence, where it has any: what another rule leads to is not seen here."""
        first = next((atom for atom in self.view.atoms if self.point.atom_ids and atom.id == self.point.atom_ids[0]), None)
        here = [
            atom.value
            for atom in self.view.atoms
            if first is not None and isinstance(atom.value, Outcome) and self.view.sentence(atom) == self.view.sentence(first)
        ]
        return tuple(outcome for outcome in self.outcomes if outcome in here) or self.outcomes

    @cached_property
    def opposite_outcomes(self) -> tuple[str, ...]:
        """What the text states for the other polarity: in a test of this one, it must not show."""
        wants_negative = self.point.polarity == "negative"
        places = {self.view.sentence(atom) for atom in self._exercised}
        return tuple(
            value.text
            for atom, value in self.view.of(Outcome)
            if self._on_refused_side(atom) != wants_negative
            and self.view.sentence(atom) in places
            and not stands_beside(self.view, self.point.atom_ids, atom)
            and not stands_apart(self.view, self._limits, atom)
        )

    @cached_property
    def _limits(self) -> tuple[str, ...]:
        """The limits that the point tests."""
        return tuple(atom.id for atom in self._exercised if isinstance(atom.value, Limit))

    @cached_property
    def item(self) -> str:
        """The line of a list that the point tests, where it is no sentence of its own; its `lead` says what of it."""
        own = [atom for atom in self._exercised if isinstance(atom.value, Action)]
        if len(own) != 1 or self.inputs or not isinstance(own[0].value, Action) or not self.lead:
            return ""
        return " ".join(own[0].value.text.split()).rstrip(".;,。；，") if is_list_item(self.view, own[0]) else ""

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The lines of a list that the point tests together, where they are no sentences of their own; `lead` opens them."""
        own = [atom for atom in self._exercised if isinstance(atom.value, Action)]
        bare = [atom for atom in own if isinstance(atom.value, Action) and is_list_item(self.view, atom)]
        texts = [" ".join(atom.value.text.split()).rstrip(".;,。；，") for atom in bare if isinstance(atom.value, Action)]
        return tuple(dict.fromkeys(texts)) if len(texts) > 1 and not self.inputs else ()

    @cached_property
    def lead(self) -> str:
        """The sentence that opens the requirement: its first result."""
        first = self.view.results()[0].value if self.view.results() else None
        if isinstance(first, Outcome):
            return " ".join(first.text.split())
        return f"{first.subject} shall {first.text}" if isinstance(first, Action) and first.subject else ""

    @cached_property
    def state_subject(self) -> str:
        """What the tested state belongs to."""
        return next((value.subject for _, value in self.view.of(State) if value.subject), "")

    @cached_property
    def conditional(self) -> bool:
        """Whether what is tested is a situation told before the action, and not the action's own object."""
        actions = [atom for atom in self._exercised if isinstance(atom.value, Action)]
        limits = [atom for atom in self._exercised if isinstance(atom.value, Limit)]
        if not actions:
            return False
        if limits:
            return all(limit.span.end <= action.span.start for limit in limits for action in actions)
        return any(told.kind == "condition" for told in self.inputs)

    @cached_property
    def all_outcomes(self) -> tuple[str, ...]:
        """Every result that the text states."""
        return tuple(value.text for _, value in self.view.of(Outcome))

    @cached_property
    def limit_texts(self) -> tuple[str, ...]:
        """The limits as the text words them, longest first."""
        texts = {atom.text.strip() for atom, _ in self.view.of(Limit)}
        return tuple(sorted(texts, key=lambda text: (-len(text), text)))

    def limit_atoms(self, name: str) -> tuple[Atom, ...]:
        """The atoms that state the limit which the test data call `name`."""
        return tuple(atom for atom, value in self.view.of(Limit) if limit_name(value, self.language) == name)

    @cached_property
    def lists(self) -> tuple[tuple[str, ...], ...]:
        """The lists of allowed values."""
        return tuple(value.allowed for _, value in self.view.of(Enumeration))

    @cached_property
    def forbidden(self) -> tuple[Action, ...]:
        """The point's actions that the text forbids."""
        return tuple(action for action in self.actions if action.modality == "must_not")

    @property
    def positive(self) -> bool:
        return self.point.polarity == "positive"

    def input(self, name: str) -> Input | None:
        return self.point.inputs.get(name)
