"""`python3 -m testgen_cluster.suite COMMAND…`: run the cluster tests on a cluster that has the product's images.

A cluster that was already up stays up; one that this command started is taken down again, whatever the tests said. With
`--keep` it stays, to look around after a failure.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from testgen_cluster import extras, images, kwok
from testgen_cluster.deploy import ROOT
from testgen_cluster.steps import ClusterError, report, say

IMAGES = ("operator", "runtime", "postgres", "neo4j", "nginx", "redis", "ollama-qwen2.5-coder-0.5b")
STATE = ROOT / "build" / "cluster"
KUBECONFIG = STATE / "kubeconfig"


def cluster(command: str, *arguments: str) -> None:
    """One command of `python3 -m testgen_cluster`, its output shown. Raises ClusterError when it fails (it has said why)."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run([sys.executable, "-m", "testgen_cluster", command, *arguments], env=environment, cwd=ROOT, check=False)
    if done.returncode:
        raise ClusterError(f"the cluster's `{command}` failed", hint="see above")


def with_images(names: Sequence[str]) -> dict[str, str]:
    """Build the images, bring the cluster up and load them; the reference of each by its name."""
    if os.environ.get("CLUSTER") == "existing":
        cluster("up")
        return {}
    built = images.build(names)
    cluster("up", "--load", *(str(image.tar) for image in built.values()))
    return {name: image.ref for name, image in built.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m testgen_cluster.suite", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the cluster up")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run, with KUBECONFIG set")
    arguments = parser.parse_args()
    was_up = KUBECONFIG.exists()  # the folder is there as soon as images were built
    try:
        if os.environ.get("CLUSTER") != "existing" and os.environ.get("KIND") != "1":
            # No test is to wait for a compiler: those that need an addition find it in the cache.
            extras.build(list(extras.ALL))
            kwok.binary()
        with_images(IMAGES)
        environment = {**os.environ, "KUBECONFIG": str(KUBECONFIG)}
        return subprocess.run(arguments.command, env=environment, cwd=ROOT, check=False).returncode
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        say("interrupted: run the same command again")
        return 130
    finally:
        if not was_up and not arguments.keep and STATE.exists():
            cluster("down")


if __name__ == "__main__":
    sys.exit(main())
