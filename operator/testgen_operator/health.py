"""`python -m testgen_operator.health` exits 0 when the operator beside it says that it is alive, else 1. For HEALTHCHECK."""

from __future__ import annotations

import http.client
import os
import sys

from testgen_operator.settings import PREFIX


def main() -> int:
    port = int(os.environ.get(f"{PREFIX}HTTP_PORT") or 8080)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        body = answer.read(4096).decode(errors="replace")
    except OSError as problem:
        body, alive = f"no answer on port {port}: {problem}", False
    else:
        alive = answer.status == 200
    finally:
        connection.close()
    if not alive:
        sys.stderr.write(body + "\n")
    return 0 if alive else 1


if __name__ == "__main__":
    raise SystemExit(main())
