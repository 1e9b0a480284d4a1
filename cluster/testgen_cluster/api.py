"""Looking at the API server from the host: with the admin's certificate, in one request, without kubectl."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any

from testgen_cluster.names import API_PORT, Names

TIMEOUT_SECONDS = 5.0


def get(names: Names, path: str) -> Any | None:
    """The object at a path of the API, None when the server does not answer with one."""
    body = _request(names, path)
    try:
        return json.loads(body) if body is not None else None
    except ValueError:
        return None


def is_ready(names: Names) -> bool:
    return _request(names, "/readyz") == b"ok"


def condition(obj: Any | None, kind: str) -> bool:
    """Whether an object has a condition of that type with status True, for its present generation."""
    if not isinstance(obj, dict):
        return False
    status = obj.get("status", {})
    if status.get("observedGeneration", obj["metadata"].get("generation")) != obj["metadata"].get("generation"):
        return False
    return any(c.get("type") == kind and c.get("status") == "True" for c in status.get("conditions", []))


def answers(host: str, port: int, path: str, *, tls: bool = False) -> bool:
    """Whether a daemon's health address says 200. With `tls` any certificate will do: it is the daemon's self-made one."""
    connection: http.client.HTTPConnection
    if tls:
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _request(names: Names, path: str) -> bytes | None:
    pki = names.state / "pki"
    try:
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        connection = http.client.HTTPSConnection(names.node_ip, API_PORT, timeout=TIMEOUT_SECONDS, context=context)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.read() if answer.status == 200 else None
        finally:
            connection.close()
    except (OSError, http.client.HTTPException):
        return None
