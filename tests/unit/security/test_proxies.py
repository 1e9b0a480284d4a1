"""Whose word counts for a client's address (S3-109)."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from testgen_runtime.api.middleware import Entry
from testgen_runtime.security.proxies import UNIX, TrustedProxies, rate_key
from testgen_runtime.settings import Server

INSIDE = TrustedProxies(("10.0.0.0/8", "fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", ["1.1.1.1"], "203.0.113.9"),  # not trusted: what it says counts for nothing
        ("10.1.1.1", [], "10.1.1.1"),
        ("10.1.1.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.1.1", ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),  # the left part is what the client made up
        ("10.1.1.1", ["6.6.6.6, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.1.1.1", ["6.6.6.6", "203.0.113.9", "10.2.2.2"], "203.0.113.9"),  # several headers are one list
        ("10.1.1.1", ["203.0.113.9, not an address, 10.2.2.2"], "10.2.2.2"),
        ("10.1.1.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.1.1.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.1.1.1", ["10.3.3.3, 10.2.2.2"], "10.3.3.3"),
        ("::ffff:10.1.1.1", ["203.0.113.9"], "203.0.113.9"),
        ("fd00::1", ["2001:db8::1"], "2001:db8::1"),
        (None, ["203.0.113.9"], UNIX),
    ],
)
def test_the_client_is_the_last_hop_that_is_not_trusted(peer: str | None, forwarded: list[str], client: str) -> None:
    assert INSIDE.client(peer, forwarded) == client


def test_real_ip_counts_where_a_trusted_hop_sent_nothing_better() -> None:
    assert INSIDE.client("10.1.1.1", [], "203.0.113.9") == "203.0.113.9"
    assert INSIDE.client("10.1.1.1", ["198.51.100.1"], "203.0.113.9") == "198.51.100.1"
    assert INSIDE.client("192.0.2.1", [], "203.0.113.9") == "192.0.2.1"


def test_a_unix_socket_is_trusted_where_the_settings_say_so() -> None:
    assert TrustedProxies((UNIX,)).client(None, ["203.0.113.9"]) == "203.0.113.9"
    assert TrustedProxies(()).client(None, ["203.0.113.9"]) == UNIX


@given(st.one_of(st.none(), st.text(max_size=80)), st.lists(st.text(max_size=200), max_size=5), st.text(max_size=80))
def test_whatever_is_sent_the_answer_is_short_and_an_untrusted_peer_stays_itself(
    peer: str | None, forwarded: list[str], real: str
) -> None:
    assert len(INSIDE.client(peer, forwarded, real)) <= 64
    assert INSIDE.client("203.0.113.9", forwarded, real) == "203.0.113.9"


def test_one_host_of_ipv6_has_one_count_however_many_addresses_it_takes() -> None:
    assert rate_key("2001:db8:1:2:3::4") == rate_key("2001:db8:1:2:ffff::1") != rate_key("2001:db8:1:3::1")
    assert rate_key("203.0.113.9") != rate_key("203.0.113.8")


@pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0", "ingress", "10.0.0.0/33", ""])
def test_networks_that_are_none_or_all_are_refused(network: str) -> None:
    with pytest.raises(ValidationError):
        Server(trusted_proxies=(network,))


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells what a route would see."""
    await JSONResponse({"client": scope["state"]["client"], "scheme": Request(scope).url.scheme})(scope, receive, send)


@pytest.mark.parametrize(
    ("peer", "told"),
    [
        ("10.1.1.1", {"client": "203.0.113.9", "scheme": "https"}),
        ("192.0.2.1", {"client": "192.0.2.1", "scheme": "http"}),
    ],
)
async def test_the_scheme_is_believed_from_the_same_hops_alone(peer: str, told: dict[str, str]) -> None:
    app = Entry(seen, max_inflight=5, max_body=100, proxies=INSIDE)
    transport = httpx.ASGITransport(app=app, client=(peer, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://testgen") as http:
        answer = await http.get("/", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})

    assert answer.json() == told
