"""Redis Managed: counters and kept answers that all pods share (S3-086…088). Nothing is lost with it.

Its user's passwords come from the mounted Secret at the start, by their hashes: both while a rotation is under way.
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import credentials, pods, stores, suspension
from testgen_operator.plan.credentials import Mounted
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import Json
from testgen_operator.plan.presets import preset
from testgen_operator.resources.project import TestGenProject

DATA: Final = "/data"
SNAPSHOTS: Final = "900 1 300 10 60 10000"  # S3-088

START: Final = r"""
set -eu
umask 077
{
  printf 'user default on resetpass ~* &* +@all'
  for file in "$SECRETS/password" "$SECRETS/previous-password"; do
    [ ! -s "$file" ] || printf ' #%s' "$(tr -d '\n' < "$file" | sha256sum | cut -d ' ' -f 1)"
  done
  printf '\n'
} > /tmp/users.acl
exec redis-server --aclfile /tmp/users.acl "$@"
"""

ANSWERS: Final = "redis-cli -h 127.0.0.1 ping 2>&1 | grep -qE 'PONG|NOAUTH'"
"""Without the password: that it asks for one is answer enough. While it loads its snapshot it says LOADING."""


def redis(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """Its volume, Service and server; nothing unless it is Managed."""
    wanted, name = project.spec.stores.redis, names.redis(project.name)
    if wanted.type != "Managed":
        return []
    return [
        stores.volume(project, facts, "redis", name, wanted.storage, preset(project.spec.profile).redis_storage),
        stores.service(project, "redis", name, names.PORT_REDIS, "redis"),
        _server(project, facts, name, wanted.image or images.redis),
    ]


def _server(project: TestGenProject, facts: Facts, name: str, image: str) -> Manifest:
    sizes, secret = preset(project.spec.profile), Mounted("redis", name, "password", "password", previous=True)
    answers: Json = {"exec": {"command": ["sh", "-c", ANSWERS]}}
    arguments = {
        "port": str(names.PORT_REDIS),
        "dir": DATA,
        "save": SNAPSHOTS,
        "maxmemory": sizes.redis_memory,  # S3-086
        "maxmemory-policy": "allkeys-lru",  # S3-087
    }
    server = pods.container(
        project,
        "redis",
        image,
        command=["sh", "-c", START, "redis", *(word for key, value in arguments.items() for word in (f"--{key}", value))],
        amounts=pods.resources(sizes.redis, project.spec.stores.redis.resources),
        env=[{"name": "SECRETS", "value": credentials.mount(secret)[1]}],
        ports=[{"name": "redis", "containerPort": names.PORT_REDIS, "protocol": "TCP"}],
        startupProbe=pods.probe(answers, period=1, timeout=5, failures=300),
        readinessProbe=pods.probe(answers, period=5, timeout=5, failures=3),
        livenessProbe=pods.probe({"tcpSocket": {"port": "redis"}}, period=10, timeout=5, failures=6),
        mounts=[("data", DATA), ("tmp", "/tmp")],  # noqa: S108
        read_only_mounts=[credentials.mount(secret)],
    )
    return stores.stateful_set(
        project,
        "redis",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        secrets=credentials.hash_of([name], facts),
        pod=pods.pod(
            project,
            pods.UID_REDIS,
            containers=[server],
            volumes=[
                pods.claim("data", stores.volume_name(name)),
                credentials.volume(secret),
                pods.scratch("tmp", "16Mi"),
            ],
            terminationGracePeriodSeconds=60,
        ),
    )
