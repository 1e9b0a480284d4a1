"""Each environment of gitops/overlays as `kubectl apply -k` makes it: kustomize's own merge, taken by a real API server, is the
project whose plan tests/unit/operator/test_environments.py reads (S2-104…115)."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.control_plane import Admin, control_plane, kubernetes_binary
from tests.integration.patience import PATIENCE
from tests.unit.operator.test_environments import ENVIRONMENTS, OVERLAYS, overlay

from testgen_operator import names
from testgen_operator.resources.project import parse


def built(folder: Path, environment: str) -> str:
    kubectl = folder / "kubectl"
    if not kubectl.exists():
        kubectl.symlink_to(kubernetes_binary(folder / "build.log"))
    command = [str(kubectl), "kustomize", str(OVERLAYS / environment)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60 * PATIENCE, check=True).stdout


@pytest.mark.asyncio
async def test_what_kubectl_makes_of_an_environment_is_taken_and_is_the_project_that_is_planned(tmp_path: Path) -> None:
    async with control_plane(tmp_path / "plane") as plane, Admin(plane.connection()) as admin:
        for environment in ENVIRONMENTS:
            [made] = yaml.safe_load_all(await asyncio.to_thread(built, tmp_path, environment))
            await admin.namespace(made["metadata"]["namespace"])
            stored = await admin.apply(made)
            assert stored["apiVersion"] == names.API_VERSION
            assert parse(stored).spec == overlay(environment).spec
