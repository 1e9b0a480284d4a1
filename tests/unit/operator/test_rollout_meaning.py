"""Every field of `spec.rollout` under every strategy is refused with its path and a mend, or it changes what a rollout does."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Final

import pytest
from tests.unit.operator.build import IMAGES, Simulated, resource
from tests.unit.operator.effects import FIELDS, NOW, Json, Path, changed, external, parents, values
from tests.unit.operator.test_meaning import accepted

from testgen_operator.plan import checks
from testgen_operator.resources.project import parse
from testgen_operator.resources.release import release_object
from testgen_operator.resources.rollout import commands, policy
from testgen_operator.rollout.model import Due, Position, Record, Step

CHECKED: Final[Json] = {"smoke": {"enabled": True}, "analysis": {"enabled": True}}
UNCHECKED: Final[Json] = {"smoke": {"enabled": False}, "analysis": {"enabled": False}}
ASKED: Final[Json] = {
    "analysis": {
        "enabled": True,
        "prometheus": {"address": "http://prometheus.monitoring.svc:9090"},
        "web": [{"name": "ready", "path": "/ready"}],
        "jobs": [{"name": "own", "image": "registry.example/check:1", "args": ["a"]}],
    }
}
GOLDEN: Final[Json] = {"analysis": {"golden": {"configMap": "golden"}}}
STEPS: Final[Json] = {"steps": [{"weight": 10, "pauseSeconds": 60}, {"weight": 50}]}
BASES: Final[dict[str, Json]] = {
    "BlueGreen": {"rollout": {"strategy": "BlueGreen"}},
    "BlueGreen, all checks": {"rollout": {"strategy": "BlueGreen", "analysis": {**ASKED["analysis"], **GOLDEN["analysis"]}}},
    "BlueGreen, unchecked": {"rollout": {"strategy": "BlueGreen", **UNCHECKED}},
    "Canary": {"rollout": {"strategy": "Canary", **STEPS}},
    "RollingUpdate": {"rollout": {"strategy": "RollingUpdate"}},
    "RollingUpdate, checked": {
        "rollout": {"strategy": "RollingUpdate", **CHECKED, "analysis": {**ASKED["analysis"], **GOLDEN["analysis"]}}
    },
    "no strategy": {},
    "Production": {"environment": "Production"},
    "another's database": {"rollout": {"strategy": "BlueGreen"}, "stores": {"postgres": external("postgres")}},
    "another's database in production": {"environment": "Production", "stores": {"postgres": external("postgres")}},
}
VALUES: Final[dict[str, list[Any]]] = {
    "promote": ["shop-1"],
    "abort": ["shop-1"],
    "retry": ["shop-1"],
    "pause": ["shop-1"],
    "skip": ["shop-1/0"],
    "to": ["shop-3"],
    "from": ["shop-3"],
    "commit": ["0badcafe"],
    "author": ["A. Tester"],
    "steps": [[{"weight": 20}]],
    "web": [[{"name": "health", "path": "/health"}]],
    "jobs": [[{"name": "mine", "image": "registry.example/check:2"}]],
    "path": ["/health"],
    "args": [["b"]],
    "command": [["true"]],
    "address": ["https://prometheus.example.org"],
    "configMap": ["another"],
    "key": ["other.json"],
    "image": ["registry.example/check:3"],
    "name": ["another"],
}
BESIDE: Final[dict[str, Json]] = {"to": {"from": "shop-1"}, "from": {"to": "shop-2"}}
"""What has to be beside a field for it to be taken."""
ROLLOUT: Final = tuple(path for path in FIELDS if path[0] == "rollout")


def given(path: Path) -> list[Any]:
    return VALUES.get(path[-1]) or values(path)


def outcome(spec: Json) -> Json:
    """All that a rollout takes from the spec: the machine's policy and commands, the record, the checks, what is measured."""
    project = parse(resource(spec))
    facts = Simulated(project).bring().facts()
    wanted = policy(project)
    position = Position(Step.SMOKING, NOW, "green")
    made = release_object(
        project, Record("shop-9", "shop-9", 2, "", position), version="1", image="i", colour="green", config_hash="c",
        secrets_hash="s", now=NOW,
    )  # fmt: skip
    due = {Due.SMOKE, Due.MEASUREMENT} | ({Due.BACKUP} if wanted.backup_before_upgrade else set())
    analysis = project.spec.rollout.analysis
    measured = (analysis.prometheus, analysis.minimum_success_percent, analysis.latency_p95_milliseconds)
    return {
        "policy": wanted if wanted.analysis else replace(wanted, measurements=0),
        "commands": commands(project),
        "record": {name: value for name, value in made["spec"].items() if name != "snapshot"},
        "checks": [dict(one.object) for one in checks.jobs(project, "shop-9", "shop-9", IMAGES, due, facts)],
        "measured": measured if wanted.analysis else None,
    }


def judged(path: Path, base_spec: Json) -> bool | None:
    """Whether a field changes anything; None where it is refused, or its list has no item."""
    spec = parents(base_spec, path)
    if spec is None:
        return None
    if path[-1] in BESIDE:
        spec["rollout"]["rollback"] = copy.deepcopy(BESIDE[path[-1]])
    found: bool | None = None
    before = outcome(base_spec)
    for value in given(path):
        tried = changed(spec, path, value)
        project = accepted(tried)
        if project is None or project.spec == parse(resource(base_spec)).spec:
            continue
        if outcome(tried) != before:
            return True
        found = False
    return found


@pytest.mark.parametrize("title", BASES)
def test_a_field_of_a_rollout_that_is_accepted_changes_something(title: str) -> None:  # issue 6, item 7; KServe#5335
    idle = [".".join(path) for path in ROLLOUT if judged(path, BASES[title]) is False]
    assert idle == []
    if title.startswith("another's"):
        assert judged(("rollout", "backupBeforeUpgrade"), BASES[title]) is None


def test_the_walk_knows_values_of_every_field_of_a_rollout() -> None:
    assert [".".join(path) for path in ROLLOUT if not given(path)] == []


@pytest.mark.parametrize("title", ["BlueGreen, all checks", "Canary"])
def test_each_field_is_taken_somewhere(title: str) -> None:
    """A walk in which all is refused would show nothing."""
    taken = {".".join(path) for path in ROLLOUT if judged(path, BASES[title])}
    assert {"rollout.promote", "rollout.bakeSeconds", "rollout.analysis.latencyP95Milliseconds"} <= taken
    if title == "Canary":
        assert {"rollout.steps", "rollout.steps[].weight", "rollout.skip"} <= taken
    else:
        assert {"rollout.analysis.prometheus.address", "rollout.analysis.jobs[].image", "rollout.analysis.web[].path"} <= taken
