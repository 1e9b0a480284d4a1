"""Chinese amounts that go by a step ("10 元的整数倍，且不超过 500 元"): values are multiples, or refused as none."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import tried

STEPS = {
    "单次充值金额须为 10 元的整数倍，且不超过 500 元，否则拒绝充值。": ({"300 元", "490 元", "500 元"}, {"305 元", "510 元"}),
    "单次充值金额应为 10 元的整数倍，且不得超过 500 元，否则拒绝充值。": ({"300 元", "490 元", "500 元"}, {"305 元", "510 元"}),
    "批次数量应为 12 箱的倍数，最多 240 箱；不满足的申请应予驳回。": ({"120 箱", "228 箱", "240 箱"}, {"126 箱", "252 箱"}),
    "学费缴纳金额应是 50 元的整数倍，最低 100 元，最高 2000 元，不符合的系统应拒绝。": (
        {"100 元", "1000 元", "2000 元"},
        {"50 元", "1025 元", "2050 元"},
    ),
}


@pytest.mark.parametrize(("text", "accepted", "refused"), [(text, *rest) for text, rest in STEPS.items()])
def test_values_go_by_the_step(text: str, accepted: set[str], refused: set[str]) -> None:
    found = tried(text)
    assert accepted <= {value for verdict, *values in found if verdict == "accepted" for value in values}
    assert refused <= {value for verdict, *values in found if verdict == "refused" for value in values}
    assert not [one for _, *values in found for one in values if "." in one]
