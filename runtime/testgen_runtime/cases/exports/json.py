"""JSON: an array of cases as the API shows them, one a line. `testgen generate --format json` has the same array in `cases`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from testgen_runtime.cases.exports.model import Item, Options, Product, write_text
from testgen_runtime.cases.model import Case

PRODUCT = Product("application/json", ".json")


class Array:
    """An array of cases, written one by one."""

    def __init__(self) -> None:
        self._before = "[\n"

    def element(self, case: Case) -> str:
        """The next case, with what stands before it."""
        before, self._before = self._before, ",\n"
        return before + case.model_dump_json()

    def end(self) -> str:
        """What stands after the last case."""
        return "[]" if self._before == "[\n" else "\n]"


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """The array and a line end."""
    array = Array()
    write_text((array.element(item.case) for item in items), out)
    write_text([array.end(), "\n"], out)
    return PRODUCT
