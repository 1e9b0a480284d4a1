"""Certificates of the way in, made by a real cert-manager and shown by a real Traefik: issued, waited for, exchanged."""

from __future__ import annotations

import base64
import contextlib
import shlex
import ssl
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography import x509

from tests.cluster.kube import Cluster, Object
from tests.cluster.process import OperatorProcess
from tests.cluster.test_parts import an_object, apply

pytestmark = pytest.mark.asyncio(loop_scope="module")

API = "cert-manager.io/v1"
HOST = "issued.example"
AUTHORITY = "TestGen's tests"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def authority(shared_cluster: Cluster, cert_manager: None) -> AsyncIterator[str]:
    """The certificate of the namespace's Issuer `authority`, which a ClusterIssuer that signs itself has made."""
    root = f"root-of-{shared_cluster.namespace}"
    wanted = {"isCA": True, "commonName": AUTHORITY, "secretName": "authority", "privateKey": {"algorithm": "ECDSA"}}
    await apply(
        shared_cluster,
        an_object("ClusterIssuer", root, API, spec={"selfSigned": {}}),
        an_object("Certificate", "authority", API, spec={**wanted, "issuerRef": {"kind": "ClusterIssuer", "name": root}}),
        an_object("Issuer", "authority", API, spec={"ca": {"secretName": "authority"}}),
    )
    try:
        await shared_cluster.kubectl("wait", "--for=condition=Ready", "issuer/authority", "--timeout=60s", within=90)
        yield (await secret(shared_cluster, "authority"))["tls.crt"]
    finally:
        await shared_cluster.kubectl("delete", "clusterissuer", root, "--ignore-not-found")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(shared_cluster: Cluster, traefik: str, authority: str, shared_operator: OperatorProcess) -> str:
    """Exposed by an Ingress with a certificate of the authority."""
    await shared_cluster.apply_project("shop", exposed(name="authority", kind="Issuer"))
    await shared_cluster.ready("shop", within=240)
    return "shop"


def exposed(host: str = HOST, **issuer: str) -> Object:
    tls = {"issuerRef": issuer}
    return {"exposure": {"type": "Ingress", "host": host, "ingressClassName": "traefik", "tls": tls}}


async def secret(cluster: Cluster, name: str) -> dict[str, str]:
    data = (await cluster.get("Secret", name)).get("data") or {}
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


async def issued(cluster: Cluster, name: str) -> x509.Certificate:
    """What cert-manager has put into a Secret."""
    return x509.load_pem_x509_certificate((await secret(cluster, name))["tls.crt"].encode())


def trusting(authority: str) -> ssl.SSLContext:
    """A client that trusts one authority and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=authority)
    return context


async def shown(address: str, trust: ssl.SSLContext, host: str = HOST) -> x509.Certificate | None:
    """The certificate of a host, where a client with that trust gets the project's answer."""
    async with httpx.AsyncClient(verify=trust, timeout=15) as client:
        with contextlib.suppress(httpx.TransportError):
            found = await client.get(f"https://{address}/live", headers={"Host": host}, extensions={"sni_hostname": host})
            assert found.status_code == 200, found.text[:500]
            connection = found.extensions["network_stream"].get_extra_info("ssl_object")
            return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))
    return None


async def is_shown(cluster: Cluster, address: str, trust: ssl.SSLContext, host: str = HOST) -> x509.Certificate:
    """Wait until a host of the project shows what is in its Secret, to a client with that trust."""

    async def check() -> x509.Certificate | None:
        found = await shown(address, trust, host)
        return found if found == await issued(cluster, "shop-tls") else None

    found: x509.Certificate = await cluster.eventually(check, within=60, what=f"{host} shows what is in Secret shop-tls")
    return found


def common_names(name: x509.Name) -> list[Any]:
    return [one.value for one in name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]


def hosts(certificate: x509.Certificate) -> list[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


async def test_the_host_shows_a_certificate_of_the_issuer(  # S2-056, S4-066
    shared_cluster: Cluster, shop: str, traefik: str, authority: str
) -> None:
    found = await is_shown(shared_cluster, traefik, trusting(authority))
    assert common_names(found.issuer) == [AUTHORITY]
    assert hosts(found) == [HOST]
    assert (await shared_cluster.get("TestGenProject", shop))["status"]["endpoint"] == f"https://{HOST}"


async def test_an_issuer_that_does_not_exist_is_told_until_it_does(shared_cluster: Cluster, shop: str) -> None:
    missing = f"later-than-{shared_cluster.namespace}"
    # At rest: nothing but the way in is looked at here. Without a kind a ClusterIssuer is meant.
    await shared_cluster.apply_project("early", {**exposed("early.example", name=missing), "suspend": True})
    try:
        told = await shared_cluster.condition("early", "ExposureReady", "False", reason="CertificateNotReady", within=60)
        says, _, command = told["message"].partition(" Run: ")
        assert "certificate early-tls" in says

        async def is_named() -> bool:
            return f'"{missing}" not found' in await shared_cluster.kubectl(*shlex.split(command)[1:])

        await shared_cluster.eventually(is_named, within=60, what=f"{command} says that the issuer does not exist")
        assert await shared_cluster.find("Secret", "early-tls") is None
        await apply(shared_cluster, an_object("ClusterIssuer", missing, API, spec={"selfSigned": {}}))
        await shared_cluster.condition("early", "ExposureReady", "True", within=60)
        assert hosts(await issued(shared_cluster, "early-tls")) == ["early.example"]
    finally:
        await shared_cluster.kubectl("delete", "clusterissuer", missing, "--ignore-not-found")
        await shared_cluster.delete("TestGenProject", "early")


async def test_while_a_new_issuer_makes_nothing_the_last_certificate_is_shown(
    shared_cluster: Cluster, shop: str, traefik: str, authority: str
) -> None:
    trust = trusting(authority)
    before = await is_shown(shared_cluster, traefik, trust)
    await shared_cluster.apply_project(shop, exposed(name="second", kind="Issuer"))
    await shared_cluster.condition(shop, "Ready", "False", reason="CertificateNotReady", within=60)
    assert await shown(traefik, trust) == before
    await apply(shared_cluster, an_object("Issuer", "second", API, spec={"ca": {"secretName": "authority"}}))
    await shared_cluster.ready(shop, within=60)
    assert await is_shown(shared_cluster, traefik, trust) != before


async def test_a_gateways_listener_shows_one_for_a_new_host(  # S4-066
    shared_cluster: Cluster, shop: str, traefik: str, authority: str
) -> None:
    host = "gateway.issued.example"
    within = {"allowedRoutes": {"namespaces": {"from": "Same"}}}
    tls = {"mode": "Terminate", "certificateRefs": [{"name": "shop-tls"}]}
    listeners = [
        {"name": "http", "port": 80, "protocol": "HTTP", **within},
        {"name": "https", "port": 443, "protocol": "HTTPS", "hostname": host, "tls": tls, **within},
    ]
    gateway = {"gatewayClassName": "traefik", "listeners": listeners}
    await apply(shared_cluster, an_object("Gateway", "traefik", "gateway.networking.k8s.io/v1", spec=gateway))
    exposure = {
        "type": "Gateway",
        "host": host,
        "gatewayRef": {"name": "traefik"},
        "tls": {"issuerRef": {"kind": "Issuer", "name": "authority"}},
    }
    await shared_cluster.apply_project(shop, {"exposure": exposure})
    await shared_cluster.ready(shop, within=120)
    assert hosts(await is_shown(shared_cluster, traefik, trusting(authority), host)) == [host]
    assert await shared_cluster.find("Ingress", shop) is None
