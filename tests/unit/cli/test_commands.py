"""The other commands: help, health, and errors that are one clear line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def run_testgen(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TESTGEN_")}
    return subprocess.run(
        [sys.executable, "-m", "testgen_runtime.cli", *map(str, arguments)],
        env=kept | {"TESTGEN_CONFIG": os.devnull} | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_help_names_every_command() -> None:
    text = run_testgen("--help").stdout

    assert all(name in text for name in ("generate", "serve", "migrate", "health", "keys"))


@pytest.mark.parametrize("command", ["generate", "serve", "migrate", "health"])
def test_each_command_explains_itself(command: str) -> None:
    done = run_testgen(command, "--help")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_testgen("serve", "--port", port, "--data-dir", tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        f"error: port {port} on 127.0.0.1 can't be used: Address already in use — choose another one with --port (0 takes any "
        "that is free)\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_health_fails_where_nobody_answers() -> None:  # S0-071
    done = run_testgen("health", "--port", "9")

    assert (done.returncode, done.stdout) == (1, "unhealthy: ConnectionRefusedError\n")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TESTGEN_LOG__LEVEL": "LOUD"}, "log.level"),
        ({"TESTGEN_SERVER__DRAIN_SECONDS": "9000"}, "server.drain_seconds"),
        ({"TESTGEN_LLM": "{"}, "llm"),
        ({"TESTGEN_POSTGRES__MODE": "server", "TESTGEN_POSTGRES__PASSWORD_FILE": "/nowhere/password"}, "/nowhere/password"),
        ({"TESTGEN_POSTGRES__MODE": "server", "TESTGEN_BOOTSTRAP_API_KEY": "short"}, "16"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(tmp_path: Path, variables: dict[str, str], words: str) -> None:  # S0-009
    done = run_testgen("serve", "--port", "0", "--data-dir", tmp_path, **variables)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr
    assert " — " in done.stderr
    assert "LOUD" not in done.stderr


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:  # S0-009
    config = tmp_path / "config.yaml"
    config.write_text("server: {port: 9}\nlog: {level: ERROR}\n")

    from_file = run_testgen("health", TESTGEN_CONFIG=str(config))
    assert from_file.stdout == "unhealthy: ConnectionRefusedError\n"
    wrong = run_testgen("health", TESTGEN_CONFIG=str(config), TESTGEN_SERVER__PORT="-1")
    assert "server.port" in wrong.stderr


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("sever: {port: 9}\n")

    done = run_testgen("health", TESTGEN_CONFIG=str(config))

    assert done.returncode == 1
    assert "sever" in done.stderr
