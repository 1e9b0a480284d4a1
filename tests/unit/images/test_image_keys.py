"""An image's name follows from all that it is made from, and from nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from testgen_cluster import images
from testgen_cluster.steps import ClusterError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with one image, in place of this one."""
    monkeypatch.setattr(images, "ROOT", tmp_path)
    monkeypatch.setenv("TESTGEN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "lock.txt").write_text("a==1\n")
    (tmp_path / "source" / "__pycache__").mkdir(parents=True)
    (tmp_path / "source" / "main.py").write_text("print(1)\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.0"\n')
    return tmp_path


IMAGE = images.Image("thing", "Dockerfile", sources={"lock.txt": "lock.txt", "source": "source"}, labelled=True)


def ref(image: images.Image = IMAGE, *, base: str = "base:1", builder: str = "builder:1", engine: str = "buildah") -> str:
    return images.reference(image.name, images.image_key(image, base=base, builder=builder, with_engine=engine))


def test_a_reference_is_local_and_ends_in_twelve_digits(project: Path) -> None:
    assert re.fullmatch(r"localhost/testgen/thing:[0-9a-f]{12}", ref())


def test_the_same_inputs_give_the_same_reference(project: Path) -> None:
    assert ref() == ref()


@pytest.mark.parametrize("path", ["Dockerfile", "lock.txt", "source/main.py", "pyproject.toml"])
def test_a_changed_input_gives_another_reference(project: Path, path: str) -> None:
    before = ref()
    (project / path).write_text((project / path).read_text().replace("1", "2") + "\n# changed\n".replace("#", "#"))
    if path == "pyproject.toml":
        (project / path).write_text('[project]\nversion = "2.0"\n')
    assert ref() != before


def test_a_new_file_gives_another_reference(project: Path) -> None:
    before = ref()
    (project / "source" / "more.py").write_text("")
    assert ref() != before


def test_byte_code_does_not_count(project: Path) -> None:
    before = ref()
    (project / "source" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"0")
    assert ref() == before


def test_another_base_gives_another_reference(project: Path) -> None:
    assert len({ref(), ref(base="base:2"), ref(builder="builder:2"), ref(engine="docker")}) == 4


def test_another_part_gives_another_reference(project: Path) -> None:
    def part(name: str) -> images.Image:
        place = project / "cache" / "tools" / name
        return replace(IMAGE, parts={"lib": lambda: place})

    assert ref(part("neo4j-0001")) != ref(part("neo4j-0002"))


def test_the_context_leaves_byte_code_out(project: Path) -> None:
    (project / "source" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"0")
    images._stage(IMAGE, project / "context")
    found = sorted(str(path.relative_to(project / "context")) for path in (project / "context").rglob("*") if path.is_file())
    assert found == ["lock.txt", "source/main.py"]


def test_the_context_holds_copies_of_what_may_be_edited(project: Path) -> None:
    images._stage(IMAGE, project / "context")
    assert (project / "context" / "source" / "main.py").stat().st_ino != (project / "source" / "main.py").stat().st_ino


def test_what_was_built_before_stays_recorded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "RECORD", project / "build" / "cluster" / "images.json")
    images._record({"one": images.ImageTar("localhost/testgen/one:1", project / "a.tar", 1)})
    images._record({"two": images.ImageTar("localhost/testgen/two:2", project / "b.tar", 1)})
    assert images.recorded() == {"one": "localhost/testgen/one:1", "two": "localhost/testgen/two:2"}


def test_an_unknown_image_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ClusterError, match=r"no image named nosuch; there are: .*operator.*runtime"):
        images.build(["nosuch"])


def test_every_image_has_its_dockerfile_and_sources() -> None:
    for image in images.ALL.values():
        assert (images.ROOT / image.dockerfile).is_file(), image.name
        for source in image.sources.values():
            assert (images.ROOT / source).exists(), source
