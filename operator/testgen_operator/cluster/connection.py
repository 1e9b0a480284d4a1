"""Where the Kubernetes API is and how to prove who we are: from inside a pod, or from a kubeconfig."""

from __future__ import annotations

import base64
import os
import ssl
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from testgen_operator.errors import ConfigurationError

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
TOKEN_LIFE: Final = 60.0
"""Seconds until a token file is read again: the kubelet renews it long before it expires, client-go reads as often."""


class Token:
    """A bearer token: fixed, or in a file that somebody renews."""

    def __init__(self, value: str = "", *, file: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._value = value
        self._file = file
        self._clock = clock
        self._read = -TOKEN_LIFE

    def current(self) -> str:
        """The token, read again from its file when the last reading is a minute old. An unreadable file keeps the last one."""
        if self._file is not None and self._clock() - self._read >= TOKEN_LIFE:
            try:
                self._value = self._file.read_text().strip()
            except OSError as problem:
                if not self._value:
                    raise ConfigurationError(f"can't read the token file {self._file}: {problem.strerror}") from None
            self._read = self._clock()
        return self._value

    def expire(self) -> None:
        """The server refused the token: read the file again at the next use."""
        self._read = self._clock() - TOKEN_LIFE

    def __repr__(self) -> str:
        return "Token(***)"


SECTIONS: Final = {"clusters": "cluster", "contexts": "context", "users": "user"}
TEXTS: Final = frozenset(
    {
        *("server", "namespace", "cluster", "user", "token", "tokenFile", "tls-server-name", "proxy-url", "as"),
        *(f"{one}{end}" for one in ("certificate-authority", "client-certificate", "client-key") for end in ("", "-data")),
    }
)
SHAPES: Final[dict[type, str]] = {list: "a list", dict: "fields", str: "text"}


@dataclass(frozen=True)
class Connection:
    """One API server and one identity. `namespace`: where the operator itself lives, or the context's own."""

    server: str
    namespace: str
    tls: ssl.SSLContext | None = field(repr=False)
    token: Token | None = None
    tls_server_name: str | None = None

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.current()}"} if self.token else {}


def connect(kubeconfig: str | None = None, context: str | None = None) -> Connection:
    """The connection of `kubeconfig` if one is named, else of the pod we run in, else of KUBECONFIG or ~/.kube/config.

    Raises ConfigurationError, which says what is missing.
    """
    if kubeconfig is None and "KUBERNETES_SERVICE_HOST" in os.environ and (SERVICE_ACCOUNT / "token").exists():
        return in_cluster()
    named = kubeconfig or os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    path = Path(named)
    if not path.exists():
        raise ConfigurationError(
            f"no Kubernetes API: not inside a pod, and no kubeconfig at {path}. Name one with --kubeconfig or KUBECONFIG"
        )
    return from_kubeconfig(path, context)


def in_cluster(root: Path = SERVICE_ACCOUNT) -> Connection:
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    host = f"[{host}]" if ":" in host else host
    namespace = root / "namespace"
    return Connection(
        server=f"https://{host}:{port}",
        namespace=namespace.read_text().strip() if namespace.exists() else "default",
        tls=ssl.create_default_context(cafile=str(root / "ca.crt")),
        token=Token(file=root / "token"),
    )


def from_kubeconfig(path: Path, context: str | None = None) -> Connection:
    try:
        config = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as problem:
        raise ConfigurationError(f"can't read the kubeconfig {path}: {problem}") from None
    return from_config(sound(config, path), path, context)


