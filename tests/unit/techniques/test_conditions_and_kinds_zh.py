"""并列的条件、只受理的类别、谁可以、哪些状态可以、其余的值：两句各说一面（S4-061）。The values tried, with their verdicts."""

from __future__ import annotations

import pytest
from tests.unit.techniques.test_patterns_en import view_of
from tests.unit.techniques.test_scope import tried

from testgen_runtime.techniques.patterns_zh import conditions_together, kinds_only

TOGETHER = {
    "血红蛋白不低于 120 g/L、乙肝表面抗原检测为阴性并且献血者已签署知情同意书时，护士方可开始采血；三项中任何一项不满足，"
    "系统应阻止采血开始。": ("120 g/L", "119 g/L", 2),
    "选手年龄不低于 20 周岁、体检报告合格、报名费已缴纳，三项俱全时系统发放参赛号；任意一项不具备，均不发放。": (
        "20 周岁",
        "19 周岁",
        2,
    ),
    "押金已支付、身份已核验且余额不低于 50 元时，用户可以借用充电宝；有一项未达到，系统拒绝借用。": ("50 元", "49.99 元", 2),
    "申请续当应同时具备三个条件：当户本人到场、上期利息已结清、当票逾期天数不超过 5 天。三个条件中有任何一个不具备，续当申请即被"
    "驳回；全部具备的，续当成功。": ("5 天", "6 天", 2),
    "少年组报名的前提是：参赛者年龄不大于 12 周岁、报名费已缴纳、教练已确认，三者缺一不可。前提全部满足则报名成功，否则系统提示"
    "报名失败。": ("12 周岁", "13 周岁", 2),
}
"""With the bound, the value beside it, and how many conditions there are besides."""


@pytest.mark.parametrize("text", TOGETHER)
def test_conditions_in_a_row_fail_one_at_a_time(text: str) -> None:
    inside, outside, more = TOGETHER[text]
    found = tried(text)

    assert ("accepted", *sorted((inside, *["是"] * more))) in found, found
    assert ("refused", *sorted((outside, *["是"] * more))) in found
    alone = [one for one in found if one[0] == "refused" and one.count("否") == 1 and one.count("是") == more - 1]
    assert alone
    assert not [one for one in found if one[0] == "accepted" and "否" in one]


def test_two_conditions_of_which_both_are_needed() -> None:
    found = tried(
        "赎当须当票原件在手且当金本息已结清，两个条件都具备，柜员才能办理当物出库；缺任何一个条件，出库操作都应被系统拦截。"
    )

    assert found == {("accepted", "是", "是"), ("refused", "否", "是")}


@pytest.mark.parametrize(
    "text",
    [
        "选手年龄不低于 20 周岁、体检报告合格，三项俱全时系统发放参赛号；任意一项不具备，均不发放。",
        "押金已支付、身份已核验时，用户可以借用充电宝；有一项未达到，系统发送提醒短信。",
        "押金已支付或身份已核验、余额充足时，用户可以借用充电宝；有一项未达到，系统拒绝借用。",
    ],
)
def test_another_number_or_another_result_is_left_to_the_general_reading(text: str) -> None:
    assert list(conditions_together.points(view_of(text))) == []


def test_the_kinds_that_alone_are_taken_and_those_that_are_named_as_others() -> None:
    found = tried("本行只收黄金饰品、名表、机动车三类当物。录入其他类别（如房产、字画）时，系统应给出错误提示并禁止保存。")

    taken, refused = ("黄金饰品", "名表", "机动车"), ("房产", "字画")
    assert found == {*(("accepted", one) for one in taken), *(("refused", one) for one in refused)}


