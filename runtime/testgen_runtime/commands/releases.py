"""The commands that try a release: `testgen smoke`, `testgen golden`. The operator runs them as Jobs (its plan/checks.py).

Exit codes: 0 good; 1 bad; 2 a wrong call; 3 no verdict (too late, or too little to tell); 4 the golden set can't be used;
143 stopped by SIGTERM.
"""

from __future__ import annotations

import re
import secrets
import signal
from pathlib import Path
from typing import Annotated

import typer

Url = Annotated[str, typer.Option(help="Where the release answers, as http://host:port.")]
Run = Annotated[
    str | None,
    typer.Option(help="A name for the run, the same when it is tried again (default: a random one).", metavar="NAME"),
]
ResultFile = Annotated[Path | None, typer.Option(help="Also write what came of it into this file, as one line of JSON.")]


def add(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command()(smoke)
    app.command()(golden)


def smoke(
    url: Url,
    key_file: Annotated[Path | None, typer.Option(help="The file with an admin's API key.")] = None,
    path: Annotated[
        list[str] | None,
        typer.Option(help="Only look whether this path answers with this status; may be repeated.", metavar="NAME=STATUS=/PATH"),
    ] = None,
    repeat: Annotated[
        list[str] | None,
        typer.Option(
            help="Look at the path of that name until it was good COUNT times, SECONDS apart; as many as BAD may be bad.",
            metavar="NAME=COUNT=SECONDS=BAD",
        ),
    ] = None,
    run: Run = None,
    timeout: Annotated[float, typer.Option(min=1, max=7200, help="Seconds for all of it.")] = 120.0,
    result: ResultFile = None,
) -> None:
    """Try a release as a user does: health, upload, generate, confirm, export; then remove what that made. Spends no token.

    Safe beside tenants, and to repeat after a kill. Exit code 1: a step failed; 2: a wrong call; 3: it took too long.
    """
    from testgen_runtime.operations import smoke as operation

    try:
        pages = [operation.page_of(text) for text in path or ()]
    except ValueError:
        raise typer.BadParameter("give it as NAME=STATUS=/PATH, such as ready=200=/ready", param_hint="--path") from None
    try:
        pages = operation.repeated(pages, repeat or ())
    except ValueError:
        words = "give it as NAME=COUNT=SECONDS=BAD, such as ready=5=10=1, with the name of a --path"
        raise typer.BadParameter(words, param_hint="--repeat") from None
    if key_file is None and not pages:
        raise typer.BadParameter("the way of a user needs an admin's key", param_hint="--key-file")
    report = operation.run_sync(
        url=url,
        key=_key(key_file) if not pages else "",
        run=_run_name(run),
        seconds=timeout,
        pages=pages,
        say=lambda line: typer.echo(line, err=True),
    )
    _told(report.record(), report.ok, report.message, result)
    raise typer.Exit(report.exit_code)


def golden(
    set_: Annotated[Path, typer.Option("--set", help="The golden set: JSON or YAML (docs/RELEASE-CHECKS.md).")],
    active: Annotated[str, typer.Option(help="Where the release answers that serves.")],
    candidate: Annotated[str, typer.Option(help="Where the release answers that may follow it.")],
    key_file: Annotated[Path, typer.Option(help="The file with an admin's API key.")],
    tolerance: Annotated[float, typer.Option(min=0, max=100, help="Percent by which a figure may be worse.")] = 5.0,
    run: Run = None,
    timeout: Annotated[float, typer.Option(min=1, max=7200, help="Seconds for all of it.")] = 600.0,
    result: ResultFile = None,
) -> None:
    """Have two releases write cases for the same requirements, and compare them: coverage, grounding, schema, repetition, cost.

    Prints Better, Equal, Worse or Inconclusive with each figure; Skipped where nobody is behind the address of the release that
    serves. What both wrote is removed again. Exit code 0: not worse, or skipped; 1: worse; 3: inconclusive; 4: the set can't be
    used; 143: stopped by SIGTERM.
    """
    from testgen_runtime.operations.golden import comparison

    try:
        found = comparison.run_sync(
            set_file=set_,
            active=active,
            candidate=candidate,
            key=_key(key_file),
            run=_run_name(run),
            tolerance_percent=tolerance,
            seconds=timeout,
            say=lambda line: typer.echo(line, err=True),
        )
    except comparison.Stopped:
        # No verdict, and no code of one: the Job's next pod, if there is to be one, compares anew.
        typer.echo("error: stopped before its end; what it wrote is removed again", err=True)
        raise typer.Exit(128 + signal.SIGTERM) from None
    _told(found.record(), found.exit_code == 0, found.message, result)
    raise typer.Exit(found.exit_code)


def _run_name(given: str | None) -> str:
    """Raises: typer.BadParameter."""
    if given is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,99}", given):
        raise typer.BadParameter("up to 100 small letters, digits, dots and hyphens", param_hint="--run")
    return given or secrets.token_hex(6)


def _key(path: Path | None) -> str:
    """Raises: BadConfiguration."""
    from testgen_runtime.security.secrets import read_secret

    return read_secret(path, "--key-file") or ""


def _told(record: str, good: bool, message: str, result: Path | None) -> None:
    """The verdict for a person, and for the operator in `result`: written in place, since a pod's file is a mount."""
    typer.echo(("passed: " if good else "error: ") + message, err=True)
    if result is not None:
        result.write_text(record + "\n", encoding="utf-8")
