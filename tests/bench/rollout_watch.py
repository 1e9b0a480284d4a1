"""Eyes on a project's rollouts: its active Service, its EndpointSlices, its records. Nothing is changed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from tests.bench.rollout_scenario import Switches, colours_of
from tests.cluster.kube import Cluster, Object

COLOURS: Final = ("blue", "green")
_LABEL: Final = "testgen.dev/colour"


@dataclass
class Watch:
    """What was seen. `records`: TestGenReleases by name, as they were last. `failed`: when one that had the traffic was first
    seen to give it back, by its name."""

    cluster: Cluster
    project: str
    switches: Switches = field(default_factory=Switches)
    records: dict[str, Object] = field(default_factory=dict)
    failed: dict[str, float] = field(default_factory=dict)
    _slices: dict[str, Object] = field(default_factory=dict)

    def newest(self) -> Object | None:
        """The record of the newest rollout."""
        return max(self.records.values(), key=lambda one: one["spec"]["sequence"], default=None)

    async def seen(self) -> bool:
        """Whether there is a record: before that nobody can say which is new."""
        return bool(self.records)

    async def run(self) -> None:
        """Follow all three until cancelled."""
        name = self.project
        async with asyncio.TaskGroup() as group:
            for seen, *what in (
                (self._service, "services", f"--field-selector=metadata.name={name}"),
                (self._slice, "endpointslices", f"--selector=kubernetes.io/service-name={name}"),
                (self._record, "testgenreleases", f"--selector=testgen.dev/project={name}"),
            ):
                group.create_task(follow(self.cluster, seen, *what))

    def _service(self, change: str, one: Object) -> None:
        colour = (one["spec"].get("selector") or {}).get(_LABEL, "")
        if colour:
            self.switches.decided(time.monotonic(), colour, back=self._returning())

    def _slice(self, change: str, one: Object) -> None:
        now = time.monotonic()
        if change == "DELETED":
            self._slices.pop(one["metadata"]["name"], None)
        else:
            self._slices[one["metadata"]["name"]] = one
        self.switches.endpoints(now, colours_of(list(self._slices.values()), _Names()))

    def _record(self, change: str, one: Object) -> None:
        if change == "DELETED":
            self.records.pop(one["metadata"]["name"], None)
            return
        self.records[one["metadata"]["name"]] = one
        status = one.get("status") or {}
        newest = self.newest()
        if newest is not None and newest["metadata"]["name"] == one["metadata"]["name"]:
            if status.get("step") == "Switching":
                self.switches.decided(time.monotonic(), status["colour"], back=False)
            elif self._returning() and not status.get("outcome"):
                self.failed.setdefault(one["metadata"]["name"], time.monotonic())
                good = next(colour for colour in COLOURS if colour != status["colour"])
                self.switches.decided(time.monotonic(), good, back=True)

    def _returning(self) -> bool:
        newest = self.newest()
        return bool(newest and (newest.get("status") or {}).get("step") == "Returning" and newest["status"].get("served"))


async def follow(cluster: Cluster, seen: Callable[[str, Object], None], *what: str) -> None:
    """Call `seen` with each change of what `kubectl get` names, from the first state on; a watch that ends begins anew."""
    while True:
        with suppress(OSError, ValueError):
            async for event in _events(cluster, *what):
                seen(event["type"], event["object"])
        await asyncio.sleep(0.2)


async def _events(cluster: Cluster, *what: str) -> AsyncIterator[Object]:
    process = await asyncio.create_subprocess_exec(
        cluster.kubectl_binary, f"--kubeconfig={cluster.kubeconfig}", f"--namespace={cluster.namespace}",
        "get", *what, "--watch", "--output-watch-events", "--output=json",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        decoder, text = json.JSONDecoder(), ""
        while part := await process.stdout.read(1 << 16):
            text = (text + part.decode()).lstrip()
            while text:
                try:
                    event, end = decoder.raw_decode(text)
                except ValueError:
                    break
                yield event
                text = text[end:].lstrip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class _Names(dict[str, str]):
    """The colour of a pod, by its name `<project>-<part>-<colour>-<hash>-<hash>`."""

    def get(self, name: str, default: Any = "") -> Any:
        return next((colour for colour in COLOURS if f"-{colour}-" in name), default)


@asynccontextmanager
async def watching(cluster: Cluster, project: str) -> AsyncIterator[Watch]:
    """The watch, while the block lasts."""
    found = Watch(cluster, project)
    task = asyncio.create_task(found.run())
    try:
        yield found
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
