"""RFC 9457: every error of this API is application/problem+json with a stable `type` and a `mend`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from testgen_runtime.api.middleware import request_id_of
from testgen_runtime.errors import InvalidInput, Malformed, ServedElsewhere, TestGenError
from testgen_runtime.roles import role_of
from testgen_runtime.settings import ServiceRole
from testgen_runtime.telemetry.logs import get_logger

BASE: Final = "https://testgen.dev/problems/"
MEDIA_TYPE: Final = "application/problem+json"
_SLUGS: Final = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    413: "document-too-large",
    415: "unsupported-media-type",
}
_SCHEMES: Final = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "Bearer": {"type": "http", "scheme": "bearer"},
}
"""The ways to say who one is, for the OpenAPI document; api/callers.py reads them."""
_MENDS: Final = {
    400: "send what /openapi.json describes",
    404: "see /docs for the addresses of this API",
    405: "see the Allow header",
}
log = get_logger()


class Problem(BaseModel):
    """An error, RFC 9457."""

    type: str = Field(description="A stable address that names the kind of problem", examples=[BASE + "not-found"])
    title: str = Field(description="The kind of problem in words")
    status: int
    detail: str = Field(description="What is wrong with this request")
    instance: str = Field(description="The request's id, as in X-Request-Id and in the logs")
    mend: str = Field(default="", description="What to change")
    errors: list[dict[str, Any]] | None = Field(default=None, description="For invalid input: each place and what is wrong there")


def problems(*errors: type[TestGenError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation in the OpenAPI document."""
    found: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        entry = found.setdefault(
            error.status, {"description": "", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        )
        entry["description"] = "; ".join(part for part in (entry["description"], error.title) if part)
    return found


def respond(request_id: str, error: TestGenError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to an error."""
    extra = dict(headers or {})
    retry_after = error.members.get("retry_after")
    if retry_after is not None:
        extra["Retry-After"] = str(retry_after)
    elif error.status == 503:
        extra.setdefault("Retry-After", "5")
    if error.status == 401:
        extra["WWW-Authenticate"] = 'Bearer realm="testgen"'
    members = {name: value for name, value in error.members.items() if name not in ("retry_after",)}
    return _response(request_id, error.slug, error.title, error.status, error.detail, error.mend, extra, members)


def install(app: FastAPI, role: ServiceRole = "all") -> None:
    """Turn every error into a problem. `role`: the component that this process is."""
    app.state.role = role
    app.add_exception_handler(TestGenError, _testgen_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(ValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def describe(app: FastAPI) -> None:
    """Put the Problem schema, which operations refer to, and who may call into the OpenAPI document."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            called = False
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for operations in document["paths"].values():
                for operation in operations.values():
                    if "401" in operation.get("responses", {}):
                        operation["security"] = [{name: []} for name in _SCHEMES]
                        called = True
                    answer = operation.get("responses", {}).get("422")
                    if answer is not None and "application/json" in answer.get("content", {}):
                        answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            if called:
                document["components"]["securitySchemes"] = _SCHEMES
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


async def _testgen_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, TestGenError)
    if error.status >= 500:
        log.warning("request failed", problem=error.slug, detail=error.detail)
    return respond(request_id_of(request.scope), error)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, (RequestValidationError, ValidationError))
    places = [{"place": _place(item.get("loc", ())), "problem": _words(item)} for item in list(error.errors())[:20]]
    first = places[0] if places else {"place": "", "problem": "it can't be read"}
    detail = f"{first['place']}: {first['problem']}" if first["place"] else first["problem"]
    broken = any(item.get("type") == "json_invalid" for item in error.errors())
    problem: TestGenError = (
        Malformed(f"the body is no JSON: {detail}", mend="send valid JSON in UTF-8", errors=places)
        if broken
        else InvalidInput(detail, mend="change what `errors` names; /docs shows what is allowed", errors=places)
    )
    return respond(request_id_of(request.scope), problem)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    cause = error.__cause__
    if isinstance(cause, TestGenError):  # raised while the framework read the body
        return respond(request_id_of(request.scope), cause)
    if error.status_code == 404 and (elsewhere := _elsewhere(request)) is not None:
        return respond(request_id_of(request.scope), elsewhere)
    words = {404: f"there is nothing at {request.url.path[:200]}", 405: f"{request.method} is not for {request.url.path[:200]}"}
    return _response(
        request_id_of(request.scope),
        _SLUGS.get(error.status_code, "http-error"),
        {404: "There is no such thing", 405: "This method is not for this address"}.get(
            error.status_code, "The request can't be served"
        ),
        error.status_code,
        words.get(error.status_code, str(error.detail)),
        _MENDS.get(error.status_code, ""),
        dict(error.headers or {}),
        {},
    )


def _elsewhere(request: Request) -> ServedElsewhere | None:
    """Where another role of a split project serves the path."""
    served_by = role_of(request.url.path)
    if request.app.state.role in ("all", served_by) or served_by is None:
        return None
    return ServedElsewhere(
        f"{request.url.path[:200]} is served by the role {served_by}, this is {request.app.state.role}",
        mend="call the project's endpoint, which sends each path to its role",
        role=served_by,
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    """Nothing of the inside gets out: the log has it, under the request's id."""
    log.error("unexpected error", exc_info=error, method=request.method)
    return respond(
        request_id_of(request.scope), TestGenError("this is not your fault", mend="report it with the request id in `instance`")
    )


def _response(
    request_id: str,
    slug: str,
    title: str,
    status: int,
    detail: str,
    mend: str,
    headers: Mapping[str, str],
    members: Mapping[str, object],
) -> Response:
    body: dict[str, object] = {
        "type": BASE + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request_id,
        "mend": mend,
        **members,
    }
    return Response(orjson.dumps(body, default=str), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers))


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts if part not in ("body", "query", "path", "header"))


def _words(item: Mapping[str, Any]) -> str:
    """Pydantic's words without the value that was sent."""
    return str(item.get("msg", "invalid")).removeprefix("Value error, ")
