"""English lines that are no sentences: "Support CSV import", "Order update using PATCH", as a list of features has them.

What such a line asks for is used, and the result says that it is there; nothing more is known of it.
"""

from __future__ import annotations

import re

from testgen_runtime.documents.english import lower_first, present
from testgen_runtime.documents.model import Action
from testgen_runtime.documents.vocabulary import words
from testgen_runtime.generation.telling import Telling
from testgen_runtime.techniques.phrases import sentence

_OFFERS = words("support provide allow enable add implement offer introduce include")
"""Verbs that tell the developers what to build, so that it can be used afterwards."""
_PURPOSE = re.compile(r"\s(?:so that|in order to|to)\s.*$|,.*$", re.I)
_FINITE = words(
    "is are was were be been has have had do does did shall must may might can could will would should cannot not if when while "
    "unless and or that which who it they"
)
_PLURAL = re.compile(r"(?<![sui])s$")


def told(telling: Telling) -> tuple[str, str] | None:
    """(what is done, what is seen) for such a line; None where the text is a sentence."""
    actions = [value for _, value in telling.view.of(Action)]
    text = telling.requirement.text.strip().rstrip(".")
    if telling.inputs or not telling.positive or len(actions) != 1 or actions[0].subject or actions[0].text.strip(" .") != text:
        return None
    first, _, rest = text.partition(" ")
    if first.lower() in _OFFERS and rest:
        used = _PURPOSE.sub("", rest)
        return sentence(f"use {lower_first(used)}", "en"), sentence(present(f"the system shall {first.lower()} {rest}"), "en")
    tokens = re.findall(r"[A-Za-z][\w'-]*", text)
    if not 2 <= len(tokens) <= 8 or len(tokens) != len(text.split()):
        return None
    if any(token.lower() in _FINITE or (_PLURAL.search(token) and token.islower()) for token in tokens):
        return None
    if not re.search(r"\b(?:using|via|by|with|through|from|to|of|for|in)\b", text):
        return None
    return sentence(f"carry out the {lower_first(text)}", "en"), sentence(f"the {lower_first(text)} is possible", "en")
