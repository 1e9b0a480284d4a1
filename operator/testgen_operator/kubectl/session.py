"""The plugin's one way to the API server: reads, patches, log streams and sockets, each with a deadline."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import quote

import aiohttp

from testgen_operator import __version__
from testgen_operator.cluster import optional
from testgen_operator.cluster.client import Client, Object, refusal
from testgen_operator.cluster.kinds import CHILDREN, CORE_EVENT, LEASE, POD, PROJECT, RELEASE, Kind
from testgen_operator.errors import ApiError
from testgen_operator.kubectl import problems
from testgen_operator.kubectl.kubeconfig import Target
from testgen_operator.kubectl.problems import PluginError
from testgen_operator.names import LABEL_PROJECT, RELEASE_KIND
from testgen_operator.plan.model import ObjectKey

T = TypeVar("T")

MANAGER: Final = "kubectl-testgen"
ATTEMPTS: Final = 2
"""A person waits: one repetition, no more."""
READ_TIMEOUT: Final = aiohttp.ClientTimeout(total=12.0, sock_connect=5.0)
PATCH_TIMEOUT: Final = aiohttp.ClientTimeout(total=30.0, sock_connect=5.0)
STREAM_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=5.0)
LONGEST_LINE: Final = 16 * 1024
LONGEST_REFUSAL: Final = 64 * 1024
METADATA: Final = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
METADATA_LIST: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


@dataclass
class Session:
    """One run of the plugin. `unseen`: what it was not allowed to read, in words, for the foot of the answer."""

    client: Client
    http: aiohttp.ClientSession
    target: Target
    namespace: str
    unseen: list[str] = field(default_factory=list)

    def in_words(self, problem: ApiError) -> PluginError:
        return problems.in_words(problem, server=self.target.connection.server, context=self.target.context)

    # Projects

    async def project(self, name: str) -> Object:
        """The project. Raises PluginError, which names those that there are."""
        found = await self.client.get(ObjectKey(PROJECT.api_version, PROJECT.kind, self.namespace, name))
        if found is not None:
            return found
        others = await self.projects(self.namespace)
        raise problems.no_such_project(name, self.namespace, [one["metadata"]["name"] for one in others])

    async def projects(self, namespace: str) -> list[Object]:
        """The projects of a namespace, or (empty) of all."""
        return (await self.client.list(PROJECT, namespace)).items

    async def the_project(self, name: str | None) -> Object:
        """The named project, or the only one of the namespace. Raises PluginError."""
        if name:
            return await self.project(name)
        found = await self.projects(self.namespace)
        if len(found) == 1:
            return found[0]
        known = [one["metadata"]["name"] for one in found]
        if not known:
            raise problems.no_such_project("at all", self.namespace, [])
        raise PluginError(
            f"namespace {self.namespace} holds {len(known)} projects: name one",
            hint=f"There are: {', '.join(known[:10])}{' …' if len(known) > 10 else ''}.",
            code=problems.Exit.USAGE,
        )

    async def releases(self, project: str) -> list[Object]:
        """The TestGenReleases of a project of this session's namespace. Raises PluginError where the cluster serves none."""
        try:
            return (await self.client.list(RELEASE, self.namespace, selector=f"{LABEL_PROJECT}={project}")).items
        except ApiError as problem:
            if problem.status == 404:
                raise problems.not_installed(RELEASE_KIND) from None
            raise

    async def patch_project(self, name: str, patch: Mapping[str, Any]) -> Object:
        """JSON merge patch of the project; an unknown field is refused rather than dropped."""
        params = {"fieldManager": MANAGER, "fieldValidation": "Strict"}
        return await self._write("PATCH", PROJECT.path(self.namespace, name), params, patch, "application/merge-patch+json")

    async def would_accept(self, project: Mapping[str, Any]) -> None:
        """Ask the API server to check a whole project without keeping it. Raises ApiError with its refusal."""
        metadata = project["metadata"]
        params = {"dryRun": "All", "fieldManager": MANAGER, "fieldValidation": "Strict"}
        if metadata.get("resourceVersion"):
            path = PROJECT.path(metadata["namespace"], metadata["name"])
            await self._write("PUT", path, params, project, "application/json")
        else:
            await self._write("POST", PROJECT.collection(metadata["namespace"]), params, project, "application/json")

    async def _write(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any], content_type: str
    ) -> Object:
        connection = self.target.connection
        headers = connection.headers() | {"Content-Type": content_type}
        data = json.dumps(body).encode()
        try:
            async with self.http.request(
                method, connection.server + path, params=params, data=data, headers=headers, timeout=PATCH_TIMEOUT,
                server_hostname=connection.tls_server_name, allow_redirects=False,
            ) as answer:  # fmt: skip
                content = await answer.content.read(16 * 1024 * 1024)
                if answer.status >= 300:
                    raise refusal(answer.status, None, content, f"{method.lower()} {path}")
                while more := await answer.content.read(1024 * 1024):
                    content += more
                found: Object = json.loads(content)
                return found
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            words = str(problem) or type(problem).__name__
            raise ApiError(words, status=0, reason="Unreachable", what=path) from problem

    # What a project consists of

    async def children(self, project: Mapping[str, Any]) -> list[Object]:
        """Every labelled object of a project in its namespace; kinds that may not be read are noted in `unseen`."""
        metadata = project["metadata"]
        selector = f"{LABEL_PROJECT}={metadata['name']}"
        found: list[Object] = []
        # Of a kind that is not served nobody may know whether he may read it: the refusal would be no news.
        for kind in (*CHILDREN, *await optional.served(self.client)):
            found += await self.seen(kind, metadata["namespace"], selector)
        return found

    async def pods(self, project: str, *, component: str = "") -> list[Object]:
        selector = f"{LABEL_PROJECT}={project}" + (f",app.kubernetes.io/component={component}" if component else "")
        return (await self.client.list(POD, self.namespace, selector=selector)).items

    async def seen(self, kind: Kind, namespace: str, selector: str = "", *, most: int | None = None) -> list[Object]:
        """The objects of a kind; none, and a note, when they may not be read; none where the cluster has no such kind."""
        try:
            return (await self.client.list(kind, namespace, selector=selector, most=most)).items
        except ApiError as problem:
            return self._unread(problem, f"{kind.resource} in {namespace}", [])

    async def events(self, namespace: str, most: int = 1000) -> list[Object]:
        return await self.seen(CORE_EVENT, namespace, most=most)

    async def lease(self, namespace: str, name: str) -> Object | None:
        return await self.get_if_allowed(ObjectKey(LEASE.api_version, LEASE.kind, namespace, name), "leases")

    async def get_if_allowed(self, key: ObjectKey, what: str) -> Object | None:
        try:
            return await self.client.get(key)
        except ApiError as problem:
            return self._unread(problem, f"{what} in {key.namespace}", None)

    def _unread(self, problem: ApiError, what: str, instead: T) -> T:
        if problem.status == 403:
            self.unseen.append(what)
            return instead
        if problem.status == 404:
            return instead
        raise problem

    async def secrets_metadata(self, namespace: str, selector: str) -> list[Object] | None:
        """The Secrets' metadata, without their data ever leaving the API server; None when they may not be listed."""
        path = f"/api/v1/namespaces/{namespace}/secrets"
        try:
            return list((await self._metadata(path, METADATA_LIST, labelSelector=selector, limit="500")).get("items") or ())
        except ApiError as problem:
            return self._unread(problem, f"secrets in {namespace}", None)

    async def secret_exists(self, namespace: str, name: str) -> bool | None:
        """Whether a Secret exists; None when we may not know."""
        try:
            await self._metadata(f"/api/v1/namespaces/{namespace}/secrets/{quote(name, safe='')}", METADATA)
        except ApiError as problem:
            if problem.status == 404:
                return False
            return self._unread(problem, f"secrets in {namespace}", None)
        return True

    async def _metadata(self, path: str, accept: str, **params: str) -> Object:
        text = b"".join([piece async for piece in self.chunks(path, params, accept=accept)])
        found: Object = json.loads(text)
        return found

    # Streams

    async def chunks(self, path: str, params: Mapping[str, str], *, accept: str = "*/*") -> AsyncIterator[bytes]:
        """The pieces of an answer as they come. Raises ApiError before the first piece, or when the connection breaks."""
        connection = self.target.connection
        try:
            async with self.http.get(
                connection.server + path,
                params=params,
                headers=connection.headers() | {"Accept": accept},
                timeout=STREAM_TIMEOUT if params.get("follow") else PATCH_TIMEOUT,
                server_hostname=connection.tls_server_name,
                allow_redirects=False,
            ) as answer:
                if answer.status >= 300:
                    content = await answer.content.read(LONGEST_REFUSAL)
                    raise refusal(answer.status, answer.headers.get("Retry-After"), content, f"get {path}")
                async for piece in answer.content.iter_any():
                    yield piece
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            words = str(problem) or type(problem).__name__
            raise ApiError(words, status=0, reason="Unreachable", what=f"get {path}") from problem

    async def lines(self, path: str, params: Mapping[str, str]) -> AsyncIterator[str]:
        """An answer line by line; what of a line is beyond 16 KiB is cut."""
        rest, skipping = b"", False
        async for piece in self.chunks(path, params):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if not skipping:
                    yield line[:LONGEST_LINE].decode(errors="replace")
                skipping = False
            if len(rest) > LONGEST_LINE:
                if not skipping:
                    yield rest[:LONGEST_LINE].decode(errors="replace") + "…"
                rest, skipping = b"", True
        if rest and not skipping:
            yield rest.decode(errors="replace")

    @asynccontextmanager
    async def socket(self, path: str, params: Mapping[str, str], protocol: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A websocket to the API server. Raises ApiError with its refusal."""
        connection = self.target.connection
        try:
            found = await self.http.ws_connect(
                connection.server + path,
                params=params,
                headers=connection.headers() | {"Accept": "*/*"},
                protocols=(protocol,),
                max_msg_size=4 * 1024 * 1024,
                server_hostname=connection.tls_server_name,
                timeout=aiohttp.ClientWSTimeout(ws_close=5.0),
            )
        except aiohttp.WSServerHandshakeError as problem:
            raise await self._refused(problem.status, path, params) from problem
        except (TimeoutError, aiohttp.ClientError, OSError) as problem:
            raise ApiError(str(problem), status=0, reason="Unreachable", what=path) from problem
        async with found:
            yield found

    async def _refused(self, status: int, path: str, params: Mapping[str, str]) -> ApiError:
        """A refused handshake carries no words: ask again without one, which is refused for the same reason with words."""
        try:
            async for _ in self.chunks(path, params):
                break
        except ApiError as problem:
            if problem.status == status:
                return problem
        return ApiError(f"the connection was refused with HTTP {status}", status=status, what=f"get {path}")


@asynccontextmanager
async def open_session(target: Target, namespace: str) -> AsyncIterator[Session]:
    tls = target.connection.tls
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=tls if tls else True),
        headers={"User-Agent": f"{MANAGER}/{__version__}", "Accept": "application/json", **target.headers},
        proxy=target.proxy,
    ) as http:
        client = Client(target.connection, http, attempts=ATTEMPTS, timeout=READ_TIMEOUT)
        yield Session(client, http, target, namespace)
