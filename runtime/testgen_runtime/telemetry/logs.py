"""The one logger set-up: JSON lines on standard output, redacted, each with a `log_type` (S0-034…S0-037)."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TextIO, cast

import orjson
import structlog

from testgen_runtime.errors import BadConfiguration
from testgen_runtime.telemetry import redaction

LogType = Literal["application", "access", "audit", "error", "llm"]

# Chatty at INFO, and what they say there is said better by our own lines.
_QUIET: Final = ("uvicorn.access", "httpx", "httpcore", "asyncio", "alembic", "neo4j", "markdown_it", "sse_starlette", "pgqueuer")


@dataclass(frozen=True, slots=True)
class Rotated:
    """A log file that is begun anew at `most_bytes`; `kept` old ones stay beside it."""

    path: Path
    most_bytes: int
    kept: int


def get_logger(log_type: LogType = "application", **values: Any) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry `log_type` and `values`."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(log_type=log_type, **values))


def configure(
    level: str = "INFO", style: Literal["json", "console"] = "json", stream: TextIO | None = None, rotated: Rotated | None = None
) -> None:
    """Send structlog's and the standard library's lines through the same processors. May be called again."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
        _log_type,
    ]
    render: list[Any] = (
        [structlog.processors.format_exc_info, redaction.processor, structlog.processors.JSONRenderer(serializer=_dumps)]
        if style == "json"
        else [redaction.processor, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    for handler in (logging.StreamHandler(stream or sys.stdout), *([_rotating(rotated)] if rotated else [])):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.captureWarnings(True)


def _rotating(rotated: Rotated) -> logging.Handler:
    try:
        return logging.handlers.RotatingFileHandler(
            rotated.path, maxBytes=rotated.most_bytes, backupCount=rotated.kept, encoding="utf-8", errors="backslashreplace"
        )
    except OSError as error:
        raise BadConfiguration(
            f"the log file {rotated.path} can't be written: {error.strerror}",
            mend="set log.file to a place that can be, or not at all",
        ) from error


def _log_type(_logger: object, _method: str, event: Any) -> Any:
    if event.get("level") in ("error", "critical"):
        event["log_type"] = "error"
    event.setdefault("log_type", "application")
    return event


def _dumps(event: Any, default: Any = None, **_: Any) -> str:
    return orjson.dumps(event, default=default or str, option=orjson.OPT_NON_STR_KEYS).decode()
