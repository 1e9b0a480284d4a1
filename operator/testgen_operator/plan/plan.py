"""The whole plan of a project, stage by stage: stores, then the migration of the database, then the runtime."""

from __future__ import annotations

from testgen_operator import names
from testgen_operator.plan import (
    autoscaling,
    components,
    configuration,
    credentials,
    edge,
    exposure,
    maintenance,
    migration,
    modes,
    neo4j,
    network,
    ollama,
    passwords,
    postgres,
    postgres_cluster,
    probe,
    qdrant,
    redis,
    runtime,
    stores,
)
from testgen_operator.plan.facts import Facts
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
        *qdrant.qdrant(project, facts, images),
        *redis.redis(project, facts, images),
        *ollama.ollama(project, facts, images),
        runtime.active_service(project, modes.serving(project, facts), memory),
        *runtime.services(project),
        config,
    ]
    manifests += stores.left_behind(project, facts, {one.name for one in manifests})
    manifests += [*probe.jobs(project, facts, images), *passwords.jobs(project, facts, images)]
    if not migrated and postgres.answers(project, facts):
        manifests.append(job)
    if project.spec.suspend or (migrated and not missing_secrets(project, facts)):
        manifests += _parts(project, facts, images, config.name, memory)
    manifests += [*runtime.disruption_budgets(project), *autoscaling.autoscalers(project)]
    manifests += network.policies(project, facts)
    manifests += [*maintenance.manifests(project, facts, images), *exposure.manifests(project, facts)]
    secrets = tuple(_secrets(project, facts))
    return Plan(tuple(manifests), secrets, _keep(project, facts, manifests, secrets, job.key))


def _parts(project: TestGenProject, facts: Facts, images: Images, config: str, migration: str) -> list[Manifest]:
    """The Deployments of the project's mode."""
    found: list[Manifest] = []
    for part in components.parts(project):
        if part.role:
            found.append(runtime.deployment(project, facts, images, part, config, migration))
        else:
            found += edge.manifests(project, facts, images, migration)
    return found


def missing_secrets(project: TestGenProject, facts: Facts) -> list[str]:
    """The Secrets in use that do not exist or lack their key."""
    return [
        name
        for name, keys in credentials.needed(project).items()
        if not (found := facts.secrets.get(name)) or not found.exists or not keys <= found.keys
    ]


def _secrets(project: TestGenProject, facts: Facts) -> list[GeneratedSecret]:
    key = runtime.admin_key(project)
    return [*passwords.secrets(project, facts), *([key] if key else [])]


def _keep(
    project: TestGenProject, facts: Facts, manifests: list[Manifest], secrets: tuple[GeneratedSecret, ...], job: ObjectKey
) -> frozenset[ObjectKey]:
    """Everything planned, and of what lives: the parts of this mode and those of another that still serve or drain, the
    migration, the ConfigMaps that pods mount, and every volume and password, whatever the deletion policy: a store that was
    switched off, by intent or by a slip, finds its data again. Under Delete they go with the project, by their owner references
    alone."""
    keep = {one.key for one in manifests} | {one.key for one in secrets} | {job}
    wanted = {names.workload(project.name, one, project.colour) for one in components.named(project)}
    leaving = {names.workload(project.name, one, project.colour) for one in modes.kept(project, facts)}
    retained = {"PersistentVolumeClaim", "Secret", postgres_cluster.KIND}
    for key in facts.live:
        mounted = key.kind == "ConfigMap" and key.name in facts.config_maps_in_use
        part = key.name in leaving or (key.kind == "Deployment" and key.name in wanted)
        if mounted or part or key.kind in retained:
            keep.add(key)
    return frozenset(keep)
