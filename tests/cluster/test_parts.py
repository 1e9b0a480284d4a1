"""The local cluster's parts do what the tests rely on: images, autoscaling, Traefik, foreign definitions, fake nodes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from testgen_cluster import kwok
from testgen_operator.cluster.connection import Connection
from tests.cluster.conftest import PATIENCE, a_namespace
from tests.cluster.kube import Cluster, CommandFailed

pytestmark = pytest.mark.asyncio(loop_scope="module")
CONFINED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def space(connection: Connection, kubectl_binary: str, kubeconfig: Path) -> AsyncIterator[Cluster]:
    async with a_namespace(connection, kubectl_binary, kubeconfig, patience=PATIENCE) as found:
        yield found


def an_object(kind: str, name: str, api: str = "v1", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name}, **fields}


def workload(name: str, container: dict[str, Any], volumes: list[dict[str, Any]] | None = None, **pod: Any) -> dict[str, Any]:
    """A Deployment of one confined container, labelled app=<name>."""
    complete = {"name": name, "securityContext": CONFINED, "imagePullPolicy": "IfNotPresent"} | container
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [complete], "volumes": volumes or []} | pod}
    return an_object("Deployment", name, "apps/v1", spec={"selector": {"matchLabels": labels}, "template": template})


def service(name: str, port: int, target: int) -> dict[str, Any]:
    return an_object("Service", name, spec={"selector": {"app": name}, "ports": [{"port": port, "targetPort": target}]})


async def apply(space: Cluster, *objects: dict[str, Any]) -> None:
    await space.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


async def rolled_out(space: Cluster, name: str, within: int = 60) -> None:
    await space.kubectl("rollout", "status", f"deployment/{name}", f"--timeout={within * PATIENCE:.0f}s", within=within + 10)


async def connected(space: Cluster, name: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a Service. One that was asked for before kube-proxy had its rule is never made: it is asked for anew."""
    host = await address(space, name)

    async def once() -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        with contextlib.suppress(OSError, TimeoutError):
            return await asyncio.wait_for(asyncio.open_connection(host, port), 5)
        return None

    found: tuple[asyncio.StreamReader, asyncio.StreamWriter] = await space.eventually(once, within=30, what=f"{name}:{port}")
    return found


