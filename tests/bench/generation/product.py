"""The arms `rules` and `ours`: the product's own pipeline, without and with a model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from testgen_runtime.cases.model import Case
from testgen_runtime.documents.model import Document
from testgen_runtime.generation.model import Options, Source, Writer
from testgen_runtime.generation.pipeline import generate_each
from tests.bench.generation.model import Cases, Step, WrittenCase
from tests.bench.generation.progress import Told


async def generate(name: str, document: Document, asked: Sequence[str], writer: Writer | None, told: Told) -> Cases:
    """The pipeline's cases by requirement; `told` is called with the id of each requirement that is done."""
    wanted = set(asked)
    source = Source(name, document, tuple(r for r in document.requirements if r.id in wanted))
    cases: dict[str, list[WrittenCase]] = defaultdict(list)
    async for result in generate_each(source, Options(), writer=writer, run_id="bench"):
        for case in result.cases:
            for requirement_id in case.requirement_ids:
                cases[requirement_id].append(as_written(case, requirement_id))
        told(result.requirement_id)
    return {key: tuple(own) for key, own in cases.items()}


def as_written(case: Case, requirement_id: str) -> WrittenCase:
    return WrittenCase(
        id=case.id,
        requirement_id=requirement_id,
        title=case.title,
        steps=tuple(Step(step.action, step.expected) for step in case.steps),
        preconditions=case.preconditions,
        test_data=case.test_data,
        polarity=case.polarity,
        quotes=tuple(item.quote for item in case.evidence if item.requirement_id == requirement_id),
        atom_ids=case.atom_ids,
        language=case.language,
        by_model=case.written_by == "model",
    )
