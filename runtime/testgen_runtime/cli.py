"""The command line. Each command imports only what it needs, so that `--help` and `generate` start fast."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from testgen_runtime import release_commands
from testgen_runtime.errors import BadConfiguration, TestGenError

if TYPE_CHECKING:
    from testgen_runtime.settings import Settings
    from testgen_runtime.techniques.model import Technique

app = typer.Typer(
    name="testgen",
    help="Turns requirement documents (English and Chinese) into structured, traceable test cases.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
keys = typer.Typer(help="Make, list, rotate and revoke API keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")
audit = typer.Typer(help="Check the hash-chained audit, and let old entries of it go.", no_args_is_help=True)
app.add_typer(audit, name="audit")
encryption = typer.Typer(help="Fields encrypted at rest.", no_args_is_help=True)
app.add_typer(encryption, name="encryption")
index = typer.Typer(help="How the search indexes stand, and filling them anew.", no_args_is_help=True)
app.add_typer(index, name="index")
migrate = typer.Typer(help="The database's schema: up, down, status, plan, verify. Alone: up.")
app.add_typer(migrate, name="migrate")
release_commands.add(app)
stores = typer.Typer(help="Look at a store, or give it another password: what the operator's Jobs run.", no_args_is_help=True)
app.add_typer(stores, name="stores")


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    TESTRAIL = "testrail"
    XRAY = "xray"
    TESTLINK = "testlink"
    ZEPHYR = "zephyr"
    GHERKIN = "gherkin"
    JUNIT = "junit"
    XMIND = "xmind"
    MARKDOWN = "markdown"
    TABLE = "table"


class ImportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    TESTRAIL = "testrail"
    XRAY = "xray"
    TESTLINK = "testlink"
    ZEPHYR = "zephyr"
    GHERKIN = "gherkin"
    XMIND = "xmind"
    MARKDOWN = "markdown"


class Status(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


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


class Component(StrEnum):
    ALL = "all"
    API = "api"
    REQUIREMENTS = "requirements"
    KNOWLEDGE = "knowledge"
    VECTOR = "vector"
    GRAPH = "graph"
    LLM = "llm"
    WORKER = "worker"
    AI_GATEWAY = "ai-gateway"


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


class Role(StrEnum):
    ADMIN = "admin"
    TESTER = "tester"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


ExportOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--option", help="An option of an export format, like project_key=SHOP or columns=id,title.", metavar="NAME=VALUE"
    ),
]
DataDir = Annotated[Path | None, typer.Option(help="Where the embedded stores live (default: the user's data folder).")]
LOCK_SECONDS, STATEMENT_SECONDS, WAIT_SECONDS = 3.0, 540.0, 300.0
"""Defaults of migrations; storage/migration_session.py tells why."""


@app.command()
def generate(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Requirement documents: .md, .txt, .feature, .html, .csv, .xlsx, .docx, .pdf, or a .zip of them.",
            metavar="FILE…",
        ),
    ],
    format: Annotated[  # noqa: A002 - it names the option
        Format, typer.Option(help="json for programs, markdown for testers, table for a first look, the others for their tools.")
    ] = Format.TABLE,
    option: ExportOptions = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    language: Annotated[
        Language | None,
        typer.Option(help="The cases' language (default: the requirement's own). Rules translate no terms: they are quoted."),
    ] = None,
    max_cases: Annotated[int, typer.Option(min=1, max=100, help="Most cases for one requirement.")] = 12,
    technique: Annotated[
        list[str] | None,
        typer.Option(help="Only this test design technique (see docs/TEST-DESIGN.md); may be repeated.", metavar="NAME"),
    ] = None,
    boundary_values: Annotated[int, typer.Option(min=2, max=3, help="Values at each end of a range: 2 or 3.")] = 3,
    n_switch: Annotated[
        int, typer.Option(min=0, max=2, help="Also sequences of this many state transitions more than one, over the document.")
    ] = 0,
    ollama: Annotated[
        str | None, typer.Option(help="Address of an Ollama server; its model then words the cases.", metavar="URL")
    ] = None,
    model: Annotated[str | None, typer.Option(help="The model's name at --ollama.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell how many cases, calls and tokens it would take; asks no model.")
    ] = False,
) -> None:
    """Generate test cases from files. Needs no server and no database, and leaves nothing behind."""
    from testgen_runtime.generation.model import Options
    from testgen_runtime.operations import generate as operation
    from testgen_runtime.settings import Limits, Llm
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    if (ollama is None) != (model is None):
        raise typer.BadParameter("--ollama and --model belong together")
    if ollama is not None:
        import stamina.instrumentation

        stamina.instrumentation.set_on_retry_hooks([])  # the last line says whether the model answered
    ask = operation.Ask(
        files=tuple(files),
        format=format.value,
        out=out,
        options=Options(
            language=language.value if language else None,
            max_cases_per_requirement=max_cases,
            techniques=_techniques(technique),
            boundary_values=2 if boundary_values == 2 else 3,
            n_switch=1 if n_switch == 1 else 2 if n_switch == 2 else 0,
        ),
        llm=operation.ollama(ollama, model) if ollama and model else Llm(),
        export_options=tuple(option or ()),
    )
    if dry_run:
        from testgen_runtime.operations import estimate

        estimate.run(ask, Limits(), print)
        return
    with _Progress() as progress:
        totals = operation.run(ask, Limits(), progress.tell)
    words = f"{totals.requirements} requirements, {totals.covered} covered; {totals.cases} cases"
    if model is None:
        words += ", written by rules (no model configured)"
    else:
        words += f", {totals.by_model} worded by {model}, the rest by rules" + (
            " (it did not answer)" if totals.model_unavailable else ""
        )
    print(words + (f"; in {out}" if out else ""), file=sys.stderr)


def _techniques(names: list[str] | None) -> frozenset[Technique] | None:
    """The techniques of these names; None for none.

    Raises: typer.BadParameter, which lists the names that there are.
    """
    from testgen_runtime.techniques.model import Technique

    if not names:
        return None
    known = {technique.value for technique in Technique}
    if unknown := sorted(set(names) - known):
        raise typer.BadParameter(f"{', '.join(unknown)}; there are {', '.join(sorted(known))}", param_hint="--technique")
    return frozenset(Technique(name) for name in names)


@app.command()
def export(
    format: Annotated[Format, typer.Option(help="The tool's format.")],  # noqa: A002 - it names the option
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
    option: ExportOptions = None,
    status: Annotated[
        list[Status] | None, typer.Option(help="Cases of this status; may be repeated (default: draft and confirmed).")
    ] = None,
    document: Annotated[str | None, typer.Option(help="Only the cases of this document.", metavar="ID")] = None,
    requirement: Annotated[str | None, typer.Option(help="Only the cases of this requirement.", metavar="ID")] = None,
    data_dir: DataDir = None,
) -> None:
    """Export the stored cases for another tool. `testgen import` takes most formats back."""
    if format is Format.TABLE:
        raise typer.BadParameter("table is no export format", param_hint="--format")
    from testgen_runtime.cases.exports.reading import Selection
    from testgen_runtime.operations import export as operation
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    wanted = Selection(document_id=document, requirement_id=requirement)
    if status:
        wanted = replace(wanted, statuses=tuple(one.value for one in status))
    cases = operation.run(_settings(**_data(data_dir)), format.value, wanted, tuple(option or ()), out)
    print(f"{cases} cases" + (f"; in {out}" if out else ""), file=sys.stderr)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="What came back from a tool; - reads standard input.", metavar="FILE")],
    format: Annotated[  # noqa: A002 - it names the option
        ImportFormat | None, typer.Option(help="The file's format (default: by its content and its name).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would become of each case; changes nothing.")
    ] = False,
    past_cases: Annotated[
        bool,
        typer.Option(
            "--past-cases", help="Keep the cases as past ones, which search and generation know: of others, without our ids."
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what became of every case as JSON, in the shape of the API's answer.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Import an edited export: the cases that it names are updated, each to a new revision, and none is copied. Safe to repeat.

    Prints a line for each case that was changed or refused: place, outcome, id, and the fields or the reason. At most 20,000
    cases a file (5,000 past ones), of the size that documents may have. Exit code 1: something was refused; the rest is done.
    """
    from testgen_runtime.operations import importing
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    ask = importing.Ask(file, format.value if format else None, dry_run)
    told = (importing.past_cases if past_cases else importing.cases)(_settings(**_data(data_dir)), ask)
    for line in [importing.as_json(told)] if as_json else importing.lines(told):
        print(line)
    print(importing.total(told), file=sys.stderr)
    raise typer.Exit(1 if importing.refused(told) else 0)


