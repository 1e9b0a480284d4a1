"""Which release does a command mean, and what is written into spec.rollout for it? Pure; PluginError says why none fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.progress import NEEDS_A_PERSON, Release, held_by, named, under_way
from testgen_operator.rollout.history import PROMOTED, REJECTED, wins
from testgen_operator.rollout.model import Step

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """What to merge into spec.rollout (None takes a field away), and what to tell. Nothing to write: it is so already."""

    said: str
    rollout: dict[str, Any] = field(default_factory=dict)


def start(project: Json, version: str, image: str = "", **record: str) -> dict[str, Any]:
    """What to merge into the spec so that `version` is rolled out. `record`: strategy, commit and author, where they are given.

    A rollback is taken away: it would keep another release serving, now or once the spec is again what it left. Empty where the
    spec asks for that already. Raises PluginError where the version would be a name for the same image.
    """
    spec = project.get("spec") or {}
    if version and spec.get("image") and not image:
        raise PluginError(
            f"spec.image is {spec['image']}, so another version would only be another name for it",
            hint="Say which image it is too, with --image; or take spec.image away, for the operator's default of that version.",
            code=Exit.USAGE,
        )
    wanted: dict[str, Any] = {"version": version, "image": image}
    change = {key: value for key, value in wanted.items() if value and spec.get(key) != value}
    told = {key: value for key, value in record.items() if value and _rollout(project).get(key) != value}
    away = {"rollback": None} if (version or image) and _rollout(project).get("rollback") else {}
    if not change and not away and set(told) <= {"commit", "author"}:
        return {}  # who asks for the same again does not become the author of what runs
    rollout = told | away
    return change | ({"rollout": rollout} if rollout else {})


def promote(project: Json, known: Sequence[Release], name: str) -> Change:
    if (found := named(known, name)) is not None and found.outcome in PROMOTED:
        return Change(f"{name} has been let through already: nothing to do")
    release = _going(project, known, name, "let through")
    return _command(project, "promote", release, "goes on past pauses and approval, once its checks are good", "abort", "pause")


def abort(project: Json, known: Sequence[Release], name: str) -> Change:
    if (found := named(known, name)) is not None and found.outcome in REJECTED:
        return Change(f"{name} has been given up already: nothing to do")
    release = _going(project, known, name, "given up", "`kubectl testgen rollout rollback` returns from a release that serves.")
    if not release.previous:
        raise _no(f"{release.name} is the first release: there is none to return to", "Correct the spec instead.")
    return _command(project, "abort", release, "is given up; the last release serves", "promote", "retry")


def pause(project: Json, known: Sequence[Release], name: str) -> Change:
    release = _going(project, known, name, "held")
    return _command(project, "pause", release, "takes no further step (an automatic return still happens)", "promote")


def resume(project: Json, known: Sequence[Release], name: str) -> Change:
    held = str(_rollout(project).get("pause") or "")
    if not held:
        return Change("no release is paused: nothing to do")
    return Change(f"{held} goes on", {"pause": None})


def skip(project: Json, known: Sequence[Release], name: str) -> Change:
    release = _going(project, known, name, "in a pause")
    position = release.position
    if position is None or position.step is not Step.SHIFTING:
        step = position.step if position else "Pending"
        raise _no(
            f"{release.name} is in no pause between steps: it is {step}", "promote lets it through where it waits for that."
        )
    value = f"{release.name}/{position.number}"
    if _rollout(project).get("skip") == value:
        return Change(f"the pause of step {position.number} of {release.name} is over already: nothing to do")
    return Change(f"{release.name}: the pause of step {position.number} is over", {"skip": value})


def retry(project: Json, known: Sequence[Release], name: str) -> Change:
    found = _existing(known, name) if name else (known[-1] if known else None)
    if found is None:
        raise _no("nothing has been rolled out yet: there is nothing to retry")
    position = found.position
    held = position is not None and position.outcome is None and held_by(project, found) in NEEDS_A_PERSON
    if not held and found.outcome not in REJECTED:
        end = f"it ended as {found.outcome}" if found.outcome else "it is under way"
        raise _no(f"{found.name} cannot be retried: {end}", "Retry is for a release that was given up, or that a check holds.")
    words = "its checks are made anew" if held else "its template is rolled out once more"
    back = _rollout(project).get("rollback") or {}
    also = {"rollback": None} if not held and back.get("from") and _same_template(known, str(back["from"]), found) else {}
    change = _command(project, "retry", found, words, "abort")
    return Change(change.said, change.rollout | also) if change.rollout or also else change


def rollback(project: Json, known: Sequence[Release], *, to: str = "", version: str = "", revision: int | None = None) -> Change:
    """To the release named, to the newest of a version or of a number, or to the one that served before."""
    metadata, status = project.get("metadata") or {}, project.get("status") or {}
    if int(status.get("observedGeneration") or 0) < int(metadata.get("generation") or 0):
        raise PluginError(
            "the operator has not looked at the newest spec yet, so it is not known what to return from",
            hint="Run it again in a moment.",
            code=Exit.UNDER_WAY,
        )
    if not known:
        raise _no("nothing has been rolled out yet: there is nothing to return to")
    leave = _asked_for(project, known)
    target = _chosen(known, leave, to, version, revision)
    if not wins(target):
        raise _no(f"{target.name} never served (it is {target.outcome or 'under way'})", _that_served(known, leave))
    if target.template == leave.template and _rollout(project).get("rollback") and leave.name != known[-1].name:
        return Change(f"the rollback is over: {leave.name} ({leave.version}) is rolled out again", {"rollback": None})
    if target.template == leave.template:
        raise _no(f"{target.name} is what the spec asks for already", _that_served(known, leave))
    value = {"to": target.name, "from": leave.name}
    if _rollout(project).get("rollback") == value:
        return Change(f"{target.name} was chosen already: nothing to do")
    return Change(f"returns from {leave.name} ({leave.version}) to {target.name} ({target.version})", {"rollback": value})


def _asked_for(project: Json, known: Sequence[Release]) -> Release:
    """The newest release of the template that the spec asks for: what a rollback in force leaves, else the newest one."""
    back = _rollout(project).get("rollback") or {}
    leaving, chosen = named(known, str(back.get("from") or "")), named(known, str(back.get("to") or ""))
    ignored = {one.get("command") for one in ((project.get("status") or {}).get("rollout") or {}).get("ignored") or ()}
    if leaving and chosen and chosen.template == known[-1].template and "rollback" not in ignored:
        return leaving
    return known[-1]


def _chosen(known: Sequence[Release], leave: Release, to: str, version: str, revision: int | None) -> Release:
    if to:
        return _existing(known, to)
    if revision is not None:
        found = next((one for one in known if one.sequence == revision), None)
        if found is None:
            raise _gone(f"there is no release of number {revision}", known)
        return found
    earlier = [one for one in reversed(known) if wins(one) and one.template != leave.template]
    if version:
        found = next((one for one in earlier if one.version == version), None)
        if found is None:
            raise _gone(f"no earlier release that served is of version {version}", known)
        return found
    serving = known[-1].template
    found = next((one for one in earlier if one.template != serving), None)
    if found is None:
        raise _gone(f"there is no release before {leave.name} to return to", known)
    return found


def _going(project: Json, known: Sequence[Release], name: str, what: str, hint: str = "") -> Release:
    """The release under way; PluginError where there is none, or where `name` is not the one."""
    current = under_way(known)
    wanted = _existing(known, name) if name else current
    if current is None or wanted is None or wanted.name != current.name:
        ended = f"{wanted.name} has ended ({wanted.outcome})" if wanted else "no rollout is under way"
        raise _no(f"{ended}: there is nothing to be {what}", hint)
    return current


def _existing(known: Sequence[Release], name: str) -> Release:
    found = named(known, name)
    if found is None:
        raise _gone(f"there is no release {name}", known)
    return found


def _command(project: Json, field_: str, release: Release, words: str, *against: str) -> Change:
    rollout = _rollout(project)
    away = {one: None for one in against if rollout.get(one) == release.name}
    if rollout.get(field_) == release.name and not away:
        return Change(f"{release.name}: {field_} is asked for already: nothing to do")
    return Change(f"{release.name} ({release.version}) {words}", {field_: release.name, **away})


def _same_template(known: Sequence[Release], name: str, other: Release) -> bool:
    found = named(known, name)
    return found is not None and found.template == other.template


def _rollout(project: Json) -> Json:
    found = (project.get("spec") or {}).get("rollout")
    return found if isinstance(found, Mapping) else {}


def _that_served(known: Sequence[Release], leave: Release) -> str:
    found = [one.name for one in reversed(known) if wins(one) and one.template != leave.template]
    return f"There are: {', '.join(found[:10])}." if found else "No other release has served."


def _gone(message: str, known: Sequence[Release]) -> PluginError:
    names = [one.name for one in reversed(known)]
    hint = f"There are: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}." if names else "There is none at all."
    return PluginError(message, hint=hint, code=Exit.NOT_FOUND)


def _no(message: str, hint: str = "") -> PluginError:
    return PluginError(message, hint=hint, code=Exit.NO)
