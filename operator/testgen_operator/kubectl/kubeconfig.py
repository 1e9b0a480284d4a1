"""The cluster that a person means: kubeconfig files merged as kubectl merges them, sign-in programs run as kubectl runs them."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import yaml

from testgen_operator.cluster import connection as of_operator
from testgen_operator.cluster.connection import Connection, Token
from testgen_operator.errors import ConfigurationError
from testgen_operator.kubectl.problems import Exit, PluginError

Json = dict[str, Any]
SIGN_IN_SECONDS: Final = 120.0
PATHS: Final = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
BEFORE_EXPIRY: Final = 30.0
"""Seconds before its end that a signed-in token is drawn anew."""


@dataclass(frozen=True)
class Target:
    """One context of the kubeconfig: where it leads, and as whom."""

    connection: Connection
    context: str
    headers: Mapping[str, str] = field(default_factory=dict)
    proxy: str | None = None


def load(kubeconfig: str | None, context: str | None, impersonate: str | None = None, groups: tuple[str, ...] = ()) -> Target:
    """The chosen context of --kubeconfig, KUBECONFIG or ~/.kube/config; inside a pod without any of them, the pod's account.

    Raises PluginError with Exit.NO_CLUSTER.
    """
    try:
        paths = _paths(kubeconfig)
        if not any(path.exists() for path in paths) and _in_a_pod() and kubeconfig is None:
            return Target(of_operator.in_cluster(), "in-cluster", _as(impersonate, groups))
        return _of_context(merged(paths), paths[0], context, impersonate, groups)
    except ConfigurationError as problem:
        raise PluginError(problem.message, code=Exit.NO_CLUSTER) from None


def _paths(kubeconfig: str | None) -> list[Path]:
    if kubeconfig:
        if not Path(kubeconfig).exists():
            raise PluginError(f"there is no file {kubeconfig}", hint="Correct --kubeconfig.", code=Exit.NO_CLUSTER)
        return [Path(kubeconfig)]
    named = [Path(part) for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return named or [Path.home() / ".kube" / "config"]


def _in_a_pod() -> bool:
    return "KUBERNETES_SERVICE_HOST" in os.environ and (of_operator.SERVICE_ACCOUNT / "token").exists()


def merged(paths: list[Path]) -> Json:
    """The files as one: of two entries of one name the first wins, relative paths are of the file that they stand in.

    Raises PluginError when none exists, ConfigurationError for one that is no kubeconfig.
    """
    found: Json = {"clusters": [], "contexts": [], "users": [], "current-context": ""}
    present = [path for path in paths if path.exists()]
    if not present:
        raise PluginError(
            f"no kubeconfig: there is no {' and no '.join(map(str, paths))}",
            hint="Name one with --kubeconfig or KUBECONFIG. Without a cluster work: validate, explain, completion.",
            code=Exit.NO_CLUSTER,
        )
    for path in present:
        try:
            config = yaml.safe_load(path.read_text())
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
            raise ConfigurationError(f"can't read the kubeconfig {path}: {problem}") from None
        config = of_operator.sound(config, path)
        for section in ("clusters", "contexts", "users"):
            known = {entry["name"] for entry in found[section]}
            for entry in config.get(section) or ():
                if entry["name"] not in known:
                    found[section].append(_absolute(entry, path.parent))
        found["current-context"] = found["current-context"] or config.get("current-context") or ""
    return found


def _absolute(entry: Json, folder: Path) -> Json:
    parts: Json = {}
    for name, part in entry.items():
        parts[name] = part
        if isinstance(part, dict):
            parts[name] = part | {key: str(folder.absolute() / part[key]) for key in PATHS if part.get(key)}
            program = part.get("exec")
            if isinstance(program, dict) and os.sep in str(program.get("command", "")):
                parts[name]["exec"] = program | {"command": str(folder.absolute() / program["command"])}
    return parts


def _of_context(config: Json, path: Path, context: str | None, impersonate: str | None, groups: tuple[str, ...]) -> Target:
    name = context or config["current-context"]
    contexts = {entry["name"]: entry.get("context") or {} for entry in config["contexts"]}
    if name not in contexts:
        said = f"the kubeconfig {path} has no context {name!r}" if name else f"the kubeconfig {path} has no current context"
        known = ", ".join(sorted(contexts)[:10])
        hint = f"There are: {known}. Choose one with --context." if known else ""
        raise PluginError(said, hint=hint, code=Exit.NO_CLUSTER)
    users = {entry["name"]: entry.get("user") or {} for entry in config["users"]}
    clusters = {entry["name"]: entry.get("cluster") or {} for entry in config["clusters"]}
    user, cluster = users.get(contexts[name].get("user"), {}), clusters.get(contexts[name].get("cluster"), {})
    program = user.get("exec")
    plain = config | {"users": [one | {"user": _without_exec(one.get("user") or {})} for one in config["users"]]}
    found = of_operator.from_config(plain, path, name)
    if program:
        found = _signed_in(found, program, cluster)
    return Target(
        found, name, _as(impersonate or user.get("as"), groups or tuple(user.get("as-groups") or ())), cluster.get("proxy-url")
    )


def _without_exec(user: Json) -> Json:
    return {name: value for name, value in user.items() if name != "exec"}


def _as(user: str | None, groups: tuple[str, ...]) -> dict[str, str]:
    if groups and not user:
        raise PluginError("--as-group needs --as", code=Exit.USAGE)
    if len(groups) > 1:
        raise PluginError("only one --as-group can be sent", code=Exit.USAGE)
    return ({"Impersonate-User": user} if user else {}) | ({"Impersonate-Group": groups[0]} if groups else {})


class SignedIn(Token):
    """A token that a sign-in program draws; drawn anew when it has expired or was refused."""

    def __init__(self, draw: Callable[[], Json], first: Json) -> None:
        super().__init__()
        self._draw = draw
        self._status = first

    def current(self) -> str:
        ends = self._status.get("expirationTimestamp")
        if not self._status or (ends and datetime.fromisoformat(ends).timestamp() - time.time() < BEFORE_EXPIRY):
            self._status = self._draw()
        return str(self._status.get("token", ""))

    def expire(self) -> None:
        self._status = {}


def _signed_in(connection: Connection, program: Json, cluster: Json) -> Connection:
    def draw() -> Json:
        return sign_in(program, cluster)

    status = draw()
    certificate, key = status.get("clientCertificateData"), status.get("clientKeyData")
    if certificate and key and connection.tls is not None:
        _load(connection.tls, certificate, key)
    return replace(connection, token=SignedIn(draw, status)) if status.get("token") else connection


def _load(tls: ssl.SSLContext, certificate: str, key: str) -> None:
    """Python's ssl reads files only: the pair goes through one that lives for a moment (mode 0600)."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(f"{certificate}\n{key}\n".encode())
        file.flush()
        try:
            tls.load_cert_chain(file.name)
        except ssl.SSLError:
            words = "the sign-in program's certificate and key are no PEM certificate and its key"
            raise PluginError(words, code=Exit.NO_CLUSTER) from None


