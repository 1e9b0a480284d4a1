"""What builds an image from a Dockerfile and writes it to a file: buildah as root, or Docker where there is one.

Both get the same Dockerfile and the same context. buildah keeps its storage inside TESTGEN_CACHE and never touches the
machine's own; its layers are a cache only, the images that count are the tar files that `save` writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from testgen_cluster import cache
from testgen_cluster.commands import find_tool, run_logged
from testgen_cluster.pip_settings import PipSettings
from testgen_cluster.steps import ClusterError, last_lines

# Everything that buildah does runs in mount and process namespaces of its own and dies with its parent, so that a killed
# build leaves no mount and no process. `setpriv --pdeathsig` covers a parent that is killed with -9.
CONTAINED: Final = (
    "setpriv", "--pdeathsig", "KILL",
    "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=KILL", "--mount-proc",
)  # fmt: skip
# More layers than this in the storage, and it is emptied before the next build (about 25 layers are in use at a time).
MOST_LAYERS: Final = 250


@dataclass(frozen=True)
class Recipe:
    """One image to build: `dockerfile` and `context` are paths on this machine."""

    ref: str
    dockerfile: Path
    context: Path
    arguments: Mapping[str, str]


class Engine(Protocol):
    name: str

    def build(self, recipe: Recipe, log: Path) -> None:
        """Build and tag an image. Raises ClusterError that names the log."""

    def save(self, ref: str, tar: Path, log: Path) -> None:
        """Write an image as a docker-archive that `ctr images import` and `docker load` read."""

    def has(self, ref: str) -> bool:
        """Whether the engine's own storage holds the image, so that another can be built FROM it."""

    def load(self, ref: str, tar: Path, log: Path) -> None:
        """Bring a saved image back into the engine's storage."""

    def remove(self, ref: str, log: Path) -> None:
        """Forget an image that is not worth its place in the storage once it is saved."""


def choose() -> Engine:
    """Docker when KIND=1 asks for it, else buildah. Raises ClusterError where neither can run."""
    if os.environ.get("KIND") == "1":
        return Docker()
    if os.geteuid() != 0:
        raise ClusterError("building images needs root", hint="run it with sudo, or with KIND=1 where Docker is")
    missing = [tool for tool in ("buildah", "debootstrap", "setpriv", "unshare") if find_tool(tool) is None]
    if missing:
        raise ClusterError(f"missing: {', '.join(missing)}", hint=f"apt-get install {' '.join(missing)}")
    return Buildah(cache.root() / "buildah", PipSettings.of_this_machine())


