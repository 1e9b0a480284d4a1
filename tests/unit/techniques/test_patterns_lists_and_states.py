"""Numbers, means, days and states that a text names with their verdicts, in two languages: what is tried."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import told as told_en
from tests.unit.techniques.test_patterns_en import verdicts as verdicts_en
from tests.unit.techniques.test_patterns_zh_pairs import told, verdicts

CHINESE: dict[str, tuple[set[str], set[str]]] = {
    "已归档和已挂起的项目不可编辑，筹备中和进行中的项目可以编辑。": ({"筹备中", "进行中"}, {"已归档", "已挂起"}),
    "“草稿”和“已退回”的合同可以修改，“审批中”“已签署”的合同不得修改。": ({"草稿", "已退回"}, {"审批中", "已签署"}),
    "工单除“已关闭”状态外，在“新建”“处理中”“待确认”状态下均可转派。": ({"新建", "处理中", "待确认"}, {"已关闭"}),
    "周一至周五可预约参观，周六、周日不接受预约。": ({"周一", "周二", "周三", "周四", "周五"}, {"周六", "周日"}),
    "仅工作日受理退款申请。": ({"周一", "周二", "周三", "周四", "周五"}, {"周六", "周日"}),
    "屏幕亮度只能设置为 25%、50%、75% 或 100%，设置为其他数值时系统应拒绝。": (
        {"25%", "50%", "75%", "100%"},
        {"0%", "37%", "125%"},
    ),
    "出差补贴按 1、2、3 三个城市等级发放，填写其他等级的申请应退回。": ({"1", "2", "3"}, {"0", "4"}),
    "停车费可以使用微信、支付宝或银联卡支付，不接受现金支付。": ({"微信", "支付宝", "银联卡"}, {"现金"}),
}


@pytest.mark.parametrize(("text", "may", "denied"), [(text, *cases) for text, cases in CHINESE.items()])
def test_each_chinese_value_has_its_verdict(text: str, may: set[str], denied: set[str]) -> None:
    assert verdicts(text) == {("+", value) for value in may} | {("-", value) for value in denied}


@pytest.mark.parametrize(
    "text",
    [
        "已归档的项目不可编辑，筹备中的项目可以删除。",  # two acts
        "已归档的项目可以查看，筹备中的项目可以查看。",  # no refusal
        "周一至周五可预约参观，周五、周六不接受预约。",  # a day on both sides
        "停车费可以使用微信或支付宝支付，不接受其他方式支付。",
    ],
)
def test_what_is_not_told_clearly_is_left_alone(text: str) -> None:
    assert told(text) == []


ENGLISH: dict[str, tuple[set[str], set[str]]] = {
    "The brightness can be set to 25, 50, 75 or 100 percent; any other value is rejected.": (
        {"25 percent", "50 percent", "75 percent", "100 percent"},
        {"0 percent", "37 percent", "125 percent"},
    ),
    "Payments are possible by card, cash or voucher. Cheques are not taken.": ({"card", "cash", "voucher"}, {"cheque"}),
    "Fees can be paid in euros or dollars; yen are refused.": ({"euros", "dollars"}, {"yen"}),
}


@pytest.mark.parametrize(("text", "may", "denied"), [(text, *cases) for text, cases in ENGLISH.items()])
def test_each_english_value_has_its_verdict(text: str, may: set[str], denied: set[str]) -> None:
    assert verdicts_en(text) == {("accepted", value) for value in may} | {("refused", value) for value in denied}


@pytest.mark.parametrize(
    "text",
    [
        "The brightness can be set to 25, 50 or 75 percent.",  # nothing refused
        "Payments are possible by card or cash. Tips are welcome.",
    ],
)
def test_lists_that_refuse_nothing_are_left_alone(text: str) -> None:
    assert told_en(text) == []
