"""TestGenProject: the only resource that a team must write. `spec: {}` with a name already gives a working project.

The CustomResourceDefinition is generated from these models (`python -m testgen_operator.resources.crds --write`): descriptions,
defaults, enums and bounds are theirs; what crosses fields is in `rules.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from testgen_operator import names
from testgen_operator.resources.problems import InvalidProject, Problem
from testgen_operator.resources.rules import broken_rules

__all__ = ["InvalidProject", "Problem", "TestGenProject", "owner_reference", "parse", "validate"]


def camel_case(name: str) -> str:
    """`daily_tokens` -> `dailyTokens`. Not pydantic's own, which makes `neo4J` of `neo4j`."""
    head, *tail = name.split("_")
    return head + "".join(map(str.capitalize, tail))


class Part(BaseModel):
    """A piece of the spec: camelCase outside, no unknown fields, never changed after it was read."""

    model_config = ConfigDict(alias_generator=camel_case, validate_by_name=True, extra="forbid", frozen=True, strict=True)


def _whole_number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Quantity = Annotated[
    str, BeforeValidator(_whole_number_as_text), Field(max_length=20, json_schema_extra={"x-kubernetes-int-or-string": True})
]
StorageSize = Annotated[str, Field(max_length=20)]
DnsName = Annotated[str, Field(min_length=1, max_length=63)]
ObjectName = Annotated[str, Field(min_length=1, max_length=253)]
ImageReference = Annotated[str, Field(min_length=1, max_length=512)]
ModelName = Annotated[str, Field(min_length=1, max_length=128)]


class ResourceAmounts(Part):
    cpu: Quantity | None = Field(None, description="Processor time, such as 500m or 2.")
    memory: Quantity | None = Field(None, description="Memory, such as 512Mi or 2Gi.")


class Resources(Part):
    """Overrides single values of the profile's preset; what is left out keeps the preset."""

    requests: ResourceAmounts = Field(ResourceAmounts(), description="What the scheduler reserves.")
    limits: ResourceAmounts = Field(ResourceAmounts(), description="What the container may use at most.")


class Storage(Part):
    size: StorageSize | None = Field(
        None,
        description="Size of the volume, such as 10Gi; the profile's when unset. It may grow, never shrink.",
    )
    storage_class_name: ObjectName | None = Field(
        None, description="StorageClass of the volume. Unset: the cluster's default. Cannot be changed later."
    )


class LocalReference(Part):
    name: ObjectName = Field(description="Name of a Secret in the project's namespace.")


PullSecrets = Annotated[tuple[LocalReference, ...], Field(max_length=8, json_schema_extra={"x-map-key": "name"})]


class SecretKeyRef(Part):
    name: ObjectName = Field(description="Name of a Secret in the project's namespace.")
    key: ObjectName = Field(description="Key inside the Secret.")


class ManagedOllama(Part):
    """An Ollama server that the operator runs for this project, reachable by this project's pods alone."""

    image: ImageReference | None = Field(None, description="Image of the Ollama server. Unset: the operator's default.")
    model_source: Literal["Pull", "Image"] = Field(
        "Pull",
        description="Pull: models are fetched with `ollama pull` onto a volume. Image: the image holds them under /models.",
    )
    storage: Storage = Field(Storage(), description="Volume for pulled models; unused with modelSource Image.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources.")


class Provider(Part):
    """A place that runs models: exactly one of `url` and `managed`."""

    name: DnsName = Field(description="Name that routes refer to.")
    type: Literal["Ollama"] = Field("Ollama", description="Kind of server.")
    url: Annotated[str, Field(min_length=1, max_length=512)] | None = Field(
        None, description="Base URL of a server that exists already, such as http://ollama.ai.svc:11434."
    )
    managed: ManagedOllama | None = Field(None, description="Let the operator run the server.")


class Route(Part):
    """Which provider and model does a task."""

    task: Literal["Any", "GenerateCases"] = Field(
        "Any", description="GenerateCases: the wording of test cases. Any: every task without a route of its own."
    )
    provider: DnsName = Field(description="Name of an entry of llm.providers.")
    model: ModelName = Field(description="Model as the provider names it, such as qwen2.5-coder:1.5b.")


class Llm(Part):
    """Without a provider, rules write every case."""

    providers: Annotated[tuple[Provider, ...], Field(max_length=8, json_schema_extra={"x-map-key": "name"})] = Field(
        (), description="Places that run models; at most one of them managed."
    )
    routes: Annotated[tuple[Route, ...], Field(max_length=8, json_schema_extra={"x-map-key": "task"})] = Field(
        (), description="Which provider and model does which task."
    )


class Budgets(Part):
    daily_tokens: Annotated[int, Field(ge=0, le=1_000_000_000_000)] | None = Field(
        None, description="Tokens that models may use in one UTC day. Unset: no limit."
    )
    on_exhaustion: Literal["Reject", "Degrade"] = Field(
        "Degrade", description="Degrade: rules write the remaining cases. Reject: generation is refused until the next day."
    )


