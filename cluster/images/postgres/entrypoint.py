"""Start PostgreSQL as the official image does: make the database on the first start, then become the server.

The first start can be killed anywhere: the database is made in a folder of its own inside the volume and becomes PGDATA by
renames, the file PG_VERSION last, so that a PGDATA with PG_VERSION is always whole.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WORK = ".testgen-initdb"
MARK = "PG_VERSION"
WRAPPER = "/usr/local/lib/libnss_wrapper.so"
HBA = """# Local connections come from inside the container only; all others show a password.
local all all trust
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
host all all all scram-sha-256
"""


class UserError(Exception):
    """Something in the container's settings that has to change."""


def secret(environment: Mapping[str, str], name: str) -> str | None:
    """The value of NAME or the content of the file that NAME_FILE names; both at once is an error."""
    value, file = environment.get(name), environment.get(f"{name}_FILE")
    if value and file:
        raise UserError(f"both {name} and {name}_FILE are set: set one of them")
    if not file:
        return value or None
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise UserError(f"{name}_FILE: cannot read {file}: {error.strerror}") from error


def prepare(data: Path, environment: Mapping[str, str]) -> None:
    """Make the database in `data` unless it is there. Raises UserError for settings that cannot work."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"cannot make {data}: {error.strerror}; is a volume mounted there that this user may write?") from error
    if data.stat().st_uid != os.geteuid():
        hint = f"set PGDATA to a folder inside of it, such as {data}/pgdata"
        raise UserError(f"{data} belongs to user {data.stat().st_uid}, and PostgreSQL wants to own it: {hint}")
    work = data / WORK
    if (data / MARK).exists():
        shutil.rmtree(work, ignore_errors=True)
        return
    password = secret(environment, "POSTGRES_PASSWORD")
    if not password:
        raise UserError("no password: set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD")
    user = secret(environment, "POSTGRES_USER") or "postgres"
    database = secret(environment, "POSTGRES_DB") or user
    _clear(data)
    work.mkdir(mode=0o700)
    _initialise(work / "new", user, password, database)
    _publish(work / "new", data)
    shutil.rmtree(work)


def _clear(data: Path) -> None:
    """Remove what a killed first start left; refuse a folder that holds anything else."""
    interrupted = (data / WORK).exists()
    for entry in data.iterdir():
        if entry.name == "lost+found":
            continue
        if not interrupted:
            raise UserError(f"{data} holds {entry.name} but no database: empty it, or set PGDATA to a folder of its own")
        if entry.name != WORK:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    # Last, because it is what tells that the rest was ours.
    shutil.rmtree(data / WORK, ignore_errors=True)


def _initialise(new: Path, user: str, password: str, database: str) -> None:
    password_file = new.with_name("password")
    password_file.write_text(password + "\n", encoding="utf-8")
    password_file.chmod(0o600)
    try:
        options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-host=scram-sha-256", "--auth-local=trust"]
        _run(["initdb", "-D", str(new), "-U", user, f"--pwfile={password_file}", *options])
    finally:
        password_file.unlink()
    if database != "postgres":
        quoted = '"' + database.replace('"', '""') + '"'
        _run(["postgres", "--single", "-D", str(new), "postgres"], stdin=f"CREATE DATABASE {quoted};\n")
    (new / "pg_hba.conf").write_text(HBA, encoding="utf-8")
    with (new / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("listen_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n")


def _publish(new: Path, data: Path) -> None:
    """Rename everything into place, MARK last, each step on the disk before the next."""
    os.sync()
    for entry in sorted(new.iterdir()):
        if entry.name != MARK:
            entry.rename(data / entry.name)
    _sync(data)
    (new / MARK).rename(data / MARK)
    _sync(data)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run(command: list[str], stdin: str = "") -> None:
    done = subprocess.run(command, input=stdin, text=True, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise UserError(f"{command[0]} failed (exit code {done.returncode}); its own words are above")


def name_for_user(uid: int, gid: int) -> dict[str, str]:
    """Variables that give a user without a name one, as initdb wants; none for a user that /etc/passwd knows."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        passwd, group = Path("/tmp/passwd"), Path("/tmp/group")
        passwd.write_text(f"postgres:x:{uid}:{gid}:PostgreSQL:/tmp:/bin/sh\n", encoding="utf-8")
        group.write_text(f"postgres:x:{gid}:\n", encoding="utf-8")
        return {"LD_PRELOAD": WRAPPER, "NSS_WRAPPER_PASSWD": str(passwd), "NSS_WRAPPER_GROUP": str(group)}
    return {}


def main(arguments: list[str]) -> None:
    command = arguments or ["postgres"]
    if command[0].startswith("-"):
        command = ["postgres", *command]
    if command[0] == "postgres":
        if os.getuid() == 0:
            sys.exit("cannot start: PostgreSQL does not run as root; set runAsUser, such as 999")
        os.environ.update(name_for_user(os.getuid(), os.getgid()))
        data = Path(os.environ.setdefault("PGDATA", "/var/lib/postgresql/data"))
        try:
            prepare(data, os.environ)
            data.chmod(0o700)
        except (UserError, OSError) as error:
            sys.exit(f"cannot start: {error}")
        for name in ("POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "LD_PRELOAD"):
            os.environ.pop(name, None)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
