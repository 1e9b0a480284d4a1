"""The steps a schema can take, read from migrations/: up (versions/), down (down/) and contract steps (contracts/).

A down step and a contract step are SQL files whose first comment lines say what they mean:

    -- Gives up: knowledge entries = SELECT count(*) FROM knowledge      what is lost, and how much of it there is
    -- Stops at: encrypted comments = SELECT count(*) FROM …             while the count is not 0, the step is refused
    -- Requires: 0012                                                    (contract) every program in use knows this revision
    -- Removes: column cases.old                                         (contract) facts of expected.txt that go
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testgen_runtime.errors import BadConfiguration, InvalidInput
from testgen_runtime.storage.schema import MIGRATIONS

BASE: Final = "base"
"""The name of the schema before the first revision."""
_HEADER: Final = re.compile(r"-- (Gives up|Stops at|Requires|Removes): *(.+)")
_RELATIVE: Final = re.compile(r"[+-][0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Up:
    """One revision: its name, what it is about, and SQL that also moves alembic's own row.

    `concurrent`: its module says `concurrent = True`. Its statements then run one by one, outside of a transaction: indexes on
    tables in use, made without keeping anybody from writing.
    """

    revision: str
    about: str
    sql: str
    concurrent: bool = False

    def statements(self) -> list[str]:
        """The single statements; of a concurrent revision only (no text in it holds a semicolon)."""
        return [one.strip() for one in self.sql.split(";") if one.strip()]


@dataclass(frozen=True, slots=True)
class Count:
    """Something to be counted: what in words, and the statement that counts it."""

    words: str
    sql: str


@dataclass(frozen=True, slots=True)
class Down:
    """The way from a revision to the one before. `gives_up`: what is lost by it; `stops_at`: what has to be none."""

    revision: str
    before: str
    sql: str
    gives_up: tuple[Count, ...] = ()
    stops_at: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A step that takes away what no program in use needs any more. `requires`: the oldest revision those may know."""

    name: str
    requires: str
    sql: str
    removes: tuple[str, ...] = ()


def order(folder: Path = MIGRATIONS) -> list[str]:
    """Every revision, oldest first."""
    return sorted(path.name.split("_", 1)[0] for path in (folder / "versions").glob("[0-9]*_*.py"))


def ups(found: str | None, to: str | None = None, folder: Path = MIGRATIONS) -> list[Up]:
    """The steps after `found` up to and with `to` (None: the newest), oldest first."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)
    pending = list(script.iterate_revisions(to or "head", found or "base"))[::-1]
    steps: list[Up] = []
    before = found
    for step in pending:
        config.output_buffer = io.StringIO()
        command.upgrade(config, f"{before or 'base'}:{step.revision}", sql=True)
        about, alone = (step.doc or "").splitlines()[0], bool(getattr(step.module, "concurrent", False))
        steps.append(Up(step.revision, about, config.output_buffer.getvalue(), alone))
        before = step.revision
    return steps


def downs(found: str, to: str, folder: Path = MIGRATIONS) -> list[Down]:
    """The steps from `found` down to `to` (a revision or `base`), newest first.

    Raises: BadConfiguration where a step has no way back.
    """
    known = order(folder)
    names = [one for one in known if (to == BASE or one > to) and one <= found]
    return [_down(one, ([BASE, *known])[known.index(one)], folder) for one in reversed(names)]


def _down(revision: str, before: str, folder: Path) -> Down:
    path = folder / "down" / f"{revision}.sql"
    if not path.is_file():
        raise BadConfiguration(f"there is no way back from {revision}", mend="restore the backup that was taken before it")
    sql = path.read_text(encoding="utf-8")
    headers = _headers(sql)
    return Down(
        revision,
        before,
        sql,
        gives_up=tuple(_count(text) for name, text in headers if name == "Gives up"),
        stops_at=tuple(_count(text) for name, text in headers if name == "Stops at"),
    )


def contracts(folder: Path = MIGRATIONS) -> list[Contract]:
    """Every contract step, by name."""
    found = []
    for path in sorted((folder / "contracts").glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        headers = _headers(sql)
        requires = next((text.strip() for name, text in headers if name == "Requires"), "")
        if requires not in order(folder):
            raise BadConfiguration(f"the contract step {path.stem} does not say which revision it requires")
        removes = tuple(text.strip() for name, text in headers if name == "Removes")
        found.append(Contract(path.stem, requires, sql, removes))
    return found


def named(wanted: str, found: str | None, folder: Path = MIGRATIONS) -> str:
    """The revision that a person means: `head`, `base`, a revision, or so many steps from `found` (`+1`, `-2`).

    Raises: InvalidInput, which lists the revisions.
    """
    known = [BASE, *order(folder)]
    if wanted == "head":
        return known[-1]
    if _RELATIVE.fullmatch(wanted):
        place = known.index(found or BASE) + int(wanted)
        if 0 <= place < len(known):
            return known[place]
    elif wanted in known:
        return wanted
    raise InvalidInput(f"--to {wanted}: there is no such revision", mend=f"name one of {', '.join(known)}, or head, +1, -1")


def _headers(sql: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for line in sql.splitlines() if (match := _HEADER.match(line))]


def _count(text: str) -> Count:
    words, _, sql = text.partition(" = ")
    return Count(words.strip(), sql.strip())
