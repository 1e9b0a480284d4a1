"""Options and exit codes, without a cluster."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import yaml
from tests.unit.kubectl.worlds import world

from testgen_operator import __version__
from testgen_operator.kubectl.cli import main, parser
from testgen_operator.kubectl.commands.change import managed_by
from testgen_operator.kubectl.commands.look import key_whereabouts
from testgen_operator.kubectl.forward import target_port
from testgen_operator.kubectl.views.text import age, duration, moment, width_of


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A kubeconfig that leads to a port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    config = {
        "current-context": "gone",
        "clusters": [{"name": "gone", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "contexts": [{"name": "gone", "context": {"cluster": "gone", "user": "gone"}}],
        "users": [{"name": "gone", "user": {}}],
    }
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    return str(path)


@pytest.mark.parametrize(
    "command",
    [
        ["status"],
        ["tree"],
        ["logs", "a"],
        ["endpoint", "a"],
        ["open", "a"],
        ["suspend", "a"],
        ["rotate", "a"],
        ["rollout", "status", "a"],
        ["rollout", "promote", "a"],
        ["rollout", "restart", "a"],
        ["report", "a"],
        ["version"],
    ],
)
def test_without_a_cluster_every_command_says_so_in_words(
    command: list[str], nowhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--kubeconfig", nowhere]) == 5
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "no answer from the API server http://127.0.0.1:" in shown.err
    assert "(context gone)" in shown.err
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["status", "-o", "xml"],
        ["logs", "--since", "yesterday"],
        ["logs", "--tail", "-1"],
        ["open", "--port", "99999"],
        ["suspend"],
        ["diff"],
        ["rollout"],
        ["rollout", "nonsense"],
        ["rollout", "promote"],
        ["rollout", "rollback", "a", "--to", "a-1", "--to-version", "1.0"],
        ["rollout", "rollback", "a", "--to-revision", "0"],
        ["rollout", "wait", "--for", "ever"],
        ["validate"],
    ],
)
def test_wrong_usage_has_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "--help tells more" in capsys.readouterr().err


def test_options_stand_before_and_after_the_command() -> None:
    for words in (["-n", "team", "status"], ["status", "-n", "team"]):
        assert parser().parse_args(words).namespace == "team"


def test_help_and_version_need_no_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert main(["--help"]) == 0
    assert "exit codes" in capsys.readouterr().out
    assert main(["version", "--client", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"plugin": __version__}


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("10m", 600), ("1h30m", 5400), ("2d", 172_800)])
def test_durations_are_read(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "1w", "-5m"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write 30s"):
        duration(text)


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("2026-03-01T11:59:00Z", "60s"),
        ("2026-03-01T11:50:00Z", "10m"),
        ("2026-02-01T00:00:00Z", "28d"),
        ("2030-01-01T00:00:00Z", "0s"),
        ("?", "?"),
    ],
)
def test_ages_are_short(since: str, shown: str) -> None:
    now = moment("2026-03-01T12:00:00Z")
    assert now is not None
    assert age(since, now) == shown


def test_chinese_takes_two_columns() -> None:
    assert width_of("测试a") == 5


def test_a_project_that_git_manages_is_recognised() -> None:
    live, _ = world()
    assert managed_by(live) == ""
    live["metadata"]["annotations"] = {"argocd.argoproj.io/tracking-id": "x"}
    assert managed_by(live) == "Argo CD"


def test_the_key_is_where_the_spec_says() -> None:
    own, _ = world({"access": {"adminKeySecretRef": {"name": "mine", "key": "k"}}})
    drawn, _ = world()

    assert key_whereabouts(own) == ("mine", "k")
    assert key_whereabouts(drawn) == ("shop-admin-key", "api-key")


def test_a_services_named_port_is_found_in_the_pod() -> None:
    pod = {"spec": {"containers": [{"ports": [{"name": "http", "containerPort": 8000}]}]}}

    assert target_port({"spec": {"ports": [{"port": 80, "targetPort": "http"}]}}, pod) == 8000
    assert target_port({"spec": {"ports": [{"port": 80, "targetPort": 8080}]}}, pod) == 8080
    assert target_port({"spec": {"ports": [{"port": 80, "targetPort": "other"}]}}, pod) is None
