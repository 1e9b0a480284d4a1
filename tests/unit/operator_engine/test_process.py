"""The process around the engine: its settings, its command line, its probes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from testgen_operator import health, settings
from testgen_operator.errors import ConfigurationError
from testgen_operator.main import parser
from testgen_operator.server import serve

ROOT = Path(__file__).resolve().parents[3]


def test_namespaces_are_a_list_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTGEN_OPERATOR_NAMESPACES", "a, b,,a")
    assert settings.load().namespaces == ("a", "b")


def test_no_namespaces_means_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTGEN_OPERATOR_NAMESPACES", "")
    assert settings.load().namespaces == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [("NAMESPACES", "team-*"), ("WORKERS", "0"), ("LOG_LEVEL", "LOUD"), ("RESYNC_SECONDS", "-1"), ("PROMETHEUS_ADDRESSES", "*")],
)
def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TESTGEN_OPERATOR_{name}", value)
    with pytest.raises(ConfigurationError, match=f"TESTGEN_OPERATOR_{name}"):
        settings.load()


def test_which_prometheus_may_be_asked_is_a_list_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.load().prometheus_addresses == ("*.monitoring.svc:9090", "*.monitoring.svc.cluster.local:9090")
    given = parser().parse_args(["--prometheus-addresses", "metrics.example.org:443"])
    assert settings.load(**vars(given)).prometheus_addresses == ("metrics.example.org:443",)
    monkeypatch.setenv("TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES", "prometheus.observe.svc:80, 10.0.0.7:9090,")
    assert settings.load().prometheus_addresses == ("prometheus.observe.svc:80", "10.0.0.7:9090")
    monkeypatch.setenv("TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES", "")
    assert settings.load().prometheus_addresses == ()  # none at all


def test_the_list_of_prometheus_addresses_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTGEN_OPERATOR_PROMETHEUS_ADDRESSES", ",".join(f"p{number}.observe.svc" for number in range(65)))
    with pytest.raises(ConfigurationError, match="more than 64"):
        settings.load()


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESTGEN_OPERATOR_WORKERS", "3")
    assert settings.load(**vars(parser().parse_args(["--workers", "5", "--namespaces", "x"]))).workers == 5
    assert settings.load(**vars(parser().parse_args([]))).workers == 3
    assert settings.load(**vars(parser().parse_args(["--no-leader-elect"]))).leader_elect is False


def test_images_come_from_the_environment_of_a_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELATED_IMAGE_RUNTIME", "registry.example/testgen/runtime@sha256:" + "a" * 64)
    monkeypatch.setenv("RELATED_IMAGE_POSTGRES", "")
    found = settings.images()
    assert found.runtime.startswith("registry.example/")
    assert found.postgres


async def test_probes_say_what_is_wrong_and_health_exits_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ""
    async with serve("127.0.0.1", 0, health=lambda: wrong, readiness=lambda: "standing by", refresh=lambda: None) as port:
        monkeypatch.setenv("TESTGEN_OPERATOR_HTTP_PORT", str(port))
        assert await asyncio.to_thread(health.main) == 0
        wrong = "a watch stream is dead"
        assert await asyncio.to_thread(health.main) == 1
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/healthz") as answer:
                assert (answer.status, (await answer.json())["detail"]) == (503, "a watch stream is dead")
            async with session.get("/readyz") as answer:
                assert answer.status == 503
            async with session.get("/metrics") as answer:
                assert "testgen_operator_reconcile_duration_seconds" in await answer.text()
    assert await asyncio.to_thread(health.main) == 1  # nobody answers


async def test_a_busy_port_is_said_with_the_setting_to_change() -> None:
    async with serve("127.0.0.1", 0, health=str, readiness=str, refresh=lambda: None) as port:
        with pytest.raises(ConfigurationError, match="TESTGEN_OPERATOR_HTTP_PORT"):
            async with serve("127.0.0.1", port, health=str, readiness=str, refresh=lambda: None):
                pass


async def test_a_wrong_setup_ends_with_two_and_one_line(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "testgen_operator", "--kubeconfig", str(tmp_path / "none"),
        cwd=ROOT / "operator", stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2
    lines = err.decode().strip().splitlines()
    assert len(lines) == 1
    assert "no kubeconfig" in lines[0]
