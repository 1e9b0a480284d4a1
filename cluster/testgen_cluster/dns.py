"""One DNS question, asked of the cluster's own Service address: it passes kube-proxy's rules, the bridge and CoreDNS."""

from __future__ import annotations

import socket
import struct
from typing import Final

QUESTION: Final = "kubernetes.default.svc.cluster.local"
IDENTIFIER: Final = 0x7467
TIMEOUT_SECONDS: Final = 1.0


def answers(server: str, *, port: int = 53) -> bool:
    """Whether the server knows the address of the cluster's own API Service."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(TIMEOUT_SECONDS)
        try:
            client.sendto(query(QUESTION), (server, port))
            reply = client.recv(512)
        except OSError:
            return False
    return has_answer(reply)


def query(name: str) -> bytes:
    """A question for the A records of a name (RFC 1035, 4.1)."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">6H", IDENTIFIER, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", 1, 1)


def has_answer(reply: bytes) -> bool:
    """Whether a reply is to our question, without an error code and with at least one record."""
    if len(reply) < 12:
        return False
    fields: tuple[int, ...] = struct.unpack(">6H", reply[:12])
    identifier, flags, _, answers_ = fields[:4]
    return identifier == IDENTIFIER and flags & 0x800F == 0x8000 and answers_ > 0
