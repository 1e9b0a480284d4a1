"""The measurer over real HTTP on loopback. Who answers is a stand-in for pods and for a Prometheus: it proves the transport, its
bounds and what is remembered, not what Prometheus computes (tests/integration/test_prometheus.py does)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from tests.unit.operator.build import project
from tests.unit.operator.checks.test_figures import Pod

from testgen_operator import names
from testgen_operator.cluster import measure
from testgen_operator.cluster.measure import NO_PROMETHEUS, NOT_ALLOWED, NOT_ASKED, Measurer, api_server, is_reachable
from testgen_operator.prometheus_addresses import entry
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import Prometheus, policy
from testgen_operator.rollout.model import Verdict

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
BLUE_GREEN: dict[str, Any] = {"rollout": {"strategy": "BlueGreen"}}
LOOPBACK = [entry("127.0.0.1")]
"""What the platform allows here; `may_ask` lets it be asked besides."""


class Answering:
    """A server on loopback that answers what the test says."""

    def __init__(self) -> None:
        self.port = 0
        self.answer: Answer = self._metrics
        self.pod = Pod()
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    async def _metrics(self, _: web.Request) -> web.StreamResponse:
        from prometheus_client import generate_latest

        return web.Response(body=generate_latest(self.pod.registry))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        form = dict(await request.post()) if request.method == "POST" else {}
        self.asked.append((request.method, request.path, {name: str(value) for name, value in form.items()}))
        return await self.answer(request)


@pytest.fixture
async def there() -> AsyncIterator[Answering]:
    found = Answering()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)  # `silent` is not waited for
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def pod(name: str = "shop-all-green-1", *, ip: str = "127.0.0.1", ready: bool = True, component: str = "all", **more: Any) -> Any:
    labels = {names.LABEL_COMPONENT: component, names.LABEL_COLOUR: "green"}
    return {
        "metadata": {"name": name, "uid": f"uid-{name}", "labels": labels, **more},
        "status": {"podIP": ip, "conditions": [{"type": "Ready", "status": str(ready)}]},
    }


@pytest.fixture
async def measurer(there: Answering) -> AsyncIterator[tuple[Measurer, Clock]]:
    clock = Clock()
    async with Measurer(clock=clock, allowed=LOOPBACK, may_ask=lambda _: True, pod_port=there.port) as found:
        yield found, clock


def asking(address: str) -> TestGenProject:
    """A project whose Prometheus is at this address, past the admission rules, which refuse loopback and the like."""
    found = project({"rollout": {"strategy": "BlueGreen", "analysis": {"prometheus": {"address": "http://prometheus:9090"}}}})
    analysis = found.spec.rollout.analysis.model_copy(update={"prometheus": Prometheus(address=address)})
    rollout = found.spec.rollout.model_copy(update={"analysis": analysis})
    return found.model_copy(update={"spec": found.spec.model_copy(update={"rollout": rollout})})


async def measured(measurer: Measurer, *pods: Any, prometheus: str = "", release: str = "shop-1") -> Any:
    found = asking(prometheus) if prometheus else project(BLUE_GREEN)
    return await measurer.measure(found, release, "green", pods, policy(found))


async def test_a_new_releases_pods_are_measured_from_their_start(there: Answering, measurer: tuple[Measurer, Clock]) -> None:
    there.pod.serve(20)

    found = await measured(measurer[0], pod())

    assert (found.verdict, found.reason) == (Verdict.SUCCESSFUL, "")
    assert [one.name for one in found.figures] == ["successPercent", "latencyP95Milliseconds"]


async def test_what_was_asked_counts_until_the_window_is_over(there: Answering, measurer: tuple[Measurer, Clock]) -> None:
    there.pod.serve(20)
    await measured(measurer[0], pod())
    verdicts = []
    for _ in range(12):
        measurer[1].now += 30
        verdicts.append((await measured(measurer[0], pod())).verdict)

    assert verdicts[:9] == [Verdict.SUCCESSFUL] * 9
    assert verdicts[-2:] == [Verdict.INCONCLUSIVE] * 2


async def test_within_one_interval_it_is_one_measurement_and_one_request(
    there: Answering, measurer: tuple[Measurer, Clock]
) -> None:
    there.pod.serve(20)
    first = await measured(measurer[0], pod())
    there.pod.serve(50, 500)

    assert await measured(measurer[0], pod()) == first
    assert len(there.asked) == 1
    measurer[1].now += 30
    again = await measured(measurer[0], pod())
    assert again.id != first.id
    assert again.verdict is Verdict.FAILED


async def test_what_is_older_than_the_window_does_not_count(there: Answering, measurer: tuple[Measurer, Clock]) -> None:
    there.pod.serve(1000, 500)
    assert (await measured(measurer[0], pod())).verdict is Verdict.FAILED
    for _ in range(12):
        measurer[1].now += 30
        there.pod.serve(10)
        last = await measured(measurer[0], pod())

    assert last.verdict is Verdict.SUCCESSFUL


async def test_after_a_restart_of_the_operator_the_id_goes_on(there: Answering, measurer: tuple[Measurer, Clock]) -> None:
    there.pod.serve(20)
    before = await measured(measurer[0], pod())
    async with Measurer(clock=measurer[1], may_ask=lambda _: True, pod_port=there.port) as another:
        assert (await measured(another, pod())).id == before.id


async def test_pods_that_do_not_serve_are_left_out(there: Answering, measurer: tuple[Measurer, Clock]) -> None:
    there.pod.serve(20)
    others = [
        pod("a", ready=False), pod("b", component="edge"), pod("c", component="postgres"), pod("d", ip=""),
        pod("e", deletionTimestamp="2026-01-01T00:00:00Z"),
    ]  # fmt: skip

    found = await measured(measurer[0], *others)

    assert (found.verdict, found.message) == (Verdict.INCONCLUSIVE, "the release has no ready pod")
    assert there.asked == []


async def test_a_pod_that_does_not_answer_is_told_and_the_others_decide(
    there: Answering, measurer: tuple[Measurer, Clock]
) -> None:
    there.pod.serve(20)

    found = await measured(measurer[0], pod(), pod("gone", ip="127.0.0.254"))
    alone = await measured(measurer[0], pod("gone", ip="127.0.0.254"), release="shop-2")

    # Loopback has every address of 127/8, so that port of .254 refuses.
    assert found.verdict is Verdict.SUCCESSFUL
    assert "1 of 2 pods do not tell their metrics" in found.message
    assert alone.verdict is Verdict.INCONCLUSIVE
    assert "no pod tells its metrics" in alone.message


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * 65536)


async def silent(_: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("http://127.0.0.1:1/metrics")


def saying(text: str, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, status=status)

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        saying("secret words", 500), saying("secret words", 401), saying("<html>"), saying("[" * 100_000), elsewhere, endless,
        saying('{"status": "error", "error": "secret words"}'),
    ],
)  # fmt: skip
async def test_whoever_is_no_prometheus_is_told_in_the_same_words_whatever_it_answers(
    there: Answering, measurer: tuple[Measurer, Clock], answer: Answer
) -> None:
    there.answer = answer

    found = await measured(measurer[0], pod(), prometheus=f"http://127.0.0.1:{there.port}")

    assert there.asked
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "PrometheusUnreachable")
    assert found.message == f"Prometheus: {NO_PROMETHEUS}"


async def test_a_prometheus_that_is_down_or_silent_is_inconclusive_and_not_told_apart(
    there: Answering, measurer: tuple[Measurer, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:  # issue 7: analysis against a Prometheus that is down
    down = await measured(measurer[0], pod(), prometheus="http://127.0.0.1:1")
    there.answer = silent
    monkeypatch.setattr(measure, "WHOLE_SECONDS", 0.3)
    late = await measured(measurer[0], pod(), prometheus=f"http://127.0.0.1:{there.port}", release="shop-2")

    assert {down.reason, late.reason} == {"PrometheusUnreachable"}
    assert {down.verdict, late.verdict} == {Verdict.INCONCLUSIVE}
    assert {down.message, late.message} == {f"Prometheus: {NOT_ASKED}"}


async def test_a_redirect_leads_nowhere_even_where_its_target_may_be_asked(
    there: Answering, measurer: tuple[Measurer, Clock]
) -> None:
    async def onwards(request: web.Request) -> web.StreamResponse:
        raise web.HTTPTemporaryRedirect(f"http://127.0.0.1:{there.port}/elsewhere")

    there.answer = onwards

    await measured(measurer[0], pod(), prometheus=f"http://127.0.0.1:{there.port}")

    assert {path for _, path, _ in there.asked} == {"/api/v1/query"}


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("", "http://127.0.0.1:{port}"),
        ("127.0.0.1:9090", "http://127.0.0.1:{port}"),
        ("localhost:{port}", "http://127.0.0.1:{port}"),  # a name is allowed as a name
        ("127.0.0.1:{port}", "http://localhost:{port}"),
        ("*.monitoring.svc:{port}", "http://localhost:{port}"),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}@localhost:{port}"),
    ],
)
async def test_what_the_platform_does_not_allow_is_not_asked_and_it_is_said_who_may_allow_it(
    there: Answering, allowed: str, address: str
) -> None:
    entries = [entry(allowed.format(port=there.port))] if allowed else []
    async with Measurer(allowed=entries, may_ask=lambda _: True) as guarded:
        found = await measured(guarded, pod(), prometheus=address.format(port=there.port))

    assert there.asked == []
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "PrometheusUnreachable")
    assert found.message == f"Prometheus: {NOT_ALLOWED}"
    assert "TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES" in found.message


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST."])
async def test_what_the_platform_allows_is_asked_by_number_and_by_name(there: Answering, host: str) -> None:
    entries = [entry(f"{one}:{there.port}") for one in ("127.0.0.1", "localhost")]
    async with Measurer(allowed=entries, may_ask=lambda _: True) as guarded:
        await measured(guarded, pod(), prometheus=f"http://{host}:{there.port}")

    assert {path for _, path, _ in there.asked} == {"/api/v1/query"}


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", NOT_ALLOWED), ("localhost", NOT_ASKED)])
async def test_the_api_server_is_not_asked_even_where_the_platform_allows_it(there: Answering, host: str, told: str) -> None:
    itself = api_server("https://127.0.0.1:6443")
    async with Measurer(allowed=[entry(host)], api_server=itself, may_ask=lambda _: True) as guarded:
        found = await measured(guarded, pod(), prometheus=f"http://{host}:{there.port}")

    assert there.asked == []
    assert found.message == f"Prometheus: {told}"


async def test_the_api_server_is_known_by_what_its_name_means(there: Answering) -> None:
    async with Measurer(allowed=LOOPBACK, api_server=api_server("https://localhost:6443"), may_ask=lambda _: True) as guarded:
        found = await measured(guarded, pod(), prometheus=f"http://127.0.0.1:{there.port}")

    assert (there.asked, found.message) == ([], f"Prometheus: {NOT_ALLOWED}")


def test_the_api_server_is_the_one_of_the_connection_and_the_pods_own() -> None:
    environment = {"KUBERNETES_SERVICE_HOST": "fd00::1"}

    assert api_server("https://api.example.org:6443", environment) == {"api.example.org", "fd00::1"}
    assert api_server("https://[fd00::2]:6443", {}) == {"fd00::2"}


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"good": "990", "failed": "10", "reads": "500", "p95": "0.2"}, Verdict.SUCCESSFUL),
        ({"good": "900", "failed": "100", "reads": "500", "p95": "0.2"}, Verdict.FAILED),
        ({"good": "990", "failed": "10", "reads": "500", "p95": "0.9"}, Verdict.FAILED),
        ({"good": None, "failed": None, "reads": None, "p95": None}, Verdict.INCONCLUSIVE),
        ({"good": "990", "failed": None, "reads": "500", "p95": "NaN"}, Verdict.INCONCLUSIVE),
        ({"good": "NaN", "failed": "NaN", "reads": "NaN", "p95": "NaN"}, Verdict.INCONCLUSIVE),
        ({"good": "990", "failed": "0", "reads": "2", "p95": "0.001"}, Verdict.INCONCLUSIVE),
    ],
)
async def test_prometheus_figures_are_judged_and_no_traffic_decides_nothing(
    there: Answering, measurer: tuple[Measurer, Clock], values: dict[str, str | None], verdict: Verdict
) -> None:  # S2-127, S2-128, Y-23
    async def answer(request: web.Request) -> web.StreamResponse:
        query = str((await request.post())["query"])
        which = "p95" if "quantile" in query else "reads" if "_count" in query else "failed" if '"5.."' in query else "good"
        value = values[which]
        result = [] if value is None else [{"metric": {}, "value": [1, value]}]
        return web.Response(text=json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}))

    there.answer = answer

    found = await measured(measurer[0], pod(), prometheus=f"http://127.0.0.1:{there.port}/prom/")

    assert found.verdict is verdict, found.message
    assert {path for _, path, _ in there.asked} == {"/prom/api/v1/query"}


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("10.1.2.3", True), ("203.0.113.7", True), ("fd00::1", True),
        ("127.0.0.1", False), ("169.254.169.254", False), ("0.0.0.0", False), ("::1", False), ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False), ("::ffff:169.254.169.254", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("100.100.100.200", False), ("100.100.100.201", True), ("192.0.0.192", False), ("::ffff:100.100.100.200", False),
        ("fd00:ec2::254", False), ("fd00:ec3::254", True), ("64:ff9b::a9fe:a9fe", False), ("64:ff9b::7f00:1", False),
        ("2002:a9fe:a9fe::", False), ("2002:7f00:1::1", False), ("::a9fe:a9fe", False), ("2001:db8::7", True),
    ],
)  # fmt: skip
def test_which_addresses_are_never_asked_whatever_is_allowed(address: str, may: bool) -> None:
    assert is_reachable(address) is may


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"])
async def test_the_operators_own_machine_is_not_asked_by_number_nor_by_name(there: Answering, host: str) -> None:
    async with Measurer(allowed=[entry(host)]) as guarded:
        found = await measured(guarded, pod(), prometheus=f"http://{host}:{there.port}")

    assert found.reason == "PrometheusUnreachable"
    assert there.asked == []


async def test_releases_that_nobody_looks_at_are_forgotten(
    there: Answering, measurer: tuple[Measurer, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "MOST_RELEASES", 3)
    for number in range(10):
        await measured(measurer[0], pod(), release=f"shop-{number}")

    assert len(measurer[0]._memory) == 3
    measurer[0].forget("team", "shop")
    assert measurer[0]._memory == {}
