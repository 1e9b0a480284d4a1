"""Tokens: which ones count (S4-072, S3-044…S3-046; RFC 8725). Every one is really signed; the issuer is a server on loopback."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from pydantic import ValidationError
from tests.unit.security.issuer import AUDIENCE, ISSUER, claims, ec_jwk, jwk, public_pem, rsa_key, serving, signed

from testgen_runtime.errors import BadConfiguration, Forbidden, Unavailable
from testgen_runtime.security.claims import Refused
from testgen_runtime.security.keys import Principal, Role
from testgen_runtime.security.tokens import OWN_ISSUER, Tokens, looks_like_one, narrowed
from testgen_runtime.settings import Jwt

NOW = 1_800_000_000.0
SECRET = "a-secret-of-more-than-32-bytes-for-hs256"


class Clock:
    """Time, as the test says."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def by_keys(url: str, clock: Callable[[], float], **given: Any) -> Tokens:
    """Tokens of an issuer with public keys."""
    return Tokens(Jwt(**{"algorithms": ("RS256", "ES256"), "issuer": ISSUER, "jwks_url": url, **given}), clock)


@pytest.fixture
def by_secret(tmp_path: Path) -> Callable[..., Tokens]:
    """Tokens with a shared secret."""

    def make(clock: Callable[[], float], **given: Any) -> Tokens:
        (tmp_path / "secret").write_text(SECRET + "\n")
        return Tokens(Jwt(secret_file=tmp_path / "secret", **given), clock)

    return make


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def forged(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token that no library would sign."""
    text = f"{encoded(header)}.{encoded(claims)}"
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest() if secret else b""
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def resigned(header: dict[str, Any]) -> str:
    """A good token with this header, signed with the issuer's key."""
    text = f"{encoded(header)}.{encoded(claims(NOW))}"
    signature = rsa_key("first").sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_good_token_names_its_bearer(algorithm: str) -> None:
    async with serving(jwk("first", algorithm)) as issuer:
        verified = await by_keys(issuer.url, Clock()).verify(signed(claims(NOW, name="Wang Fang"), algorithm=algorithm))

    assert verified.principal is not None
    assert (verified.principal.name, verified.principal.role, verified.principal.scopes) == ("Wang Fang", Role.TESTER, None)


BAD = {
    "expired": claims(NOW, exp=int(NOW) - 31),
    "not yet valid": claims(NOW, nbf=int(NOW) + 31),
    "issued in the future": claims(NOW, iat=int(NOW) + 31),
    "for somebody else": claims(NOW, aud="another"),
    "for somebody else among others": claims(NOW, aud=["one", "two"]),
    "of another issuer": claims(NOW, iss="https://evil.example"),
    "of our own issuer, by a public key": claims(NOW, iss=OWN_ISSUER),
    "without an end": claims(NOW, exp=None),
    "without a subject": claims(NOW, sub=None),
    "without an issuer": claims(NOW, iss=None),
    "without an audience": claims(NOW, aud=None),
    "with an empty subject": claims(NOW, sub=""),
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD)
async def test_a_token_with_wrong_claims_counts_for_nothing(wrong: dict[str, Any]) -> None:
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(signed(wrong))


@pytest.mark.parametrize("end", ["soon", True, None, [1], 1e400, {"a": 1}])
async def test_an_end_that_is_no_time_counts_for_nothing(end: object) -> None:
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(signed(claims(NOW) | {"exp": end}))


@pytest.mark.parametrize(("seconds", "counts"), [(-29, True), (-30, False)])
async def test_the_clocks_may_differ_by_the_leeway_and_no_second_more_at_the_end(seconds: int, counts: bool) -> None:
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, Clock(), leeway_seconds=30)
        token = signed(claims(NOW, exp=int(NOW) + seconds))
        if counts:
            assert (await tokens.verify(token)).principal
        else:
            with pytest.raises(Refused, match="expired"):
                await tokens.verify(token)


