"""A Kubernetes API without nodes: a real etcd and a real kube-apiserver on loopback, without root, up in a few seconds.

What has to do with objects is real (schemas, CEL, server-side apply, RBAC, watches, garbage is not collected); nothing runs. The
binary is the local cluster's own. Used by the operator's benchmark and by its fault tests, which stop, freeze and restart the
two daemons; `WorkloadPlayer` plays the controllers that make workloads ready.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import yaml

from testgen_cluster import binaries
from testgen_operator import rbac
from testgen_operator.cluster.connection import Connection, Token

ROOT: Final = Path(__file__).resolve().parents[1]
SYSTEM: Final = rbac.SYSTEM_NAMESPACE
OPERATOR_USER: Final = f"system:serviceaccount:{SYSTEM}:testgen-operator"
START_SECONDS: Final = 60.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def kubernetes_binary(log: Path) -> Path:
    """etcd, kube-apiserver and kubectl in one program; built once, then from the cache."""
    return binaries.build(binaries.kubernetes(), log=log)


@dataclass
class ControlPlane:
    """One etcd and one kube-apiserver that belong to this process and end with it."""

    folder: Path
    binary: Path
    api_port: int = field(default_factory=free_port)
    etcd_port: int = field(default_factory=free_port)
    peer_port: int = field(default_factory=free_port)
    admin_token: str = field(default_factory=lambda: secrets.token_hex(16))
    operator_token: str = field(default_factory=lambda: secrets.token_hex(16))
    audit_level: str = "Metadata"
    """Of the operator's requests, and of nobody else's: `Request` holds their bodies too (values of Secrets among them)."""
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def server(self) -> str:
        return f"https://127.0.0.1:{self.api_port}"

    @property
    def audit_log(self) -> Path:
        return self.folder / "audit.log"

    def connection(self, *, admin: bool = True, namespace: str = SYSTEM) -> Connection:
        tls = ssl.create_default_context()
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE  # its certificate is its own, made a moment ago, and it is on loopback
        return Connection(self.server, namespace, tls, Token(self.admin_token if admin else self.operator_token))

    def kubeconfig(self, *, admin: bool = False) -> Path:
        """A kubeconfig of the operator, with the rights that it has when it is installed, or of an administrator."""
        path = self.folder / ("admin.yaml" if admin else "operator.yaml")
        token = self.admin_token if admin else self.operator_token
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "tg-bare",
            "contexts": [{"name": "tg-bare", "context": {"cluster": "bare", "user": "me", "namespace": SYSTEM}}],
            "clusters": [{"name": "bare", "cluster": {"server": self.server, "insecure-skip-tls-verify": True}}],
            "users": [{"name": "me", "user": {"token": token}}],
        }
        path.write_text(json.dumps(config))
        return path

    async def start(self) -> None:
        """etcd and the API server, then the CRDs and the operator's own rights, as `make crds` writes them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_files()
        self.start_etcd()
        await self.start_apiserver()
        await self.install()

    def start_etcd(self) -> None:
        client = f"http://127.0.0.1:{self.etcd_port}"
        peer = f"http://127.0.0.1:{self.peer_port}"
        self.run(
            "etcd",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--log-level=warn",
            "--unsafe-no-fsync=true",
            "--quota-backend-bytes=4294967296",
        )

    async def start_apiserver(self) -> None:
        self.run(
            "kube-apiserver",
            f"--etcd-servers=http://127.0.0.1:{self.etcd_port}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self.api_port}",
            f"--cert-dir={self.folder / 'certificates'}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.folder / 'sa.key'}",
            f"--service-account-signing-key-file={self.folder / 'sa.key'}",
            "--service-cluster-ip-range=10.96.0.0/12",
            "--endpoint-reconciler-type=none",
            "--authorization-mode=RBAC",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            f"--audit-policy-file={self.folder / 'audit-policy.json'}",
            f"--audit-log-path={self.audit_log}",
            "--audit-log-maxsize=500",
            "--profiling=false",
        )
        await self.ready()

    async def ready(self, within: float = START_SECONDS) -> None:
        """Wait until the API server says that it is; fails with its log when it ended."""
        tls = self.connection().tls or False
        async with asyncio.timeout(within), aiohttp.ClientSession() as session:
            while True:
                process = self._processes["kube-apiserver"]
                if process.poll() is not None:
                    raise RuntimeError(f"the API server ended:\n{(self.folder / 'kube-apiserver.log').read_text()[-3000:]}")
                try:
                    limit = aiohttp.ClientTimeout(total=2)
                    async with session.get(f"{self.server}/readyz", ssl=tls, timeout=limit) as answer:
                        if answer.status == 200:
                            return
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.2)

    async def install(self) -> None:
        documents: list[dict[str, Any]] = [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SYSTEM}},
            ingress_class("traefik"),
            *(yaml.safe_load(path.read_text()) for path in sorted((ROOT / "crds").glob("testgen.dev_*.yaml"))),
            *rbac.manifests(),
        ]
        async with Admin(self.connection()) as admin:
            for one in documents:
                await admin.apply(one)
            async with asyncio.timeout(30):
                while not await admin.serves("/apis/testgen.dev/v1alpha1"):  # noqa: ASYNC110 - not ours to signal
                    await asyncio.sleep(0.2)

    def signal(self, daemon: str, what: signal.Signals) -> None:
        """Send a signal to `etcd` or `kube-apiserver`: both are this process' own children."""
        self._processes[daemon].send_signal(what)

    def kill(self, daemon: str) -> None:
        process = self._processes.pop(daemon, None)
        if process is not None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)

    def stop(self) -> None:
        for daemon in reversed(list(self._processes)):  # those that need the others first
            self.kill(daemon)

    def cpu_seconds(self, daemon: str) -> float:
        """Processor time that the daemon has used."""
        return cpu_seconds(self._processes[daemon].pid)

    def audited(self, since: int = 0) -> list[dict[str, Any]]:
        """The operator's requests that are in the audit log after its first `since` bytes."""
        with self.audit_log.open("rb") as file:
            file.seek(since)
            return [json.loads(line) for line in file.read().splitlines() if line.endswith(b"}")]

    def audit_position(self) -> int:
        return self.audit_log.stat().st_size if self.audit_log.exists() else 0

    def _write_files(self) -> None:
        key = self.folder / "sa.key"
        if not key.exists():
            openssl = shutil.which("openssl") or "openssl"
            subprocess.run([openssl, "genrsa", "-out", str(key), "2048"], check=True, capture_output=True, timeout=30)
        tokens = self.folder / "tokens.csv"
        tokens.write_text(
            f'{self.admin_token},admin,admin,"system:masters"\n'
            f'{self.operator_token},{OPERATOR_USER},operator,"system:serviceaccounts,system:authenticated"\n'
        )
        tokens.chmod(0o600)
        rules = [{"level": self.audit_level, "users": [OPERATOR_USER]}, {"level": "None"}]
        policy = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"], "rules": rules}
        (self.folder / "audit-policy.json").write_text(json.dumps(policy))

    def run(self, daemon: str, *flags: str) -> None:
        """Start a part of the binary; it ends with this one. Its output is in `<daemon>.log`."""
        with (self.folder / f"{daemon}.log").open("ab") as log:
            tied = [found, "--pdeathsig", "KILL"] if (found := shutil.which("setpriv")) else []
            self._processes[daemon] = subprocess.Popen(
                [*tied, str(self.binary), daemon, *flags], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )


