"""The operator's alerts as a platform installs them: Prometheus' own parser reads the rules, kubectl builds the component, and it
has the operator's pods scraped."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.control_plane import kubernetes_binary
from tests.integration.patience import PATIENCE
from tests.integration.prometheus_server import promtool

ROOT = Path(__file__).resolve().parents[2]
OVERLAY = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [{up}/gitops/base]
components: [{up}/gitops/components/monitoring]
patches:
  - target: {{group: monitoring.coreos.com, name: testgen-operator}}
    patch: '[{{"op": "add", "path": "/metadata/labels/release", "value": "kube-prometheus-stack"}}]'
"""


def checked(tool: Path, rules: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool, "check", "rules", rules], capture_output=True, text=True, timeout=60 * PATIENCE, check=False)


def test_prometheus_reads_every_rule(tmp_path: Path) -> None:
    groups = yaml.safe_load((ROOT / "monitoring" / "operator-rules.yaml").read_text())["spec"]
    rules, broken = tmp_path / "rules.yaml", tmp_path / "broken.yaml"
    rules.write_text(yaml.safe_dump(groups))
    broken.write_text(rules.read_text().replace("absent(", "absent((", 1))
    tool = promtool(tmp_path / "program")

    done = checked(tool, rules)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sum(len(group['rules']) for group in groups['groups'])} rules found" in done.stdout
    assert checked(tool, broken).returncode != 0  # it would see one that does not parse


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What an overlay with the component gives, and with the patch of docs/OPERATOR-ALERTS.md."""
    folder = tmp_path_factory.mktemp("overlay")
    kubectl = folder / "kubectl"
    kubectl.symlink_to(kubernetes_binary(folder / "build.log"))
    (folder / "kustomization.yaml").write_text(OVERLAY.format(up=Path(*[".."] * (len(folder.parts) - 1)) / ROOT.relative_to("/")))
    done = subprocess.run([kubectl, "kustomize", folder], capture_output=True, text=True, timeout=60 * PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def the(kind: str, installed: list[dict[str, Any]]) -> dict[str, Any]:
    [found] = [one for one in installed if one["kind"] == kind]
    return found


def test_the_component_installs_the_rules_where_the_operator_is(installed: list[dict[str, Any]]) -> None:
    rules = yaml.safe_load((ROOT / "monitoring" / "operator-rules.yaml").read_text())

    assert the("PrometheusRule", installed)["spec"] == rules["spec"]
    for kind in ("PrometheusRule", "PodMonitor"):
        found = the(kind, installed)["metadata"]
        assert (found["namespace"], found["labels"]["release"]) == ("testgen-system", "kube-prometheus-stack")


def test_every_replica_of_the_operator_is_scraped(installed: list[dict[str, Any]]) -> None:
    monitor, template = the("PodMonitor", installed)["spec"], the("Deployment", installed)["spec"]["template"]
    [endpoint] = monitor["podMetricsEndpoints"]
    ports = {one["name"] for container in template["spec"]["containers"] for one in container["ports"]}

    assert monitor["selector"]["matchLabels"].items() <= template["metadata"]["labels"].items()
    assert endpoint["port"] in ports
    assert endpoint["path"] == "/metrics"


def test_the_page_shows_what_is_tested_here() -> None:
    page = (ROOT / "docs" / "OPERATOR-ALERTS.md").read_text()
    for line in OVERLAY.format(up="../..").splitlines()[4:]:
        assert line in page
    assert "components: [../../components/monitoring]" in page
