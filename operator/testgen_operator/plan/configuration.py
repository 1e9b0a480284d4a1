"""The file that the runtime reads, /etc/testgen/config.yaml, in a ConfigMap named after its content.

A changed configuration is a new ConfigMap: a pod never sees a file that is not its release's, and an old release keeps its own.
The keys are those of the runtime's settings; tests/contract/test_rendered_config.py loads every rendered file with them.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from testgen_operator import names
from testgen_operator.plan.model import Manifest, digest
from testgen_operator.plan.pods import manifest
from testgen_operator.plan.presets import LOG_LEVELS, preset
from testgen_operator.resources.llm import Provider
from testgen_operator.resources.project import TestGenProject

CONFIG_DIRECTORY: Final = "/etc/testgen"
CONFIG_PATH: Final = f"{CONFIG_DIRECTORY}/config.yaml"
SECRETS_DIRECTORY: Final = "/etc/testgen-secrets"
POSTGRES_PASSWORD_FILE: Final = f"{SECRETS_DIRECTORY}/postgres/password"
NEO4J_PASSWORD_FILE: Final = f"{SECRETS_DIRECTORY}/neo4j/password"
ADMIN_KEY_FILE: Final = f"{SECRETS_DIRECTORY}/admin/api-key"
DATA_DIRECTORY: Final = "/var/lib/testgen"
DRAIN_SECONDS: Final = 20
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
    return yaml.safe_dump(settings(project), sort_keys=True, allow_unicode=True, default_flow_style=False)


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
        "qdrant": {"mode": "edge", "path": f"{DATA_DIRECTORY}/qdrant"},
        "neo4j": {"enabled": False},
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
    if spec.stores.neo4j.type == "Managed":
        found["neo4j"] = {
            "enabled": True,
            "uri": f"bolt://{names.host(names.neo4j(project.name), project.namespace)}:{names.PORT_BOLT}",
            "user": "neo4j",
            "password_file": NEO4J_PASSWORD_FILE,
            "database": "neo4j",
        }
    return found


def postgres_settings(project: TestGenProject) -> dict[str, Any]:
    sizes = preset(project.spec.profile)
    return {
        "mode": "server",
        "host": names.host(names.postgres(project.name), project.namespace),
        "port": names.PORT_POSTGRES,
        "database": "testgen",
        "user": "testgen",
        "password_file": POSTGRES_PASSWORD_FILE,
        "pool_min": sizes.pool_min,
        "pool_max": sizes.pool_max,
    }


def _url(project: TestGenProject, provider: Provider) -> str:
    if provider.url is not None:
        return provider.url.rstrip("/")
    return f"http://{names.host(names.ollama(project.name), project.namespace)}:{names.PORT_OLLAMA}"
