"""The table of roles against the routes of each role's app, and against the page that shows it."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
from typer.testing import CliRunner

from testgen_runtime import cli
from testgen_runtime.api.application import asgi, mounted
from testgen_runtime.api.services import Progress
from testgen_runtime.commands.serving import Component
from testgen_runtime.roles import COMPONENTS, EVERYWHERE, PATHS, as_markdown, role_of
from testgen_runtime.settings import ServiceRole, Settings

ROLES = tuple(COMPONENTS)
TOKEN = "a-token-for-the-tests-0123456789"


def settings(role: ServiceRole, tmp_path: Path) -> Settings:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    return Settings(role=role, data_dir=tmp_path, internal_token_file=token)


def paths(role: ServiceRole, tmp_path: Path) -> set[str]:
    """The public paths of a role, as its OpenAPI document tells them."""
    return set(mounted(Mock(settings=settings(role, tmp_path))).openapi()["paths"])


@pytest.mark.parametrize("role", [role for role in ROLES if role != "all"])
def test_a_role_has_the_paths_that_the_table_gives_it(role: ServiceRole, tmp_path: Path) -> None:  # S4-020, S4-021
    own = paths(role, tmp_path) - set(EVERYWHERE)
    assert {role_of(path) for path in own} <= {role}
    assert bool(own) is (role in {one for _, one in PATHS})


def test_the_roles_together_have_what_one_process_has(tmp_path: Path) -> None:
    split = {path: role for role in ROLES if role not in ("all", "ai-gateway") for path in paths(role, tmp_path)}
    assert set(split) == paths("all", tmp_path)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/api/v1/documents", "requirements"),
        ("/api/v1/documents/d-1/diff", "requirements"),
        ("/api/v1/documents-of-another", "api"),
        ("/api/v1/knowledge/glossary", "knowledge"),
        ("/api/v1/search", "vector"),
        ("/api/v1/index/status", "vector"),
        ("/api/v1/generate", "api"),
        ("/v1/chat/completions", "ai-gateway"),
        ("/health", None),
        ("/internal/v1/llm/write", None),
    ],
)
def test_a_path_has_one_role(path: str, role: str | None) -> None:
    assert role_of(path) == role


async def call(role: ServiceRole, tmp_path: Path, method: str, path: str, **rest: str) -> httpx.Response:
    services = Mock(settings=settings(role, tmp_path), progress=Progress())
    transport = httpx.ASGITransport(app=asgi(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://role") as http:
        return await http.request(method, path, headers=rest)


@pytest.mark.parametrize("role", ["worker", "vector", "api"])
async def test_a_path_of_another_role_is_answered_with_its_name(role: ServiceRole, tmp_path: Path) -> None:
    answer = await call(role, tmp_path, "GET", "/api/v1/knowledge/glossary")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["role"] == "knowledge"
    assert "role knowledge" in answer.json()["detail"]


async def test_a_path_of_nobody_is_just_not_there(tmp_path: Path) -> None:
    answer = await call("vector", tmp_path, "GET", "/nothing")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "not-found")


@pytest.mark.parametrize("role", ["all", "api", "worker", "requirements", "knowledge"])
async def test_only_roles_that_are_called_have_an_internal_api(role: ServiceRole, tmp_path: Path) -> None:
    for path in ("vector/sparse", "graph/neighbours", "llm/write"):
        answer = await call(role, tmp_path, "POST", f"/internal/v1/{path}", authorization=f"Bearer {TOKEN}")
        assert answer.status_code == 404


@pytest.mark.parametrize("role", ["vector", "graph", "llm"])
async def test_the_internal_api_is_closed_without_the_token(role: ServiceRole, tmp_path: Path) -> None:
    for sent in ({}, {"authorization": "Bearer another-token-0123456789"}, {"authorization": TOKEN}, {"x-api-key": TOKEN}):
        answer = await call(role, tmp_path, "POST", f"/internal/v1/{role}/anything", **sent)
        assert answer.status_code == 401
    answer = await call(role, tmp_path, "POST", f"/internal/v1/{role}/anything", authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 404


async def test_the_model_api_has_its_place_and_says_that_it_is_not_there_yet(tmp_path: Path) -> None:  # S4-042
    answer = await call("ai-gateway", tmp_path, "POST", "/v1/chat/completions")
    assert (answer.status_code, answer.headers["content-type"]) == (501, "application/problem+json")


def test_the_page_shows_the_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "ARCHITECTURE.md").read_text()
    assert as_markdown() in page


def test_the_command_line_names_every_role() -> None:
    shown = CliRunner().invoke(cli.app, ["serve", "--help"], terminal_width=200)
    assert {role.value for role in Component} == set(ROLES)
    assert all(role in shown.output for role in ROLES)
    assert CliRunner().invoke(cli.app, ["serve", "--role", "everything"]).exit_code == 2
