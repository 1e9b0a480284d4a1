"""Exports need no more memory for more cases (issue 5, item 8). The long run is `python -m tests.bench exports`."""

from __future__ import annotations

import tempfile
import tracemalloc

import pytest
from tests.unit.cases.exchanged import NEEDED, case, items

from testgen_runtime.cases.exports.formats import FORMATS


@pytest.mark.parametrize("name", list(FORMATS))
def test_three_times_the_cases_take_no_more_memory(name: str) -> None:
    kind = FORMATS[name]
    options = kind.options(**NEEDED.get(name, {}))
    peaks = []
    for many in (50, 600, 1_800):  # the first only loads what is loaded once
        with tempfile.TemporaryFile() as out:
            tracemalloc.start()
            kind.write(items(case(n) for n in range(many)), options, out)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert peaks[2] < peaks[1] * 1.5 + (1 << 19)
