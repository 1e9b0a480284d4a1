"""docs/GENERATION.md does not rot: its commands run as they stand there, and print what it says they print."""

from __future__ import annotations

import shutil

import pytest
from tests.integration import walk

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def page() -> str:
    return walk.PAGE.read_text()


@pytest.mark.skipif(
    any(shutil.which(tool) is None for tool in walk.TOOLS), reason=f"the page's commands need {', '.join(walk.TOOLS)}"
)
@pytest.mark.timeout(900)
def test_the_walk_prints_what_the_page_says(page: str) -> None:  # S4-022, S4-059, S4-085
    found = walk.blocks(page)

    printed = walk.walk(found)

    said = {b.name: walk.masked(b.output) for b in found if b.output is not None and b.kind != "given"}
    seen = {b.name: walk.masked(o) for b, o in zip(found, printed, strict=True) if b.output is not None and b.kind != "given"}
    assert seen == said, "where the page is behind: `make docs` writes today's output into it"


def test_masks_hide_what_differs_and_nothing_else() -> None:
    line = "TC-c2120596a4840e010481 at 2026-11-21T12:49:55.095141Z by key_5195c74f: 412, revision 2, 5 days, LOCK-402"

    assert walk.masked(line) == "<TC> at <time> by <key>: 412, revision 2, 5 days, LOCK-402"


def test_output_is_written_where_it_belongs() -> None:
    page = "a\n```sh\necho new\n```\n```text\nold\n```\nb\n```sh\ntrue\n```\nc\n"

    assert walk.written(page, ["new\n", ""]) == page.replace("old", "new")
    assert [block.output for block in walk.blocks(page)] == ["old\n", None]
