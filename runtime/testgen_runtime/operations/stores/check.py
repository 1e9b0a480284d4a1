"""Look at a store as the runtime would use it: reach it, log in, and see version, database and rights."""

from __future__ import annotations

import re
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.stores.finding import SECONDS, Failed, Reason, of_connection, reach
from testgen_runtime.operations.stores.redis_wire import Refused, Wire
from testgen_runtime.security.secrets import read_secret
from testgen_runtime.settings import Settings

OLDEST_POSTGRES: Final = 14
OLDEST_NEO4J: Final = 5
OLDEST_QDRANT: Final = (1, 10)  # sparse vectors and fused queries
OLDEST_REDIS: Final = 6  # users with several passwords


async def check(store: str, settings: Settings) -> str:
    """One line that says what is there.

    Raises: Failed.
    """
    try:
        return await _CHECKS[store](settings)
    except BadConfiguration as error:
        reason = Reason.CERTIFICATE_INVALID if "certificate" in error.detail else Reason.CHECK_FAILED
        raise Failed(reason, error.detail) from None


async def _postgres(settings: Settings) -> str:
    import asyncpg

    from testgen_runtime.storage.target import Target, dial

    wanted = settings.postgres
    where = f"{wanted.host}:{wanted.port}"
    await reach(wanted.host, wanted.port)
    try:
        connection = await dial(Target.of(wanted), timeout=SECONDS, command_timeout=SECONDS)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        raise Failed(Reason.AUTHENTICATION_FAILED, f"{where} refuses user {wanted.user}, its password or its client") from None
    except asyncpg.InvalidCatalogNameError:
        raise Failed(Reason.DATABASE_MISSING, f"{where} has no database {wanted.database}") from None
    except asyncpg.InsufficientPrivilegeError:
        raise Failed(Reason.PERMISSION_DENIED, f"user {wanted.user} may not connect to {wanted.database}") from None
    except asyncpg.TooManyConnectionsError:
        raise Failed(Reason.CONNECTION_REFUSED, f"{where} has no connection left") from None
    except ConnectionError as error:
        if "SSL" in str(error):
            raise Failed(
                Reason.CERTIFICATE_INVALID, f"{where} offers no encryption: set sslMode: disable, or switch it on"
            ) from None
        raise of_connection(error, where) from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise of_connection(error, where) from None
    try:
        return await _inside(connection, where, wanted.user)
    finally:
        await connection.close(timeout=SECONDS)


async def _inside(connection: Any, where: str, user: str) -> str:
    version = connection.get_server_version()
    if version.major < OLDEST_POSTGRES:
        raise Failed(Reason.VERSION_TOO_OLD, f"{where} is PostgreSQL {version.major}; {OLDEST_POSTGRES} or newer is needed")
    if await connection.fetchval("SELECT pg_is_in_recovery()"):
        raise Failed(Reason.PERMISSION_DENIED, f"{where} is a replica: name the primary as host, and this one as readHost")
    may = await connection.fetchval(
        "SELECT coalesce(has_schema_privilege(current_user, current_schema(), 'CREATE')"
        " AND has_schema_privilege(current_user, current_schema(), 'USAGE'), false)"
    )
    if not may:
        raise Failed(Reason.PERMISSION_DENIED, f"user {user} may not create tables: make it the owner of the database")
    return f"PostgreSQL {version.major} answers"


async def _neo4j(settings: Settings) -> str:
    from neo4j import AsyncGraphDatabase
    from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError

    wanted = settings.neo4j
    parts = urlsplit(wanted.uri)
    host, port = parts.hostname or "", parts.port or 7687
    await reach(host, port, ssl.create_default_context() if parts.scheme.endswith("+s") else None)
    password = read_secret(wanted.password_file, "neo4j.password_file")
    driver = AsyncGraphDatabase.driver(
        wanted.uri,
        auth=(wanted.user, password) if password is not None else None,
        connection_timeout=SECONDS,
        connection_acquisition_timeout=SECONDS,
        max_transaction_retry_time=SECONDS,
        user_agent="testgen",
    )
    try:
        async with driver:
            _, summary, _ = await driver.execute_query("RETURN 1 AS one", database_=wanted.database)
    except AuthError as error:
        if "Forbidden" in (error.code or ""):
            raise Failed(Reason.PERMISSION_DENIED, f"user {wanted.user} may not use database {wanted.database}") from None
        raise Failed(Reason.AUTHENTICATION_FAILED, f"{host}:{port} refuses user {wanted.user} or its password") from None
    except ClientError as error:
        if "DatabaseNotFound" in (error.code or ""):
            raise Failed(Reason.DATABASE_MISSING, f"{host}:{port} has no database {wanted.database}") from None
        raise Failed(Reason.CHECK_FAILED, f"{host}:{port}: {error.code}") from None
    except (Neo4jError, DriverError, OSError) as error:
        raise of_connection(error, f"{host}:{port}") from None
    version = _numbers(summary.server.agent)
    if version and version[0] < OLDEST_NEO4J:
        raise Failed(Reason.VERSION_TOO_OLD, f"{host}:{port} is {summary.server.agent}; {OLDEST_NEO4J} or newer is needed")
    return f"{summary.server.agent} answers"


