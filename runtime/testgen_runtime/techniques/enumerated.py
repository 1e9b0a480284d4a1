"""Lists of things under a sentence that opens them: "the following statistics: a) … b) …". They are tested together."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.documents.model import Action, Atom
from testgen_runtime.techniques.view import View

TOGETHER: Final = 10
"""Things of one list in one case: more would be a case that nobody finishes."""
_STATEMENT = re.compile(
    r"\b(?:is|are|was|were|has|have|does|do|can|specifies|contains?|includes?|matches|shall|must|may|will)\b|[是有为应须可能会将]|必须",
    re.I,
)

_THING = re.compile(
    r"^(?:(?:the|an?|its|each|all|any)\s)?(?:[\w-]+\s){0,4}?(?:number|count|value|result|state|status|name|time|date|age|size|list|type|"
    r"version|total|amount|identifier|id|address|code|counter|timestamp|flag|message|level|rate|copy|record|summary)s?\b"
    r"(?!\s(?:shall|must|is|are|will|has|have)\b)",
    re.I,
)
"""What begins like a thing: the verbs that follow describe it ("The number of times it has been compared")."""
_DEMAND = re.compile(r"\b(?:shall|must|should|will)\b", re.I)


def is_list_item(view: View, atom: Atom) -> bool:
    """Whether an action is a bare line of a list, no sentence of its own, after what opens the list."""
    value = atom.value
    if not isinstance(value, Action) or value.subject or not view.atoms or atom.span.start <= view.atoms[0].span.start:
        return False
    text = " ".join(value.text.split())
    if view.language == "en" and _THING.match(text):
        return not _DEMAND.search(text)
    return not _STATEMENT.search(text)


def grouped(view: View, groups: list[tuple[Atom, ...]]) -> list[tuple[Atom, ...]]:
    """Neighbouring groups that are one thing of a list each become one, with the sentence that opens the list where it is told
    by no other test; at most `TOGETHER` things in it. Things to be done ("to: a) create users") stay tests of their own."""
    if view.language != "en" or _THINGS_TO_DO.search(_opening(view)):
        return groups
    out: list[tuple[Atom, ...]] = []
    for group in groups:
        listed = len(group) == 1 and is_list_item(view, group[0])
        before = out[-1] if out else ()
        opened = bool(before) and (is_list_item(view, before[-1]) or _opens(before))
        if listed and opened and sum(is_list_item(view, atom) for atom in before) < TOGETHER:
            out[-1] = (*before, *group)
        else:
            out.append(group)
    return out


_THINGS_TO_DO = re.compile(
    r"\b(?:to|can|able to|may)\s*:?\s*$|"
    r"\bfollowing\s+(?:\w+\s)?(?:actions?|operations?|functions?|steps?|tasks?|activities|commands?)\b",
    re.I,
)
_FOLLOWING = re.compile(r"\bfollowing\b|\bas follows\b|:\s*$", re.I)


def _opening(view: View) -> str:
    return view.words(0)


def _opens(group: tuple[Atom, ...]) -> bool:
    return any(isinstance(atom.value, Action) and _FOLLOWING.search(atom.value.text) is not None for atom in group)
