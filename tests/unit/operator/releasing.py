"""The cluster in a dictionary with rollouts: the machine decides, records are kept, EndpointSlices follow the Services."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.unit.operator.build import Json, Simulated

from testgen_operator import names
from testgen_operator.names import Colour
from testgen_operator.plan import sides, traffic, watching
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import ObjectKey, Plan
from testgen_operator.plan.plan import missing_secrets, plan
from testgen_operator.plan.traffic import Rollout
from testgen_operator.resources.release import release_object, release_status
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.machine import decide
from testgen_operator.rollout.model import Decision, Due, Record, Seen, Verdict

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Releasing(Simulated):
    """`verdict`: what every measurement gives."""

    now: datetime = START
    verdict: Verdict = Verdict.SUCCESSFUL
    failing: dict[Colour, tuple[str, str]] = field(default_factory=dict)
    unable: tuple[str, str] | None = None
    endless: str = ""
    """A word in the names of Jobs that never end."""
    measurements: int = 0
    rollout: Rollout | None = None

    def facts(self) -> Facts:
        found = super().facts()
        of_releases = {
            name: self.secrets[name] for name in watching.secret_names(self.project, found.releases) if name in self.secrets
        }
        return replace(found, secrets={**of_releases, **found.secrets})

    def plan(self) -> Plan:
        self.rollout, facts = self._decided()
        served = sides.of_colour(watching.as_begun(self.project, facts), self.rollout.decision.serve)
        return plan(served, facts, self.images, self.rollout)

    def settle(self) -> None:
        super().settle()
        for key, one in list(self.objects.items()):
            if key.kind == "Job" and self.endless and self.endless in key.name:
                one["status"] = {}
            if key.kind == "Service":
                self._list_endpoints(key, one)

    def records(self) -> list[Json]:
        found = [one for key, one in self.objects.items() if key.kind == names.RELEASE_KIND]
        return sorted(found, key=lambda one: one["spec"]["sequence"])

    def selected(self) -> str:
        return str(self.get("Service", self.project.name)["spec"]["selector"].get(names.LABEL_COLOUR, "both"))

    def roll(self, seconds: float = 5, most: int = 60) -> Json:
        """Reconcile, settle and let time pass until the newest release is done; its record."""
        for _ in range(most):
            self.step()
            self.settle()
            self.now += timedelta(seconds=seconds)
            newest = self.records()[-1] if self.records() else None
            if newest is not None and newest["status"]["step"] == "Done" and newest["spec"]["template"] == self.target():
                return newest
        raise AssertionError(f"not done: {[one['status'] for one in self.records()]}")

    def target(self) -> str:
        return sides.template(self.project, self.facts(), self.images)

    def _decided(self) -> tuple[Rollout, Facts]:
        found, facts, seen = self._look()
        while found.start is not None:
            self._begin(found.start, facts)
            found, facts, seen = self._look()
        for name, changed in found.positions.items():
            record = self.get(names.RELEASE_KIND, name)
            record["status"] = release_status(changed, record["status"])
            self.writes += 1
        return traffic.rollout(watching.as_begun(self.project, facts), facts, seen, found), facts

    def _look(self) -> tuple[Decision, Facts, Seen]:
        facts = self.facts()
        begun = watching.as_begun(self.project, facts)
        held = watching.blocked(begun, facts, bool(missing_secrets(begun, facts)))
        back = watching.blocked(begun, facts, bool(missing_secrets(watching.returned_to(begun, facts), facts)))
        seen = watching.seen(
            begun, facts, self.images, blocked=held, blocked_back=back, failing=self.failing, unable=self.unable,
            opening=policy(self.project),
        )  # fmt: skip
        found = decide(seen, self.now)
        if Due.MEASUREMENT in found.due:
            self.measurements += 1
            measured_id = self.now.isoformat()
            found = decide(replace(seen, measured=self.verdict, measured_id=measured_id, measured_message="m"), self.now)
        return found, facts, seen

    def _begin(self, record: Record, facts: Facts) -> None:
        assert record.position is not None
        then = watching.as_released(self.project, facts, record, self.target())
        config, secrets = sides.hashes(then, facts)
        made = release_object(
            then, record, version="1", image="i", colour=record.position.colour, config_hash=config, secrets_hash=secrets,
            now=self.now, origin=watching.origin(facts, record, self.target()),
        )  # fmt: skip
        key = ObjectKey(names.API_VERSION, names.RELEASE_KIND, self.project.namespace, record.name)
        self.objects[key] = {**copy.deepcopy(made), "status": release_status(record.position, {})}
        self.writes += 1

    def _list_endpoints(self, service: ObjectKey, live: Json) -> None:
        """What the EndpointSlice controller would do."""
        wanted = live["spec"]["selector"]
        listed: list[dict[str, Any]] = []
        for key, pod in self.objects.items():
            if key.kind == "Pod" and wanted.items() <= pod["metadata"]["labels"].items():
                is_ready = pod["status"]["conditions"][0]["status"] == "True"
                listed.append({"conditions": {"ready": is_ready}, "targetRef": {"kind": "Pod", "name": key.name}})
        labels = {**live["metadata"]["labels"], "kubernetes.io/service-name": service.name}
        made = {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {"name": f"{service.name}-x", "namespace": service.namespace, "labels": labels},
            "endpoints": listed,
        }
        self.objects[ObjectKey("discovery.k8s.io/v1", "EndpointSlice", service.namespace, f"{service.name}-x")] = made
