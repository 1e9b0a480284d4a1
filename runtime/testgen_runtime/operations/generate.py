"""`testgen generate FILE…`: cases from files, without a server and without a database; nothing is left behind.

Memory holds the parsed documents; cases go to a temporary file as they are made, and to the output once all went well.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from testgen_runtime.cases.coverage import of_requirement
from testgen_runtime.cases.model import RequirementCoverage
from testgen_runtime.documents.model import Finding
from testgen_runtime.documents.presentation import document_id
from testgen_runtime.documents.read import read_all as read_documents
from testgen_runtime.errors import TestGenError
from testgen_runtime.generation.model import Options, RequirementResult, Source, Writer
from testgen_runtime.generation.pipeline import generate_each
from testgen_runtime.knowledge.application import unanswered
from testgen_runtime.knowledge.files import standing
from testgen_runtime.operations.delivery import check, deliver
from testgen_runtime.operations.given import BadFiles, line, read
from testgen_runtime.operations.rendering import BINARY, Renderer, renderer
from testgen_runtime.settings import Limits, Llm, Provider, Route

if TYPE_CHECKING:
    from testgen_runtime.gateway.gateway import Gateway

_IN_MEMORY = 8 * 1024 * 1024


@dataclass(slots=True)
class Totals:
    """What is told on standard error at the end."""

    requirements: int = 0
    covered: int = 0
    cases: int = 0
    by_model: int = 0
    left_out: int = 0
    model_unavailable: bool = False

    def add(self, result: RequirementResult, coverage: RequirementCoverage) -> None:
        """Count one requirement."""
        self.requirements += 1
        self.covered += coverage.covered
        self.cases += len(result.cases)
        self.by_model += sum(case.written_by == "model" for case in result.cases)
        self.left_out += result.left_out
        self.model_unavailable |= "model" in result.degraded


@dataclass(frozen=True, slots=True)
class Ask:
    """What the command line asks for."""

    files: tuple[Path, ...]
    format: str
    out: Path | None
    options: Options
    llm: Llm = field(default_factory=Llm)
    export_options: tuple[str, ...] = ()


def ollama(url: str, model: str) -> Llm:
    """A model for this one run."""
    return Llm(providers=(Provider(name="ollama", url=url),), routes=(Route(provider="ollama", model=model),))


def run(ask: Ask, limits: Limits, on_progress: Callable[[int, int, int], None]) -> Totals:
    """Generate and print. `on_progress(done, total, cases)` is called after every requirement.

    Raises: BadFiles, before anything is generated; BadConfiguration where the output can't be written.
    """
    check(ask.out, binary=ask.format in BINARY)
    sources = read_all(ask.files, limits)
    with (
        tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool,
        renderer(ask.format, sources, spool, ask.export_options) as output,
    ):
        totals = asyncio.run(_generate(ask, sources, output, on_progress))
        spool.seek(0)
        deliver(spool, ask.out)
    return totals


def read_all(files: Sequence[Path], limits: Limits) -> list[Source]:
    """Every file, parsed.

    Raises: BadFiles, which names each one that can't be used.
    """
    sources: list[Source] = []
    wrong: list[str] = []
    for path in files:
        try:
            sources.extend(_read(path, limits))
        except TestGenError as error:
            wrong.append(line(str(path), error))
    if wrong:
        raise BadFiles(wrong)
    return sources


def _read(path: Path, limits: Limits) -> list[Source]:
    data = read(path, limits.document_bytes, mend="split the document")
    return [
        Source(document_id(one.digest, one.document.media_type), one.document, one.document.requirements)
        for one in read_documents(data, path.name, limits=limits)
    ]


async def _generate(
    ask: Ask, sources: Sequence[Source], output: Renderer, on_progress: Callable[[int, int, int], None]
) -> Totals:
    totals = Totals()
    total = sum(len(source.requirements) for source in sources)
    gateway, writer = _writer(ask.llm)
    try:
        output.begin()
        for source in sources:
            rows: list[RequirementCoverage] = []
            steps = generate_each(source, ask.options, writer=writer, run_id=source.document_id)
            requirements = {requirement.id: requirement for requirement in source.requirements}
            async with aclosing(steps):
                async for result in steps:
                    row = of_requirement(requirements[result.requirement_id], result.cases)
                    rows.append(row)
                    output.requirement(source, requirements[result.requirement_id], result)
                    totals.add(result, row)
                    on_progress(totals.requirements, total, totals.cases)
            output.coverage(source, rows)
        output.end([(source.document_id, finding) for source in sources for finding in _findings(source)])
    finally:
        if gateway is not None:
            await gateway.close()
    return totals


def _findings(source: Source) -> list[Finding]:
    """What is doubtful about a document, then the standing checks, as shipped, that it leaves unanswered; as a job tells them."""
    checks = {key: check for key, check in standing().items() if check.enabled}
    return [*source.document.findings, *unanswered(source.requirements, checks)]


def _writer(llm: Llm) -> tuple[Gateway | None, Writer | None]:
    if not llm.providers:
        return None, None
    from testgen_runtime.gateway.build import gateway
    from testgen_runtime.generation.writer import ModelWriter
    from testgen_runtime.settings import Budgets

    built = gateway(llm, Budgets(), pool=None, scope="command line")
    return built, ModelWriter(built) if built is not None else None
