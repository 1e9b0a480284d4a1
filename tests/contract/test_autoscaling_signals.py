"""The signals that an autoscaler is told to go by: metrics that the runtime exposes under these very names, served by the
adapter's rules that we ship, and leading to the number of pods that the spec means."""  # S2-057

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Gauge
from tests import adapter_rules
from tests.unit.operator.build import project

from testgen_operator import names
from testgen_operator.plan import autoscaling
from testgen_runtime.telemetry import metrics

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("wanted", "exposed"),
    [(autoscaling.METRIC_QUEUE, metrics.JOBS_QUEUED), (autoscaling.METRIC_IN_FLIGHT, metrics.HTTP_INFLIGHT)],
)
def test_the_runtime_exposes_what_the_operator_asks_for(wanted: str, exposed: Gauge) -> None:
    assert wanted in {one.name for one in exposed.collect()}


def asked(target: int) -> Json:
    """The autoscaler's metric of the queue."""
    spec = {"autoscaling": {"enabled": True, "queueDepthPerReplica": target}}
    [found] = autoscaling.autoscalers(project(spec))
    [metric] = [one for one in found.object["spec"]["metrics"] if one["type"] != "Resource"]
    return dict(metric)


def served(metric: Json, told: list[int]) -> list[int]:
    """What the adapter answers where each pod tells one of these figures: what its rule makes of them, or each pod's own."""
    if metric["type"] == "Pods":
        return told
    text = adapter_rules.query("externalRules", metric["external"]["metric"]["name"], "team", {})
    aggregation = re.match(r"\w+", text)
    assert aggregation is not None
    aggregations: dict[str, Callable[[list[int]], int]] = {"max": max, "sum": sum}
    return [aggregations[aggregation[0]](told)]


def desired(metric: Json, values: list[int], pods: int) -> int:
    """The controller's own arithmetic (kubernetes, pkg/controller/podautoscaler/replica_calculator.go): of a metric of pods
    `GetMetricReplicas`, of an external one `GetExternalPerPodMetricReplicas`, both with the tolerance of a tenth."""
    if metric["type"] == "Pods":
        target = int(metric["pods"]["target"]["averageValue"])
        ratio = sum(values) / len(values) / target
        return pods if abs(1 - ratio) <= 0.1 else math.ceil(ratio * len(values))
    target = int(metric["external"]["target"]["averageValue"])
    ratio = sum(values) / (target * pods)
    return pods if abs(1 - ratio) <= 0.1 else math.ceil(sum(values) / target)


@given(pods=st.integers(1, 50), queued=st.integers(0, 10_000), target=st.integers(1, 500))
def test_a_queue_asks_for_as_many_pods_as_work_it_off_however_many_there_are(pods: int, queued: int, target: int) -> None:
    metric = asked(target)
    values = served(metric, [queued] * pods)
    assert values == [queued]  # and not that times the pods
    near_enough = abs(1 - queued / target / pods) <= 0.1
    assert desired(metric, values, pods) == (pods if near_enough else math.ceil(queued / target))


def test_a_queue_that_stands_still_does_not_call_for_more_pods_for_ever() -> None:
    metric, pods, seen = asked(5), 1, []
    for _ in range(5):
        pods = max(1, desired(metric, served(metric, [12] * pods), pods))
        seen.append(pods)
    assert seen == [3, 3, 3, 3, 3]


def test_the_adapters_rules_are_for_the_metrics_and_labels_that_are_asked_for() -> None:
    queue, label = autoscaling.METRIC_QUEUE, autoscaling.LABEL_OF_SERIES
    assert asked(5)["external"]["metric"] == {"name": queue, "selector": {"matchLabels": {label: "shop"}}}
    assert label == re.sub(r"[^a-zA-Z0-9_]", "_", names.LABEL_PROJECT) == "testgen_dev_project"
    external = adapter_rules.rule("externalRules", queue)
    assert external["seriesQuery"] == f'{queue}{{namespace!="",{label}!=""}}'
    assert external["resources"]["overrides"] == {"namespace": {"resource": "namespace"}}
    of_pods = adapter_rules.rule("rules", autoscaling.METRIC_IN_FLIGHT)
    assert of_pods["resources"]["overrides"] == {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}
