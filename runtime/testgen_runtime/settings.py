"""Everything that can be set, in one model. The operator renders the same keys into /etc/testgen/config.yaml.

Precedence: environment (`TESTGEN_LOG__LEVEL=DEBUG`) over the file (`TESTGEN_CONFIG`, default /etc/testgen/config.yaml) over the
defaults here (S0-009). Secrets are never values: a key ending in `_file` names the file that holds one.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from testgen_runtime.security.roles import Role

DEFAULT_CONFIG = Path("/etc/testgen/config.yaml")
ServiceRole = Literal["all", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai-gateway"]
"""Which component a process is; what each does is in roles.py."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")]


def _is_safe(url: str) -> bool:
    """Whether nobody on the way could exchange what this address answers."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    inside = host in ("localhost", "127.0.0.1", "::1") or host.endswith((".svc", ".svc.cluster.local"))
    return bool(host) and parts.username is None and (parts.scheme == "https" or (parts.scheme == "http" and inside))


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Project(Part):
    name: str = "local"
    namespace: str = ""


class Log(Part):
    """`file`: also into a file that is rotated at `file_bytes` and of which `file_count` old ones are kept (S0-036)."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["json", "console"] = "json"
    file: Path | None = None
    file_bytes: Annotated[int, Field(ge=10_000)] = 20 * 1024 * 1024
    file_count: Annotated[int, Field(ge=0, le=100)] = 5


class Server(Part):
    """`head_seconds`, `body_part_seconds`, `body_seconds`: how long a client may take to send a request's head, the next part of
    its body, and all of that. One caller may have half of `max_inflight`. `max_body_bytes`: a bound below that of documents.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    drain_seconds: Annotated[float, Field(ge=0, le=600)] = 20.0
    max_inflight: Annotated[int, Field(ge=1, le=10_000)] = 200
    head_seconds: Annotated[float, Field(gt=0, le=600)] = 15.0
    body_part_seconds: Annotated[float, Field(gt=0, le=600)] = 15.0
    body_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    max_body_bytes: Annotated[int, Field(ge=1024)] | None = None
    uds: Path | None = None  # S0-089: a Unix socket instead of host and port
    trusted_proxies: tuple[str, ...] = ()  # S3-109: networks (CIDR), or `unix`, whose X-Forwarded-For and -Proto are believed

    cors_origins: tuple[Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")], ...] = ()  # S3-062
    allowed_hosts: tuple[Annotated[str, Field(pattern=r"^([*][.])?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")], ...] = ()
    """Names that callers may ask for, `*.example.com` for all below it; empty: any (S2-108, S2-111, S2-114)."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if one != "unix" and ip_network(one, strict=False).prefixlen == 0:
                raise ValueError("to trust every address is to let callers choose theirs; name the proxies' networks")
        return value


class Jwt(Part):
    """Tokens that callers may send instead of a key: none without `secret_file` (HS256; also our own, POST /tokens), `jwks_url`
    or `jwks_file` (RS256, ES256; both need `issuer`). `roles`: our role for each value of their `role_claim`; docs/SECURITY.md
    has examples. The issuer's keys are read again after `jwks_cache_seconds`, and count for `jwks_stale_seconds` more while it
    is down.
    """

    algorithms: tuple[Literal["HS256", "RS256", "ES256"], ...] = ("HS256",)  # S3-045
    secret_file: Path | None = None  # S3-044
    expiration_hours: Annotated[float, Field(gt=0, le=24 * 31)] = 24.0  # S3-046
    issuer: Annotated[str, Field(max_length=500)] = ""
    audience: Annotated[str, Field(min_length=1, max_length=500)] = "testgen"
    leeway_seconds: Annotated[float, Field(ge=0, le=300)] = 30.0
    jwks_url: Annotated[str, Field(max_length=1000)] = ""
    jwks_file: Path | None = None
    jwks_timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    jwks_cache_seconds: Annotated[float, Field(ge=1, le=86_400)] = 300.0
    jwks_interval_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    jwks_stale_seconds: Annotated[float, Field(ge=0, le=86_400)] = 3600.0
    role_claim: Annotated[str, Field(min_length=1, max_length=200)] = "role"
    roles: dict[str, Role] = {role.value: role for role in Role}
    name_claim: Annotated[str, Field(min_length=1, max_length=200)] = "name"
    scope_claim: Annotated[str, Field(min_length=1, max_length=200)] = "scope"

    @model_validator(mode="after")
    def _is_complete(self) -> Jwt:
        public = bool(self.jwks_url or self.jwks_file)
        if public and not self.issuer:
            raise ValueError("auth.jwt.issuer is missing: name the issuer whose keys jwks_url or jwks_file holds")
        if public and set(self.algorithms) <= {"HS256"}:
            raise ValueError("auth.jwt.algorithms has none for public keys: add RS256 or ES256")
        if self.jwks_url and not _is_safe(self.jwks_url):
            raise ValueError("auth.jwt.jwks_url must be https, or http inside the cluster (.svc) or on loopback")
        return self


