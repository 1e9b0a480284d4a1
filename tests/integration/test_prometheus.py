"""What a release is judged by, asked of a real Prometheus that scrapes real runtime processes under real requests (issue 7
point 3, S2-127, S2-128, Y-23)."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import yaml
from tests import adapter_rules
from tests.bench import rollout_faults
from tests.integration.api import eventually
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE
from tests.integration.processes import serving
from tests.integration.prometheus_server import PrometheusServer, running
from tests.unit.operator.checks.test_measure import asking, pod

from testgen_operator.cluster.measure import NOT_ALLOWED, Measurer
from testgen_operator.plan import autoscaling
from testgen_operator.prometheus_addresses import entry
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rollout import policy
from testgen_operator.rollout import figures
from testgen_operator.rollout.figures import Measured
from testgen_operator.rollout.model import Verdict
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
FAULTY = (sys.executable, rollout_faults.__file__)
"""The real program with a fault of the rollout benchmark around it."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusServer]:
    with running(tmp_path_factory.mktemp("prometheus")) as found:
        yield found


@asynccontextmanager
async def measurer() -> AsyncIterator[Measurer]:
    """The operator's own, which elsewhere asks no loopback."""
    async with Measurer(allowed=[entry("127.0.0.1")], may_ask=lambda _: True) as found:
        yield found


def patient(project: TestGenProject) -> TestGenProject:
    """With a limit that a good release keeps on a busy machine too, and a slow one does not."""
    rollout = project.spec.rollout
    analysis = rollout.analysis.model_copy(update={"latency_p95_milliseconds": 2500})
    spec = project.spec.model_copy(update={"rollout": rollout.model_copy(update={"analysis": analysis})})
    return project.model_copy(update={"spec": spec})


async def judged(address: str, *pods: str) -> Measured:
    project = patient(asking(address))
    async with measurer() as found:
        return await found.measure(project, "shop-1", "green", [pod(one) for one in pods], policy(project))


def at(http: httpx.AsyncClient) -> str:
    return urlsplit(str(http.base_url)).netloc


async def send(http: httpx.AsyncClient, path: str, count: int, status: int) -> None:
    assert {(await http.get(path)).status_code for _ in range(count)} == {status}


async def scraped(prometheus: PrometheusServer, name: str, requests: int) -> None:
    """Wait until Prometheus knows of so many requests of a pod."""

    async def knows() -> bool:
        query = f'sum({figures.REQUESTS}{{pod="{name}",route!~"{figures.NO_TENANT}"}})'
        return (await asyncio.to_thread(prometheus.value, query) or 0) >= requests

    await eventually(knows, within=30)


async def broken(target: Target) -> None:
    """One route of the process answers 500 from now on: what it reads is gone."""
    connection = await connect(target, SETTINGS)
    await connection.execute("ALTER TABLE knowledge RENAME TO of_another_release")
    await connection.close()


def by_name(found: Measured) -> dict[str, float | None]:
    return {one.name: one.value for one in found.figures}


async def test_a_good_release_passes_with_the_figures_that_its_process_counted(
    prometheus: PrometheusServer, target: Target, tmp_path: Path
) -> None:  # S2-127
    async with serving(target, tmp_path) as one:
        prometheus.scrape({"good": at(one.http)})
        for count in (50, 100):
            await send(one.http, "/documents", 50, 200)
            await scraped(prometheus, "good", count)
        found = await judged(prometheus.url, "good")
        own = figures.read((await one.http.get(f"http://{at(one.http)}/metrics")).text)

    assert found.verdict is Verdict.SUCCESSFUL, found.message
    assert by_name(found)["successPercent"] == pytest.approx(100)
    expected = figures.quantile(own.buckets)
    assert expected is not None
    assert by_name(found)["latencyP95Milliseconds"] == pytest.approx(1000 * expected, rel=0.25)


async def test_errors_fail_it_with_their_share(prometheus: PrometheusServer, target: Target, tmp_path: Path) -> None:  # S2-127
    async with serving(target, tmp_path) as one:
        prometheus.scrape({"errors": at(one.http)})
        await send(one.http, "/documents", 10, 200)
        await scraped(prometheus, "errors", 10)
        await broken(target)
        await send(one.http, "/knowledge/glossary", 6, 500)
        await send(one.http, "/documents", 84, 200)
        await send(one.http, "/documents/nowhere", 20, 404)  # what a client does wrong counts nowhere
        await scraped(prometheus, "errors", 120)
        found = await judged(prometheus.url, "errors")

    assert (found.verdict, found.reason) == (Verdict.FAILED, "AnalysisFailed")
    assert by_name(found)["successPercent"] == pytest.approx(94, abs=0.5)


