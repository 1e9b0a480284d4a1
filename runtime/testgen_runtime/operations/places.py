"""Where a process keeps its data and which database it talks to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.settings import Settings
from testgen_runtime.storage.target import Target


def data_dir(settings: Settings) -> Path:
    """`data_dir` of the settings, else the user's own place for data; root's is not below its home, which is closed to others."""
    if settings.data_dir is not None:
        return settings.data_dir.expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/testgen")
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "testgen"


def running(settings: Settings) -> Target | None:
    """The embedded server of this data folder, where one runs already."""
    if settings.postgres.mode == "server":
        return None
    from testgen_runtime.storage import embedded

    return embedded.running_at(data_dir(settings) / "postgres")


@contextmanager
def database(settings: Settings) -> Iterator[Target]:
    """The configured server, or an embedded one that runs for as long as the context lasts.

    Raises: BadConfiguration.
    """
    if settings.postgres.mode == "server":
        yield Target.of(settings.postgres)
        return
    from testgen_runtime.storage import embedded

    folder = data_dir(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(
            f"the folder {folder} can't be made: {error.strerror}", mend="name a folder of yours with --data-dir"
        ) from error
    with embedded.running(folder / "postgres") as target:
        yield target
