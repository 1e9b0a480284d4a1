"""The commands of a server: `testgen serve`, `testgen health`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from testgen_runtime.commands.configuration import DataDir, read, settings


class Component(StrEnum):
    ALL = "all"
    API = "api"
    REQUIREMENTS = "requirements"
    KNOWLEDGE = "knowledge"
    VECTOR = "vector"
    GRAPH = "graph"
    LLM = "llm"
    WORKER = "worker"
    AI_GATEWAY = "ai-gateway"


def add(app: typer.Typer) -> None:
    """Make them commands of `app`."""
    app.command()(serve)
    app.command()(health)


def serve(
    role: Annotated[
        Component | None, typer.Option(help="Which component this process is: all, or one part of a split project.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = None,
    uds: Annotated[Path | None, typer.Option(help="A Unix socket to listen on instead.")] = None,
    data_dir: DataDir = None,
    ready_file: Annotated[Path | None, typer.Option(help="Write {url, pid} here once requests are answered.")] = None,
) -> None:
    """Serve the HTTP API. Without a configuration it runs on embedded stores and prints its address and key.

    A part of a split project answers its own paths only and calls the others at `peers` (docs/ARCHITECTURE.md, Roles).
    """
    from testgen_runtime.operations import serve as operation

    server = {name: value for name, value in (("host", host), ("port", port), ("uds", uds)) if value is not None}
    wanted = settings(data_dir, **({"role": role.value} if role else {}), **({"server": server} if server else {}))
    operation.run(wanted, ready_file=ready_file, say=lambda line: print(line, flush=True))


def health(
    port: Annotated[int | None, typer.Option(help="The port to ask (default: the configured one).")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = 2.5,
) -> None:
    """Ask the server on this machine how it is; exits 0 when it is healthy (for HEALTHCHECK)."""
    from testgen_runtime.operations.health import ask

    healthy, words = ask(read().server if port is None else None, port, timeout)
    print(words)
    raise typer.Exit(0 if healthy else 1)
