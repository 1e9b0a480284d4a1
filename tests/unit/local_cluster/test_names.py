"""Names and addresses by clone, and the leases that keep clones apart."""

from __future__ import annotations

import itertools
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_cluster import leases, network
from testgen_cluster.leases import Lease
from testgen_cluster.names import INDICES, NODES, PODS, SERVICES, Names, clone_hash, preferred_index
from testgen_cluster.steps import ClusterError

LONGEST_INTERFACE_NAME = 15  # IFNAMSIZ less its final zero
LONGEST_SOCKET_PATH = 107  # sun_path less its final zero

roots = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=300).map(
    lambda text: Path("/") / text
)


@given(root=roots, index=st.integers(0, INDICES - 1))
def test_every_clones_names_fit_where_the_kernel_limits_them(root: Path, index: int) -> None:
    names = Names(root, index)

    assert len(names.label) <= LONGEST_INTERFACE_NAME
    assert len(str(names.run / "containerd" / "containerd.sock.ttrpc")) <= LONGEST_SOCKET_PATH
    assert 0 <= preferred_index(root) < INDICES


def test_no_two_indices_share_an_address() -> None:
    every = [Names(Path("/clone"), index) for index in range(INDICES)]

    for one, other in itertools.combinations(every, 2):
        for range_ in ("pods", "services"):
            assert not getattr(one, range_).overlaps(getattr(other, range_))
        assert not one.node.network.overlaps(other.node.network)


@pytest.mark.parametrize("index", range(INDICES))
def test_all_addresses_lie_in_ranges_that_are_nobodys(index: int) -> None:
    names = Names(Path("/clone"), index)

    assert names.node.network == names.host.network
    assert names.node.network.subnet_of(NODES)
    assert {names.host.ip, names.node.ip} == set(names.node.network.hosts())
    assert names.pods.subnet_of(PODS)
    assert names.services.subnet_of(SERVICES)
    assert PODS.supernet() == SERVICES.supernet() == IPv4Network("198.18.0.0/15")


def test_the_api_server_and_dns_have_the_usual_service_addresses() -> None:
    names = Names(Path("/clone"), 11)

    assert (str(names.kubernetes_ip), str(names.dns_ip)) == ("198.19.11.1", "198.19.11.10")
    assert (names.host.with_prefixlen, names.node.with_prefixlen) == ("198.51.100.45/30", "198.51.100.46/30")


def test_two_clones_have_different_names() -> None:
    assert clone_hash(Path("/one")) != clone_hash(Path("/two"))


def take(root: str, place: Path, *, live: bool = True, free: bool = True) -> Lease:
    return leases.take(Path(root), is_live=lambda _: live, is_free=lambda _: free, place=place)


def test_a_clone_gets_its_preferred_index_and_keeps_it(tmp_path: Path) -> None:
    first = take("/clone", tmp_path / "run")

    assert first.index == preferred_index(Path("/clone"))
    assert take("/clone", tmp_path / "run") == first == leases.find(Path("/clone"), tmp_path / "run")


def test_clones_never_share_an_index_even_when_all_want_the_same(tmp_path: Path) -> None:
    found = [take(f"/clone{n}", tmp_path / "run").index for n in range(INDICES)]

    assert sorted(found) == list(range(INDICES))
    with pytest.raises(ClusterError, match="all 64 address ranges"):
        take("/one-too-many", tmp_path / "run")


def test_a_lease_whose_cluster_is_gone_is_given_to_another(tmp_path: Path) -> None:
    for n in range(INDICES):
        take(f"/clone{n}", tmp_path / "run")

    again = take("/next", tmp_path / "run", live=False)

    assert again.index == preferred_index(Path("/next"))
    assert leases.find(Path("/clone0"), tmp_path / "run") is None


def test_a_lease_from_before_the_machines_last_start_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take("/old", tmp_path / "run")
    monkeypatch.setattr(leases, "boot_id", lambda: "another")

    take("/new", tmp_path / "run")

    assert leases.find(Path("/old"), tmp_path / "run") is None


def test_addresses_that_someone_else_routes_are_not_taken(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="in use"):
        take("/clone", tmp_path / "run", free=False)


def test_the_last_release_leaves_no_file(tmp_path: Path) -> None:
    take("/one", tmp_path / "run")
    take("/two", tmp_path / "run")

    assert not leases.release(Path("/one"), tmp_path / "run")
    assert leases.release(Path("/two"), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    assert leases.release(Path("/two"), tmp_path / "run")


@pytest.mark.parametrize(
    ("route", "taken"),
    [
        ({"dst": "default", "dev": "eth0"}, False),
        ({"dst": "10.0.0.0/8", "dev": "eth0"}, False),
        ({"dst": "198.18.0.0/15", "dev": "lab"}, False),  # wider than a clone's: ours is the nearer one
        ({"dst": "fd00::/64", "dev": "eth0"}, False),
        ({"dst": "198.18.3.0/24", "dev": "tg-own"}, False),
        ({"dst": "198.18.3.0/24", "dev": "lab"}, True),
        ({"dst": "198.19.3.7", "dev": "lab"}, True),
        ({"dst": "198.51.100.0/24", "dev": "lab"}, True),
        ({"dst": "198.18.4.0/24", "dev": "tg-other"}, False),
    ],
)
def test_an_index_is_taken_when_a_route_of_another_leads_into_it(route: dict[str, str], taken: bool) -> None:
    assert network.taken([route], 3, own_device="tg-own") is taken
