"""The process in which documents are parsed, one after the other: `python -m testgen_runtime.documents.worker`.

Its memory, time and environment are not the service's: a file that breaks a parser breaks this process only. Requests come on
standard input, answers go to standard output (`frames`). Only its parent talks to it.
"""

from __future__ import annotations

import os
import resource
import select
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from testgen_runtime.documents.frames import Head, Request, receive, send
from testgen_runtime.documents.model import Requirement
from testgen_runtime.documents.read import Reading, read_all, read_text
from testgen_runtime.errors import DocumentTooLarge, TestGenError, UnreadableDocument
from testgen_runtime.settings import Limits

_IDLE_SECONDS: Final = 60.0
"""After so long without work it ends; the next document starts another."""
_BATCH: Final = 100
"""Requirements of one frame: the parent takes in a frame at a time, and goes on serving between them."""


def answer(request: Request, data: bytes) -> Iterator[object]:
    """The frames that answer a request: the number of documents, then each; or the error that its sender may see."""
    try:
        if request.inline:
            document = read_text(data.decode(), title=request.name, limits=request.limits)
            found = [Reading(request.name, b"", len(data), document)]
        else:
            found = read_all(data, request.name, limits=request.limits, mime=request.mime)
    except TestGenError as error:
        yield error.__class__, error.detail, error.mend, error.members
        return
    except MemoryError:
        yield DocumentTooLarge, *_too_much(request), {}
        return
    except Exception as error:
        # A defect of ours, or of a parser; what it says may quote the document and stays here.
        yield (
            UnreadableDocument,
            f"{request.name[:200]} could not be read ({type(error).__name__})",
            "Save it in another format.",
            {},
        )
        return
    yield len(found)
    for one in found:
        requirements = one.document.requirements
        yield Head(replace(one, document=replace(one.document, requirements=())), len(requirements))
        yield from _batches(requirements)


def _batches(requirements: tuple[Requirement, ...]) -> Iterator[tuple[Requirement, ...]]:
    for start in range(0, len(requirements), _BATCH):
        yield requirements[start : start + _BATCH]


def _too_much(request: Request) -> tuple[str, str]:
    most = request.limits.parse_memory_bytes >> 20
    return f"reading {request.name[:200]} takes more than {most:,} MB of memory", "Split the document and send the parts."


def _bound(limits: Limits) -> None:
    """Memory and time of what is parsed next. Time is that of the processor since the process began, hence the sum."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.parse_memory_bytes, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.parse_seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def main() -> None:
    """Answer requests until the parent closes its end, or none comes for a while."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - what a library prints must not get into a frame
    with suppress(OSError):
        os.nice(10)  # requests that are answered meanwhile come first
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # when the machine runs out of memory, this process goes, not the service
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while select.select([source], [], [], _IDLE_SECONDS)[0]:
            request: Request = receive(source)
            data: bytes = receive(source)
            _bound(request.limits)
            for frame in answer(request, data):
                send(target, frame)
            target.flush()
            del data


if __name__ == "__main__":
    main()
