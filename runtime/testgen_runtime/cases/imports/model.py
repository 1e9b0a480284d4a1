"""A case as some file tells it: nothing in it is certain, least of all that it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Priority = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class ImportedCase:
    """One case of a file. None: the file does not tell. `place` says where it stands ("row 7"), for messages.

    `id` and `revision` are those of an export of ours; a case without an id is somebody else's. `steps` are (action, expected)
    and either may be empty. `problem` says why it can't be used, `mend` what to change.
    """

    place: str
    id: str | None = None
    revision: int | None = None
    title: str | None = None
    preconditions: tuple[str, ...] | None = None
    steps: tuple[tuple[str, str], ...] | None = None
    test_data: dict[str, str] | None = None
    priority: Priority | None = None
    requirement_ids: tuple[str, ...] = ()
    technique: str | None = None
    section: str | None = None
    problem: str = ""
    mend: str = ""


class Reading:
    """What makes an imported case of texts: collects the first problem instead of raising it."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problem = ""
        self.mend = ""

    def wrong(self, problem: str, mend: str) -> None:
        """Keep the first problem."""
        if not self.problem:
            self.problem, self.mend = problem, mend

    def revision(self, text: str | None) -> int | None:
        """The revision, None for none."""
        text = (text or "").strip()
        if not text:
            return None
        number = text.removesuffix(".0")
        if not number.isascii() or not number.isdigit() or not int(number[:9]) > 0 or len(number) > 9:
            self.wrong(f"the revision '{text[:40]}' is no number", "leave the revision as it was exported")
            return None
        return int(number)

    def priority(self, text: str | None) -> Priority | None:
        """The priority, None for none."""
        from testgen_runtime.cases.exports.words import read_priority

        if not (text or "").strip():
            return None
        found = read_priority(text or "")
        if found is None:
            self.wrong(f"the priority '{(text or '').strip()[:40]}' is not known", "write high, medium or low")
        return found

    def data(self, text: str | None) -> dict[str, str] | None:
        """Test data from `name: value` lines, None where the file does not tell any."""
        from testgen_runtime.cases.exports.text import read_pairs

        if text is None:
            return None
        try:
            return read_pairs(text)
        except ValueError as error:
            self.wrong(f"test data: {error}", "write one `name: value` a line; indent further lines of a value by three spaces")
            return None


def listed(text: str | None) -> tuple[str, ...]:
    """Requirement ids, told with commas between them."""
    return tuple(part.strip() for part in (text or "").replace("，", ",").replace(";", ",").split(",") if part.strip())
