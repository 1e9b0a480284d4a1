"""Runs the golden set on two releases of one project, one after the other, and removes what they wrote.

Both read the same document; it is removed in between, so that the second writes anew. Each job is worked on by the release that
was asked; a serving release that is too old to know of that is asked again, and then told apart by the job's own events.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Literal

from testgen_runtime.operations import leftovers
from testgen_runtime.operations.golden import golden_set, measures, verdicts
from testgen_runtime.operations.golden.golden_set import GoldenSet, Unusable
from testgen_runtime.operations.golden.measures import Written
from testgen_runtime.operations.golden.verdicts import Figure
from testgen_runtime.operations.tenant import Late, Refused, Tenant, items_of, text_of

PREFIX: Final = "testgen-golden-"
TRIES: Final = 4
"""How often the serving release is asked until it works on a job itself."""
LEFT_AFTER: Final = timedelta(hours=3)
"""From when on another run's document was left behind: a comparison takes two hours at most."""
CLEANING_SECONDS: Final = 15.0
"""Beside the deadline, to remove what was made."""
STOPPED_SECONDS: Final = 8.0
"""The same after SIGTERM: the Job's pod is killed after ten."""
MOST_PAGES: Final = 250
MOST_CASE_PAGES: Final = 250
LONGEST_RECORD: Final = 4096
WAY_ON: Final = (
    "Put that right, then roll the release out anew: `kubectl testgen rollout retry`. Where the new release is "
    "what puts it right, remove spec.rollout.analysis.golden meanwhile."
)
_EXIT: Final = {"Better": 0, "Equal": 0, "Skipped": 0, "Worse": 1, "Inconclusive": 3, "Invalid": 4}

