"""Kubeconfig files as kubectl reads them: merged, with sign-in programs."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from testgen_operator.kubectl import kubeconfig
from testgen_operator.kubectl.cli import main
from testgen_operator.kubectl.problems import Exit, PluginError


def write(path: Path, user: dict[str, Any] | None = None, name: str = "one", **more: Any) -> Path:
    cluster = {"server": f"http://{name}.example:8080", **more}
    config = {
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": "team"}}],
        "users": [{"name": name, "user": user or {}}],
    }
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.fixture(autouse=True)
def _no_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_files_in_kubeconfig_are_merged_and_the_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = write(tmp_path / "1", {"token": "first"}), write(tmp_path / "2", {"token": "second"}, name="two")
    monkeypatch.setenv("KUBECONFIG", f"{one}{os.pathsep}{tmp_path / 'missing'}{os.pathsep}{two}")

    assert kubeconfig.load(None, None).connection.server == "http://one.example:8080"
    assert kubeconfig.load(None, "two").connection.headers() == {"Authorization": "Bearer second"}


def test_relative_paths_are_of_the_file_they_stand_in(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-file\n")
    found = kubeconfig.load(str(write(tmp_path / "config", {"tokenFile": "token"})), None)

    assert found.connection.headers() == {"Authorization": "Bearer from-file"}


def test_no_kubeconfig_says_what_works_without(tmp_path: Path) -> None:
    with pytest.raises(PluginError) as raised:
        kubeconfig.load(None, None)
    assert raised.value.code is Exit.NO_CLUSTER
    assert "validate" in raised.value.hint


def test_an_unknown_context_lists_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(PluginError) as raised:
        kubeconfig.load(str(write(tmp_path / "config")), "prod")
    assert "There are: one" in raised.value.hint


def test_a_file_that_is_no_kubeconfig_is_named(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("just words")
    with pytest.raises(PluginError, match="is not a kubeconfig"):
        kubeconfig.load(str(tmp_path / "config"), None)


def program(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def credential(**status: str) -> str:
    return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status})


def test_a_sign_in_program_gives_the_token(tmp_path: Path) -> None:
    program(tmp_path / "sign-in", f'test -n "$KUBERNETES_EXEC_INFO" && test "$WHO" = ann && echo \'{credential(token="drawn")}\'')
    user = {
        "exec": {
            "command": "./sign-in",
            "env": [{"name": "WHO", "value": "ann"}],
            "apiVersion": "client.authentication.k8s.io/v1",
        }
    }

    assert kubeconfig.load(str(write(tmp_path / "config", user)), None).connection.headers() == {"Authorization": "Bearer drawn"}


def test_an_expired_token_is_drawn_anew(tmp_path: Path) -> None:
    count = tmp_path / "count"
    stale = credential(token="t", expirationTimestamp="2020-01-01T00:00:00Z")
    program(tmp_path / "sign-in", f"echo x >> {count}; echo '{stale}'")
    found = kubeconfig.load(str(write(tmp_path / "config", {"exec": {"command": "./sign-in"}})), None)

    found.connection.headers()
    assert count.read_text().count("x") == 2


@pytest.mark.parametrize(
    ("body", "said"), [("exit 3", "exit code 3"), ("echo '[]'", "gave no credential"), ("echo", "gave no credential")]
)
def test_a_sign_in_program_that_fails_is_named(tmp_path: Path, body: str, said: str) -> None:
    program(tmp_path / "sign-in", body)
    with pytest.raises(PluginError, match=said):
        kubeconfig.load(str(write(tmp_path / "config", {"exec": {"command": "./sign-in"}})), None)


def test_a_sign_in_program_that_is_not_installed_gives_its_own_hint(tmp_path: Path) -> None:
    user = {"exec": {"command": "no-such-program-here", "installHint": "Install it with pip."}}
    with pytest.raises(PluginError) as raised:
        kubeconfig.load(str(write(tmp_path / "config", user)), None)
    assert raised.value.hint == "Install it with pip."


def test_acting_as_somebody_else_is_sent_with_every_request(tmp_path: Path) -> None:
    found = kubeconfig.load(str(write(tmp_path / "config")), None, "ann", ("devs",))

    assert found.headers == {"Impersonate-User": "ann", "Impersonate-Group": "devs"}


HTTPS = {"server": "https://one.example"}


def spoilt(**more: Any) -> dict[str, Any]:
    """A kubeconfig with something else in place of one of its parts."""
    whole: dict[str, Any] = {
        "current-context": "one",
        "clusters": [{"name": "one", "cluster": HTTPS}],
        "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one"}}],
        "users": [{"name": "one", "user": {}}],
    }
    return whole | more


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (["no", "fields"], "is not a kubeconfig: it holds no fields"),
        (spoilt(clusters=5), "clusters must be a list"),
        (spoilt(clusters=["one"]), "clusters[0] must be fields"),
        (spoilt(clusters=[{"cluster": HTTPS}]), "clusters[0].name must be text"),
        (spoilt(contexts=[{"name": "one", "context": "foo"}]), "contexts[0].context must be fields"),
        (spoilt(users=[{"name": "one", "user": {"exec": "foo"}}]), "users[0].user.exec must be fields"),
        (spoilt(users=[{"name": "one", "user": {"exec": {"command": "a", "env": [{"name": "A"}]}}}]), "env[].value must be text"),
        (spoilt(users=[{"name": "one", "user": {"token": 5}}]), "users[0].user.token must be text"),
        (spoilt(**{"current-context": ["one"]}), "current-context must be text"),
        (
            spoilt(clusters=[{"name": "one", "cluster": HTTPS | {"certificate-authority": "gone.crt"}}]),
            "gone.crt, the kubeconfig's certificate-authority: No such file",
        ),
        (
            spoilt(clusters=[{"name": "one", "cluster": HTTPS | {"certificate-authority-data": "????"}}]),
            "certificate-authority-data is no base64",
        ),
        (
            spoilt(clusters=[{"name": "one", "cluster": HTTPS | {"certificate-authority-data": "bm9uZQ=="}}]),
            "certificate-authority holds no PEM certificate",
        ),
        (
            spoilt(users=[{"name": "one", "user": {"client-certificate": "me.crt", "client-key": "me.key"}}]),
            "me.crt, the kubeconfig's client-certificate: No such file",
        ),
        (
            spoilt(users=[{"name": "one", "user": {"client-certificate-data": "bm9uZQ==", "client-key-data": "bm9uZQ=="}}]),
            "are no PEM certificate and its key",
        ),
    ],
)
def test_what_is_wrong_with_a_kubeconfig_is_named_at_its_place(config: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(config))
    with pytest.raises(PluginError) as raised:
        kubeconfig.load(str(path), None)
    assert words in raised.value.message
    assert raised.value.code is Exit.NO_CLUSTER


def test_a_token_file_that_is_gone_is_no_defect_of_the_plugin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "config", {"tokenFile": "gone"})
    assert main(["status", "--kubeconfig", str(path)]) == Exit.NO_CLUSTER
    assert "can't read the token file" in capsys.readouterr().err
