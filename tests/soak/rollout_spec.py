"""The spec that a round of the soak of rollouts asks for: short waits, real checks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.soak.rollout_rounds import BAKE_SECONDS

GOLDEN_SET: Final = {
    "requirements": [
        {"id": "PAY-1", "text": "The amount must be 1 to 99 EUR."},
        {"id": "PAY-2", "text": "The system shall lock the account after 3 failed attempts within 15 minutes."},
    ]
}
TEMPLATES: Final = 10_000_000
"""Tokens a day: a limit that nothing reaches, whose number makes each round's release one of its own."""
_AS_SHIPPED: Final[Mapping[str, Any]] = {
    "strategy": "BlueGreen",
    "steps": None,
    "autoPromote": True,
    "backupBeforeUpgrade": False,
    "bakeSeconds": BAKE_SECONDS,
    "scaleDownDelaySeconds": 3,
    "progressDeadlineSeconds": 180,
    "historyLimit": 50,
    "smoke": {"enabled": None, "timeoutSeconds": 240},
    "rollback": None,
    "abort": None,
    "retry": None,
    "promote": None,
}
_ANALYSIS: Final[Mapping[str, Any]] = {
    "enabled": None,
    "intervalSeconds": 5,
    "failureLimit": 2,
    "inconclusiveLimit": 20,  # while the operator or the kubelet is away nobody answers
    "latencyP95Milliseconds": 20000,
    "golden": None,
}


def spec(image: str, number: int, rollout: Mapping[str, Any]) -> dict[str, Any]:
    """What a round changes of a project's spec, as a merge patch; `image` empty: the runtime's own."""
    asked = {**_AS_SHIPPED, **rollout, "commit": f"round-{number}"}
    asked["analysis"] = {**_ANALYSIS, **rollout.get("analysis", {})}
    return {
        "image": image or None,
        "replicas": 1,
        "resources": {"requests": {"cpu": "50m"}},
        "budgets": {"dailyTokens": TEMPLATES + number},
        "stores": {"deletionPolicy": "Delete"},
        "rollout": asked,
    }


def without_none(given: Any) -> Any:
    """A merge patch as an object: what it takes away is not there."""
    if isinstance(given, dict):
        return {key: without_none(value) for key, value in given.items() if value is not None}
    return given