def sound(config: Any, path: Path) -> dict[str, Any]:
    """A parsed kubeconfig whose parts have the shapes that they must have.

    Raises ConfigurationError that names the first that has not.
    """
    if not isinstance(config, dict):
        raise ConfigurationError(f"{path} is not a kubeconfig: it holds no fields")
    for section, part in SECTIONS.items():
        listed = _of_shape(config.get(section) or [], list, path, section)
        for number, entry in enumerate(listed):
            place = f"{section}[{number}]"
            _of_shape(entry, dict, path, place)
            _of_shape(entry.get("name"), str, path, f"{place}.name")
            inner = _of_shape(entry.get(part) or {}, dict, path, f"{place}.{part}")
            for name in TEXTS & inner.keys():
                _of_shape(inner[name] or "", str, path, f"{place}.{part}.{name}")
            program = _of_shape(inner.get("exec") or {}, dict, path, f"{place}.{part}.exec")
            for variable in _of_shape(program.get("env") or [], list, path, f"{place}.{part}.exec.env"):
                _of_shape(variable, dict, path, f"{place}.{part}.exec.env[]")
                for name in ("name", "value"):
                    _of_shape(variable.get(name), str, path, f"{place}.{part}.exec.env[].{name}")
            _of_shape(program.get("args") or [], list, path, f"{place}.{part}.exec.args")
    _of_shape(config.get("current-context") or "", str, path, "current-context")
    return config


def _of_shape(value: Any, shape: type, path: Path, place: str) -> Any:
    if not isinstance(value, shape):
        raise ConfigurationError(f"{path} is not a kubeconfig: {place} must be {SHAPES[shape]}")
    return value


def from_config(config: dict[str, Any], path: Path, context: str | None = None) -> Connection:
    """The connection that a context of a parsed kubeconfig describes; `path` is where it was read, for its relative paths."""
    name = context or config.get("current-context") or ""
    chosen = _named(config, "contexts", "context", name, path)
    cluster = _named(config, "clusters", "cluster", chosen.get("cluster", ""), path)
    user = _named(config, "users", "user", chosen["user"], path) if chosen.get("user") else {}
    if "exec" in user or "auth-provider" in user:
        raise ConfigurationError(f"{path}: the user of context {name!r} signs in with a plugin; give it a token or a certificate")
    server = str(cluster.get("server", "")).rstrip("/")
    return Connection(
        server=server,
        namespace=chosen.get("namespace") or "default",
        tls=_tls(cluster, user, path.parent) if server.startswith("https:") else None,
        token=_token(user, path.parent),
        tls_server_name=cluster.get("tls-server-name"),
    )


def _named(config: dict[str, Any], section: str, part: str, name: str, path: Path) -> dict[str, Any]:
    for entry in config.get(section) or ():
        if entry.get("name") == name:
            return dict(entry.get(part) or {})
    raise ConfigurationError(f"{path} has no {part} named {name!r}")


def _token(user: dict[str, Any], folder: Path) -> Token | None:
    if user.get("tokenFile"):
        return Token(file=folder / user["tokenFile"])
    return Token(user["token"]) if user.get("token") else None


def _tls(cluster: dict[str, Any], user: dict[str, Any], folder: Path) -> ssl.SSLContext:
    tls = ssl.create_default_context()
    if cluster.get("insecure-skip-tls-verify"):
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    elif authority := _material(cluster, "certificate-authority", folder):
        try:
            tls.load_verify_locations(cadata=authority.decode())
        except (ssl.SSLError, UnicodeDecodeError):
            raise ConfigurationError("the kubeconfig's certificate-authority holds no PEM certificate") from None
    certificate, key = _material(user, "client-certificate", folder), _material(user, "client-key", folder)
    if certificate and key:
        # Python's ssl loads a client's certificate from files only: it goes through one that lives for a moment (mode 0600).
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            file.write(certificate + b"\n" + key)
            file.flush()
            try:
                tls.load_cert_chain(file.name)
            except ssl.SSLError:
                words = "the kubeconfig's client-certificate and client-key are no PEM certificate and its key"
                raise ConfigurationError(words) from None
    return tls


def _material(holder: dict[str, Any], name: str, folder: Path) -> bytes | None:
    """A certificate or key that stands in the kubeconfig or in a file that it names; empty where it has none."""
    if data := str(holder.get(f"{name}-data") or ""):
        try:
            return base64.b64decode("".join(data.split()), validate=True)
        except ValueError:
            raise ConfigurationError(f"the kubeconfig's {name}-data is no base64") from None
    if not holder.get(name):
        return None
    file = folder / str(holder[name])
    try:
        return file.read_bytes()
    except OSError as problem:
        raise ConfigurationError(f"can't read {file}, the kubeconfig's {name}: {problem.strerror}") from None
