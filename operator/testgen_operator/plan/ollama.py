"""Managed Ollama: one model server for this project alone.

Before the server starts, an init container starts it for itself and makes sure that every routed model is there (`ollama pull`
onto the volume, or a look into the image): a wrong model name is that container's last word, not a timeout somewhere else.
"""

from __future__ import annotations

from typing import Final

from testgen_operator import names
from testgen_operator.plan import pods, stores, suspension
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.images import Images, version_of
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.presets import preset
from testgen_operator.resources.llm import ManagedOllama, Provider
from testgen_operator.resources.project import TestGenProject

MODELS: Final = "/models"
MODEL_CONTAINER: Final = "models"

FETCH: Final = """\
ollama serve >/tmp/serve.log 2>&1 &
tries=0
until ollama list >/dev/null 2>&1; do
  tries=$((tries + 1))
  if [ "$tries" -gt 120 ]; then echo "the model server does not start:"; tail -n 5 /tmp/serve.log; exit 1; fi
  sleep 0.5
done
for model in "$@"; do
  if ollama show "$model" >/dev/null 2>&1; then continue; fi
  if [ "$MODEL_SOURCE" = Image ]; then echo "model $model not found in the image" >&2; exit 3; fi
  echo "pulling $model"
  if ! ollama pull "$model" >/tmp/pull.log 2>&1; then
    tr '\\r' '\\n' </tmp/pull.log | grep -i error | tail -n 1 >&2
    if grep -q "file does not exist" /tmp/pull.log; then echo "model $model not found in the library" >&2; exit 3; fi
    exit 4
  fi
done
"""
"""Exit codes: 3 the model does not exist, 4 it could not be fetched. Model names come as arguments, never as script text."""

EXIT_MODEL_NOT_FOUND: Final = 3
EXIT_PULL_FAILED: Final = 4


def managed(project: TestGenProject) -> tuple[Provider, ManagedOllama] | None:
    """The provider that the operator runs, if there is one (at most one, by a rule of the schema)."""
    for provider in project.spec.llm.providers:
        if provider.managed is not None:
            return provider, provider.managed
    return None


def models(project: TestGenProject, provider: Provider) -> list[str]:
    return sorted({route.model for route in project.spec.llm.routes if route.provider == provider.name})


def ollama(project: TestGenProject, facts: Facts, images: Images) -> list[Manifest]:
    """The model server's volume, Service, server and fence; nothing when no provider is managed."""
    found = managed(project)
    if found is None:
        return []
    provider, wanted = found
    name = names.ollama(project.name)
    pulls = wanted.model_source == "Pull"
    size = preset(project.spec.profile).ollama_storage
    return [
        *([stores.volume(project, facts, "ollama", name, wanted.storage, size)] if pulls else []),
        stores.service(project, "ollama", name, names.PORT_OLLAMA, "ollama"),
        _server(project, facts, name, wanted.image or images.ollama, wanted, models(project, provider)),
    ]


def _server(project: TestGenProject, facts: Facts, name: str, image: str, wanted: ManagedOllama, needed: list[str]) -> Manifest:
    amounts = pods.resources(preset(project.spec.profile).ollama, wanted.resources)
    env = [
        {"name": "HOME", "value": "/tmp"},  # noqa: S108 - the server keeps its own key pair there
        {"name": "OLLAMA_MODELS", "value": MODELS},
        {"name": "OLLAMA_HOST", "value": f"0.0.0.0:{names.PORT_OLLAMA}"},
        {"name": "OLLAMA_NOPRUNE", "value": "1"},  # else it deletes at start what it does not know, on a read-only image
        {"name": "OLLAMA_KEEP_ALIVE", "value": "24h"},  # loading a model costs more than keeping it
    ]
    mounts = [("tmp", "/tmp"), *([("models", MODELS)] if wanted.model_source == "Pull" else [])]  # noqa: S108
    answers = pods.http_get("/", "ollama")
    fetch = pods.container(
        project,
        MODEL_CONTAINER,
        image,
        command=["sh", "-c", FETCH, MODEL_CONTAINER, *needed],
        amounts=amounts,
        env=[
            *({**one, "value": f"127.0.0.1:{names.PORT_OLLAMA}"} if one["name"] == "OLLAMA_HOST" else one for one in env),
            {"name": "MODEL_SOURCE", "value": wanted.model_source},
        ],
        mounts=mounts,
    )
    server = pods.container(
        project,
        "ollama",
        image,
        command=["ollama", "serve"],
        amounts=amounts,
        env=env,
        ports=[{"name": "ollama", "containerPort": names.PORT_OLLAMA, "protocol": "TCP"}],
        startupProbe=pods.probe(answers, period=1, timeout=5, failures=120),
        readinessProbe=pods.probe(answers, period=10, timeout=5, failures=3),
        livenessProbe=pods.probe(answers, period=20, timeout=10, failures=6),
        mounts=mounts,
    )
    return stores.stateful_set(
        project,
        "ollama",
        name,
        version=version_of(image),
        replicas=suspension.store_replicas(project, facts),
        pod=pods.pod(
            project,
            pods.UID_TESTGEN,
            initContainers=[fetch],
            containers=[server],
            volumes=[
                pods.scratch("tmp", "1Gi"),
                *([pods.claim("models", stores.volume_name(name))] if wanted.model_source == "Pull" else []),
            ],
            terminationGracePeriodSeconds=30,
        ),
    )
