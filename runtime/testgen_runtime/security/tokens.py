"""JSON Web Tokens (RFC 7519, RFC 8725): an issuer's, and our own short-lived ones for a key (S4-072, S3-044…S3-046)."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import jwt

from testgen_runtime.errors import BadConfiguration, Forbidden
from testgen_runtime.security import jwks
from testgen_runtime.security.claims import Refused, check_times, principal_of
from testgen_runtime.security.keys import Principal
from testgen_runtime.security.roles import includes
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Jwt

OWN_ISSUER: Final = "testgen"
_LONGEST: Final = 8 * 1024
_LETTERS: Final = frozenset(string.ascii_letters + string.digits + "-_.")
_SHORTEST_SECRET: Final = 32
_HEADER: Final = {"alg", "typ", "kid", "cty", "x5t", "x5t#S256"}
"""Header parameters that change nothing: `jku`, `jwk` and `x5u` would let a token bring its own key, `crit` its own rules."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that counts: an issuer's names the caller; one of ours names the key whose rights it has, and may narrow them."""

    principal: Principal | None
    key_id: str | None = None
    scopes: frozenset[str] | None = None


def looks_like_one(credential: str) -> bool:
    """Whether this could only be a token: three parts, of which the first is a JSON object."""
    return credential.startswith("eyJ") and credential.count(".") == 2


class Tokens:
    """Checks and makes tokens as the settings say. `clock` gives seconds since 1970.

    Raises: BadConfiguration where the secret can't be read or is too short.
    """

    def __init__(self, settings: Jwt, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._secret = _secret(settings)
        self._public = tuple(name for name in settings.algorithms if name != "HS256")
        self._keys = self._key_set() if self._public else None

    @property
    def enabled(self) -> bool:
        """Whether any token could count."""
        return self._secret is not None or self._keys is not None

    @property
    def issues(self) -> bool:
        """Whether we make tokens ourselves."""
        return self._secret is not None and "HS256" in self._settings.algorithms

    def _key_set(self) -> jwks.KeySet | None:
        settings = self._settings
        if settings.jwks_file is not None:
            fetch = jwks.from_file(settings.jwks_file)
        elif settings.jwks_url:
            fetch = jwks.from_url(settings.jwks_url, timeout=settings.jwks_timeout)
        else:
            return None
        return jwks.KeySet(
            fetch,
            self._clock,
            lifetime=settings.jwks_cache_seconds,
            interval=settings.jwks_interval_seconds,
            stale=settings.jwks_stale_seconds,
        )

    async def verify(self, token: str) -> Verified:
        """What a token stands for.

        Raises: Refused where it counts for nothing; Forbidden where it names no role; Unavailable without the issuer's keys.
        """
        if len(token) > _LONGEST or not _LETTERS.issuperset(token):
            raise Refused("not a token")
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Refused("not a token") from error
        algorithm, key_id = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in self._settings.algorithms:
            raise Refused("algorithm")
        if not _HEADER.issuperset(header) or not (key_id is None or (isinstance(key_id, str) and len(key_id) <= 300)):
            raise Refused("header")
        claims = self._decode(token, algorithm, await self._key(algorithm, key_id))
        check_times(claims, now=self._clock(), leeway=self._settings.leeway_seconds)
        return self._read(claims, algorithm)

    async def _key(self, algorithm: str, key_id: str | None) -> Any:
        """The key is chosen by the algorithm, never by the token: a public key is never taken for a secret."""
        if algorithm == "HS256":
            if self._secret is None:
                raise Refused("algorithm")
            return self._secret
        if self._keys is None:
            raise Refused("algorithm")
        return await self._keys.key(algorithm, key_id)

    def _decode(self, token: str, algorithm: str, key: Any) -> dict[str, Any]:
        settings = self._settings
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=settings.audience,
                issuer=[one for one in (settings.issuer, OWN_ISSUER if algorithm == "HS256" else "") if one],
                options={
                    "require": ["exp", "sub", "iss", "aud"],
                    "verify_exp": False,  # check_times does, by the clock that was handed in
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Refused(type(error).__name__) from error
        return dict(claims)

    def _read(self, claims: dict[str, Any], algorithm: str) -> Verified:
        settings = self._settings
        if algorithm == "HS256" and claims["iss"] == OWN_ISSUER and isinstance(claims.get("testgen_key"), str):
            return Verified(None, claims["testgen_key"], frozenset(str(claims["scope"]).split()) if "scope" in claims else None)
        return Verified(
            principal_of(
                claims,
                issuer=str(claims["iss"]),
                role_claim=settings.role_claim,
                roles=settings.roles,
                name_claim=settings.name_claim,
                scope_claim=settings.scope_claim,
            )
        )

    def issue(self, principal: Principal, *, seconds: int, scopes: frozenset[str] | None) -> tuple[str, int]:
        """A token for a key, and how many seconds it counts: at most `expiration_hours` (S3-046). It ends with its key.

        Raises: Forbidden for scopes that the key has not; BadConfiguration without a secret.
        """
        if self._secret is None or not self.issues:
            raise BadConfiguration("this project issues no tokens", mend="set auth.jwt.secret_file")
        asked = scopes if scopes is not None else principal.scopes
        if not includes(principal.scopes, asked):
            raise Forbidden("the key has not all of these scopes", mend="ask for scopes of the key")
        seconds = min(seconds, round(self._settings.expiration_hours * 3600))
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": OWN_ISSUER,
            "aud": self._settings.audience,
            "sub": principal.key_id,
            "testgen_key": principal.key_id,
            "iat": now,
            "exp": now + seconds,
            "jti": secrets.token_urlsafe(12),
        }
        if asked is not None:
            claims["scope"] = " ".join(sorted(asked))
        return jwt.encode(claims, self._secret, algorithm="HS256"), seconds


def narrowed(principal: Principal, scopes: frozenset[str] | None) -> Principal:
    """A key's principal, as one of its tokens shows it: with what both allow."""
    both = principal.scopes if scopes is None else scopes if principal.scopes is None else principal.scopes & scopes
    return Principal(principal.key_id, principal.name, principal.role, both, "token")


def _secret(settings: Jwt) -> bytes | None:
    found = read_secret(settings.secret_file, "auth.jwt.secret_file")
    if found is None:
        return None
    secret = found.encode()
    if len(secret) < _SHORTEST_SECRET:
        raise BadConfiguration(
            f"the tokens' secret has {len(secret)} bytes", mend="use 32 or more, for example the output of: openssl rand -hex 32"
        )
    return secret
