"""Every configuration that the operator renders is one that the runtime reads: the two share no code, this is their contract."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from tests.unit.operator.build import NEO4J, OLLAMA, project, resource
from tests.unit.operator.strategies import projects

from testgen_operator.plan import configuration
from testgen_operator.resources.project import TestGenProject, parse
from testgen_runtime.settings import Settings


def loaded(rendered: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    path.write_text(rendered, encoding="utf-8")
    monkeypatch.setenv("TESTGEN_CONFIG", str(path))
    return Settings()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=projects())
def test_every_rendered_file_loads_and_says_the_same(
    found: TestGenProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = configuration.render(found)
    read = loaded(rendered, tmp_path / "config.yaml", monkeypatch).model_dump(mode="json")

    def same(written: object, seen: object) -> bool:
        if isinstance(written, dict):
            return isinstance(seen, dict) and all(same(value, seen[key]) for key, value in written.items())
        if isinstance(written, list):
            return isinstance(seen, list) and len(written) == len(seen) and all(map(same, written, seen))
        return bool(written == seen)

    assert same(yaml.safe_load(rendered), read)


def test_a_project_with_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = project({**OLLAMA, **NEO4J, "environment": "Production", "budgets": {"dailyTokens": 5000}})
    read = loaded(configuration.render(found), tmp_path / "config.yaml", monkeypatch)
    assert read.postgres.host == "shop-postgres.team.svc"
    assert read.neo4j.uri == "bolt://shop-neo4j.team.svc:7687"
    assert [one.url for one in read.llm.providers] == ["http://shop-ollama.team.svc:11434"]
    assert (read.budgets.daily_tokens, read.budgets.on_exhaustion) == (5000, "Degrade")
    assert (read.environment, read.log.level) == ("Production", "WARNING")  # S2-114
    assert read.bootstrap_api_key_file == Path(configuration.ADMIN_KEY_FILE)


@pytest.mark.parametrize(("environment", "level"), [("Development", "DEBUG"), ("Staging", "INFO"), ("Production", "WARNING")])
def test_an_environment_sets_the_log_level(environment: str, level: str) -> None:  # S2-105, S2-111, S2-114
    assert configuration.settings(project({"environment": environment}))["log"]["level"] == level


def test_the_migration_job_sets_only_variables_that_the_runtime_reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.unit.operator.build import IMAGES, nothing

    from testgen_operator.plan import migration

    job = migration.job(project(), nothing(project()), IMAGES)
    [container] = job.object["spec"]["template"]["spec"]["containers"]
    monkeypatch.setenv("TESTGEN_CONFIG", str(tmp_path / "none.yaml"))
    for variable in container["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    read = Settings()
    assert (read.postgres.mode, read.postgres.host) == ("server", "shop-postgres.team.svc")
    assert read.postgres.password_file == Path(configuration.POSTGRES_PASSWORD_FILE)


SHARED: dict[str, object] = {
    "stores": {
        "qdrant": {"type": "External", "external": {"url": "https://vectors.platform.svc:6333"}},
        "neo4j": {
            "type": "External",
            "external": {"uri": "bolt://graph.platform.svc:7687", "passwordSecretRef": {"name": "g", "key": "p"}},
        },
        "redis": {"type": "External", "external": {"host": "redis.platform.svc"}},
    }
}


def scopes(namespace: str, name: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    raw = resource(SHARED, name=name)
    raw["metadata"]["namespace"] = namespace
    read = loaded(configuration.render(parse(raw)), path / "config.yaml", monkeypatch)
    return read.qdrant.scope, read.neo4j.scope, read.redis.scope


def test_projects_of_one_name_have_parts_of_their_own_of_a_shared_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # issue 6: a tenant cannot reach another tenant's stores
    assert scopes("a", "shop", tmp_path, monkeypatch) == ("a.shop",) * 3
    assert scopes("b", "shop", tmp_path, monkeypatch) == ("b.shop",) * 3


def test_stores_of_one_project_alone_keep_their_data_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    managed = {"stores": {kind: {"type": "Managed"} for kind in ("qdrant", "neo4j", "redis")}}
    for spec in ({}, managed):
        read = loaded(configuration.render(project(spec)), tmp_path / "config.yaml", monkeypatch)
        assert (read.qdrant.scope, read.neo4j.scope, read.redis.scope) == ("", "", "")
