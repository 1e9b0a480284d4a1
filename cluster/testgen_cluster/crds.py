"""Custom resource definitions of other projects, from their Go modules: what is rendered for them is checked by the real ones.

Only the definitions: no controller of CloudNativePG runs here, and those of Traefik and cert-manager are additions of their own.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testgen_cluster.binaries import go
from testgen_cluster.cache import artefact
from testgen_cluster.commands import run
from testgen_cluster.steps import ClusterError

DOWNLOAD_SECONDS: Final = 300


@dataclass(frozen=True)
class Source:
    """A Go module at a version, the hash of all its files as in a go.sum, and where in it the definitions lie."""

    module: str
    version: str
    sum: str
    path: str


SOURCES: Final[Mapping[str, Source]] = {
    # The standard channel; Traefik 3.5 is built against this version.
    "gateway-api": Source(
        "sigs.k8s.io/gateway-api", "v1.3.0", "h1:q6okN+/UKDATola4JY7zXzx40WO4VISk7i9DIfOvr9M=", "config/crd/standard"
    ),
    "traefik": Source(
        "github.com/traefik/traefik/v3",
        "v3.5.3",
        "h1:LxzoigGBOEx11CRDFYDFj/GfmnJsnxAl8bDkjqmsS2o=",
        "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml",
    ),
    "cert-manager": Source(
        "github.com/cert-manager/cert-manager", "v1.21.2", "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=", "deploy/crds"
    ),
    "cloudnative-pg": Source(
        "github.com/cloudnative-pg/cloudnative-pg",
        "v1.27.0",
        "h1:mp0zlYO4vKAJmQdArWORWKr1lmB4Hj8JeBQGX5RBnpg=",
        "config/crd/bases",
    ),
    "argo-rollouts": Source(
        "github.com/argoproj/argo-rollouts", "v1.9.0", "h1:bXgBpwCByXyAUcgBnyP0fxkSW2CEot78InTFjFlag5g=", "manifests/crds"
    ),
}


def files(name: str) -> list[Path]:
    """The YAML files of one project's definitions, from the cache or fetched now. Raises ClusterError."""
    source = SOURCES[name]

    def fetch(directory: Path) -> None:
        found = _module(source) / source.path
        listed = sorted(found.iterdir()) if found.is_dir() else [found]
        for file in listed:
            if file.suffix in (".yaml", ".yml") and file.name != "kustomization.yaml":
                shutil.copy(file, directory / f"{file.stem}.yaml")

    key = {"module": source.module, "version": source.version, "sum": source.sum, "path": source.path}
    found = sorted(artefact("crds", name, key, fetch).glob("*.yaml"))
    if not found:
        raise ClusterError(f"{source.module} {source.version} has no definitions in {source.path}")
    return found


def _module(source: Source) -> Path:
    """The module's folder in Go's own cache; its content is what `sum` says."""
    with tempfile.TemporaryDirectory() as empty:
        # Outside of any module, so that nothing but this one module is looked at.
        command = [go(), "-C", empty, "mod", "download", "-json", f"{source.module}@{source.version}"]
        found = json.loads(run(command, timeout=DOWNLOAD_SECONDS))
    if found.get("Sum") != source.sum:
        raise ClusterError(f"{source.module} {source.version} is not the pinned one: {found.get('Sum')}")
    return Path(found["Dir"])
