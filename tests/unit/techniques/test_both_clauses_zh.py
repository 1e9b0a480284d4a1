"""谁可以、谁不可以，哪些状态允许、哪些状态禁止，界限内外：两句各说一面（S4-061）。The values tried, with their verdicts."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_scope import tried

ROLES = {
    "仅对护士长、责任护士显示排班入口，实习护士、护工看不到该入口。": ({"护士长", "责任护士"}, {"实习护士", "护工"}),
    "删除档案的权限归档案管理员所有，查阅员尝试删除的，一律拒绝。": ({"档案管理员"}, {"查阅员"}),
    "允许馆长、副馆长导出名册，志愿者的导出请求应被驳回。": ({"馆长", "副馆长"}, {"志愿者"}),
    "调整票价须由运营经理操作，售票员操作一律不予受理。": ({"运营经理"}, {"售票员"}),
    "开闸权限授予站长和值班员，不授予保洁员、访客。": ({"站长", "值班员"}, {"保洁员", "访客"}),
    "仓库盘点只能由仓管员发起；司机、装卸工发起的盘点请求系统不予接受。": ({"仓管员"}, {"司机", "装卸工"}),
}
STATES = {
    "车位标记为“空闲”时可预约，标记为“占用”“维修”时不可预约。": ({"空闲"}, {"占用", "维修"}),
    "草稿和退回状态下作者可编辑稿件，送审、刊发状态下编辑请求被拒绝。": ({"草稿", "退回"}, {"送审", "刊发"}),
    "合同处于起草、会签阶段可以改动金额，进入生效、终止阶段后改动金额的操作将被拒绝。": ({"起草", "会签"}, {"生效", "终止"}),
}
SIDES = {
    "车高不超 2.1 米放行，超高车辆禁止驶入。": ({"2.1 米"}, {"2.2 米"}),
    "血红蛋白不得低于 120 g/L，低于者不得献血。": ({"120 g/L"}, {"119 g/L"}),
    "上传附件大小以 20 MB 为上限，更大的附件系统拒收。": ({"20 MB"}, {"20.1 MB"}),
    "室温降至 5℃ 以下时自动开启加热，5℃ 及以上保持关闭。": ({"4℃"}, {"5℃"}),
    "水位升至 3 米以上时闸门自动开启，3 米及以下保持关闭。": ({"4 米"}, {"3 米"}),
    "支付方式为微信、支付宝、银联三种之一，其余方式一律拒收。": ({"微信", "支付宝", "银联"}, set()),
}


@pytest.mark.parametrize("text", [*ROLES, *STATES])
def test_each_role_and_state_of_both_clauses_is_tried(text: str) -> None:
    allowed, refused = (ROLES | STATES)[text]

    assert tried(text) == {*(("accepted", one) for one in allowed), *(("refused", one) for one in refused)}


@pytest.mark.parametrize("text", SIDES)
def test_the_rest_of_the_values_is_what_the_other_clause_refuses(text: str) -> None:
    allowed, refused = SIDES[text]
    found = tried(text)

    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= found, found
    assert not found & ({("refused", one) for one in allowed} | {("accepted", one) for one in refused})


def test_who_is_left_out_is_no_condition() -> None:
    assert tried("除持有夜间通行证的车辆外，22 点后货车一律不准进入。") == set()
