"""The whole plan of a project, stage by stage: stores, then the migration of the database, then the runtime."""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import (
    autoscaling,
    checks,
    components,
    configuration,
    credentials,
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
    sides,
    stores,
    traffic,
)
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images
from testgen_operator.plan.model import GeneratedSecret, Manifest, ObjectKey, Plan
from testgen_operator.plan.sides import Side
from testgen_operator.plan.traffic import Rollout
from testgen_operator.resources.project import TestGenProject

OBSERVED: Final = frozenset({"EndpointSlice"})
"""Children that controllers of the cluster make and take away."""


def plan(project: TestGenProject, facts: Facts, images: Images, rollout: Rollout | None = None) -> Plan:
    """What should exist now. Total and pure; what is not due yet is left out, what is in use is kept.

    The migration Job is due when PostgreSQL is ready, the runtime's Deployment when that Job succeeded. A Deployment that exists
    stays as it is while a new migration runs or a Secret is missing; only `suspend` reaches it then, since it runs nothing.

    `rollout`: what a decision of `rollout.machine` asks for; without one, the spec is followed in place.
    """
    decision = rollout.decision if rollout else None
    both = sides.sides(project, facts, images, decision, rollout.target if rollout else "")
    served = next((one.project for one in both if one.serves), project)
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
        *traffic.services(project, served, facts, memory, rollout),
        *(one for side in both for one in runtime.services(side.project)),
        configuration.config_map(project),
    ]
    manifests += stores.left_behind(project, facts, {one.name for one in manifests})
    manifests += [*probe.jobs(project, facts, images), *passwords.jobs(project, facts, images)]
    if not migrated and postgres.answers(project, facts) and (rollout is None or rollout.migrates):
        manifests.append(job)
    for side in both:
        if not side.held and (project.spec.suspend or _is_due(side, migrated, facts)):
            used = credentials.needed(side.project)
            rendered = sides.deployments(side.project, facts, images, memory, side.size)
            manifests += [credentials.remembering(one, used, facts) if _has_hash(one) else one for one in rendered]
        manifests += runtime.disruption_budgets(side.project) if side.size != 0 else []
        manifests += autoscaling.autoscalers(side.project) if side.serves and side.size is None else []
    if rollout is not None:
        tried = rollout.tried or project
        template, in_place = rollout.template or rollout.target, rollout.in_place
        manifests += checks.jobs(tried, rollout.release, template, images, rollout.checks, facts, in_place=in_place)
    manifests += network.policies(project, facts)
    weight = traffic.weight(project, facts, rollout)
    manifests += [*maintenance.manifests(project, facts, images), *exposure.manifests(project, facts, weight)]
    secrets = tuple(_secrets(project, facts))
    manifests = [credentials.remembering_own(one, facts) if _has_hash(one) else one for one in manifests]
    manifests = list({one.key: one for one in manifests}.values())
    scaled = {key: count for side in both if side.held for key, count in sides.scaled(side, facts).items()}
    # One of a release that was given up is stopped, and a failed one forgotten: a `retry` is not judged by it.
    jobs = {job.key} if migrated or rollout is None or not rollout.gave_up else set[ObjectKey]()
    return Plan(tuple(manifests), secrets, _keep(both, facts, manifests, secrets, jobs, rollout), scaled)


def _has_hash(manifest: Manifest) -> bool:
    """Whether its pods restart when a Secret changes."""
    template = manifest.object.get("spec", {}).get("template") or {}
    return names.ANNOTATION_SECRETS_HASH in ((template.get("metadata") or {}).get("annotations") or {})


def _is_due(side: Side, migrated: bool, facts: Facts) -> bool:
    return (migrated or not side.is_target) and not missing_secrets(side.project, facts)


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
    both: list[Side],
    facts: Facts,
    manifests: list[Manifest],
    secrets: tuple[GeneratedSecret, ...],
    jobs: set[ObjectKey],
    rollout: Rollout | None,
) -> frozenset[ObjectKey]:
    """Everything planned, and of what lives: the parts of this mode and those of another that still serve or drain, the
    migration, the ConfigMaps that pods mount, and every volume and password, whatever the deletion policy: a store that was
    switched off, by intent or by a slip, finds its data again. Under Delete they go with the project, by their owner references
    alone."""
    keep = {one.key for one in manifests} | {one.key for one in secrets} | jobs
    wanted: set[str] = set()
    leaving: set[str] = set()
    for side in both:
        project = side.project
        wanted |= {names.workload(project.name, one, project.colour) for one in components.named(project)}
        if side.serves:
            leaving |= {names.workload(project.name, one, project.colour) for one in modes.kept(project, facts)}
        if side.unknown:  # whatever stands on that side
            wanted |= {one.name for one in sides.live(facts, project.colour)}
    retained = {"PersistentVolumeClaim", "Secret", postgres_cluster.KIND}
    expired = rollout.decision.expired if rollout else ()
    looked_at = checks.kept(facts, both[0].project, rollout.release) if rollout and both else set[str]()
    for key in facts.live:
        mounted = key.kind == "ConfigMap" and key.name in facts.config_maps_in_use
        part = key.name in leaving or (key.kind == "Deployment" and key.name in wanted)
        record = key.kind == names.RELEASE_KIND and key.name not in expired
        check = key.kind == "Job" and key.name in looked_at
        if mounted or part or record or check or key.kind in retained or key.kind in OBSERVED:
            keep.add(key)
    return frozenset(keep)
