"""What the cluster tests do with a cluster: look, change, wait for a condition with a deadline."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testgen_operator import names
from testgen_operator.cluster import kinds
from testgen_operator.cluster.client import Client
from testgen_operator.errors import ApiError
from testgen_operator.plan.model import ObjectKey

Object = dict[str, Any]
KINDS = {kind.kind: kind for kind in (*kinds.WATCHED, kinds.SECRET, kinds.EVENT, kinds.LEASE, kinds.NAMESPACE, *kinds.OPTIONAL)}
POLL = 0.25


class CommandFailed(Exception):
    def __init__(self, code: int, output: str) -> None:
        super().__init__(output)
        self.code = code


@dataclass
class Cluster:
    """One namespace of a real cluster."""

    client: Client
    kubectl_binary: str
    kubeconfig: Path
    namespace: str
    patience: float = 1.0
    """How often a deadline is meant. A deadline ends a wait for what never comes; it says nothing about speed, which
    `make bench` measures: a test that shares two cores with another suite may wait several times as long."""

    def key(self, kind: str, name: str) -> ObjectKey:
        return ObjectKey(KINDS[kind].api_version, kind, self.namespace, name)

    async def get(self, kind: str, name: str) -> Object:
        found = await self.client.get(self.key(kind, name))
        assert found is not None, f"there is no {kind} {name}"
        return found

    async def find(self, kind: str, name: str) -> Object | None:
        return await self.client.get(self.key(kind, name))

    async def list(self, kind: str, *, project: str = "") -> list[Object]:
        selector = f"{names.LABEL_PROJECT}={project}" if project else ""
        return (await self.client.list(KINDS[kind], self.namespace, selector=selector)).items

    async def children(self, project: str) -> dict[tuple[str, str], Object]:
        """Every labelled object of a project but its pods, by kind and name."""
        watched = (*kinds.CHILDREN, kinds.SECRET)
        found = await asyncio.gather(*(self.list(kind.kind, project=project) for kind in watched if kind.kind != "Pod"))
        return {(one["kind"], one["metadata"]["name"]): one for group in found for one in group}

    async def kubectl(self, *arguments: str, stdin: str | None = None, within: float = 60.0) -> str:
        """kubectl in the namespace; its standard output. Raises CommandFailed with what it said."""
        process = await asyncio.create_subprocess_exec(
            self.kubectl_binary,
            f"--kubeconfig={self.kubeconfig}",
            f"--namespace={self.namespace}",
            *arguments,
            stdin=asyncio.subprocess.PIPE if stdin is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            given = stdin.encode() if stdin is not None else None
            out, err = await asyncio.wait_for(process.communicate(given), within * self.patience)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise CommandFailed(process.returncode, err.decode() + out.decode())
        return out.decode()

    async def apply_project(self, name: str, spec: Mapping[str, Any] | None = None) -> Object:
        """`kubectl apply` of a TestGenProject, as a team would."""
        body = {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": {"name": name}, "spec": dict(spec or {})}
        await self.kubectl("apply", "-f", "-", stdin=json.dumps(body))
        return await self.get("TestGenProject", name)

    async def delete(self, kind: str, name: str, *, wait: bool = False) -> None:
        await self.kubectl("delete", KINDS[kind].resource, name, f"--wait={str(wait).lower()}", "--ignore-not-found")

    async def patch(self, kind: str, name: str, patch: Mapping[str, Any], *, field_manager: str = "somebody") -> None:
        await self.kubectl(
            "patch",
            KINDS[kind].resource,
            name,
            "--type=merge",
            f"--patch={json.dumps(patch)}",
            f"--field-manager={field_manager}",
        )

    async def eventually(self, check: Callable[[], Awaitable[Any]], *, within: float, what: str = "", poll: float = POLL) -> Any:
        """The first true result of `check`; fails after `within` seconds (times `patience`) and says what was seen last."""
        last: Any = None
        within *= self.patience
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        last = await check()
                        if last:
                            return last
                    except (AssertionError, ApiError) as problem:
                        last = problem
                    await asyncio.sleep(poll)
        except TimeoutError:
            raise AssertionError(f"not within {within:g} s: {what or check}; last seen: {last!r}") from None

    async def condition(
        self, project: str, type_: str, status: str, *, reason: str = "", within: float, current: bool = True
    ) -> Object:
        """Wait until a condition of a project has this status (and reason), for its newest generation; the condition."""
        seen: Object = {}

        async def check() -> Object | None:
            live = await self.get("TestGenProject", project)
            state = live.get("status") or {}
            found = {one["type"]: one for one in state.get("conditions") or ()}
            seen.clear()
            seen.update({name: f"{one['status']}/{one['reason']}: {one.get('message', '')[:200]}" for name, one in found.items()})
            one = found.get(type_)
            if current and state.get("observedGeneration") != live["metadata"]["generation"]:
                return None
            return one if one and one["status"] == status and (not reason or one["reason"] == reason) else None

        try:
            found: Object = await self.eventually(check, within=within, what=f"{project}: {type_}={status} {reason}")
        except AssertionError as problem:
            raise AssertionError(f"{problem}\n" + "\n".join(f"  {name}: {words}" for name, words in seen.items())) from None
        return found

    async def ready(self, project: str, *, within: float = 120.0) -> Object:
        return await self.condition(project, "Ready", "True", within=within)


def audited(log: Path, *, agent: str, since: str, verbs: Sequence[str] = ("create", "update", "patch", "delete")) -> list[Object]:
    """The audit log's requests of a user agent after `since` (RFC 3339) with one of these verbs."""
    found = []
    for line in log.read_text().splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # the last line is being written
        if entry.get("userAgent", "").startswith(agent) and entry["verb"] in verbs and entry["requestReceivedTimestamp"] >= since:
            found.append(entry)
    return found