@pytest.mark.parametrize(("seconds", "counts"), [(30, True), (31, False)])
async def test_the_clocks_may_differ_by_the_leeway_and_no_second_more_at_the_start(seconds: int, counts: bool) -> None:
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, Clock(), leeway_seconds=30)
        token = signed(claims(NOW, nbf=int(NOW) + seconds))
        if counts:
            assert (await tokens.verify(token)).principal
        else:
            with pytest.raises(Refused, match="nbf"):
                await tokens.verify(token)


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS256", "HS512", "RS512", "", None, 7])
async def test_an_algorithm_that_is_not_allowed_counts_for_nothing(alg: object) -> None:
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(forged({"alg": alg, "kid": "first", "typ": "JWT"}, claims(NOW), None))


async def test_a_public_key_is_never_taken_for_a_secret(by_secret: Callable[..., Tokens]) -> None:
    async with serving(jwk("first")) as issuer:
        public = by_keys(issuer.url, Clock())
        both = by_secret(Clock(), algorithms=("HS256", "RS256"), issuer=ISSUER, jwks_url=issuer.url)
        for secret in (public_pem("first"), public_pem("first").strip(), json.dumps(jwk("first")).encode()):
            token = forged({"alg": "HS256", "kid": "first", "typ": "JWT"}, claims(NOW), secret)
            for tokens in (public, both):
                with pytest.raises(Refused):
                    await tokens.verify(token)


async def test_a_secret_in_a_key_set_is_passed_over() -> None:
    oct_key = {"kty": "oct", "kid": "first", "k": base64.urlsafe_b64encode(b"k" * 32).decode(), "alg": "HS256"}
    async with serving(oct_key) as issuer:
        tokens = by_keys(issuer.url, Clock())
        with pytest.raises(Refused):
            await tokens.verify(forged({"alg": "HS256", "kid": "first"}, claims(NOW), b"k" * 32))


async def test_a_header_that_names_only_known_things_passes() -> None:
    async with serving(jwk("first")) as issuer:
        assert (await by_keys(issuer.url, Clock()).verify(resigned({"alg": "RS256", "typ": "JWT", "kid": "first"}))).principal


@pytest.mark.parametrize(
    "header", [{"jwk": {}}, {"jku": "http://evil"}, {"x5u": "http://evil"}, {"crit": ["exp"]}, {"b64": False}]
)
async def test_a_header_that_brings_its_own_key_or_rules_counts_for_nothing(header: dict[str, Any]) -> None:
    whole = {"alg": "RS256", "typ": "JWT", "kid": "first", **header}
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(resigned(whole))


async def test_a_changed_claim_breaks_the_signature() -> None:
    head, _, signature = signed(claims(NOW)).split(".")
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(f"{head}.{encoded(claims(NOW, role='admin'))}.{signature}")


@pytest.mark.parametrize(
    "text", ["", "..", "a.b.c", "eyJ.eyJ.x", "x" * 9000, "eyJhbGciOiJSUzI1NiJ9..", "é.é.é", "eyJ" + "[" * 5000 + ".."]
)
async def test_what_is_no_token_counts_for_nothing(text: str) -> None:
    async with serving(jwk("first")) as issuer:
        with pytest.raises(Refused):
            await by_keys(issuer.url, Clock()).verify(text)


async def test_a_key_that_the_issuer_has_changed_is_read_at_once_and_the_old_one_no_longer_counts() -> None:
    clock = Clock()
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, clock, jwks_interval_seconds=30)
        await tokens.verify(signed(claims(NOW)))
        issuer.keys = [jwk("second")]
        clock.now += 31
        await tokens.verify(signed(claims(clock.now), key="second"))

        assert issuer.asked == 2
        with pytest.raises(Refused, match="unknown key"):
            await tokens.verify(signed(claims(clock.now)))


async def test_unknown_keys_ask_the_issuer_at_most_once_in_an_interval() -> None:
    clock = Clock()
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, clock, jwks_interval_seconds=30)
        for _ in range(50):
            with pytest.raises(Refused, match="unknown key"):
                await tokens.verify(signed(claims(NOW), key="second"))

        assert issuer.asked == 1


