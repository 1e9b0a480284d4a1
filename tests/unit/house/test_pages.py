"""What the pages say is so: targets and files that they name exist, locks are exact, nothing of one machine is committed."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("requirements/*.md")])
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"`make ([a-z][a-z-]+)`", page.read_text()))

    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_file_that_a_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_make_alone_says_what_every_target_does() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {t for t in TARGETS if f"make {t} " not in shown} == set()


def test_locks_are_exact_hashed_and_name_no_registry() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        packages = re.findall(r"^[a-z0-9][^\n]*$", text, re.M)
        assert packages
        assert all("==" in package for package in packages), lock.name
        assert text.count("--hash=sha256:") >= len(packages), lock.name
        assert "://" not in text, lock.name


def test_every_dependency_that_runs_has_exactly_one_line_of_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["operator"], *extras["server"], *extras["runtime"]]
    names = {re.split(r"[\[<>=!~;\s]", one, maxsplit=1)[0].lower() for one in wanted} - {"testgen"}
    page = (ROOT / "docs" / "DEPENDENCIES.md").read_text().split("## Development")[0]
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| ") and not row.startswith("| package")]

    told = Counter(name.strip().lower() for row in rows for name in row.split(","))

    assert told == Counter(names)


def test_nothing_of_one_machine_is_committed() -> None:
    own = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm)/|[a-z]+://[a-z0-9.-]*(pypi\.org|pythonhosted|npmjs|crates\.io|maven\.org)")
    found = []
    for path in tracked():
        if path.suffix in (".docx", ".png") or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if own.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_ci_runs_what_a_contributor_runs() -> None:
    assert re.search(r"^make test$", (ROOT / ".ci" / "run").read_text(), re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_page_has_a_blank_to_fill_in(page: Path) -> None:
    assert re.findall(r"^@[A-Z]+@$", page.read_text(), re.M) == []
