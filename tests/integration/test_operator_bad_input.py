"""What a project may not be, on a real API server with a real operator (issue 6, "Bad input"): it is refused or says so by a
named condition, what runs is left as it is, and the operator goes on with everybody else. Workloads are played."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.cluster.process import OperatorProcess
from tests.control_plane import SYSTEM, Admin, ControlPlane, collection, control_plane, ingress_class
from tests.integration.patience import PATIENCE
from tests.workload_player import WorkloadPlayer

from testgen_operator import names
from testgen_operator.resources import crds

pytestmark = pytest.mark.timeout(900)

Json = dict[str, Any]

NAMESPACE: Final = "team"
GOING: Final = "going"
MEGABYTE: Final = 1_000_000
CHILDREN: Final = (
    *(("v1", kind) for kind in ("configmaps", "persistentvolumeclaims", "secrets", "serviceaccounts", "services")),
    *(("apps/v1", kind) for kind in ("deployments", "statefulsets")),
    ("batch/v1", "jobs"),
    ("networking.k8s.io/v1", "networkpolicies"),
    ("policy/v1", "poddisruptionbudgets"),
    (names.API_VERSION, names.RELEASE_PLURAL),
)


@dataclass(frozen=True)
class Stage:
    """An API server, and an operator that has brought project `well` to Ready."""

    plane: ControlPlane
    admin: Admin
    operator: OperatorProcess

    async def another_becomes_ready(self) -> None:
        """A project that is made now: the operator works on."""
        await put(self.admin, "later")
        await until(self.admin, "later", is_ready)
        await until(self.admin, "well", is_ready)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Stage]:
    """What the operator logged is looked at when all is over."""
    async with control_plane(folder / "plane") as plane, Admin(plane.connection()) as admin:
        for name in (NAMESPACE, GOING):
            await admin.namespace(name)
        playing = asyncio.create_task(WorkloadPlayer(plane.connection()).run())
        operator = OperatorProcess(plane.kubeconfig(), (), folder, leader_elect=True, home=SYSTEM)
        await operator.start()
        try:
            await put(admin, "well")
            await until(admin, "well", is_ready)
            yield Stage(plane, admin, operator)
            status, detail = await operator.probe("/healthz")
            assert status == 200, detail
        finally:
            await operator.stop()
            playing.cancel()
        assert "Traceback" not in operator.log.read_text()
        own = [one for one in operator.entries() if not str(one.get("logger", "")).startswith("kopf")]
        assert [one for one in own if one.get("level") in ("error", "critical")] == []


def project(name: str, spec: Mapping[str, Any], namespace: str = NAMESPACE, **metadata: Any) -> Json:
    where = {"name": name, "namespace": namespace, **metadata}
    return {"apiVersion": names.API_VERSION, "kind": names.KIND, "metadata": where, "spec": dict(spec)}


def path(name: str, namespace: str = NAMESPACE) -> str:
    return f"/apis/{names.API_VERSION}/namespaces/{namespace}/{names.PLURAL}/{name}"


async def put(admin: Admin, name: str, spec: Mapping[str, Any] | None = None, namespace: str = NAMESPACE) -> None:
    await admin.apply(project(name, spec or {}, namespace))


async def created(admin: Admin, manifest: Mapping[str, Any]) -> tuple[int, str]:
    """The answer to a POST, as `kubectl create` sends it: unknown fields are refused."""
    url, body = admin.url(f"{collection(manifest)}?fieldValidation=Strict"), json.dumps(manifest)
    async with admin.session.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
        return answer.status, await answer.text()


async def conditions(admin: Admin, name: str, namespace: str = NAMESPACE) -> dict[str, Json]:
    """Those of the newest spec; none while they are of an older one."""
    live = await admin.get(path(name, namespace)) or {}
    status = live.get("status") or {}
    fresh = status.get("observedGeneration") == live.get("metadata", {}).get("generation")
    return {one["type"]: one for one in status.get("conditions") or ()} if fresh else {}


Wanted = Callable[[dict[str, Json]], bool]


def is_ready(found: dict[str, Json]) -> bool:
    return found.get("Ready", {}).get("status") == "True"


def is_refused(found: dict[str, Json]) -> bool:
    return found.get("SpecValid", {}).get("status") == "False"


async def until(admin: Admin, name: str, wanted: Wanted, namespace: str = NAMESPACE, within: float = 120.0) -> dict[str, Json]:
    found: dict[str, Json] = {}
    try:
        async with asyncio.timeout(within * PATIENCE):
            while not wanted(found := await conditions(admin, name, namespace)):  # noqa: ASYNC110 - not ours to signal
                await asyncio.sleep(0.5)
    except TimeoutError:
        raise AssertionError(f"{name}: {wanted.__name__} never came: {found}") from None
    return found


async def children(admin: Admin, name: str, namespace: str = NAMESPACE) -> dict[tuple[str, str], str]:
    """The resourceVersion of every object of a project."""
    found: dict[tuple[str, str], str] = {}
    for version, plural in CHILDREN:
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        listed = await admin.get(f"{root}/namespaces/{namespace}/{plural}?labelSelector={names.LABEL_PROJECT}={name}")
        assert listed is not None, plural
        found |= {(plural, one["metadata"]["name"]): one["metadata"]["resourceVersion"] for one in listed["items"]}
    return found


def schema_of(definition: Json) -> Json:
    [version] = definition["spec"]["versions"]
    found: Json = version["schema"]["openAPIV3Schema"]
    return found


def without_bounds() -> Json:
    """The definition as if an earlier version had known no field of the spec: whatever is written is stored."""
    found = copy.deepcopy(crds.project_definition())
    schema = schema_of(found)
    schema.pop("x-kubernetes-validations")
    schema["properties"]["spec"] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return found


def without_rules() -> Json:
    """The definition as if an earlier version had had none of today's rules."""
    found = copy.deepcopy(crds.project_definition())

    def strip(node: Any) -> None:
        if isinstance(node, dict):
            node.pop("x-kubernetes-validations", None)
            for below in node.values():
                strip(below)

    strip(schema_of(found))
    return found


