"""A dry run: how many cases, calls and tokens a generation would take, without asking a model.

The test design is made as it would be; only the wording is left out. What is *expected* is one call for each batch of points, all
of whose answers are good; the *most* is what the gateway would reserve if every answer were bad: each batch asked again, split,
asked again, and the coverage loop after it. So a run can never use more than the most.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from testgen_runtime.documents.model import Language, Requirement
from testgen_runtime.gateway.gateway import upper_bound
from testgen_runtime.gateway.model import ChatRequest, Message
from testgen_runtime.generation import rules
from testgen_runtime.generation.model import Context, Options, Source
from testgen_runtime.generation.pipeline import BATCH_SIZE, COVERAGE_ROUNDS
from testgen_runtime.generation.prompts import CASES_SCHEMA, CONTEXT_CHARACTERS
from testgen_runtime.generation.told import design as design_of
from testgen_runtime.generation.writer import REPEATED_ANSWER, TRIES, most_tokens, question
from testgen_runtime.retrieval.context import estimated_tokens
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.vocabulary import Vocabulary

SAMPLE: Final = 2000
"""Requirements whose design is made; of a longer document so many, evenly spread, and the sums are scaled up."""
BYTES_PER_CHARACTER: Final = 6
"""The most that JSON in UTF-8 makes of one character (an escaped control character)."""
CONTEXT_FRAME: Final = 100
"""Bytes of JSON around what retrieval adds."""
COMPLAINT: Final = 1600
"""Bytes of the message that says what is wrong with an answer: ten names and three problems."""
JSON_TOKENS_PER_CASE: Final = 45
"""Tokens of the JSON around one case of an answer, measured with the prompt's own example."""


