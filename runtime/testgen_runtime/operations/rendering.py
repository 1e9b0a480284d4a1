"""The shapes of `testgen generate`'s output: JSON with all that was found, Markdown, a table, and every export format.

JSON and Markdown have the cases as the exports of these names write them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import IO, Any, Final, Protocol

from testgen_runtime.cases.exports import json, markdown
from testgen_runtime.cases.exports.formats import FORMATS, options_of
from testgen_runtime.cases.exports.model import Format, Item, Options
from testgen_runtime.cases.model import Case, RequirementCoverage
from testgen_runtime.documents.model import Finding, Requirement
from testgen_runtime.documents.presentation import atom_of, document_head, finding_of, requirement_of
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.generation.model import RequirementResult, Source
from testgen_runtime.generation.report import left_out_atoms
from testgen_runtime.storage.json import decode, encode


class Renderer(Protocol):
    """Takes in what a run gives, in order, and writes it out as it comes."""

    def begin(self) -> None: ...

    def requirement(self, source: Source, requirement: Requirement, result: RequirementResult) -> None: ...

    def coverage(self, source: Source, rows: Sequence[RequirementCoverage]) -> None: ...

    def end(self, findings: Sequence[tuple[str, Finding]]) -> None: ...


BINARY: Final = ("xlsx", "xmind")


@contextmanager
def renderer(name: str, sources: Sequence[Source], out: IO[bytes], options: Sequence[str] = ()) -> Iterator[Renderer]:
    """The renderer of a format.

    Raises: BadConfiguration for options that the format has not.
    """
    kinds: dict[str, Callable[[Sequence[Source], IO[bytes]], Renderer]] = {"json": Json, "markdown": Markdown, "table": Table}
    if name in kinds:
        if options:
            raise BadConfiguration(f"the format {name} has no options here", mend="leave --option out")
        yield kinds[name](sources, out)
        return
    kind = FORMATS[name]
    chosen = options_of(kind, options)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
        yield Export(sources, out, kept, kind, chosen)


class _Base:
    def __init__(self, sources: Sequence[Source], out: IO[bytes]) -> None:
        self._sources = sources
        self._out = out
        self._rows: list[tuple[Source, RequirementCoverage]] = []

    def write(self, text: str) -> None:
        self._out.write(text.encode("utf-8"))

    def coverage(self, source: Source, rows: Sequence[RequirementCoverage]) -> None:
        self._rows.extend((source, row) for row in rows)

    def totals(self) -> dict[str, Any]:
        """Coverage over all documents; shares are 0..1."""
        atoms = sum(row.atoms for _, row in self._rows)
        atoms_covered = sum(row.atoms_covered for _, row in self._rows)
        covered = sum(row.covered for _, row in self._rows)
        return {
            "requirements": len(self._rows),
            "requirements_covered": covered,
            "atoms": atoms,
            "atoms_covered": atoms_covered,
            "requirement_coverage": covered / len(self._rows) if self._rows else 1.0,
            "atom_coverage": atoms_covered / atoms if atoms else 1.0,
        }


class Json(_Base):
    """`{documents, requirements, atoms, cases, coverage, findings}`, one item a line."""

    def begin(self) -> None:
        everything = [(source, requirement) for source in self._sources for requirement in source.document.requirements]
        self._items("documents", "{", (encode(document_head(s.document_id, s.document)) for s in self._sources))
        self._items("requirements", ",", (encode(requirement_of(s.document_id, r)) for s, r in everything))
        self._items("atoms", ",", (encode(atom_of(s.document_id, r.id, a)) for s, r in everything for a in r.atoms))
        self.write(',\n"cases": ')
        self._array = json.Array()
        self._left_out: dict[tuple[str, str], dict[str, Any]] = {}

    def requirement(self, source: Source, requirement: Requirement, result: RequirementResult) -> None:
        for case in result.cases:
            self.write(self._array.element(case))
        if result.left_out_points:
            self._left_out[source.document_id, requirement.id] = {
                "left_out_atoms": left_out_atoms(result),
                "left_out": [asdict(point) for point in result.left_out_points],
            }

    def end(self, findings: Sequence[tuple[str, Finding]]) -> None:
        none: dict[str, Any] = {"left_out_atoms": [], "left_out": []}
        rows = [
            {"document_id": source.document_id}
            | row.model_dump(mode="json")
            | self._left_out.get((source.document_id, row.requirement_id), none)
            for source, row in self._rows
        ]
        self.write(f'{self._array.end()},\n"coverage": {encode(self.totals() | {"by_requirement": rows})}')
        self._items("findings", ",", (encode(finding_of(document, finding)) for document, finding in findings))
        self.write("\n}\n")

    def _items(self, name: str, before: str, items: Any) -> None:
        self.write(f'{before}\n"{name}": [')
        for n, item in enumerate(items):
            self.write((",\n" if n else "\n") + item)
        self.write("\n]")


class Markdown(_Base):
    """One chapter a document, one section a requirement, its cases below it."""

    def begin(self) -> None:
        self._document = ""

    def requirement(self, source: Source, requirement: Requirement, result: RequirementResult) -> None:
        if source.document_id != self._document:
            self._document = source.document_id
            self.write(markdown.document_heading(source.document.title))
        self.write(markdown.requirement_heading(requirement.id, requirement.text))
        if not result.cases:
            self.write("*No case.*\n\n")
        for case in result.cases:
            self.write(markdown.case_section(case))

    def end(self, findings: Sequence[tuple[str, Finding]]) -> None:
        totals = self.totals()
        self.write(
            f"# Coverage\n\n{totals['requirements_covered']} of {totals['requirements']} requirements, "
            f"{totals['atoms_covered']} of {totals['atoms']} atoms.\n"
        )
        for _, row in self._rows:
            if not row.covered:
                self.write(
                    f"- {_line(row.requirement_id)}: {row.cases} cases, not covered: {', '.join(row.uncovered) or 'the whole'}\n"
                )
        if findings:
            self.write("\n# To look at\n\n")
            for _, finding in findings:
                about = f"{_line(finding.requirement_id)} ({finding.kind})" if finding.requirement_id else finding.kind
                proposal = f" {_line(finding.proposal)}" if finding.proposal else ""
                self.write(f"- {about}: {_line(finding.message)}{proposal}\n")


class Table(_Base):
    """One line a case."""

    def begin(self) -> None:
        from rich.table import Table as RichTable

        self._table = RichTable("case", "requirement", "technique", "polarity", "by", "title", title="Test cases")

    def requirement(self, source: Source, requirement: Requirement, result: RequirementResult) -> None:
        from rich.markup import escape

        for case in result.cases:
            about = ", ".join(case.requirement_ids)
            self._table.add_row(case.id, escape(about), case.technique, case.polarity, case.written_by, escape(case.title))

    def end(self, findings: Sequence[tuple[str, Finding]]) -> None:
        import io
        import shutil

        from rich.console import Console

        text = io.StringIO()
        console = Console(file=text, width=max(100, shutil.get_terminal_size((140, 40)).columns))
        console.print(self._table)
        totals = self.totals()
        console.print(
            f"{totals['requirements_covered']} of {totals['requirements']} requirements covered, "
            f"{totals['atoms_covered']} of {totals['atoms']} atoms; {len(findings)} findings"
        )
        self.write(text.getvalue())


class Export(_Base):
    """Any export format. What the pipeline pushes and a writer pulls meets in a file, one case a line."""

    def __init__(self, sources: Sequence[Source], out: IO[bytes], kept: IO[str], kind: Format, options: Options) -> None:
        super().__init__(sources, out)
        self._kept = kept
        self._kind = kind
        self._options = options

    def begin(self) -> None:
        """Nothing stands before the cases."""

    def requirement(self, source: Source, requirement: Requirement, result: RequirementResult) -> None:
        facts = encode([source.document.title, requirement.section, requirement.text])
        for case in result.cases:
            self._kept.write(f"{facts}\n{case.model_dump_json()}\n")

    def end(self, findings: Sequence[tuple[str, Finding]]) -> None:
        self._kept.seek(0)
        self._kind.write(self._items(), self._options, self._out)

    def _items(self) -> Iterator[Item]:
        while facts := self._kept.readline():
            document, section, requirement = decode(facts)
            yield Item(Case.model_validate_json(self._kept.readline()), document, tuple(section), requirement)


def _line(text: str) -> str:
    return " ".join(text.split())
