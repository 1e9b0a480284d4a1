"""Specs that are accepted and specs that are refused, with the words that say the mend: one table for the operator's own check
(tests/unit/operator/test_rules.py) and for a real API server (tests/cluster/test_crd_admission.py)."""

from __future__ import annotations

from typing import Any, Final

from tests.admission_modes import MODES_ACCEPTED, MODES_REFUSED
from tests.admission_rollout import ROLLOUT_ACCEPTED, ROLLOUT_REFUSED
from tests.admission_stores import STORES_ACCEPTED, STORES_CHANGES, STORES_REFUSED
from tests.refused import Refused

__all__ = ["ACCEPTED", "CHANGES", "REFUSED", "Refused"]

ROUTE: Final = {"provider": "a", "model": "m"}
URL: Final = {"name": "a", "url": "http://ollama.ai.svc:11434"}


ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "nothing at all": {},
    "every field": {
        "mode": "Monolith",
        "profile": "Standard",
        "environment": "Production",
        "version": "1.4.2",
        "image": "registry.example:5000/testgen/runtime@sha256:" + "0" * 64,
        "imagePullPolicy": "Always",
        "imagePullSecrets": [{"name": "registry"}],
        "replicas": 50,
        "resources": {"requests": {"cpu": 2, "memory": "1Gi"}, "limits": {"cpu": "2500m", "memory": "2Gi"}},
        "llm": {
            "providers": [URL, {"name": "b", "type": "Ollama", "managed": {"modelSource": "Pull", "storage": {"size": "20Gi"}}}],
            "routes": [
                {"task": "GenerateCases", "provider": "a", "model": "qwen2.5-coder:1.5b"},
                {"task": "Any", "provider": "b", "model": "hf.co/team/model:Q4_K_M"},
            ],
        },
        "budgets": {"dailyTokens": 0, "onExhaustion": "Reject"},
        "stores": {
            "deletionPolicy": "Delete",
            "postgres": {"type": "BuiltIn", "storage": {"size": "1.5Ti", "storageClassName": "fast.ssd"}, "image": "postgres:17"},
            "qdrant": {"type": "Embedded"},
            "neo4j": {"type": "Managed", "storage": {"size": "256Mi"}, "resources": {"limits": {"memory": "4Gi"}}},
        },
        "access": {"adminKeySecretRef": {"name": "my.secret", "key": "API_KEY.1"}},
        "suspend": True,
    },
    "a bare image": {"image": "runtime"},
    **MODES_ACCEPTED,
    **STORES_ACCEPTED,
    **ROLLOUT_ACCEPTED,
}

