"""Running other programs: bounded in time, their output in a log, their failure as one clear line."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from testgen_cluster.steps import ClusterError, say

HEARTBEAT_SECONDS = 30.0


def run(command: Sequence[str | Path], *, timeout: float = 60, stdin: str | None = None, check: bool = True) -> str:
    """Run a short command and return its standard output.

    Raises ClusterError with the command's own words when it fails (if `check`), is missing or takes longer than `timeout`
    seconds.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    except FileNotFoundError:
        raise ClusterError(f"{words[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise ClusterError(f"`{' '.join(words)}` did not end within {timeout:.0f} s") from None
    if check and done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise ClusterError(f"`{' '.join(words)}` failed: {said[-1] if said else f'exit code {done.returncode}'}")
    return done.stdout


def run_logged(
    command: Sequence[str | Path], log: Path, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> None:
    """Run a long command with all its output in `log`; says every 30 s that it is still at work.

    Raises ClusterError that names the log when the command fails. The command dies with an interrupted caller.
    """
    words = [*tied_to_us(), *(str(word) for word in command)]
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("w") as output:
        print("$", *words, file=output, flush=True)
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=cwd, env={**os.environ, **(env or {})}
        )
        try:
            while True:
                try:
                    code = process.wait(HEARTBEAT_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    say(f"  still at work after {time.monotonic() - started:.0f} s (log: {log})")
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if code != 0:
        raise ClusterError(f"`{' '.join(map(str, command))[:100]}` failed with exit code {code}", log=log)


def tied_to_us() -> list[str]:
    """Words before a command that let it end with us, even when we are killed; none where util-linux lacks setpriv."""
    setpriv = find_tool("setpriv")
    return [str(setpriv), "--pdeathsig", "TERM", "--"] if setpriv else []


def find_tool(name: str) -> Path | None:
    """A program in PATH or where administrators' programs lie (sudo and cron often leave those out)."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/go/bin"])
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def tool(name: str) -> str:
    """The path of a program that must be there. Raises ClusterError when it is not."""
    found = find_tool(name)
    if found is None:
        raise ClusterError(f"{name} is not installed")
    return str(found)
