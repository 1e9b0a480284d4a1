"""The way in from outside (S2-054…056, S4-066): an Ingress or an HTTPRoute in front of the active Service, certificate, limits.

What a controller cannot do is not asked of it in silence: `unenforced` names it, and a condition tells. Rate and connection
limits are annotations of ingress-nginx and Middlewares of Traefik; the Gateway API has none of its own. The size of a body is
held by the edge and the runtime, whoever is in front.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from testgen_operator import names
from testgen_operator.plan.facts import Facts
from testgen_operator.plan.model import Manifest
from testgen_operator.plan.pods import manifest
from testgen_operator.resources import quantity
from testgen_operator.resources.project import TestGenProject

Json = dict[str, Any]
Api = tuple[str, str]

HTTP_ROUTE: Final[Api] = ("gateway.networking.k8s.io/v1", "HTTPRoute")
CERTIFICATE: Final[Api] = ("cert-manager.io/v1", "Certificate")
MIDDLEWARE: Final[Api] = ("traefik.io/v1alpha1", "Middleware")
INGRESS_ROUTE: Final[Api] = ("traefik.io/v1alpha1", "IngressRoute")
STREAM_SECONDS: Final = 3600
"""How long a stream of events may be silent."""
BEFORE_INGRESS: Final = 100_000
"""Priority of a route of Traefik's own; that of an Ingress' is the length of its rule."""


def manifests(project: TestGenProject, facts: Facts, weight: int | None = None) -> list[Manifest]:
    """Nothing while the host is another project's: whoever was there first keeps it.

    `weight`: percent of the requests for the preview, by the weights of the way in (`traffic.splits`).
    """
    if project.spec.exposure.type == "Disabled" or facts.host_taken:
        return []
    found = [*_certificate(project, facts), *_middlewares(project, facts)]
    if project.spec.exposure.type == "Ingress":
        return [*found, *_ingresses(project, facts), *_canary(project, facts, weight)]
    return [*found, *(_routes(project, facts, weight) if HTTP_ROUTE in facts.served else [])]


def missing_api(project: TestGenProject, facts: Facts) -> str:
    """The kind that the project needs and the cluster does not serve; empty when there is none."""
    wanted = project.spec.exposure
    if wanted.type == "Gateway" and HTTP_ROUTE not in facts.served:
        return f"{HTTP_ROUTE[1]} ({HTTP_ROUTE[0]})"
    if wanted.tls is not None and wanted.tls.issuer_ref is not None and CERTIFICATE not in facts.served:
        return f"{CERTIFICATE[1]} ({CERTIFICATE[0]})"
    return ""


def unenforced(project: TestGenProject, facts: Facts) -> bool:
    """Whether the limits on requests and connections are beyond what the controller, as far as the spec tells, can hold."""
    kind = controller(project)
    return project.spec.exposure.type != "Disabled" and not (
        kind == "nginx" or (kind == "traefik" and MIDDLEWARE in facts.served)
    )


def endpoint(project: TestGenProject, facts: Facts) -> str:
    """Where the project answers: its host, or its Service where nothing leads in from outside."""
    wanted = project.spec.exposure
    if wanted.type == "Disabled" or facts.host_taken:
        return f"http://{names.host(names.active_service(project.name), project.namespace)}"
    return f"{'https' if wanted.tls is not None or wanted.force_https else 'http'}://{wanted.host}"


def tls_secret(project: TestGenProject) -> str:
    """The Secret with the certificate; empty when it is the listener's own, or there is none."""
    tls = project.spec.exposure.tls
    if tls is None:
        return ""
    return tls.secret_name or names.tls(project.name)


def controller(project: TestGenProject) -> Literal["nginx", "traefik", ""]:
    """Which controller is meant, by a word in the name of its class or Gateway; empty: one that is not known here."""
    wanted = project.spec.exposure
    words = wanted.ingress_class_name or (wanted.gateway_ref.name if wanted.gateway_ref else "")
    if "traefik" in words:
        return "traefik"
    return "nginx" if wanted.type == "Ingress" and "nginx" in words else ""


def backend(project: TestGenProject, facts: Facts) -> str:
    """The Service that requests are led to: the maintenance page as soon as it can answer, while it is asked for (S2-210)."""
    page = names.maintenance(project.name)
    return page if project.spec.exposure.maintenance and facts.ready(page) else names.active_service(project.name)


