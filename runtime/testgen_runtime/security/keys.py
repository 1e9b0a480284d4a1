"""API keys: how one is made, what of it is kept, who it stands for. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from testgen_runtime.security.roles import Role as Role

MIN_LENGTH: Final = 16
MAX_LENGTH: Final = 256


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as a valid key or token names it. `scopes` None: everything that the role may do."""

    key_id: str
    name: str
    role: Role
    scopes: frozenset[str] | None = None
    kind: Literal["key", "token"] = "key"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. `secret` is shown once and kept nowhere."""

    id: str
    secret: str
    prefix: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is made with. `scopes` None: everything that the role may do; limits None: what the settings say."""

    name: str
    role: Role
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None
    requests_per_minute: int | None = None
    burst_size: int | None = None


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What is told about a key. Times are UTC; `disabled_at` is when it was revoked."""

    id: str
    seq: int
    name: str
    prefix: str
    role: Role
    scopes: frozenset[str] | None
    bootstrap: bool
    created_at: datetime
    created_by: str | None
    expires_at: datetime | None
    disabled_at: datetime | None
    rotated_at: datetime | None
    previous_expires_at: datetime | None
    last_used_at: datetime | None
    requests_per_minute: int | None
    burst_size: int | None


def make(token: Callable[[int], str]) -> NewKey:
    """A new key. `token(n)` gives n random bytes as URL-safe text (`secrets.token_urlsafe`)."""
    prefix = hashlib.sha256(token(16).encode()).hexdigest()[:8]
    secret = f"tg_{prefix}_{token(32)}"
    return NewKey(id=f"key_{prefix}", secret=secret, prefix=f"tg_{prefix}", hash=hash_of(secret))


def hash_of(secret: str) -> bytes:
    """What is kept of a key. A plain hash is enough for 32 random bytes: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
