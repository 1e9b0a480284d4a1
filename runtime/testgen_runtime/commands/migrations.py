"""`testgen migrate`: the schema of the database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from testgen_runtime.commands.configuration import DataDir, settings

app = typer.Typer(help="The database's schema: up, down, status, plan, verify. Alone: up.")

LOCK_SECONDS, STATEMENT_SECONDS, WAIT_SECONDS = 3.0, 540.0, 300.0
"""Defaults of migrations; storage/migration_session.py tells why."""


@app.callback(invoke_without_command=True)
def migrate_up(context: typer.Context, data_dir: DataDir = None) -> None:
    """Bring the database to this version's schema (the same as `up`), look at it, or take it back to an earlier one.

    Safe to repeat, to kill, and to run twice at once. Exit code 3: a step was refused or broke off; 4: this version is too old.
    """
    if context.invoked_subcommand is None:
        _migrate_up(data_dir, None, LOCK_SECONDS, STATEMENT_SECONDS, WAIT_SECONDS)


@app.command("up")
def migrate_up_to(
    to: Annotated[str | None, typer.Option(help="Only up to this revision, or so many: +1 (default: all that is due).")] = None,
    lock_timeout: Annotated[float, typer.Option(min=0.1, help="Seconds of one wait for a table that is in use.")] = LOCK_SECONDS,
    statement_timeout: Annotated[
        float, typer.Option(min=0, help="Seconds that one statement may take; 0: no limit.")
    ] = STATEMENT_SECONDS,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for the database, for another migration, for a table in all.")
    ] = WAIT_SECONDS,
    data_dir: DataDir = None,
) -> None:
    """Take every step that is due: expand, migrate, and contract steps once no older version is in use."""
    _migrate_up(data_dir, to, lock_timeout, statement_timeout, wait)


@app.command("down")
def migrate_down(
    to: Annotated[str, typer.Option(help="The revision to end at: 0011, -1 (one back), or base (nothing is left).")],
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Even if data is given up; `plan --to` tells which.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Take the schema back. Hardly ever needed: an older version runs on a newer schema (docs/MIGRATIONS.md)."""
    from testgen_runtime.operations import migration

    undone = migration.down(settings(data_dir), to, accept_loss=accept_loss)
    print(f"undone {', '.join(undone)}" if undone else "nothing to undo", file=sys.stderr)


@app.command("status")
def migrate_status(data_dir: DataDir = None) -> None:
    """Print the revisions, contract steps and who uses the database. Exits 1 where this version can't serve on it."""
    from testgen_runtime.operations import migration

    fits, lines = migration.status(settings(data_dir))
    print("\n".join(lines))
    raise typer.Exit(0 if fits else 1)


@app.command("plan")
def migrate_plan(
    to: Annotated[str, typer.Option(help="The revision to end at: head, 0011, +1, -1 or base.")] = "head",
    data_dir: DataDir = None,
) -> None:
    """Print the steps that a migration would take, and what a way back would give up. Changes nothing."""
    from testgen_runtime.operations import migration

    print("\n".join(migration.plan(settings(data_dir), to)))


@app.command("verify")
def migrate_verify(data_dir: DataDir = None) -> None:
    """Check that tables, indexes and constraints are what this version expects. Exits 1 and says what differs."""
    from testgen_runtime.operations import migration

    found = migration.verify(settings(data_dir))
    for line in found.notes:
        print(f"note: {line}", file=sys.stderr)
    for line in found.wrong:
        print(f"error: {line}", file=sys.stderr)
    print(f"{len(found.wrong)} differences" if found.wrong else "the schema is as expected", file=sys.stderr)
    raise typer.Exit(1 if found.wrong else 0)


def _migrate_up(data_dir: Path | None, to: str | None, lock: float, statement: float, wait: float) -> None:
    from testgen_runtime.operations import migration

    for line in migration.up(settings(data_dir), to, lock=lock, statement=statement, wait=wait):
        print(line, file=sys.stderr)
