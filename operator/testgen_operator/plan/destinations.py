"""What a project's pods reach outside of it: stores and models that somebody else runs, and the networks that a spec allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Final
from urllib.parse import urlsplit

from testgen_operator import names
from testgen_operator.names import Component
from testgen_operator.plan import components, ollama
from testgen_operator.resources.project import TestGenProject
from testgen_operator.resources.rules_hosts import OUT_OF_BOUNDS

Json = dict[str, Any]

SCHEME_PORTS: Final = {"http": 80, "https": 443, "bolt": 7687, "neo4j": 7687, "bolt+s": 7687, "neo4j+s": 7687}
CNPG_LABEL: Final = "cnpg.io/cluster"


@dataclass(frozen=True)
class Destination:
    """`host`: an address, a network, a name, `*` for anywhere; or the pods of a CloudNativePG Cluster, by `cluster`."""

    ports: tuple[int, ...]
    host: str = ""
    cluster: str = ""

    def peers(self, project: TestGenProject) -> list[Json]:
        """The `to` of a rule. A Service's name means the pods of its namespace, any other name no more than its port."""
        if self.cluster:
            return [{"podSelector": {"matchLabels": {CNPG_LABEL: self.cluster}}}]
        if "/" in self.host:
            return [_network(self.host)]
        try:
            address = ip_address(self.host.strip("[]"))
        except ValueError:
            return _of_name(self.host, project.namespace)
        return [{"ipBlock": {"cidr": f"{address}/{address.max_prefixlen}"}}]


def _network(cidr: str) -> Json:
    """Without what is out of bounds."""
    wanted = ip_network(cidr, strict=False)
    inside = [one for one in OUT_OF_BOUNDS if _is_inside(ip_network(one), wanted)]
    return {"ipBlock": {"cidr": cidr, **({"except": inside} if inside else {})}}


def _is_inside(one: IPv4Network | IPv6Network, whole: IPv4Network | IPv6Network) -> bool:
    return one.version == whole.version and one != whole and one.subnet_of(whole)  # type: ignore[arg-type]


ANYWHERE: Final[tuple[Json, ...]] = (_network("0.0.0.0/0"), _network("::/0"))


def _of_name(host: str, own_namespace: str) -> list[Json]:
    """`db` and `db.platform` may be Services, by the pod's search list; the latter may as well be a domain. A Service's pod has a
    name too (`db-0.db.platform.svc`), and only where it is followed by the cluster's usual domain is that no public one."""
    labels = host.rstrip(".").split(".")
    if len(labels) == 1 and host != "*":
        return [_namespace(own_namespace)]
    if len(labels) > 2 and labels[2] == "svc":
        return [_namespace(labels[1])]
    if len(labels) > 3 and labels[3] == "svc":
        return [_namespace(labels[2]), *([] if labels[4:] in ([], ["cluster", "local"]) else ANYWHERE)]
    return [*([_namespace(labels[1])] if len(labels) == 2 else []), *ANYWHERE]


def _namespace(name: str) -> Json:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def are_named(project: TestGenProject) -> bool:
    """Whether a spec says by itself where its pods connect to; the runtime then watches over what such a name leads to. In the
    environment, not in the file: a runtime of before passes it over."""
    stores, jwt = project.spec.stores, project.spec.access.jwt
    outside = (stores.postgres.external, stores.qdrant.external, stores.neo4j.external, stores.redis.external)
    urls = [one.url for one in project.spec.llm.providers] + [jwt.jwks_url if jwt else None]
    return any(outside) or any(urls)


def of(project: TestGenProject, component: Component) -> list[Destination]:
    """What one component reaches, without the project's own pods and without name servers."""
    return list(dict.fromkeys(_of(project, component)))


def _of(project: TestGenProject, component: Component) -> Iterator[Destination]:
    if component == "ollama":
        found = ollama.managed(project)
        if found is not None and found[1].model_source == "Pull":
            yield Destination((443,), "*")
        return
    part = components.TABLE.get(component)
    if component in {"probe", "migrate"}:
        yield from _stores(project, ("postgres",) if component == "migrate" else ("postgres", "qdrant", "neo4j", "redis"))
    if part is None or not part.role:
        return
    yield from _stores(project, part.stores)
    if part.models:
        yield from _models(project)
    jwt = project.spec.access.jwt
    if jwt is not None and jwt.jwks_url:
        yield _of_url(jwt.jwks_url)
    for one in project.spec.network_policy.allow_to:
        yield Destination((one.port,), one.cidr)


def _stores(project: TestGenProject, wanted: tuple[str, ...]) -> Iterator[Destination]:
    stores = project.spec.stores
    if "postgres" in wanted:
        if stores.postgres.type == "CloudNativePG":
            yield Destination((names.PORT_POSTGRES,), cluster=names.postgres(project.name))
        if (postgres := stores.postgres.external) is not None:
            yield from (Destination((postgres.port,), host) for host in (postgres.host, postgres.read_host) if host)
    if "qdrant" in wanted and stores.qdrant.external is not None:
        yield _of_url(stores.qdrant.external.url, names.PORT_QDRANT_HTTP)
    if "neo4j" in wanted and stores.neo4j.external is not None:
        yield _of_url(stores.neo4j.external.uri)
    if "redis" in wanted and stores.redis.external is not None:
        yield Destination((stores.redis.external.port,), stores.redis.external.host)


def _models(project: TestGenProject) -> Iterator[Destination]:
    for provider in project.spec.llm.providers:
        if provider.url is not None:
            yield _of_url(provider.url)


def _of_url(url: str, beside: int | None = None) -> Destination:
    """`beside`: the port that a client may take instead where the address names none."""
    parts = urlsplit(url)
    if parts.port is not None:
        return Destination((parts.port,), parts.hostname or "*")
    ports = (SCHEME_PORTS.get(parts.scheme, 443), *([beside] if beside else []))
    return Destination(ports, parts.hostname or "*")
