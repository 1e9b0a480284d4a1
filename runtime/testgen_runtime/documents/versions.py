"""Which requirement of a new version is which of the version before: by id, by text, by likeness and place. Pure.

Made-up ids are kept by it: a requirement without an id of its own keeps the one it was given first while its words change little.
Work grows with the number of words, not with the square of the requirements: candidates share a rare word, or stand in one gap
between two requirements that are known to be the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from testgen_runtime.documents.model import Document, Requirement
from testgen_runtime.documents.vocabulary import words

LIKE: Final = 0.5
"""The least likeness (0 to 1) of two texts that are the same requirement: half of what they say is the same."""
_RARE: Final = 20
"""A word that more requirements than this hold brings no candidates."""
_CANDIDATES: Final = 8
"""How many requirements one is compared with for the rare words that they share."""
_NEAR: Final = 4
"""How many places apart in a gap two requirements may stand to be compared for their place alone."""
_FEATURES_MOST: Final = 2_000

_TOKEN: Final = re.compile(r"[^\W\u3007\u3400-\u4dbf\u4e00-\u9fff]+(?:[.,]\d+)*|[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")
_SAY_LITTLE: Final = words("the a an shall must should may will can be is are of to in on for and or by with that this it system")
_SAY_LITTLE_ZH: Final = words("系统 统应 统必 必须 应当 不得 可以 应该 用户 统不 须在 应在")
_LITTLE_WEIGHT: Final = 0.2


@dataclass(frozen=True, slots=True)
class Statement:
    """What matching needs to know of a requirement. `given`: its id stands in the document."""

    id: str
    text: str
    given: bool

    @classmethod
    def of(cls, requirement: Requirement) -> Statement:
        return cls(requirement.id, requirement.text, requirement.given_id)


@dataclass(frozen=True, slots=True)
class Pair:
    """The requirement `old` of one version and `new` of the other (their places) are the same. `same`: so are their words."""

    old: int
    new: int
    same: bool


def normal(text: str) -> str:
    """A text without what does not change its meaning: case, spacing, closing punctuation."""
    return re.sub(r"\s+", " ", text).strip(" .;。；").casefold()


def pairs(old: Sequence[Statement], new: Sequence[Statement], *, ids_kept: bool) -> list[Pair]:
    """The requirements that two versions have in common, in the order of the new one; each stands in at most one pair.

    `ids_kept`: made-up ids of `new` were kept from `old`, so that they count as much as ids in the text.
    """
    matching = _Matching(old, new)
    matching.by_id(all_ids=ids_kept)
    matching.by_text()
    matching.by_likeness()
    return [Pair(o, n, matching.old_text[o] == matching.new_text[n]) for n, o in sorted(matching.old_of.items())]


def keep_ids(old: Sequence[Statement], document: Document) -> Document:
    """The document with the made-up ids that its requirements had in the version before; findings and atoms are renamed too."""
    statements = [Statement.of(requirement) for requirement in document.requirements]
    kept = {
        pair.new: old[pair.old].id
        for pair in pairs(old, statements, ids_kept=False)
        if not old[pair.old].given and not statements[pair.new].given
    }
    taken = set(kept.values())
    names: dict[str, str] = {}
    for place, statement in enumerate(statements):
        # An id that the text gives is always as the text gives it; a made-up one that is taken by now steps back.
        name = kept.get(place, statement.id)
        if place not in kept and not statement.given:
            name = _free(statement.id, taken)
        names[statement.id] = name
        taken.add(name)
    if all(before == after for before, after in names.items()):
        return document
    return replace(
        document,
        requirements=tuple(_renamed(requirement, names[requirement.id]) for requirement in document.requirements),
        findings=tuple(replace(f, requirement_id=names.get(f.requirement_id, f.requirement_id)) for f in document.findings),
    )


def moved(common: Sequence[Pair]) -> set[int]:
    """The places in the new version of what stands elsewhere: the fewest pairs whose removal leaves the rest in the old order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    ordered = sorted(common, key=lambda pair: pair.new)
    for at, pair in enumerate(ordered):
        place = bisect_left(tails, pair.old)
        before.append(ends[place - 1] if place else None)
        if place == len(tails):
            tails.append(pair.old)
            ends.append(at)
        else:
            tails[place], ends[place] = pair.old, at
    stays: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        stays.add(last)
        last = before[last]
    return {pair.new for at, pair in enumerate(ordered) if at not in stays}


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much two texts say the same, 0 to 1: twice what they share over what they have (Dice), filler words counting little."""
    both = sum(min(weight, other[feature]) for feature, weight in one.items() if feature in other)
    total = sum(one.values()) + sum(other.values())
    return 2 * both / total if total else 0.0


def features(text: str) -> dict[str, float]:
    """What likeness compares, with its weight: words, and every two Chinese characters in a row."""
    return {
        feature: n * (_LITTLE_WEIGHT if feature in _SAY_LITTLE or feature in _SAY_LITTLE_ZH else 1.0)
        for feature, n in Counter(_units(text)).items()
    }


def _units(text: str) -> list[str]:
    found: list[str] = []
    for token in _TOKEN.findall(text.casefold()):
        if token[0] >= "\u3007":
            found.extend(token[n : n + 2] for n in range(max(len(token) - 1, 1)))
        else:
            found.append(token)
        if len(found) > _FEATURES_MOST:
            break
    return found[:_FEATURES_MOST]


def _rare(text: str) -> set[str]:
    """What may bring two requirements together: their words, and every two in a row, which stay rare in a long document."""
    units = _units(text)
    return {*units, *(f"{one} {other}" for one, other in pairwise(units))}


def _free(name: str, taken: set[str]) -> str:
    free, n = name, 1
    while free in taken:
        n += 1
        free = f"{name}#{n}"
    return free


def _renamed(requirement: Requirement, name: str) -> Requirement:
    if name == requirement.id:
        return requirement
    cut = len(requirement.id)
    return replace(requirement, id=name, atoms=tuple(replace(atom, id=name + atom.id[cut:]) for atom in requirement.atoms))


class _Matching:
    """Pairs found so far; every step only pairs what no step before it has paired."""

    def __init__(self, old: Sequence[Statement], new: Sequence[Statement]) -> None:
        self.old, self.new = old, new
        self.old_text = [normal(statement.text) for statement in old]
        self.new_text = [normal(statement.text) for statement in new]
        self.old_of: dict[int, int] = {}
        self.new_of: dict[int, int] = {}

    def by_id(self, *, all_ids: bool) -> None:
        at = {statement.id: place for place, statement in enumerate(self.old) if all_ids or statement.given}
        for place, statement in enumerate(self.new):
            if (statement.given or all_ids) and statement.id in at:
                self._pair(at[statement.id], place)

    def by_text(self) -> None:
        """Equal texts; of several the first is the first, the second the second."""
        waiting: defaultdict[str, list[int]] = defaultdict(list)
        for place in reversed(range(len(self.old))):
            if place not in self.new_of:
                waiting[self.old_text[place]].append(place)
        for place, text in enumerate(self.new_text):
            if place not in self.old_of and waiting.get(text):
                self._pair(waiting[text].pop(), place)

    def by_likeness(self) -> None:
        olds = [place for place in range(len(self.old)) if place not in self.new_of]
        news = [place for place in range(len(self.new)) if place not in self.old_of]
        if not olds or not news:
            return
        old_features = {place: features(self.old[place].text) for place in olds}
        new_features = {place: features(self.new[place].text) for place in news}
        scored = []
        for old, new in self._candidates(olds, news):
            # Two ids that both stand in the text and differ are two requirements, however alike.
            if self.old[old].given and self.new[new].given:
                continue
            if (like := likeness(old_features[old], new_features[new])) >= LIKE:
                scored.append((-like, abs(old - new), new, old))
        for _, _, new, old in sorted(scored):
            if old not in self.new_of and new not in self.old_of:
                self._pair(old, new)

    def _candidates(self, olds: Sequence[int], news: Sequence[int]) -> Iterator[tuple[int, int]]:
        holding: defaultdict[str, list[int]] = defaultdict(list)
        for place in olds:
            for feature in _rare(self.old[place].text):
                if len(holding[feature]) <= _RARE:
                    holding[feature].append(place)
        near: defaultdict[int, set[int]] = defaultdict(set)
        for old, new in self._neighbours(olds, news):
            near[new].add(old)
        for new in news:
            votes: Counter[int] = Counter()
            for feature in _rare(self.new[new].text):
                if len(found := holding.get(feature, ())) <= _RARE:
                    votes.update(found)
            for old in near[new].union(old for old, _ in votes.most_common(_CANDIDATES)):
                yield old, new

    def _neighbours(self, olds: Iterable[int], news: Iterable[int]) -> Iterator[tuple[int, int]]:
        """What stands at about the same place between the same two known requirements."""
        gaps: defaultdict[int, list[int]] = defaultdict(list)
        ordered = sorted(self.new_of)
        for old in olds:
            at = bisect_left(ordered, old)
            gaps[ordered[at - 1] if at else -1].append(old)
        known = sorted(self.old_of)
        counted: Counter[int] = Counter()
        for new in news:
            at = bisect_left(known, new)
            gap = self.old_of[known[at - 1]] if at else -1
            place = counted[gap]
            counted[gap] += 1
            for old in gaps[gap][max(place - _NEAR, 0) : place + _NEAR + 1]:
                yield old, new

    def _pair(self, old: int, new: int) -> None:
        self.old_of[new], self.new_of[old] = old, new
