"""Limits, lists, states and roles of a requirement as factors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.documents.model import Atom, AtomKind, Condition, Enumeration, Limit, State
from testgen_runtime.techniques.boundaries import Width
from testgen_runtime.techniques.enumerated import is_list_item
from testgen_runtime.techniques.factors import Factor
from testgen_runtime.techniques.limits import Range, limit_factor, same_subject
from testgen_runtime.techniques.names import enumeration_name, state_name
from testgen_runtime.techniques.partitions import enumeration_levels
from testgen_runtime.techniques.placing import Placed
from testgen_runtime.techniques.role_factors import role_factors
from testgen_runtime.techniques.states import state_levels
from testgen_runtime.techniques.view import View, negative, otherwise, overlap
from testgen_runtime.techniques.vocabulary import Vocabulary

_CONDITIONAL = re.compile(r"\b(?:if|when|while|provided|unless)\b|如果|若|当|时", re.I)

_LISTED_ONLY = re.compile(
    r"\b(?:only|accepts?|supports?|allows?|permits?|offers?|one of|either|must be|shall be|valid|possible)\b|"
    r"仅|只|支持|接受|允许|必须[为是]|应[为是]|之一|可选",
    re.I,
)

_OTHER_STATE = re.compile(
    r"\b(?:other|different|another) (?:states?|status(?:es)?|modes?|phases?|stages?)\b|(?:其他|其它|其余)(?:任何)?状态", re.I
)

_MOST_ELSEWHERE = 3
"""Invalid transitions beyond the first, of those that the document's state graph shows."""


def constraints_of(view: View, vocabulary: Vocabulary, found: Sequence[Range], width: Width) -> list[Placed]:
    """Limits, lists, states and roles as factors."""
    language = view.language
    placed = [
        Placed(limit_factor(r, language, view.at(r.atoms[0]), width), frozenset(view.sentence(a) for a in r.atoms)) for r in found
    ]
    placed = [_alternative(view, p, r.atoms[0]) for p, r in zip(placed, found, strict=True)]
    limits = [atom for atom, _ in view.of(Limit)]  # the two ends of a range are no list of values
    placed += [
        _enumeration(view, a)
        for a, _ in view.of(Enumeration)
        if not any(overlap(a, limit) for limit in limits) and not _in_list_item(view, a)
    ]
    placed += _states(view, vocabulary)
    placed += role_factors(view, vocabulary)
    return [p for p in placed if p.factor.levels]


_BRACKETED = re.compile(r"\([^()]+\)$")


def _in_list_item(view: View, atom: Atom) -> bool:
    """Whether a list stands in brackets behind one thing of a longer list ("the result of the last sample (Pass, Fail)"): it
    describes what is read there, nobody enters it."""
    before = view.requirement.text[view.spans[view.sentence(atom)][0] : view.at(atom)]
    inside = before.count("(") > before.count(")") or _BRACKETED.search(atom.text) is not None
    return inside and any(overlap(atom, other) and is_list_item(view, other) for other in view.results())


_OR_NOUN = re.compile(
    r"\s+or\s+(?P<other>(?:from|by|for|with|to)\s[A-Za-z][A-Za-z -]{2,60}?)\s(?:shall|must|may|should|will|can|is|are)\b"
)


def _alternative(view: View, placed: Placed, atom: Atom) -> Placed:
    """ "Orders over 1,000 EUR or from new customers": the limit decides only where the other attribute isn't there."""
    if view.language != "en":
        return placed
    at = view.at(atom)
    text = view.requirement.text
    head, other = re.search(r"([A-Za-z-]+)\s*$", text[:at]), _OR_NOUN.match(text, at + len(atom.text))
    if head is None or other is None:
        return placed
    line = f"The {re.sub(r'(?<!s)s$', '', head[1].lower())} is not {other['other']}."
    levels = tuple(replace(v, preconditions=(*v.preconditions, line)) for v in placed.factor.levels)
    return replace(placed, factor=replace(placed.factor, levels=levels))


def _enumeration(view: View, atom: Atom) -> Placed:
    value = atom.value
    assert isinstance(value, Enumeration)
    name = enumeration_name(value.subject, view.language)
    excludes = any(negative(a) or otherwise(a) for a in view.results()) or _LISTED_ONLY.search(view.words(view.sentence(atom)))
    levels = enumeration_levels(replace(atom, value=replace(value, closed=value.closed and bool(excludes))), name, view.language)
    return Placed(Factor(AtomKind.ENUMERATION, name, levels, (atom.id,), view.at(atom)), frozenset({view.sentence(atom)}))


def _states(view: View, vocabulary: Vocabulary) -> list[Placed]:
    """One factor per subject: a state that one sentence allows and another refuses are levels of the same factor."""
    by_subject: dict[str, list[tuple[Atom, State]]] = defaultdict(list)
    for atom, value in view.of(State):
        known = next((s for s in by_subject if same_subject(s, value.subject)), value.subject)
        by_subject[known].append((atom, value))
    placed = []
    for subject, group in by_subject.items():
        allowed = tuple(dict.fromkeys(s for _, v in group for s in v.allowed))
        refused = tuple(dict.fromkeys(s for _, v in group for s in v.refused if s not in allowed))
        first = group[0][1]
        merged = replace(first, subject=subject, allowed=allowed, refused=refused)
        closed = any(view.closed(atom) for atom, _ in group) or _OTHER_STATE.search(view.requirement.text) is not None
        conditional = any(_CONDITIONAL.search(view.words(view.sentence(atom))) for atom, _ in group)
        name = state_name(subject, view.language)
        leading = [one for one in vocabulary.graph.of_requirement(view.requirement) if one.target == first.target]
        elsewhere = vocabulary.graph.elsewhere(leading[0])[:_MOST_ELSEWHERE] if leading else ()
        conditional = conditional or (bool(elsewhere) and bool(view.of(Condition)))
        levels = state_levels(
            merged, name, view.language, vocabulary, closed=closed, conditional=conditional, elsewhere=elsewhere
        )
        ids = tuple(atom.id for atom, _ in group)
        factor = Factor(AtomKind.STATE, subject, levels, ids, view.at(group[0][0]))
        placed.append(Placed(factor, frozenset(view.sentence(atom) for atom, _ in group)))
    return placed