@app.command()
def serve(
    role: Annotated[
        Component | None, typer.Option(help="Which component this process is: all, or one part of a split project.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    uds: Annotated[Path | None, typer.Option(help="A Unix socket to listen on instead.")] = None,
    data_dir: DataDir = None,
    ready_file: Annotated[Path | None, typer.Option(help="Write {url, pid} here once requests are answered.")] = None,
) -> None:
    """Serve the HTTP API. Without a configuration it runs on embedded stores and prints its address and key.

    A part of a split project answers its own paths only and calls the others at `peers` (docs/ARCHITECTURE.md, Roles).
    """
    from testgen_runtime.operations import serve as operation

    server = {name: value for name, value in (("host", host), ("port", port), ("uds", uds)) if value is not None}
    settings = _settings(**({"role": role.value} if role else {}), **({"server": server} if server else {}), **_data(data_dir))
    operation.run(settings, ready_file=ready_file, say=lambda line: print(line, flush=True))


@migrate.callback(invoke_without_command=True)
def migrate_up(context: typer.Context, data_dir: DataDir = None) -> None:
    """Bring the database to this version's schema (the same as `up`), look at it, or take it back to an earlier one.

    Safe to repeat, to kill, and to run twice at once. Exit code 3: a step was refused or broke off; 4: this version is too old.
    """
    if context.invoked_subcommand is None:
        _migrate_up(data_dir, None, LOCK_SECONDS, STATEMENT_SECONDS, WAIT_SECONDS)


@migrate.command("up")
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


@migrate.command("down")
def migrate_down(
    to: Annotated[str, typer.Option(help="The revision to end at: 0011, -1 (one back), or base (nothing is left).")],
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Even if data is given up; `plan --to` tells which.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Take the schema back. Hardly ever needed: an older version runs on a newer schema (docs/MIGRATIONS.md)."""
    from testgen_runtime.operations import migration

    undone = migration.down(_settings(**_data(data_dir)), to, accept_loss=accept_loss)
    print(f"undone {', '.join(undone)}" if undone else "nothing to undo", file=sys.stderr)


@migrate.command("status")
def migrate_status(data_dir: DataDir = None) -> None:
    """Print the revisions, contract steps and who uses the database. Exits 1 where this version can't serve on it."""
    from testgen_runtime.operations import migration

    fits, lines = migration.status(_settings(**_data(data_dir)))
    print("\n".join(lines))
    raise typer.Exit(0 if fits else 1)


@migrate.command("plan")
def migrate_plan(
    to: Annotated[str, typer.Option(help="The revision to end at: head, 0011, +1, -1 or base.")] = "head",
    data_dir: DataDir = None,
) -> None:
    """Print the steps that a migration would take, and what a way back would give up. Changes nothing."""
    from testgen_runtime.operations import migration

    print("\n".join(migration.plan(_settings(**_data(data_dir)), to)))


@migrate.command("verify")
def migrate_verify(data_dir: DataDir = None) -> None:
    """Check that tables, indexes and constraints are what this version expects. Exits 1 and says what differs."""
    from testgen_runtime.operations import migration

    found = migration.verify(_settings(**_data(data_dir)))
    for line in found.notes:
        print(f"note: {line}", file=sys.stderr)
    for line in found.wrong:
        print(f"error: {line}", file=sys.stderr)
    print(f"{len(found.wrong)} differences" if found.wrong else "the schema is as expected", file=sys.stderr)
    raise typer.Exit(1 if found.wrong else 0)


def _migrate_up(data_dir: Path | None, to: str | None, lock: float, statement: float, wait: float) -> None:
    from testgen_runtime.operations import migration

    for line in migration.up(_settings(**_data(data_dir)), to, lock=lock, statement=statement, wait=wait):
        print(line, file=sys.stderr)


@app.command()
def health(
    port: Annotated[int | None, typer.Option(help="The port to ask (default: the configured one).")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = 2.5,
) -> None:
    """Ask the server on this machine how it is; exits 0 when it is healthy (for HEALTHCHECK)."""
    from testgen_runtime.operations.health import ask

    healthy, words = ask(_read().server if port is None else None, port, timeout)
    print(words)
    raise typer.Exit(0 if healthy else 1)


@keys.command("create")
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
    print(create(_settings(**_data(data_dir)), name=name, role=role.value, expires_days=expires_days, scopes=scope))


@keys.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """Print every key: id, state, role, name, scopes and when it was used last. Never a secret."""
    from datetime import UTC, datetime

    from testgen_runtime.operations.keys import as_line, listed
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    for key in listed(_settings(**_data(data_dir))):
        print(as_line(key, datetime.now(UTC)))


@keys.command("rotate")
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
    print(rotate(_settings(**_data(data_dir)), key_id, overlap_seconds=overlap_seconds))


@keys.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The key's id, as `testgen keys list` shows it.")], data_dir: DataDir = None
) -> None:
    """End a key at once. The last key that can administer keys can't be revoked."""
    from testgen_runtime.operations.keys import revoke
    from testgen_runtime.telemetry import logs

    logs.configure("INFO", "console", sys.stderr)
    revoke(_settings(**_data(data_dir)), key_id)
    print(f"{key_id} is revoked")


@stores.command("check")
def check_store(store: Annotated[Store, typer.Option(help="Which one, as the configuration has it.")]) -> None:
    """Reach a store and log in; look at its version, database and rights. Exits 1 with one JSON line that names the reason."""
    from testgen_runtime.operations.serve import run_async
    from testgen_runtime.operations.stores.check import check
    from testgen_runtime.operations.stores.finding import Failed

    try:
        print(run_async(check(store.value, _settings())), file=sys.stderr)
    except Failed as failed:
        print(failed.record(store.value), file=sys.stderr)
        raise typer.Exit(1) from None


@stores.command("set-password")
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
        run_async(operation(store.value, _settings(), password_file, previous_password_file))
    except Failed as failed:
        print(failed.record(store.value), file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{store.value} has the new password", file=sys.stderr)


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
    verdict = verify(_settings(**_data(data_dir)), since=since)
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
    gone, mark = seal(_settings(**_data(data_dir)), keep_days=keep_days)
    print(f"{gone} entries are gone" + (f", up to {mark}" if mark else ""))


@encryption.command("rotate")
def rotate_encryption(data_dir: DataDir = None) -> None:
    """Encrypt every field anew with the newest key. Safe to kill and to repeat; older keys may go once it has ended."""
    from testgen_runtime.operations.encryption import rotate
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    done = rotate(_settings(**_data(data_dir)), lambda words: print(words, file=sys.stderr))
    print(f"{done} fields have the newest key now")


@index.command("status")
def index_status(data_dir: DataDir = None) -> None:
    """Print how many things can be found, then each index: name, changes it is behind, whether it is to be filled anew."""
    from testgen_runtime.operations.index import status
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    chunks, found = status(_settings(**_data(data_dir)))
    print(f"{chunks} findable")
    for one in found:
        print(f"{one.consumer}\t{one.lag} behind\t{'rebuilding' if one.rebuilding else 'serving'}")


@index.command("rebuild")
def rebuild_index(data_dir: DataDir = None) -> None:
    """Ask for every index to be filled anew, beside the one that serves: at once where the server runs, else when it starts."""
    from testgen_runtime.operations.index import rebuild
    from testgen_runtime.telemetry import logs

    logs.configure("WARNING", "console", sys.stderr)
    rebuild(_settings(**_data(data_dir)))
    print("asked for; testgen index status tells how far it is")


@app.command()
def version() -> None:
    """Print the version."""
    from testgen_runtime import __version__

    print(__version__)


def main() -> NoReturn:
    """The entry point: errors become one clear line on standard error."""
    try:
        app()
    except TestGenError as error:
        for line in getattr(error, "lines", None) or [error.detail + (f" — {error.mend}" if error.mend else "")]:
            print(f"error: {line}", file=sys.stderr)
        if error.reason:
            from testgen_runtime.operations import last_words

            last_words.leave(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nothing more to say
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("TESTGEN_DEBUG"):
            raise
        print(f"error: {type(error).__name__}: {error} — this is a defect of ours; TESTGEN_DEBUG=1 shows where", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


class _Progress:
    """A bar on standard error while it is a terminal; nothing otherwise."""

    def __enter__(self) -> _Progress:
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("requirements"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.description}"),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("reading", total=None)
            self._bar.start()
        return self

    def tell(self, done: int, total: int, cases: int) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total, description=f"{cases} cases")

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _data(data_dir: Path | None) -> dict[str, Path]:
    return {"data_dir": data_dir} if data_dir is not None else {}


def _settings(**given: Any) -> Settings:
    """The settings, in force for where this process may connect to. Raises: BadConfiguration."""
    from testgen_runtime.security import outbound

    found = _read(**given)
    outbound.install(found.outbound)
    return found


def _read(**given: Any) -> Settings:
    """The settings; what the command line says goes before everything else.

    Raises: BadConfiguration, which names the first key that is wrong and never shows its value.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError
    from yaml import YAMLError

    from testgen_runtime.settings import Settings

    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadConfiguration(
            f"the setting {place} is wrong: {first['msg']}",
            mend="change it in the configuration file, the environment or the option",
        ) from None
    except (SettingsError, YAMLError) as error:
        words = str(error).splitlines()[0]
        raise BadConfiguration(
            f"the configuration can't be read: {words}", mend="check TESTGEN_CONFIG and the TESTGEN_… variables"
        ) from None


if __name__ == "__main__":
    main()
