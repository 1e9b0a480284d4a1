"""The scripts that the sources name: thin calls of `kubectl testgen`, whose words and exit codes they pass on.

`kubectl testgen` is a stand-in here that notes what it is called with; the real one is tested with them on a real API server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
NAMES = (
    "deploy-blue-green.sh",
    "health-check.sh",
    "monitor-deployment.sh",
    "rollback.sh",
    "rollback-service.sh",
    "smoke-tests.sh",
)
STAND_IN = """#!/usr/bin/env bash
printf '%s\\n' "$*" >>"$NOTES"
case "$*" in
  endpoint*) printf '%s\\n' "${ENDPOINT:-http://cases.production.svc}" ;;
  open*) printf 'http://127.0.0.1:1\\ntg_the-key\\n'; echo $$ >"$NOTES.pid"; exec sleep 60 ;;
  "${FAILS:-nothing}"*) exit "${CODE:-1}" ;;
esac
"""
TESTGEN = """#!/usr/bin/env bash
printf 'testgen %s key=%s\\n' "$*" "$(cat "${*: -3:1}")" >>"$NOTES"
exit "${SMOKE_CODE:-0}"
"""


@dataclass
class Shell:
    folder: Path

    def run(self, script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TESTGEN")}
        own = {
            "KUBECTL_TESTGEN": str(self.folder / "kubectl-testgen"),
            "TESTGEN": str(self.folder / "testgen"),
            "NOTES": str(self.folder / "notes"),
            "TESTGEN_SETTLE_SECONDS": "0",
            "TMPDIR": str(self.folder),
        }
        return subprocess.run(
            [str(SCRIPTS / script), *words], capture_output=True, text=True, timeout=30, check=False, env=clean | own | env
        )

    @property
    def calls(self) -> list[str]:
        notes = self.folder / "notes"
        return notes.read_text().splitlines() if notes.exists() else []


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    for name, text in (("kubectl-testgen", STAND_IN), ("testgen", TESTGEN)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return Shell(tmp_path)


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help_says_how_it_is_called_and_what_its_codes_mean(shell: Shell, script: str, word: str) -> None:
    done = shell.run(script, word)
    assert (done.returncode, done.stdout.startswith(f"Usage: {script} "), shell.calls) == (0, True, [])
    assert "Exit codes:" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("deploy-blue-green.sh",),
        ("deploy-blue-green.sh", "production"),
        ("deploy-blue-green.sh", "production", "1.0 beta"),
        ("deploy-blue-green.sh", "production", "1.0;reboot"),
        ("deploy-blue-green.sh", "Production", "1.0"),
        ("deploy-blue-green.sh", "../etc", "1.0"),
        ("monitor-deployment.sh",),
        ("monitor-deployment.sh", "production", "$(id)"),
        ("monitor-deployment.sh", "production", "1.0", "more"),
        ("health-check.sh",),
        ("health-check.sh", "a b"),
        ("health-check.sh", "--verbose"),
        ("rollback.sh",),
        ("rollback.sh", "production", "--all"),
        ("rollback-service.sh",),
        ("rollback-service.sh", "latest"),
        ("rollback-service.sh", "revision", "x"),
        ("rollback-service.sh", "revision", "0"),
        ("smoke-tests.sh",),
        ("smoke-tests.sh", "production", "more"),
    ],
)
def test_a_wrong_call_changes_nothing_and_says_what_to_write(shell: Shell, words: tuple[str, ...]) -> None:  # S1-103
    done = shell.run(*words)
    assert (done.returncode, shell.calls, done.stdout) == (2, [], "")
    assert done.stderr.strip()


def test_a_deployment_asks_for_the_version_and_tells_its_story(shell: Shell) -> None:  # S2-115, S2-116
    assert shell.run("deploy-blue-green.sh", "production", "v1.2.3", "--author", "Ann Lee").returncode == 0
    assert shell.calls == [
        "rollout start cases v1.2.3 --strategy BlueGreen --author Ann Lee -n production",
        "rollout watch cases -n production --timeout 30m",
    ]


@pytest.mark.parametrize("code", ["1", "7"])
def test_the_end_of_the_story_is_the_exit_code(shell: Shell, code: str) -> None:
    assert shell.run("deploy-blue-green.sh", "production", "v1", FAILS="rollout watch", CODE=code).returncode == int(code)
    assert shell.run("monitor-deployment.sh", "production", "v1", FAILS="rollout watch", CODE=code).returncode == int(code)


def test_what_was_refused_is_not_watched(shell: Shell) -> None:
    assert shell.run("deploy-blue-green.sh", "production", "v1", FAILS="rollout start", CODE="8").returncode == 8
    assert len(shell.calls) == 1


@pytest.mark.parametrize(
    ("environment", "env", "where"),
    [
        ("production", {}, "cases -n production"),
        ("team-a/shop", {}, "shop -n team-a"),
        ("production", {"TESTGEN_PROJECT": "shop"}, "shop -n production"),
        ("production", {"TESTGEN_NAMESPACE": "prod-eu"}, "cases -n prod-eu"),
    ],
)
def test_an_environment_is_a_project_in_a_namespace(shell: Shell, environment: str, env: dict[str, str], where: str) -> None:
    assert shell.run("monitor-deployment.sh", environment, **env).returncode == 0
    assert shell.calls == [f"rollout watch {where} --timeout 30m"]


def test_a_deployment_is_monitored_by_its_version(shell: Shell) -> None:  # S2-115
    assert shell.run("monitor-deployment.sh", "production", "v1.2.3", TESTGEN_TIMEOUT="5m").returncode == 0
    assert shell.calls == ["rollout watch cases --version v1.2.3 -n production --timeout 5m"]


@pytest.mark.parametrize(
    ("words", "call"),
    [
        (("production",), "rollout rollback cases -n production"),
        (("production", "previous"), "rollout rollback cases -n production"),
        (("production", "v1.2.2"), "rollout rollback cases --to-version v1.2.2 -n production"),
    ],
)
def test_a_rollback_waits_and_asks_for_the_health(shell: Shell, words: tuple[str, ...], call: str) -> None:  # S2-175, S2-176
    assert shell.run("rollback.sh", *words).returncode == 0
    assert shell.calls == [
        call,
        "rollout watch cases -n production --timeout 30m",
        "status cases -n production",
        "endpoint cases -n production",
    ]


def test_a_rollback_that_is_not_well_fails(shell: Shell) -> None:  # S2-176
    done = shell.run("rollback.sh", "production", FAILS="status", CODE="7")
    assert (done.returncode, "rolled back, but not well" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        (("history",), ["rollout history cases -n production"]),
        (("history", "staging"), ["rollout history cases -n staging"]),
        (("previous",), ["rollout rollback cases -n production", "rollout watch cases -n production --timeout 30m"]),
        (
            ("revision", "3", "staging"),
            ["rollout rollback cases --to-revision 3 -n staging", "rollout watch cases -n staging --timeout 30m"],
        ),
    ],
)
def test_a_service_goes_back_by_number(shell: Shell, words: tuple[str, ...], calls: list[str]) -> None:  # S1-100, S1-101, S1-102
    assert shell.run("rollback-service.sh", *words).returncode == 0
    assert shell.calls == calls


def test_without_a_number_the_history_is_shown(shell: Shell) -> None:  # S1-102
    assert shell.run("rollback-service.sh", "revision").returncode == 1
    assert shell.calls == ["rollout history cases -n production"]


def test_health_is_asked_for_where_it_can_be_reached(shell: Shell) -> None:  # S2-115
    inside = shell.run("health-check.sh", "production")
    assert (inside.returncode, "inside the cluster alone" in inside.stdout) == (0, True)
    outside = shell.run("health-check.sh", "production", ENDPOINT="http://127.0.0.1:1")
    assert (outside.returncode, "http://127.0.0.1:1/health does not answer" in outside.stderr) == (1, True)


@pytest.mark.parametrize("code", [0, 1])
def test_the_smoke_test_goes_through_the_endpoint_and_leaves_nothing(shell: Shell, code: int) -> None:  # S2-217, S3-138
    done = shell.run("smoke-tests.sh", "staging", SMOKE_CODE=str(code))
    assert done.returncode == code, done.stderr
    opened, smoke = shell.calls
    assert opened == "open cases --port 0 --show-key -n staging"
    assert smoke.startswith("testgen smoke --url http://127.0.0.1:1 --key-file ")
    assert smoke.endswith(" --timeout 120 key=tg_the-key")
    assert "tg_the-key" not in done.stdout + done.stderr
    assert [one for one in shell.folder.iterdir() if one.is_dir()] == []
    pid = int((shell.folder / "notes.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_the_plugin_it_says_what_to_install(shell: Shell, tmp_path: Path) -> None:
    copied = tmp_path / "elsewhere" / "scripts"
    shutil.copytree(SCRIPTS, copied)
    env = {"PATH": "/usr/bin:/bin", "KUBECTL_TESTGEN": "no-such-program"}
    command = [str(copied / "health-check.sh"), "production"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=env)
    assert (done.returncode, "pip install 'testgen[kubectl]'" in done.stderr) == (127, True)


@pytest.mark.parametrize("script", [*NAMES, "common.sh"])
def test_a_script_is_sound(script: str) -> None:
    assert subprocess.run(["bash", "-n", str(SCRIPTS / script)], check=False).returncode == 0
    if script in NAMES:
        assert os.access(SCRIPTS / script, os.X_OK)
        assert "set -euo pipefail" in (SCRIPTS / script).read_text()  # S2-116
    if checker := shutil.which("shellcheck"):
        done = subprocess.run(
            [checker, "-x", f"scripts/{script}"], cwd=SCRIPTS.parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
