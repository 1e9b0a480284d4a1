"""API keys: how one is made, what of it is kept, who it stands for. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MIN_LENGTH: Final = 16
MAX_LENGTH: Final = 256


class Role(StrEnum):
    """What a key may do: each role may do everything that the ones before it may."""

    VIEWER = "viewer"
    TESTER = "tester"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def may_act_as(self, needed: Role) -> bool:
        """Whether this role includes `needed`."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as a valid key names it."""

    key_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. `secret` is shown once and kept nowhere."""

    id: str
    secret: str
    prefix: str
    hash: bytes


def make(token: Callable[[int], str]) -> NewKey:
    """A new key. `token(n)` gives n random bytes as URL-safe text (`secrets.token_urlsafe`)."""
    prefix = hashlib.sha256(token(16).encode()).hexdigest()[:8]
    secret = f"tg_{prefix}_{token(32)}"
    return NewKey(id=f"key_{prefix}", secret=secret, prefix=f"tg_{prefix}", hash=hash_of(secret))


def hash_of(secret: str) -> bytes:
    """What is kept of a key. A plain hash is enough for 32 random bytes: there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
