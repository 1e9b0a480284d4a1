"""What counts as well: a healthy project costs no reading of Events (issue 6, steady reads)."""

from __future__ import annotations

from typing import Any

import pytest

from testgen_operator.cluster.trouble import all_well


def pod(phase: str, ready: bool, reason: str = "") -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": str(ready), "reason": reason}]
    return {"kind": "Pod", "metadata": {"name": "one"}, "status": {"phase": phase, "conditions": conditions}}


@pytest.mark.parametrize(
    ("child", "well"),
    [
        (pod("Running", True), True),
        (pod("Running", False), False),
        (pod("Pending", False), False),
        (pod("Failed", False, "Evicted"), False),
        (pod("Succeeded", False, "PodCompleted"), True),
        ({"kind": "Pod", "metadata": {"name": "one"}}, False),
    ],
)
def test_a_pod_is_well_while_it_is_ready_and_once_it_is_done(child: dict[str, Any], well: bool) -> None:
    assert all_well([child]) is well
