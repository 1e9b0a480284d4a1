"""What a token's claims say: whether it counts now, and what its bearer may do. Pure."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final

from testgen_runtime.errors import Forbidden
from testgen_runtime.security.keys import Principal
from testgen_runtime.security.roles import SCOPES, Role

_MOST_ROLES: Final = 200


class Refused(Exception):
    """The token counts for nothing. Holds why, for the log; the caller is never told."""


def check_times(claims: Mapping[str, Any], *, now: float, leeway: float) -> None:
    """Hold `exp`, `nbf` and `iat` against the clock, each side given `leeway` seconds (RFC 7519, 4.1.4 and 4.1.5).

    Raises: Refused.
    """
    if "exp" not in claims:
        raise Refused("no exp")
    if now >= _time(claims, "exp") + leeway:
        raise Refused("expired")
    for name in ("nbf", "iat"):
        if name in claims and _time(claims, name) > now + leeway:
            raise Refused(f"{name} lies ahead")


def principal_of(
    claims: Mapping[str, Any], *, issuer: str, role_claim: str, roles: Mapping[str, Role], name_claim: str, scope_claim: str
) -> Principal:
    """The caller as an issuer's claims name it: of several roles the highest one; scopes only where the token narrows itself.

    `role_claim` may be a path with dots (`realm_access.roles`); `roles` says what our role for a value of theirs is.

    Raises: Refused without a subject; Forbidden where no role of theirs is one of ours.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 300:
        raise Refused("no subject")
    name = claims.get(name_claim)
    name = (name if isinstance(name, str) and name.strip() else subject)[:200]
    named = _at(claims, role_claim)
    values = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    held = [roles[value] for value in values[:_MOST_ROLES] if isinstance(value, str) and value in roles]
    if not held:
        raise Forbidden(
            f"the token's claim {role_claim} names no role of this project",
            mend="ask for one of the roles that auth.jwt.roles lists",
        )
    digest = hashlib.sha256(f"{issuer}\n{subject}".encode("utf-8", "surrogatepass")).hexdigest()
    return Principal(f"sub_{digest[:16]}", name, max(held, key=list(Role).index), scopes_of(claims.get(scope_claim)), "token")


def scopes_of(value: object) -> frozenset[str] | None:
    """Our scopes among those of a `scope` claim (RFC 8693); None, no narrowing, where it names none of them.

    An issuer's own scopes, such as `openid`, narrow nothing.
    """
    words = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    found = frozenset(word for word in words if isinstance(word, str)) & frozenset(SCOPES)
    return found or None


def _time(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(f"{name} is no time")
    return value


def _at(claims: Mapping[str, Any], path: str) -> object:
    if path in claims:  # a claim's own name may hold dots: https://example.org/roles
        return claims[path]
    at: object = claims
    for part in path.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at
