"""Measures a release: asks a Prometheus, or its pods' own /metrics, and has `rollout.figures` judge.

What it remembers (counters of the last five minutes, and the last verdict) only saves requests: without it a pod's counters are
taken from its start, which for the pods of a new release is the time that is asked about.

The address of a Prometheus comes from a tenant's spec, and the operator is let in where that tenant is not. So the platform says
which may be asked (`prometheus_addresses`), and of what is asked a tenant learns figures, or that there are none: no status, no
error, no word of an answer. A redirect is not followed; this machine, its link (cloud metadata) and the API server are not asked,
whatever an allowed name means.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from testgen_operator import names, prometheus_addresses, telemetry
from testgen_operator.plan import components
from testgen_operator.prometheus_addresses import Entry, Place
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rules_hosts import is_a_place
from testgen_operator.rollout import figures
from testgen_operator.rollout.figures import Counters, Limits, Measured, Unreadable
from testgen_operator.rollout.model import Policy, Verdict

Json = Mapping[str, Any]
log = telemetry.get_logger(__name__)

POD_TIMEOUT: Final = aiohttp.ClientTimeout(total=5.0, sock_connect=2.0)
PROMETHEUS_TIMEOUT: Final = aiohttp.ClientTimeout(total=10.0, sock_connect=3.0)
TRIES: Final = 2
PARALLEL: Final = 16
MOST_PODS: Final = 500
LOOK_UP: Final = 5.0
"""Of the API server's name, once at the start."""
WHOLE_SECONDS: Final = 20.0
"""One measurement, however many pods do not answer."""
MOST_RELEASES: Final = 1_000
"""Releases whose counters are remembered; the one that was looked at longest ago is forgotten first."""
LARGEST_ANSWER: Final = figures.LARGEST_TEXT
NOT_ALLOWED: Final = (
    "its address is not one that the platform lets projects have asked: whoever runs the operator adds its host and port to "
    f"{prometheus_addresses.SETTING}"
)
NOT_ASKED: Final = "it could not be asked"
NO_PROMETHEUS: Final = "it answered something else than a Prometheus"


class Unreachable(Exception):
    """No answer; its text is for a pod's own tenant, and for the operator's log."""


class Unusable(Unreachable):
    """An answer, and none that could be used."""


@dataclass
class _Memory:
    """Of one release: the counters of each pod (by uid) at the last looks, the oldest first, and the last verdict."""

    looks: deque[tuple[float, dict[str, Counters]]] = field(default_factory=deque)
    last: Measured | None = None


def is_reachable(address: str) -> bool:
    """Whether this IP address may be asked where the platform allows it; the others are asked never."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_loopback or found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return False
    # What a spec may not name, a name may not mean either: other clouds' metadata, forms of IPv6 that carry an IPv4 address.
    return is_a_place(str(found))


def api_server(server: str, environment: Mapping[str, str] = os.environ) -> frozenset[str]:
    """The hosts of the cluster's API, as this process calls it and as its pods do."""
    found = {urlsplit(server).hostname, environment.get("KUBERNETES_SERVICE_HOST", "").lower()}
    return frozenset(one for one in found if one)