REFUSED: Final[tuple[Refused, ...]] = (
    Refused("a misspelt field", {"replica": 2}, 'unknown field "spec.replica"', "spec.replica", own_words="unknown field"),
    Refused("an unknown mode", {"mode": "monolith"}, 'supported values: "Monolith"', "spec.mode", own_words="Monolith"),
    Refused("a wrong type", {"suspend": "yes"}, "must be of type boolean", "spec.suspend", own_words="must be true or false"),
    Refused("too many pods", {"replicas": 51}, "less than or equal to 50", "spec.replicas", own_words="must be 50 or less"),
    Refused(
        "a negative budget",
        {"budgets": {"dailyTokens": -1}},
        "greater than or equal to 0",
        "spec.budgets.dailyTokens",
        own_words="must be 0 or more",
    ),
    Refused("a name with a digit in front", {}, "must start with a letter", "metadata.name", name="9shop"),
    Refused("a name with a dot", {}, "must start with a letter", "metadata.name", name="my.shop"),
    Refused("a name that is too long", {}, "at most 40 characters", "metadata.name", name="a" * 41),
    Refused("a name that another project's Service has", {}, "choose another ending", "metadata.name", name="shop-postgres"),
    Refused(
        "a name that another project's maintenance page has",
        {},
        "choose another ending",
        "metadata.name",
        name="shop-maintenance",
    ),
    Refused("a name that another project's plain way in has", {}, "choose another ending", "metadata.name", name="shop-http"),
    Refused("a version that is no tag", {"version": "1.0 beta"}, "write an image tag such as 1.4.2", "spec.version"),
    Refused("an image with a space", {"image": "a b"}, "write repository:tag or repository@sha256:<64 hex digits>", "spec.image"),
    Refused(
        "an image with half a digest",
        {"image": "a@sha256:12"},
        "write repository:tag or repository@sha256:<64 hex digits>",
        "spec.image",
    ),
    Refused(
        "a pull secret with a slash",
        {"imagePullSecrets": [{"name": "a/b"}]},
        "is no name of a Secret",
        "spec.imagePullSecrets[0].name",
    ),
    Refused(
        "a pull secret twice",
        {"imagePullSecrets": [{"name": "a"}, {"name": "a"}]},
        "Duplicate value",
        "spec.imagePullSecrets",
        api_path="spec.imagePullSecrets[1]",
        own_words="names a Secret twice: remove one",
    ),
    Refused(
        "cores in words", {"resources": {"limits": {"cpu": "two"}}}, "write cores such as 500m or 2", "spec.resources.limits.cpu"
    ),
    Refused(
        "memory in words",
        {"resources": {"requests": {"memory": "1 GB"}}},
        "write bytes with a unit, such as 512Mi or 2Gi",
        "spec.resources.requests.memory",
    ),
    Refused(
        "a request above its limit",
        {"resources": {"requests": {"cpu": "1500m"}, "limits": {"cpu": 1}}},
        "requests may not exceed limits: lower the request or raise the limit",
        "spec.resources",
    ),
    Refused("a route to nowhere", {"llm": {"routes": [ROUTE]}}, "add the provider or correct the route's provider", "spec.llm"),
    Refused(
        "a provider that nobody uses",
        {"llm": {"providers": [URL]}},
        "add {provider: <name>, model: <model>} to llm.routes",
        "spec.llm",
    ),
    Refused(
        "a provider without a place",
        {"llm": {"providers": [{"name": "a"}], "routes": [ROUTE]}},
        "exactly one of url",
        "spec.llm.providers[0]",
    ),
    Refused(
        "a provider with two places",
        {"llm": {"providers": [{**URL, "managed": {}}], "routes": [ROUTE]}},
        "exactly one of url (a server that exists) and managed (one that the operator runs): remove or add one",
        "spec.llm.providers[0]",
    ),
    Refused(
        "two managed providers",
        {
            "llm": {
                "providers": [{"name": "a", "managed": {}}, {"name": "b", "managed": {}}],
                "routes": [ROUTE, {"task": "GenerateCases", "provider": "b", "model": "m"}],
            }
        },
        "at most one provider may be managed: give the others a url",
        "spec.llm",
    ),
    Refused(
        "two providers of one name",
        {"llm": {"providers": [URL, URL], "routes": [ROUTE]}},
        "Duplicate value",
        "spec.llm.providers",
        api_path="spec.llm.providers[1]",
        own_words="two entries of one name: rename one",
    ),
    Refused(
        "two routes for one task",
        {"llm": {"providers": [URL], "routes": [ROUTE, {**ROUTE, "model": "n"}]}},
        "Duplicate value",
        "spec.llm.routes",
        api_path="spec.llm.routes[1]",
        own_words="two routes for one task: remove one",
    ),
    Refused(
        "a provider with a capital letter",
        {"llm": {"providers": [{**URL, "name": "A"}], "routes": [{**ROUTE, "provider": "A"}]}},
        "must hold only a-z, 0-9 and '-'",
        "spec.llm.providers[0].name",
    ),
    Refused(
        "a URL of another scheme",
        {"llm": {"providers": [{**URL, "url": "ftp://x"}], "routes": [ROUTE]}},
        "must be a http or https URL with a host, such as http://ollama.ai.svc:11434",
        "spec.llm.providers[0].url",
    ),
    Refused(
        "a URL without a host",
        {"llm": {"providers": [{**URL, "url": "http://"}], "routes": [ROUTE]}},
        "URL with a host",
        "spec.llm.providers[0].url",
    ),
    Refused(
        "credentials in a URL",
        {"llm": {"providers": [{**URL, "url": "http://me:pw@x"}], "routes": [ROUTE]}},
        "may not hold credentials: remove user:password@",
        "spec.llm.providers[0].url",
    ),
    Refused(
        "a model with shell in it",
        {"llm": {"providers": [URL], "routes": [{**ROUTE, "model": "m; rm -rf /"}]}},
        "write it as `ollama list` shows it",
        "spec.llm.routes[0].model",
    ),
    Refused(
        "a volume in words",
        {"stores": {"postgres": {"storage": {"size": "big"}}}},
        "a quantity of at least 256Mi",
        "spec.stores.postgres.storage.size",
    ),
    Refused(
        "a volume too small to work",
        {"stores": {"neo4j": {"storage": {"size": "10Mi"}}}},
        "a quantity of at least 256Mi",
        "spec.stores.neo4j.storage.size",
    ),
    Refused(
        "a StorageClass with a space",
        {"stores": {"postgres": {"storage": {"storageClassName": "fast ssd"}}}},
        "`kubectl get storageclass` lists them",
        "spec.stores.postgres.storage.storageClassName",
    ),
    Refused(
        "a key with a slash",
        {"access": {"adminKeySecretRef": {"name": "a", "key": "a/b"}}},
        "is no key of a Secret: write letters, digits, '-', '_' and '.'",
        "spec.access.adminKeySecretRef.key",
    ),
    Refused(
        "a reference without a key",
        {"access": {"adminKeySecretRef": {"name": "a"}}},
        "Required value",
        "spec.access.adminKeySecretRef.key",
        own_words="required",
    ),
    *MODES_REFUSED,
    *STORES_REFUSED,
    *ROLLOUT_REFUSED,
)

