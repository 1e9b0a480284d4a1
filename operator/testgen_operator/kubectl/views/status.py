"""The status screen: is it well, and if not, what do I do. First the answer, then what it rests on. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from testgen_operator import names
from testgen_operator.kubectl.verdict import Operator, State, Verdict, by_what_is_there, conditions, judge, said
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views.explain import OWN
from testgen_operator.kubectl.views.text import Cell, Colour, Style, age, plain, table, wrapped
from testgen_operator.status.reasons import MEANINGS, Reason

Json = Mapping[str, Any]
MARKS: Final[dict[State, tuple[str, Colour, str]]] = {
    State.WELL: ("✔", "green", "well"),
    State.SUSPENDED: ("‖", "cyan", "suspended"),
    State.UNDER_WAY: ("…", "yellow", "under way"),
    State.BROKEN: ("✘", "red", "needs you"),
}
GOOD_WHEN_FALSE: Final = frozenset({"Reconciling", "Stalled", "Suspended"})


def summary(
    project: Json, children: Sequence[Json], events: Sequence[Json], operator: Operator, now: datetime, unseen: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything that the screen shows, for `-o json` and `-o yaml`."""
    components, stores = parts.components(children, now), parts.stores(project, children)
    blind = any(one.startswith(("deployments", "statefulsets")) for one in unseen)
    down = [] if blind else parts.down(components, stores)
    verdict = by_what_is_there(judge(project, operator, now), down, operator, project)
    spec, status, metadata = project.get("spec") or {}, project.get("status") or {}, project["metadata"]
    return {
        "project": parts.name(project),
        "namespace": str(metadata.get("namespace", "")),
        "verdict": {
            "state": str(verdict.state),
            "reason": verdict.reason,
            "message": verdict.message,
            "run": list(verdict.run),
            "notes": list(verdict.notes),
        },
        "mode": str(spec.get("mode") or "Monolith"),
        "profile": str(spec.get("profile") or "Small"),
        "environment": str(spec.get("environment") or "Development"),
        "release": (status.get("release") or {}).get("active") or {},
        "rollout": status.get("rollout") or {},
        "generation": {"spec": metadata.get("generation"), "observed": status.get("observedGeneration")},
        "age": age(metadata.get("creationTimestamp"), now),
        "endpoint": str(status.get("endpoint") or ""),
        "conditions": [
            {
                "type": kind,
                "status": str(one.get("status", "")),
                "reason": str(one.get("reason", "")),
                "since": age(one.get("lastTransitionTime"), now),
                "message": said(one)[0],
            }
            for kind, one in conditions(project).items()
        ],
        "components": components,
        "jobs": parts.jobs(children, now),
        "stores": stores,
        "failures": [failure(one, project) for one in status.get("failures") or ()],
        "events": parts.events(events, project, children, now),
        "operator": {
            "namespace": operator.namespace,
            "alive": operator.alive,
            "said": operator.said,
            "version": operator.version,
        },
        "unseen": list(unseen),
    }


def failure(one: Json, project: Json) -> dict[str, Any]:
    """A failure of the status with the command that mends it or tells more."""
    found = dict(one)
    try:
        meaning = MEANINGS[Reason(str(one.get("reason")))]
    except (ValueError, KeyError):
        return found
    component = str(one.get("component", "all"))
    name = parts.name(project)
    values = {
        "project": name,
        "namespace": project["metadata"].get("namespace", ""),
        "component": component,
        "subject": "<see the message>",
        "pods": f"{names.LABEL_PROJECT}={name},{names.LABEL_COMPONENT}={component}",
    }
    return found | ({"run": meaning.run.format(**values)} if meaning.run else {})