class Measurer:
    """`open` it (or use it as a context) before `measure`, `close` it at the end."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        allowed: Sequence[Entry] = (),
        api_server: frozenset[str] = frozenset(),
        may_ask: Callable[[str], bool] = is_reachable,
        pod_port: int = names.PORT_HTTP,
    ) -> None:
        """`clock`: seconds since the epoch. `allowed`: which Prometheus may be asked. `api_server`: hosts that none may be.
        `may_ask`: which IP addresses may be asked at all."""
        self._clock = clock
        self._allowed = tuple(allowed)
        self._api_server = api_server
        self._may_ask = may_ask
        self._pod_port = pod_port
        self._memory: OrderedDict[tuple[str, str, str], _Memory] = OrderedDict()
        self._slots = asyncio.Semaphore(PARALLEL)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._api_server |= await _addresses(self._api_server)
        connector = aiohttp.TCPConnector(limit=PARALLEL, resolver=_Guarded(self._is_open), use_dns_cache=False)
        # trust_env stays off: a proxy of the operator's own is no way to a pod, and none for a tenant's address.
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aenter__(self) -> Measurer:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def forget(self, namespace: str, project: str) -> None:
        """A project that is gone."""
        for key in [key for key in self._memory if key[:2] == (namespace, project)]:
            del self._memory[key]

    async def measure(
        self, project: TestGenProject, release: str, colour: names.Colour, pods: Sequence[Json], policy: Policy
    ) -> Measured:
        """One measurement of a release; within one interval of the policy always the same one.

        `pods`: the Pod objects of that release and colour; those that are not ready, or run no role, are left out. Never raises
        for what it asks: who does not answer makes the measurement INCONCLUSIVE.
        """
        now = self._clock()
        # By the clock and not by a count, so that an operator that was started again goes on with the same ids.
        own_id = f"{release}/{colour}/{int(now // policy.interval_seconds)}"
        memory = self._remembered(project, f"{release}/{colour}")
        if memory.last is not None and memory.last.id == own_id:
            return memory.last
        analysis = project.spec.rollout.analysis
        limits = Limits(float(analysis.minimum_success_percent), float(analysis.latency_p95_milliseconds))
        wanted = [one for one in pods if _is_measured(one)][:MOST_PODS]
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                if not wanted:
                    found = figures.nothing(own_id, "the release has no ready pod")
                elif analysis.prometheus is not None:
                    found = await self._by_prometheus(analysis.prometheus.address, project.namespace, wanted, limits, own_id)
                else:
                    found = await self._by_pods(memory, wanted, limits, own_id, now)
        except TimeoutError:
            if analysis.prometheus is None:
                found = figures.nothing(own_id, f"no answer within {WHOLE_SECONDS:g} s", "MetricsUnreachable")
            else:
                found = figures.nothing(own_id, f"Prometheus: {NOT_ASKED}", "PrometheusUnreachable")
        memory.last = found
        return found

    # Prometheus

    async def _by_prometheus(self, address: str, namespace: str, pods: Sequence[Json], limits: Limits, own_id: str) -> Measured:
        asked = figures.queries(namespace, [one["metadata"]["name"] for one in pods])
        try:
            url = self._allowed_base(address)
        except ValueError:
            return figures.nothing(own_id, f"Prometheus: {NOT_ALLOWED}", "PrometheusUnreachable")
        try:
            good, failed, reads, p95 = await asyncio.gather(
                *(self._query(url, asked[n]) for n in ("good", "failed", "reads", "p95"))
            )
        except (Unreachable, Unreadable) as problem:
            log.info("a Prometheus told no figures", namespace=namespace, address=url, problem=str(problem))
            told = NO_PROMETHEUS if isinstance(problem, Unusable | Unreadable) else NOT_ASKED
            return figures.nothing(own_id, f"Prometheus: {told}", "PrometheusUnreachable")
        success = figures.success_percent(Counters(good or 0.0, failed or 0.0))
        return figures.judge(success, p95 if (reads or 0.0) >= figures.LEAST else None, limits, own_id)

    def _allowed_base(self, address: str) -> str:
        """The URL to ask below. Raises: ValueError where the platform does not allow it, or nobody could."""
        wanted = prometheus_addresses.place(address)
        if not prometheus_addresses.is_allowed(self._allowed, wanted) or not self._may_be_called(wanted):
            raise ValueError
        return wanted.base + urlsplit(address).path.rstrip("/")

    def _may_be_called(self, wanted: Place) -> bool:
        if wanted.host in self._api_server:
            return False
        try:
            return self._is_open(wanted.host)
        except ValueError:
            return True  # a name: the resolver looks at what it means

    def _is_open(self, address: str) -> bool:
        """Of an IP address. Raises: ValueError for a name."""
        plain = ip_address(address.partition("%")[0])
        return self._may_ask(address) and str(getattr(plain, "ipv4_mapped", None) or plain) not in self._api_server

    async def _query(self, base: str, query: str) -> float | None:
        url = f"{base}/api/v1/query"
        for attempt in range(1, TRIES + 1):
            try:
                text = await self._text("POST", url, PROMETHEUS_TIMEOUT, data={"query": query, "timeout": "8s"})
                return figures.vector(json.loads(text))
            except Unreachable:
                if attempt == TRIES:
                    raise
            except RecursionError:
                raise Unusable("it answers no JSON") from None
            except ValueError as problem:
                raise problem if isinstance(problem, Unreadable) else Unusable("it answers no JSON") from None
        raise AssertionError("not reached")

    # The pods themselves

    async def _by_pods(self, memory: _Memory, pods: Sequence[Json], limits: Limits, own_id: str, now: float) -> Measured:
        answers = await asyncio.gather(*(self._counters(one) for one in pods))
        seen = {one["metadata"]["uid"]: found for one, found in zip(pods, answers, strict=True) if isinstance(found, Counters)}
        silent = [found for found in answers if isinstance(found, str)]
        if not seen:
            return figures.nothing(own_id, f"no pod tells its metrics: {silent[0]}", "MetricsUnreachable")
        while memory.looks and memory.looks[0][0] > now:  # the clock was set back
            memory.looks.popleft()
        # The window begins at the newest look that is as old as it; a pod that was not looked at then is younger, so its start.
        while len(memory.looks) > 1 and now - memory.looks[1][0] >= figures.WINDOW_SECONDS:
            memory.looks.popleft()
        aged = bool(memory.looks) and now - memory.looks[0][0] >= figures.WINDOW_SECONDS
        before = memory.looks[0][1] if aged else {}
        counted = figures.total(figures.since(before.get(uid), found) for uid, found in seen.items())
        memory.looks.append((now, seen))
        found = figures.judge(figures.success_percent(counted), figures.quantile(counted.buckets), limits, own_id)
        if not silent:
            return found
        words = f"{found.message}; {len(silent)} of {len(answers)} pods do not tell their metrics"
        return Measured(found.verdict, found.id, words, found.reason, found.figures)

    async def _counters(self, pod: Json) -> Counters | str:
        """A pod's counters, or why there are none."""
        host = str(pod["status"]["podIP"])
        url = f"http://{f'[{host}]' if ':' in host else host}:{self._pod_port}/metrics"
        try:
            async with self._slots:
                return figures.read(await self._text("GET", url, POD_TIMEOUT))
        except (Unreachable, Unreadable) as problem:
            return str(problem)

    async def _text(self, method: str, url: str, within: aiohttp.ClientTimeout, data: Mapping[str, str] | None = None) -> str:
        """The body of a 200.

        Raises: Unreachable, without a word of what was answered.
        """
        assert self._session is not None, "not open"
        try:
            async with self._session.request(method, url, data=data, timeout=within, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Unusable(f"it answers with HTTP status {answer.status}")
                content = bytearray()
                async for part in answer.content.iter_any():
                    content += part
                    if len(content) > LARGEST_ANSWER:
                        raise Unusable(f"its answer is longer than {LARGEST_ANSWER} bytes")
                return content.decode(errors="replace")
        except TimeoutError:
            raise Unreachable("it does not answer in time") from None
        except (aiohttp.ClientError, OSError, ValueError) as problem:
            raise Unreachable(f"it does not answer ({type(problem).__name__})") from None

    def _remembered(self, project: TestGenProject, release: str) -> _Memory:
        key = (project.namespace, project.name, release)
        memory = self._memory.setdefault(key, _Memory())
        self._memory.move_to_end(key)
        while len(self._memory) > MOST_RELEASES:
            self._memory.popitem(last=False)
        return memory


async def _addresses(hosts: frozenset[str]) -> frozenset[str]:
    """What the names among them mean now; nothing where that can't be found out."""
    found: set[str] = set()
    for host in hosts:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(LOOK_UP):
                answers = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found |= {str(one[4][0]) for one in answers}
    return frozenset(found)


class _Guarded(AbstractResolver):
    """Resolves a name to those addresses of it that may be asked: looked at here, at the same time as they are used."""

    def __init__(self, may_ask: Callable[[str], bool]) -> None:
        self._may_ask = may_ask
        self._inner = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        found = [one for one in await self._inner.resolve(host, port, family) if self._may_ask(one["host"])]
        if not found:
            raise OSError("the name means no address that may be asked")
        return found

    async def close(self) -> None:
        await self._inner.close()


def _is_measured(pod: Json) -> bool:
    """A ready pod of a role, that is not about to end and has an address."""
    metadata, status = pod.get("metadata") or {}, pod.get("status") or {}
    part = components.TABLE.get((metadata.get("labels") or {}).get(names.LABEL_COMPONENT, ""))
    ready = any(one.get("type") == "Ready" and one.get("status") == "True" for one in status.get("conditions") or ())
    return bool(
        part and part.role and ready and status.get("podIP") and metadata.get("uid") and not metadata.get("deletionTimestamp")
    )


__all__ = ["Measured", "Measurer", "Verdict", "api_server", "is_reachable"]