CHANGES: Final[tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...]] = (
    (
        "a volume shrinks",
        {"stores": {"postgres": {"storage": {"size": "10Gi"}}}},
        {"stores": {"postgres": {"storage": {"size": "9Gi"}}}},
        "a volume cannot shrink: write the old size or a larger one",
    ),
    (
        "a volume's size is forgotten",
        {"stores": {"postgres": {"storage": {"size": "10Gi"}}}},
        {},
        "a volume cannot shrink: write the old size or a larger one",
    ),
    (
        "a volume grows",
        {"stores": {"postgres": {"storage": {"size": "10Gi"}}}},
        {"stores": {"postgres": {"storage": {"size": "10.5Gi"}}}},
        "",
    ),
    (
        "another StorageClass",
        {"stores": {"postgres": {"storage": {"storageClassName": "a"}}}},
        {"stores": {"postgres": {"storage": {"storageClassName": "b"}}}},
        "storageClassName cannot be changed: restore the old value, or delete the project and create it anew",
    ),
    (
        "a StorageClass afterwards",
        {},
        {"stores": {"postgres": {"storage": {"storageClassName": "b"}}}},
        "storageClassName cannot be changed",
    ),
    ("the graph is switched on", {}, {"stores": {"neo4j": {"type": "Managed"}}}, ""),
    (
        "a graph of a size is switched off",
        {"stores": {"neo4j": {"type": "Managed", "storage": {"size": "10Gi", "storageClassName": "a"}}}},
        {"stores": {"neo4j": {"type": "Disabled"}}},
        "",
    ),
    (
        "the graph's volume shrinks",
        {"stores": {"neo4j": {"type": "Managed", "storage": {"size": "10Gi"}}}},
        {"stores": {"neo4j": {"type": "Managed", "storage": {"size": "9Gi"}}}},
        "storage.size: a volume cannot shrink",
    ),
    (
        "models come to be in an image",
        {"llm": {"providers": [{"name": "a", "managed": {"storage": {"size": "10Gi"}}}], "routes": [ROUTE]}},
        {"llm": {"providers": [{"name": "a", "managed": {"modelSource": "Image"}}], "routes": [ROUTE]}},
        "",
    ),
    (
        "the models' volume shrinks",
        {"llm": {"providers": [{"name": "a", "managed": {"storage": {"size": "10Gi"}}}], "routes": [ROUTE]}},
        {"llm": {"providers": [{"name": "a", "managed": {"storage": {"size": "9Gi"}}}], "routes": [ROUTE]}},
        "storage.size: a volume cannot shrink",
    ),
    (
        "the models get another provider's volume",
        {"llm": {"providers": [{"name": "a", "managed": {"storage": {"size": "10Gi"}}}], "routes": [ROUTE]}},
        {
            "llm": {
                "providers": [{"name": "b", "managed": {"storage": {"size": "9Gi"}}}],
                "routes": [{"provider": "b", "model": "m"}],
            }
        },
        "",
    ),
    (
        "another StorageClass of the graph",
        {"stores": {"neo4j": {"type": "Managed", "storage": {"storageClassName": "a"}}}},
        {"stores": {"neo4j": {"type": "Managed", "storage": {"storageClassName": "b"}}}},
        "storage.storageClassName cannot be changed",
    ),
    *STORES_CHANGES,
)
"""Title, old spec, new spec, words of the refusal (none: accepted)."""
