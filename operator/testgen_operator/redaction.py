"""Takes secrets out of what leaves the cluster in a report, and of what a container said last. Pure.

In doubt it takes out too much: who reads a report can ask for a value, who has published a password cannot take it back.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

GONE: Final = "***"
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

_SENSITIVE: Final = (
    r"passwor[dt]|passwd|passphrase|pwd|secret|token|api[-_ ]?key|apikey|credential|private[-_ ]?key|access[-_ ]?key"
    r"|admin[-_ ]?key|encryption[-_ ]?key|signing[-_ ]?key|authorization|cookie|dsn|connection[-_ ]?string|license[-_ ]?key"
)
_SECRET_NAME: Final = re.compile(rf"{_SENSITIVE}|[-_.](key|auth|pass)$", re.IGNORECASE)
_HARMLESS_NAME: Final = re.compile(
    r"(file|path|dir|directory|ref|name|names|tokens|policy|mode|mount|type|digest|hash|projection|keys?_?secret)s?$"
    r"|^(automountServiceAccountToken|rotate[-_]?credentials|secret|secrets|imagePullSecrets|serviceAccountToken)$",
    re.IGNORECASE,
)
_HARMLESS_VALUE: Final = re.compile(r"(true|false|null|none|~|\{\}|\[\]|/[-\w./]*|\*\*\*|[|>][-+]?)?", re.IGNORECASE)
_PEM: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z0-9 ]*-----.*?(?:-----END [A-Z0-9 ]+-----|\Z)", re.DOTALL)
_USER_INFO: Final = re.compile(r"\b([a-z][a-z0-9+.-]{0,60}://)[^\s/@\"']*(?:@(?=[^\s/]*@)[^\s/@]*)*@", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\b(Bearer|Basic|Token|ApiKey)(\s+)[^\s\"',;]{4,}", re.IGNORECASE)
_KNOWN_FORMS: Final = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*"  # JWT
    r"|\btg_[\w-]{8,}|\bsk-[\w-]{16,}|\bAKIA[0-9A-Z]{12,}|\bgh[pousr]_\w{20,}|\bxox[a-z]-[\w-]{10,}|\bglpat-[\w-]{10,}"
    r"|\bAIza[\w-]{30,}"
)
_PAIR: Final = re.compile(
    # From the beginning of a word alone: tried at each of its letters, a word of 4,096 would take the better part of a minute.
    rf"""(?<![\w.$-])(?P<name>[\w.$-]*(?:{_SENSITIVE})[\w.-]*)"""
    r"""(?P<mark>\\?["']?\s*(?:=>|[:=])\s*)"""
    r"""(?P<value>\\"(?:[^"\\]|\\[^"])*\\"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&}\])"']+)""",
    re.IGNORECASE,
)
_FLAG: Final = re.compile(rf"^--?[\w-]*(?:{_SENSITIVE})[\w-]*$", re.IGNORECASE)


def names_a_secret(name: str) -> bool:
    """Whether a field, variable or key of this name holds a secret rather than says where one is."""
    return _SECRET_NAME.search(name) is not None and _HARMLESS_NAME.search(name) is None


def looks_random(text: str) -> bool:
    """Whether a text is one long word of mixed characters, as drawn passwords and keys are: nobody writes such a word."""
    if not 20 <= len(text) <= 4096 or re.search(r"\s|^[a-z]+://|^(sha256:|/)", text) or re.fullmatch(r"[a-z0-9.:/@_-]+", text):
        return False
    classes = sum(bool(re.search(one, text)) for one in (r"[a-z]", r"[A-Z]", r"[0-9]"))
    counts = Counter(text)
    entropy = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return classes >= 2 and entropy >= 3.5


def text(found: str) -> str:
    """A log or any other text without the credentials that can be recognised in it."""
    found = _PEM.sub(GONE, found)
    found = _USER_INFO.sub(rf"\1{GONE}@", found)
    found = _SCHEME.sub(rf"\1\2{GONE}", found)
    found = _PAIR.sub(_pair, found)
    return _KNOWN_FORMS.sub(GONE, found)


def _pair(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"]
    bare = value.strip("\\\"'")
    if not names_a_secret(name) or _HARMLESS_VALUE.fullmatch(bare) or _is_a_count(name, bare):
        return match[0]
    quote = next((one for one in ('\\"', '"', "'") if value.startswith(one)), "")
    return f"{name}{match['mark']}{quote}{GONE}{quote}"


def _is_a_count(name: str, value: str) -> bool:
    """`tokens_used=512`: a number of a language model's tokens."""
    return "tokens" in name.lower() and value.isdecimal()


def obj(found: Mapping[str, Any]) -> dict[str, Any]:
    """A Kubernetes object fit to be shown: no data of a Secret, no environment value that looks secret, no managedFields."""
    cleaned: dict[str, Any] = _value(found)
    if found.get("kind") == "Secret":
        for part in ("data", "stringData"):
            if isinstance(found.get(part), Mapping):
                cleaned[part] = dict.fromkeys(found[part], GONE)
    metadata = cleaned.get("metadata")
    if isinstance(metadata, dict):
        metadata.pop("managedFields", None)
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict) and LAST_APPLIED in annotations:
            annotations[LAST_APPLIED] = GONE
    return cleaned


def _value(found: Any, name: str = "") -> Any:
    if isinstance(found, Mapping):
        if isinstance(found.get("name"), str) and isinstance(found.get("value"), str):
            return {key: _value(one, str(key)) for key, one in found.items()} | {"value": variable(found["name"], found["value"])}
        return {key: _value(one, str(key)) for key, one in found.items()}
    if isinstance(found, list | tuple):
        return _items(found)
    if isinstance(found, str):
        return GONE if names_a_secret(name) and not _HARMLESS_VALUE.fullmatch(found) else text(found)
    return GONE if names_a_secret(name) and isinstance(found, int | float) and not isinstance(found, bool) else found


def _items(found: Sequence[Any]) -> list[Any]:
    cleaned, hide = [], False
    for one in found:
        cleaned.append(GONE if hide and isinstance(one, str) else _value(one))
        hide = isinstance(one, str) and _FLAG.match(one) is not None
    return cleaned


def variable(name: str, value: str) -> str:
    """The value of an environment variable, or what stands for it."""
    if _HARMLESS_VALUE.fullmatch(value):
        return value
    return GONE if names_a_secret(name) or looks_random(value) else text(value)
