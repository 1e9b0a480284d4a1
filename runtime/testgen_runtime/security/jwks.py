"""The public keys of an issuer (JWKS, RFC 7517), from a file or over HTTP, kept for a bounded time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import jwt

from testgen_runtime.errors import Unavailable
from testgen_runtime.security.claims import Refused
from testgen_runtime.telemetry.logs import get_logger

log = get_logger()
_BIGGEST: Final = 512 * 1024
_MOST_KEYS: Final = 100
_FAMILY: Final = {"RS256": "RSA", "ES256": "EC"}
_CURVE: Final = {"ES256": "P-256"}
_SMALLEST_RSA: Final = 2048

Fetch = Callable[[], Awaitable[bytes]]


def from_file(path: Path) -> Fetch:
    """Reads the file anew each time, so that a mounted Secret may change."""

    async def fetch() -> bytes:
        return await asyncio.to_thread(_read, path)

    return fetch


def from_url(url: str, *, timeout: float) -> Fetch:
    """Asks the issuer. `timeout` seconds bound the whole answer; redirects are not followed, and no proxy is used."""

    async def fetch() -> bytes:
        async with (
            asyncio.timeout(timeout),
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=timeout) as http,
            http.stream("GET", url, headers={"Accept": "application/jwk-set+json, application/json"}) as answer,
        ):
            if answer.status_code != 200:
                raise ValueError(f"it answers with status {answer.status_code}")
            body = bytearray()
            async for chunk in answer.aiter_bytes(64 * 1024):
                body += chunk
                if len(body) > _BIGGEST:
                    raise ValueError("it is too large")
            return bytes(body)

    return fetch


class KeySet:
    """An issuer's keys. They are read again after `lifetime` seconds, and for an unknown key id at most once in `interval`.

    While the issuer does not answer, what was read last counts for `stale` seconds more; after that nobody can be let in.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float], *, lifetime: float, interval: float, stale: float) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lifetime = lifetime
        self._interval = interval
        self._stale = stale
        self._keys: Mapping[tuple[str, str | None], jwt.PyJWK] = {}
        self._read_at: float | None = None
        self._asked_at: float | None = None
        self._reading = asyncio.Lock()

    async def key(self, algorithm: str, key_id: str | None) -> jwt.PyJWK:
        """The key with this id (None: the only one of its kind) that fits the algorithm.

        Raises: Refused where there is none; Unavailable where the keys can't be read.
        """
        found = self._find(algorithm, key_id)
        old = self._age() > self._lifetime
        being_read = self._reading.locked() and found is not None  # one waits for an issuer that is slow, the others don't
        if found is None or (old and not being_read):
            await self._read()
            found = self._find(algorithm, key_id)
        if self._age() > self._lifetime + self._stale:
            raise Unavailable("the issuer's keys can't be read", mend="try again in a few seconds, or use an API key")
        if found is None:
            raise Refused("unknown key")
        return found

    def _find(self, algorithm: str, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is not None:
            return self._keys.get((algorithm, key_id))
        fitting = [key for (name, _), key in self._keys.items() if name == algorithm]
        return fitting[0] if len(fitting) == 1 else None

    def _age(self) -> float:
        return self._clock() - self._read_at if self._read_at is not None else float("inf")

    async def _read(self) -> None:
        async with self._reading:
            now = self._clock()
            if self._asked_at is not None and now - self._asked_at < self._interval:
                return
            self._asked_at = now
            try:
                self._keys = parse(await self._fetch())
                self._read_at = now
            except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError) as error:
                log.warning("the keys of the tokens' issuer can't be read", reason=str(error)[:200] or type(error).__name__)


def parse(document: bytes) -> dict[tuple[str, str | None], jwt.PyJWK]:
    """The signature keys of a JWKS document that we can use, by algorithm and key id; others are passed over.

    Raises: ValueError where it is no JWKS document.
    """
    found = json.loads(document)
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise ValueError("it has no keys")
    keys: dict[tuple[str, str | None], jwt.PyJWK] = {}
    for number, one in enumerate(listed[:_MOST_KEYS]):
        for algorithm in _FAMILY:
            if isinstance(one, dict) and _fits(one, algorithm):
                key_id = one.get("kid")
                try:
                    keys[algorithm, key_id if isinstance(key_id, str) else f"\0{number}"] = jwt.PyJWK(one, algorithm)
                except (jwt.PyJWKError, jwt.InvalidKeyError, ValueError, TypeError, KeyError):
                    continue
    return {at: key for at, key in keys.items() if at[0] != "RS256" or key.key.key_size >= _SMALLEST_RSA}


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a key is a public one for signatures of this algorithm; a secret (`oct`) never is."""
    return (
        key.get("kty") == _FAMILY[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and "d" not in key
        and (algorithm not in _CURVE or key.get("crv") == _CURVE[algorithm])
    )


def _read(path: Path) -> bytes:
    if path.stat().st_size > _BIGGEST:
        raise ValueError("it is too large")
    return path.read_bytes()
