"""What the service and the process that parses say to each other: frames of eight bytes of length, then a pickle."""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any, Final

from testgen_runtime.documents.read import Reading
from testgen_runtime.settings import Limits

_LENGTH: Final = struct.Struct(">Q")
_MOST_FRAME: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Request:
    """A file, or text given inline; the bytes come in a frame of their own."""

    name: str
    limits: Limits
    mime: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A document without its requirements; `requirements` of them follow in batches."""

    reading: Reading
    requirements: int


def send(stream: IO[bytes], value: object) -> None:
    """Write one frame."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)


def receive(stream: IO[bytes]) -> Any:
    """Read one frame. Raises EOFError where the other side has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    if length > _MOST_FRAME:
        raise EOFError
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from our own child or parent, over a pipe that nobody else holds
