"""The shape of a project's status, for the CustomResourceDefinition; `status.compute` fills it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from testgen_operator.resources.parts import camel_case

Word = Annotated[str, Field(max_length=253)]
Text = Annotated[str, Field(max_length=1024)]


class Part(BaseModel):
    model_config = ConfigDict(alias_generator=camel_case, validate_by_name=True, extra="forbid", frozen=True)


class Condition(Part):
    type: Annotated[str, Field(max_length=64)] = Field(description="What is judged.")
    status: Literal["True", "False", "Unknown"] = Field(description="The judgement.")
    reason: Annotated[str, Field(max_length=64)] = Field(description="Stable name of the cause; docs/CONDITIONS.md lists them.")
    message: Text = Field(description="What it means and what to run, for people.")
    observed_generation: int = Field(description="The generation of the spec that was judged.")
    last_transition_time: str = Field(description="When the judgement last changed.", json_schema_extra={"format": "date-time"})


class Release(Part):
    name: Word = Field(description="Name of the release.")
    colour: Literal["blue", "green"] = Field(description="Colour of its Deployment.")
    version: Word = Field(description="Version of the runtime.")
    image: Annotated[str, Field(max_length=512)] = Field(description="Image of the runtime.")


class Releases(Part):
    active: Release | None = Field(None, description="The release behind the endpoint.")


class Failure(Part):
    component: Word = Field(description="Part of the project that fails.")
    reason: Word = Field(description="Stable name of the cause.")
    container: Word | None = Field(None, description="Container that failed.")
    exit_code: int | None = Field(None, description="How it ended.")
    message: Text | None = Field(None, description="What it said last, or what the API server answered.")


class Status(Part):
    """What the operator last saw."""

    observed_generation: int | None = Field(None, description="The generation of the spec that this status speaks of.")
    conditions: Annotated[tuple[Condition, ...], Field(max_length=32, json_schema_extra={"x-map-key": "type"})] = Field(
        (), description="Judgements; docs/CONDITIONS.md explains each."
    )
    endpoint: Annotated[str, Field(max_length=512)] | None = Field(
        None, description="Where the project answers: its host, or its Service inside the cluster."
    )
    replicas: int | None = Field(None, description="Number of runtime pods that exist.")
    selector: Annotated[str, Field(max_length=512)] | None = Field(None, description="Label selector of the runtime pods.")
    release: Releases | None = Field(None, description="What runs.")
    failures: Annotated[tuple[Failure, ...], Field(max_length=8)] = Field((), description="What fails, for machines.")
