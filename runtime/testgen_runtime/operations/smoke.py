"""`testgen smoke`: the way of a user through a release, on a requirement of its own, and away with it (S2-217).

It runs beside tenants: its document is called after the run, a killed run's is removed by the next one, and rules write its
cases, so that no token is spent. The job is worked on by the release that is tried, and by no other.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, Final

from testgen_runtime.operations import leftovers
from testgen_runtime.operations.tenant import Late, Refused, Tenant, as_json, items_of, text_of

PREFIX: Final = "testgen-smoke-"
CLEANING_SECONDS: Final = 15.0
"""Beside the deadline, to remove what was made."""
MOST_PAGES: Final = 5
MOST_STEPS: Final = 64
"""That are told of; a repeated path is a step each time."""
LONGEST_RECORD: Final = 4096
"""Bytes that Kubernetes keeps of a termination message."""
TEXT: Final = """# Smoke test {run}

SMOKE-1: The name of an order must have 3 to 40 characters.

SMOKE-2: If the payment is refused, the system shall keep the order for 15 minutes.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A path that has to answer with a status, `count` times, `interval` seconds apart; more bad answers than `failures` fail."""

    name: str
    status: int
    path: str
    count: int = 1
    interval: float = 10.0
    failures: int = 0


@dataclass(slots=True)
class Runs:
    """How often a path was looked at, and what came of it."""

    good: int = 0
    bad: int = 0


@dataclass(slots=True)
class Report:
    """What came of it. `late`: the deadline ended it."""

    run: str
    steps: list[tuple[str, float]] = field(default_factory=list)
    failed: str = ""
    message: str = ""
    late: bool = False
    runs: Mapping[str, Runs] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.failed

    @property
    def exit_code(self) -> int:
        return 0 if self.ok else 3 if self.late else 1

    def record(self) -> str:
        """One line of JSON, never longer than Kubernetes keeps."""
        found: dict[str, Any] = {
            "ok": self.ok,
            "run": self.run,
            "failed": self.failed,
            "message": self.message[:1500],
            **({"runs": [{"name": name, **asdict(one)} for name, one in self.runs.items()]} if self.runs else {}),
            "steps": [{"name": name, "seconds": round(seconds, 3)} for name, seconds in self.steps[:MOST_STEPS]],
        }
        while len(json.dumps(found).encode()) > LONGEST_RECORD and found["steps"]:
            found["steps"].pop()
        return json.dumps(found)


Say = Callable[[str], None]


async def run(
    url: str,
    key: str,
    *,
    run: str,
    seconds: float,
    pages: Sequence[Page] = (),
    say: Say = lambda _: None,
    now: leftovers.Now = leftovers.clock,
) -> Report:
    """Try the release at `url`; only `pages` where there are any. Never raises for what the release does.

    Raises: BadConfiguration for an address that is none.
    """
    report = Report(run)
    async with Tenant(url, key, time.monotonic() + seconds) as tenant:
        report.runs = {page.name: Runs() for page in pages}
        way = _Pages(tenant, pages, report.runs) if pages else _Way(tenant, run, now)
        async for name, step in way.steps():
            started, said = time.monotonic(), ""
            try:
                said = await step() or ""
            except (Refused, Late) as problem:
                report.failed, report.late = name, isinstance(problem, Late)
                report.message = f"{name}: " + (f"not done within {seconds:g} s in all" if report.late else str(problem))
            took = time.monotonic() - started
            report.steps.append((name, took))
            said = report.message or said
            say(f"{name:<10} {took:7.3f} s" + (f"  {said}" if said else ""))
            if report.failed:
                break
        if report.failed:
            tenant.deadline = time.monotonic() + CLEANING_SECONDS
            with suppress(Refused, Late):
                await way.clean()
        else:
            report.message = f"{len(report.steps)} steps in {sum(took for _, took in report.steps):.2f} s"
    return report


Step = tuple[str, Callable[[], Awaitable[str | None]]]
"""Its name, and what does it; that may have something to say though it passed."""


class _Pages:
    def __init__(self, tenant: Tenant, pages: Sequence[Page], runs: Mapping[str, Runs]) -> None:
        self._tenant, self._pages, self._runs = tenant, pages, runs

    async def steps(self) -> AsyncIterator[Step]:
        """Each path as often as it needs, those in turn whose time has come."""
        due = [(0.0, number) for number in range(len(self._pages))]
        while due:
            at, number = heapq.heappop(due)
            page = self._pages[number]
            await asyncio.sleep(max(0.0, min(at, self._tenant.deadline) - time.monotonic()))
            yield page.name, partial(self._look, page)
            if self._runs[page.name].good < page.count:
                heapq.heappush(due, (time.monotonic() + page.interval, number))

    async def _look(self, page: Page) -> str | None:
        runs = self._runs[page.name]
        try:
            await self._tenant.call("GET", f"/{page.path}", expected=(page.status,))
        except Refused as refused:
            runs.bad += 1
            words = f"GET {page.path}: {refused}; {page.status} was asked for"
            if runs.bad > page.failures:
                most = f"; bad {runs.bad} times, {page.failures} tolerated" if page.failures else ""
                raise Refused(words + most, refused.status) from None
            return words
        runs.good += 1
        return None

    async def clean(self) -> None:
        """Nothing was made."""


class _Way:
    """What a user does, step by step; each goes on with what the one before has found."""

    def __init__(self, tenant: Tenant, run: str, now: leftovers.Now) -> None:
        self._tenant, self._run, self._now = tenant, run, now
        self._document = ""
        self._cases: list[dict[str, Any]] = []

    async def steps(self) -> AsyncIterator[Step]:
        every: list[Step] = [
            ("health", self._health),
            ("tidy", self._tidy),
            ("upload", self._upload),
            ("generate", self._generate),
            ("confirm", self._confirm),
            ("export", self._export),
            ("remove", self._remove),
        ]
        for one in every:
            yield one

    async def clean(self) -> None:
        """Also where nobody knows whether the upload came through."""
        if self._document:
            await self._tenant.remove(self._document)
        else:
            await self._tidy()

    async def _health(self) -> None:
        """S2-119: any 2xx."""
        await self._tenant.call("GET", "//health", expected=tuple(range(200, 300)))

    async def _tidy(self) -> None:
        await leftovers.remove(self._tenant, PREFIX, self._run, self._now, pages=MOST_PAGES)

    async def _upload(self) -> None:
        body = {"title": PREFIX + self._run, "text": TEXT.format(run=self._run)}
        sent = await self._tenant.json("POST", "/documents", expected=(200, 201), body=body)
        self._document = text_of(sent, "id")
        found = items_of(await self._tenant.json("GET", f"/documents/{self._document}/requirements"))
        if [one.get("id") for one in found] != ["SMOKE-1", "SMOKE-2"]:
            raise Refused(f"it read {len(found)} requirements where there are two, SMOKE-1 and SMOKE-2")

    async def _generate(self) -> None:
        job = await self._tenant.job(self._document, "smoke", max_cases_per_requirement=3)
        page = await self._tenant.json("GET", f"/cases?job_id={text_of(job, 'id')}&limit=100")
        self._cases = items_of(page)
        without = {"SMOKE-1", "SMOKE-2"} - {name for one in self._cases for name in one.get("requirement_ids", ())}
        if without:
            raise Refused(f"it wrote no case for {' and '.join(sorted(without))}")

    async def _confirm(self) -> None:
        case = self._cases[0]
        case_id, revision = text_of(case, "id"), case.get("revision")
        confirmed = await self._tenant.json("POST", f"/cases/{case_id}/confirm", headers={"If-Match": f'"{revision}"'})
        kept = await self._tenant.json("GET", f"/cases/{case_id}")
        if confirmed.get("status") != "confirmed" or kept.get("status") != "confirmed":
            raise Refused("the case that was confirmed is not")

    async def _export(self) -> None:
        asked = {"format": "json", "filter": {"document_id": self._document, "status": ["confirmed"]}}
        _, content = await self._tenant.call("POST", "/exports", body=asked)
        as_json(content)
        if text_of(self._cases[0], "id").encode() not in content:
            raise Refused("the export lacks the case that was confirmed")

    async def _remove(self) -> None:
        await self._tenant.remove(self._document)
        await self._tenant.call("GET", f"/documents/{self._document}", expected=(404,))


def page_of(text: str) -> Page:
    """`name=status=/path`. Raises: ValueError."""
    name, status, path = text.split("=", 2)
    if not name or not status.isdigit() or not 100 <= int(status) <= 599 or not path.startswith("/") or path.startswith("//"):
        raise ValueError(text)
    return Page(name[:63], int(status), path)


def repeated(pages: Sequence[Page], texts: Sequence[str]) -> list[Page]:
    """The pages, those that are named in `name=count=seconds=failures` with how often. Raises: ValueError."""
    found = list(pages)
    for text in texts:
        name, *numbers = text.split("=")
        count, interval, failures = (int(one) for one in numbers if one.isdecimal())
        if name not in {page.name for page in pages} or len(numbers) != 3 or count < 1:
            raise ValueError(text)
        found = [replace(one, count=count, interval=interval, failures=failures) if one.name == name else one for one in found]
    return found


def run_sync(**given: Any) -> Report:
    """`run` on an event loop of its own."""
    return asyncio.run(run(**given))
