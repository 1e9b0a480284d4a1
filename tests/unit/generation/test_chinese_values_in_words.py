"""A number's name, the value that a step enters and the result, as a Chinese tester writes them (S4-061)."""

from __future__ import annotations

import pytest
from tests.unit.generation.chinese_cases import written

WORDED = [
    (
        "累计学时不少于 36 学时的学员方可报名考试，不足 36 学时的报名应被拒绝。",
        "在累计学时为 35 学时的情况下报名考试。",
        "该报名被拒绝。",
    ),
    ("当日提现次数达到 3 次的账户再次提现时，系统应拒绝提现；次数不足 3 次时应允许提现。", "当日提现次数", "系统拒绝提现。"),
    ("只有申购金额为 1000 元或以上时，系统才应受理首次申购。", "申购金额为 1000 元", "系统受理首次申购。"),
    (
        "普通用户单次可购买 1 至 2 张门票，年卡用户单次可购买 1 至 5 张门票；超出各自范围的请求应被拒绝。",
        "以“普通用户”身份购买 3 张门票。",
        "该请求被拒绝。",
    ),
    ("系统应驳回金额高于 500 元的报销。", "金额为 500.01 元", "驳回"),
]


@pytest.mark.parametrize(("statement", "action", "expected"), WORDED)
def test_a_value_and_its_result_read_as_a_tester_wrote_them(statement: str, action: str, expected: str) -> None:
    assert any(action in done and expected in seen for _, _, done, seen in written(statement)), written(statement)
