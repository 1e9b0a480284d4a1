"""A PostgreSQL primary and its streaming replica, both real, on Unix sockets: what a project with a replica has on a cluster."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.integration.patience import PATIENCE

from testgen_runtime.storage import accounts, embedded
from testgen_runtime.storage.target import Target


@dataclass(slots=True)
class Pair:
    """Both servers; the replica may be ended and started again."""

    primary: Target
    replica_folder: Path
    _programs: Path
    _account: Any
    _data: Path
    _process: subprocess.Popen[bytes] | None = None

    def start_replica(self) -> None:
        """Start it and wait until it answers."""
        with (self.replica_folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                [
                    self._programs / "postgres", "-D", self._data, "-k", self.replica_folder, "-p", "5432",
                    "-c", "listen_addresses=", "-c", "hot_standby_feedback=on",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **accounts.run_as(self._account),
            )  # fmt: skip
        deadline = time.monotonic() + 60 * PATIENCE
        while subprocess.run([self._programs / "pg_isready", "-q", "-h", self.replica_folder], check=False).returncode:
            assert self._process.poll() is None, (self.replica_folder / "log").read_text()
            assert time.monotonic() < deadline, (self.replica_folder / "log").read_text()
            time.sleep(0.05)

    def kill_replica(self) -> None:
        """End it as a lost node would."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            self._sweep()

    def _sweep(self) -> None:
        with suppress(OSError):
            (self._data / "postmaster.pid").unlink()


@contextmanager
def running(patch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The primary, and a replica made with pg_basebackup."""
    options = embedded._OPTIONS | {"wal_level": "replica", "max_wal_senders": "4"}
    patch.setattr(embedded, "_OPTIONS", options)
    folder = Path(tempfile.mkdtemp(prefix="testgen-pair-"))
    folder.chmod(0o755)
    try:
        with embedded.running(folder / "primary") as primary:
            account = accounts.account()
            programs = embedded._programs()
            if account is not None:
                programs = accounts.reachable_programs(programs, folder / "primary", account)
            replica = folder / "replica"
            replica.mkdir(mode=0o700)
            accounts.give(replica, account)
            subprocess.run(  # type: ignore[call-overload]
                [
                    programs / "pg_basebackup", "-h", primary.host, "-U", primary.user, "-D", replica / "data", "-R",
                    "-X", "stream", "--checkpoint=fast", "--no-sync",
                ],
                check=True, capture_output=True, timeout=120 * PATIENCE, env=embedded._environment(), **accounts.run_as(account),
            )  # fmt: skip
            pair = Pair(primary, replica, programs, account, replica / "data")
            pair.start_replica()
            try:
                yield pair
            finally:
                pair.kill_replica()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