def screen(found: Json, style: Style) -> list[str]:
    """One screen of text from a summary."""
    verdict = found["verdict"]
    mark, colour, words = MARKS[State(verdict["state"])]
    title = f"{found['namespace']}/{found['project']}"
    lines = [
        f"{style.paint(mark, colour)} {style.paint(plain(title), 'bold')} {style.paint(words, colour)}: "
        f"{style.paint(plain(verdict['reason']), colour)}"
    ]
    lines += wrapped(verdict["message"], style, "  ") if verdict["message"] else []
    for note in verdict["notes"]:
        lines += wrapped(note, style, "  ")
    if verdict["run"]:
        lines += ["", style.paint("  What to do" if verdict["state"] == State.BROKEN else "  Next", "bold")]
        lines += [f"    {plain(one)}" for one in verdict["run"]]
        if verdict["reason"] in {*Reason, *OWN}:
            lines.append(f"    kubectl testgen explain {verdict['reason']}")
    lines += ["", *_facts(found)]
    lines += _section("Conditions", _conditions(found, style), style)
    lines += _section("Components", _components(found, style), style)
    lines += _section("Stores", _stores(found, style), style)
    lines += _section("What failed", _failures(found, style), style)
    lines += _section("Last events", _events(found, style), style)
    if found["unseen"]:
        lines += ["", *wrapped(f"Not shown, because you may not read it: {', '.join(found['unseen'])}.", style, "  ")]
    return lines


def _facts(found: Json) -> list[str]:
    release = found["release"]
    version = f", version {release.get('version')}" if release.get("version") else ""
    generation = found["generation"]
    older = "" if generation["spec"] == generation["observed"] else " (the status below is of an older spec)"
    rows = [
        ("Project", f"{found['mode']}, {found['profile']}, {found['environment']}{version}; {found['age']} old{older}"),
        (
            "Endpoint",
            f"{found['endpoint'] or 'none yet'}   (from here: kubectl testgen open {found['project']} -n {found['namespace']})",
        ),
        ("Operator", found["operator"]["said"]),
    ]
    rollout = found["rollout"]
    if rollout and not rollout.get("outcome"):
        held = f", held by {rollout['held']}" if rollout.get("held") else ""
        more = f"   (kubectl testgen rollout watch {found['project']} -n {found['namespace']})"
        rows.insert(1, ("Rollout", f"{rollout.get('release')}: {rollout.get('step')}{held}{more}"))
    return [f"  {name:<9} {plain(value)}" for name, value in rows]


def _section(title: str, lines: list[str], style: Style) -> list[str]:
    return ["", style.paint(f"  {title}", "bold"), *lines] if lines else []


