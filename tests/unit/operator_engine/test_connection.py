"""Where the API server is: kubeconfigs as people have them, and clear words where one can't be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from testgen_operator.cluster.connection import Token, connect, from_kubeconfig, in_cluster
from testgen_operator.errors import ConfigurationError


def kubeconfig(folder: Path, *, user: dict[str, Any] | None = None, cluster: dict[str, Any] | None = None) -> Path:
    path = folder / "config"
    config = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "team"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:6443/"} | (cluster or {})}],
        "users": [{"name": "u", "user": user or {}}],
    }
    path.write_text(yaml.safe_dump(config))
    return path


def test_server_namespace_and_token(tmp_path: Path) -> None:
    found = from_kubeconfig(kubeconfig(tmp_path, user={"token": "t"}))
    assert (found.server, found.namespace) == ("https://127.0.0.1:6443", "team")
    assert found.headers() == {"Authorization": "Bearer t"}


def test_a_token_file_is_looked_for_beside_the_kubeconfig(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("from-file\n")
    found = from_kubeconfig(kubeconfig(tmp_path, user={"tokenFile": "t"}))
    assert found.headers() == {"Authorization": "Bearer from-file"}


def test_an_unverified_server_is_only_what_the_kubeconfig_asks_for(tmp_path: Path) -> None:
    checked = from_kubeconfig(kubeconfig(tmp_path)).tls
    unchecked = from_kubeconfig(kubeconfig(tmp_path, cluster={"insecure-skip-tls-verify": True})).tls
    assert checked is not None
    assert checked.check_hostname
    assert unchecked is not None
    assert not unchecked.check_hostname


@pytest.mark.parametrize(
    ("user", "words"), [({"exec": {"command": "aws"}}, "plugin"), ({"auth-provider": {"name": "gcp"}}, "plugin")]
)
def test_a_sign_in_that_is_not_supported_is_said(tmp_path: Path, user: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        from_kubeconfig(kubeconfig(tmp_path, user=user))


def test_an_unknown_context_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'elsewhere'"):
        from_kubeconfig(kubeconfig(tmp_path), "elsewhere")


def test_no_kubeconfig_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--kubeconfig"):
        connect(str(tmp_path / "none"))


def test_in_a_pod_the_token_is_read_again_after_a_minute(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first")
    now = [0.0]
    token = Token(file=tmp_path / "token", clock=lambda: now[0])
    assert token.current() == "first"
    (tmp_path / "token").write_text("second")
    now[0] = 59
    assert token.current() == "first"
    now[0] = 61
    assert token.current() == "second"
    (tmp_path / "token").unlink()
    now[0] = 200
    assert token.current() == "second"  # a moment between two tokens is no failure


def test_in_a_pod_an_ipv6_server_is_bracketed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "fd00::1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", "443")
    (tmp_path / "token").write_text("t")
    (tmp_path / "namespace").write_text("ops")
    monkeypatch.setattr("ssl.create_default_context", lambda **_: None)
    found = in_cluster(tmp_path)
    assert (found.server, found.namespace) == ("https://[fd00::1]:443", "ops")
