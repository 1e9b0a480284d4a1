"""What the command line decides, shows and recognises."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from testgen_cluster import __main__ as command_line
from testgen_cluster import down as local_down
from testgen_cluster import processes
from testgen_cluster.names import Names
from testgen_cluster.steps import ClusterError, report, step


def test_a_process_is_known_by_id_and_start_and_not_when_it_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = processes.start_time(process.pid)
    assert started is not None
    alive = processes.Record(process.pid, started, "")

    assert alive.alive
    assert not processes.Record(process.pid, started - 1, "").alive
    process.communicate(b"\n")
    assert not alive.alive


@pytest.mark.parametrize(
    ("environment", "mode"),
    [({}, "local"), ({"KIND": "1"}, "kind"), ({"KIND": "0"}, "local"), ({"CLUSTER": "existing"}, "existing")],
)
def test_the_environment_says_which_cluster(environment: Mapping[str, str], mode: str) -> None:
    assert command_line.wanted_mode(environment) == mode


@pytest.mark.parametrize("environment", [{"CLUSTER": "minikube"}, {"KIND": "yes"}, {"CLUSTER": "existing", "KIND": "1"}])
def test_a_cluster_that_is_not_known_is_refused_with_what_to_set(environment: Mapping[str, str]) -> None:
    with pytest.raises(ClusterError) as caught:
        command_line.wanted_mode(environment)

    assert caught.value.hint


@pytest.mark.parametrize("mode", [None, "kind", "existing"])
def test_daemons_of_a_cluster_that_is_not_ours_are_not_restarted(mode: str | None, tmp_path: Path) -> None:
    names = Names(tmp_path, 0)
    if mode:
        names.state.mkdir(parents=True)
        (names.state / "mode").write_text(mode)

    with pytest.raises(ClusterError, match="only the local cluster"):
        command_line.restart(names, "kubelet")


def test_a_failed_step_names_its_log_and_shows_its_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "daemon.log"
    log.write_text("\n".join(f"line {n}" for n in range(100)))

    with pytest.raises(ClusterError) as caught, step("Starting", log=log):
        raise ClusterError("the daemon ended", hint="free its port")
    report(caught.value)

    shown = capsys.readouterr()
    assert shown.out.startswith("▸ Starting …\n  failed after ")
    lines = shown.err.splitlines()
    assert (lines[-2], lines[-1]) == ("  | line 99", f"error: the daemon ended; free its port (log: {log})")
    assert len(lines) == 16


def test_an_ordinary_user_without_a_cluster_is_told_that_there_is_nothing_to_remove(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    local_down.down(tmp_path)

    assert capsys.readouterr().out.startswith("There is nothing to remove")


def test_an_ordinary_user_cannot_remove_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "build" / "cluster").mkdir(parents=True)

    with pytest.raises(ClusterError, match="needs root"):
        local_down.down(tmp_path)
