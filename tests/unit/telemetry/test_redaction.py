"""No secret reaches a log line (S0-037)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testgen_runtime.security import keys
from testgen_runtime.telemetry import logs
from testgen_runtime.telemetry.redaction import REDACTED, redact, redact_text

SECRETS = st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789-_", min_size=12, max_size=60)


@given(SECRETS)
def test_what_stands_under_a_secrets_name_is_gone(secret: str) -> None:
    for name in ("password", "api_key", "X-API-Key", "Authorization", "access_token", "client_secret", "cookie", "dsn"):
        assert redact({name: secret, "n": [{name: secret}]}) == {name: REDACTED, "n": [{name: REDACTED}]}


@given(SECRETS, st.sampled_from(["", "it failed: ", "重试 "]))
def test_secrets_in_a_sentence_are_gone(secret: str, before: str) -> None:
    for text in (
        f"postgresql://testgen:{secret}@db:5432/testgen",
        f"Authorization: Bearer {secret}",
        f"password={secret} host=db",
        f"api_key: {secret}",
        f"tg_0a1b2c3d_{secret}{secret}",
    ):
        assert secret not in redact_text(before + text)


def test_every_key_that_we_make_is_gone() -> None:
    key = keys.make(lambda n: "A-_b" * n)

    assert key.secret not in redact_text(f"GET /documents/{key.secret} 404")


def test_a_token_is_gone_wherever_it_stands() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ3YW5nIn0.c2lnbmF0dXJl-_"

    assert redact_text(f"GET /documents/{token} 404") == "GET /documents/[redacted] 404"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=":=@"), max_size=80))
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    if "bearer" not in text.lower() and "basic" not in text.lower():
        assert redact_text(text) == text


@pytest.mark.parametrize("name", ["password_file", "key_id", "tokens", "daily_tokens", "prefix"])
def test_what_only_sounds_like_a_secret_stays(name: str) -> None:
    assert redact({name: "value"}) == {name: "value"}


def test_a_line_is_json_with_level_and_log_type() -> None:  # S0-034 S0-035
    out = io.StringIO()
    logs.configure("INFO", "json", out)
    logs.get_logger("audit").info("key created", key_id="k", password="hunter2-hunter2")
    logs.get_logger().debug("not told")
    try:
        raise RuntimeError("postgresql://u:topsecret@db/x")
    except RuntimeError:
        logs.get_logger().exception("it failed")

    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert (first["event"], first["level"], first["log_type"], first["password"]) == ("key created", "info", "audit", REDACTED)
    assert (second["level"], second["log_type"]) == ("error", "error")
    assert "topsecret" not in out.getvalue()
    assert "RuntimeError" in second["exception"]


def test_a_log_file_is_rotated_and_old_ones_are_dropped(tmp_path: Path) -> None:  # S0-036
    logs.configure("INFO", "json", io.StringIO(), logs.Rotated(tmp_path / "testgen.log", 2_000, 2))
    for n in range(200):
        logs.get_logger().info("line", n=n)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["testgen.log", "testgen.log.1", "testgen.log.2"]
    assert all(path.stat().st_size <= 2_000 for path in tmp_path.iterdir())
    assert json.loads((tmp_path / "testgen.log").read_text().splitlines()[-1])["n"] == 199