class Auth(Part):
    jwt: Jwt = Jwt()


class Rate(Part):
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)]
    burst_size: Annotated[int, Field(ge=1, le=1_000_000)]


class RateLimit(Part):
    """For each caller, and apart for reads, writes and generation (None: the figures above them, S3-063). `failures`: attempts
    with a wrong key or token, for each client address. A key may have figures of its own.
    """

    enabled: bool = True
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    burst_size: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    reads: Rate | None = None
    writes: Rate | None = None
    generation: Rate | None = None
    failures: Rate = Rate(requests_per_minute=10, burst_size=30)


class Security(Part):
    """`encryption_keys_file`: keys for fields encrypted at rest, the newest first (docs/SECURITY.md); None: no encryption."""

    encryption_keys_file: Path | None = None


class Postgres(Part):
    """`embedded`: a server of our own under `data_dir`, for a laptop. Pool defaults are X-11's.

    Password files are read anew at every new connection; `previous_password_file` is tried where the server refuses the first.
    `read_host`: a streaming replica, asked for lists, coverage and exports while it keeps up; else the primary is.
    """

    mode: Literal["embedded", "server"] = "embedded"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5432
    database: str = "testgen"
    user: str = "testgen"
    password_file: Path | None = None
    previous_password_file: Path | None = None
    ssl_mode: Literal["disable", "require", "verify-ca", "verify-full"] = "disable"
    ca_file: Path | None = None
    read_host: str = ""
    read_port: Annotated[int, Field(ge=1, le=65535)] = 5432
    read_lag_seconds: Annotated[float, Field(gt=0, le=3600)] = 10.0
    pool_min: Annotated[int, Field(ge=0, le=100)] = 10
    pool_max: Annotated[int, Field(ge=1, le=200)] = 20
    connect_timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    command_timeout: Annotated[float, Field(gt=0, le=600)] = 60.0

    @model_validator(mode="after")
    def _can_verify(self) -> Postgres:
        if self.ssl_mode in ("verify-ca", "verify-full") and self.ca_file is None:
            raise ValueError(f"postgres.ca_file is missing: ssl_mode {self.ssl_mode} needs the authority's certificate")
        return self


Scope = Annotated[str, Field(max_length=400, pattern=r"^[a-z0-9.-]*$")]
"""Whose part of a shared server this is, as `<namespace>.<name>`; empty: the project's name, where it has the server alone."""


class Qdrant(Part):
    """`edge`: the engine inside this process, on scratch space under `path` (a temporary folder when unset).

    `server`: `shard_number` and `replication_factor` are those of a collection when it is made (S4-083).
    """

    mode: Literal["edge", "server"] = "edge"
    path: Path | None = None
    url: str = ""
    scope: Scope = ""
    api_key_file: Path | None = None
    shard_number: Annotated[int, Field(ge=1, le=64)] = 1
    replication_factor: Annotated[int, Field(ge=1, le=16)] = 1
    timeout: Annotated[float, Field(gt=0, le=60)] = 3.0
    ready_lag: Annotated[int, Field(ge=0)] = 500

    @model_validator(mode="after")
    def _has_an_address(self) -> Qdrant:
        if self.mode == "server" and not self.url:
            raise ValueError("qdrant.url is missing: mode server needs the server's address")
        return self


