"""The databases of a project: which ones, who runs them, and where those are that others run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from testgen_operator.resources.parts import HostName, ImageReference, Part, Port, Resources, SecretKeyRef, Storage, Token, Url

Database = Annotated[str, Field(min_length=1, max_length=63)]


class ExternalPostgres(Part):
    """A PostgreSQL that somebody else runs. The project needs a database of its own in it."""

    host: HostName = Field(description="Host name or address, such as db.platform.svc.")
    port: Port = Field(5432, description="Port.")
    database: Database = Field("testgen", description="Database; it must exist and belong to the user.")
    user: Database = Field("testgen", description="User.")
    password_secret_ref: SecretKeyRef = Field(description="The user's password.")
    ssl_mode: Literal["disable", "require", "verify-ca", "verify-full"] = Field(
        "verify-full", description="How the connection is encrypted and the server proved (libpq's words)."
    )
    ca_secret_ref: SecretKeyRef | None = Field(
        None, description="CA certificate (PEM) that the server is proved with. Unset: the image's own."
    )
    read_host: HostName | None = Field(None, description="Host of a streaming replica for reads.")
    max_connections: Annotated[int, Field(ge=10, le=10_000)] = Field(
        100,
        description="Connections that the server grants this project, on host and readHost together (they may be one server); "
        "the pods' pools are sized to fit. One pod of each part must fit in it twice: 44 are enough for a Monolith.",
    )


class CloudNativePg(Part):
    """A Cluster of the CloudNativePG operator, which must be installed."""

    instances: Annotated[int, Field(ge=1, le=9)] = Field(3, description="PostgreSQL pods: one primary, the others replicas.")


class Postgres(Part):
    type: Literal["BuiltIn", "CloudNativePG", "External"] = Field(
        "BuiltIn",
        description="BuiltIn: the operator runs PostgreSQL. CloudNativePG: that operator does. External: it exists. "
        "Cannot be changed later.",
    )
    read_replica: bool = Field(False, description="BuiltIn only: a second PostgreSQL that follows the first and serves reads.")
    cloud_native_pg: CloudNativePg | None = Field(None, description="With type CloudNativePG.")
    external: ExternalPostgres | None = Field(None, description="With type External.")
    storage: Storage = Field(Storage(), description="BuiltIn and CloudNativePG: volume of the database.")
    resources: Resources = Field(Resources(), description="BuiltIn and CloudNativePG: overrides of the preset's resources.")
    image: ImageReference | None = Field(
        None, description="BuiltIn and CloudNativePG: image of PostgreSQL. Unset: the operator's default."
    )


class ExternalQdrant(Part):
    """A Qdrant that somebody else runs. The project uses one collection of its own in it."""

    url: Url = Field(description="Base URL of its HTTP API, such as https://qdrant.example:6333.")
    api_key_secret_ref: SecretKeyRef | None = Field(None, description="Its API key.")


class Qdrant(Part):
    type: Literal["Embedded", "Managed", "External"] = Field(
        "Embedded",
        description="Embedded: every pod that searches holds its own index on scratch space and fills it from PostgreSQL. "
        "Managed: the operator runs Qdrant servers. External: they exist.",
    )
    replicas: Annotated[int, Field(ge=1, le=9)] = Field(1, description="Managed only: servers of the Qdrant cluster.")
    shards: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Managed and External: shards of the collection. A change is taken by the next `testgen index rebuild`."
    )
    replication_factor: Annotated[int, Field(ge=1, le=9)] = Field(
        1,
        description="Managed and External: copies of each shard; at most as many as there are servers. A change is taken by the "
        "next `testgen index rebuild`.",
    )
    external: ExternalQdrant | None = Field(None, description="With type External.")
    storage: Storage = Field(Storage(), description="Managed only: volume of each server.")
    resources: Resources = Field(Resources(), description="Managed only: overrides of the preset's resources.")
    image: ImageReference | None = Field(None, description="Managed only: image of Qdrant. Unset: the operator's default.")


class ExternalNeo4j(Part):
    """A Neo4j that somebody else runs. The project needs a database of its own in it."""

    uri: Url = Field(description="Where it answers, such as neo4j+s://graph.example:7687.")
    user: Database = Field("neo4j", description="User.")
    password_secret_ref: SecretKeyRef = Field(description="The user's password.")
    database: Database = Field("neo4j", description="Database; the project writes and deletes nodes in it.")


class Neo4j(Part):
    type: Literal["Disabled", "Managed", "External"] = Field(
        "Disabled", description="Managed: one Neo4j that the operator runs. External: it exists."
    )
    external: ExternalNeo4j | None = Field(None, description="With type External.")
    storage: Storage = Field(Storage(), description="Managed only: volume of the graph.")
    resources: Resources = Field(Resources(), description="Managed only: overrides of the preset's resources.")
    image: ImageReference | None = Field(None, description="Managed only: image of Neo4j. Unset: the operator's default.")


class ExternalRedis(Part):
    """A Redis that somebody else runs. The project's keys begin with its name."""

    host: HostName = Field(description="Host name or address.")
    port: Port = Field(6379, description="Port.")
    tls: bool = Field(True, description="Whether the connection is encrypted.")
    password_secret_ref: SecretKeyRef | None = Field(None, description="Its password.")


class Redis(Part):
    type: Literal["Disabled", "Managed", "External"] = Field(
        "Disabled",
        description="Managed: one Redis that the operator runs. External: it exists. Nothing is lost with it.",
    )
    external: ExternalRedis | None = Field(None, description="With type External.")
    storage: Storage = Field(Storage(), description="Managed only: volume of its snapshots.")
    resources: Resources = Field(Resources(), description="Managed only: overrides of the preset's resources.")
    image: ImageReference | None = Field(None, description="Managed only: image of Redis. Unset: the operator's default.")


class Stores(Part):
    deletion_policy: Literal["Retain", "Delete"] = Field(
        "Retain",
        description="What becomes of volumes and passwords with the project. Retain: a new one of its name finds them.",
    )
    rotate_credentials: Token | None = Field(
        None,
        description="Any new text, such as a date, has the operator draw new passwords for its stores, without downtime.",
    )
    postgres: Postgres = Field(Postgres(), description="The truth: documents, requirements, cases, jobs.")
    qdrant: Qdrant = Field(Qdrant(), description="The search index, a projection of PostgreSQL.")
    neo4j: Neo4j = Field(Neo4j(), description="The graph of requirements, a projection of PostgreSQL.")
    redis: Redis = Field(Redis(), description="Counters and kept answers that all pods share; without it each pod has its own.")
