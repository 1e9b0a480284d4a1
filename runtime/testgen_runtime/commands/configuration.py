"""Where a command gets its settings: the file, the environment, and what the command line says before both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from testgen_runtime.errors import BadConfiguration

if TYPE_CHECKING:
    from testgen_runtime.settings import Settings

DataDir = Annotated[Path | None, typer.Option(help="Where the embedded stores live (default: the user's data folder).")]


def settings(data_dir: Path | None = None, **given: Any) -> Settings:
    """The settings, in force for where this process may connect to. Raises: BadConfiguration."""
    from testgen_runtime.security import outbound

    found = read(**given, **({"data_dir": data_dir} if data_dir is not None else {}))
    outbound.install(found.outbound)
    return found


def read(**given: Any) -> Settings:
    """The settings; what the command line says goes before everything else.

    Raises: BadConfiguration, which names the first key that is wrong and never shows its value.
    """
    from pydantic import ValidationError
    from pydantic_settings import SettingsError
    from yaml import YAMLError

    from testgen_runtime.settings import Settings

    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadConfiguration(
            f"the setting {place} is wrong: {first['msg']}",
            mend="change it in the configuration file, the environment or the option",
        ) from None
    except (SettingsError, YAMLError) as error:
        words = str(error).splitlines()[0]
        raise BadConfiguration(
            f"the configuration can't be read: {words}", mend="check TESTGEN_CONFIG and the TESTGEN_… variables"
        ) from None
