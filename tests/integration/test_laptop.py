"""`testgen serve` without any configuration: embedded stores, one key, nothing listening that should not, nothing left behind."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from tests.integration.api import DOCUMENT
from tests.integration.patience import PATIENCE

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.storage import embedded

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place for data that the account of an embedded PostgreSQL can reach."""
    path = Path(tempfile.mkdtemp(prefix="testgen-laptop-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@dataclass(slots=True)
class Laptop:
    process: subprocess.Popen[str]
    url: str
    folder: Path

    def said(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.out").read_text()

    def key(self) -> str:
        found = re.search(r"admin key, shown this once: (\S+)", self.said())
        assert found, self.said()
        return found[1]

    def postgres(self) -> list[psutil.Process]:
        """The processes of the embedded server."""
        return [one for one in psutil.Process(self.process.pid).children(recursive=True) if one.name() == "postgres"]

    def end(self, how: signal.Signals, *, within: float = 30 * PATIENCE) -> int:
        self.process.send_signal(how)
        return self.process.wait(within)


@contextmanager
def laptop(folder: Path, *, user: int | None = None, python: str = sys.executable, **variables: str) -> Iterator[Laptop]:
    """The command as a person types it, once it says that it is ready."""
    ready, out = folder.parent / f"{folder.name}.ready", folder.parent / f"{folder.name}.out"
    ready.unlink(missing_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TESTGEN_", "PG"))}
    with out.open("w") as said:
        process = subprocess.Popen(
            [python, "-m", "testgen_runtime.cli", "serve", "--port", "0", "--data-dir", folder, "--ready-file", ready],
            env=kept | {"TESTGEN_CONFIG": os.devnull} | variables,
            stdout=said, stderr=said, text=True, user=user, group=user, cwd="/",
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 60 * PATIENCE
        while not ready.exists():
            assert process.poll() is None, out.read_text()
            assert time.monotonic() < deadline, out.read_text()
            time.sleep(0.02)
        url = json.loads(ready.read_text())["url"]
        while url not in out.read_text():
            time.sleep(0.02)
        yield Laptop(process, url, folder)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        ready.unlink(missing_ok=True)


def generate(one: Laptop, key: str) -> Any:
    answer = httpx.post(f"{one.url}/api/v1/generate", json={"text": DOCUMENT}, headers={"X-API-Key": key}, timeout=60 * PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_from_nothing_to_cases_and_the_data_is_there_the_next_time(folder: Path) -> None:
    data = folder / "data"
    with laptop(data) as one:
        key = one.key()
        made = generate(one, key)
        assert "no model configured: rules write the cases" in one.said()
        code = one.end(signal.SIGINT)
    with laptop(data) as again:
        kept = httpx.get(f"{again.url}/api/v1/cases", headers={"X-API-Key": key}, timeout=30 * PATIENCE).json()["items"]
        assert key not in again.said()
        assert again.end(signal.SIGTERM) == 0

    assert code == 0
    assert kept == made["cases"]


def test_nothing_but_its_own_port_on_loopback_is_listened_to(folder: Path) -> None:
    with laptop(folder / "data") as one:
        processes = [psutil.Process(one.process.pid), *psutil.Process(one.process.pid).children(recursive=True)]
        listening = [c.laddr for p in processes for c in p.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN]
        socket_folder = one.folder / "postgres" / "socket"
        mode = stat.S_IMODE(socket_folder.stat().st_mode)

    assert [(address.ip, f"http://127.0.0.1:{address.port}") for address in listening] == [("127.0.0.1", one.url)]
    assert mode == 0o700


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_no_process_is_left(folder: Path, how: signal.Signals) -> None:
    with laptop(folder / "data") as one:
        servers = one.postgres()
        assert servers
        one.end(how)
        _, alive = psutil.wait_procs(servers, timeout=15 * PATIENCE)

    assert alive == []


def test_after_a_kill_it_starts_again_on_the_same_data(folder: Path) -> None:
    with laptop(folder / "data") as one:
        key = one.key()
        generate(one, key)
        one.end(signal.SIGKILL)
    with laptop(folder / "data") as again:
        assert generate(again, key)["cases"]


def test_two_on_the_same_data_is_one_clear_line(folder: Path) -> None:
    with laptop(folder / "data") as one:
        second = subprocess.run(
            [sys.executable, "-m", "testgen_runtime.cli", "serve", "--port", "0", "--data-dir", one.folder],
            env=os.environ | {"TESTGEN_CONFIG": os.devnull}, capture_output=True, text=True, timeout=60 * PATIENCE,
        )  # fmt: skip

        assert second.returncode == 1
        assert second.stderr == (
            f"error: the data folder {one.folder / 'postgres'} is in use by another testgen (process {one.process.pid})"
            " — end that one, or name another folder with --data-dir\n"
        )


def test_another_key_can_be_made_while_it_runs(folder: Path) -> None:
    with laptop(folder / "data") as one:
        made = subprocess.run(
            [sys.executable, "-m", "testgen_runtime.cli", "keys", "create", "--name", "ci", "--role", "viewer",
             "--data-dir", one.folder],
            env=os.environ | {"TESTGEN_CONFIG": os.devnull}, capture_output=True, text=True, timeout=60 * PATIENCE,
        )  # fmt: skip
        key = made.stdout.strip()
        answer = httpx.get(f"{one.url}/api/v1/cases", headers={"X-API-Key": key}, timeout=30 * PATIENCE)

    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"tg_[0-9a-f]{8}_\S+", key)
    assert answer.status_code == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nothing_more(folder: Path) -> None:
    account = pwd.getpwnam("nobody")
    python = open_to_all(Path(sys.executable), Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"))
    home = folder / "home"
    home.mkdir()
    os.chown(home, account.pw_uid, account.pw_gid)
    packages = os.pathsep.join(
        path for path in (*sys.path, os.path.abspath("runtime")) if path.endswith(("site-packages", "runtime"))
    )
    os.chown(folder, account.pw_uid, account.pw_gid)
    with laptop(folder / "home" / "data", user=account.pw_uid, python=python, HOME=str(home), PYTHONPATH=packages) as one:
        assert generate(one, one.key())["cases"]
        assert {server.uids().real for server in one.postgres()} == {account.pw_uid}
        assert one.end(signal.SIGTERM) == 0


def test_a_folder_that_cant_be_used_is_one_clear_line(folder: Path) -> None:
    (folder / "file").touch()

    with pytest.raises(BadConfiguration, match="can't be used"), embedded.running(folder / "file" / "postgres"):
        pass


def test_a_setup_that_was_interrupted_is_done_again(folder: Path) -> None:
    (folder / "postgres" / "data.new").mkdir(parents=True)
    (folder / "postgres" / "data.new" / "PG_VERSION").write_text("18\n")

    with embedded.running(folder / "postgres") as target:
        assert asyncio.run(answers(target))


def test_a_long_path_is_no_obstacle(folder: Path) -> None:
    deep = folder / ("x" * 120) / "postgres"
    deep.parent.mkdir()
    deep.parent.chmod(0o755)

    with embedded.running(deep) as target:
        assert asyncio.run(answers(target))
        short = Path(target.host)
        assert short.parent == Path(tempfile.gettempdir())
    assert not short.exists()


def open_to_all(*interpreters: Path) -> str:
    """One that every user can start."""
    for one in interpreters:
        if one.exists() and all(parent.stat().st_mode & 0o001 for parent in one.resolve().parents):
            return str(one)
    pytest.skip("every interpreter here is closed to other users")


async def answers(target: Any) -> bool:
    from testgen_runtime.settings import Postgres
    from testgen_runtime.storage.target import connect

    connection = await connect(target, Postgres())
    try:
        return bool(await connection.fetchval("SELECT true"))
    finally:
        await connection.close()
