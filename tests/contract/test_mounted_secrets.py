"""Each part of a project starts with the Secrets that its own pod mounts, and needs no other: the file of settings is the same
for all of them, what is mounted is not."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.unit.operator.build import NEO4J, Simulated, project

from testgen_operator import names
from testgen_operator.plan import components, configuration
from testgen_runtime.app import Runtime
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.settings import Settings
from testgen_runtime.storage.target import Target

pytestmark = pytest.mark.asyncio

SECRETS: Final = "/etc/testgen-secrets"
STORES: Final[dict[str, Any]] = {
    **NEO4J["stores"],
    "redis": {"type": "Managed"},
    "qdrant": {
        "type": "External",
        "external": {"url": "https://vectors.example.com", "apiKeySecretRef": {"name": "vectors", "key": "k"}},
    },
}
ACCESS: Final[dict[str, Any]] = {
    "jwt": {"secretRef": {"name": "jwt", "key": "secret"}},
    "encryptionKeysSecretRef": {"name": "keys", "key": "keys"},
}
KEYS: Final = f"k1:{base64.b64encode(bytes(32)).decode()}"
MODES: Final = ("Monolith", "Microservices", "AIGateway")
PARTS: Final = [
    (mode, part)
    for mode in MODES
    for part in components.named(project({"mode": mode, "stores": STORES, "access": ACCESS}))
    if part != "edge"
]


def mounted(pod: dict[str, Any]) -> Iterator[str]:
    """The paths of the Secrets' files in the runtime's container that are there whatever is optional."""
    sources = {one["name"]: one["projected"]["sources"] for one in pod["volumes"] if "projected" in one}
    for mount in pod["containers"][0]["volumeMounts"]:
        for source in sources.get(mount["name"], ()):
            if not source["secret"].get("optional"):
                yield from (f"{mount['mountPath']}/{item['path']}" for item in source["secret"]["items"])


def started(mode: str, part: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *, without: str = "") -> Runtime:
    """The part's process as far as it gets without a network, in a folder that holds what its pod mounts."""
    found = Simulated(project({"mode": mode, "stores": STORES, "access": ACCESS})).bring()
    for _ in range(10):
        if not found.step():
            break
        found.settle()
    pods = (one["spec"]["template"] for key, one in found.objects.items() if key.kind == "Deployment")
    pod = next(one["spec"] for one in pods if one["metadata"]["labels"][names.LABEL_COMPONENT] == part)
    for path in mounted(pod):
        if path != without:
            file = folder / path.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(KEYS if "encryption" in path else "a-value-that-is-long-enough-for-a-token-or-a-key")
    settings = folder / "config.yaml"
    settings.write_text(configuration.render(found.project).replace(SECRETS, f"{folder}{SECRETS}"))
    monkeypatch.setenv("TESTGEN_CONFIG", str(settings))
    monkeypatch.setenv("TESTGEN_ROLE", part)
    read = Settings()
    assert read.role == part
    return Runtime(read, Target.of(read.postgres))


@pytest.mark.parametrize(("mode", "part"), PARTS)
async def test_a_part_starts_with_what_its_pod_mounts(
    mode: str, part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert started(mode, part, tmp_path, monkeypatch).settings.neo4j.enabled


@pytest.mark.parametrize(
    ("part", "file", "named"),
    [
        ("graph", f"{SECRETS}/neo4j/password", "neo4j.password_file"),
        ("vector", f"{SECRETS}/qdrant/api-key", "qdrant.api_key_file"),
    ],
)
async def test_the_part_that_opens_a_store_says_which_secret_is_missing(
    part: str, file: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadConfiguration) as found:
        started("Microservices", part, tmp_path, monkeypatch, without=file)
    assert named in found.value.mend
