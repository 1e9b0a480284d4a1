"""What never reaches a log line: keys, tokens, passwords, DSNs (S0-037)."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

REDACTED: Final = "[redacted]"

_SECRET_NAME = re.compile(
    r"(pass(word|wd)?|secret|token$|api[-_]?key|authorization|cookie|dsn|credential|private[-_]?key)", re.IGNORECASE
)
_HARMLESS_NAME = re.compile(r"(_file|_id|_prefix|tokens)$", re.IGNORECASE)
_SECRET_TEXT: Final = (
    # user:password@host in any URL or DSN
    (re.compile(r"(?P<head>[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", re.IGNORECASE), r"\g<head>:" + REDACTED + "@"),
    (re.compile(r"\b(?P<head>bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE), r"\g<head> " + REDACTED),
    (
        re.compile(
            r"\b(?P<head>(password|passwd|pwd|secret|api[-_]?key|x-api-key|token))(?P<eq>\s*[=:]\s*)[^\s,;&'\"]+", re.IGNORECASE
        ),
        r"\g<head>\g<eq>" + REDACTED,
    ),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*"), REDACTED),  # a JSON Web Token
    # our own keys, and the shapes of the common providers' keys
    (re.compile(r"\btg_[a-z0-9]{8}_[A-Za-z0-9_-]{20,}"), REDACTED),
    (re.compile(r"\b(sk|ghp|xox[bp])[-_][A-Za-z0-9_-]{16,}"), REDACTED),
)


def redact_text(text: str) -> str:
    """`text` with everything that looks like a secret replaced."""
    for pattern, replacement in _SECRET_TEXT:
        text = pattern.sub(replacement, text)
    return text


def redact(value: Any, name: str = "", depth: int = 0) -> Any:
    """`value` as it may be logged; `name` is the key that it stands under. Depth and size are bounded."""
    if name and _SECRET_NAME.search(name) and not _HARMLESS_NAME.search(name):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if depth >= 6:
        return "…"
    if isinstance(value, Mapping):
        return {str(key): redact(item, str(key), depth + 1) for key, item in list(value.items())[:100]}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item, "", depth + 1) for item in list(value)[:100]]
    return value


def processor(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The structlog processor; the last one before the renderer."""
    return {key: redact(value, key) for key, value in event.items()}