def sign_in(program: Json, cluster: Json) -> Json:
    """Run a client-go credential plugin; the `status` of the ExecCredential that it prints.

    Raises PluginError with what it said on standard error.
    """
    command = str(program.get("command", ""))
    asked = {
        "apiVersion": program.get("apiVersion", "client.authentication.k8s.io/v1"),
        "kind": "ExecCredential",
        "spec": {"interactive": sys.stdin.isatty()} | ({"cluster": _shown(cluster)} if program.get("provideClusterInfo") else {}),
    }
    environment = {**os.environ, "KUBERNETES_EXEC_INFO": json.dumps(asked)}
    environment |= {one["name"]: one["value"] for one in program.get("env") or ()}
    try:
        done = subprocess.run(  # noqa: S603 - the person's own kubeconfig names it, as for kubectl
            [command, *map(str, program.get("args") or ())],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=SIGN_IN_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        hint = str(program.get("installHint") or "Install it, or correct the kubeconfig.")
        raise PluginError(f"the sign-in program {command} is not installed", hint=hint, code=Exit.NO_CLUSTER) from None
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise PluginError(f"the sign-in program {command} failed: {problem}", code=Exit.NO_CLUSTER) from None
    try:
        status = json.loads(done.stdout).get("status") if done.returncode == 0 else None
    except (ValueError, AttributeError):
        status = None
    if not isinstance(status, dict):
        raise PluginError(
            f"the sign-in program {command} gave no credential (exit code {done.returncode})",
            hint="Its own words are above; run it by hand to see more.",
            code=Exit.NO_CLUSTER,
        )
    return status


def _shown(cluster: Json) -> Json:
    """The cluster as ExecCredential names its fields."""
    shown = {
        "server": cluster.get("server"),
        "tls-server-name": cluster.get("tls-server-name"),
        "insecure-skip-tls-verify": cluster.get("insecure-skip-tls-verify"),
        "certificate-authority-data": cluster.get("certificate-authority-data"),
        "proxy-url": cluster.get("proxy-url"),
    }
    if not shown["certificate-authority-data"] and cluster.get("certificate-authority"):
        shown["certificate-authority-data"] = base64.b64encode(Path(cluster["certificate-authority"]).read_bytes()).decode()
    return {name: value for name, value in shown.items() if value}
