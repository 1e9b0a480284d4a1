"""Standard output for answers, standard error for everything else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from typing import Any, Literal, TextIO

from testgen_operator.kubectl.views.text import Style, as_json, as_yaml

Output = Literal["table", "json", "yaml"]
WIDTH_WITHOUT_TERMINAL = 160


class Console:
    def __init__(self, colour: Literal["auto", "always", "never"] = "auto", out: TextIO | None = None, err: TextIO | None = None):
        self._out, self._err = out or sys.stdout, err or sys.stderr
        terminal = self._out.isatty()
        wanted = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = shutil.get_terminal_size((WIDTH_WITHOUT_TERMINAL, 24)).columns if terminal else WIDTH_WITHOUT_TERMINAL
        self.style = Style(colour == "always" or (colour == "auto" and wanted), width)

    def lines(self, lines: Iterable[str]) -> None:
        self._out.write("".join(f"{line}\n" for line in lines))
        self._out.flush()

    def line(self, text: str) -> None:
        self.lines([text])

    def value(self, value: Any, output: Output) -> None:
        """An answer for machines."""
        self._out.write(as_yaml(value) if output == "yaml" else as_json(value))
        self._out.flush()

    def note(self, text: str) -> None:
        """A remark that is no part of the answer."""
        self._err.write(f"{text}\n")
        self._err.flush()

    def error(self, message: str, hint: str = "") -> None:
        style = Style(self.style.colours and self._err.isatty(), self.style.width)
        self._err.write(f"{style.paint('error:', 'red')} {message}\n" + (f"  {hint}\n" if hint else ""))
        self._err.flush()
