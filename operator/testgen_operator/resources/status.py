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
    preview: Release | None = Field(None, description="The release under way, beside the one that serves.")


class IgnoredCommand(Part):
    command: Literal["promote", "abort", "retry", "pause", "skip", "rollback"] = Field(description="Field of spec.rollout.")
    message: Text = Field(description="Why it reaches nothing.")


class Rollout(Part):
    """The rollout under way, or the last one. Its figures and its end are in the TestGenRelease of its name."""

    release: Word = Field(description="Name of the TestGenRelease.")
    strategy: Literal["BlueGreen", "Canary", "RollingUpdate"] = Field(description="How it is rolled out.")
    step: Word | None = Field(None, description="Step that it is in; docs/ROLLOUTS.md lists them.")
    number: int | None = Field(None, description="Canary: index of the step of spec.rollout.steps, from 0.")
    weight: int | None = Field(None, description="Canary: requests in a hundred that the release gets.")
    traffic: Literal["Service", "GatewayWeights", "TraefikWeights", "NginxWeights", "ReplicaRatio"] | None = Field(
        None, description="What splits the requests. ReplicaRatio: the numbers of pods, so weights are rounded to them."
    )
    since: Annotated[str, Field(json_schema_extra={"format": "date-time"})] | None = Field(
        None, description="When the step began."
    )
    outcome: Literal["Promoted", "FastPromoted", "Aborted", "Superseded", "RolledBack"] | None = Field(
        None, description="How it ended."
    )
    held: Annotated[str, Field(max_length=64)] | None = Field(None, description="Reason for which it takes no step now.")
    ignored: Annotated[tuple[IgnoredCommand, ...], Field(max_length=6, json_schema_extra={"x-map-key": "command"})] = Field(
        (), description="Commands of spec.rollout that reach nothing."
    )


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
    rollout: Rollout | None = Field(None, description="The rollout under way, or the last one.")
    failures: Annotated[tuple[Failure, ...], Field(max_length=8)] = Field((), description="What fails, for machines.")