async def serve(admin: Admin, definition: Json, probe: Mapping[str, Any], *, taken: bool) -> None:
    """Install a definition, and wait until the API server goes by it: until it takes `probe` (a dry run), or no longer does."""
    await admin.apply(definition)
    url = admin.url(f"{collection(probe)}?dryRun=All")
    async with asyncio.timeout(30 * PATIENCE):
        while True:
            async with admin.session.post(url, json=probe) as answer:
                if (answer.status < 300) is taken:
                    return
            await asyncio.sleep(0.2)


HUGE: Final[dict[str, tuple[Json, Json, str]]] = {
    "one value": ({"version": "x" * MEGABYTE}, {}, "spec.version: Too long: may not be more than 63 bytes"),
    "a list": (
        {"networkPolicy": {"allowTo": [{"cidr": "203.0.113.0/24"}] * 38_000}},
        {},
        "spec.networkPolicy.allowTo: Too many: 38000: must have at most",
    ),
    "an unknown field": ({"nonsense": "x" * MEGABYTE}, {}, 'unknown field \\"spec.nonsense\\"'),
    "an annotation": (
        {},
        {"annotations": {"note": "x" * MEGABYTE}},
        "metadata.annotations: Too long: may not be more than 262144",
    ),
    "beyond the API server's limit": ({"version": "x" * 3_200_000}, {}, "limit is 3145728"),
}
"""By what is large: spec, metadata, and words of the refusal."""