def _certificate(project: TestGenProject, facts: Facts) -> list[Manifest]:
    wanted = project.spec.exposure
    if wanted.tls is None or wanted.tls.issuer_ref is None or CERTIFICATE not in facts.served:
        return []
    issuer = wanted.tls.issuer_ref
    spec = {
        "secretName": tls_secret(project),
        "dnsNames": [wanted.host],
        "issuerRef": {"group": "cert-manager.io", "kind": issuer.kind, "name": issuer.name},
        "privateKey": {"rotationPolicy": "Always"},
    }
    return [_child(project, CERTIFICATE, names.tls(project.name), spec)]


def _middlewares(project: TestGenProject, facts: Facts) -> list[Manifest]:
    if controller(project) != "traefik" or MIDDLEWARE not in facts.served:
        return []
    wanted = project.spec.exposure
    rate = {"rateLimit": {"average": wanted.requests_per_minute, "period": "1m", "burst": wanted.requests_per_minute}}
    address: Json = {"sourceCriterion": {"ipStrategy": {"depth": 0}}}
    found = [
        _child(project, MIDDLEWARE, f"{project.name}-limits", rate),
        _child(
            project, MIDDLEWARE, f"{project.name}-connections", {"inFlightReq": {"amount": wanted.max_connections, **address}}
        ),
    ]
    if wanted.force_https and wanted.type == "Ingress":
        redirect = {"redirectScheme": {"scheme": "https", "permanent": True}}
        found.append(_child(project, MIDDLEWARE, f"{project.name}-redirect", redirect))
    return found


def _ingresses(project: TestGenProject, facts: Facts) -> list[Manifest]:
    """One; for Traefik, whose routers serve either plain HTTP or TLS, one for each."""
    wanted = project.spec.exposure
    if controller(project) != "traefik" or wanted.tls is None:
        return [_ingress(project, facts, project.name, _annotations(project, facts))]
    limits = _of_traefik(project, facts, "limits", "connections")
    secure = {
        "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
        "traefik.ingress.kubernetes.io/router.tls": "true",
    }
    plain = {"traefik.ingress.kubernetes.io/router.entrypoints": "web"}
    found = [_ingress(project, facts, project.name, secure | limits)]
    if not wanted.force_https:
        found.append(_ingress(project, facts, names.plain_http(project.name), plain | limits, tls=False))
    elif redirect := _of_traefik(project, facts, "redirect"):
        found.append(_ingress(project, facts, names.plain_http(project.name), plain | redirect, tls=False))
    return found


def _ingress(
    project: TestGenProject, facts: Facts, name: str, annotations: dict[str, str], *, tls: bool = True, service: str = ""
) -> Manifest:
    wanted = project.spec.exposure
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": service or backend(project, facts), "port": {"name": "http"}}},
    }
    spec: Json = {"rules": [{"host": wanted.host, "http": {"paths": [path]}}]}
    if wanted.ingress_class_name:
        spec["ingressClassName"] = wanted.ingress_class_name
    if tls and (secret := tls_secret(project)):
        spec["tls"] = [{"hosts": [wanted.host], "secretName": secret}]
    return _child(project, ("networking.k8s.io/v1", "Ingress"), name, spec, annotations)


def _canary(project: TestGenProject, facts: Facts, weight: int | None) -> list[Manifest]:
    """ingress-nginx splits by a second Ingress of the same host (S2-125), Traefik by routes of its own kind before its Ingresses.
    While the maintenance page answers there is none."""
    if weight is None or backend(project, facts) != names.active_service(project.name):
        return []
    if controller(project) == "traefik":
        return _weighted_routes(project, facts, weight)
    if controller(project) != "nginx":
        return []
    prefix = "nginx.ingress.kubernetes.io"
    annotations = {f"{prefix}/canary": "true", f"{prefix}/canary-weight": str(weight)}
    return [
        _ingress(project, facts, names.canary(project.name), annotations, tls=False, service=names.preview_service(project.name))
    ]


def _weighted_routes(project: TestGenProject, facts: Facts, weight: int) -> list[Manifest]:
    """Beside each Ingress that leads to the project one that splits: an Ingress knows no weights. They are there only while
    there is a share, so that nothing of a rollout is left in the way."""
    if INGRESS_ROUTE not in facts.served:
        return []
    wanted = project.spec.exposure
    if wanted.tls is None:
        return [_weighted_route(project, facts, weight, names.canary(project.name), {})]
    tls = {"secretName": secret} if (secret := tls_secret(project)) else {}
    secure: Json = {"entryPoints": ["websecure"], "tls": tls}
    found = [_weighted_route(project, facts, weight, names.canary(project.name), secure)]
    if not wanted.force_https:
        name = names.plain_http(names.canary(project.name))
        found.append(_weighted_route(project, facts, weight, name, {"entryPoints": ["web"]}))
    return found


