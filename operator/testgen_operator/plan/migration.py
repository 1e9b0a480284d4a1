"""The migration Job: `testgen migrate` against the project's database, once for every image and database that needs it.

Its name is the hash of its own spec and of the database volume's identity, so a Job is never applied with a changed template
(which is immutable), and a database that was lost and made anew is migrated anew. That a migration succeeded is remembered on the
active Service and the Deployment: the Job itself is cleaned away, and after a failure that is what tries it again.
"""

from __future__ import annotations

from typing import Any, Final

from testgen_operator import names
from testgen_operator.plan import components, configuration, credentials, pods, stores
from testgen_operator.plan.facts import Facts, Phase
from testgen_operator.plan.images import Images, runtime_image
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import Json, manifest
from testgen_operator.resources.project import TestGenProject

RETRIES: Final = 3
DEADLINE_SECONDS: Final = 600
AMOUNTS: Final[Json] = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}}
KEEP_SECONDS: Final = 300
"""How long a finished Job stays to be looked at; a failed one is tried again after that."""


def job(project: TestGenProject, facts: Facts, images: Images) -> Manifest:
    """The Job that this project's image and database need."""
    spec = _spec(project, images)
    volume = facts.volumes.get(stores.volume_name(names.postgres(project.name)))
    name = names.migration(project.name, digest([spec, volume.uid if volume else ""]))
    return manifest(project, "batch/v1", "Job", name, names.labels(project.name, "migrate"), spec=spec)


def succeeded(job_name: str, project: TestGenProject, facts: Facts) -> bool:
    """Whether that migration has been done, now or earlier."""
    return facts.jobs.get(job_name) is Phase.SUCCEEDED or job_name in _remembered(project, facts)


def memory(job_name: str, project: TestGenProject, facts: Facts) -> str:
    """What the active Service and the Deployment are to remember: this migration once it is done, until then the last one."""
    if succeeded(job_name, project, facts):
        return job_name
    return next(filter(None, _remembered(project, facts)), "")


def _remembered(project: TestGenProject, facts: Facts) -> list[str]:
    """By the Service, and by the Deployments of every part, whatever mode and release made them."""
    parts = (one for one in facts.workloads.values() if one.component in components.TABLE)
    return [facts.service_migration, *(one.migration for one in parts)]


def _spec(project: TestGenProject, images: Images) -> Json:
    settings = configuration.postgres_settings(project)
    # One connection is enough, and a bigger pool must not change what this Job is.
    settings |= {"pool_min": 1, "pool_max": 2}
    env: list[dict[str, Any]] = [
        {"name": f"TESTGEN_POSTGRES__{key.upper()}", "value": str(value)} for key, value in sorted(settings.items())
    ]
    secrets = [one for one in credentials.mounted(project) if one.store == "postgres"]
    migrate = pods.container(
        project,
        "migrate",
        runtime_image(project, images),
        args=["testgen", "migrate"],
        amounts=AMOUNTS,
        env=[*env, {"name": "HOME", "value": "/tmp"}],  # noqa: S108
        mounts=[("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[*map(credentials.mount, secrets)],
    )
    return {
        "backoffLimit": RETRIES,
        "activeDeadlineSeconds": DEADLINE_SECONDS,
        "ttlSecondsAfterFinished": KEEP_SECONDS,
        "template": {
            "metadata": {"labels": names.labels(project.name, "migrate")},
            "spec": pods.pod(
                project,
                pods.UID_TESTGEN,
                containers=[migrate],
                volumes=[
                    *map(credentials.volume, secrets),
                    pods.scratch("tmp", "64Mi"),
                ],
                restartPolicy="Never",
                terminationGracePeriodSeconds=30,
            ),
        },
    }
