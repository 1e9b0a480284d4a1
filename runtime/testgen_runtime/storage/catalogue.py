"""The tables of a database as facts: `kind name` → what it is, one for each column, index, constraint, function and trigger.

migrations/expected.txt holds the facts of the newest revision, one a line; a test writes it (UPDATE_GOLDEN=1) and holds it to
what the migrations make. The job queue's tables are pgqueuer's and are not among them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testgen_runtime.storage.schema import MIGRATIONS

if TYPE_CHECKING:
    from testgen_runtime.storage.database import Connection

_MINE: Final = "n.nspname = current_schema() AND NOT c.relname LIKE 'pgqueuer%' AND c.relname <> 'alembic_version'"
_COLUMNS: Final = f"""
SELECT 'column ' || c.relname || '.' || a.attname AS name,
  format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' WHEN a.attgenerated <> '' THEN ' GENERATED'
     WHEN d.adbin IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END AS is
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {_MINE}
"""  # noqa: S608 - constants
_TABLES: Final = f"""
SELECT 'table ' || c.relname AS name, CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE 'LOGGED' END AS is
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND {_MINE}
"""  # noqa: S608
_CONSTRAINTS: Final = f"""
SELECT 'constraint ' || c.relname || '.' || k.conname AS name, pg_get_constraintdef(k.oid) AS is
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c') AND {_MINE}
"""  # noqa: S608
_INDEXES: Final = f"""
SELECT 'index ' || x.relname AS name, regexp_replace(pg_get_indexdef(i.indexrelid), ' ON \\S+\\.', ' ON ')
  || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid: its building was broken off)' END AS is
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_MINE}
"""  # noqa: S608
_TRIGGERS: Final = f"""
SELECT 'trigger ' || c.relname || '.' || t.tgname AS name, p.proname || CASE t.tgenabled WHEN 'D' THEN ' (disabled)' ELSE '' END
  AS is FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND {_MINE}
"""  # noqa: S608
_FUNCTIONS: Final = """
SELECT 'function ' || p.proname AS name, '(' || pg_get_function_identity_arguments(p.oid) || ') ' || pg_get_function_result(p.oid)
  || CASE WHEN p.prosrc <> '' THEN ' ' || left(md5(p.prosrc), 8) ELSE '' END AS is
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = current_schema() AND NOT p.proname LIKE '%pgqueuer%'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """`found` is empty where it is missing, `wanted` where nobody asked for it."""

    name: str
    wanted: str
    found: str

    @property
    def vital(self) -> bool:
        """Whether a program would fail by it: something is missing that its statements name."""
        return not self.found and self.name.split(" ")[0] in ("table", "column", "function", "trigger")

    def __str__(self) -> str:
        if not self.found:
            return f"{self.name} is missing; it should be: {self.wanted}"
        if not self.wanted:
            return f"{self.name} is not ours: {self.found}"
        return f"{self.name} differs; it should be: {self.wanted}; it is: {self.found}"


async def read(connection: Connection) -> dict[str, str]:
    """The facts of the database's own schema."""
    found: dict[str, str] = {}
    for query in (_TABLES, _COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _FUNCTIONS):
        found |= {row["name"]: row["is"] for row in await connection.fetch(query)}
    return found


def write(facts: Mapping[str, str]) -> str:
    """The text of expected.txt."""
    return "".join(f"{name}: {facts[name]}\n" for name in sorted(facts))


def expected(folder: Path = MIGRATIONS) -> dict[str, str]:
    """What the newest revision makes, before any contract step."""
    lines = (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def differences(
    wanted: Mapping[str, str], found: Mapping[str, str], gone: Collection[str] = ()
) -> tuple[Sequence[Difference], Sequence[Difference]]:
    """(what a program would miss, what is there beside it). `gone`: facts that contract steps have taken away."""
    wrong = [
        Difference(name, wanted[name], found.get(name, ""))
        for name in sorted(wanted)
        if name not in gone and found.get(name) != wanted[name]
    ]
    return wrong, [Difference(name, "", found[name]) for name in sorted(found.keys() - wanted.keys())]