async def test_known_keys_ask_the_issuer_once_in_their_lifetime() -> None:
    clock = Clock()
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, clock, jwks_cache_seconds=300)
        for _ in range(10):
            await tokens.verify(signed(claims(NOW)))
        assert issuer.asked == 1
        clock.now += 301
        await tokens.verify(signed(claims(clock.now)))
        assert issuer.asked == 2


async def test_while_the_issuer_is_down_its_keys_count_for_a_bounded_time() -> None:
    clock = Clock()
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, clock, jwks_cache_seconds=300, jwks_stale_seconds=600)
        await tokens.verify(signed(claims(NOW)))
        issuer.status = 500
        clock.now += 600
        assert (await tokens.verify(signed(claims(clock.now)))).principal
        clock.now += 301
        with pytest.raises(Unavailable):
            await tokens.verify(signed(claims(clock.now)))


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'{"keys": 7}', b'{"keys": "x"}', b"x" * 600_000])
async def test_an_issuer_that_tells_nonsense_lets_nobody_in(body: bytes) -> None:
    async with serving() as issuer:
        issuer.body = body
        with pytest.raises(Unavailable):
            await by_keys(issuer.url, Clock()).verify(signed(claims(NOW)))


async def test_no_redirect_is_followed() -> None:
    async with serving(jwk("first")) as other, serving() as issuer:
        issuer.status, issuer.location = 302, other.url
        with pytest.raises(Unavailable):
            await by_keys(issuer.url, Clock()).verify(signed(claims(NOW)))

        assert other.asked == 0


async def test_an_issuer_that_never_answers_is_not_waited_for() -> None:
    async with serving(jwk("first")) as issuer:
        issuer.hang = True
        with pytest.raises(Unavailable):
            await by_keys(issuer.url, Clock(), jwks_timeout=0.2).verify(signed(claims(NOW)))


async def test_one_waits_for_an_issuer_that_is_slow_and_the_others_go_on_with_what_is_known() -> None:
    clock = Clock()
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, clock, jwks_cache_seconds=300, jwks_timeout=30)
        await tokens.verify(signed(claims(NOW)))
        issuer.hang = True
        clock.now += 301
        waiting = asyncio.create_task(tokens.verify(signed(claims(clock.now))))
        async with asyncio.timeout(20):
            await issuer.hangs.wait()
            assert (await tokens.verify(signed(claims(clock.now)))).principal
        assert not waiting.done()
        waiting.cancel()


async def test_no_issuer_at_all_is_unavailable_not_unauthenticated() -> None:
    with pytest.raises(Unavailable):
        await by_keys("http://127.0.0.1:1/jwks", Clock()).verify(signed(claims(NOW)))


async def test_a_key_set_may_come_from_a_file_and_change(tmp_path: Path) -> None:
    path, clock = tmp_path / "jwks.json", Clock()
    path.write_text(json.dumps({"keys": [jwk("first"), {"kty": "RSA", "kid": "broken"}, 7]}))
    tokens = Tokens(Jwt(algorithms=("RS256",), issuer=ISSUER, jwks_file=path), clock)
    assert (await tokens.verify(signed(claims(NOW)))).principal
    path.write_text(json.dumps({"keys": [jwk("second")]}))
    clock.now += 301

    assert (await tokens.verify(signed(claims(clock.now), key="second"))).principal


async def test_the_only_key_of_its_kind_needs_no_id() -> None:
    async with serving({name: value for name, value in jwk("first").items() if name != "kid"}, ec_jwk("other")) as issuer:
        token = jwt.encode(claims(NOW), rsa_key("first"), "RS256")
        assert (await by_keys(issuer.url, Clock()).verify(token)).principal


async def test_roles_of_the_issuer_are_mapped_and_the_highest_counts() -> None:
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(
            issuer.url, Clock(), role_claim="realm_access.roles", roles={"qa": Role.TESTER, "qa-lead": Role.REVIEWER}
        )
        several = await tokens.verify(signed(claims(NOW, realm_access={"roles": ["qa", "x", "qa-lead", 7]})))
        nothing: list[Any] = [{"roles": ["admin"]}, {"roles": []}, {}, 7, None]
        for none in nothing:
            with pytest.raises(Forbidden):
                await tokens.verify(signed(claims(NOW, realm_access=none)))

    assert several.principal is not None
    assert several.principal.role is Role.REVIEWER


