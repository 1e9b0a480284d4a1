"""A bar while a command works."""

from __future__ import annotations

import sys
from typing import Any, Self


class Progress:
    """A bar on standard error while it is a terminal; nothing otherwise."""

    def __enter__(self) -> Self:
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich import progress
            from rich.console import Console

            columns = (
                progress.TextColumn("requirements"),
                progress.BarColumn(),
                progress.MofNCompleteColumn(),
                progress.TextColumn("{task.description}"),
                progress.TimeRemainingColumn(),
            )
            self._bar = progress.Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task("reading", total=None)
            self._bar.start()
        return self

    def tell(self, done: int, total: int, cases: int) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total, description=f"{cases} cases")

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
