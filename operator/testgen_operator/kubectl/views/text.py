"""Lines for a terminal: tables, colours, ages. What comes from the cluster is shown without its control characters."""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

import yaml

Colour = Literal["red", "green", "yellow", "blue", "magenta", "cyan", "bold", "dim"]
Cell = str | tuple[str, Colour]
CODES: Final[dict[Colour, str]] = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Escape sequences, control characters and marks that turn the reading direction: a log line may not move the cursor."""


@dataclass(frozen=True)
class Style:
    """How answers look. `width`: columns that a line may have."""

    colours: bool = False
    width: int = 120

    def paint(self, text: str, colour: Colour) -> str:
        return f"\x1b[{CODES[colour]}m{text}\x1b[0m" if self.colours and text else text


def plain(text: object) -> str:
    """One line without control characters, whatever it came with."""
    return _CONTROL.sub("", str(text).replace("\n", " ").replace("\r", " ").replace("\t", " "))


def width_of(text: str) -> int:
    """Columns that a text takes: East Asian wide characters take two."""
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], style: Style, indent: str = "") -> list[str]:
    """Columns as wide as their widest cell, two spaces apart, as kubectl shows them; none without rows."""
    if not rows:
        return []
    cells = [[plain(cell[0] if isinstance(cell, tuple) else cell) for cell in row] for row in rows]
    widths = [max(width_of(row[i]) for row in [list(header), *cells]) for i in range(len(header))]
    lines = [indent + style.paint(_row(list(header), widths), "dim")]
    for row, texts in zip(rows, cells, strict=True):
        painted = [style.paint(text, cell[1]) if isinstance(cell, tuple) else text for cell, text in zip(row, texts, strict=True)]
        lines.append(indent + _row(texts, widths, painted))
    return lines


def _row(texts: Sequence[str], widths: Sequence[int], painted: Sequence[str] | None = None) -> str:
    shown = painted or texts
    found = "".join(cell + " " * (width - width_of(text) + 2) for cell, text, width in zip(shown, texts, widths, strict=True))
    return found.rstrip()


def wrapped(text: str, style: Style, indent: str, first: str | None = None) -> list[str]:
    """A paragraph in lines of the style's width; a command in it is not broken at its hyphens."""
    lines = textwrap.wrap(
        plain(text),
        max(style.width, 40),
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [(indent if first is None else first).rstrip()]


def moment(text: object) -> datetime | None:
    """A time as the API writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def age(since: object, now: datetime) -> str:
    """How long ago, as kubectl shows it: `45s`, `3m`, `5h`, `12d`; `?` when the time is missing."""
    then = since if isinstance(since, datetime) else moment(since)
    if then is None:
        return "?"
    return short(now - then)


def short(span: timedelta) -> str:
    seconds = max(int(span.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def duration(text: str) -> int:
    """Seconds of `30s`, `10m`, `2h`, `1d` or `1h30m`. Raises ValueError."""
    if not re.fullmatch(r"(\d{1,6}[smhd])+", text):
        raise ValueError(f"{text!r} is no duration: write 30s, 10m, 2h, 1d or 1h30m")
    sizes = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
    return sum(int(number) * sizes[unit] for number, unit in re.findall(r"(\d+)([smhd])", text))


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n"
