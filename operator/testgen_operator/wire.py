"""JSON as it goes to the API server and comes from it, and as it is kept and hashed.

A fifth of the operator's processor time was json's before this was orjson. What orjson does not take (a key that is no plain
text, an integer beyond 64 bits) is written by the standard library, so that nothing that could be written before cannot be now.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

_PLAIN: Final = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
"""Neither is JSON: to write one is a mistake, as it is to json."""
_TINY: Final = re.compile(rb"e-\d(?:[,\]}]|$)")


def decode(text: bytes | bytearray | str) -> Any:
    """The value of a JSON text. Raises ValueError where it is none."""
    return orjson.loads(text)


def encode(value: Any) -> bytes:
    """`value` as JSON without spaces. Raises TypeError for what is no JSON."""
    try:
        return orjson.dumps(value, option=_PLAIN)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def packed(value: Any) -> bytes:
    """As `encode`, in no more memory than its bytes: for what is kept. orjson leaves the buffer that it wrote into as large as it
    became, up to eight times the text. Raises TypeError for what is no JSON."""
    return bytes(memoryview(encode(value)))


def canonical(value: Any) -> str:
    """`value` as JSON with sorted keys and no spaces: equal values give equal text, in every release of the operator.

    Names and hashes of running objects are made from it, so it is byte by byte what json wrote before. The two differ in how
    numbers below 0.0001 are written alone (0.00001 and 1e-7 for 1e-05 and 1e-07); a text that only looks as if it held one costs
    its time, no more.
    """
    try:
        found = orjson.dumps(value, option=_PLAIN | orjson.OPT_SORT_KEYS)
    except TypeError:
        return _sorted(value)
    return _sorted(value) if b"0.0000" in found or _TINY.search(found) else found.decode()


def _sorted(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
