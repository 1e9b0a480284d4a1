"""Alternatives made of several demands: "A and B, or C" is decided by A and B where C fails, and by C where one of them fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from testgen_runtime.techniques.factors import Factor, Level


def failing(factors: Sequence[Factor], own: Sequence[Factor]) -> list[tuple[Level, ...]]:
    """Each way in which the demands `factors` fail by one of them alone, those first that change no parameter of `own`."""
    names = {name for factor in own for level in factor.levels for name in level.inputs}

    def shared(factor: Factor) -> bool:
        return any(name in names for level in factor.levels for name in level.inputs)

    breaking = sorted((f for f in reversed(factors) if f.typical(False) is not None), key=shared)
    return [tuple(level for f in factors if (level := f.typical(f is not one)) is not None) for one in breaking]


def only_accepted(factor: Factor) -> Factor:
    """The factor at its typical accepted level alone."""
    level = factor.typical(True)
    return replace(factor, levels=(level,) if level is not None else ())
