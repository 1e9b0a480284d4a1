"""JSON: an array of cases as the API shows them, one a line. `testgen generate --format json` has the same array in `cases`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from testgen_runtime.cases.exports.model import Item, Options, Product, write_text
from testgen_runtime.cases.model import Case

PRODUCT = Product("application/json", ".json")


def array(cases: Iterable[Case]) -> Iterator[str]:
    """The array, in parts."""
    yield "["
    for n, case in enumerate(cases):
        yield (",\n" if n else "\n") + case.model_dump_json()
    yield "\n]"


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """The array and a line end."""
    write_text(array(item.case for item in items), out)
    out.write(b"\n")
    return PRODUCT
