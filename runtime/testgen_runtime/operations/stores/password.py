"""Give a store the password that a file holds, logging in with that one or with the one before. Safe to repeat."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64encode
from pathlib import Path
from typing import Final

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.stores.check import password_of
from testgen_runtime.operations.stores.finding import SECONDS, Failed, Reason, of_connection
from testgen_runtime.operations.stores.redis_wire import Refused, Wire
from testgen_runtime.settings import Settings

REPLICA_USER: Final = "testgen_replica"
ITERATIONS: Final = 4096


async def set_password(store: str, settings: Settings, new: Path, previous: Path | None) -> None:
    """Raises: Failed; BadConfiguration where the file of the new password can't be used."""
    password = password_of(new, "--password-file")
    if not password:
        raise BadConfiguration(f"the file {new} holds no password", mend="mount the Secret that --password-file names")
    before = password_of(previous, "--previous-password-file")
    match store:
        case "postgres":
            await _postgres(settings, password, replica=False)
        case "postgres-replica":
            await _postgres(settings, password, replica=True)
        case "neo4j":
            await _neo4j(settings, password, before)
        case "redis":
            await _redis(settings, password, before)


def scram(password: str, salt: bytes) -> str:
    """PostgreSQL's own form of a password (RFC 5803): the server never sees, and so never logs, the password itself.

    For passwords of ASCII letters and digits, as the operator draws them: others would need SASLprep.
    """
    if not password.isascii() or not password.isalnum():
        raise BadConfiguration("the password has other characters than letters and digits", mend="let the operator draw it")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored, server = hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")
    shown = [b64encode(one).decode() for one in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{shown[0]}${shown[1]}:{shown[2]}"


async def _postgres(settings: Settings, password: str, *, replica: bool) -> None:
    import asyncpg

    from testgen_runtime.storage.target import Target, dial

    wanted, verifier = settings.postgres, scram(password, os.urandom(16))
    where = f"{wanted.host}:{wanted.port}"
    try:
        connection = await dial(Target.of(wanted), timeout=SECONDS, command_timeout=SECONDS)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        raise Failed(Reason.AUTHENTICATION_FAILED, f"{where} refuses the new and the old password of {wanted.user}") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise of_connection(error, where) from None
    try:
        user = REPLICA_USER if replica else wanted.user
        async with connection.transaction():
            if replica:
                await connection.execute("SELECT pg_advisory_xact_lock(7463901)")
                if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", user):
                    await connection.execute(f"CREATE ROLE {REPLICA_USER} LOGIN REPLICATION")
                await connection.execute(f"GRANT pg_monitor TO {REPLICA_USER}")
            statement = await connection.fetchval(
                "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", user, verifier
            )
            await connection.execute(statement)
    except asyncpg.PostgresError as error:
        raise Failed(Reason.PERMISSION_DENIED, f"{where}: {type(error).__name__}") from None
    finally:
        await connection.close(timeout=SECONDS)


async def _neo4j(settings: Settings, password: str, before: str | None) -> None:
    from neo4j import AsyncGraphDatabase
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    wanted = settings.neo4j
    for one in filter(None, (before, password)):
        try:
            async with AsyncGraphDatabase.driver(wanted.uri, auth=(wanted.user, one), connection_timeout=SECONDS) as driver:
                if one == password:
                    await driver.execute_query("RETURN 1 AS one", database_=wanted.database)
                else:
                    query = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
                    await driver.execute_query(query, {"old": one, "new": password}, database_="system")
                return
        except AuthError:
            continue
        except (Neo4jError, DriverError, OSError) as error:
            raise of_connection(error, wanted.uri) from None
    raise Failed(Reason.AUTHENTICATION_FAILED, f"{wanted.uri} refuses the new and the old password of {wanted.user}")


async def _redis(settings: Settings, password: str, before: str | None) -> None:
    wanted = settings.redis
    for one in filter(None, (password, before)):
        wire = await Wire.open(wanted.host, wanted.port, None)
        try:
            await wire.ask("AUTH", one)
            digest = hashlib.sha256(password.encode()).hexdigest()
            await wire.ask("ACL", "SETUSER", "default", "resetpass", f"#{digest}")
            return
        except Refused as refusal:
            if refusal.kind != "WRONGPASS":
                raise Failed(Reason.PERMISSION_DENIED, f"{wanted.host}:{wanted.port}: {refusal.kind}") from None
        finally:
            wire.close()
    raise Failed(Reason.AUTHENTICATION_FAILED, f"{wanted.host}:{wanted.port} refuses the new and the old password")
