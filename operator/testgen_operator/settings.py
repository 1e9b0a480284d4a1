"""The operator's settings: `TESTGEN_OPERATOR_…` in its environment, and the RELATED_IMAGE_… that a release pins."""

from __future__ import annotations

import dataclasses
import os
import re
import socket
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from testgen_operator import names, prometheus_addresses
from testgen_operator.errors import ConfigurationError
from testgen_operator.plan.images import Images

PREFIX = "TESTGEN_OPERATOR_"
_NAMESPACE = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")

Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    namespaces: Annotated[tuple[str, ...], NoDecode] = ()
    """Namespaces to serve, separated by commas; empty: all."""
    namespace: str = ""
    """Where the operator itself lives: its Lease and its canary. Empty: the pod's own, or the kubeconfig's."""
    identity: str = Field(default_factory=lambda: os.environ.get("HOSTNAME") or socket.gethostname())
    """Who holds the Lease; unique per replica (a pod's name)."""
    kubeconfig: str | None = None
    context: str | None = None
    workers: Annotated[int, Field(ge=1, le=64)] = 16
    resync_seconds: Seconds = 600.0
    """How often every project is looked at although nothing was seen to change; jittered by 20 %."""
    reconcile_timeout: Seconds = 120.0
    upgrades_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Of projects that are well: how many a minute may have their pods restarted because this operator renders them otherwise."""
    http_host: str | None = None
    """Address to listen on; unset: all, of IPv4 and IPv6, since the kubelet and Prometheus come from outside the pod."""
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    webhook_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port of the validating webhook; 0: none. gitops/components/webhook sets it."""
    webhook_service: Annotated[str, Field(pattern=_NAMESPACE.pattern)] = f"{names.OPERATOR}-webhook"
    """Service that the API server calls; the Secret with the certificate has its name."""
    leader_elect: bool = True
    lease_name: str = names.OPERATOR
    lease_duration: Seconds = 15.0
    lease_deadline: Seconds = 10.0
    lease_period: Seconds = 2.0
    prometheus_addresses: Annotated[tuple[str, ...], NoDecode] = prometheus_addresses.DEFAULT
    """Which Prometheus a project may have asked, separated by commas: host:port, host, *.suffix:port. Empty: none."""
    canary_every: Seconds = 60.0
    canary_within: Seconds = 30.0
    sync_within: Seconds = 180.0
    oldest_within: Seconds = 300.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"

    @field_validator("namespaces", "prometheus_addresses", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("namespaces")
    @classmethod
    def _are_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _NAMESPACE.match(name):
                raise ValueError(f"{name!r} is no namespace: write names separated by commas, patterns are not supported")
        return tuple(dict.fromkeys(value))

    @field_validator("prometheus_addresses")
    @classmethod
    def _are_addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(value) > prometheus_addresses.MOST:
            raise ValueError(f"more than {prometheus_addresses.MOST} addresses: allow a suffix, such as *.monitoring.svc:9090")
        for one in value:
            prometheus_addresses.entry(one)
        return tuple(dict.fromkeys(value))


def load(**given: object) -> Settings:
    """The settings; what is `given` and not None wins over the environment. Raises ConfigurationError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value not in (None, ())})  # type: ignore[arg-type]
    except ValidationError as problem:
        words = "; ".join(f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}" for one in problem.errors(include_input=False))
        raise ConfigurationError(words) from None


def images() -> Images:
    """The images that projects run by default: RELATED_IMAGE_RUNTIME, _POSTGRES and so on, one for each field of Images."""
    found = {
        field.name: os.environ.get(f"RELATED_IMAGE_{field.name.upper()}", "").strip() for field in dataclasses.fields(Images)
    }
    return Images(**{part: image for part, image in found.items() if image})
