"""The commands that make cases and move them: `testgen generate`, `export`, `import`."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from testgen_runtime.commands.configuration import DataDir, settings
from testgen_runtime.commands.progress import Progress

if TYPE_CHECKING:
    from testgen_runtime.techniques.model import Technique


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
    JUNIT = "junit"
    XMIND = "xmind"
    MARKDOWN = "markdown"


class Status(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


ExportOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--option", help="An option of an export format, like project_key=SHOP or columns=id,title.", metavar="NAME=VALUE"
    ),
]


def add(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command()(generate)
    app.command()(export)
    app.command("import")(import_)


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
    with Progress() as progress:
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
    cases = operation.run(settings(data_dir), format.value, wanted, tuple(option or ()), out)
    print(f"{cases} cases" + (f"; in {out}" if out else ""), file=sys.stderr)


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
    told = (importing.past_cases if past_cases else importing.cases)(settings(data_dir), ask)
    for line in [importing.as_json(told)] if as_json else importing.lines(told):
        print(line)
    print(importing.total(told), file=sys.stderr)
    raise typer.Exit(1 if importing.refused(told) else 0)