class Admin:
    """An administrator's hands: the few requests that tests and benchmarks make for themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Admin:
        connector = aiohttp.TCPConnector(limit=0, ssl=self._connection.tls or True)
        self._session = aiohttp.ClientSession(connector=connector, headers=self._connection.headers())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        assert self._session is not None
        return self._session

    def url(self, path: str) -> str:
        return self._connection.server + path

    async def apply(self, manifest: Mapping[str, Any], *, manager: str = "administrator") -> dict[str, Any]:
        """Server-side apply of any object."""
        path = f"{collection(manifest)}/{manifest['metadata']['name']}?fieldManager={manager}&force=true"
        return await self.send("PATCH", path, manifest, "application/apply-patch+yaml")

    async def merge(self, path: str, patch: Mapping[str, Any]) -> dict[str, Any]:
        return await self.send("PATCH", path, patch, "application/merge-patch+json")

    async def get(self, path: str) -> dict[str, Any] | None:
        async with self.session.get(self.url(path)) as answer:
            if answer.status == 404:
                return None
            answer.raise_for_status()
            found: dict[str, Any] = await answer.json()
            return found

    async def delete(self, path: str) -> None:
        async with self.session.delete(self.url(path)) as answer:
            if answer.status != 404:
                answer.raise_for_status()

    async def send(self, method: str, path: str, body: Mapping[str, Any], content_type: str) -> dict[str, Any]:
        headers = {"Content-Type": content_type}
        async with self.session.request(
            method, self.url(path), data=json.dumps(body, ensure_ascii=False), headers=headers
        ) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"{method} {path}: {answer.status} {(await answer.text())[:500]}")
            found: dict[str, Any] = await answer.json()
            return found

    async def serves(self, path: str) -> bool:
        async with self.session.get(self.url(path)) as answer:
            return answer.status == 200

    async def namespace(self, name: str) -> None:
        await self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def ingress_class(name: str) -> dict[str, Any]:
    """A class as an ingress controller's installation brings it; none runs."""
    spec = {"controller": "example.com/ingress-controller"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": name}, "spec": spec}


PLURALS: Final = {
    "CustomResourceDefinition": "customresourcedefinitions",
    "NetworkPolicy": "networkpolicies",
    "Ingress": "ingresses",
    "StorageClass": "storageclasses",
    "IngressClass": "ingressclasses",
}
CLUSTER_SCOPED: Final = {
    "Namespace",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "StorageClass",
    "IngressClass",
}


def collection(manifest: Mapping[str, Any]) -> str:
    """The path of the collection that a manifest belongs to."""
    version, kind = str(manifest["apiVersion"]), str(manifest["kind"])
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    within = "" if kind in CLUSTER_SCOPED else f"/namespaces/{manifest['metadata'].get('namespace', 'default')}"
    return f"{root}{within}/{PLURALS.get(kind, kind.lower() + 's')}"


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100.0


def peak_mib(pid: int) -> float:
    """The most resident memory that a process has had so far, by the kernel: no moment of it is missed."""
    return _memory(pid, "VmHWM:")


def resident_mib(pid: int) -> float:
    """Resident memory of a process now."""
    return _memory(pid, "VmRSS:")


def _memory(pid: int, figure: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(figure):
            return int(line.split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def control_plane(folder: Path, *, audit_level: str = "Metadata") -> AsyncIterator[ControlPlane]:
    """A control plane in `folder`, ended and its data removed afterwards; its logs stay."""
    folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything runs
    found = ControlPlane(folder, kubernetes_binary(folder / "build.log"), audit_level=audit_level)
    try:
        await found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder / "etcd", ignore_errors=True)
