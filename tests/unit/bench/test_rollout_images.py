"""Images of the rollout benchmark's releases: one archive, one more layer each, over the layers of the runtime."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from tests.bench.rollout_faults import FAULTS
from tests.bench.rollout_images import badly_migrating, derive, faulty, marked

from testgen_cluster.scratch_image import Scratch, write
from testgen_runtime.storage import schema


def content(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        stream = tar.extractfile(name)
        assert stream is not None
        return stream.read()


def test_each_release_is_the_runtime_with_one_more_layer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    write(Scratch("localhost/runtime:1", "amd64", {"/bin/file": tmp_path / "file"}), tmp_path / "old.tar")

    derive(
        tmp_path / "old.tar",
        tmp_path / "new.tar",
        {
            "localhost/good:1": marked("one"),
            "localhost/bad:1": badly_migrating(schema.head()),
            "localhost/slow:1": faulty("slow"),
        },
    )

    index = json.loads(content(tmp_path / "new.tar", "manifest.json"))
    assert [one["RepoTags"] for one in index] == [["localhost/good:1"], ["localhost/bad:1"], ["localhost/slow:1"]]
    for one in index:
        config = json.loads(content(tmp_path / "new.tar", one["Config"]))
        layers = [content(tmp_path / "new.tar", name) for name in one["Layers"]]
        assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}" for layer in layers]
        assert len(layers) == 2
    with tarfile.open(fileobj=io.BytesIO(layers[-1])) as top:
        assert top.getmember("opt/testgen/bin/testgen").mode == 0o755
        assert "opt/faults/rollout_faults.py" in top.getnames()


def test_the_starters_and_the_broken_migration_are_python() -> None:
    for fault in FAULTS:
        compile(faulty(fault)["opt/testgen/bin/testgen"][0], "testgen", "exec")
    for name, (text, _) in badly_migrating(schema.head()).items():
        compile(text, name, "exec")
        assert name.rsplit("/", 1)[1] > f"{schema.head()}_"


def test_the_product_reads_no_variable_of_the_faults() -> None:
    for folder in ("runtime", "operator"):
        for path in (Path(__file__).parents[3] / folder).rglob("*.py"):
            assert "TESTGEN_FAULT" not in path.read_text(encoding="utf-8"), path
