"""The webhook's certificate: for the right name, trusted by its bundle, renewed in time with the old authority still trusted."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

import pytest

from testgen_operator.admission.certificates import LIFE, Material, draw, is_for, renew_at
from testgen_operator.admission.server import PATH, webhook

HOST = "testgen-operator-webhook.testgen-system.svc"


@pytest.fixture(scope="module")
def material() -> Material:
    return draw(HOST, datetime.now(UTC))


def test_it_is_for_its_host_and_no_other(material: Material) -> None:
    assert is_for(material, HOST)
    assert is_for(material, f"{HOST}.cluster.local")
    assert not is_for(material, "other.testgen-system.svc")


def test_it_is_renewed_at_two_thirds_of_its_life() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    due = renew_at(draw(HOST, now))
    assert due is not None
    assert LIFE / 2 < due - now < LIFE * 3 / 4


@pytest.mark.parametrize("field", ["authorities", "certificate"])
def test_what_cannot_be_read_is_due_at_once(material: Material, field: str) -> None:
    broken = Material(**{**vars(material), field: "nonsense"})
    assert renew_at(broken) is None


def test_a_renewal_keeps_trusting_the_authority_of_before_and_only_that(material: Material) -> None:
    second = draw(HOST, datetime.now(UTC), material)
    third = draw(HOST, datetime.now(UTC), second)
    first = material.authorities
    assert second.authorities.endswith(first)
    assert third.authorities.count("BEGIN CERTIFICATE") == 2
    assert first not in third.authorities


def test_an_authority_that_has_run_out_is_dropped(material: Material) -> None:
    later = draw(HOST, datetime.now(UTC) + LIFE + timedelta(days=1), material)
    assert material.authorities not in later.authorities


async def _answer(port: int, trusted: str) -> bytes:
    context = ssl.create_default_context(cadata=trusted)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=HOST)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode())
    found = await reader.read()
    writer.close()
    return found


@pytest.mark.asyncio
async def test_a_client_that_trusts_the_bundle_is_answered_and_a_renewal_needs_no_restart(material: Material) -> None:
    async with webhook("127.0.0.1", 0) as server:
        await server.use(material)
        assert b"expected an AdmissionReview" in await _answer(server.port, material.authorities)
        renewed = draw(HOST, datetime.now(UTC), material)
        await server.use(renewed)
        assert b"400" in await _answer(server.port, renewed.authorities)
        with pytest.raises(ssl.SSLError):
            await _answer(server.port, material.authorities)