class Redis(Part):
    """Where rate limits are counted for all pods. One that is down degrades and never fails: PostgreSQL counts meanwhile."""

    enabled: bool = False
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 6379
    tls: bool = False
    scope: Scope = ""
    password_file: Path | None = None

    @model_validator(mode="after")
    def _has_an_address(self) -> Redis:
        if self.enabled and not self.host:
            raise ValueError("redis.host is missing: name the server, or set redis.enabled to false")
        return self


class Peers(Part):
    """Where the other roles of this project answer; empty: that role is not there, and what it would do is left out."""

    api: str = ""
    requirements: str = ""
    knowledge: str = ""
    vector: str = ""
    graph: str = ""
    llm: str = ""

    @field_validator("*")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (not _is_safe(value) or parts.path not in ("", "/") or parts.query or parts.fragment):
            raise ValueError("a peer is https://host, or http://host inside the cluster (.svc) or on loopback, without a path")
        return value.rstrip("/")


class PeerCalls(Part):
    """How a role calls another one. `attempts` counts the first; only what may be repeated is. After `failures` in a row the
    peer is left alone for `rest_seconds`, then tried with one call.
    """

    connect_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    seconds: Annotated[float, Field(gt=0, le=60)] = 5.0
    write_seconds: Annotated[float, Field(gt=0, le=7200)] = 1800.0
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    connections: Annotated[int, Field(ge=1, le=1000)] = 20
    failures: Annotated[int, Field(ge=1, le=100)] = 5
    rest_seconds: Annotated[float, Field(gt=0, le=600)] = 5.0


class Neo4j(Part):
    enabled: bool = False
    uri: str = ""
    scope: Scope = ""
    user: str = "neo4j"
    password_file: Path | None = None
    database: str = "neo4j"
    timeout: Annotated[float, Field(gt=0, le=60)] = 3.0


class Provider(Part):
    """`OpenAI`: any server with `<url>/embeddings` (url ends in /v1); for `llm.embedding` only, chat routes need Ollama."""

    name: Name
    type: Literal["Ollama", "OpenAI"] = "Ollama"
    url: str
    api_key_file: Path | None = None
    timeout: Annotated[float, Field(gt=0, le=1800)] = 120.0
    max_parallel: Annotated[int, Field(ge=1, le=64)] = 1

    @model_validator(mode="after")
    def _keeps_its_key(self) -> Provider:
        if self.api_key_file is not None and not _is_safe(self.url):
            raise ValueError("llm.providers: a key goes only over https, or over http inside the cluster (.svc) or on loopback")
        return self


class Route(Part):
    """Which provider and model does a task. The first route whose task fits is taken."""

    task: Literal["GenerateCases", "Any"] = "Any"
    provider: Name
    model: Annotated[str, Field(min_length=1, max_length=200)]


class Embedding(Part):
    provider: Name
    model: Annotated[str, Field(min_length=1, max_length=200)]


class Llm(Part):
    """No provider: rules write every case."""

    providers: tuple[Provider, ...] = ()
    routes: tuple[Route, ...] = ()
    embedding: Embedding | None = None

    @model_validator(mode="after")
    def _routes_can_chat(self) -> Llm:
        silent = {provider.name for provider in self.providers if provider.type == "OpenAI"}
        for route in self.routes:
            if route.provider in silent:
                raise ValueError(f"llm.routes: {route.provider} is of the type OpenAI, which serves llm.embedding only")
        return self


class Budgets(Part):
    """`daily_tokens` None: no limit. Days are UTC days."""

    daily_tokens: Annotated[int, Field(ge=0)] | None = None
    on_exhaustion: Literal["Reject", "Degrade"] = "Degrade"


