"""The tables of the job queue. pgqueuer owns them: it installs them in one transaction and upgrades them itself."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg
    from pgqueuer.domain.settings import DBSettings
    from pgqueuer.queries import Queries


@cache
def names() -> DBSettings:
    """The queue's names, all said here: pgqueuer would otherwise take them from environment variables such as CHANNEL."""
    from pgqueuer.domain.settings import DBSettings, Durability

    return DBSettings(
        prefix="",
        db_schema=None,
        channel="testgen_queue",
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.durable,
        widen_id=True,
    )


def queries(driver: Any) -> Queries:
    """pgqueuer's queries over a driver, with our names."""
    from pgqueuer.adapters.persistence import qb
    from pgqueuer.queries import Queries

    return Queries(
        driver,
        qbe=qb.QueryBuilderEnvironment(names()),
        qbq=qb.QueryQueueBuilder(names()),
        qbs=qb.QuerySchedulerBuilder(names()),
    )


async def install(connection: asyncpg.Connection) -> None:
    """Install or upgrade; the caller holds the migration lock."""
    from pgqueuer.db import AsyncpgDriver

    queue = queries(AsyncpgDriver(connection))
    if not await queue.schema_is_installed():
        await queue.install()
    else:
        await queue.upgrade()


async def is_installed(connection: asyncpg.Connection) -> bool:
    """Whether all of the queue's tables are there."""
    from pgqueuer.db import AsyncpgDriver

    queue, named = queries(AsyncpgDriver(connection)), names()
    tables = (named.queue_table, named.queue_table_log, named.statistics_table, named.schedules_table)
    return all([await queue.has_table(table) for table in tables])
