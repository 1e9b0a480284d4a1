"""Who writes the words of cases, and how much that may cost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from testgen_operator.resources.parts import DnsName, ImageReference, ModelName, Part, Resources, Storage, Url


class ManagedOllama(Part):
    """An Ollama server that the operator runs for this project, reachable by this project's pods alone."""

    image: ImageReference | None = Field(None, description="Image of the Ollama server. Unset: the operator's default.")
    model_source: Literal["Pull", "Image"] = Field(
        "Pull",
        description="Pull: models are fetched with `ollama pull` onto a volume. Image: the image holds them under /models.",
    )
    storage: Storage = Field(Storage(), description="With modelSource Pull: volume for the models.")
    resources: Resources = Field(Resources(), description="Overrides of the preset's resources.")


class Provider(Part):
    """A place that runs models: exactly one of `url` and `managed`."""

    name: DnsName = Field(description="Name that routes refer to.")
    type: Literal["Ollama"] = Field("Ollama", description="Kind of server.")
    url: Url | None = Field(None, description="Base URL of a server that exists already, such as http://ollama.ai.svc:11434.")
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
