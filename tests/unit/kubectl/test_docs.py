"""docs/OPERATIONS.md says what the plugin does: its commands, what each needs, its exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from testgen_operator import rbac
from testgen_operator.kubectl import completion, needs
from testgen_operator.kubectl.cli import parser
from testgen_operator.kubectl.problems import EXITS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]


def test_the_page_has_the_table_of_what_each_command_needs() -> None:
    assert "\n".join(needs.table()) in PAGE


def test_the_page_has_every_exit_code() -> None:
    rows = [f"| {code.value} | {text} |" for code, text in EXITS.items()]

    assert "\n".join(rows) in PAGE


def test_every_command_is_on_the_page_and_none_besides() -> None:
    table = PAGE[PAGE.index("| command | answers |") : PAGE.index("### Daily work")]
    named = {command for cell in re.findall(r"^\| (.*?) \|", table, re.M) for command in re.findall(r"`(\w+)", cell)}
    commands = set(completion._commands(parser()))

    assert named == commands


def test_every_command_that_asks_the_cluster_says_what_it_needs() -> None:
    offline = {"validate", "explain", "completion"}
    asking = {command.split()[0] for need in needs.NEEDS for command in need.commands}

    assert asking == set(completion._commands(parser())) - offline


def test_the_roles_it_names_carry_testgens_own_rights() -> None:
    aggregated = {
        role
        for manifest in rbac.manifests()
        for role in ("view", "edit")
        if manifest["metadata"].get("labels", {}).get(f"rbac.authorization.k8s.io/aggregate-to-{role}") == "true"
    }

    assert aggregated == {"view", "edit"}


def test_pip_installs_what_kubectl_looks_for() -> None:
    assert SCRIPTS["kubectl-testgen"] == "testgen_operator.kubectl.cli:main"
    assert SCRIPTS["kubectl_complete-testgen"] == "testgen_operator.kubectl.cli:complete_for_kubectl"


def test_it_runs_without_what_only_the_operators_pod_has() -> None:
    # A person's machine has aiohttp and the packages of both sides, nothing else.
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['kopf', 'typer', 'kubernetes', 'httpx', 'fastapi']));"
        "from testgen_operator.kubectl import cli, lookup; [cli._command(one) for one in ('status',)];"
        "from testgen_operator.kubectl.commands import files; from testgen_operator.kubectl.views import explain"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "operator", capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
