"""Rules about who reaches a project: host, certificate, networks, callers."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any, Final

from testgen_operator.resources import quantity
from testgen_operator.resources.rules_base import (
    DNS_LABEL,
    DNS_NAME,
    OBJECT_NAME,
    Rule,
    matches,
    plain_url,
    reference,
)
from testgen_operator.resources.rules_hosts import network, place_of_url

BAD_NAMESPACE: Final = "is no namespace: write its name, of lower-case letters, digits and '-'"
BAD_NAME: Final = "is no name of an object: write lower-case letters, digits, '-' and '.'"


def _only_with(field: str, kind: str) -> Rule:
    return Rule(
        "spec.exposure",
        f"{field} has a meaning only with type {kind}: remove it, or set the type",
        f"self.type == '{kind}' || !has(self.{field})",
        lambda node: node["type"] == kind or field not in node,
    )


def _is_network(text: str) -> bool:
    try:
        return ip_network(text, strict=False).prefixlen > 0
    except ValueError:
        return False


def _networks(at: str) -> Rule:
    return Rule(
        at,
        "is no network: write an address and a prefix above 0, such as 203.0.113.0/24",
        "isCIDR(self) && cidr(self).prefixLength() > 0",
        lambda text: "/" in text and _is_network(text),
    )


def _has_certificate(exposure: Mapping[str, Any]) -> bool:
    return exposure["type"] != "Ingress" or not exposure["forceHttps"] or "tls" in exposure


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "spec.exposure",
        "needs a host: add one such as cases.example.com, or set type: Disabled",
        "self.type == 'Disabled' || has(self.host)",
        lambda node: node["type"] == "Disabled" or "host" in node,
    ),
    Rule(
        "spec.exposure",
        "host, tls and maintenance have no meaning while type is Disabled: choose Ingress or Gateway, or remove them",
        "self.type != 'Disabled' || (!has(self.host) && !has(self.tls) && !self.maintenance)",
        lambda node: node["type"] != "Disabled" or ("host" not in node and "tls" not in node and not node["maintenance"]),
    ),
    Rule(
        "spec.exposure",
        "type Gateway needs gatewayRef: name the Gateway that the route hangs on",
        "self.type != 'Gateway' || has(self.gatewayRef)",
        lambda node: node["type"] != "Gateway" or "gatewayRef" in node,
    ),
    _only_with("gatewayRef", "Gateway"),
    _only_with("ingressClassName", "Ingress"),
    Rule(
        "spec.exposure",
        "forceHttps needs a certificate: add tls.secretName or tls.issuerRef, or set forceHttps: false",
        "self.type != 'Ingress' || !self.forceHttps || has(self.tls)",
        _has_certificate,
    ),
    matches("spec.exposure.host", DNS_NAME, "is no host name: write lower-case labels with dots, such as cases.example.com"),
    matches("spec.exposure.ingressClassName", OBJECT_NAME, BAD_NAME),
    matches("spec.exposure.gatewayRef.name", OBJECT_NAME, BAD_NAME),
    matches("spec.exposure.gatewayRef.namespace", DNS_LABEL, BAD_NAMESPACE),
    matches("spec.exposure.gatewayRef.sectionName", OBJECT_NAME, BAD_NAME),
    Rule(
        "spec.exposure.tls",
        "needs exactly one of secretName (a certificate that exists) and issuerRef (cert-manager makes it): add or remove one",
        "has(self.secretName) != has(self.issuerRef)",
        lambda node: ("secretName" in node) != ("issuerRef" in node),
    ),
    matches("spec.exposure.tls.secretName", OBJECT_NAME, BAD_NAME),
    matches("spec.exposure.tls.issuerRef.name", OBJECT_NAME, BAD_NAME),
    Rule(
        "spec.exposure.maxBodySize",
        "must be a quantity from 1Mi to 1Gi, such as 32Mi",
        "isQuantity(self) && quantity(self).compareTo(quantity('1Mi')) >= 0 && quantity(self).compareTo(quantity('1Gi')) <= 0",
        lambda size: quantity.is_quantity(size) and quantity.parse("1Mi") <= quantity.parse(size) <= quantity.parse("1Gi"),
    ),
    _networks("spec.exposure.trustedProxies[]"),
    matches(
        "spec.networkPolicy.allowFromNamespaces[]",
        DNS_LABEL,
        BAD_NAMESPACE,
    ),
    matches(
        "spec.networkPolicy.monitoringNamespace",
        DNS_LABEL,
        BAD_NAMESPACE,
    ),
    _networks("spec.networkPolicy.allowTo[].cidr"),
    network("spec.networkPolicy.allowTo[].cidr"),
    *reference("spec.access.adminKeySecretRef"),
    *reference("spec.access.encryptionKeysSecretRef"),
    *reference("spec.access.jwt.secretRef"),
    Rule(
        "spec.access.jwt",
        "needs secretRef (HS256) or jwksUrl (an identity provider): add one",
        "has(self.secretRef) || has(self.jwksUrl)",
        lambda node: "secretRef" in node or "jwksUrl" in node,
    ),
    Rule(
        "spec.access.jwt",
        "jwksUrl needs issuer: name whose tokens these are",
        "!has(self.jwksUrl) || has(self.issuer)",
        lambda node: "jwksUrl" not in node or "issuer" in node,
    ),
    *plain_url("spec.access.jwt.jwksUrl", ("http", "https"), "https://login.example/keys"),
    place_of_url("spec.access.jwt.jwksUrl"),
    matches("spec.restartedAt", r"^[-0-9A-Za-z:.+_]+$", "must hold only letters, digits and :.+-_, such as a time"),
    matches("spec.stores.rotateCredentials", r"^[-0-9A-Za-z:.+_]+$", "must hold only letters, digits and :.+-_, such as a time"),
)
