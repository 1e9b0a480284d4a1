"""Who writes cases for a set: the product with and without a model, and the same model asked directly."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from testgen_runtime.documents.model import Document
from testgen_runtime.gateway.budgets import NoBudget
from testgen_runtime.gateway.gateway import Gateway
from testgen_runtime.gateway.model import ProviderError
from testgen_runtime.generation.writer import ModelWriter
from testgen_runtime.settings import Route
from tests.bench.generation import answers, mutation, product, server
from tests.bench.generation.answers import KeptAnswers
from tests.bench.generation.direct import Direct, DirectWriter
from tests.bench.generation.model import Arm, Cases, RequirementSet, WrittenCase
from tests.bench.generation.mutation import Mutation
from tests.bench.generation.progress import Progress, Told, quiet


@dataclass(frozen=True, slots=True)
class Writers:
    """The arms of a run. `kept` has the model's answers so far, and the model itself where an arm of the run asks it."""

    kept: KeptAnswers

    async def write(self, arm: Arm, one: RequirementSet) -> Cases:
        """The cases of `arm` for all requirements that are asked for."""
        return await self._write(arm, one.name, one.document, one.asked, Progress(f"{one.name}, {arm}", len(one.asked)).step)

    async def known_plain(self, one: RequirementSet) -> Cases | None:
        """The cases of `plain` from kept answers alone; None where one of them is missing."""
        known = replace(self.kept, behind=None)
        writer = DirectWriter("plain", known, server.MODEL)
        wanted = set(one.asked)
        try:
            return {r.id: await writer.write(r) for r in one.document.requirements if r.id in wanted}
        except ProviderError:
            return None

    async def write_mutation(self, arm: Arm, one: Mutation) -> tuple[WrittenCase, ...]:
        """The cases of `arm` for one changed requirement."""
        document = mutation.document(one)
        asked = tuple(r.id for r in document.requirements)
        cases = await self._write(arm, "mutation", document, asked, quiet)
        return tuple(case for own in cases.values() for case in own)

    async def _write(self, arm: Arm, name: str, document: Document, asked: Sequence[str], told: Told) -> Cases:
        if arm == "rules":
            return await product.generate(name, document, asked, None, told)
        if arm == "ours":
            return await product.generate(name, document, asked, ModelWriter(_gateway(self.kept)), told)
        return await self._direct(arm, document, asked, told)

    async def _direct(self, arm: Direct, document: Document, asked: Sequence[str], told: Told) -> Cases:
        writer, wanted, found = DirectWriter(arm, self.kept, server.MODEL), set(asked), dict[str, tuple[WrittenCase, ...]]()
        for requirement in document.requirements:
            if requirement.id in wanted:
                found[requirement.id] = await writer.write_or_none(requirement)
                told(requirement.id)
        return found


def _gateway(provider: KeptAnswers) -> Gateway:
    """The product's own path to a model, with the kept answers as its provider."""
    route = Route(provider=provider.name, model=server.MODEL)
    return Gateway({provider.name: provider}, (route,), NoBudget(), now=time.monotonic)


@asynccontextmanager
async def writers(arms: Sequence[Arm]) -> AsyncIterator[Writers]:
    """The arms of a run; the model is served for as long as the block lasts where one of them asks it."""
    place = answers.folder()
    if set(arms) <= {"rules"}:
        yield Writers(KeptAnswers(place, None))
        return
    async with server.provider() as model:
        kept = KeptAnswers(place, model)
        try:
            yield Writers(kept)
        finally:
            print(f"  the model was asked {kept.asked} times, {kept.kept} answers were kept in {place}", file=sys.stderr)
