"""The parts of images that no Dockerfile can make by itself: a root file system, a Go binary, a folder of jars.

Each is a directory in the cache, made from pins that lie beside its Dockerfile.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from testgen_cluster import cache
from testgen_cluster.commands import find_tool, run_logged
from testgen_cluster.engine import CONTAINED
from testgen_cluster.steps import ClusterError, step

IMAGES: Final = Path(__file__).resolve().parents[1] / "images"
OLLAMA_VERSION: Final = "0.9.6"
# Builds leave the machine usable for others.
NICE: Final = ("nice", "-n", "10")
# ggml chooses its kernels when it is compiled; without these a token takes about six times as long.
FAST_MATH: Final = {"avx2": "-mavx2", "fma": "-mfma", "f16c": "-mf16c"}


def rootfs() -> Path:
    """Directory with rootfs.tar, the base image's root file system. 60 s; needs root and debootstrap."""
    script = IMAGES / "base" / "rootfs.sh"

    def build(directory: Path) -> None:
        work = directory / "work"
        work.mkdir()
        log = log_of("base-rootfs")
        with step("debootstrap a minimal Debian 12 with Python", log=log):
            run_logged([*NICE, *CONTAINED, "sh", str(script), str(directory / "rootfs.tar"), str(work), *_debian_mirrors()], log)
            shutil.rmtree(work)

    return cache.artefact("debian", "bookworm", {"script": cache.fingerprint([script]), "machine": platform.machine()}, build)


def ollama() -> Path:
    """Directory with bin/ollama for this machine's processor. 80 s of two cores; needs Go and a C++ compiler."""
    pins = [IMAGES / "ollama" / "go.mod", IMAGES / "ollama" / "go.sum"]
    flags = compiler_flags(_cpu_flags())

    def build(directory: Path) -> None:
        log = log_of("ollama-binary")
        source = directory / "source"
        source.mkdir()
        for pin in pins:
            shutil.copy(pin, source)
        environment = {"CGO_ENABLED": "1", "CGO_CFLAGS": flags, "CGO_CXXFLAGS": flags, "GOFLAGS": "-buildvcs=false -mod=readonly"}
        version = f"-s -w -X github.com/ollama/ollama/version.Version={OLLAMA_VERSION}"
        command = ["go", "build", "-trimpath", "-ldflags", version, "-o", str(directory / "bin" / "ollama")]
        with step(f"build Ollama {OLLAMA_VERSION}", log=log):
            run_logged([*NICE, *command, "github.com/ollama/ollama"], log, cwd=source, env=environment)
            shutil.rmtree(source)

    return cache.artefact(
        "tools", "ollama", {"pins": cache.fingerprint(pins), "flags": flags, "machine": platform.machine()}, build
    )


def neo4j() -> Path:
    """Directory with lib/*.jar: `java -cp 'DIRECTORY/lib/*' Server FOLDER [PASSWORD-FILE]`, FOLDER holding neo4j.conf.

    15 s; needs Maven and a JDK.
    """
    source = IMAGES / "neo4j" / "Server.java"
    jars = _neo4j_jars()

    def build(directory: Path) -> None:
        classes = directory / "classes"
        with step("compile Neo4j's starter", log=log_of("neo4j-javac")):
            shutil.copytree(jars / "lib", directory / "lib", copy_function=os.link)
            run_logged(["javac", "--release", "17", "-cp", f"{jars}/lib/*", "-d", classes, source], log_of("neo4j-javac"))
            run_logged(["jar", "--create", "--file", directory / "lib" / "server.jar", "-C", classes, "."], log_of("neo4j-jar"))
            shutil.rmtree(classes)

    return cache.artefact("tools", "neo4j", {"jars": jars.name, "starter": cache.fingerprint([source])}, build)


def _neo4j_jars() -> Path:
    """Directory with lib/*.jar as Maven resolves pom.xml, checked against SHA256SUMS."""
    pom, sums = IMAGES / "neo4j" / "pom.xml", IMAGES / "neo4j" / "SHA256SUMS"

    def build(directory: Path) -> None:
        log = log_of("neo4j-jars")
        work, jars = directory / "work", directory / "lib"
        work.mkdir()
        shutil.copy(pom, work)
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        with step("fetch Neo4j's jars and check them", log=log):
            run_logged(["mvn", "-q", "-B", plugin, "-DincludeScope=runtime", f"-DoutputDirectory={jars}"], log, cwd=work)
            if problems := differences(checksums(jars), sums.read_text()):
                raise ClusterError(f"Neo4j's jars are not the pinned ones: {'; '.join(problems[:3])}", log=log)
            shutil.rmtree(work)

    return cache.artefact("jars", "neo4j", {"pom": cache.fingerprint([pom]), "sums": cache.fingerprint([sums])}, build)


def compiler_flags(cpu: frozenset[str]) -> str:
    """The optimising flags that a processor with these features can run."""
    return " ".join(["-O3", *(flag for feature, flag in FAST_MATH.items() if feature in cpu)])


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, by its name."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def differences(found: Mapping[str, str], listed: str) -> list[str]:
    """What differs between files and a SHA256SUMS list, one phrase a file; empty when nothing does."""
    wanted = {name.lstrip("*"): digest for digest, name in (line.split() for line in listed.splitlines() if line.strip())}
    missing = [f"{name} is missing" for name in sorted(wanted.keys() - found.keys())]
    unknown = [f"{name} is not listed" for name in sorted(found.keys() - wanted.keys())]
    changed = [f"{name} has changed" for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]
    return missing + unknown + changed


def log_of(name: str) -> Path:
    """The log of one build, in the cache: it outlives the half-made part that it tells about."""
    return cache.root() / "logs" / f"{name}.log"


def _debian_mirrors() -> list[str]:
    """The mirrors of Debian and of its security updates that this machine's apt uses; none on another system."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(CODENAME)|$(REPO_URI)"]
    if find_tool("apt-get") is None:
        return []
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = {fields[1]: fields[2] for fields in (line.split("|") for line in listed.splitlines()) if fields[0] == "Debian"}
    if "bookworm" not in found:
        return []
    return [found["bookworm"], *([found["bookworm-security"]] if "bookworm-security" in found else [])]


def _cpu_flags() -> frozenset[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), []))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
