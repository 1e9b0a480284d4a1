"""The cluster's certificates and kubeconfigs, made by openssl. Keys never leave build/cluster/pki, but in kubeconfigs (0600)."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testgen_cluster import files
from testgen_cluster.commands import run, tool
from testgen_cluster.names import NODE_NAME, Names

DAYS: Final = "365"
# A cluster that is up is not left with certificates that end on the same day.
RENEW_SECONDS: Final = 86400


@dataclass(frozen=True)
class Certificate:
    """One leaf certificate: the subject is who it says it is to RBAC (O = group, CN = user)."""

    name: str
    subject: str
    addresses: Sequence[str] = ()
    authority: str = "ca"


def certificates(names: Names) -> list[Certificate]:
    hosts = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"]
    node = [f"DNS:{NODE_NAME}", f"IP:{names.node_ip}"]
    api = [*(f"DNS:{host}" for host in hosts), "IP:127.0.0.1", f"IP:{names.kubernetes_ip}", f"IP:{names.node_ip}"]
    return [
        Certificate("apiserver", "/CN=kube-apiserver", api),
        Certificate("apiserver-kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
        Certificate("admin", "/O=system:masters/CN=testgen-admin"),
        Certificate("controller-manager", "/CN=system:kube-controller-manager"),
        Certificate("scheduler", "/CN=system:kube-scheduler"),
        Certificate("kubelet", f"/O=system:nodes/CN=system:node:{NODE_NAME}", node),
        Certificate("kube-proxy", "/CN=system:kube-proxy"),
        Certificate("front-proxy-client", "/CN=front-proxy-client", authority="front-proxy-ca"),
    ]


def ensure(names: Names) -> Path:
    """The directory with all certificates, keys and kubeconfigs; made anew when any is missing or about to end."""
    place = names.state / "pki"
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o700)
    wanted = certificates(names)
    if not all(_valid(place / f"{c.name}.crt", c, place) for c in wanted) or not (place / "sa.pub").exists():
        for authority in ("ca", "front-proxy-ca"):
            _authority(place, authority)
        _service_account_key(place)
        for certificate in wanted:
            _issue(place, certificate)
    for client in ("controller-manager", "scheduler", "kubelet", "kube-proxy"):
        _kubeconfig(names, place, client, place / f"{client}.kubeconfig")
    _kubeconfig(names, place, "admin", names.kubeconfig)
    return place


def _valid(path: Path, certificate: Certificate, place: Path) -> bool:
    key = path.with_suffix(".key")
    if not path.exists() or not key.exists():
        return False
    authority = place / f"{certificate.authority}.crt"
    openssl = tool("openssl")
    checks = (
        [openssl, "x509", "-in", str(path), "-noout", "-checkend", str(RENEW_SECONDS)],
        [openssl, "verify", "-CAfile", str(authority), str(path)],
    )
    if any(subprocess.run(check, capture_output=True, check=False, timeout=30).returncode for check in checks):
        return False
    shown = run([openssl, "x509", "-in", path, "-noout", "-ext", "subjectAltName"], check=False)
    return all(address.replace("IP:", "IP Address:") in shown for address in certificate.addresses)


def _authority(place: Path, name: str) -> None:
    key, certificate = place / f"{name}.key", place / f"{name}.crt"
    _key(key)
    extensions = ["-addext", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"]
    run(
        [
            tool("openssl"),
            "req",
            "-x509",
            "-new",
            "-key",
            key,
            "-subj",
            f"/CN=testgen-{name}",
            "-days",
            DAYS,
            *extensions,
            "-out",
            certificate,
        ]
    )


def _service_account_key(place: Path) -> None:
    key = place / "sa.key"
    _key(key)
    run([tool("openssl"), "pkey", "-in", key, "-pubout", "-out", place / "sa.pub"])


def _issue(place: Path, certificate: Certificate) -> None:
    name, openssl = certificate.name, tool("openssl")
    key, request, extensions = (place / f"{name}.{suffix}" for suffix in ("key", "csr", "ext"))
    _key(key)
    lines = ["keyUsage=critical,digitalSignature", "extendedKeyUsage=clientAuth,serverAuth"]
    if certificate.addresses:
        lines.append(f"subjectAltName={','.join(certificate.addresses)}")
    extensions.write_text("\n".join(lines) + "\n")
    run([openssl, "req", "-new", "-key", key, "-subj", certificate.subject, "-out", request])
    authority = place / certificate.authority
    signer = [f"{authority}.crt", "-CAkey", f"{authority}.key", "-CAcreateserial"]
    signed = ["-days", DAYS, "-extfile", str(extensions), "-out", str(place / f"{name}.crt")]
    run([openssl, "x509", "-req", "-in", str(request), "-CA", *signer, *signed])
    request.unlink()
    extensions.unlink()


def _key(path: Path) -> None:
    pem = run([tool("openssl"), "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
    files.write(path, pem, mode=0o600)


def _kubeconfig(names: Names, place: Path, client: str, path: Path) -> None:
    def encoded(file: str) -> str:
        return base64.b64encode((place / file).read_bytes()).decode()

    context = names.label
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": context, "cluster": {"server": names.server, "certificate-authority-data": encoded("ca.crt")}}],
        "users": [
            {
                "name": client,
                "user": {"client-certificate-data": encoded(f"{client}.crt"), "client-key-data": encoded(f"{client}.key")},
            }
        ],
        "contexts": [{"name": context, "context": {"cluster": context, "user": client}}],
        "current-context": context,
    }
    files.write(path, json.dumps(config, indent=1) + "\n", mode=0o600)