async def address(space: Cluster, name: str) -> str:
    return await space.kubectl("get", "service", name, "-o=jsonpath={.spec.clusterIP}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(space: Cluster, images: dict[str, str]) -> str:
    """nginx as an edge runs it: its whole configuration mounted, nothing written but /tmp; it says which host was asked for."""
    conf = "server { listen 8080; location / { default_type text/plain; return 200 'edge $host $http_x_forwarded_proto'; } }"
    container = {
        "image": images["RELATED_IMAGE_NGINX"],
        "ports": [{"containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1},
        "volumeMounts": [{"name": "conf", "mountPath": "/etc/nginx/conf.d"}, {"name": "tmp", "mountPath": "/tmp"}],
    }
    volumes = [{"name": "conf", "configMap": {"name": "edge"}}, {"name": "tmp", "emptyDir": {}}]
    config = an_object("ConfigMap", "edge", data={"default.conf": conf})
    await apply(space, config, workload("edge", container, volumes), service("edge", 80, 8080))
    await rolled_out(space, "edge")
    return await address(space, "edge")


async def test_nginx_runs_under_pod_security_restricted(space: Cluster, edge: str) -> None:  # S4-021
    _, writer = await connected(space, "edge", 80)
    writer.close()
    async with httpx.AsyncClient(timeout=30) as client:
        found = await client.get(f"http://{edge}/", headers={"Host": "a.example"})
    assert found.text == "edge a.example "


async def test_redis_runs_under_pod_security_restricted_with_its_password_in_a_file(  # S3-086
    space: Cluster, images: dict[str, str]
) -> None:
    container = {
        "image": images["RELATED_IMAGE_REDIS"],
        "args": ["/etc/redis-conf/redis.conf"],
        "volumeMounts": [{"name": "conf", "mountPath": "/etc/redis-conf"}, {"name": "data", "mountPath": "/data"}],
        "readinessProbe": {"tcpSocket": {"port": 6379}, "periodSeconds": 1},
    }
    volumes = [{"name": "conf", "secret": {"secretName": "redis"}}, {"name": "data", "emptyDir": {}}]
    secret = an_object("Secret", "redis", stringData={"redis.conf": "requirepass wonder\ndir /data\nappendonly yes\n"})
    await apply(space, secret, workload("redis", container, volumes), service("redis", 6379, 6379))
    await rolled_out(space, "redis")
    reader, writer = await connected(space, "redis", 6379)
    answers = []
    for words in ("PING", "AUTH wonder", "SET a 1", "GET a"):
        writer.write(f"{words}\r\n".encode())
        answers.append((await asyncio.wait_for(reader.readline(), 10 * PATIENCE)).strip())
    writer.close()
    assert answers[0].startswith(b"-NOAUTH")
    assert answers[1:] == [b"+OK", b"+OK", b"$1"]


async def test_the_postgres_image_makes_a_streaming_replica(space: Cluster, images: dict[str, str]) -> None:  # S4-033
    hba = "local all all trust\nhost all all all scram-sha-256\nhost replication all all scram-sha-256\n"
    await apply(
        space,
        an_object("ConfigMap", "hba", data={"pg_hba.conf": hba}),
        workload("primary", postgres(images), VOLUMES, terminationGracePeriodSeconds=5),
        service("primary", 5432, 5432),
    )
    await rolled_out(space, "primary")
    copy = ["pg_basebackup", "--host=primary", "--username=postgres", f"--pgdata={PGDATA}", "-R", "-X", "stream", "-c", "fast"]
    first = postgres(images) | {"name": "copy", "command": copy, "args": [], "securityContext": CONFINED}
    del first["readinessProbe"]
    await apply(space, workload("replica", postgres(images), VOLUMES, initContainers=[first], terminationGracePeriodSeconds=5))
    await rolled_out(space, "replica", within=120)
    await sql(space, "primary", "CREATE TABLE seen AS SELECT 7 AS n")

    async def arrived() -> bool:
        with contextlib.suppress(CommandFailed):
            return await sql(space, "replica", "SELECT n, pg_is_in_recovery() FROM seen") == "7|t"
        return False

    await space.eventually(arrived, within=30, what="the row on the replica")
    await space.kubectl("delete", "deployment", "replica", "primary", "--wait=false")


PGDATA = "/var/lib/postgresql/data/pgdata"
VOLUMES = [
    {"name": "data", "emptyDir": {}},
    {"name": "run", "emptyDir": {}},
    {"name": "tmp", "emptyDir": {}},
    {"name": "hba", "configMap": {"name": "hba"}},
]


def postgres(images: dict[str, str]) -> dict[str, Any]:
    """A server that lets replicas in, which neither our image's pg_hba.conf nor the official one's does."""
    password = [{"name": name, "value": "wonder"} for name in ("POSTGRES_PASSWORD", "PGPASSWORD")]
    return {
        "image": images["RELATED_IMAGE_POSTGRES"],
        "imagePullPolicy": "IfNotPresent",
        "args": ["-c", "hba_file=/etc/hba/pg_hba.conf"],
        "env": [*password, {"name": "PGDATA", "value": PGDATA}],
        "readinessProbe": {"exec": {"command": ["pg_isready", "-q"]}, "periodSeconds": 1},
        "volumeMounts": [
            {"name": "data", "mountPath": "/var/lib/postgresql/data"},
            {"name": "run", "mountPath": "/var/run/postgresql"},
            {"name": "tmp", "mountPath": "/tmp"},
            {"name": "hba", "mountPath": "/etc/hba"},
        ],
    }


async def sql(space: Cluster, server: str, text: str) -> str:
    words = ("psql", "--username=postgres", "--no-align", "--tuples-only", f"--command={text}")
    return (await space.kubectl("exec", f"deployment/{server}", "-c", server, "--", *words)).strip()


async def test_an_autoscaler_answers_real_load(space: Cluster, images: dict[str, str], metrics_server: None) -> None:  # S2-057
    busy = {
        "image": images["RELATED_IMAGE_REDIS"],
        "command": ["sh", "-c", "while :; do :; done"],
        "resources": {"requests": {"cpu": "50m"}, "limits": {"cpu": "150m"}},
    }
    scaler = an_object(
        "HorizontalPodAutoscaler",
        "busy",
        "autoscaling/v2",
        spec={
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "busy"},
            "minReplicas": 1,
            "maxReplicas": 2,
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
            ],
        },
    )
    await apply(space, workload("busy", busy, terminationGracePeriodSeconds=0), scaler)

    async def scaled() -> bool:
        return await space.kubectl("get", "deployment", "busy", "-o=jsonpath={.spec.replicas}") == "2"

    await space.eventually(scaled, within=120, what="a second replica")
    await space.kubectl("delete", "hpa,deployment", "busy", "--wait=false")


async def test_traefik_serves_an_ingress_of_its_class(space: Cluster, edge: str, traefik: str) -> None:  # S2-054
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "edge", "port": {"number": 80}}}}
    rules = [{"host": "ingress.example", "http": {"paths": [path]}}]
    await apply(space, an_object("Ingress", "edge", "networking.k8s.io/v1", spec={"ingressClassName": "traefik", "rules": rules}))
    await served(space, traefik, "ingress.example")

    async def told() -> bool:
        status = await space.kubectl("get", "ingress", "edge", "-o=jsonpath={.status.loadBalancer.ingress[0].ip}")
        assert status == traefik
        return True

    await space.eventually(told, within=30, what="the Ingress names its address")


