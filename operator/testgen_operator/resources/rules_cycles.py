"""A project is no provider of its own models: a `url` that leads back to it would have the runtime wait for itself.

The Services of a project have names that follow from its own one. CEL in a CRD knows that name and not the namespace, so the API
server refuses the short forms (`http://shop`, `http://shop-llm-blue:80`) and the host under which the project is exposed; the
operator, the webhook and `kubectl testgen validate` know the namespace too and refuse `http://shop.team.svc` and the like. Two
projects that name each other are not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from testgen_operator.resources.rules_base import Rule
from testgen_operator.resources.rules_hosts import host_of

Json = Mapping[str, Any]

PARTS: Final = ("all", "edge", "api", "requirements", "knowledge", "vector", "graph", "llm", "worker", "ai-gateway")
"""The parts of the runtime that have a Service for each colour, in any mode."""
_ENDING: Final = f"(-preview|-({'|'.join(PARTS)})-(blue|green))?"
_REST: Final = "[.]?([:/?#].*)?"
"""What may stand after a host in a URL."""
_MEND: Final = "name a model server, such as http://ollama.ai.svc:11434"


def _own_service(host: str, name: str, namespace: str) -> bool:
    """Whether a pod in that namespace reaches one of the project's own Services by this name."""
    service, _, domain = host.partition(".")
    if re.fullmatch(re.escape(name) + _ENDING, service) is None:
        return False
    return not domain or (bool(namespace) and re.fullmatch(rf"{re.escape(namespace)}([.]svc([.].*)?)?", domain) is not None)


def _providers(spec: Json) -> list[str]:
    """The hosts of the providers that have a url."""
    found = (host_of(one["url"]) for one in spec.get("llm", {}).get("providers", ()) if "url" in one)
    return [host.lower().removesuffix(".") for host in found]


def _names_no_own_service(whole: Json) -> bool:
    name, namespace = whole["metadata"]["name"], whole["metadata"]["namespace"]
    return not any(_own_service(host, name, namespace) for host in _providers(whole["spec"]))


def _names_no_own_host(spec: Json) -> bool:
    return spec.get("exposure", {}).get("host") not in _providers(spec)


def _no_url(of: str, providers: str, guard: str = "") -> str:
    """CEL: no provider's url has a host that begins with `of` and is one of ours; `guard`: where there is no such thing.

    All is cut out of the whole text: the API server charges by the longest text that there could be, and knows no bound of what
    `url()` takes apart.
    """
    start, text = "p.url.indexOf('://') + 3", "p.url.lowerAscii()"
    ending = _ENDING if of == "self.metadata.name" else ""
    return (
        f"{guard}{providers}.all(p, !has(p.url) || !p.url.contains('://') || !{text}.substring({start}).startsWith({of})"
        f" || !{text}.substring({start} + {of}.size()).matches('^{ending}{_REST}$'))"
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "",
        f"llm.providers leads back to a Service of this project itself: {_MEND}",
        _no_url("self.metadata.name", "self.spec.llm.providers"),
        _names_no_own_service,
        of="spec.llm.providers",
    ),
    Rule(
        "spec",
        f"llm.providers leads back to exposure.host, so to this project itself: {_MEND}",
        _no_url("self.exposure.host", "self.llm.providers", "!has(self.exposure.host) || "),
        _names_no_own_host,
        of="spec.llm.providers",
    ),
)
