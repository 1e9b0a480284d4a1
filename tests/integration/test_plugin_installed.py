"""`pip install 'testgen[kubectl]'` on a person's machine: our wheel in a fresh environment that holds the packages of this extra,
and nothing of the operator's pod or of the runtime. No network: the packages are those that the tests themselves run with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.control_plane import kubernetes_binary
from tests.integration.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("operator", "runtime", "pyproject.toml", "README.md", "LICENSE")
OF_OTHERS = ("kopf", "fastapi", "uvicorn", "sqlalchemy", "asyncpg", "typer", "kubernetes", "cryptography", "pytest", "hypothesis")
NOBODY = {
    "apiVersion": "v1", "kind": "Config", "current-context": "c",
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}], "users": [{"name": "c", "user": {"token": "t"}}],
    "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
}  # fmt: skip


@dataclass
class Environment:
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def packages(self) -> Path:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return self.folder / "lib" / version / "site-packages"

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """With this environment's programs on PATH, and nothing that leads to the clone."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KUBE", "TESTGEN"))}
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [str(one) for one in command], capture_output=True, text=True, timeout=60 * PATIENCE, check=False,
            cwd=self.folder, env=kept | {"PATH": path} | more,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done


def needed(requires: Iterable[str], extras: Iterable[str], seen: set[str]) -> None:
    """Add the distributions that pip would install with one, by what each says of itself."""
    for text in requires:
        wanted = Requirement(text)
        if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            found = canonicalize_name(wanted.name)
            if found not in seen:
                seen.add(found)
                needed(metadata.requires(found) or (), wanted.extras, seen)


def lend(distribution: str, packages: Path) -> None:
    """Show an installed distribution to another environment."""
    own = Path(sysconfig.get_path("purelib"))
    for top in {file.parts[0] for file in metadata.files(distribution) or () if file.parts[0] not in ("..", "__pycache__")}:
        if not (packages / top).exists():
            (packages / top).symlink_to(own / top)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("person")
    source, wheels, found = folder / "source", folder / "wheels", Environment(folder / "venv")
    source.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    for command in (
        [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, source],
        [sys.executable, "-m", "venv", "--without-pip", found.folder],
    ):
        subprocess.run([str(one) for one in command], check=True, timeout=300 * PATIENCE)
    [wheel] = wheels.glob("testgen-*.whl")
    subprocess.run([*pip, "--python", str(found.python), "install", *offline, str(wheel)], check=True, timeout=120 * PATIENCE)
    [ours] = metadata.distributions(name="testgen", path=[str(found.packages)])
    others: set[str] = set()
    needed(ours.requires or (), {"kubectl"}, others)
    for one in others:
        lend(one, found.packages)
    return found


def test_nothing_of_the_operators_pod_or_of_the_runtime_is_there(installed: Environment) -> None:
    code = f"import importlib.util as u, json; print(json.dumps([one for one in {OF_OTHERS!r} if u.find_spec(one)]))"

    assert json.loads(installed.run(installed.python, "-c", code).stdout) == []


def test_pip_puts_the_plugin_on_path_and_it_says_what_it_can(installed: Environment) -> None:
    done = installed.run("kubectl-testgen", "--help")

    assert done.returncode == 0, done.stderr
    assert "is it well, and if not, what do I do" in done.stdout


def test_kubectl_finds_it(installed: Environment) -> None:
    kubectl = installed.folder / "bin" / "kubectl"
    kubectl.symlink_to(kubernetes_binary(installed.folder / "build.log"))

    done = installed.run("kubectl", "testgen", "version", "--client", "-o", "json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["plugin"] == metadata.version("testgen")


def test_it_checks_files(installed: Environment) -> None:
    broken = installed.folder / "broken.yaml"
    broken.write_text((ROOT / "gitops" / "samples" / "minimal.yaml").read_text().replace("spec: {}", "spec: {replica: 2}"))

    good = installed.run("kubectl-testgen", "validate", ROOT / "gitops" / "samples" / "minimal.yaml")
    bad = installed.run("kubectl-testgen", "validate", broken)

    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0
    assert "spec.replica" in bad.stdout + bad.stderr


@pytest.mark.parametrize(
    "words", [("status",), ("tree", "shop"), ("logs", "shop"), ("diff", "-f", "-"), ("suspend", "shop"), ("report", "shop")]
)
def test_every_command_has_what_it_imports_and_a_cluster_that_is_away_is_said(
    installed: Environment, words: tuple[str, ...]
) -> None:
    kubeconfig = installed.folder / "kubeconfig"
    kubeconfig.write_text(json.dumps(NOBODY))

    done = installed.run("kubectl-testgen", *words, KUBECONFIG=str(kubeconfig))

    assert done.returncode != 0
    assert "error:" in done.stderr
    assert "No module named" not in done.stderr
