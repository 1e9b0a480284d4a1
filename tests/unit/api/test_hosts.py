"""server.allowed_hosts (ALLOWED_HOSTS of S2-108, S2-111, S2-114): which names a process may be asked for by."""

from __future__ import annotations

import httpx
import pytest
from pydantic import ValidationError
from starlette.responses import PlainTextResponse

from testgen_runtime.api.hosts import AllowedHosts, is_allowed
from testgen_runtime.api.middleware import Entry
from testgen_runtime.settings import Server


@pytest.mark.parametrize(
    "host", ["cases.example", "CASES.example", "cases.example:8000", "cases.example.", "a.desk.example", "a.b.desk.example:443"]
)
def test_a_name_of_the_list_is_allowed_with_any_port(host: str) -> None:
    assert is_allowed(host, ("cases.example", "*.desk.example"))


@pytest.mark.parametrize(
    "host", ["", ":8000", "evil.example", "cases.example.evil", "xcases.example", "desk.example", "evildesk.example", "10.0.0.1"]
)
def test_no_other_name_is(host: str) -> None:
    assert not is_allowed(host, ("cases.example", "*.desk.example"))


def client(*allowed: str) -> httpx.AsyncClient:
    entry = Entry(AllowedHosts(PlainTextResponse("answered"), allowed), max_inflight=1, max_body=100)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=entry), base_url="http://cases.example")


async def test_what_was_sent_to_another_host_is_refused_with_a_problem() -> None:
    async with client("cases.example") as http:
        assert (await http.get("/api/v1/cases")).text == "answered"
        refused = await http.get("/api/v1/cases", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert refused.json()["type"] == "https://testgen.dev/problems/malformed"
    assert "server.allowed_hosts" in refused.json()["mend"]
    assert "evil" not in refused.text


@pytest.mark.parametrize("path", ["/live", "/ready", "/health", "/metrics", "/internal/v1/search"])
async def test_probes_and_other_roles_know_a_pod_by_other_names(path: str) -> None:
    async with client("cases.example") as http:
        assert (await http.get(path, headers={"Host": "10.42.0.7:8000"})).text == "answered"


def test_any_name_is_allowed_unless_some_are_named_and_a_pattern_that_is_none_is_refused() -> None:
    assert Server().allowed_hosts == ()
    for wrong in ("*", "http://a.example", "a.example:80", "*.*.example", ""):
        with pytest.raises(ValidationError):
            Server(allowed_hosts=(wrong,))
