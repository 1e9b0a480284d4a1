"""Secrets planted everywhere a caller or an operator can put one: they come out in no log, error, event or metric, nor in the
audit or in what others are shown (S0-037, S0-095)."""

from __future__ import annotations

import base64
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.integration.api import DOCUMENT, Api, events
from tests.integration.conftest import running

from testgen_runtime.security.keys import Role
from testgen_runtime.settings import Auth, Jwt, Settings
from testgen_runtime.storage.target import Target
from testgen_runtime.telemetry import logs

pytestmark = pytest.mark.postgres


class Canaries:
    """Makes secrets that are told apart by the place where they were planted."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def __call__(self, place: str, shape: str = "Canary{}x9Q7Zk3VtLw8") -> str:
        self.planted[place] = shape.format(f"{len(self.planted):03d}")
        return self.planted[place]

    def found_in(self, text: str) -> list[str]:
        """The places whose secret the text holds, plain, percent-encoded or in base64."""
        return [
            place
            for place, secret in self.planted.items()
            if secret in text or base64.b64encode(secret.encode()).decode().rstrip("=") in text
        ]


@pytest.fixture
def canary() -> Canaries:
    return Canaries()


@pytest.fixture
def written(_logs: None) -> Iterator[Callable[[], str]]:
    """Everything that is logged, at every level."""
    kept = io.StringIO()
    logs.configure("DEBUG", "json", kept)
    yield kept.getvalue
    logs.configure("INFO", "json", sys.stderr)


@pytest.fixture
async def planted(
    target: Target, settings: Callable[..., Settings], canary: Canaries, written: Callable[[], str], tmp_path: Path
) -> Any:
    """The API, with secrets in its configuration."""
    signing = tmp_path / "signing"
    signing.write_text(canary("the tokens' secret") * 2)
    made = settings(bootstrap_api_key=canary("the bootstrap key") * 2, auth=Auth(jwt=Jwt(secret_file=signing)))
    async with running(made, target) as api:
        yield api


def document(canary: Canaries) -> str:
    """A document as careless people write it."""
    return (
        f"{DOCUMENT}\n\nREQ-4: The service shall sign in with the password {canary('a password in a document')} within 5 s.\n\n"
        f"REQ-5: The client must send Authorization: Bearer {canary('a token in a document')} for at most 3 minutes.\n\n"
        f"Connect to postgres://app:{canary('a DSN in a document')}@db.example/shop for notes.\n"
    )


async def exercise(api: Api, canary: Canaries) -> list[tuple[str, str]]:
    """Calls of every route, good and bad, with secrets in each place; (what was called, what it answered) where it failed."""
    told: list[tuple[str, str]] = []

    async def call(method: str, path: str, **rest: Any) -> Any:
        place = f"{method} {path}"
        headers = {
            "Cookie": f"session={canary(place + ' cookie')}",
            "X-Secret": canary(place + " header"),
            "Referer": f"https://x.example/?token={canary(place + ' referer')}",
            "X-Request-Id": f"token={canary(place + ' request id')}",  # a plain word would be kept: docs/SECURITY.md
            "traceparent": f"00-{canary(place + ' trace')}-01",
            **rest.pop("headers", {}),
        }
        answer = await api.call(method, path, headers=headers, **rest)
        if answer.status_code >= 400:
            told.append((place, answer.text))
        told.append((place, str(dict(answer.headers))))
        return answer

    generated = (await call("POST", "/generate", json={"text": document(canary)})).json()
    case = generated["cases"][0]["id"]
    stored = generated["document_id"]
    paths = [
        ("GET", path)
        for path in (
            "/documents", f"/documents/{stored}", f"/documents/{stored}/requirements", "/cases", "/cases/statistics",
            f"/cases/{case}", f"/cases/{case}/revisions", f"/cases/{case}/comments", "/coverage", "/coverage/matrix", "/jobs",
            f"/jobs/{generated['job_id']}", "/search", "/exports/formats", "/keys", "/audit",
        )
    ]  # fmt: skip
    for method, path in paths:
        await call(method, path)
        await call(method, f"{path}?api_key={canary(path + ' query')}")
        await call(method, f"{path}?cursor={canary(path + ' cursor')}&limit=0")
    for method, path in (
        ("POST", "/documents"), ("POST", "/generate"), ("POST", "/generate/estimate"), ("POST", "/exports"), ("POST", "/imports"),
        ("POST", "/keys"), ("POST", "/tokens"), ("POST", "/cases/bulk"), ("PATCH", f"/cases/{case}"),
        ("POST", f"/cases/{case}/comments"), ("POST", f"/cases/{case}/confirm"), ("POST", f"/cases/{case}/reject"),
        ("POST", f"/cases/{case}/reopen"),
    ):  # fmt: skip
        await call(method, path, json={"password": canary(path + " body"), canary(path + " body's name"): 1})
        await call(method, path, content=f'{{"secret": "{canary(path + " broken body")}'.encode())
        await call(
            method, path, headers={"If-Match": canary(path + " If-Match"), "Idempotency-Key": f"a b {canary(path + ' key')}"}
        )
    for kind in ("md", "pdf", "docx", "exe"):
        name = f"password={canary(kind + ' of a file name')}.{kind}"
        await call("POST", "/documents", files={"file": (name, b"REQ-1: A name must have 2 to 9 characters.")})
        await call("POST", "/imports", files={"file": (name, b"[{")})
    await call("POST", "/documents", files={"file": ("a.pdf", f"%PDF-1.4 {canary('a broken pdf')}".encode())})
    await call("POST", "/documents", files={"file": ("a.docx", f"PK\x03\x04 {canary('a broken docx')}".encode())})
    await call("POST", "/imports", files={"file": ("a.json", f'[{{"id": "{canary("an import")}"'.encode())})
    for place, headers in (
        ("an unknown key", {"X-API-Key": f"tg_0a1b2c3d_{canary('an unknown key') * 2}"}),
        ("a bearer", {"Authorization": f"Bearer {canary('a bearer')}"}),
        ("a basic", {"Authorization": f"Basic {base64.b64encode(canary('a basic').encode()).decode()}"}),
        ("a forged token", {"Authorization": f"Bearer eyJhbGciOiJIUzI1NiJ9.e30.{canary('a forged token')}"}),
    ):
        answer = await api.call("GET", "/cases", role=None, headers=headers)
        told.append((place, answer.text))
    await call("POST", f"/cases/{case}/comments", json={"text": f"try {canary('a comment')}"})
    made = (await call("POST", "/keys", json={"name": "another"})).json()
    canary.planted["a key that was made"] = made["secret"]
    token = (await call("POST", "/tokens")).json()
    canary.planted["a token that was made"] = token["access_token"]
    canary.planted |= {f"the key of a {role}": secret for role, secret in api.keys.items()}
    await api.call("GET", "/cases", role=None, headers={"Authorization": f"Bearer {token['access_token']}"})
    for pattern in ("/cases/{}", "/cases/{}/revisions", "/documents/{}", "/jobs/{}", "/keys/{}", "/nothing/{}"):
        await api.call("GET", pattern.format(canary(f"a segment of {pattern}")))
    stream = await api.call("GET", f"/jobs/{generated['job_id']}/events")
    told += [("events", json.dumps(event)) for event in events(stream.text)]
    return told


def slips(told: list[tuple[str, str]], canary: Canaries) -> list[str]:
    """Who told what. A caller is told the names of members that there are not, and of a file that can't be read: their own words;
    nobody else is."""
    return [
        f"{where} tells {place}"
        for where, text in told
        for place in canary.found_in(text)
        if where in ("log", "metrics", "audit") or not place.endswith(("body's name", "file name"))
    ]


async def test_no_log_line_error_event_metric_or_audit_entry_holds_a_planted_secret(
    planted: Api, canary: Canaries, written: Callable[[], str]
) -> None:
    told = await exercise(planted, canary)
    told.append(("metrics", (await planted.http.get("/metrics")).text))
    told.append(("health", (await planted.http.get("/health")).text))
    told.append(("audit", (await planted.call("GET", "/audit", params={"limit": 1000})).text))
    told.append(("keys", (await planted.call("GET", "/keys")).text))
    told += [("log", line) for line in written().splitlines()]

    assert len(canary.planted) > 150
    assert any(where == "log" for where, _ in told)
    assert slips(told, canary) == []


async def test_the_search_for_planted_secrets_finds_one_that_is_logged(canary: Canaries, written: Callable[[], str]) -> None:
    logs.get_logger().info("told", words=canary("a slip"))

    assert slips([("log", written())], canary) == ["log tells a slip"]


async def test_an_unexpected_error_is_logged_without_the_request_and_told_without_the_cause(
    planted: Api, canary: Canaries, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = canary("an exception's words")

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"password={secret}")

    monkeypatch.setattr(planted.runtime.services.documents, "page", broken)
    answer = await planted.call("GET", "/documents", headers={"X-Secret": canary("its header")})

    assert answer.status_code == 500
    assert slips([("answer", answer.text), ("log", written())], canary) == []
    assert "RuntimeError" in written()


async def test_an_export_of_one_document_holds_nothing_of_another(planted: Api, canary: Canaries) -> None:
    first = (await planted.call("POST", "/generate", json={"text": document(canary)})).json()
    other = (
        await planted.call("POST", "/generate", json={"text": "# Other\n\nOTH-1: A name must have 2 to 9 characters."})
    ).json()
    assert first["document_id"] != other["document_id"]
    for name in re.findall(r'"name":"(\w+)"', (await planted.call("GET", "/exports/formats")).text):
        answer = await planted.call(
            "POST", "/exports", role=Role.VIEWER, json={"format": name, "filter": {"document_id": other["document_id"]}}
        )
        assert slips([(name, answer.text)], canary) == []
