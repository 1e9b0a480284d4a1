"""The pieces that every field of a spec is made of: names, quantities, volumes, references."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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
HostName = Annotated[str, Field(min_length=1, max_length=253)]
ImageReference = Annotated[str, Field(min_length=1, max_length=512)]
ModelName = Annotated[str, Field(min_length=1, max_length=128)]
Url = Annotated[str, Field(min_length=1, max_length=512)]
Cidr = Annotated[str, Field(min_length=1, max_length=49)]
Token = Annotated[str, Field(min_length=1, max_length=64)]
Port = Annotated[int, Field(ge=1, le=65535)]
Percent = Annotated[int, Field(ge=1, le=100)]
Replicas = Annotated[int, Field(ge=0, le=50)]


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


class SecretKeyRef(Part):
    name: ObjectName = Field(description="Name of a Secret in the project's namespace.")
    key: ObjectName = Field(description="Key inside the Secret.")


PullSecrets = Annotated[tuple[LocalReference, ...], Field(max_length=8, json_schema_extra={"x-map-key": "name"})]
