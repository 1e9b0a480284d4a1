"""The artefact cache: whole or not there, built once, mended when damaged."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testgen_cluster import cache
from testgen_cluster.cache import CacheError, artefact, fingerprint
from testgen_cluster.steps import ClusterError

PACKAGE = Path(cache.__file__).parents[1]
DEADLINE_SECONDS = 30.0

# A builder in a process of its own: it says `started`, waits for the file `go`, and counts itself in `builds`.
BUILDER = """
import sys, time
from pathlib import Path
from testgen_cluster.cache import artefact
signals = Path(sys.argv[1])
def build(place):
    (place / "half").write_text("half")
    (signals / "started").touch()
    deadline = time.monotonic() + 30
    while not (signals / "go").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with (signals / "builds").open("a") as builds:
        builds.write("x")
    (place / "whole").write_text("whole")
print(artefact("bin", "part", {"v": "1"}, build, log=lambda line: print(line, flush=True)))
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TESTGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TESTGEN_CACHE_VERIFY", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def builder(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(PACKAGE)},
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def write(text: str) -> Callable[[Path], None]:
    def build(place: Path) -> None:
        (place / "file").write_text(text)

    return build


def never(_: Path) -> None:
    raise AssertionError("built although it was there")


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.01)


def parts(root: Path) -> list[Path]:
    return list(root.rglob("*.part"))


def test_a_part_is_built_once_and_then_found() -> None:
    first = artefact("bin", "part", {"version": "1"}, write("one"))

    assert artefact("bin", "part", {"version": "1"}, never) == first
    assert (first / "file").read_text() == "one"


def test_another_key_is_another_part() -> None:
    one = artefact("bin", "part", {"version": "1"}, write("one"))
    two = artefact("bin", "part", {"version": "2"}, write("two"))

    assert one != two
    assert ((one / "file").read_text(), (two / "file").read_text()) == ("one", "two")


def test_the_order_of_a_key_does_not_matter() -> None:
    first = artefact("bin", "part", {"a": "1", "b": "2"}, write("x"))

    assert artefact("bin", "part", {"b": "2", "a": "1"}, never) == first


def test_the_manifest_names_size_and_sum_of_each_file() -> None:
    found = artefact("bin", "part", {"v": "1"}, write("one"))

    manifest = json.loads((found / "MANIFEST.json").read_text())

    sum_of_one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert manifest == {"key": {"v": "1"}, "files": {"file": {"size": 3, "sha256": sum_of_one}}}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda place: (place / "file").write_text("eno"), "file has changed"),
        (lambda place: (place / "file").unlink(), "file is missing"),
        (lambda place: (place / "MANIFEST.json").write_text("{"), "no readable manifest"),
    ],
)
def test_a_damaged_part_is_told_and_built_again(damage: Callable[[Path], object], words: str, place: Path) -> None:
    found = artefact("bin", "part", {"v": "1"}, write("one"))
    damage(found)
    said: list[str] = []

    assert artefact("bin", "part", {"v": "1"}, write("one"), log=said.append) == found

    assert (found / "file").read_text() == "one"
    assert words in said[0]
    assert parts(place) == []


def test_a_great_file_is_hashed_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "HASHED_ON_HIT", 3)
    found = artefact("bin", "part", {"v": "1"}, write("one"))
    (found / "file").write_text("eno")

    assert cache.damaged(found) is None
    monkeypatch.setenv("TESTGEN_CACHE_VERIFY", "1")
    assert cache.damaged(found) == "file has changed"


def test_two_builders_at_once_build_once(builder: Callable[[], subprocess.Popen[str]], tmp_path: Path) -> None:
    first = builder()
    eventually((tmp_path / "started").exists)
    second = builder()
    assert second.stdout is not None

    waiting = second.stdout.readline()
    (tmp_path / "go").touch()
    outputs = [process.communicate(timeout=DEADLINE_SECONDS)[0].split() for process in (first, second)]

    assert f"waiting for process {first.pid}" in waiting
    assert "building bin part-" in waiting
    assert outputs[0] == outputs[1]
    assert (tmp_path / "builds").read_text() == "x"


