"""An installation that exists gets the next version's CRD, on a real API server: what was accepted once can still be changed."""

from __future__ import annotations

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest
from tests.control_plane import Admin, control_plane
from tests.integration.patience import PATIENCE

from testgen_operator import names
from testgen_operator.resources import crds

PATH = f"/apis/{names.API_VERSION}/namespaces/default/{names.PLURAL}"


def version_0_1() -> dict[str, Any]:
    """Today's definition, without the endings that were free then, and with the default that it stored."""
    found = copy.deepcopy(crds.project_definition())
    [version] = found["spec"]["versions"]
    schema = version["schema"]["openAPIV3Schema"]
    schema["x-kubernetes-validations"] = [one for one in schema["x-kubernetes-validations"] if "optionalOldSelf" not in one]
    schema["properties"]["spec"]["properties"]["replicas"]["default"] = 1
    return found


def resource(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "metadata": {"name": name, "namespace": "default"},
        "spec": spec,
    }


async def eventually(admin: Admin, manifest: dict[str, Any], *, taken: bool) -> None:
    """A definition is served, and an old one gone, a moment after it was taken."""
    refusal: RuntimeError | None = None
    for _ in range(round(100 * PATIENCE)):
        try:
            await admin.apply(manifest)
            refusal = None
        except RuntimeError as error:
            refusal = error
        if (refusal is None) is taken:
            return
        if not taken:
            await admin.delete(f"{PATH}/{manifest['metadata']['name']}")
        await asyncio.sleep(0.2)
    raise AssertionError(f"{manifest['metadata']['name']}: {refusal or 'taken'}")


@pytest.mark.timeout(600)
async def test_a_landed_project_keeps_its_name_and_may_choose_another_mode(tmp_path: Path) -> None:
    async with control_plane(tmp_path / "plane") as plane, Admin(plane.connection()) as admin:
        await admin.apply(version_0_1())
        await eventually(admin, resource("site-maintenance"), taken=True)
        stored = await admin.get(f"{PATH}/site-maintenance")
        assert stored is not None
        assert stored["spec"]["replicas"] == 1

        await admin.apply(crds.project_definition())
        await eventually(admin, resource("shop-maintenance"), taken=False)
        with pytest.raises(RuntimeError, match="choose another ending"):
            await admin.apply(resource("shop-postgres"))

        await admin.merge(f"{PATH}/site-maintenance", {"spec": {"mode": "Microservices"}})
        changed = await admin.get(f"{PATH}/site-maintenance")
        assert changed is not None
        assert (changed["spec"]["mode"], changed["spec"]["replicas"]) == ("Microservices", 1)
