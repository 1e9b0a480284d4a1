"""Fields encrypted at rest: AES-256-GCM, with the key's id in the envelope and the field's place as associated data.

An envelope is `TGE1`, the length of the key's id, the id, 12 random bytes, and what AES-GCM made. What is no envelope is read as
it is: it was written before there was a key, until `testgen encryption rotate`.

Where the database compares what it holds with what is written anew, the same text has to give the same envelope: `TGS1`, the
length of the key's id, the id, and what AES-SIV made with a key derived from that of the file. That two texts of one place are
equal can be seen.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from testgen_runtime.errors import BadConfiguration, InvalidInput

_MAGIC: Final = b"TGE1"
_TEXT: Final = "TGE1:"
_SAME: Final = b"TGS1"
_SAME_TEXT: Final = "TGS1:"
_PREFIXES: Final = (_TEXT, _SAME_TEXT)
_JSON_PREFIXES: Final = tuple(f'"{prefix}' for prefix in _PREFIXES)
_NONCE: Final = 12
_TAG: Final = 16
_LINE: Final = re.compile(r"([A-Za-z0-9._-]{1,64}):([A-Za-z0-9+/]{43}=)")
_MOST_KEYS: Final = 100


class Cipher:
    """Encrypts with the newest key and decrypts with all; without keys it leaves everything as it is."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._same = {name: AESSIV(_derived(key)) for name, key in keys.items()}
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
        bound = stored[:head] + place.encode()
        try:
            if stored.startswith(_SAME):
                return self._same[name].decrypt(stored[head:], [bound])
            return self._keys[name].decrypt(stored[head : head + _NONCE], stored[head + _NONCE :], bound)
        except (InvalidTag, ValueError) as error:
            raise BadConfiguration(
                f"a field encrypted with the key {name} was changed, or the key is another one",
                mend="check the key, or restore the row from a backup",
            ) from error

    def seal_text(self, place: str, text: str) -> str:
        """The same for a text column. Raises: InvalidInput for text that would be taken for an envelope."""
        if self.newest is None:
            return _plain(text)
        return _TEXT + base64.b64encode(self.seal(place, text.encode("utf-8", "surrogatepass"))).decode()

    def open_text(self, place: str, stored: str) -> str:
        """The same for a text column. Raises: BadConfiguration."""
        found = sealed_in(stored)
        return stored if found is None else self.open(place, found).decode("utf-8", "surrogatepass")

    def seal_same(self, place: str, text: str) -> str:
        """As `seal_text`, and the same envelope for the same text and key. Raises: InvalidInput."""
        if self.newest is None or not text:
            return _plain(text)
        name = self.newest.encode()
        head = _SAME + bytes([len(name)]) + name
        sealed = self._same[self.newest].encrypt(text.encode("utf-8", "surrogatepass"), [head + place.encode()])
        return _SAME_TEXT + base64.b64encode(head + sealed).decode()

    def seal_json(self, place: str, text: str) -> str:
        """The JSON text of an object or array for a `jsonb` column: the envelope as a JSON string."""
        return text if self.newest is None else f'"{self.seal_text(place, text)}"'

    def seal_json_same(self, place: str, text: str) -> str:
        """As `seal_json`, and the same envelope for the same JSON text and key."""
        return text if self.newest is None else f'"{self.seal_same(place, text)}"'

    def open_json(self, place: str, stored: str) -> str:
        """The JSON text that was sealed; an object or array as it is. Raises: BadConfiguration."""
        return self.open_text(place, stored[1:-1]) if stored.startswith(_JSON_PREFIXES) else stored

    def is_newest_text(self, stored: str) -> bool:
        """Whether a text, or an envelope in a `jsonb` column, needs no new envelope."""
        found = sealed_in(stored.strip('"'))
        return found is not None and self.is_newest(found)

    def is_newest(self, stored: bytes) -> bool:
        """Whether it needs no new envelope."""
        return key_of(stored) == self.newest


def key_of(stored: bytes) -> str | None:
    """The id of the key of an envelope; None where it is none."""
    start = len(_MAGIC)
    if not stored.startswith((_MAGIC, _SAME)) or len(stored) <= start:
        return None
    least = _TAG if stored.startswith(_SAME) else _NONCE + _TAG
    if len(stored) < start + 1 + stored[start] + least:
        return None
    return stored[start + 1 : start + 1 + stored[start]].decode("ascii", "replace")


def sealed_in(stored: str) -> bytes | None:
    """The envelope in a text column; None where there is none."""
    if not stored.startswith(_PREFIXES):
        return None
    try:
        found = base64.b64decode(stored[len(_TEXT) :], validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if found[: len(_MAGIC)] == stored[: len(_MAGIC)].encode() and key_of(found) is not None else None


def _plain(text: str) -> str:
    if sealed_in(text) is not None:
        raise InvalidInput(
            "text: it is written as an encrypted field", mend=f"send it without the word {text[: len(_TEXT)]} at its beginning"
        )
    return text


def _derived(key: bytes) -> bytes:
    """A key of its own for AES-SIV: no key is used with two ciphers."""
    return HKDF(hashes.SHA256(), length=64, salt=None, info=b"testgen: equal envelopes for equal texts").derive(key)


PLAIN: Final = Cipher({})
"""No key: everything stays as it is."""


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


def field_place(table: str, column: str, *row: str) -> str:
    """What a field's envelope is bound to: the table, the column and the row's key."""
    return "/".join((table, column, *row))


def comment_place(case_id: str) -> str:
    """What a comment's envelope is bound to."""
    return f"case_comments/text/{case_id}"


def answer_place(caller: str, key: str) -> str:
    """What a kept answer's envelope is bound to."""
    return f"idempotency_keys/response/{caller}/{key}"
