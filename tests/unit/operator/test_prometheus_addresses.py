"""Which Prometheus a platform lets projects have asked: its list, and what an address of a spec is to it."""

from __future__ import annotations

import pytest

from testgen_operator.prometheus_addresses import DEFAULT, entry, is_allowed, place


@pytest.mark.parametrize(
    ("listed", "address", "allowed"),
    [
        ("prometheus.observe.svc:9090", "http://prometheus.observe.svc:9090", True),
        ("prometheus.observe.svc:9090", "http://Prometheus.Observe.svc.:9090/select/0", True),
        ("prometheus.observe.svc:9090", "http://prometheus.observe.svc:9091", False),
        ("prometheus.observe.svc:9090", "http://prometheus.observe.svc", False),  # port 80
        ("prometheus.observe.svc:80", "http://prometheus.observe.svc", True),
        ("metrics.example.org:443", "https://metrics.example.org", True),
        ("metrics.example.org:443", "http://metrics.example.org:443", True),
        ("prometheus.observe.svc", "http://prometheus.observe.svc:1234", True),
        ("prometheus.observe.svc", "http://a.prometheus.observe.svc", False),
        ("*.monitoring.svc:9090", "http://prometheus-k8s.monitoring.svc:9090", True),
        ("*.monitoring.svc:9090", "http://prometheus-0.prometheus.monitoring.svc:9090", True),
        ("*.monitoring.svc:9090", "http://monitoring.svc:9090", False),
        ("*.monitoring.svc:9090", "http://prometheus.notmonitoring.svc:9090", False),
        ("*.monitoring.svc:9090", "http://prometheus.monitoring.svc.team-a.svc:9090", False),
        ("*.monitoring.svc:9090", "http://shop.team-b.svc:9090/monitoring.svc:9090", False),
        ("*.monitoring.svc:9090", "http://10.96.0.1:9090", False),
        ("10.1.2.3:9090", "http://10.1.2.3:9090", True),
        ("10.1.2.3:9090", "http://10.1.2.4:9090", False),
        ("[fd00::1]:9090", "http://[fd00:0:0::1]:9090", True),
        ("[fd00::1]:9090", "http://[fd00::2]:9090", False),
    ],
)
def test_an_address_is_allowed_by_its_host_and_its_port(listed: str, address: str, allowed: bool) -> None:
    assert is_allowed([entry(listed)], place(address)) is allowed


def test_an_empty_list_allows_nothing() -> None:
    assert not is_allowed([], place("http://prometheus.monitoring.svc:9090"))


@pytest.mark.parametrize("address", ["http://prometheus.monitoring.svc:9090", "http://p.monitoring.svc.cluster.local:9090"])
def test_the_default_is_the_conventional_prometheus_alone(address: str) -> None:
    default = [entry(one) for one in DEFAULT]

    assert is_allowed(default, place(address))
    for other in (address.replace("9090", "8000"), address.replace("monitoring", "team-b"), "http://10.96.0.1:9090"):
        assert not is_allowed(default, place(other)), other


@pytest.mark.parametrize(
    "text",
    [
        "*", "*:9090", "*.svc", "*.svc:9090", "*.10.1.2.3", "a*.monitoring.svc", "http://prometheus:9090", "prometheus:9090/path",
        "prometheus:99999", "prometheus:0", "prometheus:", "me@prometheus", ":9090", "", "-a.svc", "a..svc", "a b", "[fd00::1",
        "[x]:9090", "10.0.0.0/8", "p" * 300,
    ],
)  # fmt: skip
def test_an_entry_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"write host:port.*such as \*\.monitoring\.svc:9090"):
        entry(text)


@pytest.mark.parametrize(
    "address",
    ["ftp://a:9090", "http://", "http://a:0", "http://a:99999", "http://me:pw@a:9090", "http://a b", "//a", r"http://a\@b"],
)
def test_an_address_that_leads_nowhere_is_none(address: str) -> None:
    with pytest.raises(ValueError):
        place(address)


def test_what_is_called_is_what_was_judged() -> None:
    assert place("HTTP://Prometheus.Monitoring.svc.:9090/a/").base == "http://prometheus.monitoring.svc:9090"
    assert place("https://[FD00::1]").base == "https://[fd00::1]:443"
