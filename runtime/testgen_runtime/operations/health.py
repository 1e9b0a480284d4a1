"""`testgen health`: asks the server on this machine, with nothing but the standard library."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path

from testgen_runtime.settings import Server


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def ask(server: Server | None, port: int | None, timeout: float) -> tuple[bool, str]:
    """(whether it is healthy, one line that says so)."""
    if server is not None and server.uds is not None:
        connection: http.client.HTTPConnection = _UnixConnection(server.uds, timeout)
    else:
        host = "127.0.0.1" if server is None or server.host in ("0.0.0.0", "::", "") else server.host  # noqa: S104 - asked for, not bound
        connection = http.client.HTTPConnection(host, port if server is None else server.port, timeout=timeout)
    try:
        connection.request("GET", "/health")
        response = connection.getresponse()
        body = json.loads(response.read(65536))
    except (OSError, ValueError, http.client.HTTPException) as error:
        return False, f"unhealthy: {type(error).__name__}"
    finally:
        connection.close()
    if response.status == 200:
        return True, "healthy"
    return False, f"unhealthy: {body.get('error', response.status) if isinstance(body, dict) else response.status}"