def _weighted_route(project: TestGenProject, facts: Facts, weight: int, name: str, more: Json) -> Manifest:
    wanted = project.spec.exposure
    shares = {names.active_service(project.name): 100 - weight, names.preview_service(project.name): weight}
    route: Json = {
        "kind": "Rule",
        "match": f"Host(`{wanted.host}`)",
        "priority": BEFORE_INGRESS,
        "services": [{"name": service, "port": "http", "weight": share} for service, share in shares.items()],
    }
    if MIDDLEWARE in facts.served:
        route["middlewares"] = [{"name": f"{project.name}-{one}"} for one in ("limits", "connections")]
    annotations = {"kubernetes.io/ingress.class": wanted.ingress_class_name} if wanted.ingress_class_name else None
    return _child(project, INGRESS_ROUTE, name, {"routes": [route], **more}, annotations)


def _annotations(project: TestGenProject, facts: Facts) -> dict[str, str]:
    """Of ingress-nginx (S2-055); a controller that is another one passes them over."""
    wanted, prefix = project.spec.exposure, "nginx.ingress.kubernetes.io"
    https = str(wanted.force_https and wanted.tls is not None).lower()
    found = {
        f"{prefix}/ssl-redirect": https,
        f"{prefix}/force-ssl-redirect": https,
        f"{prefix}/limit-rpm": str(wanted.requests_per_minute),
        f"{prefix}/limit-connections": str(wanted.max_connections),
        f"{prefix}/proxy-body-size": str(int(quantity.parse(wanted.max_body_size))),
        f"{prefix}/proxy-buffering": "off",
        f"{prefix}/proxy-request-buffering": "off",
        f"{prefix}/proxy-read-timeout": str(STREAM_SECONDS),
    }
    return found | _of_traefik(project, facts, "limits", "connections")


def _of_traefik(project: TestGenProject, facts: Facts, *middlewares: str) -> dict[str, str]:
    if controller(project) != "traefik" or MIDDLEWARE not in facts.served:
        return {}
    references = ",".join(f"{project.namespace}-{project.name}-{one}@kubernetescrd" for one in middlewares)
    return {"traefik.ingress.kubernetes.io/router.middlewares": references}


def _routes(project: TestGenProject, facts: Facts, weight: int | None) -> list[Manifest]:
    """The route; with forceHttps on the listener of port 443 alone, and one on that of port 80 that sends there."""
    wanted = project.spec.exposure
    rule: Json = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": _backends(project, facts, weight),
    }
    if controller(project) == "traefik" and MIDDLEWARE in facts.served:
        rule["filters"] = [
            {
                "type": "ExtensionRef",
                "extensionRef": {"group": "traefik.io", "kind": "Middleware", "name": f"{project.name}-{one}"},
            }
            for one in ("limits", "connections")
        ]
    main = _route(project, project.name, rule, 443 if wanted.force_https else None)
    if not wanted.force_https:
        return [main]
    redirect = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "filters": [{"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}],
    }
    return [main, _route(project, names.plain_http(project.name), redirect, 80)]


def _backends(project: TestGenProject, facts: Facts, weight: int | None) -> list[Json]:
    """Where the route leads, with a canary's share where there is one."""
    led_to = backend(project, facts)
    shares = {led_to: 1}
    if weight is not None and led_to == names.active_service(project.name):
        shares = {led_to: 100 - weight, names.preview_service(project.name): weight}
    return [
        {"group": "", "kind": "Service", "name": name, "port": names.PORT_SERVICE, "weight": share}
        for name, share in shares.items()
    ]


def _route(project: TestGenProject, name: str, rule: Json, port: int | None) -> Manifest:
    """`port`: of the listener, where the spec names none. The redirect's is never the named one, which is the encrypted one."""
    reference = project.spec.exposure.gateway_ref
    if reference is None:
        raise ValueError("a Gateway is named where the type is Gateway; the rules of the spec see to it")
    parent: Json = {"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": reference.name}
    if reference.namespace:
        parent["namespace"] = reference.namespace
    if reference.section_name and name == project.name:
        parent["sectionName"] = reference.section_name
    elif port is not None:
        parent["port"] = port
    return _child(project, HTTP_ROUTE, name, {"parentRefs": [parent], "hostnames": [project.spec.exposure.host], "rules": [rule]})


def _child(project: TestGenProject, api: Api, name: str, spec: Json, annotations: dict[str, str] | None = None) -> Manifest:
    return manifest(project, *api, name, names.labels(project.name, "all"), annotations=annotations, spec=spec)