class Postgres(Part):
    type: Literal["BuiltIn"] = Field("BuiltIn", description="BuiltIn: the operator runs one PostgreSQL. Cannot be changed later.")
    storage: Storage = Field(Storage(), description="Volume of the database.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources.")
    image: ImageReference | None = Field(None, description="Image of PostgreSQL. Unset: the operator's default.")


class Qdrant(Part):
    type: Literal["Embedded"] = Field(
        "Embedded", description="Embedded: every runtime pod holds its own index on scratch space and fills it from PostgreSQL."
    )


class Neo4j(Part):
    type: Literal["Disabled", "Managed"] = Field("Disabled", description="Managed: one Neo4j that the operator runs.")
    storage: Storage = Field(Storage(), description="Volume of the graph; unused when Disabled.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources.")
    image: ImageReference | None = Field(None, description="Image of Neo4j. Unset: the operator's default.")


class Stores(Part):
    deletion_policy: Literal["Retain", "Delete"] = Field(
        "Retain",
        description="What becomes of volumes and passwords with the project. Retain: a new one of its name finds them.",
    )
    postgres: Postgres = Field(Postgres(), description="The truth: documents, requirements, cases, jobs.")
    qdrant: Qdrant = Field(Qdrant(), description="The search index, a projection of PostgreSQL.")
    neo4j: Neo4j = Field(Neo4j(), description="The graph of requirements, a projection of PostgreSQL.")


class Access(Part):
    admin_key_secret_ref: SecretKeyRef | None = Field(
        None, description="The first admin key. Unset: the operator draws one into Secret <project>-admin-key, key api-key."
    )


class Spec(Part):
    """What a team asks for."""

    mode: Literal["Monolith"] = Field("Monolith", description="Monolith: one Deployment holds every role.")
    profile: Literal["Small", "Standard"] = Field(
        "Small", description="Resource presets. Small: a laptop or a trial. Standard: a team's daily work."
    )
    environment: Literal["Development", "Staging", "Production"] = Field(
        "Development", description="Presets of the log level: Development DEBUG, Staging INFO, Production WARNING."
    )
    version: Annotated[str, Field(min_length=1, max_length=63)] | None = Field(
        None, description="Version of the runtime: the tag of the operator's default image, or the name shown for `image`."
    )
    image: ImageReference | None = Field(None, description="Image of the runtime. Unset: the operator's default.")
    image_pull_policy: Literal["IfNotPresent", "Always", "Never"] = Field(
        "IfNotPresent", description="When the kubelet fetches images."
    )
    image_pull_secrets: PullSecrets = Field((), description="Secrets with credentials of private registries.")
    replicas: Annotated[int, Field(ge=0, le=50)] = Field(1, description="Number of runtime pods.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources of a runtime pod.")
    llm: Llm = Field(Llm(), description="Which models write the wording of cases.")
    budgets: Budgets = Field(Budgets(), description="How much models may be used.")
    stores: Stores = Field(Stores(), description="The databases.")
    access: Access = Field(Access(), description="Who may call the endpoint.")
    suspend: bool = Field(False, description="Run no runtime pod; the stores and their data stay.")


class TestGenProject(BaseModel):
    """One project as it is in the cluster, already valid."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    model_config = ConfigDict(frozen=True)

    name: str
    namespace: str
    uid: str
    generation: int
    spec: Spec
    status: dict[str, Any] = Field(default_factory=dict)


def parse(obj: Mapping[str, Any]) -> TestGenProject:
    """The project that `obj`, as it came from the API server, describes.

    Raises InvalidProject for an unknown field, a value out of bounds, or a broken rule of `rules.py`.
    """
    metadata = obj.get("metadata") or {}
    raw = obj.get("spec") or {}
    try:
        spec = Spec.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        raise InvalidProject(_problems(error)) from None
    project = TestGenProject(
        name=str(metadata.get("name", "")),
        namespace=str(metadata.get("namespace", "")),
        uid=str(metadata.get("uid", "")),
        generation=int(metadata.get("generation", 0)),
        spec=spec,
        status=dict(obj.get("status") or {}),
    )
    if problems := validate(project):
        raise InvalidProject(problems)
    return project


def validate(project: TestGenProject) -> list[Problem]:
    """Every rule that crosses fields and that `project` breaks; the same table that the CRD's CEL comes from."""
    return broken_rules(project.name, project.spec.model_dump(mode="json", by_alias=True, exclude_none=True))


def owner_reference(project: TestGenProject) -> dict[str, Any]:
    """The reference that makes the garbage collector delete a child with its project."""
    return {
        "apiVersion": names.API_VERSION,
        "kind": names.KIND,
        "name": project.name,
        "uid": project.uid,
        "controller": True,
        "blockOwnerDeletion": False,
    }


def _problems(error: ValidationError) -> list[Problem]:
    """pydantic's findings as field paths of the resource; the offending input itself is left out, it may be a secret."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        path = "spec"
        for step in one["loc"]:
            path += f"[{step}]" if isinstance(step, int) else f".{step}"
        known = "unknown field: remove it or correct its name" if one["type"] == "extra_forbidden" else one["msg"]
        found.append(Problem(path, known))
    return found
