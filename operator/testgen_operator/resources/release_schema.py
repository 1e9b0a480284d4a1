"""The shape of a TestGenRelease, for the CustomResourceDefinition; `release` writes and reads it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from testgen_operator.resources.parts import camel_case

MOST_FIGURES: Final = 40
MOST_LAST_LINES: Final = 2048
MOST_WORDS: Final = 253

Word = Annotated[str, Field(max_length=MOST_WORDS)]
Text = Annotated[str, Field(max_length=1024)]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Count = Annotated[int, Field(ge=0, le=2_147_483_647)]
Colour = Literal["blue", "green"]


class Part(BaseModel):
    model_config = ConfigDict(alias_generator=camel_case, validate_by_name=True, extra="forbid", frozen=True)


class StepSpec(Part):
    weight: Annotated[int, Field(ge=1, le=99)] = Field(description="Requests in a hundred that it gets.")
    pause_seconds: Annotated[int, Field(ge=0, le=86_400)] | None = Field(
        None, description="How long. Unset: until a person goes on."
    )


class PolicySpec(Part):
    """What belongs to its strategy; it holds where the project asks for another strategy meanwhile."""

    auto_promote: bool = Field(True, description="It serves as soon as its checks are good.")
    preview_replicas: Annotated[int, Field(ge=1, le=100)] | None = Field(None, description="Pods before it serves.")
    steps: Annotated[tuple[StepSpec, ...], Field(max_length=20)] = Field((), description="Canary: its shares.")
    smoke: bool | None = Field(None, description="It is tried the way of a user.")
    analysis: bool | None = Field(None, description="It is measured.")


class ReleaseSpec(Part):
    """What was rolled out. Never changed."""

    project: Word = Field(description="The project.")
    template: Word = Field(description="Name of everything that makes up the pods; a later release may have the same.")
    sequence: Count = Field(description="Number of the rollout within the project.")
    previous: Word = Field("", description="The release that served when this one began; empty for the first.")
    version: Word = Field(description="Version of the runtime.")
    image: Annotated[str, Field(max_length=512)] = Field(description="Image of the runtime.")
    mode: Literal["Monolith", "Microservices", "AIGateway"] = Field(description="Mode of the project.")
    environment: Literal["Development", "Staging", "Production"] = Field(description="Environment of the project.")
    strategy: Literal["BlueGreen", "Canary", "RollingUpdate"] = Field(description="How it was rolled out.")
    policy: PolicySpec | None = Field(None, description="What belongs to its strategy.")
    colour: Colour = Field(description="Where its pods stood first; its status says where they stand.")
    config_hash: Word = Field("", description="Digest of the runtime's configuration.")
    secrets_hash: Word = Field("", description="Digest of the Secrets that its pods mount; tells nothing about them.")
    commit: Word = Field("", description="Commit that the spec came from, where it said so.")
    author: Word = Field("", description="Who asked for it, where the spec said so.")
    deployed_by: Word = Field(description="The author, else the client that wrote the spec last.")
    started_at: Time = Field(description="When it began.")
    snapshot: dict[str, Any] = Field(
        description="The project's spec as it was, without rollout, scale and suspend; a rollback renders the pods from it.",
        json_schema_extra={"x-kubernetes-preserve-unknown-fields": True},
    )


class TallyStatus(Part):
    successful: Count = Field(0, description="Good measurements.")
    failed: Count = Field(0, description="Bad measurements.")
    inconclusive: Count = Field(0, description="Measurements without a figure.")
    last: Word = Field("", description="The measurement that was counted last.")


class FailureStatus(Part):
    component: Word = Field("", description="Part of the project that failed.")
    container: Word = Field("", description="Container that failed.")
    reason: Word = Field("", description="Stable name of the cause.")
    exit_code: int | None = Field(None, description="How the container ended.")
    last_lines: Annotated[str, Field(max_length=MOST_LAST_LINES)] = Field("", description="What it said last, secrets masked.")


class Figure(Part):
    name: Word = Field(description="What was measured.")
    verdict: Literal["Successful", "Failed", "Inconclusive"] = Field(description="The judgement.")
    value: Word = Field("", description="The figure.")
    limit: Word = Field("", description="What it is held against.")
    at: Time | None = Field(None, description="When.")


class BackupStatus(Part):
    location: Text = Field("", description="Where it is.")
    size_bytes: Annotated[int, Field(ge=0, json_schema_extra={"format": "int64"})] | None = Field(None, description="Its size.")
    sha256: Word = Field("", description="Its checksum.")
    taken_at: Time | None = Field(None, description="When it was taken.")


class ReleaseStatus(Part):
    """How far the rollout is, or how it ended."""

    phase: Literal["Pending", "InProgress", "Succeeded", "Failed", "RolledBack"] | None = Field(
        None, description="The deployment tracker's word."
    )
    step: Word | None = Field(None, description="The step that it is in; docs/ROLLOUTS.md lists them.")
    since: Time | None = Field(None, description="When the step began.")
    colour: Colour | None = Field(None, description="Where its pods stand.")
    number: Count | None = Field(None, description="Canary: index of the step of spec.rollout.steps, from 0.")
    pods: Count | None = Field(None, description="Canary: the pods that bear its share.")
    tally: TallyStatus | None = Field(None, description="Measurements of the step.")
    outcome: Literal["Promoted", "FastPromoted", "Aborted", "Superseded", "RolledBack"] | None = Field(
        None, description="How it ended. FastPromoted: without analysis and bake. RolledBack: it served, and gave way again."
    )
    reason: Annotated[str, Field(max_length=64)] | None = Field(None, description="Why it ended or is held; docs/REASONS.md.")
    message: Text | None = Field(None, description="The same for people.")
    served: bool | None = Field(None, description="It had all requests once.")
    fast: bool | None = Field(None, description="It goes without smoke check, analysis and bake.")
    retried: bool | None = Field(None, description="spec.rollout.retry had its effect on it; set anew it has another one.")
    held: Annotated[str, Field(max_length=64)] | None = Field(None, description="Reason for which it takes no step now.")
    completed_at: Time | None = Field(None, description="When the outcome was certain.")
    rollback_version: Word | None = Field(None, description="The version that serves again after this release.")
    failure: FailureStatus | None = Field(None, description="What failed.")
    analysis: Annotated[tuple[Figure, ...], Field(max_length=MOST_FIGURES, json_schema_extra={"x-map-key": "name"})] = Field(
        (), description="The newest figure of each measurement."
    )
    backup: BackupStatus | None = Field(None, description="The backup that was taken before the migration.")
