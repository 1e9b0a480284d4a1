"""How the store images take their settings, and what PostgreSQL's first start does when it was killed before."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

IMAGES = Path(__file__).resolve().parents[3] / "cluster" / "images"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_entrypoint", IMAGES / name / "entrypoint.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


postgres = load("postgres")
neo4j = load("neo4j")

SETTINGS = {"POSTGRES_PASSWORD": "secret", "POSTGRES_USER": "tenant"}


@pytest.fixture
def initialised(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What the database would be made with; the files stand for initdb's (a real one is made by the cluster tests)."""
    calls: list[tuple[str, str, str]] = []

    def initialise(new: Path, user: str, password: str, database: str) -> None:
        calls.append((user, password, database))
        (new / "base").mkdir(parents=True)
        (new / "base" / "1").write_text("rows")
        (new / "PG_VERSION").write_text("15\n")

    monkeypatch.setattr(postgres, "_initialise", initialise)
    return calls


def test_a_first_start_makes_the_database(tmp_path: Path, initialised: list[tuple[str, str, str]]) -> None:
    postgres.prepare(tmp_path / "pgdata", SETTINGS)
    assert initialised == [("tenant", "secret", "tenant")]
    assert sorted(os.listdir(tmp_path / "pgdata")) == ["PG_VERSION", "base"]


def test_a_later_start_leaves_it_as_it_is(tmp_path: Path, initialised: list[tuple[str, str, str]]) -> None:
    postgres.prepare(tmp_path / "pgdata", SETTINGS)
    (tmp_path / "pgdata" / "base" / "1").write_text("more rows")
    postgres.prepare(tmp_path / "pgdata", {})
    assert len(initialised) == 1
    assert (tmp_path / "pgdata" / "base" / "1").read_text() == "more rows"


@pytest.mark.parametrize("renames", range(3))
def test_a_first_start_that_was_killed_is_done_again(
    tmp_path: Path, initialised: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    class Killed(Exception):
        pass

    done = 0
    rename = Path.rename

    def dying(self: Path, target: Path) -> Path:
        nonlocal done
        if done == renames:
            raise Killed
        done += 1
        return rename(self, target)

    data = tmp_path / "pgdata"
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying)
        if renames < 2:
            with pytest.raises(Killed):
                postgres.prepare(data, SETTINGS)
        else:
            postgres.prepare(data, SETTINGS)
    assert (data / "PG_VERSION").exists() == (renames == 2)

    postgres.prepare(data, SETTINGS)
    assert sorted(os.listdir(data)) == ["PG_VERSION", "base"]
    assert (data / "base" / "1").read_text() == "rows"


def test_a_folder_with_somebodys_files_is_refused(tmp_path: Path, initialised: list[tuple[str, str, str]]) -> None:
    (tmp_path / "thesis.doc").write_text("precious")
    with pytest.raises(postgres.UserError, match=r"thesis\.doc"):
        postgres.prepare(tmp_path, SETTINGS)
    assert (tmp_path / "thesis.doc").read_text() == "precious"


def test_a_first_start_without_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(postgres.UserError, match="POSTGRES_PASSWORD_FILE"):
        postgres.prepare(tmp_path / "pgdata", {})


def test_a_secret_comes_from_a_variable_or_a_file_but_not_both(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from file\n")
    file = str(tmp_path / "secret")
    assert postgres.secret({"X": "from variable"}, "X") == "from variable"
    assert postgres.secret({"X_FILE": file}, "X") == "from file"
    assert postgres.secret({}, "X") is None
    with pytest.raises(postgres.UserError, match="both"):
        postgres.secret({"X": "a", "X_FILE": file}, "X")
    with pytest.raises(postgres.UserError, match="cannot read"):
        postgres.secret({"X_FILE": str(tmp_path / "none")}, "X")


def test_neo4j_settings_follow_the_official_names() -> None:
    found = neo4j.settings({"NEO4J_server_memory_heap_max__size": "1g", "NEO4J_AUTH": "x", "NEO4J_EDITION": "y"})
    assert found["server.memory.heap.max_size"] == "1g"
    assert not [name for name in found if "AUTH" in name or "EDITION" in name]


def test_the_heap_is_javas_and_not_in_the_conf() -> None:
    wanted = neo4j.settings({"NEO4J_server_memory_heap_max__size": "1g"})
    assert "heap" not in neo4j.conf(wanted)
    assert {"-Xms1g", "-Xmx1g"} <= set(neo4j.command(wanted, Path("/run"), None))


def test_a_value_cannot_start_another_line() -> None:
    with pytest.raises(neo4j.UserError, match="line break"):
        neo4j.conf(neo4j.settings({"NEO4J_db_x": "1\ndbms.security.auth_enabled=false"}))


def test_authentication_follows_from_one_variable(tmp_path: Path) -> None:
    (tmp_path / "auth").write_text("neo4j/longenough\n")
    assert neo4j.authentication({"NEO4J_AUTH": "neo4j/long/enough"}) == "long/enough"
    assert neo4j.authentication({"NEO4J_AUTH_FILE": str(tmp_path / "auth")}) == "longenough"
    assert neo4j.authentication({"NEO4J_AUTH": "none"}) is None
    assert "auth_enabled" not in neo4j.conf(neo4j.settings({"NEO4J_dbms_security_auth__enabled": "false"}))


@pytest.mark.parametrize("value", ["", "neo4j/short", "other/longenough", "neo4j"])
def test_no_password_is_not_no_authentication(value: str) -> None:
    with pytest.raises(neo4j.UserError, match="NEO4J_AUTH"):
        neo4j.authentication({"NEO4J_AUTH": value})
