"""The local cluster's commands: up, down, status, restart, kubectl, load, env."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Literal, NoReturn

from testgen_cluster import containerd, existing, files, kind, leases
from testgen_cluster import down as local_down
from testgen_cluster import status as local_status
from testgen_cluster import up as local_up
from testgen_cluster.locks import clone_lock
from testgen_cluster.names import Names, clone_root
from testgen_cluster.steps import ClusterError, report, say

Mode = Literal["local", "kind", "existing"]

EPILOG = """environment:
  CLUSTER=existing  use the current kubeconfig; creates nothing, removes only what is labelled as this clone's
  KIND=1            use kind (needs Docker)
  YES=1, CI=true    install missing system packages without asking
  TESTGEN_CACHE     where built parts are kept (default ~/.cache/testgen); TESTGEN_CACHE_VERIFY=1 hashes all of them
"""


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="testgen_cluster",
        description="A real single-node Kubernetes cluster for this clone, in a network namespace of this machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="start the cluster, mend it, or see that it is well")
    up.add_argument("--load", nargs="+", type=Path, default=[], metavar="TAR", help="image archives to load on the way")
    down = commands.add_parser("down", help="remove the cluster and every trace of it, but the cache")
    down.add_argument("--orphans", action="store_true", help="instead, remove clusters whose clone has been deleted")
    commands.add_parser("status", help="say what runs; exit code 1 when the cluster is not well")
    restart = commands.add_parser("restart", help="stop a daemon of the node and start it again; pods live on: restart kubelet")
    restart.add_argument("daemon", metavar="DAEMON", help="kubelet, kube-proxy, kube-apiserver, etcd, …")
    load = commands.add_parser("load", help="load image archives (docker save, buildah push … docker-archive:)")
    load.add_argument("archives", nargs="+", type=Path, metavar="TAR")
    kubectl = commands.add_parser("kubectl", help="run kubectl against this cluster: kubectl -- get pods -A")
    kubectl.add_argument("arguments", nargs=argparse.REMAINDER)
    commands.add_parser("env", help='print shell lines for it: eval "$(… env)"')
    return found


def wanted_mode(environment: Mapping[str, str]) -> Mode:
    """Which kind of cluster the environment asks for. Raises ClusterError for a value that says neither."""
    cluster, use_kind = environment.get("CLUSTER", ""), environment.get("KIND", "")
    if cluster not in ("", "local", "existing"):
        raise ClusterError(f"CLUSTER={cluster} is not known", hint="use CLUSTER=existing, or leave it out")
    if use_kind not in ("", "0", "1"):
        raise ClusterError(f"KIND={use_kind} is not known", hint="use KIND=1, or leave it out")
    if cluster == "existing" and use_kind == "1":
        raise ClusterError("CLUSTER=existing and KIND=1 exclude each other", hint="set one of them")
    return "existing" if cluster == "existing" else "kind" if use_kind == "1" else "local"


def started_mode(names: Names) -> Mode | None:
    """What the clone's cluster was started as; None when none was."""
    try:
        found = _mode_path(names).read_text().strip()
    except OSError:
        return None
    return "existing" if found == "existing" else "kind" if found == "kind" else "local"


def up(names: Names, archives: Sequence[Path]) -> None:
    mode, before = wanted_mode(os.environ), started_mode(names)
    if before not in (None, mode):
        raise ClusterError(f"this clone's cluster was started as {before}, not {mode}", hint="run `make cluster-down` first")
    if mode == "local":
        parts = local_up.prepare(names.root, archives)
        files.write(_mode_path(names), f"{mode}\n")  # from here on there may be something to take down
        names = local_up.up(names.root, parts, archives)
    elif mode == "kind":
        kind.up(names, archives)
    else:
        existing.up(names, archives)
    files.write(_mode_path(names), f"{mode}\n")
    say(f"kubeconfig: {names.kubeconfig}")


def down(names: Names) -> None:
    mode = started_mode(names) or wanted_mode(os.environ)
    if mode == "local":
        local_down.down(names.root)
        return
    (kind if mode == "kind" else existing).down(names)
    if names.state.exists():
        shutil.rmtree(names.state)
    with contextlib.suppress(OSError):
        names.state.parent.rmdir()


def status(names: Names) -> bool:
    """Say what runs. Of a cluster that is not of our making only whether its server answers."""
    mode = started_mode(names)
    if mode in (None, "local"):
        return local_status.status(names.root)
    well = existing.answers(names)
    say(f"{'ok  ' if well else 'DOWN'} {mode} cluster, kubeconfig: {names.kubeconfig}")
    return well


def restart(names: Names, daemon: str) -> None:
    if started_mode(names) != "local":
        raise ClusterError("only the local cluster's daemons are ours to restart", hint="run `make cluster`")
    local_up.restart(names, daemon)


def load(names: Names, archives: Sequence[Path]) -> None:
    mode = started_mode(names)
    if mode is None:
        raise ClusterError("no cluster of this clone is there", hint="run `make cluster`")
    if mode == "kind":
        kind.load(names, archives)
    elif mode == "existing":
        existing.load(names, archives)
    else:
        for line in containerd.load(names, archives):
            say(line)


def kubectl(names: Names, arguments: Sequence[str]) -> NoReturn:
    """Become kubectl, with this cluster's kubeconfig."""
    if not names.kubeconfig.exists():
        raise ClusterError("no cluster of this clone is there", hint="run `make cluster`")
    own = names.state / "bin" / "kubectl"
    program = str(own) if own.exists() else shutil.which("kubectl")
    if program is None:
        raise ClusterError("kubectl is not installed")
    words = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    os.execve(program, ["kubectl", *words], {**os.environ, "KUBECONFIG": str(names.kubeconfig)})


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    root = clone_root()
    lease = leases.find(root)
    names = Names(root, lease.index if lease else 0)
    try:
        if options.command == "up":
            with clone_lock(root):
                up(names, options.load)
        elif options.command == "down":
            with clone_lock(root):
                if options.orphans:
                    local_down.down_orphans()
                else:
                    down(names)
        elif options.command == "status":
            return 0 if status(names) else 1
        elif options.command == "restart":
            with clone_lock(root):
                restart(names, options.daemon)
        elif options.command == "load":
            load(names, options.archives)
        elif options.command == "kubectl":
            kubectl(names, options.arguments)
        else:
            print(f"export KUBECONFIG={names.kubeconfig}\nexport PATH={names.state / 'bin'}:$PATH")
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted; running the same again goes on from here", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `… | head`: whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _mode_path(names: Names) -> Path:
    return names.state / "mode"


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
