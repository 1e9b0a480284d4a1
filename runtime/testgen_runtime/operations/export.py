"""`testgen export`: the stored cases of the configured database, for another tool."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from testgen_runtime.cases.exports.formats import FORMATS, options_of
from testgen_runtime.cases.exports.model import Format, Options
from testgen_runtime.cases.exports.reading import Selection
from testgen_runtime.cases.exports.service import Exported, Exports
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.operations.delivery import check, deliver
from testgen_runtime.operations.places import database, running
from testgen_runtime.operations.rendering import BINARY
from testgen_runtime.operations.serve import run_async
from testgen_runtime.settings import Settings
from testgen_runtime.storage import schema
from testgen_runtime.storage.database import Database
from testgen_runtime.storage.target import Target


def run(settings: Settings, name: str, wanted: Selection, given: tuple[str, ...], out: Path | None) -> int:
    """Export, and the number of cases. An embedded server that runs already is used as it is.

    Raises: BadConfiguration, NotFound, InvalidInput.
    """
    kind = FORMATS[name]
    options = options_of(kind, given)
    check(out, binary=name in BINARY)
    with ExitStack() as stack:
        target = running(settings) or stack.enter_context(database(settings))
        made: Exported = run_async(_export(settings, target, kind, wanted, options))
    with made.file:
        deliver(made.file, out)
    return made.cases


async def _export(settings: Settings, target: Target, kind: Format, wanted: Selection, options: Options) -> Exported:
    store = Database(target, settings.postgres)
    await store.open(within=15)
    try:
        async with store.connection() as connection:
            if not await schema.is_current(connection):
                raise BadConfiguration("the database has not been migrated", mend="run testgen migrate first")
        return await Exports(store).run(kind, wanted, options)
    finally:
        await store.close()
