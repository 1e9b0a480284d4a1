"""rollout: where one stands, its story, its history, and the commands on it.

Each command is one field of spec.rollout that names the release it means, so it can also be read, reviewed and done in Git.
"""

from __future__ import annotations

import asyncio
import json
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

from testgen_operator.cluster.client import Object
from testgen_operator.errors import ApiError
from testgen_operator.kubectl import choices
from testgen_operator.kubectl.commands.change import patch_spec
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import Exit
from testgen_operator.kubectl.progress import NEEDS_A_PERSON, Progress, Release, State, judge, meant, releases
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views import rollout as view

LOOK_SECONDS: Final = 1.0
"""Between two looks of `watch` and `wait`; two small reads each."""
SILENCE_SECONDS: Final = 120.0
"""So long an API server that does not answer is waited for."""
CODES: Final = {
    State.SERVES: Exit.OK,
    State.REPLACED: Exit.NO,
    State.FAILED: Exit.NO,
    State.UNDER_WAY: Exit.UNDER_WAY,
    State.WAITS: Exit.UNDER_WAY,
    State.NONE: Exit.NOT_FOUND,
}
Seen = tuple[Object, tuple[Release, ...]]
Choose = Callable[[Object, tuple[Release, ...], str], choices.Change]


async def rollout(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    if args.action in CHOOSE:
        return await _command(session, args, console, CHOOSE[args.action])
    actions: dict[str, Callable[[Session, Namespace, Console, datetime], Awaitable[Exit]]] = {
        "status": _status,
        "history": _history,
        "watch": _watch,
        "wait": _watch,
        "rollback": _rollback,
        "restart": _restart,
        "start": _start,
    }
    return await actions[args.action](session, args, console, now)


CHOOSE: Final[dict[str, Choose]] = {
    "promote": choices.promote,
    "abort": choices.abort,
    "retry": choices.retry,
    "skip": choices.skip,
    "pause": choices.pause,
    "resume": choices.resume,
}


async def _look(session: Session, name: str | None) -> Seen:
    project = await session.the_project(name)
    return project, releases(await session.releases(parts.name(project)))


# Reading


async def _status(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project, known = await _look(session, args.name)
    found = judge(project, known, _meant(project, known, args))
    if args.output == "table":
        console.lines(view.screen(f"{session.namespace}/{parts.name(project)}", found, now, console.style))
    else:
        console.value(view.as_value(found, now), args.output)
    return CODES[found.state]


async def _history(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project, known = await _look(session, args.name)
    if args.output != "table":
        console.value([view.row(one, now) for one in reversed(known)], args.output)
    elif known:
        console.lines(view.history(known, now, console.style))
    else:
        console.note(f"Nothing of {session.namespace}/{parts.name(project)} has been rolled out yet.")
    return Exit.OK


async def _watch(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    """`watch` tells the story until its end; `wait` tells only the end, and fails when that does not come in time."""
    tells, until = args.action == "watch", time.monotonic() + args.timeout if args.timeout else None
    told: tuple[object, ...] | None = None
    silent_since: float | None = None
    while True:
        try:
            project, known = await _look(session, args.name)
            silent_since = None
        except ApiError as problem:
            silent_since = silent_since or time.monotonic()
            passing = problem.status in (0, 429) or problem.status >= 500
            if not passing or time.monotonic() - silent_since > SILENCE_SECONDS:
                raise
            await asyncio.sleep(LOOK_SECONDS)
            continue
        found = judge(project, known, _meant(project, known, args))
        ended = _ended(found, args)
        if (tells or ended) and (chapter := view.chapter(found)) != told:
            told = chapter
            _tell(found, args, console)
        if ended:
            return exit_code(found)
        if until is not None and time.monotonic() >= until:
            if not tells:
                _tell(found, args, console)
            console.note(f"Not through within {args.timeout} s. See: kubectl testgen rollout status {parts.name(project)}")
            return Exit.UNDER_WAY
        await asyncio.sleep(LOOK_SECONDS)


def exit_code(found: Progress) -> Exit:
    """What waits for an approval is well. A check without a result is not: `promote` goes past no check."""
    if found.state is not State.WAITS:
        return CODES[found.state]
    return Exit.NO if found.reason in NEEDS_A_PERSON else Exit.OK


def _meant(project: Object, known: tuple[Release, ...], args: Namespace) -> str:
    """The release that is asked about, by its name or its version; empty: the one that the spec asks for."""
    return meant(project, known, args.of_version) if args.of_version else args.release or ""


def _ended(found: Progress, args: Namespace) -> bool:
    if getattr(args, "until", "end") == "approval" and found.state is State.WAITS:
        return True
    return found.state in (State.SERVES, State.REPLACED, State.FAILED) or (
        found.state is State.NONE and bool(args.release)
    )  # a version may still come


def _tell(found: Progress, args: Namespace, console: Console) -> None:
    now = datetime.now(UTC)
    if args.output == "json":
        console.line(json.dumps(view.event(found, now), ensure_ascii=False))
    else:
        console.line(view.line(found, now, console.style))


# Changing


async def _command(session: Session, args: Namespace, console: Console, choose: Choose) -> Exit:
    project, known = await _look(session, args.name)
    return await _change(session, project, choose(project, known, args.release or ""), console)


async def _rollback(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project, known = await _look(session, args.name)
    given = {"to": args.to or "", "version": args.to_version or "", "revision": args.to_revision}
    return await _change(session, project, choices.rollback(project, known, **given), console)


async def _start(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.project(args.name)
    name, where = parts.name(project), session.namespace
    record = {"strategy": args.strategy or "", "commit": args.commit or "", "author": args.author or ""}
    change = choices.start(project, args.version or "", args.image or "", **record)
    if not change:
        console.line(f"{where}/{name}: the spec asks for that already: nothing to do")
        return Exit.OK
    await patch_spec(session, project, change, console)
    asked = " ".join(one for one in (args.version, args.image) if one) or args.strategy
    over = "; the rollback is taken away" if "rollback" in change.get("rollout", {}) else ""
    console.line(f"{where}/{name}: {asked} is asked for{over}. See: kubectl testgen rollout watch {name} -n {where}")
    return Exit.OK


async def _restart(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = await session.project(args.name)
    token = args.token or now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name, where = parts.name(project), session.namespace
    if (project.get("spec") or {}).get("restartedAt") == token:
        console.line(f"{where}/{name} was restarted with {token} already: nothing to do (another --token restarts again)")
        return Exit.OK
    await patch_spec(session, project, {"restartedAt": token}, console)
    console.line(
        f"{where}/{name}: its runtime is rolled out anew ({token}). See: kubectl testgen rollout watch {name} -n {where}"
    )
    return Exit.OK


async def _change(session: Session, project: Object, change: choices.Change, console: Console) -> Exit:
    name, where = parts.name(project), session.namespace
    if not change.rollout:
        console.line(f"{where}/{name}: {change.said}")
        return Exit.OK
    await patch_spec(session, project, {"rollout": change.rollout}, console)
    console.line(f"{where}/{name}: {change.said}. See: kubectl testgen rollout watch {name} -n {where}")
    return Exit.OK
