"""The rules of monitoring/prometheus-adapter.yaml as prometheus-adapter fills them in (its docs: config, externalmetrics)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).resolve().parents[1] / "monitoring" / "prometheus-adapter.yaml"


def rule(kind: str, metric: str) -> dict[str, Any]:
    """The one rule for a metric; `kind`: `rules` (of pods) or `externalRules`."""
    [found] = [one for one in yaml.safe_load(FILE.read_text())[kind] if str(one["seriesQuery"]).startswith(f"{metric}{{")]
    return dict(found)


def query(kind: str, metric: str, namespace: str, labels: dict[str, str], group_by: str = "") -> str:
    """What the adapter asks Prometheus for an autoscaler of that namespace whose metric has these labels in its selector."""
    matchers = ",".join(f'{name}="{value}"' for name, value in {"namespace": namespace, **labels}.items())
    text = str(rule(kind, metric)["metricsQuery"])
    for placeholder, value in {"Series": metric, "LabelMatchers": matchers, "GroupBy": group_by}.items():
        text = text.replace(f"<<.{placeholder}>>", value)
    return text
