"""What several requirements demand alike is one case that names all of them, not a copy for each.

Two requirements may hold the same sentence, or siblings of one pattern ("… PASS to FAIL …", "… FAIL to PASS …"). A tester writes
one procedure for them: a demand that is the same is tried once, sisters are tried one after the other. Which points those are is
settled before anything is written, from the texts alone, so that every run over the same requirements settles it alike.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from testgen_runtime.documents.model import Requirement
from testgen_runtime.generation import rules
from testgen_runtime.generation.apart import NEAR
from testgen_runtime.generation.model import Options, Source
from testgen_runtime.generation.similarity import grams, jaccard, substance
from testgen_runtime.generation.told import design as design_of
from testgen_runtime.techniques.design import Design
from testgen_runtime.techniques.model import PointStep, TestPoint
from testgen_runtime.techniques.sentences import sentences
from testgen_runtime.techniques.vocabulary import Vocabulary

MOST_REQUIREMENTS: Final = 20
"""Requirements that one case may name."""
MOST_STEPS: Final = 24
_MOST_LEADERS: Final = 4
"""Earlier requirements that one is compared with."""
_FEWEST_WORDS, _LONG, _MOST_WORDS, _MOST_SENTENCES = 4, 16, 40, 30
_WORD = re.compile(r"[a-z]+|\d[\d.,]*|[\u3400-\u9fff]", re.I)
_LONGEST_TITLE = 200
_REFUSING = re.compile(r"\b(?:other|otherwise|else|reject\w*|refus\w+|den(?:y|ied))\b|其他|其它|其余|否则|拒绝|不得|不允许", re.I)
"""Many requirements end in the same words for what they turn away; which values those are is told before."""


@dataclass(slots=True)
class _Written:
    """A point as rules word it. `near` are the 4-grams of the first of the points that its case stands for."""

    point: TestPoint
    near: frozenset[str]
    data: tuple[tuple[str, str], ...]
    title: str
    steps: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Shared:
    """What the cases of some requirements take over from others.

    `merged`: for a requirement, its points that show more than its own demands; `dropped`: its points that the case of an earlier
    requirement shows; `elsewhere`: its atoms that such a case exercises.
    """

    merged: dict[str, dict[str, TestPoint]] = field(default_factory=lambda: defaultdict(dict))
    dropped: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    elsewhere: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def applied(self, requirement_id: str, design: Design) -> Design:
        """The design with what is shared: nothing is tried twice."""
        dropped, merged = self.dropped.get(requirement_id, set()), self.merged.get(requirement_id, {})
        if not dropped and not merged:
            return design
        return Design(
            tuple(merged.get(p.id, p) for p in design.points if p.id not in dropped),
            tuple(p for p in design.spare if p.id not in dropped),
        )


async def shared(source: Source, options: Options, vocabulary: Vocabulary) -> Shared:
    """What the requirements that are asked for share; nothing where cases are written in another language than the document.

    Linear in the requirements: each is compared with at most a handful of earlier ones. Gives way to others on the way.
    """
    found = Shared()
    by_id = {requirement.id: requirement for requirement in source.requirements}
    written: dict[str, list[_Written]] = {}
    for name, leaders in _candidates(source.requirements):
        await asyncio.sleep(0)
        if options.language not in (None, by_id[name].language):
            continue
        own = _written(by_id[name], source, options, vocabulary)
        for leader in leaders:
            if leader not in written:
                written[leader] = _written(by_id[leader], source, options, vocabulary)
            for one in list(own):
                if _taken_over(found, written[leader], one, by_id[leader], name):
                    own.remove(one)
        written[name] = own
    return found


def _candidates(requirements: Sequence[Requirement]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(requirement, earlier requirements that have a sentence of the same words, a long one of all but one)."""
    first: dict[int, str] = {}
    for requirement in requirements:
        leaders: dict[str, None] = {}
        for start, end in sentences(requirement.text)[:_MOST_SENTENCES]:
            sentence = requirement.text[start:end]
            keys = [] if _REFUSING.search(sentence) else _keys(sentence)
            leaders.update((first[key], None) for key in keys if first.get(key, requirement.id) != requirement.id)
            for key in keys:
                first.setdefault(key, requirement.id)
        if leaders:
            yield requirement.id, tuple(leaders)[:_MOST_LEADERS]


def _keys(sentence: str) -> list[int]:
    """The words of a sentence; of a long one, which may be a near copy with another word, also the words without one of them.

    A number is never left out: it makes another test.
    """
    words = sorted({word.lower() for word in _WORD.findall(sentence)})
    if len(words) < _FEWEST_WORDS:
        return []
    whole = hash(tuple(words))
    if not _LONG <= len(words) <= _MOST_WORDS:
        return [whole]
    return [whole, *(hash((*words[:i], *words[i + 1 :])) for i, word in enumerate(words) if not word[0].isdigit())]


def _written(requirement: Requirement, source: Source, options: Options, vocabulary: Vocabulary) -> list[_Written]:
    out = []
    for point in design_of(requirement, source.document, options, vocabulary).points:
        if point.also:
            continue
        case = rules.write(requirement, point, document_id=source.document_id, document=source.document)
        steps = tuple((step.action, step.expected) for step in case.steps)
        out.append(_Written(point, grams(substance(case)), tuple(sorted(case.test_data.items())), case.title, steps))
    return out


def _taken_over(found: Shared, leading: list[_Written], one: _Written, leader: Requirement, name: str) -> bool:
    """Whether a case of `leader` shows what `one` would: then it does from now on."""
    for place, other in enumerate(leading):
        point = other.point
        if (other.data, point.polarity, point.preconditions) != (one.data, one.point.polarity, one.point.preconditions):
            continue
        if len(point.also) + 2 > MOST_REQUIREMENTS or jaccard(other.near, one.near) <= NEAR:
            continue
        steps = tuple(dict.fromkeys((*other.steps, *one.steps)))
        if len(steps) > MOST_STEPS:
            continue
        title = other.title if steps == other.steps else f"{other.title}; {one.title}"[:_LONGEST_TITLE]
        merged = replace(
            point,
            also=tuple(dict.fromkeys((*point.also, name))),
            atom_ids=tuple(dict.fromkeys((*point.atom_ids, *one.point.atom_ids))),
            title=title,
            steps=tuple(PointStep(action, expected) for action, expected in steps),
        )
        leading[place] = _Written(merged, other.near, other.data, title, steps)
        found.merged[leader.id][point.id] = merged
        found.dropped[name].add(one.point.id)
        found.elsewhere[name].update(one.point.atom_ids)
        return True
    return False
