"""The API client under faults: bounded tries, the server's wishes honoured, errors in the server's own words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from tests.unit.operator_engine.fault_server import FaultServer, dropped, fault, fault_server

from testgen_operator.cluster.client import ATTEMPTS, Client, open_session
from testgen_operator.cluster.connection import Connection, Token
from testgen_operator.cluster.kinds import POD
from testgen_operator.errors import ApiError, LeaseLost
from testgen_operator.plan.model import ObjectKey

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "team"}}


@asynccontextmanager
async def client(fake: FaultServer, pauses: list[float] | None = None, **options: Any) -> AsyncIterator[Client]:
    async def pause(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    async with open_session(fake.connection) as session:
        yield Client(fake.connection, session, pause=pause, uniform=lambda _, high: high, **options)


async def test_a_busy_server_is_asked_again_after_the_time_it_wishes() -> None:
    pauses: list[float] = []
    async with fault_server() as fake, client(fake, pauses) as it:
        fake.faults["LIST pods"] = [fault(429, "TooManyRequests", **{"Retry-After": "3"})]
        assert (await it.list(POD)).items == []
    assert len(pauses) == 1
    assert pauses[0] >= 3


@pytest.mark.parametrize("answer", [fault(500, "InternalError"), fault(503, "ServiceUnavailable"), dropped])
async def test_a_server_fault_and_a_cut_connection_are_tried_again(answer: Any) -> None:
    async with fault_server() as fake, client(fake) as it:
        fake.faults["LIST pods"] = [answer, answer]
        assert (await it.list(POD)).items == []


async def test_a_server_that_has_not_read_its_roles_yet_is_tried_again_and_a_quota_is_not() -> None:
    """Right after its start an API server refuses everybody; a quota or Pod Security refuses the object, and goes on to."""
    words = 'services "shop" is forbidden: User "operator" cannot patch resource "services" in API group ""'

    def refused(message: str) -> Any:
        async def answer(_: web.Request) -> web.StreamResponse:
            body = {"kind": "Status", "status": "Failure", "reason": "Forbidden", "message": message, "code": 403}
            return web.json_response(body, status=403)

        return answer

    async with fault_server() as fake, client(fake) as it:
        fake.faults["LIST pods"] = [refused(words), refused(words)]
        assert (await it.list(POD)).items == []
        fake.faults["LIST pods"] = [refused("exceeded quota: pods")]
        with pytest.raises(ApiError):
            await it.list(POD)
    assert fake.seen["LIST pods"] == 4


async def test_tries_are_bounded_and_pauses_grow() -> None:
    pauses: list[float] = []
    async with fault_server() as fake, client(fake, pauses) as it:
        fake.faults["LIST pods"] = [fault(500, "InternalError")] * 50
        with pytest.raises(ApiError) as caught:
            await it.list(POD)
        assert fake.seen["LIST pods"] == ATTEMPTS
    assert caught.value.status == 500
    assert pauses == sorted(pauses)
    assert len(set(pauses)) == ATTEMPTS - 1


async def test_an_unreachable_server_is_an_error_with_a_reason() -> None:
    connection = Connection(server="http://127.0.0.1:9", namespace="ops", tls=None)

    async def pause(_: float) -> None:
        return

    async with open_session(connection) as session:
        with pytest.raises(ApiError) as caught:
            await Client(connection, session, pause=pause).list(POD)
    assert (caught.value.status, caught.value.reason, caught.value.permanent) == (0, "Unreachable", False)


@pytest.mark.parametrize(("status", "reason"), [(403, "Forbidden"), (422, "Invalid"), (409, "Conflict")])
async def test_a_refusal_is_not_repeated_and_keeps_the_servers_words(status: int, reason: str) -> None:
    async with fault_server() as fake, client(fake) as it:
        fake.faults["PATCH configmaps"] = [fault(status, reason)]
        with pytest.raises(ApiError, match=f"fault: {reason}") as caught:
            await it.apply(CONFIG_MAP)
        assert fake.seen["PATCH configmaps"] == 1
    assert caught.value.reason == reason


async def test_the_causes_of_a_refusal_are_kept() -> None:
    """As the API server writes them (meta/v1 StatusCause): the same reason may be for quite different causes."""

    async def going(_: web.Request) -> web.StreamResponse:
        causes = [{"reason": "NamespaceTerminating", "message": "it goes", "field": "metadata.namespace"}]
        return web.json_response(
            {"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403, "details": {"causes": causes}}, status=403
        )

    async with fault_server() as fake, client(fake) as it:
        fake.faults["PATCH configmaps"] = [going, fault(403, "Forbidden")]
        with pytest.raises(ApiError) as caught:
            await it.apply(CONFIG_MAP)
        assert caught.value.causes == {"NamespaceTerminating"}
        with pytest.raises(ApiError) as caught:
            await it.apply(CONFIG_MAP)
        assert caught.value.causes == frozenset()


async def test_what_is_not_there_is_none() -> None:
    async with fault_server() as fake, client(fake) as it:
        fake.faults["LIST configmaps"] = [fault(404, "NotFound")]
        assert await it.get(ObjectKey("v1", "ConfigMap", "team", "c")) is None


async def test_deleting_what_is_gone_or_replaced_is_no_error() -> None:
    async with fault_server() as fake, client(fake) as it:
        fake.faults["DELETE configmaps"] = [fault(404, "NotFound"), fault(409, "Conflict")]
        key = ObjectKey("v1", "ConfigMap", "team", "c")
        assert await it.delete(key, uid="u") is False
        assert await it.delete(key, uid="u") is False


async def test_apply_names_the_field_manager() -> None:
    async with fault_server() as fake, client(fake) as it:
        await it.apply(CONFIG_MAP)
        assert fake.queries[-1] == ("PATCH configmaps", {"fieldManager": "testgen-operator", "force": "true"})
        assert fake.headers[-1]["Content-Type"] == "application/apply-patch+yaml"


async def test_without_the_lease_nothing_is_written_but_reading_goes_on() -> None:
    async with fault_server() as fake, client(fake, may_write=lambda: False) as it:
        await it.list(POD)
        with pytest.raises(LeaseLost):
            await it.apply(CONFIG_MAP)
        assert "PATCH configmaps" not in fake.seen


async def test_a_renewed_token_is_read_again_after_a_refusal(tmp_path: Any) -> None:
    file = tmp_path / "token"
    file.write_text("old")
    async with fault_server() as fake:
        connection = Connection(server=fake.url, namespace="ops", tls=None, token=Token(file=file))
        async with open_session(connection) as session:
            it = Client(connection, session)
            await it.list(POD)
            file.write_text("new")
            fake.faults["LIST pods"] = [fault(401, "Unauthorized")]
            await it.list(POD)
        assert [one["Authorization"] for one in fake.headers] == ["Bearer old", "Bearer old", "Bearer new"]


async def test_a_cancelled_request_ends_at_once() -> None:
    async with fault_server() as fake, client(fake) as it:

        async def hang(_: Any) -> Any:
            await asyncio.sleep(3600)

        fake.faults["LIST pods"] = [hang]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(it.list(POD), 0.2)


def test_a_token_is_never_shown() -> None:
    assert "geheim" not in repr(Connection(server="s", namespace="n", tls=None, token=Token("geheim")))