class Buildah:
    """Images without a daemon and without a registry."""

    name = "buildah"

    def __init__(self, place: Path, pip: PipSettings) -> None:
        self._place = place
        self._pip = pip

    def build(self, recipe: Recipe, log: Path) -> None:
        with self._pip.mounted() as volumes, self._shared():
            command = [*self._buildah(), "bud", "--layers", "--format", "docker", "--pull=never", "--isolation", "chroot"]
            for source, target, options in volumes:
                command += ["--volume", f"{source}:{target}:{options}"]
            for name, value in recipe.arguments.items():
                command += ["--build-arg", f"{name}={value}"]
            command += ["--tag", recipe.ref, "--file", str(recipe.dockerfile), str(recipe.context)]
            _contained(command, log, f"building {recipe.ref}")

    def save(self, ref: str, tar: Path, log: Path) -> None:
        with self._shared():
            _contained([*self._buildah(), "push", "--quiet", ref, f"docker-archive:{tar}:{ref}"], log, f"saving {ref}")

    def has(self, ref: str) -> bool:
        with self._shared():
            command = [*self._buildah(), "inspect", "--type", "image", ref]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def load(self, ref: str, tar: Path, log: Path) -> None:
        with self._shared():
            _contained([*self._buildah(), "pull", "--quiet", f"docker-archive:{tar}"], log, f"loading {ref}")

    def remove(self, ref: str, log: Path) -> None:
        with self._shared():
            _contained([*self._buildah(), "rmi", ref], log, f"removing {ref}")

    def wipe(self) -> None:
        """Empty the storage. Waits for builds that run; the saved images stay."""
        with self._lock(fcntl.LOCK_EX):
            shutil.rmtree(self._place / "storage", ignore_errors=True)
            shutil.rmtree(self._place / "run", ignore_errors=True)

    def _buildah(self) -> list[str]:
        storage = ["--root", str(self._place / "storage"), "--runroot", str(self._place / "run")]
        return [*CONTAINED, "buildah", *storage, "--storage-driver", self._driver()]

    def _driver(self) -> str:
        """The driver that the storage was made with; overlay for a new one where the kernel can mount it there, else vfs."""
        recorded = self._place / "driver"
        if not recorded.exists():
            recorded.write_text("overlay" if _can_overlay(self._place) else "vfs")
        return recorded.read_text()

    @contextlib.contextmanager
    def _shared(self) -> Iterator[None]:
        """Many builds may run; who finds that none does tidies up first."""
        with self._lock(fcntl.LOCK_EX, wait=False) as alone:
            if alone:
                self._tidy()
        with self._lock(fcntl.LOCK_SH):
            yield

    def _tidy(self) -> None:
        """Remove the containers of killed builds, and the whole storage once it has grown too big."""
        storage = self._place / "storage"
        driver = self._driver()
        if len(_records(storage / f"{driver}-layers" / "layers.json")) > MOST_LAYERS:
            shutil.rmtree(storage, ignore_errors=True)
        elif _records(storage / f"{driver}-containers" / "containers.json"):
            subprocess.run([*self._buildah(), "rm", "--all"], capture_output=True, check=False)

    @contextlib.contextmanager
    def _lock(self, kind: int, *, wait: bool = True) -> Iterator[bool]:
        self._place.mkdir(parents=True, exist_ok=True)
        with (self._place / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, kind if wait else kind | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


class Docker:
    """The same through `docker build` and `docker save`."""

    name = "docker"

    def __init__(self) -> None:
        if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0:
            raise ClusterError("KIND=1 needs Docker, and `docker info` fails", hint="start Docker, or leave KIND out")

    def build(self, recipe: Recipe, log: Path) -> None:
        command = ["docker", "build", "--tag", recipe.ref, "--file", str(recipe.dockerfile)]
        for name, value in recipe.arguments.items():
            command += ["--build-arg", f"{name}={value}"]
        run_logged([*command, str(recipe.context)], log)

    def save(self, ref: str, tar: Path, log: Path) -> None:
        run_logged(["docker", "save", "--output", str(tar), ref], log)

    def has(self, ref: str) -> bool:
        return subprocess.run(["docker", "image", "inspect", ref], capture_output=True, check=False).returncode == 0

    def load(self, ref: str, tar: Path, log: Path) -> None:
        run_logged(["docker", "load", "--input", str(tar)], log)

    def remove(self, ref: str, log: Path) -> None:
        run_logged(["docker", "image", "rm", ref], log)


def _contained(command: Sequence[str], log: Path, what: str) -> None:
    try:
        run_logged(command, log)
    except ClusterError as error:
        raise ClusterError(f"{what} failed", hint="; ".join(_hints(log)), log=error.log) from error


def _hints(log: Path) -> list[str]:
    """What to do about a failure that its log shows to be the storage's own."""
    damaged = ("layer not known", "image not known", "size mismatch", "unexpected EOF", "error reading layers")
    if any(sign in line for line in last_lines(log) for sign in damaged):
        return ["if the builder's storage is damaged, `python3 -m testgen_cluster.images clean` empties it"]
    return []


def _records(path: Path) -> list[object]:
    try:
        records = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    return records if isinstance(records, list) else []


def _can_overlay(place: Path) -> bool:
    """Whether an overlay can be mounted in a directory (it cannot be on top of another overlay)."""
    script = "mkdir -p l u w m && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m"
    trial = place / ".overlay"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir(parents=True)
    done = subprocess.run([*CONTAINED, "sh", "-ec", script], cwd=trial, capture_output=True, check=False)
    shutil.rmtree(trial, ignore_errors=True)
    return done.returncode == 0
