"""Every spec that the schema lets through, as hypothesis draws it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.unit.operator.build import project

from testgen_operator import names
from testgen_operator.resources.project import TestGenProject

PROJECT_NAMES = st.from_regex(r"\A[a-z]([-a-z0-9]{0,38}[a-z0-9])?\Z").filter(
    lambda name: not any(name.endswith(f"-{ending}") for ending in names.RESERVED_ENDINGS)
)
IMAGES = st.sampled_from(["a", "registry.example:5000/team/runtime:1.2.3", "x/y@sha256:" + "0" * 64])
SIZES = st.sampled_from(["256Mi", "1Gi", "100Gi", "1.5Ti"])


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


STORAGE = optional(size=SIZES, storageClassName=st.just("fast"))
RESOURCES = st.sampled_from(
    [{}, {"requests": {"cpu": "100m"}}, {"limits": {"cpu": "100m", "memory": "64Mi"}}, {"requests": {"memory": "20Gi"}}]
)


@st.composite
def llms(draw: st.DrawFn) -> dict[str, Any]:
    providers = draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True, max_size=2))
    if not providers:
        return {}
    pulls: dict[str, Any] = draw(
        st.sampled_from([{"modelSource": "Image"}, {"modelSource": "Pull", "storage": draw(STORAGE)}, {}])
    )
    managed = {"managed": pulls | draw(optional(image=IMAGES))}
    places: list[dict[str, Any]] = [
        draw(st.sampled_from([managed, {"url": "http://models.ai:1/"}])),
        {"url": "https://b.example"},
    ]
    routes = [{"task": "Any", "model": "m0:1b"}, {"task": "GenerateCases", "model": "team/m1:1b"}]
    return {
        "providers": [place | {"name": name} for name, place in zip(providers, places, strict=False)],
        "routes": [route | {"provider": name} for name, route in zip(providers, routes, strict=False)],
    }


KEY = st.just({"name": "outside", "key": "password"})
RESTARTS = st.sampled_from(["2026-11-21T10:00:00Z", "1"])


def one_of_types(*kinds: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(*kinds)


def of_type(
    kind: str, required: dict[str, Any] | None = None, **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    """A store of this `type`, with what the type needs and perhaps what it allows."""
    return st.fixed_dictionaries({"type": st.just(kind), **(required or {})}, optional=more)


OWN: dict[str, Any] = {"storage": STORAGE, "resources": RESOURCES, "image": IMAGES}
EXTERNAL_POSTGRES = st.fixed_dictionaries(
    {
        "host": st.sampled_from(["db.platform.svc", "192.0.2.7"]),
        "passwordSecretRef": KEY,
        "maxConnections": st.integers(164, 10_000),  # what the greatest mode needs at least
    },
    optional={
        "port": st.integers(1, 65535),
        "sslMode": st.sampled_from(["disable", "require", "verify-ca", "verify-full"]),
        "caSecretRef": KEY,
        "readHost": st.just("replica.platform.svc"),
    },
)
POSTGRES = one_of_types(
    optional(readReplica=st.booleans(), **OWN),
    of_type("CloudNativePG", cloudNativePg=st.fixed_dictionaries({"instances": st.integers(1, 9)}), storage=STORAGE),
    of_type("External", {"external": EXTERNAL_POSTGRES}),
)
QDRANT = one_of_types(
    st.just({}),
    of_type("Managed", replicas=st.just(3), shards=st.integers(1, 64), replicationFactor=st.integers(1, 1), **OWN),
    of_type(
        "External",
        {"external": st.fixed_dictionaries({"url": st.just("https://qdrant.example:6333")}, optional={"apiKeySecretRef": KEY})},
        shards=st.integers(1, 64),
    ),
)
NEO4J = one_of_types(
    st.just({}),
    of_type("Managed", **OWN),
    of_type(
        "External", {"external": st.just({"uri": "neo4j+s://graph.example:7687", "passwordSecretRef": {"name": "g", "key": "p"}})}
    ),
)
REDIS = one_of_types(
    st.just({}),
    of_type("Managed", **OWN),
    of_type(
        "External",
        {
            "external": st.fixed_dictionaries(
                {"host": st.just("cache.example")}, optional={"tls": st.booleans(), "passwordSecretRef": KEY}
            )
        },
    ),
)
TLS = st.sampled_from([{"secretName": "cert"}, {"issuerRef": {"name": "letsencrypt"}}])
WAY_IN: dict[str, Any] = {
    "requestsPerMinute": st.integers(1, 1_000_000),
    "maxConnections": st.integers(1, 100_000),
    "maxBodySize": st.sampled_from(["1Mi", "32Mi", "1Gi"]),
    "maintenance": st.booleans(),
    "trustedProxies": st.sampled_from([[], ["198.51.100.0/24"], ["2001:db8::/32", "10.0.0.0/8"]]),
}
HOSTS = st.sampled_from(["a.example", f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 61}", "x-1.y.example"])
EXPOSURE = one_of_types(
    st.just({}),
    of_type("Ingress", {"host": HOSTS, "tls": TLS}, ingressClassName=st.just("nginx"), **WAY_IN),
    of_type("Ingress", {"host": HOSTS, "forceHttps": st.just(False)}, **WAY_IN),
    of_type(
        "Gateway",
        {"host": HOSTS, "gatewayRef": st.sampled_from([{"name": "public"}, {"name": "a", "namespace": "b", "sectionName": "c"}])},
        **WAY_IN,
    ),
)
FENCES = st.just({"enabled": False}) | optional(
    enabled=st.just(True),
    allowFromNamespaces=st.sampled_from([[], ["ingress-nginx"], ["a", "b"]]),
    monitoringNamespace=st.just("prometheus"),
    allowTo=st.sampled_from([[], [{"cidr": "203.0.113.0/24", "port": 8443}], [{"cidr": "2001:db8::/32"}]]),
)
ACCESS = optional(
    adminKeySecretRef=st.just({"name": "own.key", "key": "k"}),
    encryptionKeysSecretRef=KEY,
    fourEyes=st.booleans(),
    jwt=st.sampled_from(
        [{"secretRef": {"name": "j", "key": "s"}}, {"jwksUrl": "https://l.example/k", "issuer": "https://l.example"}]
    ),
)
SIGNALS: dict[str, Any] = {
    "targetCpuUtilization": st.integers(1, 100),
    "targetMemoryUtilization": st.integers(1, 100),
}
ON: dict[str, Any] = {"queueDepthPerReplica": st.integers(1, 100), "requestsPerReplica": st.integers(1, 100)}


@st.composite
def scaling(draw: st.DrawFn, bounds: bool) -> dict[str, Any]:
    if not draw(st.booleans()):
        return {}
    more = {"minReplicas": st.integers(1, 5), "maxReplicas": st.integers(5, 50)} if bounds else {}
    return {"enabled": True} | draw(optional(**SIGNALS, **ON, **more))


BOUNDED = optional(minReplicas=st.integers(1, 5), maxReplicas=st.integers(5, 50), resources=RESOURCES)
COUNTED = optional(replicas=st.integers(0, 50), resources=RESOURCES)


CHECKS = st.sampled_from(
    [
        {"prometheus": {"address": "http://prometheus:9090"}},
        {"web": [{"name": "ready", "path": "/ready"}]},
        {"jobs": [{"name": "contract", "image": "a:1"}]},
        {"web": [{"name": "ready", "path": "/ready", "count": 5, "failureLimit": 2, "intervalSeconds": 60}]},
        {"jobs": [{"name": "contract", "image": "a:1", "count": 3, "failureLimit": 1, "intervalSeconds": 1}]},
        {"golden": {"configMap": "golden"}},
    ]
)
RELEASES = st.sampled_from(["shop-0123456789", "shop-9876543210-2"])
BESIDE: dict[str, Any] = {
    "previewReplicas": st.integers(1, 100),
    "smoke": optional(timeoutSeconds=st.integers(10, 3600)),
    "analysis": CHECKS,
    "autoPromote": st.booleans(),
    "scaleDownDelaySeconds": st.integers(0, 86_400),
}


UNTRIED: dict[str, Any] = {"progressDeadlineSeconds": st.integers(30, 86_400)}
"""RollingUpdate without checks, and with one."""
TRIED: dict[str, Any] = {"previewReplicas": st.integers(1, 100), "autoPromote": st.booleans()}


@st.composite
def rollouts(draw: st.DrawFn) -> dict[str, Any]:
    strategy = draw(st.sampled_from(["BlueGreen", "Canary", "RollingUpdate"]))
    more = BESIDE if strategy != "RollingUpdate" else draw(st.sampled_from([UNTRIED, TRIED]))
    if strategy == "Canary":
        weights = st.lists(st.integers(1, 99), min_size=1, max_size=20, unique=True).map(sorted)
        more = more | {"steps": weights.map(lambda found: [{"weight": one} for one in found])}
    found: dict[str, Any] = draw(
        optional(
            bakeSeconds=st.integers(0, 86_400),
            rollbackWindow=st.integers(0, 10),
            historyLimit=st.integers(1, 50),
            backupBeforeUpgrade=st.booleans(),
            abort=RELEASES,
            retry=RELEASES,
            rollback=st.just({"to": "shop-0123456789", "from": "shop-9876543210"}),
            commit=st.just("4d4f474"),
            author=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=128),
            **more,
        )
    )
    checked = {"smoke": {"enabled": True}} if more is TRIED else {}
    return found | {"strategy": strategy} | checked


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A spec that breaks no rule."""
    mode = draw(st.sampled_from(["Monolith", "Microservices", "AIGateway"]))
    spec: dict[str, Any] = draw(
        optional(
            profile=st.sampled_from(["Small", "Standard"]),
            environment=st.sampled_from(["Development", "Staging", "Production"]),
            version=st.sampled_from(["1.0", "v2_x", "a" * 63]),
            image=IMAGES,
            imagePullPolicy=st.sampled_from(["IfNotPresent", "Always", "Never"]),
            imagePullSecrets=st.sampled_from([[], [{"name": "registry"}]]),
            llm=llms(),
            budgets=optional(dailyTokens=st.integers(0, 10**12), onExhaustion=st.sampled_from(["Reject", "Degrade"])),
            stores=optional(
                deletionPolicy=st.sampled_from(["Retain", "Delete"]),
                rotateCredentials=RESTARTS,
                postgres=POSTGRES,
                qdrant=QDRANT,
                neo4j=NEO4J,
                redis=REDIS,
            ),
            access=ACCESS,
            exposure=EXPOSURE,
            networkPolicy=FENCES,
            restartedAt=RESTARTS,
            suspend=st.booleans(),
            rollout=rollouts(),
            autoscaling=scaling(mode == "Monolith"),
        )
    )
    spec["mode"] = mode
    if spec.get("stores", {}).get("postgres", {}).get("type", "BuiltIn") != "BuiltIn":
        spec.get("rollout", {}).pop("backupBeforeUpgrade", None)
    if mode == "Monolith" and not _draws(spec.get("stores", {})):
        spec.get("stores", {}).pop("rotateCredentials", None)
    automatic = "enabled" in spec.get("autoscaling", {})
    if mode == "Monolith":
        return spec | draw(optional(resources=RESOURCES, **({} if automatic else {"replicas": st.integers(0, 50)})))
    component = BOUNDED if automatic else COUNTED
    parts = dict.fromkeys(("edge", "api", "requirements", "knowledge", "vector", "llm", "worker"), component)
    if spec.get("stores", {}).get("neo4j", {}).get("type", "Disabled") != "Disabled":
        parts["graph"] = component
    if mode == "AIGateway":
        parts["aiGateway"] = component
    return spec | draw(optional(components=optional(**parts)))


def _draws(stores: dict[str, Any]) -> bool:
    """Whether a store's password is the operator's."""
    kinds = {stores.get(one, {}).get("type") for one in ("qdrant", "neo4j", "redis")}
    return stores.get("postgres", {}).get("type", "BuiltIn") == "BuiltIn" or "Managed" in kinds


@st.composite
def projects(draw: st.DrawFn) -> TestGenProject:
    return project(draw(specs()), draw(PROJECT_NAMES))
