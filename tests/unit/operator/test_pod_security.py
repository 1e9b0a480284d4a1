"""The checker itself: it must find what the API server would refuse."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.unit.operator.pod_security import violations

GOOD: dict[str, Any] = {
    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {"name": "c", "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}},
    ],
    "volumes": [{"name": "v", "emptyDir": {}}],
}


def test_a_restricted_pod_passes() -> None:
    assert violations(GOOD) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("hostNetwork",), True, "hostNetwork is set"),
        (("volumes", 0, "hostPath"), {"path": "/"}, "volume v"),
        (("securityContext", "runAsNonRoot"), False, "c: runAsNonRoot"),
        (("securityContext", "seccompProfile"), {}, "c: seccompProfile"),
        (("securityContext", "runAsUser"), 0, "c: runAsUser"),
        (("containers", 0, "securityContext", "privileged"), True, "c: privileged"),
        (("containers", 0, "securityContext", "allowPrivilegeEscalation"), True, "c: allowPrivilegeEscalation"),
        (("containers", 0, "securityContext", "capabilities"), {"drop": []}, "c: capabilities.drop"),
        (("containers", 0, "securityContext", "capabilities"), {"drop": ["ALL"], "add": ["SYS_ADMIN"]}, "c: capabilities.add"),
        (("containers", 0, "ports"), [{"hostPort": 80}], "c: hostPort"),
    ],
)
def test_a_violation_is_found(path: tuple[Any, ...], value: object, expected: str) -> None:
    pod = copy.deepcopy(GOOD)
    node: Any = pod
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    assert expected in violations(pod)