Outcome = Literal["Better", "Equal", "Worse", "Inconclusive", "Skipped", "Invalid"]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it."""

    verdict: Outcome
    message: str
    figures: tuple[Figure, ...] = ()

    @property
    def exit_code(self) -> int:
        return _EXIT[self.verdict]

    def record(self) -> str:
        """One line of JSON, never longer than Kubernetes keeps."""
        found: dict[str, Any] = {
            "verdict": self.verdict,
            "message": self.message[:1500],
            "figures": [
                {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(one).items()}
                for one in self.figures
            ],
        }
        while len(json.dumps(found).encode()) > LONGEST_RECORD and found["figures"]:
            found["figures"].pop()
        return json.dumps(found)


class Stopped(Exception):
    """SIGTERM came before the end; what was written is removed, as far as a release did it in time."""


class _Stolen(Exception):
    """Another release worked on the job."""


class _NotRemoved(Exception):
    """The candidate refused to remove a document."""


async def run(
    set_file: Path,
    active: str,
    candidate: str,
    key: str,
    *,
    run: str,
    tolerance_percent: float,
    seconds: float,
    say: Say = lambda _: None,
    now: leftovers.Now = leftovers.clock,
) -> Finding:
    """Compare; where it is cancelled it tidies up first. Never raises for what the releases do, or for the set.

    Raises: BadConfiguration for an address that is none.
    """
    try:
        given = golden_set.read(_bytes(set_file))
    except Unusable as unusable:
        return Finding("Invalid", f"GoldenSetInvalid: {unusable}")
    deadline, cleaning = time.monotonic() + seconds, CLEANING_SECONDS
    async with Tenant(active, key, deadline) as old, Tenant(candidate, key, deadline) as new:
        try:
            return await _compare(given, old, new, run, tolerance_percent, say, now)
        except Late:
            return Finding("Inconclusive", f"the comparison was not done within {seconds:g} s")
        except asyncio.CancelledError:
            cleaning = STOPPED_SECONDS
            raise
        finally:
            old.deadline = new.deadline = time.monotonic() + cleaning
            await _clean((new, old), run, now)


async def _compare(
    given: GoldenSet, old: Tenant, new: Tenant, run: str, tolerance_percent: float, say: Say, now: leftovers.Now
) -> Finding:
    try:
        await _tidy(new, run, now)
        after, colours = await _write(given, new, new, run)
    except (Refused, _NotRemoved) as refused:
        return Finding("Worse", f"the candidate could not write the cases: {refused}")
    say(f"candidate  {_told(after)}")
    try:
        before = await _by_itself(given, old, new, run, colours)
    except _NotRemoved as refused:
        return Finding("Worse", f"the candidate could not remove the document again: {refused}")
    except Refused as refused:
        return without_active(refused)
    except _Stolen:
        words = "the serving release is of a version that leaves its jobs to the candidate: there is nothing to compare with"
        return Finding("Inconclusive", words)
    say(f"active     {_told(before)}")
    found = verdicts.compare(before, after, tolerance_percent)
    for one in found.figures:
        say(f"{one.name:<10} {_shown(one.active):>9} → {_shown(one.candidate):>9}  {one.verdict}")
    return Finding(found.verdict.value, found.message, found.figures)


def without_active(refused: Refused) -> Finding:
    """What it means that the serving release did not write: Skipped only where nobody is behind its address. One that answers
    and refuses may be well again in a minute, so the candidate has not passed."""
    if refused.absent:
        return Finding("Skipped", f"no pod of the serving release is there to compare with: {refused}")
    asked = f"{refused.asked}: " if refused.asked else ""
    return Finding("Inconclusive", f"the serving release answers, but did not write the cases: {asked}{refused}. {WAY_ON}")


async def _by_itself(given: GoldenSet, old: Tenant, new: Tenant, run: str, others: frozenset[str]) -> Written:
    for _ in range(TRIES):
        written, colours = await _write(given, old, new, run)
        if not colours & others:
            return written
    raise _Stolen


async def _write(given: GoldenSet, release: Tenant, remover: Tenant, run: str) -> tuple[Written, frozenset[str]]:
    """(figures, the colours of the releases that worked on it). `remover`: a release that can remove the document again; both
    have one database. Raises: Refused, Late; _NotRemoved for a refusal of `remover`."""
    text = given.document(run)
    sent = await release.json("POST", "/documents", expected=(200, 201), body={"title": PREFIX + run, "text": text})
    document = text_of(sent, "id")
    asked: dict[str, Any] = {}
    if given.language is not None:
        asked["language"] = given.language
    if given.max_cases_per_requirement is not None:
        asked["max_cases_per_requirement"] = given.max_cases_per_requirement
    job = await release.job(document, "comparison", **asked)
    cases = await _cases(release, text_of(job, "id"))
    colours = await _worked_on(release, text_of(job, "id"))
    try:
        await remover.remove(document)
    except Refused as refused:
        raise _NotRemoved(str(refused)) from None
    return measures.measure(text, len(given.requirements), job, cases), colours


async def _cases(release: Tenant, job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(MOST_CASE_PAGES):
        page = await release.json("GET", f"/cases?job_id={job}&limit=100{cursor}")
        found += items_of(page)
        if not page.get("next_cursor"):
            break
        cursor = f"&cursor={page['next_cursor']}"
    return found


async def _worked_on(release: Tenant, job: str) -> frozenset[str]:
    """The `colour` of each `started` event; none where the releases have no colours."""
    _, content = await release.call("GET", f"/jobs/{job}/events")
    found = set()
    kind = ""
    for line in content.decode(errors="replace").splitlines():
        if line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:") and kind == "started":
            with suppress(ValueError, AttributeError):
                colour = json.loads(line[5:]).get("colour")
                found |= {str(colour)} if colour else set()
    return frozenset(found)


async def _tidy(release: Tenant, run: str, now: leftovers.Now) -> None:
    """Remove what this run, of a try before, and runs that were cut off have left."""
    await leftovers.remove(release, PREFIX, run, now, pages=MOST_PAGES, after=LEFT_AFTER)


async def _clean(releases: tuple[Tenant, ...], run: str, now: leftovers.Now) -> None:
    """Tidy up by the release that is through first: a candidate that was given up is gone, an old one may not know how to."""
    tasks = [asyncio.create_task(_tidy(one, run, now)) for one in releases]
    try:
        for ended in asyncio.as_completed(tasks):
            with suppress(Refused, Late):
                await ended
                return
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _bytes(path: Path) -> bytes:
    """Raises: Unusable."""
    try:
        with path.open("rb") as file:
            return file.read(golden_set.MOST_BYTES + 1)
    except OSError as error:
        raise Unusable(f"the set can't be read ({error.strerror}): is the ConfigMap there, with that key?") from None


def _told(one: Written) -> str:
    return f"{one.cases} cases, coverage {_shown(one.coverage)}, {_shown(one.seconds)} s, {_shown(one.tokens)} tokens"


def _shown(value: float | None) -> str:
    return "?" if value is None else f"{value:.4g}"


def run_sync(**given: Any) -> Finding:
    """`run` on an event loop of its own. Raises: Stopped on SIGTERM, which is what a deleted Job gets; what `run` raises."""
    return asyncio.run(_stoppable(given))


async def _stoppable(given: dict[str, Any]) -> Finding:
    task = asyncio.current_task()
    assert task is not None
    stopped = False

    def stop() -> None:
        nonlocal stopped
        if not stopped:  # a second signal does not break off the tidying up
            stopped = True
            task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    try:
        return await run(**given)
    except asyncio.CancelledError:
        if stopped:
            raise Stopped from None
        raise
