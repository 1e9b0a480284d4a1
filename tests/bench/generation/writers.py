"""Who writes cases for a set: the product with and without a model, and the same model asked directly."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from tests.bench.generation import mutation, product
from tests.bench.generation.model import Arm, Cases, RequirementSet, WrittenCase
from tests.bench.generation.mutation import Mutation
from tests.bench.generation.progress import Progress


@dataclass(slots=True)
class Writers:
    """The arms of a run; a model is started only when one of them asks it."""

    @staticmethod
    async def open(arms: Sequence[Arm], stack: AsyncExitStack) -> Writers:
        return Writers()

    async def write(self, arm: Arm, one: RequirementSet) -> Cases:
        """The cases of `arm` for all requirements that are asked for."""
        progress = Progress(f"{one.name}, {arm}", len(one.asked))
        return await product.generate(one.name, one.document, one.asked, None, progress.step)

    async def known_plain(self, one: RequirementSet) -> Cases | None:
        return None

    async def write_mutation(self, arm: Arm, one: Mutation) -> tuple[WrittenCase, ...]:
        """The cases of `arm` for one changed requirement."""
        document = mutation.document(one)
        asked = tuple(r.id for r in document.requirements)
        cases = await product.generate("mutation", document, asked, None, lambda _: None)
        return tuple(case for own in cases.values() for case in own)
