"""Hosts that a spec may name, and those that lead where no tenant has any business, in every form that resolvers know."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_operator.resources.rules_hosts import is_a_place, place_of_url


@pytest.mark.parametrize(
    "host",
    ["db.platform.svc", "10.96.0.1", "192.0.2.7", "[2001:db8::7]", "a", "0x.example.org", "1.2.3.4.example", "metadata.team.svc"],
)
def test_servers_may_be_named(host: str) -> None:
    assert is_a_place(host)


@pytest.mark.parametrize(
    "host",
    [
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "010.0.0.1",
        "10.0.0.0x1",
        "256.1.1.1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "::1.2.3.4",
    ],
)
def test_an_address_has_one_form(host: str) -> None:
    assert not is_a_place(host)


def forms(address: IPv4Address) -> list[str]:
    whole = int(address)
    first, rest = whole >> 24, whole & 0xFFFFFF
    octets = [whole >> shift & 255 for shift in (24, 16, 8, 0)]
    return [
        str(whole),
        hex(whole),
        f"0{whole:o}",
        f"{first}.{rest}",
        ".".join(map(hex, octets)),
        ".".join(f"0{one:o}" for one in octets),
        f"::ffff:{address}",
        f"[::ffff:{whole >> 16:x}:{whole & 0xFFFF:x}]",
        f"64:ff9b::{address}",
    ]


@given(st.ip_addresses(network="127.0.0.0/8") | st.ip_addresses(network="169.254.0.0/16") | st.ip_addresses(network="0.0.0.0/8"))
def test_no_form_of_a_forbidden_address_is_let_through(address: IPv4Address) -> None:
    assert not is_a_place(str(address))
    assert not any(map(is_a_place, forms(address)))


@given(st.ip_addresses(network="127.0.0.0/8") | st.ip_addresses(network="169.254.0.0/16"))
def test_the_api_server_refuses_the_same_forms(address: IPv4Address) -> None:
    """Its own pattern, which is matched within the whole of a URL; that it is served: tests/cluster/test_crd_admission.py."""
    [pattern] = re.findall(r"matches\(r'(.*)'\)", place_of_url("x").cel)
    for form in (str(address), *forms(address)):
        host = f"[{form}]" if ":" in form and not form.startswith("[") else form
        for url in (f"http://{host}", f"HTTPS://{host.upper()}:8443/a?b", f"http://{host}/"):
            assert re.search(pattern, url), url


@given(st.from_regex(r"\A[0-9a-fx.]{1,16}\Z"))
def test_what_resolvers_take_for_an_address_is_a_plain_one_or_refused(host: str) -> None:
    """`inet_aton` is what the C library asks before any name server."""
    try:
        meant = ip_address(socket.inet_aton(host))
    except OSError:
        return
    if is_a_place(host):
        assert host == str(meant)
        assert not meant.is_loopback
        assert not meant.is_link_local
