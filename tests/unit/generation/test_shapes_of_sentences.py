"""Shapes of sentences that the general reading reads: what of a case each of them decides, in both languages."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import written

VERDICTS: dict[str, set[tuple[str, str]]] = {
    "A transfer shall be rejected if the amount is greater than the daily limit of 10,000 EUR.": {
        ("+", "5000 EUR"),
        ("+", "9999.99 EUR"),
        ("+", "10000 EUR"),
        ("-", "10000.01 EUR"),
    },
    "Photos smaller than 200 KB or larger than 8 MB are rejected.": {
        ("+", "4000 KB"),
        ("+", "200 KB"),
        ("+", "200.1 KB"),
        ("+", "8191.9 KB"),
        ("+", "8192 KB"),
        ("-", "199.9 KB"),
        ("-", "8192.1 KB"),
    },
    "领料数量不得大于库存数量的80%。": {("+", "40%"), ("+", "79%"), ("+", "80%"), ("-", "81%")},
    "员工请事假须至少提前 3 天提出，不足 3 天的申请应予退回。": {("+", "6 天"), ("+", "3 天"), ("+", "4 天"), ("-", "2 天")},
    "用户连续 10 分钟未操作的，系统应自动退出登录。": {("+", "20 分钟"), ("+", "10 分钟"), ("+", "11 分钟"), ("-", "9 分钟")},
    "入库单至少包含 1 条、至多包含 50 条明细，不符合要求的入库单不得提交。": {
        ("+", "30 条"),
        ("+", "1 条"),
        ("+", "2 条"),
        ("+", "49 条"),
        ("+", "50 条"),
        ("-", "0 条"),
        ("-", "51 条"),
    },
    "系统仅支持微信、支付宝和银联三种支付方式，使用其他方式支付时应提示不支持。": {
        ("+", "微信"),
        ("+", "支付宝"),
        ("+", "银联"),
        ("-", "现金"),
    },
    "仓库管理员和质检员可以登记盘点结果，其他人员不得登记。": {("+", "仓库管理员"), ("+", "质检员"), ("-", "访客")},
    "相册的所有者和编辑者可以分享相册，浏览者无权分享。": {("+", "所有者"), ("+", "编辑者"), ("-", "浏览者")},
    "The import shall be aborted if the file has more than 5,000 rows; otherwise the import shall be completed.": {
        ("+", "3000 rows"),
        ("+", "4999 rows"),
        ("+", "5000 rows"),
        ("-", "5001 rows"),
    },
    "A message larger than 64 KB shall be discarded.": {("+", "30 KB"), ("+", "63.9 KB"), ("+", "64 KB"), ("-", "64.1 KB")},
    "已删除的照片可在30天内恢复，逾期不可恢复。": {
        ("+", "已删除, 20 天"),
        ("+", "30 天, 已删除"),
        ("+", "29 天, 已删除"),
        ("-", "31 天, 已删除"),
    },
    "A patient record that has been archived can neither be edited nor be deleted.": {
        ("+", "has not been archived"),
        ("-", "has been archived"),
    },
}


@pytest.mark.parametrize(("statement", "expected"), VERDICTS.items(), ids=list(VERDICTS))
def test_each_value_has_its_verdict(statement: str, expected: set[tuple[str, str]]) -> None:
    assert {(verdict, ", ".join(data.values())) for verdict, data, _, _ in written(statement) if data} == expected


def test_every_clause_of_a_list_decides_alone() -> None:
    statement = "A loan shall be approved if the applicant is employed, the account is active and the address is confirmed."
    cases = written(statement)
    assert sorted(verdict for verdict, _, _, _ in cases) == ["+", "-", "-", "-"]
    assert all(len(data) == 3 for _, data, _, _ in cases)


def test_a_demand_on_two_measures_names_each_of_them() -> None:
    statement = "Product images must be at least 600 pixels wide and must not be larger than 2 MB; otherwise the upload fails."
    assert {tuple(sorted(data)) for _, data, _, _ in written(statement)} == {("product image size", "product image width")}
