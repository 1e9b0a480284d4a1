"""The policy of docs/MIGRATIONS.md as rules over SQL: what an expand or migrate step may not do, since older programs still run.

Pure: statements in, findings out. It reads the SQL that our revisions are written in, not all that PostgreSQL accepts.
"""

from __future__ import annotations

import re
from typing import Final

_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_DOLLARS: Final = re.compile(r"\$(\w*)\$.*?\$\1\$", re.S)
_COMMENT: Final = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)
_MADE: Final = re.compile(r"\bCREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", re.I)
_ALTER: Final = re.compile(r"^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+) (.*)$", re.I | re.S)
_INDEX: Final = re.compile(r"^CREATE (UNIQUE )?INDEX (CONCURRENTLY )?(?:IF NOT EXISTS )?\w+ ON (\w+)", re.I)
_FORBIDDEN: Final = (
    (re.compile(r"^DROP (TABLE|COLUMN|VIEW|TYPE|SCHEMA|SEQUENCE|FUNCTION|INDEX)\b", re.I), "drops what older programs may use"),
    (re.compile(r"^TRUNCATE\b", re.I), "empties a table"),
    (re.compile(r"^LOCK\b", re.I), "locks a table for the length of the step"),
    (re.compile(r"^ALTER (TYPE|SEQUENCE|VIEW|INDEX|SCHEMA|FUNCTION)\b.*\bRENAME\b", re.I | re.S), "renames"),
)
_CLAUSES: Final = (
    (re.compile(r"\bRENAME\b", re.I), "renames: older programs use the old name"),
    (re.compile(r"\bDROP (?:COLUMN\b|(?!CONSTRAINT|DEFAULT|NOT|EXPRESSION|IDENTITY)\w+)", re.I), "drops a column"),
    (re.compile(r"\bDROP CONSTRAINT\b", re.I), "drops a constraint that programs may rely on"),
    (re.compile(r"\bALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE\b", re.I), "changes a type, which rewrites the table under a lock"),
    (re.compile(r"\bSET NOT NULL\b", re.I), "forbids NULL: older programs may write it"),
    (re.compile(r"\bDROP DEFAULT\b", re.I), "drops a default that older programs rely on"),
    (
        re.compile(r"\bADD (?:CONSTRAINT \w+ )?(?:UNIQUE|PRIMARY KEY|EXCLUDE)\b", re.I),
        "adds a uniqueness that older rows may break",
    ),
)
_NEW_COLUMN: Final = re.compile(
    r"^\s*ADD (?:COLUMN )?(?:IF NOT EXISTS )?(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)(\w+)(.*)$", re.I | re.S
)
_NEW_CHECK: Final = re.compile(r"^\s*ADD (?:CONSTRAINT \w+ )?(CHECK|FOREIGN KEY)\b", re.I)


def statements(sql: str) -> list[str]:
    """The statements, one line each, without comments; texts and bodies of functions are empty."""
    bare = _TEXT.sub("''", _DOLLARS.sub("$$$$", _COMMENT.sub("", sql)))
    bare = re.sub(r"\bBEGIN ATOMIC\b.*?\bEND\b", "", bare, flags=re.S | re.I)
    return [" ".join(one.split()) for one in bare.split(";") if one.strip()]


def findings(sql: str, *, concurrent: bool = False) -> list[str]:
    """What breaks the policy in an expand or migrate step, as `<statement's beginning>: <why>`."""
    given = statements(sql)
    new = {name.lower() for one in given for name in _MADE.findall(one)} | {"alembic_version"}
    return [f"{one[:70]}: {why}" for one in given for why in _of(one, new, concurrent)]


def _of(statement: str, new: set[str], concurrent: bool) -> list[str]:
    found = [why for pattern, why in _FORBIDDEN if pattern.search(statement)]
    if index := _INDEX.match(statement):
        unique, concurrently, table = index.groups()
        if table.lower() not in new:
            if unique:
                found.append("adds a uniqueness that older rows may break")
            if not concurrently or not concurrent:
                found.append("keeps everybody from writing while it is made: CONCURRENTLY, in a revision with concurrent = True")
    elif concurrent and not statement.upper().startswith(("UPDATE ALEMBIC_VERSION", "CREATE INDEX CONCURRENTLY IF NOT EXISTS")):
        found.append("a concurrent revision holds CREATE INDEX CONCURRENTLY IF NOT EXISTS alone: it has no transaction")
    if (alter := _ALTER.match(statement)) and alter[1].lower() not in new:
        found += [why for clause in _clauses(alter[2]) for why in _of_clause(clause)]
    return found


def _of_clause(clause: str) -> list[str]:
    found = [why for pattern, why in _CLAUSES if pattern.search(clause)]
    if column := _NEW_COLUMN.match(clause):
        rest = column[2].upper()
        filled = "DEFAULT" in rest or "GENERATED" in rest
        if re.search(r"\bNOT NULL\b", rest) and not filled:
            found.append(f"adds {column[1]} NOT NULL without a default: older programs don't fill it")
        if "STORED" in rest or "IDENTITY" in rest:
            found.append("computes a value for each row, which rewrites the table under a lock")
        if re.search(r"\b(UNIQUE|PRIMARY KEY)\b", rest):
            found.append("adds a uniqueness that older rows may break")
    if _NEW_CHECK.match(clause) and "NOT VALID" not in clause.upper():
        found.append("checks all rows under a lock: NOT VALID, and VALIDATE CONSTRAINT in a later step")
    return found


def _clauses(text: str) -> list[str]:
    """The parts of an ALTER TABLE, split at commas outside of parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
