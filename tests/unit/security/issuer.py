"""An issuer of tokens for tests: real keys, a real HTTP server on loopback that tells the public ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://issuer.example"
AUDIENCE = "testgen"


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """A key that is drawn once for each name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """A key that is drawn once for each name."""
    return ec.generate_private_key(ec.SECP256R1())


def public_pem(name: str) -> bytes:
    """What an attacker knows of an RSA key."""
    return rsa_key(name).public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def jwk(name: str, algorithm: str = "RS256") -> dict[str, Any]:
    """The public half, as a JWKS tells it."""
    found = RSAAlgorithm.to_jwk(rsa_key(name).public_key(), True) if algorithm == "RS256" else ec_jwk(name)
    return {**found, "kid": name, "use": "sig", "alg": algorithm}


def ec_jwk(name: str) -> dict[str, Any]:
    return dict(ECAlgorithm.to_jwk(ec_key(name).public_key(), True))


def claims(now: float, **given: Any) -> dict[str, Any]:
    """Those of a good token; None leaves one out."""
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "wang.fang", "role": "tester", "iat": int(now), "exp": int(now) + 600}
    return {name: value for name, value in {**usual, **given}.items() if value is not None}


def signed(claims: dict[str, Any], *, key: str = "first", algorithm: str = "RS256", **header: Any) -> str:
    """A token, really signed."""
    private: Any = rsa_key(key) if algorithm == "RS256" else ec_key(key)
    return jwt.encode(claims, private, algorithm=algorithm, headers={"kid": key, **header})


@dataclass
class Issuer:
    """What the server answers, and how often it was asked."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    location: str = ""
    asked: int = 0
    url: str = ""
    hang: bool = False
    hangs: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            if self.hang:
                self.hangs.set()
                await asyncio.sleep(60)
            body = self.body if self.body is not None else json.dumps({"keys": self.keys}).encode()
            head = [f"HTTP/1.1 {self.status} X", f"Content-Length: {len(body)}", "Connection: close"]
            if self.location:
                head.append(f"Location: {self.location}")
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(*keys: dict[str, Any]) -> AsyncIterator[Issuer]:
    """The server, on a free port of loopback."""
    issuer = Issuer(list(keys))
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    try:
        yield issuer
    finally:
        server.close()
