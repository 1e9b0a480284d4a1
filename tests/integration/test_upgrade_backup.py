"""The backup before an upgrade: the very script of the Job, with the real pg_dump and pg_restore, on a real PostgreSQL that asks
for a password."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.conftest import SETTINGS
from tests.integration.patience import PATIENCE

from testgen_operator.plan import upgrade_backup
from testgen_operator.plan.images import Images
from testgen_operator.resources.project import parse
from testgen_runtime.storage import embedded
from testgen_runtime.storage.migrate import migrate
from testgen_runtime.storage.target import Target, connect

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]
PASSWORD = "a:b\\c d'e\"$(f)"
"""Everything that a pgpass file or a shell could trip over."""
PROJECT = parse(
    {"metadata": {"name": "shop", "namespace": "team", "uid": "u", "generation": 1}, "spec": {"environment": "Production"}}
)


@dataclass
class Database:
    """A server with scram, a migrated database with a document in it, and a folder that stands for the volume."""

    target: Target
    folder: Path
    programs: Path

    def environment(self, release: str, **more: str) -> dict[str, str]:
        """As the Job has it, but for the places."""
        spec = upgrade_backup.job_spec(PROJECT, Images(), release)
        (container,) = spec["template"]["spec"]["containers"]
        found = {one["name"]: one["value"] for one in container["env"]}
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "scratch").mkdir(exist_ok=True)
        (self.folder / "backups").mkdir(exist_ok=True)
        return found | {
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "HOSTNAME": "shop-backup-1-abcde",
            "BACKUPS": str(self.folder / "backups"),
            "SCRATCH": str(self.folder / "scratch"),
            "RESULT": str(self.folder / "result"),
            "PASSWORD_FILE": str(self.folder / "password"),
            "PGHOST": self.target.host,
            "PGDATABASE": self.target.database,
            **more,
        }

    def start(self, release: str, **more: str) -> subprocess.Popen[str]:
        (self.folder / "result").unlink(missing_ok=True)
        return subprocess.Popen(
            ["sh", "-c", upgrade_backup.SCRIPT], env=self.environment(release, **more), cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def take(self, release: str, **more: str) -> tuple[int, str]:
        """(exit code, what the Job's log would hold)."""
        process = self.start(release, **more)
        out, _ = process.communicate(timeout=120 * PATIENCE)
        return process.returncode, out

    def result(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "result").read_text()))

    def backups(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "backups").iterdir())


async def _prepare(target: Target, data: Path) -> Target:
    """A database of its own with something in it, then a password for all. The server's socket stands for its Service."""
    connection = await connect(target, SETTINGS)
    await connection.execute("CREATE DATABASE shop")
    quoted = PASSWORD.replace("'", "''")
    await connection.execute(f"ALTER ROLE testgen PASSWORD '{quoted}'")
    await connection.close()
    shop = replace(target, database="shop")
    await migrate(shop, SETTINGS)
    connection = await connect(shop, SETTINGS)
    await connection.execute(
        "INSERT INTO documents (id, name, version, sha256, media_type, title, language, size_bytes, text, sections, findings)"
        " SELECT 'doc-' || n, 'd' || n, 1, sha256(n::text::bytea), 'text/plain', 't', 'en', 1,"
        " repeat(md5(n::text), 200), '[]', '[]' FROM generate_series(1, 300) n"
    )
    (data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    return shop


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Target, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="testgen-backup-"))
    try:
        with embedded.running(folder / "postgres") as target:
            yield asyncio.run(_prepare(target, folder / "postgres" / "data")), embedded._programs()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server: tuple[Target, Path], tmp_path: Path) -> Database:
    return Database(*(server[0], tmp_path, server[1]))


def test_a_backup_is_taken_read_again_and_told_with_its_sum(database: Database) -> None:  # S3-130
    code, out = database.take("shop-1")

    assert code == 0, out
    told, dump = database.result(), database.folder / "backups" / "shop-1.dump"
    assert told["location"] == "shop-upgrade-backups/shop-1.dump"
    assert told["sizeBytes"] == dump.stat().st_size
    assert told["sha256"] == hashlib.sha256(dump.read_bytes()).hexdigest()
    assert told["tables"] > 10
    assert database.backups() == ["shop-1.dump", "shop-1.dump.sha256"]
    assert (
        subprocess.run(["sha256sum", "-c", "shop-1.dump.sha256"], cwd=dump.parent, capture_output=True, check=False).returncode
        == 0
    )


