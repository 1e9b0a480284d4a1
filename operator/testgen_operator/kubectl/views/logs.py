"""Log lines of many containers as one stream: which line came first, who says it, in which colour. Pure."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from testgen_operator.kubectl.views.text import Colour, Style, plain

COLOURS: Final[tuple[Colour, ...]] = ("cyan", "green", "magenta", "yellow", "blue")


@dataclass(frozen=True, order=True)
class Source:
    """One container of one pod."""

    component: str
    pod: str
    container: str


@dataclass(frozen=True, order=True)
class Line:
    """One line; `at` is the kubelet's time in RFC 3339 with nanoseconds, which sorts as text within a stream and across."""

    at: str
    source: Source
    text: str


def entry(line: Line) -> dict[str, str]:
    """A line for `-o json`, its text as the container wrote it."""
    source = line.source
    return {
        "time": line.at,
        "component": source.component,
        "pod": source.pod,
        "container": source.container,
        "text": line.text,
    }


def parsed(raw: str, source: Source) -> Line:
    """A line as the API gives it with `timestamps=true`; one without a time keeps its whole text."""
    at, space, text = raw.partition(" ")
    if space and len(at) >= 20 and at[4:5] == "-" and "T" in at:
        return Line(_even(at), source, text)
    return Line("", source, raw)


def _even(at: str) -> str:
    """Nanoseconds with all their digits: the kubelet leaves out zeros at the end, and `.5Z` would sort after `.51Z`."""
    if not at.endswith("Z"):
        return at
    whole, _, part = at[:-1].partition(".")
    return f"{whole}.{part:0<9}Z"


def merged(streams: Iterable[Iterable[Line]]) -> Iterator[Line]:
    """The lines of all streams by time; the order within each is kept, lines without a time stay behind the one before."""
    return heapq.merge(*(_with_times(stream) for stream in streams), key=lambda line: line.at)


def _with_times(stream: Iterable[Line]) -> Iterator[Line]:
    last = ""
    for line in stream:
        last = max(last, line.at)
        yield line if line.at == last else Line(last, line.source, line.text)


def colour_of(component: str) -> Colour:
    """Always the same one for a component, in whatever order its pods are found."""
    return COLOURS[zlib.crc32(component.encode()) % len(COLOURS)]


def prefix(source: Source, project: str, several: bool) -> str:
    """`api 7f9c-x2x4q`: the component and what tells its pods apart; the container too where a pod has several."""
    tail = source.pod.removeprefix(f"{project}-").removeprefix(f"{source.component}-")
    container = f" {source.container}" if several else ""
    return f"{source.component} {tail}{container}"


def shown(line: Line, project: str, style: Style, *, several: bool, timestamps: bool, bare: bool) -> str:
    """A line as it is printed; `bare`: without saying who said it."""
    time = f"{line.at} " if timestamps and line.at else ""
    text = plain(line.text)
    if bare:
        return f"{time}{text}"
    return f"{style.paint(prefix(line.source, project, several) + ' |', colour_of(line.source.component))} {time}{text}"
