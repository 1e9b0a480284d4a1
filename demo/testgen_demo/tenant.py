"""A tenant of one runtime, over HTTP with the standard library alone: send a document, wait for the job, read the cases."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from testgen_cluster.steps import ClusterError


class Tenant:
    """The API at `url` with `key`. Every call has a time limit of a minute; an answer of 4xx or 5xx becomes a ClusterError
    with the problem's own words."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self._key = url.rstrip("/"), key
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[dict[str, str], Any]:
        """(headers in lower case, JSON body) of one request under /api/v1."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", data=body, method=method, headers={"X-API-Key": self._key, **headers}
        )
        try:
            with self._open(request, timeout=60) as answer:
                return {k.lower(): v for k, v in answer.headers.items()}, json.load(answer)
        except urllib.error.HTTPError as error:
            raise ClusterError(f"{method} {path}: {error.code} {_problem(error.read())}") from None
        except (OSError, ValueError) as error:
            raise ClusterError(f"{method} {path}: {error}") from None

    def post(self, path: str, body: dict[str, Any], **headers: str) -> tuple[dict[str, str], Any]:
        return self.call("POST", path, json.dumps(body).encode(), **{"Content-Type": "application/json", **headers})

    def send(self, document: Path) -> dict[str, Any]:
        """Upload a file; the document as the API describes it."""
        boundary = uuid.uuid4().hex
        name = document.name.replace('"', "%22")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + document.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        _, answer = self.call("POST", "/documents", body, **{"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return dict(answer)

    def generate(self, document_id: str, *, progress: Callable[[dict[str, Any]], None], timeout: float = 900) -> dict[str, Any]:
        """Start a generation and wait for its job; the finished job. Raises ClusterError when it does not succeed."""
        _, job = self.post("/generate", {"document_id": document_id}, Prefer="respond-async")
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            _, job = self.call("GET", f"/jobs/{job['id']}")
            progress(job)
            if job["state"] == "succeeded":
                return dict(job)
            if job["state"] in ("failed", "canceled"):
                raise ClusterError(f"the job {job['id']} {job['state']}: {(job.get('problem') or {}).get('detail', '')}")
            time.sleep(0.5)
        raise ClusterError(f"the job {job['id']} was not done after {timeout:.0f} s")

    def pages(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """Every item of a paged collection."""
        cursor: str | None = None
        while True:
            asked = {**query, "limit": "200", **({"cursor": cursor} if cursor else {})}
            _, page = self.call("GET", f"{path}?{urllib.parse.urlencode(asked)}")
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return


def _problem(body: bytes) -> str:
    try:
        problem = json.loads(body)
        return " ".join(str(problem[k]) for k in ("title", "detail", "mend") if problem.get(k))
    except (ValueError, TypeError, KeyError):
        return body[:300].decode(errors="replace")
