"""`testgen generate --dry-run FILE…`: what the same command would take, without asking a model and without writing a case."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from testgen_runtime.generation.estimate import Estimate, estimate
from testgen_runtime.operations.generate import Ask, read_all
from testgen_runtime.settings import Limits


def run(ask: Ask, limits: Limits, say: Callable[[str], None]) -> Estimate:
    """Say what generating would take: as JSON where that format is asked for, else as lines.

    Raises: BadFiles.
    """
    found = asyncio.run(_sum(ask, limits))
    model = ask.llm.routes[0].model if ask.llm.routes else None
    if ask.format == "json":
        say(json.dumps(as_json(found, model), indent=1))
    else:
        for line in lines(found, model):
            say(line)
    return found


async def _sum(ask: Ask, limits: Limits) -> Estimate:
    total = Estimate()
    for source in read_all(ask.files, limits):
        total += await estimate(source, ask.options, model=bool(ask.llm.routes))
    return total


def as_json(found: Estimate, model: str | None) -> dict[str, Any]:
    """The fields of POST /api/v1/generate/estimate, without the budget, which only a server has."""
    ranges = {name: getattr(found, name) for name in ("cases", "calls", "tokens_in", "tokens_out", "tokens")}
    return {
        "model": model,
        "requirements": found.requirements,
        "points": found.points,
        "left_out": found.left_out,
        "batches": found.batches,
        **{name: {"expected": value.expected, "most": value.most} for name, value in ranges.items()},
        "exact": found.exact,
    }


def lines(found: Estimate, model: str | None) -> list[str]:
    """The same for a person."""
    cases = f"{found.cases.expected:,}" + (f" to {found.cases.most:,}" if found.cases.most > found.cases.expected else "")
    said = [f"requirements  {found.requirements:,}", f"cases         {cases}"]
    if found.left_out:
        said.append(f"left out      {found.left_out:,} points beyond the limit on cases (--max-cases)")
    if model is None:
        return [*said, "no model: rules write every case, no tokens are used"]
    said += [
        f"calls         {found.calls.expected:,} expected, {found.calls.most:,} at most ({model})",
        f"tokens in     {found.tokens_in.expected:,} expected, {found.tokens_in.most:,} at most",
        f"tokens out    {found.tokens_out.expected:,} expected, {found.tokens_out.most:,} at most",
    ]
    return said if found.exact else [*said, "scaled up from a part of the requirements: “at most” is an estimate too"]
