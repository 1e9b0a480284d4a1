"""What only some tests need of the local cluster, put into it when asked: `python3 -m testgen_cluster.extras NAME…`.

metrics-server, Traefik and cert-manager are built from source the first time (minutes), and take seconds then. CloudNativePG,
the Gateway API and `cert-manager-definitions` are custom resource definitions only. Asking again for what is there costs a
look.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testgen_cluster import addons, binaries, cert_manager, containerd, crds, files, leases, metrics_server, processes, traefik
from testgen_cluster.commands import run
from testgen_cluster.established import established
from testgen_cluster.image_parts import log_of
from testgen_cluster.locks import clone_lock
from testgen_cluster.names import Names, clone_root
from testgen_cluster.steps import ClusterError, report, say, step

READY_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Extra:
    """One addition: the definitions that it needs, and, where it runs, its program, objects and the sign that it works."""

    definitions: tuple[str, ...] = ()
    program: Callable[[], binaries.Program] | None = None
    manifests: Callable[[Names, str], list[dict[str, Any]]] | None = None
    works: Callable[[Names], bool] | None = None
    namespace: str = ""


ALL: Final = {
    "metrics-server": Extra(
        program=binaries.metrics_server,
        manifests=lambda _, image: metrics_server.manifests(image),
        works=metrics_server.works,
        namespace=metrics_server.NAMESPACE,
    ),
    "traefik": Extra(
        definitions=("gateway-api", "traefik"),
        program=binaries.traefik,
        manifests=lambda names, image: traefik.manifests(image, str(names.ingress_ip)),
        works=traefik.works,
        namespace=traefik.NAMESPACE,
    ),
    "cert-manager": Extra(
        # Its controller of Gateways waits for theirs.
        definitions=("gateway-api", "cert-manager"),
        program=binaries.cert_manager,
        manifests=lambda _, image: cert_manager.manifests(image),
        works=cert_manager.works,
        namespace=cert_manager.NAMESPACE,
    ),
    "gateway-api": Extra(definitions=("gateway-api",)),
    "cert-manager-definitions": Extra(definitions=("cert-manager",)),
    "cloudnative-pg": Extra(definitions=("cloudnative-pg",)),
}


def build(wanted: Sequence[str]) -> dict[str, addons.Image]:
    """The images of those that run, from the cache or built now; definitions are fetched. Raises ClusterError."""
    images = {}
    for name in wanted:
        extra = ALL[name]
        for one in extra.definitions:
            crds.files(one)
        if extra.program is not None:
            program = extra.program()
            with step(f"{name}, from the cache or by Go (some minutes the first time)"):
                binary = binaries.build(program, log=log_of(f"build-{program.name}"))
                images[name] = addons.program_image(name, f"/{name}", binary)
    return images


def install(names: Names, wanted: Sequence[str]) -> None:
    """Put them into the running local cluster and wait until they work. Raises ClusterError."""
    if unknown := [name for name in wanted if name not in ALL]:
        raise ClusterError(f"no addition named {', '.join(unknown)}", hint=f"there are: {', '.join(ALL)}")
    mode = names.state / "mode"
    if not names.kubeconfig.exists() or not mode.exists():
        raise ClusterError("no cluster of this clone is there", hint="run `make cluster`")
    if mode.read_text().strip() != "local":
        raise ClusterError("additions are for the local cluster only", hint="install them there by their own charts")
    images = build(wanted)
    kubectl: list[str | Path] = [names.state / "bin" / "kubectl", f"--kubeconfig={names.kubeconfig}"]
    with clone_lock(names.root):
        for name in wanted:
            _install(names, kubectl, name, images.get(name))


def _install(names: Names, kubectl: list[str | Path], name: str, image: addons.Image | None) -> None:
    extra = ALL[name]
    objects = extra.manifests(names, image.tag) if image is not None and extra.manifests is not None else []
    mark = names.state / "extras" / name
    digest = _digest(extra, objects)
    if mark.exists() and mark.read_text() == digest and _is_there(names, kubectl, extra):
        say(f"  {name}: there already")
        return
    with step(f"{name} into the cluster", log=processes.log_path(names, "kubelet")):
        for one in extra.definitions:
            chosen = [f"--filename={file}" for file in crds.files(one)]
            owner = "--field-manager=testgen-cluster"
            run([*kubectl, "apply", "--server-side", "--force-conflicts", owner, *chosen], timeout=120)
            established(lambda *arguments: run([*kubectl, *arguments], timeout=120), *chosen)
        if image is not None:
            containerd.load(names, [image.archive])
            addons.apply(names, names.state / "bin" / "kubectl", objects)
        if (works := extra.works) is not None:
            try:
                processes.wait(names, name, lambda: works(names), daemon="kubelet", seconds=READY_SECONDS)
            except ClusterError as error:
                error.log = _own_words(names, kubectl, name, extra.namespace)
                raise
    files.write(mark, digest)


def _digest(extra: Extra, objects: list[dict[str, Any]]) -> str:
    """Changes with any definition (they lie in the cache by their pins) and any object."""
    parts = [[str(file) for one in extra.definitions for file in crds.files(one)], objects]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _is_there(names: Names, kubectl: list[str | Path], extra: Extra) -> bool:
    """Whether what was installed is still in the cluster, and works."""
    if extra.works is not None and not extra.works(names):
        return False
    wanted = [f"--filename={file}" for one in extra.definitions for file in crds.files(one)]
    try:
        return not wanted or bool(run([*kubectl, "get", *wanted, "-o", "name"]))
    except ClusterError:
        return False


def _own_words(names: Names, kubectl: list[str | Path], name: str, namespace: str) -> Path:
    """A file with the last lines of an addition's pod, of the container that ended where one did."""
    logs = [*kubectl, f"--namespace={namespace}", "logs", f"deployment/{name}", "--tail=30"]
    return files.write(names.log / f"{name}.log", run([*logs, "--previous"], check=False) or run(logs, check=False))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python3 -m testgen_cluster.extras", description=__doc__)
    parser.add_argument("--build", action="store_true", help="only build them into the cache; no cluster is needed")
    parser.add_argument("names", nargs="+", choices=sorted(ALL), metavar="NAME", help=f"of: {', '.join(ALL)}")
    chosen = parser.parse_args(arguments)
    root = clone_root()
    lease = leases.find(root)
    names = Names(root, lease.index if lease else 0)
    try:
        if chosen.build:
            build(chosen.names)
        else:
            install(names, chosen.names)
    except ClusterError as error:
        report(error)
        return 1
    except KeyboardInterrupt:
        say("interrupted: run the same command again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
