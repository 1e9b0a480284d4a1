"""The wall clock of another process, set from here: `clock.c`, built by the system's compiler, is loaded before its libc."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


@dataclass(frozen=True)
class Clock:
    """`env` belongs into the environment of the process. Nothing of this machine's own clock is touched."""

    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / "clock-offset"

    @property
    def _library(self) -> Path:
        return self.folder / "clock.so"

    def env(self) -> dict[str, str]:
        """Builds what is loaded. Raises RuntimeError where there is no C compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            raise RuntimeError("no C compiler (cc): the clock of a process cannot be set without one")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.jump(timedelta())
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(self._library), str(SOURCE)],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return {"LD_PRELOAD": str(self._library), "CLOCK_OFFSET_FILE": str(self._file)}

    def jump(self, offset: timedelta) -> None:
        """The process' wall clock is `offset` off from now on."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:  # in place: it is mapped
            file.write(struct.pack("=q", int(offset.total_seconds())))
