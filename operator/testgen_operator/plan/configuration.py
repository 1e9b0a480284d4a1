"""The file that the runtime reads, /etc/testgen/config.yaml, in a ConfigMap named after its content.

A changed configuration is a new ConfigMap: a pod never sees a file that is not its release's, and an old release keeps its own.
The keys are those of the runtime's settings; tests/contract/test_rendered_config.py loads every rendered file with them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import yaml

from testgen_operator import names
from testgen_operator.plan import components, credentials
from testgen_operator.plan.credentials import SECRETS_DIRECTORY
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import manifest
from testgen_operator.plan.presets import LOG_LEVELS, preset
from testgen_operator.resources import quantity
from testgen_operator.resources.exposure import Exposure, Jwt
from testgen_operator.resources.llm import Provider
from testgen_operator.resources.project import TestGenProject
from testgen_operator.wire import canonical, decode

CONFIG_DIRECTORY: Final = "/etc/testgen"
CONFIG_PATH: Final = f"{CONFIG_DIRECTORY}/config.yaml"
POSTGRES_PASSWORD_FILE: Final = f"{SECRETS_DIRECTORY}/postgres/password"
ADMIN_KEY_FILE: Final = f"{SECRETS_DIRECTORY}/admin/api-key"
DATA_DIRECTORY: Final = "/var/lib/testgen"
AUTHORITIES: Final = "/etc/ssl/certs/ca-certificates.crt"
"""The certificate authorities that the runtime's image trusts."""
POD_NETWORKS: Final = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
"""Where pods have their addresses. The edge tells who its caller is, after it has believed exposure.trustedProxies alone; a role
believes the edge, whose address nobody knows beforehand. While there are fences nobody else reaches a role (plan/network.py);
without them any pod does, and no more than trustedProxies is believed."""
DRAIN_SECONDS: Final = 20
UNWRITTEN_BODY_SIZE: Final = Exposure.model_fields["max_body_size"].default
CALL_SECONDS: Final = 300
"""One call of a model on processors alone: five cases of a 1.5B model take a minute on two free cores, several on busy ones."""


def config_map(project: TestGenProject) -> Manifest:
    """The rendered file, immutable, called after its content."""
    text = render(project)
    return manifest(
        project,
        "v1",
        "ConfigMap",
        names.config(project.name, digest(text)),
        names.labels(project.name, "all"),
        immutable=True,
        data={"config.yaml": text},
    )


def render(project: TestGenProject) -> str:
    return _as_yaml(canonical(settings(project)))


@lru_cache(maxsize=2048)
def _as_yaml(settings_as_json: str) -> str:
    """Remembered, since writing YAML took a third of a pass over a project."""
    return yaml.safe_dump(decode(settings_as_json), sort_keys=True, allow_unicode=True, default_flow_style=False)


def settings(project: TestGenProject) -> dict[str, Any]:
    """The runtime's settings. Replicas are no part of them: scaling is no new release."""
    spec = project.spec
    found: dict[str, Any] = {
        "environment": spec.environment,
        "role": "all",
        "data_dir": DATA_DIRECTORY,
        "project": {"name": project.name, "namespace": project.namespace},
        "log": {"level": LOG_LEVELS[spec.environment], "format": "json"},
        "server": {"host": "0.0.0.0", "port": names.PORT_HTTP, "drain_seconds": DRAIN_SECONDS},  # noqa: S104 - a pod's own address
        "postgres": postgres_settings(project),
        "qdrant": qdrant_settings(project),
        "neo4j": neo4j_settings(project),
        "redis": redis_settings(project),
        "llm": {
            "providers": [
                {"name": one.name, "type": one.type, "url": _url(project, one), "timeout": CALL_SECONDS}
                for one in spec.llm.providers
            ],
            "routes": [{"task": one.task, "provider": one.provider, "model": one.model} for one in spec.llm.routes],
        },
        "budgets": {"on_exhaustion": spec.budgets.on_exhaustion},
        "bootstrap_api_key_file": ADMIN_KEY_FILE,
    }
    if spec.budgets.daily_tokens is not None:
        found["budgets"]["daily_tokens"] = spec.budgets.daily_tokens
    if components.is_split(project) and spec.network_policy.enabled:
        found["server"]["trusted_proxies"] = list(POD_NETWORKS)
    elif spec.exposure.trusted_proxies:
        found["server"]["trusted_proxies"] = list(spec.exposure.trusted_proxies)
    if spec.exposure.max_body_size != UNWRITTEN_BODY_SIZE:  # the runtime's own bound lies below the default
        found["server"]["max_body_bytes"] = int(quantity.parse(spec.exposure.max_body_size))
    if spec.access.four_eyes:
        found["review"] = {"four_eyes": True}
    if spec.access.encryption_keys_secret_ref:
        found["security"] = {"encryption_keys_file": credentials.by_folder(project)["encryption"].path}
    if spec.access.jwt is not None:
        found["auth"] = {"jwt": _jwt(project, spec.access.jwt)}
    if peers := components.peers(project):
        found["peers"] = peers
        found["internal_token_file"] = credentials.by_folder(project)["internal"].path
    return found


