"""The operator's alert rules use metrics and labels that exist, and lead to a runbook that exists.

That the expressions parse and that the component installs them is proven in tests/integration/test_operator_alerts.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from testgen_operator import telemetry
from testgen_operator.rollout.model import Outcome
from testgen_operator.status.reasons import Reason, Type

ROOT = Path(__file__).resolve().parents[3]
RULES = yaml.safe_load((ROOT / "monitoring" / "operator-rules.yaml").read_text())
RECORDED = [rule for group in RULES["spec"]["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in RECORDED if "alert" in rule]
RUNBOOK = "docs/OPERATOR-ALERTS.md"


def metrics() -> dict[str, set[str]]:
    """Every series that the operator can serve, with its labels."""
    telemetry.CONDITIONS.set(
        "team", "shop", {"conditions": [{"type": kind, "status": "True", "reason": "Serving"} for kind in ("Ready", "Stalled")]}
    )
    try:
        found: dict[str, set[str]] = {}
        for collector in telemetry.REGISTRY._collector_to_names:
            labels = set(getattr(collector, "_labelnames", ()))
            for family in collector.collect():
                suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
                for suffix in suffixes.get(family.type, ("",)):
                    named = {name for sample in family.samples for name in sample.labels}
                    found[family.name + suffix] = labels | named | ({"le"} if suffix == "_bucket" else set())
        return found
    finally:
        telemetry.CONDITIONS.clear()


METRICS = metrics()


def used(expression: str) -> Iterator[tuple[str, set[str]]]:
    """The metrics of an expression, each with the labels that it is selected by."""
    for name, selectors in re.findall(r"\b((?:testgen|process)_[a-z_]+)(?:\{([^}]*)\})?", expression):
        yield name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors))


@pytest.mark.parametrize("alert", RECORDED, ids=lambda one: one.get("alert") or one["record"])
def test_an_alert_uses_metrics_and_labels_that_exist(alert: dict[str, Any]) -> None:
    found = list(used(alert["expr"]))
    assert found
    for name, labels in found:
        assert name in METRICS, name
        assert labels <= METRICS[name], (name, labels)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda one: one["alert"])
def test_an_alert_has_a_severity_a_summary_and_a_runbook_that_is_there(alert: dict[str, Any]) -> None:
    headings = {line[3:].strip().lower() for line in (ROOT / RUNBOOK).read_text().splitlines() if line.startswith("## ")}
    assert alert["labels"]["severity"] in ("warning", "critical")
    assert alert["annotations"]["summary"]
    assert "runbook_url" not in alert["annotations"]  # a link that leads nowhere
    page, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert page == RUNBOOK
    assert anchor == alert["alert"].lower()
    assert anchor in headings


def test_every_runbook_belongs_to_an_alert() -> None:
    headings = {line[3:].strip() for line in (ROOT / RUNBOOK).read_text().splitlines() if line.startswith("## ")}
    assert headings == {alert["alert"] for alert in ALERTS}


def test_conditions_and_reasons_in_expressions_are_those_of_the_code() -> None:
    conditions, reasons = {str(one) for one in Type}, {str(one) for one in Reason}
    for alert in ALERTS:
        assert set(re.findall(r'condition="(\w+)"', alert["expr"])) <= conditions
        for listed in re.findall(r'reason!?=?~?"([\w|]+)"', alert["expr"]):
            assert set(listed.split("|")) <= reasons


def test_the_figures_of_dora_are_recorded() -> None:  # S2-232…238
    names = {rule["record"] for rule in RECORDED if "record" in rule}
    assert names == {
        "testgen:deployments:increase7d", "testgen:deployment_success:ratio7d", "testgen:change_failure:ratio7d",
        "testgen:rollback:ratio7d", "testgen:deployment_seconds:p95_7d", "testgen:lead_seconds:p50_7d",
        "testgen:restore_seconds:mean7d",
    }  # fmt: skip
    for rule in RECORDED:
        for listed in re.findall(r'outcome!?=?~?"([\w|]+)"', rule["expr"]):
            assert set(listed.split("|")) <= {str(one) for one in Outcome}


def test_results_of_passes_in_expressions_are_those_that_the_engine_counts() -> None:
    source = (ROOT / "operator" / "testgen_operator" / "reconcile" / "engine.py").read_text()
    for alert in ALERTS:
        for listed in re.findall(r'result=~?"([\w|]+)"', alert["expr"]):
            for one in listed.split("|"):
                assert f'"{one}"' in source