async def _qdrant(settings: Settings) -> str:
    import httpx

    wanted = settings.qdrant
    parts = urlsplit(wanted.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    where = f"{host}:{port}"
    await reach(host, port, ssl.create_default_context() if parts.scheme == "https" else None)
    key = read_secret(wanted.api_key_file, "qdrant.api_key_file")
    try:
        async with httpx.AsyncClient(timeout=SECONDS, headers={"api-key": key} if key else {}, trust_env=False) as client:
            answer = await client.get(f"{wanted.url}/collections")
            root = await client.get(f"{wanted.url}/")
    except (httpx.HTTPError, OSError) as error:
        raise of_connection(error, where) from None
    if answer.status_code in (401, 403):
        raise Failed(Reason.AUTHENTICATION_FAILED, f"{where} refuses the API key")
    try:
        version = _numbers(str(root.json().get("version", ""))) if answer.status_code == 200 else ()
    except (ValueError, AttributeError):
        version = ()
    if not version:
        raise Failed(Reason.CHECK_FAILED, f"what answers at {where} is no Qdrant")
    if version < OLDEST_QDRANT:
        raise Failed(Reason.VERSION_TOO_OLD, f"{where} is Qdrant {version[0]}.{version[1]}; 1.10 or newer is needed")
    return f"Qdrant {version[0]}.{version[1]} answers"


async def _redis(settings: Settings) -> str:
    wanted = settings.redis
    where, tls = f"{wanted.host}:{wanted.port}", ssl.create_default_context() if wanted.tls else None
    await reach(wanted.host, wanted.port, tls)
    wire = await Wire.open(wanted.host, wanted.port, tls)
    try:
        if (password := read_secret(wanted.password_file, "redis.password_file")) is not None:
            await wire.ask("AUTH", password)
        told = await wire.ask("INFO", "server")
    except Refused as refusal:
        if refusal.kind in ("WRONGPASS", "NOAUTH", "ERR"):
            raise Failed(Reason.AUTHENTICATION_FAILED, f"{where} refuses the password, or wants one") from None
        if refusal.kind == "NOPERM":
            raise Failed(Reason.PERMISSION_DENIED, f"the user may not use {where}") from None
        raise Failed(Reason.CHECK_FAILED, f"{where}: {refusal.kind}") from None
    finally:
        wire.close()
    found = re.search(r"redis_version:(\d+)", told)
    if found is None:
        raise Failed(Reason.CHECK_FAILED, f"what answers at {where} is no Redis")
    if int(found[1]) < OLDEST_REDIS:
        raise Failed(Reason.VERSION_TOO_OLD, f"{where} is Redis {found[1]}; {OLDEST_REDIS} or newer is needed")
    return f"Redis {found[1]} answers"


def _numbers(version: str) -> tuple[int, ...]:
    """`Neo4j/5.26.0` and `1.18.1` as numbers."""
    found = re.search(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else ()


_CHECKS: Final[dict[str, Callable[[Settings], Awaitable[str]]]] = {
    "postgres": _postgres,
    "qdrant": _qdrant,
    "neo4j": _neo4j,
    "redis": _redis,
}
STORES: Final = tuple(_CHECKS)


def password_of(path: Path | None, option: str) -> str | None:
    """What the file holds; None where it is not there: a value before a rotation is there only while one is under way.

    Raises: BadConfiguration.
    """
    return read_secret(path, option) if path is not None and path.exists() else None
