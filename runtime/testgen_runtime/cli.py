"""The command line. Each command imports only what it needs, so that `--help` and `generate` start fast."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from testgen_runtime.commands import cases, keeping, keys, migrations, releases, serving, stores
from testgen_runtime.errors import TestGenError

app = typer.Typer(
    name="testgen",
    help="Turns requirement documents (English and Chinese) into structured, traceable test cases.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (cases, serving, releases):
    group.add(app)
for name, commands in {
    "keys": keys.app,
    "audit": keeping.audit,
    "encryption": keeping.encryption,
    "index": keeping.index,
    "migrate": migrations.app,
    "stores": stores.app,
}.items():
    app.add_typer(commands, name=name)


@app.command()
def version() -> None:
    """Print the version."""
    from testgen_runtime import __version__

    print(__version__)


def main() -> NoReturn:
    """The entry point: errors become one clear line on standard error."""
    try:
        app()
    except TestGenError as error:
        for line in getattr(error, "lines", None) or [error.detail + (f" — {error.mend}" if error.mend else "")]:
            print(f"error: {line}", file=sys.stderr)
        if error.reason:
            from testgen_runtime.operations import last_words

            last_words.leave(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; nothing more to say
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("TESTGEN_DEBUG"):
            raise
        print(f"error: {type(error).__name__}: {error} — this is a defect of ours; TESTGEN_DEBUG=1 shows where", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


if __name__ == "__main__":
    main()