def test_as_many_kinds_as_are_told() -> None:
    assert list(kinds_only.points(view_of("本行只收黄金饰品、名表三类当物。录入其他类别时，系统应禁止保存。"))) == []


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        (
            "对局成绩的更正权限归裁判长和编排长所有，普通裁判、领队即便登录了系统也无权更正。",
            {"裁判长", "编排长"},
            {"普通裁判", "领队"},
        ),
        (
            "涉密卷宗的调阅仅对保管员与馆长开放；研究员、实习生、外来读者发起的调阅请求均应被拒绝。",
            {"保管员", "馆长"},
            {"研究员", "实习生", "外来读者"},
        ),
        (
            "数据质控标记可由台站站长或省级质控员撤销；观测员、访客没有此权限，执行撤销时系统应拒绝并返回“无权限”。",
            {"台站站长", "省级质控员"},
            {"观测员", "访客"},
        ),
        (
            "申报单为“草稿”“待审核”时船方可自行撤回；对“已排闸”“过闸中”的申报单点击撤回，系统须拒绝并提示不可撤回。",
            {"草稿", "待审核"},
            {"已排闸", "过闸中"},
        ),
        (
            "“作废病历”功能只授权给院长与病案管理员；牙医、护士或前台执行作废操作的，系统弹出无权限提示，病历保持原状。",
            {"院长", "病案管理员"},
            {"牙医", "护士", "前台"},
        ),
        (
            "棋手只能在对局“进行中”或“封棋”期间提和。对局“未开始”“已终局”或“已作废”时，提和请求无效，系统给出错误提示。",
            {"进行中", "封棋"},
            {"未开始", "已终局", "已作废"},
        ),
        (
            "失物记录为“待认领”或“公示中”时，工作人员能够修改物品描述；若记录已变为“已认领”或“已销毁”，修改请求一律失败，原描述不变。",
            {"待认领", "公示中"},
            {"已认领", "已销毁"},
        ),
        (
            "立案申请尚处“待审查”“待补正”阶段的，申请人可自行撤回；申请一经变为“已立案”或“已移送”，撤回操作即不予支持。",
            {"待审查", "待补正"},
            {"已立案", "已移送"},
        ),
        (
            "各类失物均可申请邮寄归还，但现金、危险品、活体动物除外：对这三类失物提交邮寄申请时，系统应拒绝。",
            {"其他失物"},
            {"现金", "危险品", "活体动物"},
        ),
    ],
)
def test_each_role_and_state_is_tried(text: str, allowed: set[str], refused: set[str]) -> None:
    assert tried(text) == {*(("accepted", one) for one in allowed), *(("refused", one) for one in refused)}


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        (
            "业余中继台的发射频率只能设置在 430 MHz 到 440 MHz 这一段内（两端频率均可用），提交段外频率时应报错且不保存。",
            {"430 MHz", "440 MHz"},
            {"429 MHz", "441 MHz"},
        ),
        ("蜂蜜含水量必须低于 20%，等于或高于 20% 的批次拒收，其余批次予以收购。", {"19%"}, {"20%"}),
        ("参赛号码布上的昵称允许 2—10 个汉字，字数不足 2 个或超过 10 个时，保存失败。", {"2 个汉字", "10 个汉字"}, {"11 个汉字"}),
    ],
)
def test_the_rest_of_the_values_is_refused(text: str, allowed: set[str], refused: set[str]) -> None:
    found = tried(text)

    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= found, found
    assert not found & ({("refused", one) for one in allowed} | {("accepted", one) for one in refused})


@pytest.mark.parametrize(
    ("text", "allowed", "refused"),
    [
        ("锅炉压力应保持在 3 MPa 以下，压力升至 3 MPa 及以上时安全阀自动开启泄压。", {"2 MPa"}, {"3 MPa"}),
        ("考生缺考科目不得多于 1 门，缺考 2 门及以上取消评优资格。", {"1 门"}, {"2 门"}),
        ("阅览室最多容纳 40 名读者，满员后闸机不再放行。", {"40 名"}, {"41 名"}),
    ],
)
def test_what_is_done_where_a_limit_is_broken_does_not_turn_it(text: str, allowed: set[str], refused: set[str]) -> None:
    assert {("accepted", one) for one in allowed} | {("refused", one) for one in refused} <= (found := tried(text)), found
    assert not found & ({("refused", one) for one in allowed} | {("accepted", one) for one in refused})


def test_one_of_two_conditions_is_enough() -> None:
    found = tried("学员体检合格或持有医生证明即可下水；两样都没有的不让下水。")

    assert found == {("accepted", "否", "是"), ("refused", "否", "否")}


def test_states_that_alone_allow_it_and_those_that_do_not() -> None:
    found = tried("只有“在馆”的图书能外借，“修补中”“遗失”的不外借。")

    assert found == {("accepted", "在馆"), ("refused", "修补中"), ("refused", "遗失")}


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (
            "船舶过闸须至少提前 4 小时申报，提前不足 4 小时的申报应被拒绝；应急救援船不受此限，任何时候申报均予受理。",
            "4 小时",
            "3 小时",
        ),
        (
            "除商务座旅客不受限额约束外，其他席别的旅客单笔挂账金额以 300 元为上限，超出上限的挂账不得提交，未超出的可以提交。",
            "300 元",
            "300.01 元",
        ),
        ("单件行李重量不得超过 23 公斤，超过 23 公斤的拒绝托运，但军人证件持有人不受此限。", "23 公斤", "24 公斤"),
    ],
)
def test_a_kind_that_a_bound_spares_is_tried_beyond_it(text: str, inside: str, outside: str) -> None:
    found = tried(text)

    assert {("accepted", *sorted((inside, "否"))), ("refused", *sorted((outside, "否")))} <= found, found
    assert ("accepted", *sorted((outside, "是"))) in found


def test_the_number_of_what_was_listed_is_no_limit() -> None:
    found = tried("附件的格式限于 PDF、PNG、OFD；上传这三种以外的格式，系统须拦截并报错，三种之内的正常接收。")

    assert found == {("accepted", "PDF"), ("accepted", "PNG"), ("accepted", "OFD"), ("refused", "XML")}
