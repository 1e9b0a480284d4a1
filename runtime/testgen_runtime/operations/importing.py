"""`testgen import`: a file of cases into the configured database, by the services that the API imports with."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from testgen_runtime.cases.imports.parse import ImportFormat
from testgen_runtime.cases.imports.report import REFUSED, ImportOut, ItemOut, deed
from testgen_runtime.cases.imports.service import Imports
from testgen_runtime.cases.service import Cases
from testgen_runtime.errors import DocumentTooLarge, InvalidInput, UnreadableDocument, UnsupportedDocument
from testgen_runtime.knowledge.service import Knowledge
from testgen_runtime.operations.audit import with_database
from testgen_runtime.operations.given import BadFiles, line, read, read_from
from testgen_runtime.security.service import COMMAND_LINE, Keys
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.json import encode

T = TypeVar("T")
STANDARD_INPUT: Final = Path("-")
_OF_THE_FILE: Final = (DocumentTooLarge, InvalidInput, UnreadableDocument, UnsupportedDocument)


@dataclass(frozen=True, slots=True)
class Ask:
    """What the command line asks for."""

    file: Path
    format: ImportFormat | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PastCases:
    """What became of a file of past cases: how many can be used, how many of them are new, and (place, problem) of the others."""

    read: int
    changed: int
    problems: Sequence[tuple[str, str]]
    dry_run: bool


def cases(settings: Settings, ask: Ask) -> ImportOut:
    """Update the cases that an export names. An embedded server that runs already is used as it is.

    Raises: BadFiles, with nothing changed; BadConfiguration; Unavailable, with a part done: the same command goes on with it.
    """

    async def work(store: Database, data: bytes, name: str) -> ImportOut:
        imports = Imports(Cases(store, four_eyes=settings.review.four_eyes))
        results = await imports.run(data, name, format=ask.format, dry_run=ask.dry_run, by=COMMAND_LINE.key_id)
        if not ask.dry_run:
            await Keys(store).told(COMMAND_LINE, "cases imported", deed(data, results))
        return ImportOut.of(results, dry_run=ask.dry_run)

    return _with_file(settings, ask, work)


def past_cases(settings: Settings, ask: Ask) -> PastCases:
    """Keep a file's cases as past cases, all of them or none.

    Raises: BadFiles; BadConfiguration; Conflict for more than a project may have; Unavailable.
    """

    async def work(store: Database, data: bytes, name: str) -> PastCases:
        found = await Knowledge(store).import_cases(data, name, ask.format, by=COMMAND_LINE.key_id, dry_run=ask.dry_run)
        return PastCases(*found, dry_run=ask.dry_run)

    return _with_file(settings, ask, work)


def _with_file(settings: Settings, ask: Ask, work: Callable[[Database, bytes, str], Awaitable[T]]) -> T:
    """What `work` makes of the file on the project's database; the file is read before that is opened."""
    name = "standard input" if ask.file == STANDARD_INPUT else ask.file.name
    most, mend = settings.limits.document_bytes, "split the file"
    try:
        given = read_from(sys.stdin.buffer, most, mend=mend) if ask.file == STANDARD_INPUT else read(ask.file, most, mend=mend)
        return with_database(settings, lambda store: work(store, given, name[:200]))
    except _OF_THE_FILE as error:
        raise BadFiles([line(name if ask.file == STANDARD_INPUT else str(ask.file), error)]) from None


def refused(told: ImportOut | PastCases) -> int:
    """How many of the file's cases had no effect that was asked for."""
    if isinstance(told, PastCases):
        return len(told.problems)
    return sum(count for outcome, count in told.counts.items() if outcome in REFUSED)


def lines(told: ImportOut | PastCases) -> list[str]:
    """A line for each case that was changed or refused: place, outcome, id, and which fields or why. Those that are as they
    were are only counted."""
    if isinstance(told, PastCases):
        return [_line(place, "invalid", problem) for place, problem in told.problems]
    return [
        _line(item.place, item.outcome, (item.id or "-")[:80], _words(item)) for item in told.items if item.outcome != "unchanged"
    ]


def total(told: ImportOut | PastCases) -> str:
    """The counts, and whether anything was done at all."""
    if isinstance(told, PastCases):
        said = [f"{told.changed} created", f"{told.read - told.changed} unchanged", f"{len(told.problems)} refused"]
    else:
        why = ", ".join(f"{count} {outcome}" for outcome, count in told.counts.items() if outcome in REFUSED and count)
        said = [f"{told.counts[name]} {name}" for name in ("updated", "unchanged")]
        said.append(f"{refused(told)} refused" + (f" ({why})" if why else ""))
    return ", ".join(said) + ("; a dry run: nothing was changed" if told.dry_run else "")


def as_json(told: ImportOut | PastCases) -> str:
    """The answer of POST /api/v1/imports, or that of POST /api/v1/knowledge/past-cases with every problem."""
    if isinstance(told, ImportOut):
        return encode(told)
    problems = [{"place": place, "problem": problem} for place, problem in told.problems]
    return encode({"read": told.read, "changed": told.changed, "problems": problems})


def _words(item: ItemOut) -> str:
    return item.problem + (f" — {item.mend}" if item.mend else "") if item.problem else ", ".join(item.changed)


def _line(*parts: str) -> str:
    """The parts with tabs between them. What a file says stays on its line, and says nothing to the terminal itself."""
    return "\t".join(" ".join("".join(c if c.isprintable() else " " for c in part).split()) for part in parts)
