"""`testgen audit`, `encryption` and `index`: the care of what is stored."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from testgen_runtime.commands.configuration import DataDir, settings

audit = typer.Typer(help="Check the hash-chained audit, and let old entries of it go.", no_args_is_help=True)
encryption = typer.Typer(help="Fields encrypted at rest.", no_args_is_help=True)
index = typer.Typer(help="How the search indexes stand, and filling them anew.", no_args_is_help=True)


@audit.command("verify")
def verify_audit(
    since: Annotated[
        str | None, typer.Option(help="What a verification before has printed: nothing up to there may be gone.", metavar="MARK")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Check every row of the audit; print the mark of the newest one. Exits 1, naming the first row that is wrong."""
    from testgen_runtime.operations.audit import verify
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    verdict = verify(settings(data_dir), since=since)
    if verdict.problem:
        print(f"error: {verdict.problem}", file=sys.stderr)
        raise typer.Exit(1)
    print(f"{verdict.rows} rows, whole", file=sys.stderr)
    if verdict.head:
        print(verdict.head)


@audit.command("seal")
def seal_audit(
    keep_days: Annotated[int, typer.Option(min=1, max=36_500, help="Entries older than this go.")], data_dir: DataDir = None
) -> None:
    """Check the audit, then let old entries go. The hash of the last one that goes stays in the chain. Export them first."""
    from testgen_runtime.operations.audit import seal
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    gone, mark = seal(settings(data_dir), keep_days=keep_days)
    print(f"{gone} entries are gone" + (f", up to {mark}" if mark else ""))


@encryption.command("rotate")
def rotate_encryption(data_dir: DataDir = None) -> None:
    """Encrypt every field anew with the newest key. Safe to kill and to repeat; older keys may go once it has ended."""
    from testgen_runtime.operations.encryption import rotate
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    done = rotate(settings(data_dir), lambda words: print(words, file=sys.stderr))
    print(f"{done} fields have the newest key now")


@index.command("status")
def index_status(data_dir: DataDir = None) -> None:
    """Print how many things can be found, then each index: name, changes it is behind, whether it is to be filled anew."""
    from testgen_runtime.operations.index import status
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    chunks, found = status(settings(data_dir))
    print(f"{chunks} findable")
    for one in found:
        print(f"{one.consumer}\t{one.lag} behind\t{'rebuilding' if one.rebuilding else 'serving'}")


@index.command("rebuild")
def rebuild_index(data_dir: DataDir = None) -> None:
    """Ask for every index to be filled anew, beside the one that serves: at once where the server runs, else when it starts."""
    from testgen_runtime.operations.index import rebuild
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    rebuild(settings(data_dir))
    print("asked for; testgen index status tells how far it is")