def test_what_was_backed_up_can_be_restored(database: Database) -> None:  # S3-130
    assert database.take("shop-1")[0] == 0
    environment = database.environment("shop-1") | {"PGPASSWORD": PASSWORD, "PGUSER": "testgen"}
    psql = [str(database.programs / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
    subprocess.run([*psql, "-c", "CREATE DATABASE again"], env=environment, check=True)

    dump = database.folder / "backups" / "shop-1.dump"
    restore = [str(database.programs / "pg_restore"), "--clean", "--if-exists", "--no-owner", "--dbname=again", str(dump)]
    subprocess.run(restore, env=environment, check=True)

    found = subprocess.run(
        [*psql, "-d", "again", "-c", "SELECT count(*), sum(length(text)) FROM documents"],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert found.stdout.strip() == f"300|{300 * 200 * 32}"


def test_the_password_is_in_no_argument_no_variable_and_no_log(database: Database) -> None:
    process = database.start("shop-1")
    seen = []
    while process.poll() is None:
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if os.getsid(int(entry.name)) == process.pid:
                    seen.append((entry / "cmdline").read_bytes() + (entry / "environ").read_bytes())
            except (OSError, ProcessLookupError):
                continue
    out, _ = process.communicate()

    assert process.returncode == 0, out
    assert any(b"pg_dump" in one for one in seen)
    assert not any(PASSWORD.encode() in one for one in seen)
    assert PASSWORD not in out


def test_the_last_three_stay(database: Database) -> None:
    for number in range(5):
        assert database.take(f"shop-{number}")[0] == 0
        dump = database.folder / "backups" / f"shop-{number}.dump"
        os.utime(dump, (1_000_000 + number, 1_000_000 + number))

    assert [name for name in database.backups() if name.endswith(".dump")] == [f"shop-{n}.dump" for n in (2, 3, 4)]
    assert [name for name in database.backups() if name.endswith(".sha256")] == [f"shop-{n}.dump.sha256" for n in (2, 3, 4)]


def test_the_same_release_again_replaces_its_own(database: Database) -> None:
    first = database.take("shop-1"), database.result()
    second = database.take("shop-1"), database.result()

    assert first[0][0] == second[0][0] == 0
    assert database.backups() == ["shop-1.dump", "shop-1.dump.sha256"]
    assert second[1]["takenAt"] >= first[1]["takenAt"]


def test_a_killed_one_leaves_no_backup_and_the_next_one_cleans_up(database: Database) -> None:
    slow = database.folder / "bin"
    slow.mkdir()
    (slow / "pg_restore").write_text("#!/bin/sh\nsleep 60\n")
    (slow / "pg_restore").chmod(0o755)
    process = database.start("shop-1", PATH=f"{slow}:{database.programs}:/usr/bin:/bin")
    deadline = time.monotonic() + 60 * PATIENCE
    while not any(name.endswith(".partial") for name in database.backups()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (left,) = database.backups()
    os.utime(database.folder / "backups" / left, (0, 0))

    assert left.startswith(".shop-1.")
    assert database.take("shop-2")[0] == 0
    assert database.backups() == ["shop-2.dump", "shop-2.dump.sha256"]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PGDATABASE": "gone"}, 'database "gone" does not exist'),
        ({"PGHOST": "/nowhere"}, "connection to server"),
        ({"PGUSER": "stranger"}, "authentication failed"),
        ({"PASSWORD_FILE": "/nowhere"}, "/nowhere"),
    ],
)
def test_what_goes_wrong_is_told_and_leaves_nothing(database: Database, variables: dict[str, str], words: str) -> None:
    assert database.take("shop-0")[0] == 0

    code, out = database.take("shop-1", **variables)

    assert code != 0
    assert words in out
    assert not (database.folder / "result").exists()
    assert database.backups() == ["shop-0.dump", "shop-0.dump.sha256"]


def test_a_dump_that_is_cut_off_does_not_count(database: Database) -> None:
    """As a full disk or a broken volume leaves it."""
    broken = database.folder / "bin"
    broken.mkdir()
    real = database.programs / "pg_dump"
    (broken / "pg_dump").write_text(
        f'#!/bin/sh\n"{real}" "$@" || exit 1\nfor one; do case $one in --file=*) f=${{one#--file=}};; esac; done\n'
        'truncate -s "$(($(wc -c < "$f") - 64))" "$f"\n'
    )
    (broken / "pg_dump").chmod(0o755)

    code, _ = database.take("shop-1", PATH=f"{broken}:{database.programs}:/usr/bin:/bin")

    assert code != 0
    assert database.backups() == []