def postgres_settings(project: TestGenProject) -> dict[str, Any]:
    """Where the database is and how it is opened, whoever runs it."""
    sizes, wanted = preset(project.spec.profile), project.spec.stores.postgres
    password = credentials.postgres_password(project)
    name = names.postgres(project.name)
    found: dict[str, Any] = {
        "mode": "server",
        "host": names.host(name, project.namespace),
        "port": names.PORT_POSTGRES,
        "database": "testgen",
        "user": "testgen",
        "password_file": password.path,
        "pool_min": sizes.pool_min,
        "pool_max": sizes.pool_max,
    }
    if password.previous:
        found["previous_password_file"] = password.previous_path
    if wanted.read_replica:
        found |= {"read_host": names.host(names.postgres_replica(project.name), project.namespace)}
    if wanted.type == "CloudNativePG":
        # That operator's own Services and certificates.
        found |= {"host": names.host(f"{name}-rw", project.namespace), "ssl_mode": "verify-full"}
        if wanted.cloud_native_pg is None or wanted.cloud_native_pg.instances > 1:
            found |= {"read_host": names.host(f"{name}-ro", project.namespace)}
    if (external := wanted.external) is not None:
        found |= {
            "host": external.host,
            "port": external.port,
            "database": external.database,
            "user": external.user,
            "ssl_mode": external.ssl_mode,
        }
        if external.read_host:
            found |= {"read_host": external.read_host, "read_port": external.port}
    if found.get("ssl_mode", "disable").startswith("verify"):
        authority = credentials.postgres_authority(project)
        found["ca_file"] = authority.path if authority else AUTHORITIES
    return found


def qdrant_settings(project: TestGenProject) -> dict[str, Any]:
    wanted = project.spec.stores.qdrant
    if wanted.type == "Embedded":
        return {"mode": "edge", "path": f"{DATA_DIRECTORY}/qdrant"}
    url = f"http://{names.host(names.qdrant(project.name), project.namespace)}:{names.PORT_QDRANT_HTTP}"
    found: dict[str, Any] = {
        "mode": "server",
        "url": wanted.external.url.rstrip("/") if wanted.external else url,
        "shard_number": wanted.shards,
        "replication_factor": wanted.replication_factor,
    }
    if wanted.external is not None:
        found["scope"] = scope(project)
    return found | _file(project, "qdrant", "api_key_file")


def neo4j_settings(project: TestGenProject) -> dict[str, Any]:
    wanted = project.spec.stores.neo4j
    if wanted.type == "Disabled":
        return {"enabled": False}
    found: dict[str, Any] = {"enabled": True, **_file(project, "neo4j", "password_file")}
    if wanted.external is not None:
        where = {"uri": wanted.external.uri, "user": wanted.external.user, "database": wanted.external.database}
        return found | where | {"scope": scope(project)}
    uri = f"bolt://{names.host(names.neo4j(project.name), project.namespace)}:{names.PORT_BOLT}"
    return found | {"uri": uri, "user": "neo4j", "database": "neo4j"}


def redis_settings(project: TestGenProject) -> dict[str, Any]:
    wanted = project.spec.stores.redis
    if wanted.type == "Disabled":
        return {"enabled": False}
    found: dict[str, Any] = {"enabled": True, **_file(project, "redis", "password_file")}
    if wanted.external is not None:
        where = {"host": wanted.external.host, "port": wanted.external.port, "tls": wanted.external.tls}
        return found | where | {"scope": scope(project)}
    host = names.host(names.redis(project.name), project.namespace)
    return found | {"host": host, "port": names.PORT_REDIS, "tls": False}


def scope(project: TestGenProject) -> str:
    """This project's part of a server that it shares with others. A namespace has no dot, so no two projects have the same.

    A server that the operator runs has one project alone: its data stays under the project's name.
    """
    return f"{project.namespace}.{project.name}"


def _file(project: TestGenProject, folder: str, setting: str) -> dict[str, str]:
    """The setting that names the mounted file, if there is one."""
    found = credentials.by_folder(project).get(folder)
    return {setting: found.path} if found else {}


def _jwt(project: TestGenProject, wanted: Jwt) -> dict[str, Any]:
    found: dict[str, Any] = {"audience": wanted.audience, "algorithms": []}
    if wanted.secret_ref:
        found["secret_file"] = credentials.by_folder(project)["jwt"].path
        found["algorithms"] += ["HS256"]
    if wanted.jwks_url:
        found["jwks_url"] = wanted.jwks_url
        found["algorithms"] += ["RS256", "ES256"]
    if wanted.issuer:
        found["issuer"] = wanted.issuer
    return found


def _url(project: TestGenProject, provider: Provider) -> str:
    if provider.url is not None:
        return provider.url.rstrip("/")
    return f"http://{names.host(names.ollama(project.name), project.namespace)}:{names.PORT_OLLAMA}"
