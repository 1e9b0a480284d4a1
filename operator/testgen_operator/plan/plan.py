"""The whole plan of a project, stage by stage: stores, then the migration of the database, then the runtime."""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.plan import configuration, migration, neo4j, ollama, postgres, runtime, stores
from testgen_operator.plan.facts import Facts, secret_keys
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import GeneratedSecret, Manifest, ObjectKey, Plan
from testgen_operator.resources.project import TestGenProject


def plan(project: TestGenProject, facts: Facts, images: Images) -> Plan:
    """What should exist now. Total and pure; what is not due yet is left out, what is in use is kept.

    The migration Job is due when PostgreSQL is ready, the runtime's Deployment when that Job succeeded. A Deployment that exists
    stays as it is while a new migration runs or a Secret is missing; only `suspend` reaches it then, since it runs nothing.
    """
    config = configuration.config_map(project)
    job = migration.job(project, facts, images)
    migrated = migration.succeeded(job.name, project, facts)
    memory = migration.memory(job.name, project, facts)
    manifests = [
        runtime.service_account(project),
        *postgres.postgres(project, facts, images),
        *neo4j.neo4j(project, facts, images),
        *ollama.ollama(project, facts, images),
        runtime.active_service(project, memory),
        config,
    ]
    if not migrated and facts.ready(names.postgres(project.name)):
        manifests.append(job)
    if project.spec.suspend or (migrated and not missing_secrets(project, facts)):
        manifests.append(runtime.deployment(project, facts, images, config.name, memory))
    manifests += runtime.disruption_budget(project)
    secrets = tuple(_secrets(project, facts))
    return Plan(tuple(manifests), secrets, _keep(project, facts, manifests, secrets, job.key))


def missing_secrets(project: TestGenProject, facts: Facts) -> list[str]:
    """The Secrets in use that do not exist or lack their key."""
    return [
        name
        for name, key in secret_keys(project).items()
        if not (found := facts.secrets.get(name)) or not found.exists or key not in found.keys
    ]


def _secrets(project: TestGenProject, facts: Facts) -> list[GeneratedSecret]:
    found = [postgres.secret(project)]
    if project.spec.stores.neo4j.type == "Managed":
        found.append(neo4j.secret(project))
    if (key := runtime.admin_key(project)) is not None:
        found.append(key)
    return [one for one in found if not stores.password_is_lost(one.name, facts)]


def _keep(
    project: TestGenProject, facts: Facts, manifests: list[Manifest], secrets: tuple[GeneratedSecret, ...], job: ObjectKey
) -> frozenset[ObjectKey]:
    """Everything planned, and of what lives: the Deployment and its migration, the ConfigMaps that pods mount, and, under Retain,
    every volume and password (a store that was switched off may be switched on again)."""
    keep = {one.key for one in manifests} | {one.key for one in secrets} | {job}
    deployment = ObjectKey("apps/v1", "Deployment", project.namespace, names.runtime(project.name, runtime.ACTIVE))
    retained = {"PersistentVolumeClaim", "Secret"} if project.spec.stores.deletion_policy == "Retain" else set()
    for key in facts.live:
        mounted = key.kind == "ConfigMap" and key.name in facts.config_maps_in_use
        if key == deployment or mounted or key.kind in retained:
            keep.add(key)
    return frozenset(keep)
