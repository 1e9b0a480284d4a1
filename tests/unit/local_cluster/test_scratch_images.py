"""Images without an engine: what is in the archive, and what it is called."""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
from pathlib import Path

import pytest

from testgen_cluster import containerd, scratch_image
from testgen_cluster.steps import ClusterError


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "program").write_bytes(b"program")
    image = scratch_image.Scratch(
        "localhost/testgen/x:1", "amd64", {"/bin/program": tmp_path / "program"}, {"/bin/sh": "program"}, ["/bin/program"]
    )
    scratch_image.write(image, tmp_path / "image.tar")
    return tmp_path / "image.tar"


def test_an_image_names_its_contents_by_their_sums(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        read = {entry.name: (tar.extractfile(entry) or sys.stdin.buffer).read() for entry in tar}
    [manifest] = json.loads(read["manifest.json"])
    config = json.loads(read[manifest["Config"]])

    assert manifest["RepoTags"] == ["localhost/testgen/x:1"]
    assert manifest["Config"] == f"{hashlib.sha256(read[manifest['Config']]).hexdigest()}.json"
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(read['layer.tar']).hexdigest()}"]
    assert config["config"]["User"] == "65532:65532"


def test_an_image_holds_files_links_and_their_folders(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extract("layer.tar", tmp_path, filter="data")
    with tarfile.open(tmp_path / "layer.tar") as layer:
        found = {entry.name: (entry.type, entry.mode, entry.linkname) for entry in layer}

    assert found == {
        "bin": (tarfile.DIRTYPE, 0o755, ""),
        "bin/program": (tarfile.REGTYPE, 0o755, ""),
        "bin/sh": (tarfile.SYMTYPE, 0o777, "program"),
    }


def test_the_same_image_is_the_same_file(archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    image = scratch_image.Scratch(
        "localhost/testgen/x:1", "amd64", {"/bin/program": tmp_path / "program"}, {"/bin/sh": "program"}, ["/bin/program"]
    )
    scratch_image.write(image, archive)

    assert archive.read_bytes() == before


def test_the_names_in_an_archive_are_read_without_loading_it(archive: Path) -> None:
    tags, digest = containerd.contents(archive)

    assert tags == ["localhost/testgen/x:1"]
    assert len(digest) == 64


@pytest.mark.parametrize("content", [b"", b"no archive at all", None])
def test_a_file_that_is_no_image_is_refused_by_name(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "image.tar"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ClusterError, match=r"image\.tar is n"):
        containerd.contents(path)


@pytest.mark.parametrize(
    ("tag", "full"),
    [
        ("postgres", "docker.io/library/postgres:latest"),
        ("ollama/ollama:1", "docker.io/ollama/ollama:1"),
        ("localhost/testgen/runtime:dev", "localhost/testgen/runtime:dev"),
        ("localhost:5000/x", "localhost:5000/x:latest"),
        ("ghcr.io/a/b:2", "ghcr.io/a/b:2"),
    ],
)
def test_image_names_are_made_whole_as_containerd_does(tag: str, full: str) -> None:
    assert containerd.normalised(tag) == full
