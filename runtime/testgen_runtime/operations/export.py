"""`testgen export`: the stored cases of the configured database, for another tool."""

from __future__ import annotations

from pathlib import Path

from testgen_runtime.cases.exports.formats import FORMATS, options_of
from testgen_runtime.cases.exports.reading import Selection
from testgen_runtime.cases.exports.service import Exported, Exports
from testgen_runtime.operations.audit import with_database
from testgen_runtime.operations.delivery import check, deliver
from testgen_runtime.operations.rendering import BINARY
from testgen_runtime.security.service import COMMAND_LINE, Keys
from testgen_runtime.settings import Settings
from testgen_runtime.storage.database import Database


def run(settings: Settings, name: str, wanted: Selection, given: tuple[str, ...], out: Path | None) -> int:
    """Export, and the number of cases. An embedded server that runs already is used as it is.

    Raises: BadConfiguration, NotFound, InvalidInput.
    """
    kind = FORMATS[name]
    options = options_of(kind, given)
    check(out, binary=name in BINARY)

    async def work(store: Database) -> Exported:
        made = await Exports(store).run(kind, wanted, options)
        await Keys(store).told(COMMAND_LINE, "cases exported", f"{name}, {made.cases} cases")
        return made

    made = with_database(settings, work)
    with made.file:
        deliver(made.file, out)
    return made.cases
