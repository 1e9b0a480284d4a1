"""Who reaches a project and from where: the way in from outside, the fences, the callers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from testgen_operator.resources.parts import Cidr, DnsName, HostName, ObjectName, Part, Port, SecretKeyRef, StorageSize, Url


class Issuer(Part):
    name: ObjectName = Field(description="Name of the issuer.")
    kind: Literal["Issuer", "ClusterIssuer"] = Field("ClusterIssuer", description="Kind of the issuer.")


class Tls(Part):
    """Exactly one of `secretName` and `issuerRef`."""

    secret_name: ObjectName | None = Field(None, description="Secret of type kubernetes.io/tls in the project's namespace.")
    issuer_ref: Issuer | None = Field(None, description="cert-manager issuer that makes the certificate.")


class GatewayRef(Part):
    name: ObjectName = Field(description="Name of the Gateway.")
    namespace: DnsName | None = Field(None, description="Its namespace; it must admit routes of this one. Unset: the project's.")
    section_name: ObjectName | None = Field(None, description="Listener of the Gateway. Unset: every one that fits the host.")


class Exposure(Part):
    """The way in from outside the cluster; inside, the Service of the project's name always answers."""

    type: Literal["Disabled", "Ingress", "Gateway"] = Field(
        "Disabled", description="Ingress: networking.k8s.io. Gateway: an HTTPRoute of the Gateway API."
    )
    host: HostName | None = Field(None, description="Host name, such as cases.example.com; one project a host.")
    ingress_class_name: ObjectName | None = Field(None, description="Ingress only. Unset: the cluster's default class.")
    gateway_ref: GatewayRef | None = Field(None, description="Gateway only: the Gateway that the route hangs on.")
    tls: Tls | None = Field(None, description="Certificate. Unset with a Gateway: the listener's own.")
    force_https: bool = Field(True, description="Send plain HTTP to HTTPS; nothing is served unencrypted.")
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        100, description="Requests a minute from one address, where the controller can limit them."
    )
    max_connections: Annotated[int, Field(ge=1, le=100_000)] = Field(
        10, description="Connections at a time from one address, where the controller can limit them."
    )
    max_body_size: StorageSize = Field(
        "32Mi", description="Largest request body. A document has at most 20 MiB besides (docs/DOCUMENTS.md)."
    )
    maintenance: bool = Field(False, description="Answer every request with 503 and a page that says so; jobs go on.")
    trusted_proxies: Annotated[tuple[Cidr, ...], Field(max_length=16)] = Field(
        (), description="Networks of the proxies whose X-Forwarded-For is believed, such as the controller's pods."
    )


class Destination(Part):
    cidr: Cidr = Field(description="Network, such as 203.0.113.0/24.")
    port: Port = Field(443, description="TCP port.")


class NetworkPolicy(Part):
    """Fences between pods. They need a network plugin that enforces them."""

    enabled: bool = Field(True, description="Deny everything but the flows that the project needs.")
    allow_from_namespaces: Annotated[tuple[DnsName, ...], Field(max_length=16)] = Field(
        (),
        description="Namespaces whose pods may call the endpoint, besides the project's own: the ingress controller's, callers'.",
    )
    monitoring_namespace: DnsName = Field("monitoring", description="Namespace of the Prometheus that reads /metrics.")
    allow_to: Annotated[tuple[Destination, ...], Field(max_length=16)] = Field(
        (), description="Networks outside the cluster that the runtime may reach, besides what its spec names."
    )


class Jwt(Part):
    """Tokens that callers may send instead of a key: at least one of `secretRef` and `jwksUrl`."""

    secret_ref: SecretKeyRef | None = Field(None, description="Shared secret of HS256 tokens.")
    issuer: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(None, description="Issuer; needed with jwksUrl.")
    jwks_url: Url | None = Field(None, description="Public keys of the issuer: https, or http inside the cluster.")
    audience: Annotated[str, Field(min_length=1, max_length=500)] = Field("testgen", description="Audience of the tokens.")


class Access(Part):
    admin_key_secret_ref: SecretKeyRef | None = Field(
        None, description="The first admin key. Unset: the operator draws one into Secret <project>-admin-key, key api-key."
    )
    encryption_keys_secret_ref: SecretKeyRef | None = Field(
        None, description="Keys for fields that are encrypted at rest, newest first (docs/SECURITY.md). Unset: no encryption."
    )
    jwt: Jwt | None = Field(None, description="Tokens of an identity provider.")
    four_eyes: bool = Field(False, description="Nobody confirms a case that he wrote or edited himself.")
