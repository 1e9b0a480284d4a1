"""Rows of the admission table about modes, scaling, exposure, fences and callers."""

from __future__ import annotations

from typing import Any, Final

from tests.refused import Refused

PARTS: Final = ("edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "aiGateway")
SPLIT: Final = {"mode": "AIGateway", "stores": {"neo4j": {"type": "Managed"}}}
INGRESS: Final = {"type": "Ingress", "host": "cases.example.com", "tls": {"secretName": "cert"}}
GATEWAY: Final = {"type": "Gateway", "host": "cases.example.com", "gatewayRef": {"name": "public", "namespace": "edge"}}


def exposure(**fields: Any) -> dict[str, Any]:
    return {"exposure": {**INGRESS, **fields}}


def models_at(url: str) -> dict[str, Any]:
    return {"llm": {"providers": [{"name": "a", "url": url}], "routes": [{"provider": "a", "model": "m"}]}}


MODES_ACCEPTED: Final[dict[str, dict[str, Any]]] = {
    "microservices with every part": {
        "mode": "Microservices",
        "stores": {"neo4j": {"type": "Managed"}},
        "autoscaling": {"enabled": True, "targetCpuUtilization": 50, "queueDepthPerReplica": 10, "requestsPerReplica": 20},
        "components": {
            "edge": {"maxReplicas": 2},
            "api": {"minReplicas": 2, "maxReplicas": 2},
            "requirements": {},
            "knowledge": {"resources": {"limits": {"memory": "1Gi"}}},
            "vector": {"minReplicas": 2},
            "graph": {"maxReplicas": 1},
            "llm": {"maxReplicas": 9},
            "worker": {"minReplicas": 2, "maxReplicas": 5},
        },
        "restartedAt": "2026-11-21T10:00:00+01:00",
    },
    "the gateway of models": {"mode": "AIGateway", "components": {"aiGateway": {"replicas": 2}}},
    "an Ingress": exposure(
        ingressClassName="nginx", requestsPerMinute=600, maxConnections=50, maxBodySize="64Mi", trustedProxies=["198.51.100.0/24"]
    ),
    "an Ingress with an issuer": {
        "exposure": {**INGRESS, "tls": {"issuerRef": {"name": "letsencrypt", "kind": "Issuer"}}, "maintenance": True}
    },
    "an Ingress for trials": {"exposure": {"type": "Ingress", "host": "cases.example.com", "forceHttps": False}},
    "a Gateway": {"exposure": {**GATEWAY, "forceHttps": False}},
    "fences": {
        "networkPolicy": {
            "allowFromNamespaces": ["ingress-nginx"],
            "monitoringNamespace": "prometheus",
            "allowTo": [{"cidr": "203.0.113.0/24", "port": 8443}, {"cidr": "2001:db8::/32"}],
        }
    },
    "callers of an identity provider": {
        "access": {
            "encryptionKeysSecretRef": {"name": "keys", "key": "keys"},
            "fourEyes": True,
            "jwt": {"issuer": "https://login.example", "jwksUrl": "https://login.example/keys"},
        }
    },
    **{
        f"models that are not this project's own at {url}": {**exposure(), **models_at(url)}
        for url in (
            "http://shop.ai.svc:80",
            "http://shop-api-blue.ai.svc.cluster.local",
            "http://shopping/v1",
            "http://shop-x-api-blue",
            "http://shop-llm-blue2:1/shop",
            "http://shop-ollama:11434",
            "https://cases.example.com.example/",
            "http://models.ai/http://shop",
        )
    },
    "callers with a shared secret": {"access": {"jwt": {"secretRef": {"name": "jwt", "key": "secret"}}}},
}

MODES_REFUSED: Final[tuple[Refused, ...]] = (
    Refused("pods of a monolith elsewhere", {"mode": "Microservices", "replicas": 3}, "set components.<name>.replicas", "spec"),
    Refused(
        "resources of a monolith elsewhere",
        {"mode": "AIGateway", "resources": {"limits": {"cpu": 1}}},
        "set components.<name>.resources",
        "spec",
    ),
    Refused(
        "bounds of a monolith elsewhere",
        {"mode": "Microservices", "autoscaling": {"enabled": True, "minReplicas": 2}},
        "set components.<name>.minReplicas",
        "spec",
    ),
    Refused(
        "an upper bound of a monolith elsewhere",
        {"mode": "Microservices", "autoscaling": {"enabled": True, "maxReplicas": 2}},
        "set components.<name>.maxReplicas",
        "spec",
    ),
    Refused("parts of a monolith", {"components": {"api": {}}}, "components has no meaning in mode Monolith", "spec"),
    Refused(
        "a gateway in microservices",
        {"mode": "Microservices", "components": {"aiGateway": {}}},
        "components.aiGateway has no meaning in mode Microservices",
        "spec",
    ),
    Refused(
        "a graph without Neo4j",
        {"mode": "Microservices", "components": {"graph": {}}},
        "components.graph has no meaning while stores.neo4j.type is Disabled",
        "spec",
    ),
    Refused(
        "bounds the wrong way round",
        {"autoscaling": {"enabled": True, "minReplicas": 5, "maxReplicas": 2}},
        "minReplicas exceeds maxReplicas",
        "spec.autoscaling",
    ),
    Refused(
        "bounds of a part the wrong way round",
        {**SPLIT, "autoscaling": {"enabled": True}, "components": {"llm": {"minReplicas": 5, "maxReplicas": 2}}},
        "minReplicas exceeds maxReplicas",
        "spec.components.llm",
    ),
    Refused(
        "bounds without autoscaling", {"autoscaling": {"maxReplicas": 2}}, "mean nothing without autoscaling", "spec.autoscaling"
    ),
    Refused(
        "a target without autoscaling",
        {"autoscaling": {"targetCpuUtilization": 50}},
        "mean nothing without autoscaling",
        "spec.autoscaling",
    ),
    Refused(
        "pods of a monolith that an autoscaler counts",
        {"replicas": 3, "autoscaling": {"enabled": True}},
        "replicas has no meaning with autoscaling: remove it (replicas: null in a patch)",
        "spec",
    ),
    *(
        Refused(
            f"pods of {part} that an autoscaler counts",
            {**SPLIT, "autoscaling": {"enabled": True}, "components": {part: {"replicas": 3}}},
            f"components.{part}.replicas has no meaning with autoscaling",
            "spec",
        )
        for part in PARTS
    ),
    *(
        Refused(
            f"bounds of {part} without autoscaling",
            {**SPLIT, "components": {part: {"maxReplicas": 3}}},
            f"components.{part}.minReplicas and components.{part}.maxReplicas have no meaning without autoscaling",
            "spec",
        )
        for part in PARTS
    ),
    Refused(
        "a volume for models that an image holds",
        {
            "llm": {
                "providers": [{"name": "a", "managed": {"modelSource": "Image", "storage": {"size": "1Gi"}}}],
                "routes": [{"provider": "a", "model": "m"}],
            }
        },
        "storage has no meaning with modelSource Image",
        "spec.llm.providers[0].managed",
    ),
    Refused(
        "callers through no fence",
        {"networkPolicy": {"enabled": False, "allowFromNamespaces": ["a"]}},
        "have no meaning without fences",
        "spec.networkPolicy",
    ),
    Refused(
        "limits of no way in",
        {"exposure": {"maxConnections": 3}},
        "maxConnections have no meaning while type is Disabled",
        "spec.exposure",
    ),
    Refused(
        "a certificate that no listener shows",
        {"exposure": {**GATEWAY, "tls": {"secretName": "a"}}},
        "tls.secretName has no meaning with type Gateway",
        "spec.exposure",
    ),
    Refused("a way in without a host", {"exposure": {"type": "Ingress"}}, "needs a host", "spec.exposure"),
    Refused(
        "a host without a way in", {"exposure": {"host": "a.example"}}, "have no meaning while type is Disabled", "spec.exposure"
    ),
    Refused(
        "a route on no Gateway",
        {"exposure": {"type": "Gateway", "host": "a.example"}},
        "type Gateway needs gatewayRef",
        "spec.exposure",
    ),
    Refused(
        "an Ingress on a Gateway",
        exposure(gatewayRef={"name": "a"}),
        "gatewayRef has a meaning only with type Gateway",
        "spec.exposure",
    ),
    Refused(
        "a class of a Gateway",
        {"exposure": {**GATEWAY, "ingressClassName": "nginx"}},
        "ingressClassName has a meaning only with type Ingress",
        "spec.exposure",
    ),
    Refused(
        "HTTPS without a certificate",
        {"exposure": {"type": "Ingress", "host": "a.example"}},
        "forceHttps needs a certificate",
        "spec.exposure",
    ),
    Refused("a host with a port", exposure(host="a.example:443"), "is no host name", "spec.exposure.host"),
    Refused("a host for everybody", exposure(host="*.example.com"), "is no host name", "spec.exposure.host"),
    Refused("a host with a line break", exposure(host="a.example\nx"), "is no host name", "spec.exposure.host"),
    Refused(
        "a class with a slash", exposure(ingressClassName="a/b"), "is no name of an object", "spec.exposure.ingressClassName"
    ),
    Refused(
        "a Gateway with a slash",
        {"exposure": {**GATEWAY, "gatewayRef": {"name": "a/b"}}},
        "is no name of an object",
        "spec.exposure.gatewayRef.name",
    ),
    Refused(
        "a namespace in capitals",
        {"networkPolicy": {"allowFromNamespaces": ["A"]}},
        "is no namespace",
        "spec.networkPolicy.allowFromNamespaces[0]",
    ),
    Refused(
        "two certificates",
        exposure(tls={"secretName": "a", "issuerRef": {"name": "b"}}),
        "needs exactly one of secretName",
        "spec.exposure.tls",
    ),
    Refused(
        "a body of a terabyte", exposure(maxBodySize="1Ti"), "must be a quantity from 1Mi to 1Gi", "spec.exposure.maxBodySize"
    ),
    Refused(
        "a proxy that is everybody", exposure(trustedProxies=["0.0.0.0/0"]), "is no network", "spec.exposure.trustedProxies[0]"
    ),
    Refused(
        "a network in words",
        {"networkPolicy": {"allowTo": [{"cidr": "anywhere"}]}},
        "is no network",
        "spec.networkPolicy.allowTo[0].cidr",
    ),
    Refused(
        "keys of the cluster's own API",
        {"access": {"jwt": {"issuer": "i", "jwksUrl": "https://kubernetes.default.svc.cluster.local/openid/v1/jwks"}}},
        "leads to the pod's or the node's own machine",
        "spec.access.jwt.jwksUrl",
    ),
    Refused(
        "a model at a cloud's metadata",
        {
            "llm": {
                "providers": [{"name": "a", "url": "http://169.254.169.254/latest"}],
                "routes": [{"provider": "a", "model": "m"}],
            }
        },
        "leads to the pod's or the node's own machine",
        "spec.llm.providers[0].url",
    ),
    *(
        Refused(
            f"models of this project itself at {url}",
            models_at(url),
            "leads back to a Service of this project itself",
            "spec.llm.providers",
        )
        for url in ("http://shop", "http://shop:80/v1", "HTTP://Shop-preview/", "https://shop-ai-gateway-green?x", "http://shop.")
    ),
    *(
        Refused(
            f"models of the host of this project itself at {url}",
            {**exposure(), **models_at(url)},
            "leads back to exposure.host, so to this project itself",
            "spec.llm.providers",
        )
        for url in ("https://cases.example.com", "https://CASES.example.com:443/v1")
    ),
    *(
        Refused(
            f"a fence that is open to {cidr}",
            {"networkPolicy": {"allowTo": [{"cidr": cidr}]}},
            "remove it",
            "spec.networkPolicy.allowTo[0].cidr",
        )
        for cidr in ("169.254.169.254/32", "127.0.0.0/8", "fe80::1/128", "fd00:ec2::254/128")
    ),
    Refused("tokens of nobody", {"access": {"jwt": {}}}, "needs secretRef (HS256) or jwksUrl", "spec.access.jwt"),
    Refused("keys of nobody", {"access": {"jwt": {"jwksUrl": "https://a.example/k"}}}, "jwksUrl needs issuer", "spec.access.jwt"),
    Refused("a restart with a space", {"restartedAt": "to day"}, "such as a time", "spec.restartedAt"),
)
