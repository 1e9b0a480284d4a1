"""`make try`: no cluster, no root, no Docker. The whole API on embedded stores, cases from both sample documents.

Starts `testgen serve` on a free port with a temporary data folder, sends the documents, shows the cases, stops it. Nothing is
left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from testgen_cluster.steps import ClusterError, last_lines, report, say
from testgen_demo import show
from testgen_demo.tenant import Tenant

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = (ROOT / "samples" / "parcel-lockers.en.docx", ROOT / "samples" / "expense-claims.zh.md")
KEY = "try-" + os.urandom(16).hex()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The URL of a `testgen serve` on embedded stores under `folder`. Raises ClusterError when it does not get ready."""
    if os.geteuid() == 0:
        folder.chmod(0o711)  # root may not run PostgreSQL: the account that does has to get through to its data below
    log = folder / "serve.log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TESTGEN_")}
    environment |= {"TESTGEN_BOOTSTRAP_API_KEY": KEY, "TESTGEN_CONFIG": os.devnull}
    command = [str(Path(sys.executable).with_name("testgen")), "serve", "--port", "0", "--data-dir", str(folder / "data")]
    command += ["--ready-file", str(folder / "ready")]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        deadline = time.monotonic() + 60
        while not (folder / "ready").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ClusterError("testgen serve did not get ready: " + " / ".join(last_lines(log, 3)))
            time.sleep(0.05)
        yield str(json.loads((folder / "ready").read_text())["url"])
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)


def try_it() -> None:
    """Generate cases from both samples and show them. Raises ClusterError."""
    started = time.monotonic()
    say("▸ The API on embedded PostgreSQL and Qdrant …")
    with tempfile.TemporaryDirectory(prefix="testgen-try-") as folder, serving(Path(folder)) as url:
        say(f"  {url} after {time.monotonic() - started:.1f} s; no model is configured: rules write the cases")
        tenant = Tenant(url, KEY)
        for path in SAMPLES:
            document = tenant.send(path)
            tenant.generate(document["id"], progress=lambda _: None, timeout=120)
            cases = list(tenant.pages("/cases", document_id=document["id"]))
            _, coverage = tenant.call("GET", f"/coverage?document_id={document['id']}")
            tell(path, coverage, cases)
    say(f"In {time.monotonic() - started:.0f} s. Your own document: build/venv/bin/testgen generate FILE --format markdown")


def tell(path: Path, coverage: dict[str, Any], cases: list[dict[str, Any]]) -> None:
    """Counts, the titles of one requirement's cases, and one case in full."""
    say("")
    covered = f"{coverage['requirements']} requirements, {coverage['requirement_coverage']:.0%} covered"
    say(f"{path.name}: {covered}, {len(cases)} cases")
    say(f"  by technique  {show.table(show.counts(cases, 'technique'))}")
    chosen = show.interesting(cases)
    wanted = chosen["requirement_ids"][0]
    say(f"  for {wanted}:")
    for case in (c for c in cases if wanted in c["requirement_ids"]):
        say(f"    {'−' if case['polarity'] == 'negative' else '+'} {case['title']}")
    say("")
    show.one_case(chosen)
    say("")


def main() -> int:
    try:
        try_it()
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        say("interrupted: nothing is left behind")
        return 130
    except OSError as error:
        say(f"error: {error.strerror}: {error.filename}: make room or rights there and run `make try` again")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
