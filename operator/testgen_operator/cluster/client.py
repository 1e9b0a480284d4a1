"""A small asyncio client for the Kubernetes API: what the operator needs, nothing else.

Every request has a timeout, a bounded number of tries and is counted. Repeating is safe for all of them: reads, server-side
apply and deletes with preconditions are idempotent, a repeated create ends in AlreadyExists, which its callers read as "made".
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from testgen_operator import __version__, names, telemetry
from testgen_operator.cluster.connection import Connection
from testgen_operator.cluster.kinds import Kind, kind_of
from testgen_operator.errors import ApiError, LeaseLost
from testgen_operator.plan.model import ObjectKey
from testgen_operator.wire import decode, encode

Object = dict[str, Any]

AGENT: Final = f"{names.OPERATOR}/{__version__}"
ATTEMPTS: Final = 5
FIRST_PAUSE: Final = 0.2  # seconds, doubled at each try, with full jitter
LONGEST_PAUSE: Final = 5.0
LONGEST_RETRY_AFTER: Final = 20.0
TIMEOUT: Final = aiohttp.ClientTimeout(total=30.0, sock_connect=5.0)
PARALLEL: Final = 16
PAGE: Final = 500
LARGEST_ANSWER: Final = 64 * 1024 * 1024
RETRIED: Final = frozenset({429, 500, 502, 503, 504})
_NO_RIGHTS: Final = re.compile(r"cannot \w+ resource")
WRITING: Final = frozenset({"create", "apply", "merge", "update", "delete"})


@dataclass(frozen=True)
class Listing:
    """A consistent picture of a collection at `resource_version`."""

    items: list[Object]
    resource_version: str


def open_session(connection: Connection, *, agent: str = AGENT, **options: Any) -> aiohttp.ClientSession:
    """An aiohttp session for this API server. `agent`: as what the audit log names the requests; `options` go to aiohttp."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=connection.tls if connection.tls else True),
        headers={"User-Agent": agent, "Accept": "application/json"},
        **options,
    )


