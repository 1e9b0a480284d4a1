"""What is allowed and still worth a word when a project is applied: risks that a person may have overlooked, deprecated fields.

Shown by the webhook (kubectl prints them) and by `kubectl testgen validate`; never a reason to refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from testgen_operator.resources.problems import Problem
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout.model import Strategy

FEWEST_IN_PRODUCTION = 3
"""S2-113: a production project runs on at least three pods."""


def warnings(project: TestGenProject) -> list[Problem]:
    """Every warning about `project`, in the order of its fields."""
    return [*_risks(project), *deprecated(project.spec)]


def _risks(project: TestGenProject) -> Iterator[Problem]:
    spec = project.spec
    production = spec.environment == "Production"
    if spec.image and _floats(spec.image):
        yield Problem("spec.image", "names no fixed version: two pods may run different ones; write a tag or a digest")
    if production and spec.mode == "Monolith" and not spec.suspend:
        fewest = spec.autoscaling.min_replicas if spec.autoscaling.enabled else spec.replicas
        if fewest is not None and fewest < FEWEST_IN_PRODUCTION:
            yield Problem("spec.replicas", f"Production needs at least {FEWEST_IN_PRODUCTION} pods, or a lost node is an outage")
    for number, provider in enumerate(spec.llm.providers):
        if provider.url and _leaves_the_cluster_unencrypted(provider.url):
            yield Problem(f"spec.llm.providers[{number}].url", "sends documents unencrypted: use https outside the cluster")
    if production and spec.stores.deletion_policy == "Delete":
        yield Problem("spec.stores.deletionPolicy", "deletes the databases with the project; Retain keeps them")
    postgres, redis = spec.stores.postgres.external, spec.stores.redis.external
    if postgres and postgres.ssl_mode in ("disable", "require"):
        yield Problem("spec.stores.postgres.external.sslMode", "does not prove the server: use verify-full")
    if redis and not redis.tls:
        yield Problem("spec.stores.redis.external.tls", "sends counters and kept answers unencrypted: set it to true")
    if spec.exposure.type != "Disabled" and not spec.exposure.force_https:
        yield Problem("spec.exposure.forceHttps", "serves keys and documents unencrypted: set it to true")
    if production and not spec.network_policy.enabled:
        yield Problem("spec.networkPolicy.enabled", "lets every pod of the cluster reach the databases: set it to true")
    yield from _rollout(project)


def _rollout(project: TestGenProject) -> Iterator[Problem]:
    wanted, analysis = policy(project), project.spec.rollout.analysis
    production = project.spec.environment == "Production"
    watched = wanted.strategy is not Strategy.ROLLING or wanted.analysis
    if production and not wanted.is_tried_beside:
        yield Problem("spec.rollout.strategy", "lets a release serve before it is checked: Production is for BlueGreen or Canary")
    elif production and not wanted.analysis:
        yield Problem("spec.rollout.analysis.enabled", "lets a release serve that nobody has measured: set it to true")
    elif watched and wanted.bake_seconds == 0:
        yield Problem("spec.rollout.bakeSeconds", "a release that fails while it serves does not return by itself: 300 is usual")
    if wanted.analysis and not wanted.smoke and analysis.golden is None and not analysis.web:
        yield Problem(
            "spec.rollout.smoke.enabled",
            "nobody calls a release before it serves, so its analysis has no figure and waits for a person: set it to true",
        )
    needed = (wanted.failure_limit + 1) * wanted.interval_seconds
    if wanted.analysis and 0 < wanted.bake_seconds < needed:
        yield Problem(
            "spec.rollout.bakeSeconds",
            f"ends before analysis.failureLimit can be passed, in {needed:g} s at analysis.intervalSeconds: lengthen it, or "
            "only the last measurement counts",
        )
    if production and not wanted.backup_before_upgrade and project.spec.stores.postgres.type == "BuiltIn":
        yield Problem("spec.rollout.backupBeforeUpgrade", "migrates without a backup: set it to true")
    for number, job in enumerate(analysis.jobs):
        if _floats(job.image):
            at = f"spec.rollout.analysis.jobs[{number}].image"
            yield Problem(at, "names no fixed version: two releases may be checked by different ones; write a tag or a digest")


def deprecated(part: BaseModel, path: str = "spec") -> Iterator[Problem]:
    """The fields in use that a later version will no longer know."""
    for name, field in type(part).model_fields.items():
        if name not in part.model_fields_set:
            continue
        where = f"{path}.{field.alias or name}"
        if field.deprecated:
            hint = field.deprecated if isinstance(field.deprecated, str) else "a later version will refuse it"
            yield Problem(where, f"is deprecated: {hint}")
        value: Any = part.__dict__[name]
        for below, at in _below(value, where):
            yield from deprecated(below, at)


def _below(value: Any, path: str) -> Iterator[tuple[BaseModel, str]]:
    if isinstance(value, BaseModel):
        yield value, path
    elif isinstance(value, tuple):
        yield from ((one, f"{path}[{number}]") for number, one in enumerate(value) if isinstance(one, BaseModel))


def _floats(image: str) -> bool:
    name = image.rpartition("/")[2]
    return "@" not in image and (":" not in name or name.endswith(":latest"))


def _leaves_the_cluster_unencrypted(url: str) -> bool:
    parts = urlsplit(url)
    inside = re.search(r"(^[^.]+|\.svc|\.svc\.cluster\.local|^localhost|^127\.\d+\.\d+\.\d+)$", parts.hostname or "")
    return parts.scheme == "http" and inside is None