async def test_traefik_shows_the_certificate_of_an_ingress(space: Cluster, edge: str, traefik: str) -> None:  # S2-055
    host = "secure.example"
    key, certificate = self_signed(host)
    secret = an_object("Secret", "tls", type="kubernetes.io/tls", stringData={"tls.key": key, "tls.crt": certificate})
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "edge", "port": {"number": 80}}}}
    tls = [{"hosts": [host], "secretName": "tls"}]
    spec = {"ingressClassName": "traefik", "tls": tls, "rules": [{"host": host, "http": {"paths": [path]}}]}
    await apply(space, secret, an_object("Ingress", "secure", "networking.k8s.io/v1", spec=spec))
    async with httpx.AsyncClient(timeout=15, verify=ssl.create_default_context(cadata=certificate)) as client:

        async def answer() -> bool:
            with contextlib.suppress(httpx.TransportError):
                found = await client.get(f"https://{traefik}/", headers={"Host": host}, extensions={"sni_hostname": host})
                return found.text == f"edge {host} https"
            return False

        await space.eventually(answer, within=30, what=f"{host} by TLS through Traefik")


def self_signed(host: str) -> tuple[str, str]:
    """A private key and a certificate of a host, both in PEM, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()


async def test_traefik_serves_a_route_of_its_gateway(space: Cluster, edge: str, traefik: str) -> None:  # S4-066
    listener = {"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "Same"}}}
    route = {
        "parentRefs": [{"name": "gate"}],
        "hostnames": ["gateway.example"],
        "rules": [{"backendRefs": [{"name": "edge", "port": 80}]}],
    }
    api = "gateway.networking.k8s.io/v1"
    await apply(
        space,
        an_object("Gateway", "gate", api, spec={"gatewayClassName": "traefik", "listeners": [listener]}),
        an_object("HTTPRoute", "edge", api, spec=route),
    )
    await served(space, traefik, "gateway.example")
    accepted = "-o=jsonpath={.status.parents[0].conditions[?(@.type=='Accepted')].status}"

    async def told() -> bool:
        assert await space.kubectl("get", "httproute", "edge", accepted) == "True"
        return True

    await space.eventually(told, within=30, what="the route is accepted")


async def served(space: Cluster, traefik: str, host: str) -> None:
    async with httpx.AsyncClient(timeout=15) as client:

        async def answer() -> bool:
            with contextlib.suppress(httpx.TransportError):
                return (await client.get(f"http://{traefik}/", headers={"Host": host})).text == f"edge {host} http"
            return False

        await space.eventually(answer, within=30, what=f"{host} through Traefik")


async def test_the_definitions_of_others_tell_right_from_wrong(space: Cluster, foreign_crds: None) -> None:
    right = {"instances": 2, "storage": {"size": "1Gi"}}
    postgres = "postgresql.cnpg.io/v1"
    await dry_run(space, an_object("Cluster", "a", postgres, spec=right))
    await dry_run(
        space,
        an_object(
            "Certificate",
            "a",
            "cert-manager.io/v1",
            spec={"secretName": "a", "dnsNames": ["a.example"], "issuerRef": {"name": "ca"}},
        ),
    )
    with pytest.raises(CommandFailed, match=r"spec\.instances"):
        await dry_run(space, an_object("Cluster", "a", postgres, spec=right | {"instances": 0}))
    with pytest.raises(CommandFailed, match=r"spec\.issuerRef"):
        await dry_run(space, an_object("Certificate", "a", "cert-manager.io/v1", spec={"secretName": "a"}))


async def dry_run(space: Cluster, body: dict[str, Any]) -> None:
    await space.kubectl("apply", "--server-side", "--dry-run=server", "-f", "-", stdin=json.dumps(body))


async def test_pods_become_ready_on_fake_nodes(space: Cluster, kubeconfig: Path, kubectl_binary: str, tmp_path: Path) -> None:
    toleration = {"key": kwok.MARK, "operator": "Exists"}
    fake: dict[str, Any] = {"nodeSelector": {kwok.MARK: "fake"}, "tolerations": [toleration]}
    with kwok.nodes(kubeconfig, 3, tmp_path, kubectl=Path(kubectl_binary)) as nodes:
        await apply(space, workload("fake", {"image": "nowhere/nothing:1"}, **fake))
        await rolled_out(space, "fake")
        on = await space.kubectl("get", "pods", "-l", "app=fake", "-o=jsonpath={.items[0].spec.nodeName}")
        assert on in nodes
        await space.kubectl("delete", "deployment", "fake", "--timeout=90s", within=60)
