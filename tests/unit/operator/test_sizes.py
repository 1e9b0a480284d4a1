"""Numbers: pods by profile, environment and spec; autoscalers; pools that fit the database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operator.build import NEO4J, Simulated, project

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import autoscaling, components, connections, sizes
from testgen_operator.plan.sizes import Scale
from testgen_operator.resources.project import TestGenProject, validate
from testgen_operator.status.reasons import MEANINGS, Reason

STANDARD: dict[str, Any] = {"mode": "AIGateway", "profile": "Standard", **NEO4J}
AUTO = {"autoscaling": {"enabled": True}}


@pytest.mark.parametrize(
    ("component", "cpu", "memory", "fewest", "most"),
    [
        ("edge", "2", "4Gi", 1, 1),  # S4-027
        ("requirements", "4", "8Gi", 2, 3),  # S4-028
        ("knowledge", "4", "8Gi", 2, 3),  # S4-029
        ("vector", "2", "4Gi", 2, 2),  # S4-030
        ("graph", "2", "4Gi", 2, 2),  # S4-031
        ("llm", "4", "8Gi", 2, 3),  # S4-032
    ],
)
def test_the_standard_profile_is_the_sources_table(component: Component, cpu: str, memory: str, fewest: int, most: int) -> None:
    amounts, _ = sizes.amounts(project(STANDARD), component)
    assert amounts["limits"] == {"cpu": cpu, "memory": memory}
    assert sizes.scale(project({**STANDARD, **AUTO}), component) == Scale(fewest, most, automatic=most > fewest)
    assert sizes.scale(project(STANDARD), component) == Scale(fewest, fewest)


@pytest.mark.parametrize(("environment", "pods"), [("Development", 1), ("Staging", 2), ("Production", 3)])
@pytest.mark.parametrize("mode", ["Monolith", "Microservices"])
def test_the_environment_is_the_least_of_every_part(environment: str, pods: int, mode: str) -> None:  # S2-113, X-10
    found = project({"environment": environment, "mode": mode})
    for part in components.named(found):
        assert sizes.scale(found, part) == Scale(pods, pods)


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ({"minReplicas": 4}, Scale(4, 8, automatic=True)),
        ({"maxReplicas": 1}, Scale(1, 1)),
        ({"minReplicas": 2, "maxReplicas": 9}, Scale(2, 9, automatic=True)),
        ({}, Scale(1, 3, automatic=True)),
    ],
)
def test_the_spec_wins_over_presets(override: dict[str, int], expected: Scale) -> None:
    found = project({"mode": "Microservices", "components": {"api": override}, **AUTO})
    assert sizes.scale(found, "api") == expected


def test_production_with_an_autoscaler_has_three_to_ten() -> None:  # S2-057
    assert sizes.scale(project({"environment": "Production", **AUTO}), "all") == Scale(3, 10, automatic=True)


def test_an_autoscaler_is_what_the_sources_say() -> None:  # S2-057…060
    [found] = autoscaling.autoscalers(project({"environment": "Production", **AUTO}))
    spec = found.object["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 10)
    assert spec["scaleTargetRef"]["name"] == "shop-all-blue"
    targets = {one["resource"]["name"]: one["resource"]["target"]["averageUtilization"] for one in spec["metrics"]}
    assert targets == {"cpu": 70, "memory": 80}
    down, up = spec["behavior"]["scaleDown"], spec["behavior"]["scaleUp"]
    assert (down["stabilizationWindowSeconds"], down["policies"]) == (
        300,
        [{"type": "Percent", "value": 50, "periodSeconds": 60}],
    )
    assert (up["stabilizationWindowSeconds"], up["selectPolicy"], len(up["policies"])) == (0, "Max", 2)


def signals(name: str, spec: dict[str, Any]) -> list[dict[str, Any]]:
    """What an autoscaler goes by beside CPU and memory."""
    found = {one.name: one for one in autoscaling.autoscalers(project(spec))}
    return [one for one in found[name].object["spec"]["metrics"] if one["type"] != "Resource"]


SECOND: dict[str, Any] = {"autoscaling": {"enabled": True, "queueDepthPerReplica": 5, "requestsPerReplica": 20}}
THE_QUEUE: dict[str, Any] = {
    "type": "External",
    "external": {
        "metric": {"name": "testgen_jobs_queued", "selector": {"matchLabels": {"testgen_dev_project": "shop"}}},
        "target": {"type": "AverageValue", "averageValue": "5"},
    },
}
IN_FLIGHT: dict[str, Any] = {
    "type": "Pods",
    "pods": {
        "metric": {"name": "testgen_http_requests_inflight"},
        "target": {"type": "AverageValue", "averageValue": "20"},
    },
}


def test_the_queue_is_the_projects_and_requests_in_flight_are_each_pods() -> None:
    """A figure that every pod tells alike must be divided by the pods (External); one that each has of its own is so already."""
    assert signals("shop-worker-blue", {"mode": "Microservices", **SECOND}) == [THE_QUEUE]
    assert signals("shop-api-blue", {"mode": "Microservices", **SECOND}) == [IN_FLIGHT]
    assert signals("shop-all-blue", SECOND) == [THE_QUEUE, IN_FLIGHT]


def test_no_second_signal_where_none_is_asked_for() -> None:
    assert signals("shop-all-blue", AUTO) == []


def test_the_number_of_pods_is_left_out_where_an_autoscaler_has_it() -> None:
    cluster = Simulated(project(AUTO))
    cluster.converge()
    planned = next(one for one in cluster.plan().manifests if one.kind == "Deployment")
    assert "replicas" not in planned.object["spec"]
    cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] = 7
    cluster.step()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 7


def test_a_suspended_project_has_no_autoscaler_and_wakes_with_its_fewest() -> None:
    cluster = Simulated(project({"environment": "Production", **AUTO}))
    cluster.converge()
    cluster.project = project({"environment": "Production", **AUTO, "suspend": True}, generation=2)
    cluster.converge()
    assert "HorizontalPodAutoscaler" not in cluster.kinds()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 0
    cluster.project = project({"environment": "Production", **AUTO}, generation=3)
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 3
    assert "HorizontalPodAutoscaler" in cluster.kinds()


OVERRIDES = st.fixed_dictionaries({}, optional={"minReplicas": st.integers(1, 10), "maxReplicas": st.integers(10, 50)})
"""Bounds, or their upper one as a number where nothing scales by itself."""
SPECS = st.fixed_dictionaries(
    {"mode": st.sampled_from(["Monolith", "Microservices", "AIGateway"])},
    optional={
        "profile": st.sampled_from(["Small", "Standard"]),
        "environment": st.sampled_from(["Development", "Staging", "Production"]),
        "autoscaling": st.just({"enabled": True}),
    },
)


STORES = st.sampled_from(
    [
        {},
        {"neo4j": {"type": "Managed"}},
        {"qdrant": {"type": "Managed"}},
        {"neo4j": {"type": "Managed"}, "qdrant": {"type": "Managed"}},
    ]
)


def opened(found: TestGenProject) -> int:
    """What all pods of the project open at the very most: by the pods' own environment, and by what each role was measured to
    open beside its pool (a listening connection, locks), numbers that no module of the operator is asked for. A host for reads
    gets a pool of the same size (`testgen_runtime.storage.replica`)."""
    external = found.spec.stores.postgres.external
    pools = 2 if external is not None and external.read_host else 1
    vector = 1 if found.spec.stores.qdrant.type == "Embedded" else 2
    beside = {"all": 6, "api": 1, "requirements": 0, "knowledge": 0, "vector": vector, "graph": 2, "llm": 0, "worker": 1}
    cluster, total = Simulated(found).bring(), 0
    cluster.converge()
    for one in cluster.plan().manifests:
        if one.kind == "Deployment" and "edge" not in one.name:
            part = one.object["metadata"]["labels"][names.LABEL_COMPONENT]
            [container] = one.object["spec"]["template"]["spec"]["containers"]
            environment = {each["name"]: each.get("value") for each in container["env"]}
            pods = sizes.scale(found, part).most + one.object["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
            total += pods * (pools * int(environment["TESTGEN_POSTGRES__POOL_MAX"]) + {**beside, "ai-gateway": 0}[part])
    return total


@settings(max_examples=60, deadline=None)
@given(
    SPECS,
    st.dictionaries(st.sampled_from(["api", "worker", "requirements", "llm"]), OVERRIDES),
    STORES,
    st.integers(10, 2000),
    st.sampled_from([{}, {"readHost": "replica.example"}]),
)
def test_no_pods_of_any_two_modes_open_more_connections_than_the_database_grants(  # X-11
    spec: dict[str, Any], overrides: dict[str, Any], stores: dict[str, Any], most: int, reads: dict[str, Any]
) -> None:
    external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": most, **reads}
    granted = {"Small": 850, "Standard": 1100}[spec.get("profile", "Small")]
    postgreses: tuple[tuple[dict[str, Any], int], ...] = (
        ({}, granted),
        ({"postgres": {"type": "CloudNativePG"}}, granted),
        ({"postgres": {"type": "External", "external": external}}, most),
    )
    for postgres, limit in postgreses:
        split, whole = spec["mode"] != "Monolith", {**spec, "stores": {**stores, **postgres}}
        if "autoscaling" not in spec:
            overrides = {part: {"replicas": one.get("maxReplicas", 10)} for part, one in overrides.items()}
        found = project({**whole, **({"components": overrides} if split and overrides else {})}, accepted=True)
        other = project({**whole, "mode": "Monolith" if split else "AIGateway"}, accepted=True)
        if connections.too_few(found) or connections.too_few(other):
            continue  # a person is told; nothing is promised
        assert opened(found) + opened(other) + 12 <= limit  # 12: migrations, probes, replication, people


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        ({"replicas": 13, "stores": {"neo4j": {"type": "Managed"}, "qdrant": {"type": "Managed"}}}, 100),
        ({"replicas": 6}, 100),
    ],
)
def test_what_a_whole_runtime_opens_beside_its_pool_counts(spec: dict[str, Any], limit: int) -> None:  # X-11
    external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": limit}
    stores = {**spec.get("stores", {}), "postgres": {"type": "External", "external": external}}
    assert connections.too_few(project({**spec, "stores": stores}))


@pytest.mark.parametrize("profile", ["Small", "Standard"])
def test_the_most_pods_of_a_monolith_fit_the_database_that_the_operator_runs(profile: str) -> None:  # X-11
    assert not connections.too_few(project({"profile": profile, "replicas": 50}))


@pytest.mark.parametrize("mode", ["Monolith", "Microservices", "AIGateway"])
@pytest.mark.parametrize("profile", ["Small", "Standard"])
@pytest.mark.parametrize("environment", ["Development", "Staging", "Production"])
@pytest.mark.parametrize("kind", ["BuiltIn", "CloudNativePG"])
def test_the_databases_that_the_operator_writes_are_large_enough(
    mode: str, profile: str, environment: str, kind: str
) -> None:  # X-11
    stores = {**NEO4J["stores"], "postgres": {"type": kind}}
    for more in ({}, AUTO):
        found = project({"mode": mode, "profile": profile, "environment": environment, "stores": stores, **more})
        assert not connections.too_few(found)
        assert connections.pool(found).most >= connections.LEAST


@pytest.mark.parametrize("profile", ["Small", "Standard"])
def test_a_cluster_of_cloudnativepg_is_told_what_the_pools_are_counted_against(profile: str) -> None:
    cluster = Simulated(project({"profile": profile, "stores": {"postgres": {"type": "CloudNativePG"}}})).bring()
    cluster.step()
    parameters = cluster.get("Cluster", "shop-postgres")["spec"]["postgresql"]["parameters"]
    assert parameters["max_connections"] == str(connections.limit(cluster.project))


def test_a_host_for_reads_may_be_the_same_server_so_its_pools_count_too() -> None:  # X-11
    def pool(**more: str) -> int:
        external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": 60, **more}
        return connections.pool(project({"stores": {"postgres": {"type": "External", "external": external}}})).most

    assert (60 - 12) // 2 == 24
    assert pool() == 6  # two pods, one of them surging, with six connections beside the pool each
    assert pool(readHost="replica.example") == 3


@pytest.mark.parametrize("postgres", [{"readReplica": True}, {"type": "CloudNativePG", "cloudNativePg": {"instances": 3}}])
def test_a_replica_that_is_run_beside_the_database_grants_connections_of_its_own(postgres: dict[str, Any]) -> None:
    assert connections.pool(project({"stores": {"postgres": postgres}})) == connections.pool(project({}))


def test_the_mend_of_too_few_connections_fits_every_type() -> None:
    """`external.maxConnections` means nothing, and is refused, where no external server is."""
    said = MEANINGS[Reason.TOO_FEW_CONNECTIONS].says
    assert "lower the numbers of pods" in said
    assert "of type External spec.stores.postgres.external.maxConnections" in said
    assert "spec.profile Standard" in said


def test_too_small_a_database_is_told() -> None:
    external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": 20}
    spec = {"mode": "Microservices", "stores": {"postgres": {"type": "External", "external": external}}}
    assert connections.too_few(project(spec, accepted=True))  # by a version that did not refuse it


@pytest.mark.parametrize("mode", ["Monolith", "Microservices", "AIGateway"])
@pytest.mark.parametrize("reads", [{}, {"readHost": "replica.example"}])
@pytest.mark.parametrize("graph", ["Disabled", "Managed"])
@pytest.mark.parametrize("index", ["Embedded", "Managed"])
def test_a_server_that_one_pod_of_each_part_overruns_is_refused(
    mode: str, reads: dict[str, str], graph: str, index: str
) -> None:  # X-11
    def spec(most: int) -> dict[str, Any]:
        external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": most, **reads}
        stores = {"postgres": {"type": "External", "external": external}, "neo4j": {"type": graph}, "qdrant": {"type": index}}
        one = {"replicas": 1} if mode == "Monolith" else {}
        return {"mode": mode, "stores": stores, **one}

    def refused(most: int) -> bool:
        found = validate(project(spec(most), accepted=True))
        assert {one.field for one in found} <= {"spec.stores.postgres.external.maxConnections"}
        return bool(found)

    fewest = next(most for most in range(10, 400) if not refused(most))
    assert [refused(most) for most in (fewest - 1, fewest + 1)] == [True, False]
    parts = components.named(project(spec(1000)))
    pods = {one: 2 for one in parts if "postgres" in components.TABLE[one].stores}  # one, and one that surges
    found = project(spec(fewest))
    each = {one: connections.LEAST * connections.pools(found) + connections.beside(found, one) for one in pods}
    assert 2 * sum(each[one] * most for one, most in pods.items()) + connections.RESERVED == fewest


def short_of_connections(replicas: int, generation: int = 1, **more: Any) -> TestGenProject:
    external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": 100}
    stores = {"postgres": {"type": "External", "external": external}}
    return project({"replicas": replicas, "stores": stores, **more}, generation=generation)


def test_pods_beyond_what_the_database_grants_are_not_started() -> None:  # X-11
    cluster = Simulated(short_of_connections(4)).bring()
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 4
    cluster.project = short_of_connections(30, 2)
    cluster.converge()
    assert connections.too_few(cluster.project)
    held = cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"]
    assert 4 <= held < 30
    assert opened(short_of_connections(held)) <= (100 - 12) // 2  # the other half is for a change of mode


def test_pods_that_run_are_not_ended_because_the_database_grants_less() -> None:
    cluster = Simulated(
        project(
            {
                "replicas": 9,
                "stores": {
                    "postgres": {
                        "type": "External",
                        "external": {
                            "host": "db.example",
                            "passwordSecretRef": {"name": "db", "key": "p"},
                            "maxConnections": 500,
                        },
                    }
                },
            }
        )
    ).bring()
    cluster.converge()
    cluster.project = short_of_connections(12, 2)
    cluster.converge()
    assert cluster.get("Deployment", "shop-all-blue")["spec"]["replicas"] == 9


def test_an_autoscaler_stays_within_what_the_database_grants() -> None:
    cluster = Simulated(short_of_connections(1, autoscaling={"enabled": True, "minReplicas": 20, "maxReplicas": 40})).bring()
    cluster.converge()
    spec = cluster.get("HorizontalPodAutoscaler", "shop-all-blue")["spec"]
    assert spec["minReplicas"] <= spec["maxReplicas"] < 20


@given(SPECS, STORES, st.integers(10, 400))
@settings(max_examples=100, deadline=None)
def test_the_bound_on_pods_is_the_largest_that_fits(spec: dict[str, Any], stores: dict[str, Any], most: int) -> None:
    external = {"host": "db.example", "passwordSecretRef": {"name": "db", "key": "p"}, "maxConnections": most}
    found = project({**spec, "stores": {**stores, "postgres": {"type": "External", "external": external}}}, accepted=True)
    assert 1 <= connections.most_pods(found) <= 50
    assert (connections.most_pods(found) == 50) or connections.too_few(found)
