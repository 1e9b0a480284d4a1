"""Fields encrypted at rest: AES-256-GCM, with the key's id in the envelope and the field's place as associated data.

An envelope is `TGE1`, the length of the key's id, the id, 12 random bytes, and what AES-GCM made. What is no envelope is read as
it is: it was written before there was a key, until `testgen encryption rotate`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from testgen_runtime.errors import BadConfiguration, InvalidInput

_MAGIC: Final = b"TGE1"
_TEXT: Final = "TGE1:"
_NONCE: Final = 12
_LINE: Final = re.compile(r"([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)")
_MOST_KEYS: Final = 100


class Cipher:
    """Encrypts with the newest key and decrypts with all; without keys it leaves everything as it is."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self.newest = next(iter(keys), None)

    def seal(self, place: str, data: bytes) -> bytes:
        """The envelope for `data`, which opens for the same `place` (table/column/row) alone."""
        if self.newest is None:
            return data
        nonce, name = os.urandom(_NONCE), self.newest.encode()
        head = _MAGIC + bytes([len(name)]) + name
        return head + nonce + self._keys[self.newest].encrypt(nonce, data, head + place.encode())

    def open(self, place: str, stored: bytes) -> bytes:
        """What was sealed; what was never sealed, as it is.

        Raises: BadConfiguration where its key is not among ours, or where it was changed or moved.
        """
        name = key_of(stored)
        if name is None:
            return stored
        if name not in self._keys:
            raise BadConfiguration(
                f"a field is encrypted with the key {name}, which security.encryption_keys_file does not hold",
                mend="put that key back into the file; `testgen encryption rotate` frees it",
            )
        head = len(_MAGIC) + 1 + len(name)
        try:
            return self._keys[name].decrypt(stored[head : head + _NONCE], stored[head + _NONCE :], stored[:head] + place.encode())
        except (InvalidTag, ValueError) as error:
            raise BadConfiguration(
                f"a field encrypted with the key {name} was changed, or the key is another one",
                mend="check the key, or restore the row from a backup",
            ) from error

    def seal_text(self, place: str, text: str) -> str:
        """The same for a text column. Raises: InvalidInput for text that would be taken for an envelope."""
        if self.newest is None and sealed_in(text) is not None:
            raise InvalidInput(
                "text: it is written as an encrypted field", mend="send it without the word TGE1: at its beginning"
            )
        return text if self.newest is None else _TEXT + base64.b64encode(self.seal(place, text.encode())).decode()

    def open_text(self, place: str, stored: str) -> str:
        """The same for a text column. Raises: BadConfiguration."""
        found = sealed_in(stored)
        return stored if found is None else self.open(place, found).decode()

    def is_newest(self, stored: bytes) -> bool:
        """Whether it needs no new envelope."""
        return key_of(stored) == self.newest


def key_of(stored: bytes) -> str | None:
    """The id of the key of an envelope; None where it is none."""
    start = len(_MAGIC)
    if not stored.startswith(_MAGIC) or len(stored) <= start or len(stored) < start + 1 + stored[start] + _NONCE + 16:
        return None
    return stored[start + 1 : start + 1 + stored[start]].decode("ascii", "replace")


def sealed_in(stored: str) -> bytes | None:
    """The envelope in a text column; None where there is none."""
    if not stored.startswith(_TEXT):
        return None
    try:
        found = base64.b64decode(stored[len(_TEXT) :], validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if key_of(found) is not None else None


def cipher_of(text: str | None) -> Cipher:
    """The keys of a file: one a line, `<id>:<32 bytes in base64>`, the newest first; empty lines and # are left out.

    Raises: BadConfiguration, which names the line and never shows a key.
    """
    keys: dict[str, bytes] = {}
    for number, line in enumerate((text or "").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match[1] in keys or len(keys) == _MOST_KEYS:
            raise BadConfiguration(
                f"line {number} of security.encryption_keys_file is no key of its own",
                mend='write <id>:<base64>, for example: echo "k1:$(openssl rand -base64 32)"',
            )
        keys[match[1]] = base64.b64decode(match[2])
    if text is not None and not keys:
        raise BadConfiguration("security.encryption_keys_file holds no key", mend="put one in, or unset it")
    return Cipher(keys)


def comment_place(case_id: str) -> str:
    """What a comment's envelope is bound to."""
    return f"case_comments/text/{case_id}"


def answer_place(caller: str, key: str) -> str:
    """What a kept answer's envelope is bound to."""
    return f"idempotency_keys/response/{caller}/{key}"
