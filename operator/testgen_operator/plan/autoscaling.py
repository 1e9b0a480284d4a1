"""HorizontalPodAutoscalers for the parts that may have more than one number of pods (S2-057…060)."""

from __future__ import annotations

import re
from typing import Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, connections, sizes
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources.project import TestGenProject

METRIC_QUEUE: Final = "testgen_jobs_queued"
METRIC_IN_FLIGHT: Final = "testgen_http_requests_inflight"
LABEL_OF_SERIES: Final = re.sub(r"[^A-Za-z0-9_]", "_", names.LABEL_PROJECT)
"""The label by which Prometheus knows the pod's project: what podTargetLabels and a labelmap both make of the pod's own one."""
BEHAVIOUR: Final[Json] = {
    "scaleDown": {  # S2-059
        "stabilizationWindowSeconds": 300,
        "selectPolicy": "Max",
        "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
    },
    "scaleUp": {  # S2-060
        "stabilizationWindowSeconds": 0,
        "selectPolicy": "Max",
        "policies": [
            {"type": "Percent", "value": 100, "periodSeconds": 30},
            {"type": "Pods", "value": 2, "periodSeconds": 60},
        ],
    },
}


def applies(project: TestGenProject, component: Component) -> bool:
    """Whether an autoscaler chooses the number of pods; a suspended project has none, so that zero stays zero."""
    return sizes.scale(project, component).automatic and not project.spec.suspend


def autoscalers(project: TestGenProject) -> list[Manifest]:
    return [_autoscaler(project, one) for one in components.named(project) if applies(project, one)]


def _autoscaler(project: TestGenProject, component: Component) -> Manifest:
    name, bounds = names.workload(project.name, component, project.colour), sizes.scale(project, component)
    borne = connections.most_pods(project)
    return manifest(
        project,
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        name,
        names.labels(project.name, component, colour=project.colour),
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
            "minReplicas": min(bounds.fewest, borne),
            "maxReplicas": min(bounds.most, borne),
            "metrics": _metrics(project, component),
            "behavior": BEHAVIOUR,
        },
    )


def _metrics(project: TestGenProject, component: Component) -> list[Json]:
    """CPU and memory (S2-058); where the project asks, how many jobs wait and how many requests are in flight for each pod."""
    given = project.spec.autoscaling
    found = [_resource("cpu", given.target_cpu_utilization), _resource("memory", given.target_memory_utilization)]
    if given.queue_depth_per_replica is not None and component in {"all", "worker"}:
        found.append(_whole(METRIC_QUEUE, {LABEL_OF_SERIES: project.name}, given.queue_depth_per_replica))
    if given.requests_per_replica is not None and component not in {"edge", "worker"}:
        found.append(_pods(METRIC_IN_FLIGHT, given.requests_per_replica))
    return found


def _resource(name: str, percent: int) -> Json:
    return {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}}}


def _whole(metric: str, labels: dict[str, str], average: int) -> Json:
    """A figure of the whole project, divided by its pods. Every pod tells all of the queue, which is in the database: as a metric
    of pods its average would be all of it however many there are, and the autoscaler would never have enough of them."""
    return {
        "type": "External",
        "external": {
            "metric": {"name": metric, "selector": {"matchLabels": labels}},
            "target": {"type": "AverageValue", "averageValue": str(average)},
        },
    }


def _pods(metric: str, average: int) -> Json:
    """A figure that each pod has of its own."""
    return {
        "type": "Pods",
        "pods": {"metric": {"name": metric}, "target": {"type": "AverageValue", "averageValue": str(average)}},
    }
