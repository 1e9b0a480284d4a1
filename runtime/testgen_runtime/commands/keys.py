"""`testgen keys`: API keys of the project."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from testgen_runtime.commands.configuration import DataDir, settings

app = typer.Typer(help="Make, list, rotate and revoke API keys.", no_args_is_help=True)


class Role(StrEnum):
    ADMIN = "admin"
    TESTER = "tester"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


@app.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="Who or what will use it.")],
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.TESTER,
    expires_days: Annotated[int | None, typer.Option(min=1, max=3650, help="Days until it expires (default: never).")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="Only this operation, as cases:read; may be repeated.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Make an API key and print it. It is shown this once; only a hash of it is kept."""
    from testgen_runtime.operations.keys import create
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    print(create(settings(data_dir), name=name, role=role.value, expires_days=expires_days, scopes=scope))


@app.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """Print every key: id, state, role, name, scopes and when it was used last. Never a secret."""
    from datetime import UTC, datetime

    from testgen_runtime.operations.keys import as_line, listed
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    for key in listed(settings(data_dir)):
        print(as_line(key, datetime.now(UTC)))


@app.command("rotate")
def rotate_key(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `testgen keys list` shows it.")],
    overlap_seconds: Annotated[
        int, typer.Option(min=0, max=2_592_000, help="How long the secret before stays valid (default: a day).")
    ] = 86_400,
    data_dir: DataDir = None,
) -> None:
    """Give a key another secret and print it. It is shown this once."""
    from testgen_runtime.operations.keys import rotate
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    print(rotate(settings(data_dir), key_id, overlap_seconds=overlap_seconds))


@app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `testgen keys list` shows it.")], data_dir: DataDir = None
) -> None:
    """End a key at once. The last key that can administer keys can't be revoked."""
    from testgen_runtime.operations.keys import revoke
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    revoke(settings(data_dir), key_id)
    print(f"{key_id} is revoked")
