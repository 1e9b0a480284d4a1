"""Built parts, kept by what they are made from: a directory per key, whole or not there at all.

`<cache>/<kind>/<name>-<key>/` appears by one rename, with a MANIFEST.json of its files. While it is built it is a hidden
sibling ending in `.part`, and its builder holds an exclusive lock. Whoever gets the lock knows that no builder lives, so it
may remove what a killed one left.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from testgen_cluster.steps import ClusterError, say

Log = Callable[[str], None]

MANIFEST: Final = "MANIFEST.json"
PART: Final = ".part"
# Files up to this size are hashed on every hit (0.2 s a file at 300 MB/s); greater ones only by size, unless
# TESTGEN_CACHE_VERIFY=1: hashing a 1.3 GB image at each `up` would take longer than all the rest.
HASHED_ON_HIT: Final = 64 * 2**20
KEPT: Final = 3
KEPT_SECONDS: Final = 7 * 86400
NEARLY_FULL: Final = 64 * 2**20


class CacheError(ClusterError):
    """A part could not be built or kept. Nothing half-made is left in its place."""


def root() -> Path:
    """TESTGEN_CACHE, or else ~/.cache/testgen."""
    configured = os.environ.get("TESTGEN_CACHE")
    return Path(configured).expanduser().absolute() if configured else Path.home() / ".cache" / "testgen"


def artefact(kind: str, name: str, key: Mapping[str, str], build: Callable[[Path], None], *, log: Log = say) -> Path:
    """The directory that holds a built part; built by `build(directory)` when it is not there or is damaged.

    `key` is all that the part depends on (versions, fingerprints, flags); `name` and `kind` become file names. Two
    processes that want the same part build it once. Logs of a build belong outside of its directory.

    Raises CacheError: no space, no permission, interrupted. A ClusterError of `build` comes through as it is.
    """
    digest = hashlib.sha256(json.dumps(dict(sorted(key.items()))).encode()).hexdigest()[:16]
    place = root() / kind / f"{name}-{digest}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _locked(place, log):
            if place.is_dir():
                damage = damaged(place)
                if damage is None:
                    os.utime(place)
                    return place
                log(f"  the cached {kind} {name} is damaged ({damage}): building it again")
            _build(place, key, build)
            _prune(place.parent, name, keep=place)
    except OSError as error:
        raise _cache_error(place, error) from error
    return place


def damaged(place: Path) -> str | None:
    """What is wrong with a cached directory, in a few words; None when all its files are as its manifest says."""
    try:
        files: dict[str, Any] = json.loads((place / MANIFEST).read_text())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return "no readable manifest"
    thorough = os.environ.get("TESTGEN_CACHE_VERIFY") == "1"
    for relative, expected in files.items():
        path = place / relative
        try:
            found = _describe(path, hashed=thorough or expected.get("size", 0) < HASHED_ON_HIT)
        except OSError:
            return f"{relative} is missing"
        if any(expected.get(field) != value for field, value in found.items()):
            return f"{relative} has changed"
    return None


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash of the names, executable bits and contents of files and trees; order and times do not matter."""
    entries: list[str] = []
    for path in paths:
        for entry in _tree(path):
            what = _describe(entry, hashed=True)
            executable = bool(entry.lstat().st_mode & 0o100)
            entries.append(json.dumps([path.name, str(entry.relative_to(path)), executable, what], sort_keys=True))
    return hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()


def _tree(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for entry in path.iterdir():
        if entry.name != "__pycache__":
            yield from _tree(entry)


def _describe(path: Path, *, hashed: bool) -> dict[str, Any]:
    if path.is_symlink():
        return {"link": os.readlink(path)}
    described: dict[str, Any] = {"size": path.stat().st_size}
    if hashed:
        with path.open("rb") as stream:
            described["sha256"] = hashlib.file_digest(stream, "sha256").hexdigest()
    return described


@contextlib.contextmanager
def _locked(place: Path, log: Log) -> Iterator[None]:
    """Hold the part's lock. Not inherited by child processes, so it ends with the builder, however that ends."""
    lock_path = _lock_path(place)
    with lock_path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            log(f"  waiting for process {holder}, which is building {place.parent.name} {place.name}")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
            except KeyboardInterrupt:
                raise CacheError(f"interrupted while waiting for {place.name}", hint="run the same again") from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        _remove_leftovers(place)
        yield


def _lock_path(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def _remove_leftovers(place: Path) -> None:
    """Remove what killed builders left: of this part (its lock is ours) and of others whose lock is free."""
    for part in place.parent.glob(f".*{PART}"):
        owner = place.with_name(part.name.removesuffix(PART).rpartition(".")[0].removeprefix("."))
        if owner == place:
            shutil.rmtree(part, ignore_errors=True)
        else:
            with _lock_if_free(owner) as free:
                if free:
                    shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def _lock_if_free(place: Path) -> Iterator[bool]:
    with _lock_path(place).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _build(place: Path, key: Mapping[str, str], build: Callable[[Path], None]) -> None:
    part = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=PART, dir=place.parent))
    part.chmod(0o755)  # mkdtemp's 0700 would hide it from a user who may read the cache
    try:
        _call(build, part, place)
        files = {str(file.relative_to(part)): _describe(file, hashed=True) for file in sorted(_tree(part))}
        (part / MANIFEST).write_text(json.dumps({"key": dict(key), "files": files}, indent=1, sort_keys=True) + "\n")
        _sync(part)
        if place.exists():
            place.rename(Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=PART, dir=place.parent)) / "old")
        part.rename(place)
        _sync_directory(place.parent)
    except KeyboardInterrupt:
        hint = "nothing half-made was kept; run the same again"
        raise CacheError(f"interrupted while building {place.name}", hint=hint) from None
    except ClusterError as error:
        if not isinstance(error, CacheError) and shutil.disk_usage(place.parent).free < NEARLY_FULL:
            raise _cache_error(place, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) from error
        raise
    finally:
        _remove_own_parts(place)


def _call(build: Callable[[Path], None], part: Path, place: Path) -> None:
    """Call the builder. What it raises comes through, but a full disk is told as such (see `_cache_error`)."""
    try:
        build(part)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise CacheError(f"building {place.name} failed: {error}") from error


def _remove_own_parts(place: Path) -> None:
    for part in place.parent.glob(f".{place.name}.*{PART}"):
        shutil.rmtree(part, ignore_errors=True)


def _sync(directory: Path) -> None:
    for entry in _tree(directory):
        if not entry.is_symlink():
            _sync_directory(entry)
    for folder, _, _ in os.walk(directory):
        _sync_directory(Path(folder))


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _prune(parent: Path, name: str, *, keep: Path) -> None:
    """Bound the cache: of each name the parts used last stay, and all that were used in the last week."""
    digits = "[0-9a-f]" * 16
    same = sorted(parent.glob(f"{name}-{digits}"), key=lambda place: place.stat().st_mtime, reverse=True)
    for place in same[KEPT:]:
        if place != keep and time.time() - place.stat().st_mtime > KEPT_SECONDS:
            with _lock_if_free(place) as free:
                if free:
                    shutil.rmtree(place, ignore_errors=True)


def _cache_error(place: Path, error: OSError) -> CacheError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return CacheError(
            f"no space left while building {place.name} in {place.parent}",
            hint="free some space there or set TESTGEN_CACHE to another disk, then run the same again",
        )
    return CacheError(
        f"cannot keep {place.name} in {place.parent}: {error.strerror or error}",
        hint="set TESTGEN_CACHE to a directory that you may write",
    )
