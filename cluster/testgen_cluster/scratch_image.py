"""Images of one layer, written without an engine: files and links, and nothing below them.

The result is a docker-archive, the format of `docker save`, that containerd, Docker and buildah read. The same input gives
the same bytes, so the same image id.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LAYER = "layer.tar"


@dataclass(frozen=True)
class Scratch:
    """What is in the image. Paths are absolute inside of it; `links` maps a path to what it points at."""

    tag: str
    architecture: str
    files: Mapping[str, Path]
    links: Mapping[str, str] = field(default_factory=dict)
    entrypoint: Sequence[str] = ()
    user: str = "65532:65532"


def write(image: Scratch, archive: Path) -> None:
    """Write the image as a docker-archive. Raises OSError."""
    layer = archive.with_suffix(".layer")
    try:
        _write_layer(image, layer)
        with layer.open("rb") as stream:
            diff_id = hashlib.file_digest(stream, "sha256").hexdigest()
        config = {
            "architecture": image.architecture,
            "os": "linux",
            "config": {"Entrypoint": list(image.entrypoint), "User": image.user, "Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]},
        }
        blob = json.dumps(config, sort_keys=True).encode()
        name = f"{hashlib.sha256(blob).hexdigest()}.json"
        manifest = json.dumps([{"Config": name, "RepoTags": [image.tag], "Layers": [LAYER]}]).encode()
        with tarfile.open(archive, "w", format=tarfile.USTAR_FORMAT) as tar:
            _add_bytes(tar, "manifest.json", manifest)
            _add_bytes(tar, name, blob)
            _add_file(tar, LAYER, layer, mode=0o644)
    finally:
        layer.unlink(missing_ok=True)


def _write_layer(image: Scratch, layer: Path) -> None:
    with tarfile.open(layer, "w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in sorted({str(p) for name in (*image.files, *image.links) for p in Path(name).parents if str(p) != "/"}):
            entry = tarfile.TarInfo(folder.lstrip("/"))
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, source in sorted(image.files.items()):
            _add_file(tar, name.lstrip("/"), source, mode=0o755)
        for name, target in sorted(image.links.items()):
            entry = tarfile.TarInfo(name.lstrip("/"))
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
            tar.addfile(entry)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    tar.addfile(entry, io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, name: str, source: Path, *, mode: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = source.stat().st_size, mode
    with source.open("rb") as stream:
        tar.addfile(entry, stream)
