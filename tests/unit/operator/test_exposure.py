"""The way in from outside, by Ingress and by the Gateway API: what is asked of whom, and what is told where nobody can do it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.operator.build import Simulated, project

from testgen_operator.plan.exposure import CERTIFICATE, HTTP_ROUTE, INGRESS_ROUTE, MIDDLEWARE, manifests
from testgen_operator.plan.facts import SecretFacts
from testgen_operator.plan.model import ObjectKey
from testgen_operator.plan.traffic import splits
from testgen_operator.status import compute

ALL = frozenset({HTTP_ROUTE, CERTIFICATE, MIDDLEWARE})
NGINX: dict[str, Any] = {"type": "Ingress", "host": "a.example", "ingressClassName": "nginx", "tls": {"secretName": "cert"}}
TRAEFIK = {**NGINX, "ingressClassName": "traefik"}
GATEWAY: dict[str, Any] = {"type": "Gateway", "host": "a.example", "gatewayRef": {"name": "public", "namespace": "gateways"}}


def running(exposure: dict[str, Any], served: frozenset[tuple[str, str]] = ALL, **more: Any) -> Simulated:
    cluster = Simulated(project({"exposure": exposure, **more}), served=served).bring()
    cluster.converge()
    return cluster


def judged(cluster: Simulated) -> tuple[str, str]:
    facts = cluster.facts()
    status = compute(cluster.project, facts, {}, datetime(2026, 1, 28, tzinfo=UTC), wanted=cluster.plan())
    found = next(one for one in status["conditions"] if one["type"] == "ExposureReady")
    return found["status"], found["reason"]


def test_an_ingress_asks_nginx_for_the_redirect_and_the_limits() -> None:  # S2-055, S2-056
    found = running(NGINX).get("Ingress", "shop")
    prefix, told = "nginx.ingress.kubernetes.io", found["metadata"]["annotations"]
    assert (told[f"{prefix}/ssl-redirect"], told[f"{prefix}/force-ssl-redirect"]) == ("true", "true")
    assert (told[f"{prefix}/limit-rpm"], told[f"{prefix}/limit-connections"]) == ("100", "10")
    assert told[f"{prefix}/proxy-body-size"] == str(32 * 1024 * 1024)
    assert told[f"{prefix}/proxy-buffering"] == "off"
    assert found["spec"]["tls"] == [{"hosts": ["a.example"], "secretName": "cert"}]
    [rule] = found["spec"]["rules"]
    assert rule["host"] == "a.example"
    assert rule["http"]["paths"][0]["backend"]["service"] == {"name": "shop", "port": {"name": "http"}}


def test_traefik_gets_its_middlewares_and_a_second_ingress_for_plain_http() -> None:  # S2-055
    cluster = running(TRAEFIK)
    assert cluster.kinds()["Ingress"] == ["shop", "shop-http"]
    assert cluster.kinds()["Middleware"] == ["shop-connections", "shop-limits", "shop-redirect"]
    redirect = cluster.get("Ingress", "shop-http")["metadata"]["annotations"]
    assert redirect["traefik.ingress.kubernetes.io/router.middlewares"] == "team-shop-redirect@kubernetescrd"
    assert judged(cluster) == ("True", "Exposed")


@pytest.mark.parametrize(
    ("exposure", "routes"),
    [
        (TRAEFIK, {"shop-canary": (["websecure"], {"secretName": "cert"})}),
        (
            {**TRAEFIK, "forceHttps": False},
            {"shop-canary": (["websecure"], {"secretName": "cert"}), "shop-canary-http": (["web"], None)},
        ),
        ({**TRAEFIK, "tls": None, "forceHttps": False}, {"shop-canary": (None, None)}),
    ],
)
def test_traefik_splits_by_a_route_before_its_ingresses(exposure: dict[str, Any], routes: dict[str, Any]) -> None:  # S2-125
    cluster = running(exposure, ALL | {INGRESS_ROUTE})
    assert "IngressRoute" not in cluster.kinds()  # nobody gets a share
    found = [one.object for one in manifests(cluster.project, cluster.facts(), 25) if one.key.kind == "IngressRoute"]
    assert {one["metadata"]["name"]: (one["spec"].get("entryPoints"), one["spec"].get("tls")) for one in found} == routes
    for one in found:
        assert one["metadata"]["annotations"]["kubernetes.io/ingress.class"] == "traefik"
        [route] = one["spec"]["routes"]
        assert route["match"] == "Host(`a.example`)"
        assert [(to["name"], to["weight"]) for to in route["services"]] == [("shop", 75), ("shop-preview", 25)]
        assert [limit["name"] for limit in route["middlewares"]] == ["shop-limits", "shop-connections"]


def test_without_traefiks_own_kinds_the_number_of_pods_is_the_share() -> None:
    cluster = running(TRAEFIK, ALL)
    assert splits(cluster.project, cluster.facts()) == "ReplicaRatio"
    assert "IngressRoute" not in {one.key.kind for one in manifests(cluster.project, cluster.facts(), 25)}
    assert splits(cluster.project, running(TRAEFIK, ALL | {INGRESS_ROUTE}).facts()) == "TraefikWeights"


def test_without_traefiks_own_kinds_plain_http_leads_nowhere_and_the_limits_are_told_missing() -> None:
    cluster = running(TRAEFIK, frozenset())
    assert cluster.kinds()["Ingress"] == ["shop"]
    assert cluster.get("Ingress", "shop")["metadata"]["annotations"]["traefik.ingress.kubernetes.io/router.entrypoints"] == (
        "websecure"
    )
    assert judged(cluster) == ("True", "LimitsNotEnforced")


@pytest.mark.parametrize("keys", [None, ["tls.crt"], ["cert", "key"]])
def test_a_certificate_that_is_not_there_is_named_and_nothing_else_waits_for_it(keys: list[str] | None) -> None:
    cluster = Simulated(project({"exposure": NGINX}), served=ALL)
    if keys is not None:
        cluster.secrets["cert"] = SecretFacts("cert", True, frozenset(keys), "digest")
    cluster.converge()
    status = compute(cluster.project, cluster.facts(), {}, datetime(2026, 1, 28, tzinfo=UTC), wanted=cluster.plan())
    found = {one["type"]: one for one in status["conditions"]}
    assert (found["ExposureReady"]["status"], found["ExposureReady"]["reason"]) == ("False", "CertificateMissing")
    assert "kubectl -n team create secret tls cert" in found["ExposureReady"]["message"]
    assert (found["Stalled"]["status"], found["Stalled"]["reason"]) == ("True", "CertificateMissing")
    assert found["RuntimeAvailable"]["status"] == "True"
    assert cluster.kinds()["Ingress"] == ["shop"]


def test_a_certificate_of_cert_manager_is_waited_for() -> None:
    cluster = running({**NGINX, "tls": {"issuerRef": {"name": "letsencrypt-prod"}}})
    found = cluster.get("Certificate", "shop-tls")
    assert found["spec"]["dnsNames"] == ["a.example"]
    assert found["spec"]["issuerRef"]["name"] == "letsencrypt-prod"
    assert judged(cluster) == ("False", "CertificateNotReady")
    found["status"] = {"conditions": [{"type": "Ready", "status": "True"}]}
    assert judged(cluster) == ("True", "Exposed")


@pytest.mark.parametrize(
    ("fences", "reason"),
    [
        ({}, "ControllerFencedOut"),
        ({"allowFromNamespaces": ["edge"]}, "LimitsNotEnforced"),
        ({"enabled": False}, "LimitsNotEnforced"),
    ],
)
def test_a_controller_whose_namespace_nothing_tells_is_said_to_be_fenced_out(fences: dict[str, Any], reason: str) -> None:
    """Issue 6 point 3: exactly the flows needed, or a word about the one that is missing."""
    cluster = Simulated(project({"exposure": {**NGINX, "ingressClassName": "internal"}, "networkPolicy": fences})).bring()
    cluster.converge()
    assert judged(cluster) == ("True", reason)


def test_a_certificate_of_the_spec_before_is_none_of_this_one() -> None:
    cluster = running({**NGINX, "tls": {"issuerRef": {"name": "letsencrypt-prod"}}})
    found = cluster.get("Certificate", "shop-tls")
    found["metadata"]["generation"] = 2
    found["status"] = {"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 1}]}
    assert judged(cluster) == ("False", "CertificateNotReady")
    found["status"]["conditions"][0]["observedGeneration"] = 2
    assert judged(cluster) == ("True", "Exposed")


def test_a_gateway_that_accepted_the_route_before_has_not_accepted_this_one() -> None:
    cluster = running(GATEWAY)
    accepted = {"type": "Accepted", "status": "True", "observedGeneration": 1}
    for name in ("shop", "shop-http"):
        cluster.get("HTTPRoute", name)["status"] = {"parents": [{"conditions": [dict(accepted)]}]}
    assert judged(cluster)[0] == "True"
    cluster.get("HTTPRoute", "shop")["metadata"]["generation"] = 2
    assert judged(cluster)[0] == "False"
    cluster.get("HTTPRoute", "shop")["status"]["parents"][0]["conditions"][0]["observedGeneration"] = 2
    assert judged(cluster)[0] == "True"


def test_a_route_hangs_on_the_encrypted_listener_and_another_sends_there() -> None:
    cluster = running(GATEWAY)
    route, plain = (cluster.get("HTTPRoute", name)["spec"] for name in ("shop", "shop-http"))
    assert route["parentRefs"][0]["port"] == 443
    assert route["rules"][0]["backendRefs"][0]["name"] == "shop"
    assert plain["parentRefs"][0]["port"] == 80
    assert plain["rules"][0]["filters"][0]["requestRedirect"] == {"scheme": "https", "statusCode": 301}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ([], ("False", "Exposing")),
        (["True"], ("True", "LimitsNotEnforced")),
        (["True", "False"], ("False", "RouteNotAccepted")),
    ],
)
def test_what_the_gateway_says_of_the_route_is_told(accepted: list[str], expected: tuple[str, str]) -> None:
    cluster = running(GATEWAY)
    parents = [{"conditions": [{"type": "Accepted", "status": one}]} for one in accepted]
    cluster.get("HTTPRoute", "shop")["status"] = {"parents": parents}
    cluster.get("HTTPRoute", "shop-http")["status"] = {"parents": [{"conditions": [{"type": "Accepted", "status": "True"}]}]}
    assert judged(cluster) == expected


@pytest.mark.parametrize(
    ("exposure", "kind"), [(GATEWAY, "HTTPRoute"), ({**NGINX, "tls": {"issuerRef": {"name": "i"}}}, "Certificate")]
)
def test_a_kind_that_the_cluster_does_not_serve_is_named_and_not_asked_for(exposure: dict[str, Any], kind: str) -> None:
    cluster = running(exposure, frozenset())
    assert kind not in cluster.kinds()
    assert judged(cluster) == ("False", "ApiNotServed")
    cluster.served = ALL
    cluster.converge()
    assert kind in cluster.kinds()


def test_the_older_project_keeps_a_host_and_the_younger_is_told() -> None:
    cluster = running(NGINX)
    cluster.host_taken = True
    cluster.converge()
    assert "Ingress" not in cluster.kinds()
    assert judged(cluster) == ("False", "HostConflict")
    cluster.host_taken = False
    cluster.converge()
    assert cluster.kinds()["Ingress"] == ["shop"]


def test_a_class_that_does_not_exist_is_told_and_the_tenant_goes_on() -> None:
    cluster = running(NGINX)
    before = dict(cluster.objects)
    cluster.class_missing = True
    cluster.converge()
    assert judged(cluster) == ("False", "IngressClassNotFound")
    assert cluster.objects == before
    cluster.class_missing = False
    cluster.converge()
    assert judged(cluster)[0] == "True"


def test_callers_get_the_maintenance_page_as_soon_as_it_can_answer() -> None:  # S2-210
    def led_to(cluster: Simulated) -> str:
        [rule] = cluster.get("Ingress", "shop")["spec"]["rules"]
        return str(rule["http"]["paths"][0]["backend"]["service"]["name"])

    cluster = running(NGINX)
    cluster.project = project({"exposure": {**NGINX, "maintenance": True}}, generation=2)
    cluster.step()
    assert led_to(cluster) == "shop"
    cluster.settle()
    cluster.step()
    assert led_to(cluster) == "shop-maintenance"
    assert judged(cluster) == ("True", "UnderMaintenance")
    cluster.project = project({"exposure": NGINX}, generation=3)
    cluster.converge()
    assert led_to(cluster) == "shop"
    assert "shop-maintenance" not in cluster.kinds()["Deployment"]


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        ({}, "http://shop.team.svc"),
        (NGINX, "https://a.example"),
        ({"type": "Ingress", "host": "a.example", "forceHttps": False}, "http://a.example"),
        (GATEWAY, "https://a.example"),
    ],
)
def test_the_endpoint_is_where_callers_find_the_project(exposure: dict[str, Any], expected: str) -> None:
    cluster = running(exposure)
    status = compute(cluster.project, cluster.facts(), {}, datetime(2026, 1, 28, tzinfo=UTC))
    assert status["endpoint"] == expected


def test_what_the_way_in_needs_is_gone_with_it() -> None:
    cluster = running(TRAEFIK)
    cluster.project = project({}, generation=2)
    cluster.converge()
    assert not {"Ingress", "Middleware"} & set(cluster.kinds())
    assert all(key != ObjectKey("networking.k8s.io/v1", "Ingress", "team", "shop") for key in cluster.objects)
