"""What is seen of a project's rollouts while they are disturbed: every status of every record, and what is left at the end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from testgen_operator import names
from tests.bench.rollout_watch import COLOURS, Watch, follow
from tests.cluster.kube import Cluster, Object


@dataclass
class Eyes(Watch):
    """A project's rollouts, with every status that a record ever had and how its smoke tests ended."""

    history: dict[str, list[Object]] = field(default_factory=dict)
    smoked: dict[str, dict[str, str]] = field(default_factory=dict)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(super().run())
            group.create_task(follow(self.cluster, self._job, "jobs", f"--selector={names.LABEL_PROJECT}={self.project}"))

    def _record(self, change: str, one: Object) -> None:
        super()._record(change, one)
        self.history.setdefault(one["metadata"]["name"], []).append(one.get("status") or {})

    def _job(self, change: str, one: Object) -> None:
        name, release = one["metadata"]["name"], (one["metadata"].get("labels") or {}).get(names.LABEL_RELEASE)
        if not release or not name.startswith(f"{self.project}-smoke-"):
            return
        ends = [found["type"] for found in (one.get("status") or {}).get("conditions") or () if found["status"] == "True"]
        how = next((end for end in ("Complete", "Failed") if end in ends), "Running")
        self.smoked.setdefault(release, {})[name] = how

    def since(self, sequence: int) -> list[Object]:
        """The records after that one, the oldest first."""
        found = [one for one in self.records.values() if one["spec"]["sequence"] > sequence]
        return sorted(found, key=lambda one: int(one["spec"]["sequence"]))

    def last(self) -> int:
        newest = self.newest()
        return int(newest["spec"]["sequence"]) if newest else 0


async def left_over(cluster: Cluster, project: str, serving: str) -> list[str]:
    """What stands of a project besides the release that has to serve: endpoints, pods, Jobs, the preview."""
    service = await cluster.get("Service", names.active_service(project))
    colour = (service["spec"].get("selector") or {}).get(names.LABEL_COLOUR, "")
    found = []
    if (named := (service["metadata"].get("annotations") or {}).get(names.LABEL_RELEASE)) != serving:
        found.append(f"the active Service is of {named}, not of {serving}")
    pods = {one["metadata"]["name"]: one for one in await cluster.list("Pod", project=project)}
    selector = f"--selector=kubernetes.io/service-name={names.active_service(project)}"
    slices = json.loads(await cluster.kubectl("get", "endpointslices", selector, "--output=json"))["items"]
    ready = [
        endpoint["targetRef"]["name"]
        for one in slices
        for endpoint in one.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready", True)
    ]
    shown = {((pods.get(name) or {}).get("metadata", {}).get("labels") or {}).get(names.LABEL_COLOUR, "?") for name in ready}
    if shown != {colour}:
        found.append(f"the active Service's endpoints are of {sorted(shown) or 'nobody'}, not of {colour} alone")
    for one in await cluster.list("Deployment", project=project):
        where = (one["metadata"].get("labels") or {}).get(names.LABEL_COLOUR, "")
        if where in COLOURS and where != colour and one["spec"].get("replicas"):
            found.append(f"Deployment {one['metadata']['name']} still has {one['spec']['replicas']} pods")
    for one in pods.values():
        where = (one["metadata"].get("labels") or {}).get(names.LABEL_COLOUR, "")
        if where in COLOURS and where != colour:
            found.append(f"pod {one['metadata']['name']} is still there")
    for one in await cluster.list("Job", project=project):
        if (one.get("status") or {}).get("active"):
            found.append(f"Job {one['metadata']['name']} still runs")
    if await cluster.find("Service", names.preview_service(project)) is not None:
        found.append("the preview Service is still there")
    return found
