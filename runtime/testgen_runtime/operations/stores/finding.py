"""What a look at a store finds, and how a failed connection becomes one of a few stable reasons."""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import ssl
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from testgen_runtime.security.outbound import ForbiddenDestination

UNREACHABLE: Final = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT, errno.EHOSTDOWN})
SECONDS: Final = 5.0
"""For each step of a look: the name, the connection, the answer."""


class Reason(StrEnum):
    """Stable words; the operator's conditions carry the same ones."""

    DNS_FAILED = "DnsFailed"
    CONNECTION_REFUSED = "ConnectionRefused"
    TIMEOUT = "Timeout"
    AUTHENTICATION_FAILED = "AuthenticationFailed"
    CERTIFICATE_INVALID = "CertificateInvalid"
    DATABASE_MISSING = "DatabaseMissing"
    VERSION_TOO_OLD = "VersionTooOld"
    PERMISSION_DENIED = "PermissionDenied"
    CHECK_FAILED = "StoreCheckFailed"


class Failed(Exception):
    """A store that is not as it should be. `words` are for people: no secret, nothing that varies from try to try."""

    def __init__(self, reason: Reason, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words

    def record(self, store: str) -> str:
        """One line of JSON, for the last words of a container."""
        return json.dumps({"store": store, "reason": str(self.reason), "message": self.words}, ensure_ascii=False)


async def reach(host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
    """Resolve, connect, and with `tls` prove the server's certificate.

    Raises: Failed.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(SECONDS):
            await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, TimeoutError, UnicodeError):
        raise Failed(Reason.DNS_FAILED, f"{host} cannot be resolved") from None
    try:
        async with asyncio.timeout(SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname=host if tls else None)
            writer.close()
    except (OSError, TimeoutError) as error:
        raise of_connection(error, f"{host}:{port}") from None


def of_connection(error: BaseException, where: str) -> Failed:
    """What a failed connection means, whatever a driver has wrapped it in."""
    for cause in _causes(error):
        match cause:
            case ForbiddenDestination():
                return Failed(
                    Reason.CHECK_FAILED, f"{where} leads to this machine, a link-local network or the cluster's own API"
                )
            case ssl.SSLCertVerificationError():
                return Failed(Reason.CERTIFICATE_INVALID, f"the certificate of {where} is not proved: {cause.verify_message}")
            case ssl.SSLError():
                return Failed(Reason.CERTIFICATE_INVALID, f"no encrypted connection to {where}: {cause.reason or 'TLS failed'}")
            case socket.gaierror():
                return Failed(Reason.DNS_FAILED, f"the host of {where} cannot be resolved")
            case ConnectionRefusedError() | ConnectionResetError():
                return Failed(Reason.CONNECTION_REFUSED, f"{where} refuses connections")
            case TimeoutError():
                return Failed(Reason.TIMEOUT, f"{where} does not answer within {SECONDS:g} seconds")
            case OSError() if cause.errno in UNREACHABLE:
                return Failed(Reason.TIMEOUT, f"there is no way to {where}")
            case OSError() if "Connect call failed" in str(cause):  # asyncio: several addresses, none of them answers
                return Failed(Reason.CONNECTION_REFUSED, f"{where} refuses connections")
    return Failed(Reason.CHECK_FAILED, f"{where}: {type(error).__name__}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, the innermost first: drivers wrap the cause that tells."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or one.__context__
    yield from reversed(found)
