"""logs: what all pods of a project say, as one stream."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from testgen_operator.cluster.client import Object
from testgen_operator.cluster.kinds import POD
from testgen_operator.errors import ApiError
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import Exit, PluginError
from testgen_operator.kubectl.session import Session
from testgen_operator.kubectl.views import logs as view
from testgen_operator.kubectl.views import parts
from testgen_operator.kubectl.views.logs import Line, Source

MOST_STREAMS: Final = 100
MOST_BYTES: Final = 4 * 1024 * 1024
"""Of one container's log, when it is not followed."""
PARALLEL: Final = 10
WAITING_LINES: Final = 2_000
LOOK_AGAIN: Final = 3.0
GATHER: Final = 0.2
"""Seconds that lines of a follow are held, so that those of different pods come out in the order of their times."""


async def logs(session: Session, args: Namespace, console: Console, now: datetime) -> Exit:
    project = parts.name(await session.the_project(args.name))
    pods = await _pods(session, project, args)
    sources = chosen(pods, args.container, args.all_containers)
    if not sources and not args.follow:
        raise await _nothing(session, project, args)
    if len(sources) > MOST_STREAMS:
        console.note(f"{len(sources)} containers: the first {MOST_STREAMS} are shown; choose with --component.")
    if args.follow:
        await Follower(session, args, console, project).run()
    else:
        await _once(session, args, console, project, sources[:MOST_STREAMS])
    return Exit.OK


async def _pods(session: Session, project: str, args: Namespace) -> list[Object]:
    return await session.pods(project, component=args.component or "")


def chosen(pods: Iterable[Object], container: str | None, every: bool) -> list[Source]:
    """The containers whose logs are meant: those that have begun, init containers only with --all-containers or by name."""
    found = []
    for pod in pods:
        status = pod.get("status") or {}
        groups = [*(status.get("containerStatuses") or ())]
        if every or container:
            groups = [*(status.get("initContainerStatuses") or ()), *groups]
        for one in groups:
            state = one.get("state") or {}
            begun = "running" in state or "terminated" in state or one.get("lastState", {}).get("terminated")
            if begun and (container is None or one.get("name") == container):
                found.append(Source(parts.component(pod) or "?", parts.name(pod), str(one.get("name"))))
    return sorted(found)


async def _nothing(session: Session, project: str, args: Namespace) -> PluginError:
    known = parts.in_order(parts.component(one) for one in await session.pods(project))
    if args.component and args.component not in known:
        hint = f"There are: {', '.join(known)}." if known else f"kubectl testgen status {project} -n {session.namespace}"
        return PluginError(f"{project} has no pod of component {args.component}", hint=hint, code=Exit.NOT_FOUND)
    hint = f"kubectl testgen status {project} -n {session.namespace} says why."
    return PluginError(f"no container of {project} has begun, so there is no log", hint=hint, code=Exit.NOT_FOUND)


def _several(sources: Iterable[Source]) -> bool:
    pods = [one.pod for one in sources]
    return len(pods) != len(set(pods))


def _shown(line: Line, project: str, args: Namespace, console: Console, several: bool) -> str:
    if args.output == "json":
        return json.dumps(view.entry(line), ensure_ascii=False)
    return view.shown(line, project, console.style, several=several, timestamps=args.timestamps, bare=args.no_prefix)


async def _once(session: Session, args: Namespace, console: Console, project: str, sources: list[Source]) -> None:
    slots = asyncio.Semaphore(PARALLEL)

    async def read(source: Source) -> list[Line]:
        async with slots:
            return await read_one(session, source, args.tail, args.since, args.previous)

    answers = await asyncio.gather(*(read(source) for source in sources), return_exceptions=True)
    streams = []
    for source, answer in zip(sources, answers, strict=True):
        if isinstance(answer, ApiError):
            if answer.status == 403:
                raise session.in_words(answer)
            if not (args.previous and answer.status == 400):
                console.note(f"{source.pod}/{source.container}: {answer.message}")
        elif isinstance(answer, BaseException):
            raise answer
        else:
            streams.append(answer)
    several = _several(sources)
    for line in view.merged(streams):
        console.line(_shown(line, project, args, console, several))
    if args.previous and not any(streams):
        console.note("No container has run before: nothing crashed since its pod was made.")


async def read_one(session: Session, source: Source, tail: int, since: int | None, previous: bool) -> list[Line]:
    """The log of one container: its last `tail` lines, at most 4 MiB."""
    params = {"container": source.container, "timestamps": "true", "limitBytes": str(MOST_BYTES), "tailLines": str(tail)}
    params |= {"sinceSeconds": str(since)} if since else {}
    params |= {"previous": "true"} if previous else {}
    path = POD.path(session.namespace, source.pod, "log")
    return [view.parsed(raw, source) async for raw in session.lines(path, params)]


class Follower:
    """Follows every container, of pods that come later too; a container that starts again goes on where it ended."""

    def __init__(self, session: Session, args: Namespace, console: Console, project: str) -> None:
        self._session, self._args, self._console, self._project = session, args, console, project
        self._lines: asyncio.Queue[Line] = asyncio.Queue(WAITING_LINES)
        self._streams: dict[Source, asyncio.Task[None]] = {}
        self._last: dict[Source, str] = {}
        self._told: set[str] = set()

    async def run(self) -> None:
        finder, printer = asyncio.create_task(self._find()), asyncio.create_task(self._print())
        try:
            done, _ = await asyncio.wait([finder, printer], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            tasks = [finder, printer, *self._streams.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _find(self) -> None:
        while True:
            try:
                pods = await _pods(self._session, self._project, self._args)
            except ApiError as problem:
                if problem.status not in (0, 429) and problem.status < 500:
                    raise self._session.in_words(problem) from None
                self._tell(f"the API server does not answer: {problem.message}; trying on")
                pods = []
            sources = chosen(pods, self._args.container, self._args.all_containers)
            if pods and not sources:
                self._tell("no container has begun yet; waiting")
            for source, task in list(self._streams.items()):
                if task.done():
                    task.result()
                    del self._streams[source]
                    if source not in sources:
                        self._last.pop(source, None)
            for source in sources:
                if source not in self._streams and len(self._streams) < MOST_STREAMS:
                    self._streams[source] = asyncio.create_task(self._follow(source))
            await asyncio.sleep(LOOK_AGAIN)

    def _tell(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            self._console.note(text)

    async def _follow(self, source: Source) -> None:
        params = {"container": source.container, "timestamps": "true", "follow": "true"}
        last = self._last.get(source, "")
        if last:
            params["sinceTime"] = last
        else:
            params["tailLines"] = str(self._args.tail)
            if self._args.since:
                params["sinceSeconds"] = str(self._args.since)
        try:
            async for raw in self._session.lines(POD.path(self._session.namespace, source.pod, "log"), params):
                line = view.parsed(raw, source)
                if line.at > last or not line.at:
                    last = max(last, line.at)
                    self._last[source] = last
                    await self._lines.put(line)
        except ApiError as problem:
            if problem.status == 403:
                raise self._session.in_words(problem) from None
            if problem.status not in (0, 400, 404):
                self._tell(f"{source.pod}/{source.container}: {problem.message}")

    async def _print(self) -> None:
        while True:
            found = [await self._lines.get()]
            await asyncio.sleep(GATHER)
            while not self._lines.empty():
                found.append(self._lines.get_nowait())
            several = _several(self._streams)
            for line in sorted(found, key=lambda one: one.at):
                self._console.line(_shown(line, self._project, self._args, self._console, several))
