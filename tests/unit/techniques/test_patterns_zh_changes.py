"""Chinese requirements that tell which states may become another one, and who has no right to what others do."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_zh_pairs import told, verdicts

CHANGES = {
    "只有处于“运输中”状态的运单可以变更为“派送中”；“待揽收”、“已签收”和“已退回”的运单变更为“派送中”时，系统应拒绝。": (
        {"运输中"},
        {"待揽收", "已签收", "已退回"},
    ),
    "仅“草稿”状态的标书可转为“评审中”，处于“已中标”、“已废标”状态的标书转为“评审中”的，系统不予处理。": (
        {"草稿"},
        {"已中标", "已废标"},
    ),
    "工单状态为“处理中”时方可流转为“已解决”；工单状态为“已关闭”或“已挂起”的，流转为“已解决”应失败。": (
        {"处理中"},
        {"已关闭", "已挂起"},
    ),
    "“已归档”的病历不得改为“编辑中”；“待质控”的病历可以改为“编辑中”。": ({"待质控"}, {"已归档"}),
}
RIGHTS = {
    "出库单须由仓库主管或物流经理审核，拣货员和搬运工没有审核权限，其审核操作应被拒绝。": (
        {"仓库主管", "物流经理"},
        {"拣货员", "搬运工"},
    ),
    "停电通知必须由值班长或调度主任签发，线路工和抄表员无权签发，其签发操作应被系统拒绝。": (
        {"值班长", "调度主任"},
        {"线路工", "抄表员"},
    ),
    "考试成绩由教研组长或教务主任复核，监考员没有复核权限，系统应拒绝其复核请求。": ({"教研组长", "教务主任"}, {"监考员"}),
    "排班表只能由班组长和车间主任发布，普通工人没有权限，发布请求应被拒绝。": ({"班组长", "车间主任"}, {"普通工人"}),
}


@pytest.mark.parametrize(("text", "may", "denied"), [(text, *rest) for text, rest in (CHANGES | RIGHTS).items()])
def test_each_one_named_is_tried_with_its_own_verdict(text: str, may: set[str], denied: set[str]) -> None:
    assert verdicts(text) == {("+", one) for one in may} | {("-", one) for one in denied}


def test_a_change_is_what_is_done() -> None:
    (first, *_) = told("“已归档”的病历不得改为“编辑中”；“待质控”的病历可以改为“编辑中”。")
    assert first.steps[-1].action == "将该病历改为“编辑中”。"


def test_those_who_do_it_together_are_not_tried_alone() -> None:
    assert verdicts("手术方案须由主刀医师和麻醉医师确认，护士无权确认，其确认操作应被拒绝。") == {("-", "护士")}


@pytest.mark.parametrize(
    "text",
    [
        "“草稿”的标书可以变更为“评审中”；“已中标”的合同变更为“评审中”时，系统应拒绝。",  # two things
        "“草稿”的标书可以变更为“评审中”；“已中标”的标书变更为“已归档”时，系统应拒绝。",  # two changes
        "“草稿”的标书可以变更为“评审中”；“草稿”和“已中标”的标书变更为“评审中”时，系统应拒绝。",  # a state on both sides
        "离线数据由采集终端上传，网关没有上传权限，其上传请求应被拒绝。",  # nobody
        "报废申请由资产管理员审批，库管员没有导出权限。",  # another act
    ],
)
def test_what_is_not_sure_is_left_alone(text: str) -> None:
    assert told(text) == []
