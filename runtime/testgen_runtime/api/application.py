"""The ASGI app of a role over its services: which resources are mounted, what stands around them. Nothing is started here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from testgen_runtime import __version__
from testgen_runtime.api import (
    audit,
    cases,
    coverage,
    discussion,
    documents,
    estimate,
    exports,
    generate,
    health,
    imports,
    index,
    jobs,
    keys,
    knowledge,
    model_api,
    problems,
    reviews,
    search,
    tokens,
    versions,
)
from testgen_runtime.api.callers import CallersFirst
from testgen_runtime.api.hosts import AllowedHosts
from testgen_runtime.api.internal import graph, llm, vector
from testgen_runtime.api.internal.entry import InternalCalls
from testgen_runtime.api.middleware import Entry
from testgen_runtime.api.query import only_known_parameters
from testgen_runtime.api.services import Services
from testgen_runtime.errors import BodyTooSlow, Forbidden, RateLimited, Unauthenticated, Unavailable
from testgen_runtime.roles import COMPONENTS, INTERNAL, Component, Peer, Resource
from testgen_runtime.security.internal import InternalToken
from testgen_runtime.security.proxies import TrustedProxies
from testgen_runtime.security.roles import PREFIX
from testgen_runtime.telemetry import metrics

_FORM_OVERHEAD: Final = 64 * 1024
"""What a multipart body adds to the file in it."""
_ROUTERS: Final[Mapping[Resource, APIRouter]] = MappingProxyType(
    {
        "audit": audit.router,
        "cases": cases.router,
        "coverage": coverage.router,
        "discussion": discussion.router,
        "documents": documents.router,
        "estimate": estimate.router,
        "exports": exports.router,
        "generate": generate.router,
        "imports": imports.router,
        "index": index.router,
        "jobs": jobs.router,
        "keys": keys.router,
        "knowledge": knowledge.router,
        "reviews": reviews.router,
        "search": search.router,
        "tokens": tokens.router,
        "versions": versions.router,
    }
)
_INTERNAL: Final[Mapping[Peer, APIRouter]] = MappingProxyType({"vector": vector.router, "graph": graph.router, "llm": llm.router})


def asgi(services: Services, lifespan: Any = None) -> ASGIApp:
    """The app with everything that stands around it."""
    settings = services.settings
    server = settings.server
    inner: ASGIApp = CallersFirst(mounted(services, lifespan), services)
    if COMPONENTS[settings.role].internal is not None:
        token = InternalToken(settings.internal_token_file) if settings.internal_token_file is not None else None
        inner = InternalCalls(inner, token, services.progress)
    if server.cors_origins:  # pages of other origins; they send a key themselves, never a cookie
        inner = _across_origins(inner, server.cors_origins)
    if server.allowed_hosts:
        inner = AllowedHosts(inner, server.allowed_hosts)
    return Entry(
        inner,
        max_inflight=server.max_inflight,
        max_body=min(settings.limits.document_bytes + _FORM_OVERHEAD, server.max_body_bytes or sys.maxsize),
        body_seconds=server.body_seconds,
        body_part_seconds=server.body_part_seconds,
        proxies=TrustedProxies(server.trusted_proxies),
        parting=services.progress.parting,
    )


def mounted(services: Services, lifespan: Any = None) -> FastAPI:
    """The routes of the role that the settings name, and nothing of the others."""
    role = services.settings.role
    component = COMPONENTS[role]
    app = FastAPI(
        title="TestGen",
        version=__version__,
        summary="Turns requirement documents (English and Chinese) into structured, traceable test cases.",
        description="Send a key as `X-API-Key` or as a bearer token. Errors are `application/problem+json` (RFC 9457)."
        + ("" if role == "all" else f" This is the role `{role}`: {component.means}."),
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.services = services
    problems.install(app, role)
    _include_public(app, component)
    if "model_api" in component.resources:
        app.include_router(model_api.router)
    if component.internal is not None:
        app.include_router(_INTERNAL[component.internal], prefix=INTERNAL, include_in_schema=False)
    app.include_router(health.router)
    problems.describe(app)
    metrics.BUILD.info({"version": __version__, "role": role})
    return app


def _include_public(app: FastAPI, component: Component) -> None:
    """The resources of the role, each in the app itself: the framework looks for a route again at every level of routers."""
    for resource in component.resources:
        if resource in _ROUTERS:
            app.include_router(
                _ROUTERS[resource],
                prefix=PREFIX,
                dependencies=[Depends(only_known_parameters)],
                responses=problems.problems(Unauthenticated, Forbidden, BodyTooSlow, RateLimited, Unavailable),
            )


def _across_origins(inner: ASGIApp, origins: tuple[str, ...]) -> ASGIApp:
    return CORSMiddleware(
        inner,
        allow_origins=origins,
        allow_methods=("GET", "POST", "PATCH", "PUT", "DELETE"),
        allow_headers=(
            "Authorization",
            "X-API-Key",
            "Content-Type",
            "If-Match",
            "Idempotency-Key",
            "Prefer",
            "Last-Event-ID",
        ),
        expose_headers=("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "X-Case-Count"),
        max_age=600,
    )