async def test_slow_reads_fail_it(prometheus: PrometheusServer, target: Target, tmp_path: Path) -> None:  # S2-128
    async with serving(target, tmp_path, program=FAULTY, TESTGEN_FAULT="slow") as one:
        prometheus.scrape({"slow": at(one.http)})
        answers = await asyncio.gather(*(one.http.get("/documents") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        await scraped(prometheus, "slow", 20)
        found = await judged(prometheus.url, "slow")

    latency = by_name(found)["latencyP95Milliseconds"]
    assert (found.verdict, found.reason) == (Verdict.FAILED, "AnalysisFailed")
    assert latency is not None
    assert latency > 2500  # 3 s fall into the bucket above, or higher where the machine is slow too
    assert by_name(found)["successPercent"] == pytest.approx(100)


async def test_what_a_new_pod_answered_before_its_first_scrape_counts(
    prometheus: PrometheusServer, target: Target, tmp_path: Path
) -> None:
    """A preview that nobody but the smoke test calls has all its requests between two scrapes: they decide."""
    async with serving(target, tmp_path) as one:
        await send(one.http, "/documents", 20, 200)
        prometheus.scrape({"fresh": at(one.http)})
        await scraped(prometheus, "fresh", 20)
        found = await judged(prometheus.url, "fresh")

    assert found.verdict is Verdict.SUCCESSFUL, found.message


async def test_nobody_calls_and_so_nothing_is_decided(prometheus: PrometheusServer, target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path) as one:  # Y-23
        prometheus.scrape({"quiet": at(one.http)})

        async def known() -> bool:
            return await asyncio.to_thread(prometheus.value, 'up{pod="quiet"}') == 1

        await eventually(known, within=30)
        found = await judged(prometheus.url, "quiet")
        unknown = await judged(prometheus.url, "never-scraped")

    for one_found in (found, unknown):
        assert (one_found.verdict, one_found.reason) == (Verdict.INCONCLUSIVE, "AnalysisInconclusive")
        assert set(by_name(one_found).values()) == {None}


async def test_a_quantile_of_nothing_is_not_a_number_and_decides_nothing(
    prometheus: PrometheusServer, target: Target, tmp_path: Path
) -> None:
    """Writes alone: Prometheus answers NaN for the P95 of no reads."""
    async with serving(target, tmp_path) as one:  # Y-23
        prometheus.scrape({"writes": at(one.http)})
        for number in range(10):
            body = {"title": f"t{number}", "text": f"REQ-{number}: The field must have {number + 1} characters."}
            assert (await one.http.post("/documents", json=body)).status_code == 201
        await scraped(prometheus, "writes", 10)
        found = await judged(prometheus.url, "writes")

    assert found.verdict is Verdict.INCONCLUSIVE
    assert by_name(found) == {"successPercent": pytest.approx(100), "latencyP95Milliseconds": None}


async def test_only_the_pods_of_the_release_count(prometheus: PrometheusServer, target: Target, tmp_path: Path) -> None:
    async with serving(target, tmp_path) as old, serving(target, tmp_path) as new:
        prometheus.scrape({"old-1": at(old.http), "new-1": at(new.http)})
        await send(new.http, "/documents", 20, 200)
        await broken(target)
        await send(old.http, "/knowledge/glossary", 20, 500)
        await scraped(prometheus, "new-1", 20)
        await scraped(prometheus, "old-1", 20)
        found, both = await judged(prometheus.url, "new-1"), await judged(prometheus.url, "new-1", "old-1")

    assert found.verdict is Verdict.SUCCESSFUL, found.message
    assert by_name(both)["successPercent"] == pytest.approx(50, abs=2)


def test_only_the_last_five_minutes_count_and_a_restart_begins_anew(prometheus: PrometheusServer, tmp_path: Path) -> None:
    """Ten minutes of made-up samples, one in 30 s, read by Prometheus' own engine."""
    asked = figures.queries("team", ["old-1"])

    def series(name: str, values: str, **labels: str) -> dict[str, str]:
        every = {"namespace": "team", "pod": "old-1", "route": "/api/v1/cases", **labels}
        chosen = ",".join(f'{key}="{value}"' for key, value in every.items())
        return {"series": f"{name}{{{chosen}}}", "values": values}

    found = {
        "evaluation_interval": "30s",
        "tests": [
            {
                "interval": "30s",
                "input_series": [
                    series(figures.REQUESTS, "1000+10x20", status="200"),  # 10 in 30 s
                    series(figures.REQUESTS, "500+0x20", status="500"),  # all of them long ago
                    series(figures.REQUESTS, "700+100x17 0+5x2", status="201", route="/api/v1/documents"),  # began anew
                    series(figures.SECONDS, "300+0x20", method="GET", le="0.5"),
                    series(figures.SECONDS, "300+0x20", method="GET", le="+Inf"),
                ],
                "promql_expr_test": [
                    {"expr": asked["good"], "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 100 + 10}]},
                    {"expr": asked["failed"], "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 0}]},
                    {"expr": f"count({asked['p95']})", "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": 1}]},
                    {
                        "expr": f"{asked['p95']} == {asked['p95']}",
                        "eval_time": "10m",
                        "exp_samples": [],
                    },  # only NaN is not itself
                ],
            }
        ],
    }
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump(found))
    done = subprocess.run([prometheus.promtool, "test", "rules", file], capture_output=True, text=True, timeout=60 * PATIENCE)

    assert done.returncode == 0, done.stdout + done.stderr


def series_of(metric: str, values: str, **labels: str) -> dict[str, str]:
    chosen = ",".join(f'{name}="{value}"' for name, value in labels.items())
    return {"series": f"{metric}{{{chosen}}}", "values": values}


def test_the_adapters_rules_give_the_queue_once_and_each_pod_its_requests(prometheus: PrometheusServer, tmp_path: Path) -> None:
    """monitoring/prometheus-adapter.yaml, filled in as the adapter does: every pod tells the whole queue of its project."""
    ours = {"namespace": "team", autoscaling.LABEL_OF_SERIES: "shop"}
    queue, in_flight = autoscaling.METRIC_QUEUE, autoscaling.METRIC_IN_FLIGHT
    asked_queue = adapter_rules.query("externalRules", queue, "team", {autoscaling.LABEL_OF_SERIES: "shop"})
    asked_pods = adapter_rules.query("rules", in_flight, "team", {}, group_by="pod")
    found = {
        "evaluation_interval": "30s",
        "tests": [
            {
                "interval": "30s",
                "input_series": [
                    *(series_of(queue, "12+0x20", pod=f"shop-worker-{i}", **ours) for i in range(4)),
                    series_of(queue, "0+0x20", pod="shop-llm-1", **ours),  # a role that never looks at the queue
                    series_of(queue, "90+0x20", pod="desk-all-1", **{**ours, autoscaling.LABEL_OF_SERIES: "desk"}),
                    series_of(queue, "70+0x20", pod="shop-all-1", **{**ours, "namespace": "other"}),
                    *(series_of(in_flight, f"{i}+0x20", pod=f"shop-api-{i}", **ours) for i in (3, 5)),
                ],
                "promql_expr_test": [
                    {"expr": asked_queue, "eval_time": "5m", "exp_samples": [{"labels": "{}", "value": 12}]},
                    {
                        "expr": asked_pods,
                        "eval_time": "5m",
                        "exp_samples": [{"labels": f'{{pod="shop-api-{i}"}}', "value": i} for i in (3, 5)],
                    },
                ],
            }
        ],
    }
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump(found))
    done = subprocess.run([prometheus.promtool, "test", "rules", file], capture_output=True, text=True, timeout=60 * PATIENCE)

    assert done.returncode == 0, done.stdout + done.stderr


async def test_one_that_is_down_decides_nothing_and_is_named(prometheus: PrometheusServer, tmp_path: Path) -> None:
    with running(tmp_path) as gone:
        pass
    found = await judged(gone.url, "good")

    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "PrometheusUnreachable")
    assert "Prometheus" in found.message


async def test_the_operators_own_machine_is_not_asked(prometheus: PrometheusServer) -> None:
    project = asking(prometheus.url)
    async with Measurer(allowed=[entry("127.0.0.1")]) as guarded:
        found = await guarded.measure(project, "shop-1", "green", [pod("good")], policy(project))

    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "PrometheusUnreachable")
    assert NOT_ALLOWED in found.message
