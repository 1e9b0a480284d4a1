"""The signals that an autoscaler is told to go by are metrics that the runtime exposes under these very names."""  # S2-057

from __future__ import annotations

import pytest
from prometheus_client import Gauge

from testgen_operator.plan import autoscaling
from testgen_runtime.telemetry import metrics


@pytest.mark.parametrize(
    ("wanted", "exposed"),
    [(autoscaling.METRIC_QUEUE, metrics.JOBS_QUEUED), (autoscaling.METRIC_IN_FLIGHT, metrics.HTTP_INFLIGHT)],
)
def test_the_runtime_exposes_what_the_operator_asks_for(wanted: str, exposed: Gauge) -> None:
    assert wanted in {one.name for one in exposed.collect()}
