"""Make a virtual environment that holds exactly one lock and this project: `install.py LOCK FOLDER [--editable]`.

Standard library only, since it runs before anything is installed. A second run with the same lock and Python does nothing; a run
that was interrupted leaves no stamp and is made anew.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


class InstallError(Exception):
    """One line that says what is wrong and what to do."""


def key(lock: Path, editable: bool) -> str:
    """What the environment was made of; a change of any part makes it anew. Sources count only where they are copied in."""
    parts = [sys.version, str(editable), str(ROOT), lock.read_text(), (ROOT / "pyproject.toml").read_text()]
    if not editable:
        for folder in ("runtime", "operator"):
            for path in sorted((ROOT / folder).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
                    parts += [str(path.relative_to(ROOT)), hashlib.sha256(path.read_bytes()).hexdigest()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run(*command: str | Path, what: str) -> None:
    """Run a command and keep its output for the error."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise InstallError(f"{what} failed:\n{last}")


def install(lock: Path, folder: Path, *, editable: bool) -> None:
    """Bring `folder` to what `lock` says."""
    if sys.version_info < OLDEST:
        raise InstallError(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: run make with PYTHON=python3.13")
    stamp, wanted = folder / ".testgen-lock", key(lock, editable)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    print(f"▸ Python packages of {lock.relative_to(ROOT)} into {folder.relative_to(ROOT)} …", file=sys.stderr, flush=True)
    packages, installed = (
        hashlib.sha256((sys.version + str(ROOT) + lock.read_text()).encode()).hexdigest(),
        folder / ".testgen-packages",
    )
    stamp.unlink(missing_ok=True)
    python = folder / "bin" / "python"
    if not (installed.exists() and installed.read_text() == packages):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            run(sys.executable, "-m", "venv", folder, what="making a virtual environment")
        except InstallError as error:
            if "ensurepip" in str(error):
                raise InstallError("python3-venv is missing: run `apt-get install python3-venv`") from error
            raise
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "--no-deps", "-r", lock, what=f"installing {lock.name}")
        installed.write_text(packages)
    own = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # setuptools would pack what lies there from before
    run(*own, *(["--editable"] if editable else ["--force-reinstall"]), ".", what="installing testgen")
    stamp.write_text(wanted)
    print(f"  done in {time.monotonic() - started:.1f} s", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lock", help="name of a lock in requirements/, e.g. dev")
    parser.add_argument("folder", type=Path, help="where the virtual environment goes, e.g. .venv")
    parser.add_argument("--editable", action="store_true", help="link the sources instead of copying them")
    arguments = parser.parse_args()
    folder = (ROOT / arguments.folder).absolute()
    guard = ROOT / "build" / f".installing-{folder.name}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        guard.parent.mkdir(exist_ok=True)
        with guard.open("w") as lock_file:
            fcntl.flock(lock_file, fcntl.LOCK_EX)
            install(ROOT / "requirements" / f"{arguments.lock}.txt", folder, editable=arguments.editable)
    except InstallError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {os.strerror(error.errno or 0)}: {error.filename}: make room or choose another folder", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: run the same command again, it starts over", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
