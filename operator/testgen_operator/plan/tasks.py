"""A Job of the runtime's image that does one thing to one store and tries again until it is done.

The container is started again in its pod with the kubelet's growing pauses (up to five minutes), so a Job that fails leaves one
pod and not a hundred, and that pod says what is wrong. A Job whose spec is another has another name; the old one is pruned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import credentials, pods
from testgen_operator.plan.credentials import Mounted
from testgen_operator.plan.images import Images, runtime_image
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources.project import TestGenProject

AMOUNTS: Final[Json] = {"requests": {"cpu": "25m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "256Mi"}}
ENDLESS: Final = 100_000
"""More tries than there will be: the pauses between them are five minutes."""


def task(
    project: TestGenProject,
    images: Images,
    component: Component,
    name: Callable[[str], str],
    args: Sequence[str],
    settings: Mapping[str, Any],
    secrets: Sequence[Mounted],
    identity: object,
) -> Manifest:
    """`testgen <args>` with these settings and mounted Secrets. `name`: of a digest of all of it and of `identity`, which is what
    makes it another task although it looks the same (the Secret's digest, the volume)."""
    container = pods.container(
        project,
        component,
        runtime_image(project, images),
        args=["testgen", *args],
        amounts=AMOUNTS,
        env=[
            *({"name": f"TESTGEN_{key}", "value": _text(value)} for key, value in sorted(settings.items())),
            {"name": "HOME", "value": "/tmp"},  # noqa: S108
        ],
        mounts=[("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[*map(credentials.mount, secrets)],
    )
    spec: Json = {
        "backoffLimit": ENDLESS,
        "template": {
            "metadata": {"labels": names.labels(project.name, component)},
            "spec": pods.pod(
                project,
                pods.UID_TESTGEN,
                containers=[container],
                volumes=[*map(credentials.volume, secrets), pods.scratch("tmp", "64Mi")],
                restartPolicy="OnFailure",
                terminationGracePeriodSeconds=5,
            ),
        },
    }
    called = name(digest([spec, identity]))
    return manifest(project, "batch/v1", "Job", called, names.labels(project.name, component), spec=spec)


def variables(section: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """One section of the runtime's settings as the names of its environment variables, without TESTGEN_."""
    return {f"{section.upper()}__{key.upper()}": value for key, value in settings.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
