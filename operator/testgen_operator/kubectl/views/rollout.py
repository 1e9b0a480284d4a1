"""Rollouts for a terminal: where one stands, its story line by line, and the history. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from testgen_operator.kubectl.progress import Progress, Release, State
from testgen_operator.kubectl.views.text import Cell, Colour, Style, age, plain, short, table, wrapped
from testgen_operator.rollout.model import Outcome

Json = Mapping[str, Any]
MARKS: Final[dict[State, tuple[str, Colour]]] = {
    State.NONE: ("-", "dim"),
    State.UNDER_WAY: ("…", "yellow"),
    State.WAITS: ("‖", "cyan"),
    State.SERVES: ("✔", "green"),
    State.REPLACED: ("-", "dim"),
    State.FAILED: ("✘", "red"),
}
COLOURS: Final[dict[Outcome, Colour]] = {
    Outcome.PROMOTED: "green",
    Outcome.FAST_PROMOTED: "green",
    Outcome.SUPERSEDED: "dim",
    Outcome.ABORTED: "red",
    Outcome.ROLLED_BACK: "red",
}


def as_value(progress: Progress, now: datetime) -> dict[str, Any]:
    """For `-o json` and `-o yaml`."""
    release = progress.release
    return {
        "state": str(progress.state),
        "reason": progress.reason,
        "message": progress.message,
        "run": list(progress.run),
        "release": row(release, now) if release else None,
        "weight": progress.weight,
        "ignored": [{"command": command, "message": message} for command, message in progress.ignored],
    }


def row(release: Release, now: datetime) -> dict[str, Any]:
    """One release for machines."""
    position, spec, status = release.position, release.spec, release.status
    took = release.took
    return {
        "name": release.name,
        "number": release.sequence,
        "version": release.version,
        "image": str(spec.get("image") or ""),
        "strategy": str(spec.get("strategy") or ""),
        "environment": str(spec.get("environment") or ""),
        "phase": str(status.get("phase") or "Pending"),
        "step": str(position.step) if position else None,
        "outcome": str(position.outcome) if position and position.outcome else None,
        "reason": position.reason if position else "",
        "message": position.message if position else "",
        "held": position.held if position else "",
        "startedAt": spec.get("startedAt"),
        "completedAt": status.get("completedAt"),
        "seconds": round(took.total_seconds()) if took is not None else None,
        "deployedBy": str(spec.get("deployedBy") or ""),
        "commit": str(spec.get("commit") or ""),
        "previous": release.previous,
        "rollbackVersion": status.get("rollbackVersion"),
        "failure": status.get("failure"),
        "analysis": list(status.get("analysis") or ()),
        "age": age(release.started, now),
    }


def screen(project: str, progress: Progress, now: datetime, style: Style) -> list[str]:
    """Where it stands, for a person."""
    mark, colour = MARKS[progress.state]
    release = progress.release
    title = f"{project}: {release.name} ({release.version})" if release else project
    lines = [
        f"{style.paint(mark, colour)} {style.paint(plain(title), 'bold')} {style.paint(plain(progress.reason), colour)}",
        *(wrapped(_sentence(progress.message), style, "  ") if progress.message else []),
    ]
    if release is not None:
        lines += _facts(release, now, style)
        lines += _failure(release, style)
        lines += _figures(release, style)
    for command, message in progress.ignored:
        lines += wrapped(f"rollout.{command} reaches nothing: {message}", style, "    ", "  ! ")
    if progress.run:
        lines += ["", style.paint("  Next", "bold"), *(f"    {plain(one)}" for one in progress.run)]
    return lines


def _facts(release: Release, now: datetime, style: Style) -> list[str]:
    spec, position = release.spec, release.position
    who = f" by {spec['deployedBy']}" if spec.get("deployedBy") else ""
    what = f", commit {spec['commit']}" if spec.get("commit") else ""
    lines = [f"  {'Began':<9} {age(release.started, now)} ago{plain(who)}{plain(what)}, {spec.get('strategy') or '?'}"]
    if position is not None and position.outcome is None:
        lines.append(f"  {'Step':<9} {position.step}, for {short(now - position.since)}")
    elif release.took is not None:
        lines.append(f"  {'Took':<9} {short(release.took)}")
    return [style.paint(one, "dim") for one in lines]


def _failure(release: Release, style: Style) -> list[str]:
    found = release.status.get("failure")
    if not isinstance(found, Mapping) or not found:
        return []
    code = f", exit code {found['exitCode']}" if found.get("exitCode") is not None else ""
    where = "/".join(str(found[one]) for one in ("component", "container") if found.get(one))
    head = plain(f"{where}: {found.get('reason') or 'failed'}{code}")
    lines = [f"  {style.paint(head, 'red')}"]
    said = str(found.get("lastLines") or "").splitlines()[-10:]
    return lines + [f"    {plain(one)}" for one in said]


def _figures(release: Release, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for one in release.status.get("analysis") or ():
        verdict = str(one.get("verdict") or "?")
        colour: Colour = {"Successful": "green", "Failed": "red"}.get(verdict, "yellow")  # type: ignore[assignment]
        rows.append([str(one.get("name") or "?"), (verdict, colour), str(one.get("value") or "-"), str(one.get("limit") or "-")])
    return table(["MEASURED", "VERDICT", "VALUE", "LIMIT"], rows, style, "  ")


def chapter(progress: Progress) -> tuple[object, ...]:
    """What of a rollout is worth a new line: a line is written when this changes."""
    position = progress.release.position if progress.release else None
    place = (position.step, position.number, position.tally, position.held, position.outcome) if position else ()
    return (progress.state, progress.reason, progress.release.name if progress.release else "", progress.weight, *place)


def line(progress: Progress, now: datetime, style: Style) -> str:
    """One line of the story: when, which, where it stands, and what that means."""
    mark, colour = MARKS[progress.state]
    release = progress.release
    position = release.position if release else None
    which = f"{release.name} ({release.version})  " if release else ""
    where = str(position.outcome or position.step) if position else progress.reason
    why = f" ({progress.reason})" if progress.reason not in ("", where) else ""
    took = f" after {short(release.took)}" if release and release.took is not None and position and position.outcome else ""
    clock = now.astimezone(UTC).strftime("%H:%M:%S")
    words = f": {progress.message}" if progress.message else ""
    head = f"{style.paint(clock, 'dim')} {style.paint(mark, colour)} {plain(which)}{style.paint(where, colour)}"
    return head + took + plain(why + words)


def event(progress: Progress, now: datetime) -> dict[str, Any]:
    """The same for machines, one object a line."""
    return {"time": now.astimezone(UTC).isoformat().replace("+00:00", "Z"), **as_value(progress, now)}


def history(known: Sequence[Release], now: datetime, style: Style) -> list[str]:
    """The newest first."""
    rows: list[list[Cell]] = []
    for one in reversed(known):
        outcome = one.outcome
        position = one.position
        ended: Cell = (str(outcome), COLOURS[outcome]) if outcome else (str(position.step) if position else "Pending", "yellow")
        rows.append(
            [
                str(one.sequence),
                one.name,
                one.version,
                str(one.spec.get("strategy") or "?"),
                ended,
                (position.reason or position.held if position else "") or "-",
                age(one.started, now),
                short(one.took) if one.took is not None else "-",
                str(one.spec.get("deployedBy") or "-"),
                str(one.spec.get("commit") or "-")[:12],
            ]
        )
    return table(["NUMBER", "RELEASE", "VERSION", "STRATEGY", "OUTCOME", "REASON", "AGE", "TOOK", "BY", "COMMIT"], rows, style)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
