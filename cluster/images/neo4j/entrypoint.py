"""Start Neo4j with the settings that the official image takes from its environment.

NEO4J_AUTH=neo4j/PASSWORD (or NEO4J_AUTH_FILE, a file with the same) sets the first password, NEO4J_AUTH=none switches
authentication off. NEO4J_server_memory_heap_max__size sets server.memory.heap.max_size: one underscore is a dot, two are an
underscore. Logs go to /logs where a volume is mounted there, else to /data/logs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

HOME = Path("/opt/neo4j")
MOST_HEAP = "512m"
DEFAULTS = {
    "server.directories.neo4j_home": "/data",
    "server.directories.data": "/data",
    "server.directories.import": "/tmp/import",
    "server.bolt.enabled": "true",
    "server.bolt.listen_address": "0.0.0.0:7687",
    "server.memory.pagecache.size": "128m",
    "dbms.usage_report.enabled": "false",
}
# Settings of the Java machine and of parts that are not in this image.
NOT_IN_CONF = (
    "dbms.security.auth_enabled",  # follows from NEO4J_AUTH
    "server.http.",
    "server.https.",
    "server.jvm.",
    "server.memory.heap.",
)
OPENED = ("java.base/java.nio", "java.base/java.lang", "java.base/java.util.concurrent", "java.base/sun.nio.ch")


class UserError(Exception):
    """Something in the container's settings that has to change."""


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Neo4j's settings: the defaults of this image and what NEO4J_ variables say."""
    logs = "/logs" if os.access("/logs", os.W_OK) else "/data/logs"
    found = DEFAULTS | {"server.directories.logs": logs}
    for name, value in environment.items():
        key = name.removeprefix("NEO4J_")
        if name.startswith("NEO4J_") and re.fullmatch(r"(server|db|dbms|initial)_\w+", key):
            found[key.replace("__", "\0").replace("_", ".").replace("\0", "_")] = value
    return found


def authentication(environment: Mapping[str, str]) -> str | None:
    """The first password of the user neo4j, or None without authentication. Raises UserError for what cannot be either."""
    value, file = environment.get("NEO4J_AUTH"), environment.get("NEO4J_AUTH_FILE")
    if value and file:
        raise UserError("both NEO4J_AUTH and NEO4J_AUTH_FILE are set: set one of them")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UserError(f"NEO4J_AUTH_FILE: cannot read {file}: {error.strerror}") from error
    if value == "none":
        return None
    user, _, password = (value or "").partition("/")
    if user != "neo4j" or len(password) < 8:
        raise UserError("set NEO4J_AUTH or NEO4J_AUTH_FILE to neo4j/PASSWORD with 8 characters or more, or to none")
    return password


def conf(wanted: Mapping[str, str]) -> str:
    """The text of neo4j.conf. Raises UserError for a value that would start another line."""
    if broken := [name for name, value in wanted.items() if "\n" in value or "\r" in value]:
        raise UserError(f"{broken[0]} has a line break in its value")
    return "".join(f"{name}={value}\n" for name, value in sorted(wanted.items()) if not name.startswith(NOT_IN_CONF))


def command(wanted: Mapping[str, str], folder: Path, password_file: Path | None) -> list[str]:
    """How Java is called."""
    heap = wanted.get("server.memory.heap.max_size", MOST_HEAP)
    first = wanted.get("server.memory.heap.initial_size", heap)
    machine = [
        f"-Xms{first}",
        f"-Xmx{heap}",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.io.tmpdir=/tmp",
        "-Duser.home=/tmp",
    ]
    opened = [option for module in OPENED for option in ("--add-opens", f"{module}=ALL-UNNAMED")]
    call = ["java", *machine, *opened, "-cp", f"{HOME}/lib/*", "Server", str(folder)]
    return [*call, str(password_file)] if password_file else call


def main() -> None:
    run = Path("/tmp/neo4j")
    run.mkdir(mode=0o700, exist_ok=True)
    try:
        wanted = settings(os.environ)
        password = authentication(os.environ)
        (run / "neo4j.conf").write_text(conf(wanted), encoding="utf-8")
    except UserError as error:
        sys.exit(f"cannot start: {error}")
    password_file = None
    if password is not None:
        # A file and not an argument: arguments show in the list of processes.
        password_file = run / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password, encoding="utf-8")
    for name in ("NEO4J_AUTH", "NEO4J_AUTH_FILE"):
        os.environ.pop(name, None)
    call = command(wanted, run, password_file)
    os.execvp(call[0], call)


if __name__ == "__main__":
    main()
