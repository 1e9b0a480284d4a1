"""The walk of docs/GENERATION.md as a program: its shell blocks run in one shell against a real `testgen serve`.

A block ```` ```sh ```` that is followed by a block ```` ```text ```` says what it prints. ```` ```sh serve ```` is what runs in a
terminal of its own; ```` ```sh given ```` sets what a reader copies from there. `python -m tests.integration.walk` writes the
output of today into the page.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.integration.patience import PATIENCE

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "GENERATION.md"
TOOLS: Final = ("bash", "curl", "jq", "sed", "grep")
_BLOCK: Final = re.compile(r"^```sh( \w+)?\n(.*?)^```\n(?:\n?^```text\n(.*?)^```\n)?", re.M | re.S)
_MASKS: Final = (
    (re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?"), "<time>"),
    (re.compile(r"tg_[0-9a-f]{8}(_[\w-]{43}|_…)?"), "<key>"),
    (re.compile(r"\b(TC|TP|doc|job|key)[-_][0-9a-f]{8,24}\b"), r"<\1>"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "<hash>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<url>"),
    (re.compile(r"/\S*/walk-data\b|\S*/\.local/share/testgen\b"), "<data>"),
)
_SHOWN: Final = (
    (re.compile(r"(tg_[0-9a-f]{8})_[\w-]{43}"), r"\1_…"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:8000"),
    (re.compile(r"/\S*/walk-data\b"), "~/.local/share/testgen"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """Commands of the page, what the page says they print (None: nothing is said), and where that stands in the page."""

    kind: str
    commands: str
    output: str | None
    span: tuple[int, int]

    @property
    def name(self) -> str:
        """Its first command that is no comment."""
        return next((line for line in self.commands.splitlines() if line and not line.startswith("#")), "")


def blocks(page: str) -> list[Block]:
    """The shell blocks of a page, in its order."""
    return [Block((m[1] or "").strip(), m[2], m[3], m.span(3)) for m in _BLOCK.finditer(page)]


def masked(output: str) -> str:
    """Output without what differs from run to run: ids, times, secrets, hashes, addresses."""
    for pattern, name in _MASKS:
        output = pattern.sub(name, output)
    return output.rstrip()


def walk(found: list[Block]) -> list[str]:
    """What each block prints, run in a scratch folder beside copies of the samples.

    Raises: AssertionError with a block's output where a command fails.
    """
    folder = Path(tempfile.mkdtemp(prefix="testgen-walk-"))  # not below pytest's own, which PostgreSQL's account can't enter
    folder.chmod(0o755)
    try:
        shutil.copytree(ROOT / "samples", folder / "samples")
        with _serving(_only(found, "serve"), folder) as said:
            return _run(found, folder, said)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def written(page: str, outputs: list[str]) -> str:
    """The page with these outputs where they differ, as a reader with the defaults sees them, and with no secret in full."""
    for block, output in reversed(list(zip(blocks(page), outputs, strict=True))):
        if block.output is not None and block.kind != "given" and masked(block.output) != masked(output):
            start, end = block.span
            for pattern, shown in _SHOWN:
                output = pattern.sub(shown, output)
            page = page[:start] + output.rstrip() + "\n" + page[end:]
    return page


def _only(found: list[Block], kind: str) -> Block:
    return next(block for block in found if block.kind == kind)


@contextmanager
def _serving(block: Block, folder: Path) -> Iterator[str]:
    """The server of the page on a free port; what it says up to its last line of welcome."""
    out, log = folder / "server.out", folder / "server.log"
    with out.open("w") as said, log.open("w") as logged:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {block.commands}"], cwd=folder, env=_environment(folder), stdout=said, stderr=logged
        )
    try:
        deadline = time.monotonic() + 60 * PATIENCE
        while "Ctrl-C" not in out.read_text():
            assert process.poll() is None, f"the server ended with {process.returncode}: {log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.05)
        yield out.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run(found: list[Block], folder: Path, said: str) -> list[str]:
    url, key = re.findall(r"answers at (\S+)", said)[0], re.findall(r"shown this once: (\S+)", said)[0]
    script = ["set -euo pipefail", f"URL={url}", f"KEY={key}"]
    for number, block in enumerate(found):
        if not block.kind:
            script.append(f"{{\n{block.commands}\n}} > {folder}/{number}.out 2>&1")
    try:
        ended = subprocess.run(
            ["bash"],
            input="\n".join(script),
            cwd=folder,
            env=_environment(folder),
            capture_output=True,
            text=True,
            timeout=240 * PATIENCE,
        )
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"the walk takes too long; it stands at {_last(found, folder)}") from late
    assert ended.returncode == 0, f"a command failed with {ended.returncode}: {ended.stderr}{_last(found, folder)}"
    outputs = []
    for number, block in enumerate(found):
        outputs.append(said if block.kind == "serve" else "" if block.kind else (folder / f"{number}.out").read_text())
    return outputs


def _last(found: list[Block], folder: Path) -> str:
    """The block that was reached, and what it printed."""
    newest = max(folder.glob("[0-9]*.out"), key=lambda path: int(path.stem), default=None)
    return f"\n{found[int(newest.stem)].commands}{newest.read_text()}" if newest else "the first block"


def _environment(folder: Path) -> dict[str, str]:
    """A reader's, with `testgen` on the path; a port and a folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TESTGEN_", "PG"))}
    programs = folder / "bin"
    programs.mkdir(exist_ok=True)
    command = programs / "testgen"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m testgen_runtime.cli "$@"\n')
    command.chmod(0o755)
    return kept | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "runtime"), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
        "LC_ALL": "C.UTF-8",
        "TESTGEN_CONFIG": os.devnull,
        "TESTGEN_SERVER__PORT": "0",
        "TESTGEN_DATA_DIR": str(folder / "walk-data"),
    }


if __name__ == "__main__":
    text = PAGE.read_text()
    PAGE.write_text(written(text, walk(blocks(text))))
