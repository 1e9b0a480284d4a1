"""`testgen stores`: what the operator's Jobs run beside a store."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from testgen_runtime.commands.configuration import settings

app = typer.Typer(help="Look at a store, or give it another password: what the operator's Jobs run.", no_args_is_help=True)


class Store(StrEnum):
    POSTGRES = "postgres"
    QDRANT = "qdrant"
    NEO4J = "neo4j"
    REDIS = "redis"


class Keeper(StrEnum):
    POSTGRES = "postgres"
    REPLICA = "postgres-replica"
    NEO4J = "neo4j"
    REDIS = "redis"


@app.command("check")
def check_store(store: Annotated[Store, typer.Option(help="Which one, as the configuration has it.")]) -> None:
    """Reach a store and log in; look at its version, database and rights. Exits 1 with one JSON line that names the reason."""
    from testgen_runtime.operations.serve import run_async
    from testgen_runtime.operations.stores.check import check
    from testgen_runtime.operations.stores.finding import Failed

    try:
        print(run_async(check(store.value, settings())), file=sys.stderr)
    except Failed as failed:
        print(failed.record(store.value), file=sys.stderr)
        raise typer.Exit(1) from None


@app.command("set-password")
def set_password(
    store: Annotated[Keeper, typer.Option(help="Whose password.")],
    password_file: Annotated[Path, typer.Option(help="The file that holds the new password.")],
    previous_password_file: Annotated[Path | None, typer.Option(help="The file with the one before; it may be missing.")] = None,
) -> None:
    """Give a store the password of a file, logging in with it or with the one before. Safe to repeat."""
    from testgen_runtime.operations.serve import run_async
    from testgen_runtime.operations.stores.finding import Failed
    from testgen_runtime.operations.stores.password import set_password as operation

    try:
        run_async(operation(store.value, settings(), password_file, previous_password_file))
    except Failed as failed:
        print(failed.record(store.value), file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{store.value} has the new password", file=sys.stderr)
