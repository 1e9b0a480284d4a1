"""What differs between two versions of a document: requirements, their words, their atoms. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from testgen_runtime.documents.model import Atom
from testgen_runtime.documents.versions import Statement, moved, pairs
from testgen_runtime.storage.json import decode, encode

Change = Literal["added", "changed", "moved", "unchanged", "removed"]
_WORD: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff]|\w+(?:[.,]\w+)*|\s+|[^\w\s]")
_WORDS_MOST: Final = 1_500
"""More words than this are compared as one piece each side (the comparison takes the square of it)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement in the diff: the places in both versions (None where it is not in one). `moved`: it stands elsewhere."""

    change: Change
    old: int | None
    new: int | None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words that were exchanged: `before == old[old_start:old_end]`, `after == new[new_start:new_end]` (offsets in the texts)."""

    before: str
    after: str
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class AtomChange:
    """An atom that is other than it was; None on the side where there is none. Values are as JSON, without spans."""

    kind: str
    before: Atom | None
    after: Atom | None


def compare(old: Sequence[Statement], new: Sequence[Statement], *, sections: tuple[Sequence[Any], Sequence[Any]]) -> list[Entry]:
    """All requirements of both versions: those of the new one in its order, then the removed ones in theirs.

    `sections` are the section paths of the old and the new ones: equal words under another heading have moved.
    """
    common = pairs(old, new, ids_kept=True)
    by_new = {pair.new: pair for pair in common}
    shifted = moved(common)
    entries = []
    for place in range(len(new)):
        pair = by_new.get(place)
        if pair is None:
            entries.append(Entry("added", None, place))
            continue
        elsewhere = place in shifted or tuple(sections[0][pair.old]) != tuple(sections[1][place])
        changed = not pair.same or old[pair.old].id != new[place].id
        entries.append(Entry("changed" if changed else "moved" if elsewhere else "unchanged", pair.old, place, elsewhere))
    kept = {pair.old for pair in common}
    entries.extend(Entry("removed", place, None) for place in range(len(old)) if place not in kept)
    return entries


def counts(entries: Sequence[Entry]) -> dict[Change, int]:
    """How many requirements of each kind of change there are."""
    found = Counter(entry.change for entry in entries)
    order: tuple[Change, ...] = ("added", "changed", "moved", "removed", "unchanged")
    return {change: found[change] for change in order}


def word_changes(old: str, new: str) -> list[WordChange]:
    """The words that have to be exchanged in `old` to get `new`; Chinese by character. Applying them gives `new`."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) > _WORDS_MOST or len(after) > _WORDS_MOST:
        before, after = [old], [new]
    old_at, new_at = _starts(before), _starts(after)
    return [
        WordChange(
            "".join(before[i1:i2]), "".join(after[j1:j2]), old_at[i1], old_at[i2], new_at[j1], new_at[j2]
        )
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if tag != "equal"
    ]  # fmt: skip


def atom_changes(old: Sequence[Atom], new: Sequence[Atom]) -> list[AtomChange]:
    """The atoms that differ in wording or value; those left over are paired by kind, in order."""
    before, after = [_key(atom) for atom in old], [_key(atom) for atom in new]
    stay = Counter(before) & Counter(after)
    left, right = _without(old, before, stay), _without(new, after, stay)
    changes = []
    for kind in dict.fromkeys(atom.kind for atom in (*left, *right)):
        gone, come = [a for a in left if a.kind == kind], [a for a in right if a.kind == kind]
        for n in range(max(len(gone), len(come))):
            changes.append(AtomChange(kind.value, gone[n] if n < len(gone) else None, come[n] if n < len(come) else None))
    return changes


def same_atoms(old: Sequence[Atom], new: Sequence[Atom]) -> set[str]:
    """The ids of atoms that mean the same in both versions (they keep their ids)."""
    known = {atom.id: _key(atom) for atom in old}
    return {atom.id for atom in new if known.get(atom.id) == _key(atom)}


def plain(value: Any) -> Any:
    """An atom's value as JSON without the places in the text, which differ in every version."""
    return _without_spans(decode(encode(value)))


def _key(atom: Atom) -> tuple[str, bytes | str]:
    return atom.kind.value, encode(plain(atom.value))


def _without_spans(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_spans(item) for key, item in value.items() if key != "span"}
    return [_without_spans(item) for item in value] if isinstance(value, list) else value


def _without(atoms: Sequence[Atom], keys: Sequence[Any], stay: Counter[Any]) -> list[Atom]:
    left, found = Counter(stay), []
    for atom, key in zip(atoms, keys, strict=True):
        if left[key]:
            left[key] -= 1
        else:
            found.append(atom)
    return found


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