def test_a_killed_builder_leaves_nothing_for_the_next(
    builder: Callable[[], subprocess.Popen[str]], tmp_path: Path, place: Path
) -> None:
    killed = builder()
    eventually((tmp_path / "started").exists)
    killed.send_signal(signal.SIGKILL)
    killed.wait(DEADLINE_SECONDS)
    assert len(parts(place)) == 1

    found = artefact("bin", "part", {"v": "1"}, write("one"))

    assert parts(place) == []
    assert not (found / "half").exists()


def test_what_a_killed_builder_left_goes_with_the_build_of_another_part(
    builder: Callable[[], subprocess.Popen[str]], tmp_path: Path, place: Path
) -> None:
    killed = builder()
    eventually((tmp_path / "started").exists)
    killed.kill()
    killed.wait(DEADLINE_SECONDS)

    artefact("bin", "other", {"v": "1"}, write("one"))

    assert parts(place) == []


def test_a_part_that_is_being_built_is_left_alone_by_the_build_of_another(
    builder: Callable[[], subprocess.Popen[str]], tmp_path: Path, place: Path
) -> None:
    running = builder()
    eventually((tmp_path / "started").exists)

    artefact("bin", "other", {"v": "1"}, write("one"))

    assert len(parts(place)) == 1
    (tmp_path / "go").touch()
    assert running.communicate(timeout=DEADLINE_SECONDS)[0].strip().endswith(next(place.glob("bin/part-*")).name)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no space left while building part-"),
        (KeyboardInterrupt(), "interrupted while building part-"),
        (FileNotFoundError(errno.ENOENT, "No such file", "tool"), "building part-"),
    ],
)
def test_a_build_that_ends_early_is_one_clear_error_and_leaves_nothing(raised: BaseException, words: str, place: Path) -> None:
    def fails(part: Path) -> None:
        (part / "half").write_text("half")
        raise raised

    with pytest.raises(CacheError, match=words) as caught:
        artefact("bin", "part", {"v": "1"}, fails)

    assert "\n" not in str(caught.value)
    assert [path for path in (place / "bin").iterdir() if path.is_dir()] == []


def test_a_builders_own_error_comes_through(place: Path) -> None:
    def fails(_: Path) -> None:
        raise ClusterError("the compiler failed")

    with pytest.raises(ClusterError, match="the compiler failed"):
        artefact("bin", "part", {"v": "1"}, fails)

    assert parts(place) == []


def test_a_cache_that_cannot_be_made_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TESTGEN_CACHE", str(tmp_path / "file"))

    with pytest.raises(CacheError, match="set TESTGEN_CACHE"):
        artefact("bin", "part", {"v": "1"}, never)


def test_old_parts_of_a_name_are_removed_but_for_those_used_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT_SECONDS", 100)
    made = [artefact("bin", "part", {"v": str(n)}, write("x")) for n in range(4)]
    other = artefact("bin", "part-of-another", {"v": "0"}, write("x"))
    for age, found in enumerate([*made[::-1], other]):
        os.utime(found, (time.time() - 1000 - age, time.time() - 1000 - age))

    newest = artefact("bin", "part", {"v": "new"}, write("x"))

    assert [found.exists() for found in (newest, *made[::-1], other)] == [True, True, True, False, False, True]


def test_a_fingerprint_is_of_contents_and_not_of_times_or_order(tmp_path: Path) -> None:
    tree, file = tmp_path / "tree", tmp_path / "file"
    (tree / "below").mkdir(parents=True)
    (tree / "below" / "a").write_text("a")
    file.write_text("b")
    before = fingerprint([tree, file])

    os.utime(tree / "below" / "a", (1, 1))
    (tree / "__pycache__").mkdir()
    (tree / "__pycache__" / "a.pyc").write_text("compiled")

    assert fingerprint([file, tree]) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "a").write_text("changed"),
        lambda tree: (tree / "a").rename(tree / "b"),
        lambda tree: (tree / "a").chmod(0o755),
        lambda tree: (tree / "c").write_text("new"),
    ],
)
def test_a_fingerprint_changes_with_content_name_and_mode(change: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").chmod(0o644)
    before = fingerprint([tmp_path])

    change(tmp_path)

    assert fingerprint([tmp_path]) != before