async def test_a_token_may_narrow_itself_by_scopes_of_ours() -> None:
    async with serving(jwk("first")) as issuer:
        tokens = by_keys(issuer.url, Clock())
        narrow = await tokens.verify(signed(claims(NOW, scope="openid cases:read")))
        plain = await tokens.verify(signed(claims(NOW, scope="openid profile")))

    assert narrow.principal is not None
    assert plain.principal is not None
    assert (narrow.principal.scopes, plain.principal.scopes) == (frozenset({"cases:read"}), None)


async def test_a_token_of_ours_ends_with_its_time(by_secret: Callable[..., Tokens]) -> None:  # S3-046
    clock = Clock()
    tokens = by_secret(clock, expiration_hours=24, leeway_seconds=0)
    token, seconds = tokens.issue(Principal("key_1", "ci", Role.TESTER), seconds=10**6, scopes=None)
    assert seconds == 24 * 3600
    clock.now += seconds - 1
    assert (await tokens.verify(token)).key_id == "key_1"
    clock.now += 1

    with pytest.raises(Refused, match="expired"):
        await tokens.verify(token)


async def test_a_token_of_ours_never_has_more_than_its_key(by_secret: Callable[..., Tokens]) -> None:
    tokens = by_secret(Clock())
    narrow = Principal("key_1", "ci", Role.TESTER, frozenset({"cases:read", "exports"}))
    with pytest.raises(Forbidden):
        tokens.issue(narrow, seconds=60, scopes=frozenset({"generate"}))
    verified = await tokens.verify(tokens.issue(narrow, seconds=60, scopes=frozenset({"exports"}))[0])

    assert narrowed(narrow, verified.scopes).scopes == frozenset({"exports"})
    assert narrowed(Principal("key_1", "ci", Role.TESTER, frozenset({"cases:read"})), verified.scopes).scopes == frozenset()
    assert narrowed(Principal("key_1", "ci", Role.TESTER), verified.scopes).scopes == frozenset({"exports"})


async def test_a_shared_secret_also_serves_another_issuer(by_secret: Callable[..., Tokens]) -> None:  # S3-044 S3-045
    tokens = by_secret(Clock(), issuer=ISSUER)

    assert (await tokens.verify(jwt.encode(claims(NOW), SECRET, "HS256"))).principal
    for secret in (SECRET + "\n", SECRET[:-1] + "x"):
        with pytest.raises(Refused):
            await tokens.verify(jwt.encode(claims(NOW), secret, "HS256"))


def test_a_short_secret_is_refused_at_start(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x" * 31)
    with pytest.raises(BadConfiguration, match="31 bytes"):
        Tokens(Jwt(secret_file=tmp_path / "secret"))


@pytest.mark.parametrize(
    "given",
    [
        {"jwks_url": "https://a/jwks", "algorithms": ("RS256",)},
        {"jwks_url": "https://a/jwks", "issuer": "https://a"},
        {"jwks_url": "http://a.example/jwks", "issuer": "https://a", "algorithms": ("RS256",)},
        {"jwks_url": "https://user:word@a/jwks", "issuer": "https://a", "algorithms": ("RS256",)},
        {"jwks_url": "file:///etc/passwd", "issuer": "https://a", "algorithms": ("RS256",)},
        {"algorithms": ("none",)},
        {"algorithms": ("HS512",)},
    ],
)
def test_settings_that_would_be_unsafe_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Jwt(**given)


def test_without_settings_no_token_counts_and_keys_are_no_tokens() -> None:
    assert not Tokens(Jwt()).enabled
    assert looks_like_one(jwt.encode(claims(NOW), SECRET, "HS256"))
    assert not looks_like_one("tg_0123abcd_" + "x" * 43)
    assert Jwt().audience == AUDIENCE