class Outbound(Part):
    """`guarded`: open no connection to this machine, link-local networks, a cloud's metadata or the cluster's own API, whatever a
    name leads to; but to `allow` (networks). docs/SECURITY.md."""

    guarded: bool = False
    allow: tuple[str, ...] = ()

    @field_validator("allow")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            ip_network(one, strict=False)
        return value


class Limits(Part):
    """Bounds on what a tenant may send; docs/DOCUMENTS.md tells what happens at each.

    `unpacked_bytes` is for a package or archive as a whole. A document is parsed in a process of its own, `parse_parallel` at
    once, each within `parse_seconds` and `parse_memory_bytes` (address space).
    """

    document_bytes: Annotated[int, Field(ge=1024)] = 20 * 1024 * 1024
    document_characters: Annotated[int, Field(ge=1024)] = 5_000_000
    document_pages: Annotated[int, Field(ge=1, le=100_000)] = 5_000
    unpacked_bytes: Annotated[int, Field(ge=1024)] = 240 * 1024 * 1024
    archive_members: Annotated[int, Field(ge=1, le=2_000)] = 200
    parse_parallel: Annotated[int, Field(ge=1, le=16)] = 2
    parse_seconds: Annotated[float, Field(gt=0, le=3600)] = 300.0
    parse_memory_bytes: Annotated[int, Field(ge=128 * 1024 * 1024)] = 512 * 1024 * 1024
    requirements: Annotated[int, Field(ge=1)] = 20_000
    requirement_characters: Annotated[int, Field(ge=100)] = 8_000
    cases_per_requirement: Annotated[int, Field(ge=1, le=100)] = 12
    queued_jobs: Annotated[int, Field(ge=1)] = 1_000


class Jobs(Part):
    """`max_age_seconds`: a job that has not ended by then fails. `retention_days`: ended jobs are kept so long, cases stay."""

    parallel: Annotated[int, Field(ge=1, le=32)] = 2
    wait_seconds: Annotated[float, Field(ge=0, le=300)] = 30.0
    heartbeat_seconds: Annotated[float, Field(gt=0, le=300)] = 10.0
    max_age_seconds: Annotated[float, Field(ge=1, le=2_592_000)] = 86_400.0
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30


class Review(Part):
    """`four_eyes`: who edited a case last may not confirm it."""

    four_eyes: bool = False


class Settings(BaseSettings):
    """The whole configuration of one runtime process."""

    model_config = SettingsConfigDict(
        env_prefix="TESTGEN_", env_nested_delimiter="__", extra="forbid", frozen=True, nested_model_default_partial_update=True
    )

    environment: Literal["Development", "Staging", "Production"] = "Development"
    role: ServiceRole = "all"
    colour: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,20}$")] = ""
    """Which of two releases that stand side by side this process is of; jobs of a smoke test or a comparison stay with it."""
    data_dir: Path | None = None
    project: Project = Project()
    log: Log = Log()
    server: Server = Server()
    auth: Auth = Auth()
    rate_limit: RateLimit = RateLimit()
    security: Security = Security()
    postgres: Postgres = Postgres()
    qdrant: Qdrant = Qdrant()
    neo4j: Neo4j = Neo4j()
    redis: Redis = Redis()
    peers: Peers = Peers()
    peer_calls: PeerCalls = PeerCalls()
    internal_token_file: Path | None = None
    llm: Llm = Llm()
    outbound: Outbound = Outbound()
    budgets: Budgets = Budgets()
    limits: Limits = Limits()
    jobs: Jobs = Jobs()
    review: Review = Review()
    bootstrap_api_key: SecretStr | None = None
    bootstrap_api_key_file: Path | None = None

    @model_validator(mode="after")
    def _can_call_its_peers(self) -> Settings:
        if self.internal_token_file is None and any(self.peers.model_dump().values()):
            raise ValueError("internal_token_file is missing: roles that call each other need the token that they share")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults; `.env` files and secret folders are not read."""
        path = Path(os.environ.get("TESTGEN_CONFIG", str(DEFAULT_CONFIG)))
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file=path)
