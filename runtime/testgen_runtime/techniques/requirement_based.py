"""Requirements-based testing (ISO/IEC/IEEE 29119-4:2021, 5.2.12): what is told to happen, happens."""

from __future__ import annotations

from testgen_runtime.documents.model import Action, Atom, Language, Outcome
from testgen_runtime.techniques.model import Polarity
from testgen_runtime.techniques.view import negative

_WHY = {"en": "the requirement states this behaviour", "zh": "需求规定了该行为"}


def reason(language: Language) -> str:
    return _WHY[language]


def polarity_of(atoms: tuple[Atom, ...]) -> Polarity:
    """Negative where the text only forbids or refuses, positive otherwise."""
    forbids = any(isinstance(atom.value, Action) and negative(atom) for atom in atoms)
    refuses = any(isinstance(atom.value, Outcome) and negative(atom) for atom in atoms)
    # "Claims from Brazil are turned down" is what is done and what is seen at once: it allows nothing.
    refusals = {atom.text for atom in atoms if isinstance(atom.value, Outcome) and negative(atom)}
    allows = any(isinstance(atom.value, Action) and not negative(atom) and atom.text not in refusals for atom in atoms)
    succeeds = any(isinstance(atom.value, Outcome) and not negative(atom) for atom in atoms)
    if forbids or (refuses and not succeeds and not allows):
        return "negative"
    return "positive"
