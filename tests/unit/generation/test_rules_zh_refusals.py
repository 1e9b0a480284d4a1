"""What is seen where a Chinese rule is broken: a warning or a stop that the text names is no refusal to be turned round."""

from __future__ import annotations

import pytest

from testgen_runtime.documents.read import read_text
from testgen_runtime.generation.rules import words
from testgen_runtime.settings import Limits
from testgen_runtime.techniques.design import derive


class Wanted:
    """All techniques that are on by default, with room for every point."""

    techniques = None
    max_cases_per_requirement = 50
    boundary_values = 3
    n_switch = 0


def refusals(text: str) -> set[str]:
    """The last result of every negative case."""
    document = read_text(f"# R\n\n## REQ-1\n\n{text}\n", limits=Limits())
    (requirement,) = document.requirements
    points = derive(requirement, document.text, Wanted()).points  # type: ignore[arg-type]
    return {words(requirement, p, None).steps[-1][1] for p in points if p.polarity == "negative"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("冷库温度应保持在 -18℃ 至 -15℃ 之间，超出该区间时系统应发出告警。", "系统发出告警。"),
        ("机房湿度应在 40% 至 60% 之间，超出范围时，系统应报警。", "系统报警。"),
        ("水位超过 30 米的，泵站应停止进水；30 米及以下的，可以进水。", "泵站停止进水，不允许进水。"),
        ("库存低于 10 件时，系统应发出预警。", "系统不会发出预警。"),
    ],
)
def test_what_is_seen_where_the_rule_is_broken(text: str, seen: str) -> None:
    assert refusals(text) == {seen}