async def test_a_project_of_a_megabyte_is_refused_in_a_few_words(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for title, (spec, metadata, words) in HUGE.items():
            status, text = await created(on.admin, project("large", spec, **metadata))
            assert status in (400, 413, 422), f"{title}: {status} {text[:500]}"
            assert words in text, f"{title}: {text[:500]}"
            assert len(text) < 4_000, title  # the refusal does not repeat what it refuses
            assert await on.admin.get(path("large")) is None
        await on.another_becomes_ready()


async def test_a_project_of_a_megabyte_that_is_stored_already_says_so_and_is_nobody_elses_trouble(tmp_path: Path) -> None:
    """As an earlier definition without bounds may have let it in; etcd itself takes 1.5 MiB."""
    async with stage(tmp_path) as on:
        await serve(on.admin, without_bounds(), project("probe", {"version": "x" * 100}), taken=True)
        status, text = await created(on.admin, project("larger", {"version": "x" * 1_600_000}))
        assert status >= 400
        assert "too large" in text
        assert await on.admin.get(path("larger")) is None
        large = {"version": "x" * MEGABYTE, "n" * 1000: 1}
        assert (await created(on.admin, project("large", large)))[0] == 201
        found = await until(on.admin, "large", is_refused)
        assert found["SpecValid"]["reason"] == "SpecInvalid"
        assert "spec.version" in found["SpecValid"]["message"]
        assert found["Stalled"]["status"] == "True"
        assert all(len(one["message"]) < 2_000 for one in found.values())
        assert await children(on.admin, "large") == {}
        await on.another_becomes_ready()
        await serve(on.admin, crds.project_definition(), project("probe", {"version": "x" * 100}), taken=False)
        await on.admin.delete(path("large"))
        assert on.operator.log.stat().st_size < MEGABYTE  # its value is in no log


async def test_a_project_in_a_namespace_that_goes_is_left_in_peace(tmp_path: Path) -> None:
    """A namespace that something holds stays Terminating, maybe for days: nothing new may be made in it."""
    async with stage(tmp_path) as on:
        await put(on.admin, "leaving", namespace=GOING)
        before = await until(on.admin, "leaving", is_ready, GOING)
        await on.admin.merge(f"/api/v1/namespaces/{GOING}", {"metadata": {"finalizers": ["testgen.dev/test"]}})
        await on.admin.delete(f"/api/v1/namespaces/{GOING}")
        namespace = await on.admin.get(f"/api/v1/namespaces/{GOING}") or {}
        assert namespace["status"]["phase"] == "Terminating"

        since = on.plane.audit_position()
        await on.admin.delete(f"/api/v1/namespaces/{GOING}/services/leaving")
        await asyncio.sleep(20)
        drift = refused_in(on.plane, GOING, since)
        assert set(drift) == {"services"}  # it was tried, so this is about what follows
        assert len(drift) <= 5
        assert await conditions(on.admin, "leaving", GOING) == before

        since = on.plane.audit_position()
        await on.admin.merge(path("leaving", GOING), {"spec": {"image": "other:2"}})
        await asyncio.sleep(20)
        release = refused_in(on.plane, GOING, since)
        assert set(release) == {names.RELEASE_PLURAL}
        assert len(release) <= 5
        live = await on.admin.get(path("leaving", GOING)) or {}
        assert {one["type"]: one for one in live["status"]["conditions"]} == before

        assert await on.operator.metric("testgen_operator_reconcile_total", result="api_error") == 0
        assert [one for one in on.operator.entries() if one.get("event") == "reconcile failed"] == []
        await on.another_becomes_ready()


def refused_in(plane: ControlPlane, namespace: str, since: int) -> list[str]:
    """The kinds of what the operator was refused to make there, once for each time."""
    return [
        one["objectRef"]["resource"]
        for one in plane.audited(since)
        if one["objectRef"].get("namespace") == namespace and one.get("responseStatus", {}).get("code") == 403
    ]


async def test_a_spec_that_becomes_invalid_leaves_what_runs_as_it_is(tmp_path: Path) -> None:
    """Past the API server, as with a definition that was older than the rule: the operator refuses it too."""
    async with stage(tmp_path) as on:
        wrong = {"mode": "Microservices", "replicas": 3}
        status, text = await created(on.admin, project("other", wrong))
        assert (status, "set components.<name>.replicas" in json.loads(text)["message"]) == (422, True)
        await serve(on.admin, without_rules(), project("other", wrong), taken=True)
        before = await children(on.admin, "well")
        assert {"deployments", "statefulsets", "services", "configmaps", "secrets"} <= {plural for plural, _ in before}

        await on.admin.merge(path("well"), {"spec": wrong})
        found = await until(on.admin, "well", is_refused)
        assert found["SpecValid"]["reason"] == "SpecInvalid"
        assert "set components.<name>.replicas" in found["SpecValid"]["message"]
        assert found["RuntimeAvailable"]["status"] == "True"
        await asyncio.sleep(10)
        assert await children(on.admin, "well") == before

        await on.admin.merge(path("well"), {"spec": {"mode": "Monolith", "replicas": None}})
        await until(on.admin, "well", is_ready)
        await on.another_becomes_ready()


async def test_an_ingress_class_that_does_not_exist_is_told_until_it_comes(tmp_path: Path) -> None:
    """S2-054, "references to nothing": what serves inside goes on serving, and a class that comes mends it."""
    async with stage(tmp_path) as on:
        before = await children(on.admin, "well")
        way_in = {"type": "Ingress", "host": "cases.example.com", "ingressClassName": "elsewhere", "forceHttps": False}
        await on.admin.merge(path("well"), {"spec": {"exposure": way_in}})

        found = await until(on.admin, "well", lambda now: now.get("ExposureReady", {}).get("reason") == "IngressClassNotFound")
        assert "elsewhere" in found["ExposureReady"]["message"]
        assert found["RuntimeAvailable"]["status"] == "True"
        assert (found["Ready"]["status"], found["Stalled"]["status"]) == ("False", "True")
        after = await children(on.admin, "well")
        workloads = {key for key in before if key[0] in ("deployments", "statefulsets", "secrets", "persistentvolumeclaims")}
        assert {key: after[key] for key in workloads} == {key: before[key] for key in workloads}

        await on.admin.apply(ingress_class("elsewhere"))
        await until(on.admin, "well", is_ready)


async def test_models_that_lead_back_to_the_project_are_refused_by_whoever_can_tell(tmp_path: Path) -> None:
    """The API server knows the project's name, the operator its namespace too."""

    def circle(url: str) -> Json:
        return project("circle", {"llm": {"providers": [{"name": "a", "url": url}], "routes": [{"provider": "a", "model": "m"}]}})

    async with stage(tmp_path) as on:
        status, text = await created(on.admin, circle("http://circle:80/v1"))
        assert status == 422
        [cause] = json.loads(text)["details"]["causes"]
        assert cause["field"] == "spec.llm.providers"
        assert "leads back to a Service of this project itself: name a model server" in cause["message"]
        assert (await created(on.admin, circle(f"http://circle.{NAMESPACE}.svc")))[0] == 201
        found = await until(on.admin, "circle", is_refused)
        assert "spec.llm.providers: llm.providers leads back to a Service" in found["SpecValid"]["message"]
        assert await children(on.admin, "circle") == {}
        await on.another_becomes_ready()