def _conditions(found: Json, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    idle = [one["type"] for one in found["conditions"] if one["reason"] == Reason.NOT_CONFIGURED]
    for one in found["conditions"]:
        if one["type"] not in idle:
            rows.append([one["type"], (one["status"], _colour(one)), one["reason"], one["since"], _cut(one["message"], style)])
    lines = table(["CONDITION", "STATUS", "REASON", "SINCE", "MESSAGE"], rows, style, "  ")
    return [*lines, *([style.paint(f"  Not configured: {', '.join(idle)}", "dim")] if idle else [])]


def _colour(condition: Json) -> Colour:
    if condition["status"] == "Unknown" or condition["reason"] in {"NotConfigured", "NotManaged"}:
        return "dim"
    good = (condition["status"] == "True") != (condition["type"] in GOOD_WHEN_FALSE)
    if condition["type"] == "Suspended":
        return "cyan" if condition["status"] == "True" else "green"
    return "green" if good else "yellow" if condition["type"] == "Reconciling" else "red"


def _cut(text: str, style: Style) -> str:
    """A message at about half of the line: the whole one stands at the top or in -o yaml."""
    room = max(style.width - 76, 30)
    flat = plain(text)
    return flat if len(flat) <= room else f"{flat[: room - 1]}…"


def _components(found: Json, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for one in found["components"]:
        state: Cell = (f"{one['ready']}/{one['wanted']}", "green" if one["ready"] >= one["wanted"] else "red")
        restarts: Cell = (str(one["restarts"]), "yellow") if one["restarts"] else "0"
        rows.append([one["component"], state, restarts, one["age"], one["trouble"] or "-", one["image"]])
    for job in found["jobs"]:
        colour: Colour = "red" if job["state"] == "Failed" else "green" if job["state"] == "Succeeded" else "yellow"
        rows.append([job["component"], (job["state"], colour), "-", job["age"], "-", f"Job {job['name']}"])
    return table(["COMPONENT", "READY", "RESTARTS", "AGE", "TROUBLE", "IMAGE"], rows, style, "  ")


def _stores(found: Json, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for one in found["stores"]:
        if one["wanted"] is None:
            state: Cell = "elsewhere" if one["type"] in {"External", "CloudNativePG"} else "in each pod"
        else:
            state = (f"{one['ready']}/{one['wanted']}", "green" if one["ready"] >= one["wanted"] else "red")
        if one["type"] in {"BuiltIn", "Managed"} and one["wanted"] is None:
            state = ("not there", "red")
        volumes = ", ".join(f"{parts.extent(volume)} {volume['phase']}" for volume in one["volumes"]) or "-"
        rows.append([parts.STORE_TITLES[one["store"]], one["type"], state, volumes])
    return table(["STORE", "TYPE", "READY", "VOLUMES"], rows, style, "  ")


def _failures(found: Json, style: Style) -> list[str]:
    lines: list[str] = []
    for one in found["failures"]:
        container = f", container {one['container']}" if one.get("container") else ""
        code = f", exit code {one['exitCode']}" if one.get("exitCode") is not None else ""
        head = plain(f"{one.get('component')}: {one.get('reason')}{container}{code}")
        lines.append(f"  {style.paint(head, 'red')}")
        if one.get("message"):
            lines += wrapped(one["message"], style, "    ")
        if one.get("run") and one.get("run") not in found["verdict"]["run"]:
            lines.append(f"    Run: {plain(one['run'])}")
    return lines


def _events(found: Json, style: Style) -> list[str]:
    rows: list[list[Cell]] = []
    for one in found["events"]:
        kind: Cell = (one["type"], "yellow") if one["type"] == "Warning" else one["type"]
        rows.append([one["age"], kind, one["reason"], one["object"], _cut(one["message"], style)])
    return table(["AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"], rows, style, "  ")


FOR_MACHINES: Final = ("message", "run")
"""Of a row of the overview: too long for a table, which leads to the project's own screen."""


def overview(projects: Sequence[Json], operator: Operator, now: datetime, *, all_namespaces: bool) -> list[dict[str, Any]]:
    """A row for each project: the table of `status` without a name."""
    rows: list[dict[str, Any]] = []
    for one in sorted(projects, key=lambda found: (found["metadata"].get("namespace", ""), parts.name(found))):
        verdict: Verdict = judge(one, operator, now)
        release = ((one.get("status") or {}).get("release") or {}).get("active") or {}
        row = {
            "namespace": str(one["metadata"].get("namespace", "")),
            "name": parts.name(one),
            "state": str(verdict.state),
            "reason": verdict.reason,
            "mode": str((one.get("spec") or {}).get("mode") or "Monolith"),
            "version": str(release.get("version") or ""),
            "age": age(one["metadata"].get("creationTimestamp"), now),
            "message": verdict.message,
            "run": list(verdict.run),
        }
        rows.append(row if all_namespaces else {key: value for key, value in row.items() if key != "namespace"})
    return rows


def overview_table(all_rows: Sequence[Mapping[str, Any]], style: Style) -> list[str]:
    cells: list[list[Cell]] = []
    rows = [{key: value for key, value in one.items() if key not in FOR_MACHINES} for one in all_rows]
    for row in rows:
        mark, colour, words = MARKS[State(row["state"])]
        cells.append([(f"{mark} {words}", colour) if key == "state" else value or "-" for key, value in row.items()])
    return table([key.upper() for key in rows[0]] if rows else [], cells, style)
