"""What both Dockerfiles promise, read from their instructions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Dockerfile:
    """A Dockerfile as (INSTRUCTION, rest) pairs, split into what comes before the first FROM and one list a stage."""

    head: list[tuple[str, str]]
    stages: list[list[tuple[str, str]]]

    @property
    def final(self) -> list[tuple[str, str]]:
        return self.stages[-1]

    def values(self, instruction: str) -> list[str]:
        """The arguments of an instruction in the final stage."""
        return [rest for name, rest in self.final if name == instruction]


def read(path: Path) -> Dockerfile:
    text = re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE)
    lines = [line.strip() for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip()]
    pairs = [(line.split(maxsplit=1)[0].upper(), line.split(maxsplit=1)[1]) for line in lines]
    starts = [index for index, (name, _) in enumerate(pairs) if name == "FROM"]
    return Dockerfile(pairs[: starts[0]], [pairs[a:b] for a, b in zip(starts, [*starts[1:], len(pairs)], strict=True)])


@pytest.fixture(params=["operator", "runtime"])
def component(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dockerfile(component: str) -> Dockerfile:
    return read(ROOT / f"Dockerfile.{component}")


def test_an_image_is_built_in_stages(dockerfile: Dockerfile) -> None:  # S0-006 S0-022
    assert len(dockerfile.stages) >= 2


def test_the_base_is_a_pinned_slim_python_that_can_be_replaced(dockerfile: Dockerfile) -> None:  # S0-023 X-17
    assert ("ARG", "BASE_IMAGE=python:3.13-slim") in dockerfile.head
    assert dockerfile.final[0] == ("FROM", "${BASE_IMAGE}")


def test_the_builder_has_the_same_base_unless_told_otherwise(dockerfile: Dockerfile) -> None:
    assert ("ARG", "BUILDER_IMAGE=${BASE_IMAGE}") in dockerfile.head
    assert dockerfile.stages[0][0] == ("FROM", "${BUILDER_IMAGE} AS builder")


def test_the_lock_is_installed_before_the_source_is_copied(component: str, dockerfile: Dockerfile) -> None:  # S0-066
    builder = [f"{name} {rest}" for name, rest in dockerfile.stages[0]]
    lock = "runtime-image.txt" if component == "runtime" else "operator.txt"
    locked = next(i for i, line in enumerate(builder) if line.startswith(f"COPY requirements/{lock}"))
    installed = next(i for i, line in enumerate(builder) if "pip install" in line)
    copied = next(i for i, line in enumerate(builder) if line.startswith(f"COPY {component}/testgen_{component}"))
    assert locked < installed < copied


def test_only_hashed_wheels_are_installed(dockerfile: Dockerfile) -> None:
    install = next(rest for name, rest in dockerfile.stages[0] if name == "RUN" and "pip install" in rest)
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(install.split())
    assert "pip check" in install


def test_an_image_runs_as_a_user_given_by_number(dockerfile: Dockerfile) -> None:  # S0-024 S0-069 X-07
    assert dockerfile.values("USER") == ["1001:1001"]


def test_only_results_come_from_the_builder(component: str, dockerfile: Dockerfile) -> None:  # S0-070
    copies = dockerfile.values("COPY")
    assert copies == ["--from=builder /opt/testgen /opt/testgen", "--from=builder /app /app"]
    assert not [rest for rest in dockerfile.values("RUN") if re.search(r"\b(pip install|apt-get|gcc|make)\b", rest)]


def test_nothing_that_installs_packages_is_left(dockerfile: Dockerfile) -> None:  # S0-070
    assert any("pip uninstall --yes" in rest for name, rest in dockerfile.stages[0] if name == "RUN")
    assert any("rm -rf" in rest and "site-packages/pip*" in rest for rest in dockerfile.values("RUN"))


def test_a_side_holds_its_own_package_only(component: str, dockerfile: Dockerfile) -> None:
    other = {"operator": "testgen_runtime", "runtime": "testgen_operator"}[component]
    assert not [rest for stage in dockerfile.stages for _, rest in stage if other in rest]


def test_health_is_checked_without_a_web_client(component: str, dockerfile: Dockerfile) -> None:  # S0-025 S0-071 S1-046 X-16
    (check,) = dockerfile.values("HEALTHCHECK")
    assert check.startswith("--interval=30s --timeout=3s --start-period=5s --retries=3 CMD ")
    expected = {"runtime": '["testgen", "health"]', "operator": '["python", "-m", "testgen_operator.health"]'}
    assert check.endswith(expected[component])
    assert not [rest for stage in dockerfile.stages for _, rest in stage if re.search(r"\b(curl|wget)\b", rest)]


def test_the_command_is_the_service_itself(component: str, dockerfile: Dockerfile) -> None:  # S0-072
    expected = {"runtime": '["testgen", "serve"]', "operator": '["python", "-m", "testgen_operator"]'}
    assert dockerfile.values("CMD") == [expected[component]]


def test_the_runtime_says_its_port() -> None:  # S0-072
    assert read(ROOT / "Dockerfile.runtime").values("EXPOSE") == ["8000"]


def test_nothing_is_written_outside_of_tmp(dockerfile: Dockerfile) -> None:
    environment = " ".join(dockerfile.values("ENV"))
    assert "PYTHONDONTWRITEBYTECODE=1" in environment
    assert "HOME=/tmp" in environment
    assert "TMPDIR=/tmp" in environment
    compiled = [rest for name, rest in dockerfile.stages[0] if name == "RUN" and "compileall" in rest]
    assert len(compiled) == 2


def test_labels_tell_what_an_image_is(dockerfile: Dockerfile) -> None:
    labels = " ".join(dockerfile.values("LABEL"))
    for name in ("title", "description", "licenses", "url", "documentation", "vendor"):
        assert re.search(rf'org\.opencontainers\.image\.{name}="[^"]+"', labels), name
    assert 'org.opencontainers.image.version="${VERSION}"' in labels
    assert 'org.opencontainers.image.revision="${REVISION}"' in labels


def test_nothing_needs_more_than_docker(dockerfile: Dockerfile) -> None:
    known = {"FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "CMD", "LABEL"}
    assert {name for stage in dockerfile.stages for name, _ in stage} <= known
    assert not [rest for stage in dockerfile.stages for name, rest in stage if name == "RUN" and rest.startswith("--")]


@pytest.mark.parametrize("name", ["postgres", "neo4j", "ollama", "nginx", "redis"])
def test_a_store_runs_as_a_user_given_by_number(name: str) -> None:
    (user,) = read(ROOT / "cluster" / "images" / name / "Dockerfile").values("USER")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)


def test_the_context_holds_what_is_copied_and_nothing_else(component: str) -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line]
    assert rules[0] == "*"
    assert f"!{component}/testgen_{component}" in rules
    assert {"**/__pycache__", "**/*.pyc"} <= set(rules)
