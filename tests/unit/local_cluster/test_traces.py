"""What the first cluster of a machine changes outside of its own namespaces, the last one puts back."""

from __future__ import annotations

from pathlib import Path

import pytest

from testgen_cluster import cgroups, host_settings, sandbox
from testgen_cluster.down import mounts
from testgen_cluster.names import Names


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    proc = tmp_path / "proc"
    (proc / "kernel").mkdir(parents=True)
    (proc / "kernel" / "panic").write_text("0\n")
    monkeypatch.setattr(host_settings, "PROC", proc)
    monkeypatch.setattr(host_settings, "REMEMBERED", tmp_path / "remembered.json")
    return proc / "kernel" / "panic"


def test_kernel_settings_are_put_back_to_what_they_were_before_the_first_cluster(settings: Path, tmp_path: Path) -> None:
    host_settings.remember()
    settings.write_text("10\n")
    host_settings.remember()  # a second cluster starts

    host_settings.restore()

    assert settings.read_text() == "0\n"
    assert not (tmp_path / "remembered.json").exists()


def test_only_directories_that_were_made_for_mounts_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MADE", tmp_path / "made.json")
    (tmp_path / "there").mkdir()
    for point in ("there", "new/below/deep", "used/below"):
        sandbox._make_mount_point(tmp_path / point)
    (tmp_path / "used" / "file").touch()

    sandbox.remove_mount_points()

    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "used"]
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["file"]


def test_mounts_below_the_clusters_directories_are_found_deepest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(tmp_path / "a clône", 3)
    place = str(names.state).replace(" ", r"\040")
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/sda / ext4 rw 0 0\ntmpfs {place}/a tmpfs rw 0 0\ntmpfs {place}/a/b tmpfs rw 0 0\ntmpfs {place}2/c tmpfs rw 0 0\n"
    )
    monkeypatch.setattr("testgen_cluster.down.MOUNTS", table)

    assert mounts(names) == [f"{names.state}/a/b", f"{names.state}/a"]


def test_all_cgroup_hierarchies_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text(
        "tmpfs /sys/fs/cgroup tmpfs rw 0 0\n"
        "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0\n"
        "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
    )
    monkeypatch.setattr(cgroups, "MOUNTS", table)

    assert cgroups.hierarchies() == [Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup/unified")]


def test_the_members_of_a_cgroup_are_those_of_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "node" / "etcd").mkdir(parents=True)
    (tmp_path / "cgroup.procs").write_text("")
    (tmp_path / "node" / "etcd" / "cgroup.procs").write_text("41\n42\n")
    (tmp_path / "node" / "cgroup.procs").write_text("7\n")

    assert cgroups.members(tmp_path) == {7, 41, 42}
