"""No secret leaves the cluster in a report, whatever it stands in."""

from __future__ import annotations

import base64
import json
import string
import time
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from testgen_operator import redaction
from testgen_operator.kubectl.views.text import as_yaml

ALPHABET = string.ascii_letters + string.digits
SECRETS = st.text(ALPHABET, min_size=12, max_size=43).filter(
    lambda one: any(c.isdigit() for c in one) and any(c.isupper() for c in one)
)
SECRET_NAMES = st.sampled_from(
    ["PASSWORD", "TESTGEN_POSTGRES__PASSWORD", "API_KEY", "apiKey", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN",
     "client_secret", "DB_PASS", "privateKey", "DSN", "X-API-Key", "passphrase", "signing-key", "session_cookie"]
)  # fmt: skip


@settings(deadline=None)
@given(SECRETS, SECRET_NAMES)
def test_no_environment_value_of_a_secret_name_is_shown(secret: str, name: str) -> None:
    pod = {"kind": "Pod", "spec": {"containers": [{"name": "a", "env": [{"name": name, "value": secret}]}]}}

    assert secret not in as_yaml(redaction.obj(pod))


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=24, max_size=64))
def test_no_drawn_value_is_shown_whatever_its_variable_is_called(secret: str) -> None:
    assume(redaction.looks_random(secret))
    pod = {"kind": "Pod", "spec": {"containers": [{"env": [{"name": "WHATEVER", "value": secret}]}]}}

    assert secret not in as_yaml(redaction.obj(pod))


@settings(deadline=None)
@given(st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=8), SECRETS, min_size=1, max_size=3))
def test_no_data_of_a_secret_is_shown_in_any_encoding(data: dict[str, str]) -> None:
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    applied = json.dumps({"kind": "Secret", "stringData": data})
    metadata = {"name": "s", "annotations": {redaction.LAST_APPLIED: applied}, "managedFields": [{"f": 1}]}
    shown = as_yaml(redaction.obj({"kind": "Secret", "metadata": metadata, "data": encoded, "stringData": data}))

    assert not any(value in shown for value in [*data.values(), *encoded.values()])
    assert "managedFields" not in shown


LINES = st.sampled_from(
    [
        "connecting to postgres://testgen:{secret}@db.team.svc:5432/testgen",
        'GET /api/v1/cases Authorization: Bearer {secret}',
        "password={secret} host=db",
        "password: '{secret}'",
        '{{"event": "login", "password": "{secret}", "user": "a"}}',
        '{{"headers": "{{\\"x-api-key\\": \\"{secret}\\"}}"}}',
        "api_key = {secret}",
        "X-API-Key: tg_{secret}",
        "redis://:{secret}@redis:6379/0",
        "the key is tg_{secret}",
        "sk-{secret}{secret}",
        "eyJhbGciOiJIUzI1NiJ9.{secret}.{secret}",
        "-----BEGIN RSA PRIVATE KEY-----\n{secret}\n-----END RSA PRIVATE KEY-----",
        "--db-password={secret}",
        "client_secret => {secret}",
        "https://user:p@{secret}@example.com/x",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(SECRETS, LINES, st.text(max_size=20), st.text(max_size=20))
def test_no_credential_in_a_log_line_is_shown(secret: str, line: str, before: str, after: str) -> None:
    assume(secret not in before and secret not in after)
    written = f"{before} {line.format(secret=secret)} {after}"

    assert secret not in redaction.text(written)


@settings(deadline=None)
@given(SECRETS)
def test_no_argument_after_a_secret_flag_is_shown(secret: str) -> None:
    pod = {"spec": {"containers": [{"args": ["serve", "--api-key", secret, f"--password={secret}", "--port", "80"]}]}}
    shown = as_yaml(redaction.obj(pod))

    assert secret not in shown
    assert "--port" in shown


@settings(deadline=None)
@given(SECRETS)
def test_no_password_in_a_configuration_file_is_shown(secret: str) -> None:
    config = {"kind": "ConfigMap", "data": {"config.yaml": f"postgres:\n  host: db\n  password: {secret}\n  port: 5432\n"}}
    shown = as_yaml(redaction.obj(config))

    assert secret not in shown
    assert "port: 5432" in shown


@pytest.mark.parametrize(
    "text",
    [
        "password_file: /etc/testgen-secrets/postgres/password",
        "budgets: {dailyTokens: 100000}",
        "tokens_used=512 duration=3s",
        "secretKeyRef:\n  name: shop-admin-key\n  key: api-key",
        "automountServiceAccountToken: false",
        "http://shop.team.svc/api/v1/cases?limit=10",
        "GET /ready 200 in 0.004 s",
        "testgen.dev/secrets-hash: 0123456789",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redaction.text(text) == text


def test_references_to_secrets_stay_readable() -> None:
    spec: dict[str, Any] = {
        "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "shop-postgres", "key": "password"}}}],
        "volumes": [
            {"name": "postgres", "secret": {"secretName": "shop-postgres", "items": [{"key": "password", "path": "password"}]}}
        ],
        "imagePullSecrets": [{"name": "registry"}],
        "image": "registry.example:5000/team/runtime@sha256:" + "0a" * 32,
    }

    assert redaction.obj(spec) == spec


@settings(deadline=None)
@given(SECRETS, LINES)
def test_redacting_twice_is_redacting_once(secret: str, line: str) -> None:
    once = redaction.text(line.format(secret=secret))

    assert redaction.text(once) == once


@pytest.mark.parametrize("found", ["x" * 8192, "a.b" * 2700, "secret-" * 1100, "a://" + "@" * 8000, "ab\\n" * 2000])
def test_long_words_take_no_time_worth_mention(found: str) -> None:
    """The operator masks what a container said last, whatever that is, and does nothing else meanwhile."""
    before = time.process_time()
    redaction.text(found)

    assert time.process_time() - before < 5
