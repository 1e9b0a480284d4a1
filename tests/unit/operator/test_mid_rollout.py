"""What is changed in the middle of a rollout, at each of its steps: nobody is left without pods, and what was asked for serves.

docs/ROLLOUTS.md "In the middle of a rollout" says what each change means. Looked at after every write of the operator, before any
controller has answered it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import pytest
from tests.unit.operator.build import project
from tests.unit.operator.releasing import Releasing

from testgen_operator.names import LABEL_COLOUR

Json = dict[str, Any]
Change = Callable[[Releasing], None]
STEPS: Final = (
    *(("BlueGreen", one) for one in ("Migrating", "Starting", "Smoking", "Analysing", "Switching", "Baking", "Draining")),
    *(("Canary", one) for one in ("Analysing", "Shifting", "Baking")),
    *(("RollingUpdate", one) for one in ("Starting", "Smoking", "Switching", "Baking")),
)
BESIDE: Final = (*(one for one in STEPS if one[0] == "BlueGreen"), ("RollingUpdate", "Starting"), ("RollingUpdate", "Smoking"))
SCALED: Final[Json] = {"enabled": True, "minReplicas": 2, "maxReplicas": 6}
PATIENCE: Final = 120
"""Looks within which everything has to be over; two whole rollouts take about 40."""


def asked(cluster: Releasing, more: Json) -> None:
    now = cluster.project.spec.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    cluster.project = project({**now, **more}, generation=cluster.project.generation + 1)


def autoscaled(cluster: Releasing) -> None:
    """The autoscaler answers a rush: it scales what its target is."""
    for name in cluster.kinds().get("HorizontalPodAutoscaler", ()):
        target = cluster.get("Deployment", cluster.get("HorizontalPodAutoscaler", name)["spec"]["scaleTargetRef"]["name"])
        if target["spec"]["replicas"]:
            target["spec"]["replicas"] = 5
            target["metadata"]["generation"] += 1


def new_secret(cluster: Releasing) -> None:
    for name, one in cluster.secrets.items():
        cluster.secrets[name] = replace(one, digest=f"{one.digest}-2")


def suspended_for_a_while(cluster: Releasing) -> None:
    asked(cluster, {"suspend": True})
    for _ in range(8):
        look(cluster)
    assert not any(one["spec"]["replicas"] for one in deployments(cluster)), "a suspended project has no pods"
    asked(cluster, {"suspend": False})


@dataclass(frozen=True)
class Case:
    """`releases`: how many more records the change makes."""

    change: Change
    releases: int
    spec: Json


CASES: Final = {
    "replicas": Case(lambda cluster: asked(cluster, {"replicas": 4}), 0, {"replicas": 2}),
    "autoscaler": Case(autoscaled, 0, {"autoscaling": SCALED}),
    "setting": Case(lambda cluster: asked(cluster, {"budgets": {"dailyTokens": 9}}), 1, {"replicas": 2}),
    "secret": Case(new_secret, 1, {"replicas": 2}),
    "rotation": Case(lambda cluster: asked(cluster, {"stores": {"rotateCredentials": "one"}}), 1, {"replicas": 2}),
    "mode": Case(lambda cluster: asked(cluster, {"mode": "Microservices"}), 1, {}),
    "suspension": Case(suspended_for_a_while, 0, {"replicas": 2}),
}


def deployments(cluster: Releasing) -> list[Json]:
    return [cluster.get("Deployment", name) for name in cluster.kinds().get("Deployment", ()) if "-all-" in name]


def step_of(cluster: Releasing) -> str:
    return str(cluster.records()[-1]["status"]["step"])


def look(cluster: Releasing) -> None:
    """One pass, held against the promises, then what the controllers do and a second."""
    before = {name: cluster.get("Deployment", name)["applied"] for name in cluster.kinds()["Deployment"]}
    colour = cluster.selected()
    cluster.step()
    resting = cluster.project.spec.suspend or not any(one["spec"]["replicas"] for one in deployments(cluster))
    slept = any(one["spec"].get("replicas") == 0 for name, one in before.items() if name == f"shop-all-{colour}")
    if not resting and not slept and not waking(cluster):
        assert able(cluster), f"the active Service leads to no ready pod in {step_of(cluster)}"
    for name, then in before.items():
        if (
            is_beside(cluster)
            and cluster.selected() == colour
            and name.endswith(f"-{colour}")
            and name in cluster.kinds()["Deployment"]
        ):
            now = cluster.get("Deployment", name)["applied"]
            assert now["spec"]["template"] == then["spec"]["template"], f"{name} serves and was changed in {step_of(cluster)}"
    cluster.settle()
    cluster.now += timedelta(seconds=2)


def is_beside(cluster: Releasing) -> bool:
    """Whether what serves is left alone until another colour does."""
    if cluster.project.spec.rollout.strategy != "RollingUpdate":
        return True
    *_, before, newest = [one["status"] for one in cluster.records()]
    put_back = before["outcome"] == "Superseded" and before["colour"] == cluster.selected()  # replaced on its way in
    return newest["colour"] != cluster.selected() and not put_back


def waking(cluster: Releasing) -> bool:
    """The pods of a project that was suspended are not back yet."""
    return not any(key.kind == "Pod" and "-all-" in key.name for key in cluster.objects)


def able(cluster: Releasing) -> list[str]:
    """Ready pods behind the active Service whose Deployment keeps them."""
    wanted = cluster.get("Service", "shop")["spec"]["selector"].items()
    pods = {key.name: one for key, one in cluster.objects.items() if key.kind == "Pod"}
    kept = {name: cluster.get("Deployment", name)["spec"]["replicas"] for name in cluster.kinds()["Deployment"]}
    return [
        name
        for name, pod in pods.items()
        if wanted <= pod["metadata"]["labels"].items()
        and pod["status"]["conditions"][0]["status"] == "True"
        and int(name.rpartition("-")[2]) < kept.get(name.rpartition("-")[0], 0)
    ]


def in_the_middle(strategy: str, step: str, spec: Json) -> Releasing:
    """A project whose second release is at that step."""
    rollout = {
        "strategy": strategy,
        "bakeSeconds": 10,
        "smoke": {"enabled": True},
        "analysis": {"enabled": True, "measurements": 2, "intervalSeconds": 5},
    }
    if strategy != "RollingUpdate":
        rollout["scaleDownDelaySeconds"] = 6
    if strategy == "Canary":
        rollout["steps"] = [{"weight": 50, "pauseSeconds": 6}]
    cluster = Releasing(project({"rollout": rollout, **copy.deepcopy(spec)}))
    cluster.roll()
    asked(cluster, {"image": "own/runtime:2"})
    for _ in range(PATIENCE):
        cluster.step()
        if len(cluster.records()) == 2 and step_of(cluster) == step:
            return cluster
        cluster.settle()
        cluster.now += timedelta(seconds=2)
    raise AssertionError(f"no release was seen in {step}")


@pytest.mark.parametrize(("strategy", "step"), STEPS)
@pytest.mark.parametrize("name", CASES)
def test_a_change_in_the_middle_leaves_nobody_without_pods_and_ends_well(name: str, strategy: str, step: str) -> None:  # S2-117
    case = CASES[name]
    cluster = in_the_middle(strategy, step, case.spec)
    case.change(cluster)
    for _ in range(PATIENCE):
        look(cluster)
        newest = cluster.records()[-1]
        if (
            step_of(cluster) == "Done"
            and newest["spec"]["template"] == cluster.target()
            and not any(one.rotating for one in cluster.secrets.values())
        ):
            break
    newest = cluster.records()[-1]
    assert (newest["status"]["step"], newest["status"]["outcome"]) == ("Done", "Promoted"), newest["status"]
    assert newest["spec"]["template"] == cluster.target(), "what was asked for serves"
    assert len(cluster.records()) == 2 + case.releases
    assert cluster.get("Service", "shop")["spec"]["selector"][LABEL_COLOUR] == newest["status"]["colour"]


@pytest.mark.parametrize(("strategy", "step"), BESIDE)
def test_what_serves_is_protected_against_a_drained_node_at_each_step(strategy: str, step: str) -> None:
    cluster = in_the_middle(strategy, step, {"replicas": 2})
    for _ in range(30):
        budget = cluster.get("PodDisruptionBudget", f"shop-all-{cluster.selected()}")
        pods = cluster.get("Deployment", f"shop-all-{cluster.selected()}")["spec"]["template"]["metadata"]["labels"]
        assert budget["spec"]["selector"]["matchLabels"].items() <= pods.items()
        look(cluster)


@pytest.mark.parametrize(("strategy", "step"), BESIDE)
def test_the_autoscaler_follows_the_colour_that_serves_and_its_size_goes_over(strategy: str, step: str) -> None:
    cluster = in_the_middle(strategy, step, {"autoscaling": SCALED})
    autoscaled(cluster)
    grown = len([one for one in deployments(cluster) if one["spec"]["replicas"] == 5])
    for _ in range(30):
        look(cluster)
        [scaler] = cluster.kinds().get("HorizontalPodAutoscaler", ["shop-all-"])[:1]
        assert not scaler.endswith(("blue", "green")) or scaler.endswith(cluster.selected()), "it scales what serves"
    assert cluster.kinds()["HorizontalPodAutoscaler"] == [f"shop-all-{cluster.selected()}"]
    serving = cluster.get("Deployment", f"shop-all-{cluster.selected()}")
    assert serving["spec"]["replicas"] == (5 if grown else 2)
    assert "replicas" not in serving["applied"]["spec"], "an autoscaler's number is not applied"


def test_an_autoscaler_does_not_begin_a_pause_anew() -> None:
    cluster = in_the_middle("Canary", "Shifting", {"autoscaling": SCALED})
    cluster.settle()
    begun = cluster.records()[-1]["status"]
    autoscaled(cluster)
    sizes = set()

    for _ in range(2):
        look(cluster)
        at = cluster.records()[-1]["status"]
        assert (at["step"], at["since"], at.get("held")) == ("Shifting", begun["since"], None)
        sizes.add(tuple(sorted(one["spec"]["replicas"] for one in deployments(cluster))))

    assert sizes == {(5, 5)}
    cluster.now += timedelta(seconds=3)
    look(cluster)
    assert step_of(cluster) != "Shifting"
