"""Which rights an operator used, from the API server's own audit log: the record that RBAC's table is held against."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from testgen_operator import rbac

Right = tuple[str, str, str]
"""API group, resource (with its subresource), verb."""


@dataclass
class Used:
    rights: set[Right] = field(default_factory=set)
    forbidden: list[str] = field(default_factory=list)
    secrets: set[tuple[str, str]] = field(default_factory=set)
    """Namespaces and names of the Secrets that were read or written; "*" for a listing."""


def used(entries: Iterable[dict[str, Any]]) -> Used:
    found = Used()
    for entry in entries:
        about = entry.get("objectRef") or {}
        if not about.get("resource") or about["resource"].startswith("selfsubject"):
            continue
        resource = "/".join(filter(None, (about["resource"], about.get("subresource"))))
        right = (about.get("apiGroup", ""), resource, entry["verb"])
        code = int((entry.get("responseStatus") or {}).get("code", 0))
        if code == 403:
            found.forbidden.append(f"{entry['verb']} {entry['requestURI']}")
            continue
        found.rights.add(right)
        if entry["verb"] == "patch" and code == 201:
            found.rights.add((*right[:2], "create"))  # an apply that makes an object is asked for both
        if about["resource"] == "secrets":
            found.secrets.add((about.get("namespace", ""), about.get("name", "") or ("*" if entry["verb"] == "list" else "")))
    return found


def granted() -> set[Right]:
    return {(grant.group, grant.resource, verb) for grant in rbac.GRANTS for verb in grant.verbs}


def words(rights: Collection[Right]) -> list[str]:
    return sorted(f"{verb} {resource}{'.' + group if group else ''}" for group, resource, verb in rights)
