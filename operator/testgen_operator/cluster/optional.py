"""Kinds of other products that not every cluster serves: which of them this one does, and when that changes.

A watch of a kind that is not served would fail for ever, and kopf learns of kinds only when it starts. So the leader asks once
before it watches; when the answer is another one later, it ends in an orderly way and is run again, with its Lease given back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Final

from testgen_operator import telemetry
from testgen_operator.cluster.client import Client
from testgen_operator.cluster.kinds import OPTIONAL, Kind
from testgen_operator.errors import ApiError

log = telemetry.get_logger(__name__)

EVERY_SECONDS: Final = 60.0


async def served(client: Client) -> tuple[Kind, ...]:
    """Those of the optional kinds that the API server serves now."""
    there: set[tuple[str, str]] = set()
    for api_version in sorted({kind.api_version for kind in OPTIONAL}):
        try:
            found = await client.read(f"/apis/{api_version}")
        except ApiError as problem:
            if problem.status != 404:
                raise
            continue
        there |= {
            (api_version, str(one.get("kind", ""))) for one in found.get("resources") or () if "/" not in one.get("name", "")
        }
    return tuple(kind for kind in OPTIONAL if (kind.api_version, kind.kind) in there)


async def until_changed(
    client: Client, known: Collection[Kind], *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Returns when the cluster serves other kinds than the `known` ones. A server that does not answer changes nothing."""
    while True:
        await pause(EVERY_SECONDS)
        try:
            now = await served(client)
        except ApiError as problem:
            log.warning("kinds not asked for", error=str(problem))
            continue
        if set(now) != set(known):
            log.warning("the cluster serves other kinds now", kinds=[kind.resource for kind in now])
            return