class Client:
    """`may_write` is asked before every write: a replica that lost its Lease gets LeaseLost instead of a late write."""

    def __init__(
        self,
        connection: Connection,
        session: aiohttp.ClientSession,
        *,
        may_write: Callable[[], bool] = lambda: True,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
        attempts: int = ATTEMPTS,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        self._connection = connection
        self._session = session
        self._may_write = may_write
        self._pause = pause
        self._uniform = uniform
        self._attempts = attempts
        self._timeout = timeout
        self._slots = asyncio.Semaphore(PARALLEL)

    # Reads

    async def get(self, key: ObjectKey) -> Object | None:
        """The live object, None when there is none."""
        kind = kind_of(key.api_version, key.kind)
        return await self._or_none(self._json("get", "GET", kind.path(key.namespace, key.name), kind.resource))

    async def list(
        self, kind: Kind, namespace: str = "", *, selector: str = "", field_selector: str = "", most: int | None = None
    ) -> Listing:
        """The objects of a kind, page by page: all, or the first pages that hold `most`."""
        items: list[Object] = []
        params = {"limit": str(PAGE), "labelSelector": selector, "fieldSelector": field_selector}
        params = {name: value for name, value in params.items() if value}
        while True:
            page = await self._json("list", "GET", kind.collection(namespace), kind.resource, params=params)
            for item in page.get("items") or ():
                items.append({"apiVersion": kind.api_version, "kind": kind.kind} | item)
            if not page["metadata"].get("continue") or (most is not None and len(items) >= most):
                return Listing(items, page["metadata"]["resourceVersion"])
            params["continue"] = page["metadata"]["continue"]

    async def read(self, path: str) -> Object:
        """A discovery document or whatever else lies at `path`."""
        return await self._json("get", "GET", path, path.strip("/").split("/")[0])

    # Writes

    async def apply(
        self, manifest: Mapping[str, Any], *, subresource: str = "", force: bool = True, manager: str = names.FIELD_MANAGER
    ) -> Object:
        """Server-side apply as `manager`. `force` takes fields over: only for objects that are ours outright."""
        kind = kind_of(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        path = kind.path(metadata.get("namespace", ""), metadata["name"], subresource)
        params = {"fieldManager": manager, "force": "true" if force else "false"}
        return await self._json("apply", "PATCH", path, kind.resource, params, manifest, "application/apply-patch+yaml")

    async def merge(self, manifest: Mapping[str, Any], *, resource_version: str) -> Object:
        """JSON merge patch: every list becomes exactly the one in `manifest`. Conflict when the object has changed meanwhile."""
        kind = kind_of(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        body = dict(manifest) | {"metadata": dict(metadata) | {"resourceVersion": resource_version}}
        path = kind.path(metadata.get("namespace", ""), metadata["name"])
        params = {"fieldManager": names.FIELD_MANAGER}
        return await self._json("merge", "PATCH", path, kind.resource, params, body, "application/merge-patch+json")

    async def create(self, manifest: Mapping[str, Any]) -> Object:
        """POST; raises ApiError with reason AlreadyExists when there is one of that name."""
        kind = kind_of(manifest["apiVersion"], manifest["kind"])
        path = kind.collection(manifest["metadata"].get("namespace", ""))
        return await self._json("create", "POST", path, kind.resource, {"fieldManager": names.FIELD_MANAGER}, manifest)

    async def replace(self, manifest: Mapping[str, Any]) -> Object:
        """PUT; with a resourceVersion inside it fails with Conflict when somebody was faster."""
        kind = kind_of(manifest["apiVersion"], manifest["kind"])
        path = kind.path(manifest["metadata"].get("namespace", ""), manifest["metadata"]["name"])
        return await self._json("update", "PUT", path, kind.resource, {"fieldManager": names.FIELD_MANAGER}, manifest)

    async def delete(self, key: ObjectKey, *, uid: str, resource_version: str = "") -> bool:
        """Delete exactly the object that was looked at; False when it is gone or is another one by now."""
        kind = kind_of(key.api_version, key.kind)
        preconditions = {"uid": uid} | ({"resourceVersion": resource_version} if resource_version else {})
        body = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background", "preconditions": preconditions}
        try:
            await self._json("delete", "DELETE", kind.path(key.namespace, key.name), kind.resource, {}, body)
        except ApiError as problem:
            if problem.status in (404, 409):
                return False
            raise
        return True

    async def review(self, body: Mapping[str, Any]) -> Object:
        """POST of a review (SelfSubjectAccessReview): asks, changes nothing."""
        path = f"/apis/{body['apiVersion']}/{body['kind'].lower()}s"
        return await self._json("review", "POST", path, "selfsubjectaccessreviews", {}, body)

    # The machinery

    async def _or_none(self, call: Awaitable[Object]) -> Object | None:
        try:
            return await call
        except ApiError as problem:
            if problem.status == 404:
                return None
            raise

    async def _json(
        self,
        verb: str,
        method: str,
        path: str,
        resource: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
    ) -> Object:
        data = encode(body) if body is not None else None
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._once(verb, method, path, resource, params, data, content_type)
            except ApiError as problem:
                retried = problem.status in RETRIED or problem.status == 0 or (problem.status == 401 and attempt == 1)
                retried = retried or _lacks_rights(problem)
                if not retried or attempt >= self._attempts:
                    raise
                telemetry.API_RETRIES.labels(verb, str(problem.status)).inc()
                pause = self._uniform(0.0, min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE))
                if problem.retry_after is not None:
                    pause += min(problem.retry_after, LONGEST_RETRY_AFTER)
            await self._pause(pause)

    async def _once(
        self,
        verb: str,
        method: str,
        path: str,
        resource: str,
        params: Mapping[str, str] | None,
        data: bytes | None,
        content_type: str,
    ) -> Object:
        what = f"{verb} {path}"
        headers = self._connection.headers() | ({"Content-Type": content_type} if data is not None else {})
        async with self._slots:
            if verb in WRITING and not self._may_write():
                raise LeaseLost("the Lease is no longer ours")
            started, code = time.perf_counter(), "error"
            try:
                async with self._session.request(
                    method,
                    self._connection.server + path,
                    params=params,
                    data=data,
                    headers=headers,
                    timeout=self._timeout,
                    server_hostname=self._connection.tls_server_name,
                    allow_redirects=False,
                ) as answer:
                    code = str(answer.status)
                    content = await _content(answer, what)
                    if answer.status >= 300:
                        if answer.status == 401 and self._connection.token:
                            self._connection.token.expire()
                        raise refusal(answer.status, answer.headers.get("Retry-After"), content, what)
                    return _parsed(content, what)
            except (TimeoutError, aiohttp.ClientError, OSError) as problem:
                code = "timeout" if isinstance(problem, TimeoutError) else "unreachable"
                words = str(problem) or type(problem).__name__
                raise ApiError(f"no answer from the API server: {words}", status=0, reason="Unreachable", what=what) from problem
            finally:
                telemetry.API_REQUESTS.labels(verb, resource, code).inc()
                telemetry.API_SECONDS.labels(verb).observe(time.perf_counter() - started)


async def _content(answer: aiohttp.ClientResponse, what: str) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise ApiError("the answer is too large", status=413, reason="TooLarge", what=what)
    return bytes(content)


def _lacks_rights(problem: ApiError) -> bool:
    """RBAC says no. A server that has just started says it to everybody until it has read the roles (found by the soak)."""
    return problem.status == 403 and _NO_RIGHTS.search(problem.message) is not None


def _parsed(content: bytes, what: str) -> Object:
    try:
        found = decode(content)
    except ValueError:
        raise ApiError("the answer is no JSON", status=0, reason="Unreachable", what=what) from None
    if not isinstance(found, dict):
        raise ApiError("the answer is no object", status=0, reason="Unreachable", what=what)
    return found


def refusal(status: int, retry_after: str | None, content: bytes, what: str) -> ApiError:
    """The API's own words (a Status object) as our error; anything else keeps its first 200 characters."""
    message, reason, wait = content[:200].decode(errors="replace"), "", retry_after
    causes: frozenset[str] = frozenset()
    try:
        found = decode(content)
        if isinstance(found, dict) and found.get("kind") == "Status":
            message, reason = str(found.get("message", "")), str(found.get("reason", ""))
            details = found.get("details") or {}
            wait = wait or details.get("retryAfterSeconds")
            causes = frozenset(str(one.get("reason", "")) for one in details.get("causes") or ())
    except ValueError:
        pass
    try:
        seconds = float(wait) if wait is not None else None
    except ValueError:
        seconds = None
    return ApiError(message or f"HTTP {status}", status=status, reason=reason, retry_after=seconds, what=what, causes=causes)
