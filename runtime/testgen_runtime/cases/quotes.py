"""The words of the document in a case's body, `evidence[*].quote`, sealed where there is a key. The words of the case stay
readable: the database searches in them.

The same quote has the same envelope, because the database decides whether a case that is made again differs. It is bound to the
field and not to the case, since bodies are copied from case to revision and from version to version inside the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from testgen_runtime.security.encryption import Cipher, field_place, sealed_in
from testgen_runtime.storage.json import decode, encode

PLACE: Final = field_place("cases", "quote")
_SEALED: Final = '"quote": "TGS1:'


def sealed(cipher: Cipher, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it is stored. Raises: InvalidInput for a quote that would be taken for an envelope."""
    return _with_quotes(body, lambda quote: cipher.seal_same(PLACE, quote))


def opened(cipher: Cipher, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as it was before it was stored. Raises: BadConfiguration."""
    return _with_quotes(body, lambda quote: cipher.open_text(PLACE, quote))


def opened_shown(cipher: Cipher, shown: str) -> str:
    """A case as JSON made by the server, with its quotes opened; not parsed where none is sealed. Raises: BadConfiguration."""
    if _SEALED not in shown:
        return shown
    for quote in {one["quote"] for one in decode(shown).get("evidence", ()) if sealed_in(one["quote"]) is not None}:
        shown = shown.replace(f'"quote": "{quote}"', f'"quote": {encode(cipher.open_text(PLACE, quote))}')
    return shown


def _with_quotes(body: Mapping[str, Any], made: Callable[[str], str]) -> dict[str, Any]:
    if not body.get("evidence"):
        return dict(body)
    return {**body, "evidence": [{**one, "quote": made(one["quote"])} for one in body["evidence"]]}
