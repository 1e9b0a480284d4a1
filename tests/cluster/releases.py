"""Other releases of the runtime for the tests: images derived from it (tests/bench/rollout_images.py), and records that end.

All are made and loaded at once, the first time that a session asks for one; their layers but one are the runtime's own.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from testgen_cluster import cache, images
from testgen_cluster.suite import cluster as cluster_tool
from testgen_runtime.storage import schema
from tests.bench import rollout_images
from tests.bench.rollout_faults import LATER_REQUESTS
from tests.cluster.kube import Cluster, Object

SLOW_AFTER: Final = 150
"""Requests that a release of `slow-later` answers in time here: more than the smoke test makes."""
ANOTHER_RENDERING: Final = """import testgen_operator.plan.runtime as runtime

runtime.MARGIN_SECONDS += 1
"""
"""Python runs it before the operator: the runtime's pods have another second to end, as a later version may give them."""
NEWER: Final = '''"""A column that nobody needs yet."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("ALTER TABLE documents ADD COLUMN of_a_newer_release text")
'''
SMALL: Final[Mapping[str, Any]] = {"stores": {"deletionPolicy": "Delete"}, "resources": {"requests": {"cpu": "50m"}}}
"""Both releases find room on one small node, and nothing is left behind."""
CHECKS: Final[Mapping[str, Any]] = {
    "strategy": "BlueGreen",
    "bakeSeconds": 0,
    "scaleDownDelaySeconds": 0,
    "progressDeadlineSeconds": 300,
    "analysis": {"intervalSeconds": 5, "latencyP95Milliseconds": 9000},
}
"""A rollout with short waits, and with deadlines that a good release keeps on a busy machine too."""


def derived() -> dict[str, str]:
    """The image of each release, loaded: `good-1` and `good-2`, `newer-schema`, `bad-migration`, `slow-later`."""
    runtime = _recorded("runtime")
    files = {
        "good-1": rollout_images.marked("good-1"),
        "good-2": rollout_images.marked("good-2"),
        "newer-schema": newer_schema(schema.head()),
        "bad-migration": rollout_images.badly_migrating(schema.head()),
        "slow-later": _sooner(rollout_images.faulty("slow-later")),
    }
    return _loaded(runtime, files)


def newer_operator() -> str:
    """Another image of the operator, loaded; nothing of the program is another."""
    return _loaded(_recorded("operator"), {"newer": rollout_images.marked("newer")})["newer"]


def operator_that_renders_otherwise() -> str:
    """An image of the operator, loaded, that asks for other pods of the runtime than before."""
    layer = {"app/sitecustomize.py": (ANOTHER_RENDERING.encode(), 0o644)}
    return _loaded(_recorded("operator"), {"renders-otherwise": layer})["renders-otherwise"]


def _loaded(image: images.ImageTar, files: Mapping[str, rollout_images.Files]) -> dict[str, str]:
    """The node has the image with each of these layers on top; the references, by the layer's name."""
    repository, _, tag = image.ref.rpartition(":")
    refs = {one: f"{repository}:{tag}-test-{one}-{_digest(layer)}" for one, layer in files.items()}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "releases.tar"
        rollout_images.derive(image.tar, archive, {refs[one]: layer for one, layer in files.items()})
        cluster_tool("load", str(archive))
    return refs


def _digest(files: rollout_images.Files) -> str:
    """Of a layer's content: another content is another image."""
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()[:8]


def _recorded(name: str) -> images.ImageTar:
    """The archive of the image that the cluster was given last; a tree that changed meanwhile is nothing to the tests."""
    ref = images.recorded().get(name, "")
    for place in (cache.root() / "image").glob(f"{name}-*/ref"):
        if ref and place.read_text().strip() == ref:
            tar = place.with_name("image.tar")
            return images.ImageTar(ref, tar, tar.stat().st_size)
    return images.build((name,))[name]


def newer_schema(head: str) -> rollout_images.Files:
    """A good release that knows one more revision."""
    revision = f"{int(head) + 1:04}"
    text = NEWER.format(revision=revision, before=head)
    return {f"app/testgen_runtime/storage/migrations/versions/{revision}_newer.py": (text.encode(), 0o644)}


def _sooner(files: rollout_images.Files) -> rollout_images.Files:
    """The fault after fewer requests, which a short test makes too."""
    found = {}
    for path, (content, mode) in files.items():
        found[path] = (
            content.replace(b"LATER_REQUESTS: Final = %d" % LATER_REQUESTS, b"LATER_REQUESTS: Final = %d" % SLOW_AFTER),
            mode,
        )
    assert found != dict(files), "the fault counts its requests otherwise"
    return found


async def newest(cluster: Cluster, project: str) -> Object | None:
    """The record of the newest release."""
    found = await cluster.list("TestGenRelease", project=project)
    return max(found, key=lambda one: int(one["spec"]["sequence"]), default=None)


async def at(cluster: Cluster, project: str, step: str, *, after: int = 0, within: float = 240.0) -> Object:
    """The newest release once it is at a step (or `Done`) and its number is above `after`."""

    async def there() -> Object | None:
        found = await newest(cluster, project)
        seen.append(found and {"spec": found["spec"]["sequence"], "status": found.get("status")})
        if found is None or int(found["spec"]["sequence"]) <= after:
            return None
        return found if (found.get("status") or {}).get("step") == step else None

    seen: list[Any] = []
    try:
        found: Object = await cluster.eventually(there, within=within, what=f"a release of {project} at {step}")
    except AssertionError as problem:
        raise AssertionError(f"{problem}; the newest release: {seen[-1:]}") from None
    return found


async def ended(cluster: Cluster, project: str, *, after: int = 0, within: float = 240.0) -> Object:
    """The newest release, once it has ended and nothing drains."""
    return await at(cluster, project, "Done", after=after, within=within)