@dataclass(frozen=True, slots=True)
class Range:
    """What is expected, and what it can't pass."""

    expected: int = 0
    most: int = 0

    def __add__(self, other: Range) -> Range:
        return Range(self.expected + other.expected, self.most + other.most)

    def times(self, factor: float) -> Range:
        return Range(ceil(self.expected * factor), ceil(self.most * factor))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The sums over a source. `exact` False: scaled up from `SAMPLE` requirements, so that `most` is an estimate too.

    `left_out`: points beyond the limit on cases. Calls and tokens are zero where no model is asked.
    """

    requirements: int = 0
    points: int = 0
    left_out: int = 0
    batches: int = 0
    cases: Range = Range()
    calls: Range = Range()
    tokens_in: Range = Range()
    tokens_out: Range = Range()
    exact: bool = True

    @property
    def tokens(self) -> Range:
        return self.tokens_in + self.tokens_out

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            self.requirements + other.requirements,
            self.points + other.points,
            self.left_out + other.left_out,
            self.batches + other.batches,
            self.cases + other.cases,
            self.calls + other.calls,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.exact and other.exact,
        )

    def scaled(self, requirements: int) -> Estimate:
        """The same for so many requirements of the same kinds."""
        factor = requirements / self.requirements
        return Estimate(
            requirements,
            ceil(self.points * factor),
            ceil(self.left_out * factor),
            ceil(self.batches * factor),
            self.cases.times(factor),
            self.calls.times(factor),
            self.tokens_in.times(factor),
            self.tokens_out.times(factor),
            exact=False,
        )


Allows = Literal["all", "expected", "part", "none"]


def allows(estimate: Estimate, left: int | None) -> Allows:
    """What `left` tokens of a budget are enough for: all that the run can take, what is expected, a part, or nothing.

    None: there is no limit. Where the budget ends, rules write what is left, or the job fails, as `budgets.on_exhaustion` says.
    """
    if left is None or estimate.tokens.most <= left:
        return "all"
    if estimate.tokens.expected <= left:
        return "expected"
    return "part" if left > 0 else "none"


async def estimate(source: Source, options: Options, *, model: bool, retrieval: bool = False) -> Estimate:
    """What generating cases for `source.requirements` would take.

    `model`: a model words the cases; `retrieval`: what retrieval finds is sent along. Gives way to others after each requirement.
    """
    asked = source.requirements
    vocabulary = Vocabulary.of(source.document.requirements)
    total = Estimate()
    for requirement in _spread(asked, SAMPLE):
        total += of_requirement(requirement, source, options, vocabulary, model=model, retrieval=retrieval)
        await asyncio.sleep(0)
    return total.scaled(len(asked)) if len(asked) > total.requirements > 0 else total


def of_requirement(
    requirement: Requirement, source: Source, options: Options, vocabulary: Vocabulary, *, model: bool, retrieval: bool
) -> Estimate:
    """What one requirement would take."""
    design = design_of(requirement, source.document, options, vocabulary)
    room = max(0, options.max_cases_per_requirement - len(design.points))
    more = min(room, len(design.spare), COVERAGE_ROUNDS * BATCH_SIZE) if options.techniques is None else 0
    cases = Range(len(design.points), len(design.points) + more)
    found = Estimate(1, len(design.points), max(0, len(design.spare) - more), 0, cases)
    if not model:
        return found
    language = options.language or requirement.language
    for start in range(0, len(design.points), BATCH_SIZE):
        found += _of_batch(requirement, design.points[start : start + BATCH_SIZE], language, retrieval, expected=True)
    if more:
        longest = sorted(design.spare, key=lambda point: -_length(requirement, point, language))[: min(more, BATCH_SIZE)]
        for _ in range(COVERAGE_ROUNDS):
            found += _of_batch(requirement, longest, language, retrieval, expected=False)
    return found


def _length(requirement: Requirement, point: TestPoint, language: Language) -> int:
    """Bytes of a question about this point alone."""
    messages = question(requirement, [point], [rules.words(requirement, point, language)], Context(), language)
    return sum(len(message.content.encode()) for message in messages)


def _of_batch(
    requirement: Requirement, batch: Sequence[TestPoint], language: Language, retrieval: bool, *, expected: bool
) -> Estimate:
    """One batch: a single call if all goes well, and the reservations of every call that may follow."""
    points = [point for point in batch if not point.steps]  # the technique words the others itself
    if not points:
        return Estimate()
    wordings = [rules.words(requirement, point, language) for point in points]
    messages = question(requirement, points, wordings, Context(), language)
    count = len(points)
    answered = [count, (count + 1) // 2, count // 2] if count > 1 else [count]  # the whole, then the two halves
    added = CONTEXT_CHARACTERS * BYTES_PER_CHARACTER + CONTEXT_FRAME if retrieval else 0
    most_in = sum(_most_in(messages, added) for _ in answered)
    most_out = sum(TRIES * most_tokens(size) for size in answered)
    prompt = sum(estimated_tokens(message.content) for message in messages) + (CONTEXT_CHARACTERS // 4 if retrieval else 0)
    words = sum(estimated_tokens(f"{w.title}{w.action}{w.expected}") + JSON_TOKENS_PER_CASE for w in wordings)
    return Estimate(
        batches=int(expected),
        calls=Range(int(expected), TRIES * len(answered)),
        tokens_in=Range(prompt * expected, most_in),
        tokens_out=Range(words * expected, most_out),
    )


def _most_in(messages: Sequence[Message], added: int) -> int:
    """The most tokens of the questions of one `write`: the first one, and the one that sends a bad answer back."""
    first = upper_bound(ChatRequest("", "GenerateCases", tuple(messages), CASES_SCHEMA, 0)) + added
    repeated = REPEATED_ANSWER * 4 + COMPLAINT
    return first * TRIES + (repeated + 2 * 16) * (TRIES - 1)


def _spread(requirements: Sequence[Requirement], most: int) -> Sequence[Requirement]:
    """At most `most` of them, evenly spread."""
    if len(requirements) <= most:
        return requirements
    return [requirements[n * len(requirements) // most] for n in range(most)]
