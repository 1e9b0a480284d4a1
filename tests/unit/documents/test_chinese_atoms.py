"""What Chinese statements yield: numerals, ends, violations, opposites, roles, states, lists and formats (S4-022)."""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import interval, values

from testgen_runtime.documents.atoms.negation_zh import opposite_zh
from testgen_runtime.documents.atoms.numbers import quantities
from testgen_runtime.documents.model import Actor, Condition, Enumeration, Format, Limit, State

NUMERALS = [
    ("低于百分之十", "10 %"),
    ("千分之五以内", "0.5 %"),
    ("四分之三", "75 %"),
    ("零点五秒", "0.5 秒"),
    ("半秒内", "500 毫秒"),
    ("半小时", "30 分钟"),
    ("一刻钟", "15 分钟"),
    ("两个半小时", "150 分钟"),
    ("3 个半小时", "210 分钟"),
    ("一百二十个", "120 个"),
    ("两万元", "20000 元"),
    ("60 分以上", "60 分"),
    ("不超过 50%，", "50 %"),
]


@pytest.mark.parametrize(("text", "wanted"), NUMERALS)
def test_a_number_in_words_brings_its_unit(text: str, wanted: str) -> None:
    (found,) = quantities(text)
    assert f"{found.value.normalize():f} {found.unit}" == wanted


def test_a_code_that_is_returned_is_no_amount() -> None:
    assert [found.value for found in quantities("返回 413 错误")] == []


ENDS = [
    ("年龄须在 18 周岁（含）至 60 周岁（不含）之间。", "[18, 60) 周岁"),
    ("成绩应在 60 分（不含）以上。", "(60, …) 分"),
    ("文件总数应小于 1000 个，达到或超过 1000 个时系统拒绝上传。", "(…, 1000) 个"),
    ("折扣率范围为 0.1 到 1（均包含）。", "[0.1, 1]"),
    ("经度必须大于等于 -180 且小于等于 180。", "[-180, 180]"),
    ("投票选项不能少于 2 个，也不能多于 10 个。", "[2, 10] 个"),
    ("每户可登记一至三辆机动车。", "[1, 3] 辆"),
    ("上报间隔应不小于 5 秒且不大于 5 分钟。", "[5, 300] 秒"),
]


@pytest.mark.parametrize(("statement", "range_"), ENDS)
def test_an_end_is_open_or_closed_as_the_text_says(statement: str, range_: str) -> None:
    assert [interval(found) for found in values(statement, Limit)] == [range_]


BROKEN = [
    "包裹重量不得大于 30 公斤，超重包裹不予揽收。",
    "分机号必须是 4 位数字，位数不对的号码不予登记。",
    "昵称不得少于两个字符，违反时不允许保存。",
    "请求体大小不能超过 2 MB，超过的请求返回 413 错误。",
    "下载次数不得超过 3 次，超出后拒绝下载。",
    "密码长度不得少于 8 位，且须包含数字，任一要求不满足时不予保存。",
    "头像大小不得超过 2 MB，任意一项规定不符合时拒绝上传。",
    "泵房水压至少为 30%，水压达不到相应要求的，禁止启动。",
    "包裹重量不得超过 9 千克；两项都不符合的，不予收寄。",
]


@pytest.mark.parametrize("statement", BROKEN)
def test_what_breaks_a_limit_is_no_condition_of_its_own(statement: str) -> None:
    assert len(values(statement, Limit)) == 1
    assert values(statement, Condition) == []


@pytest.mark.parametrize("day", ["2026 年 6 月 30 日", "2027年1月"])
def test_a_date_is_no_number_of_years(day: str) -> None:
    assert values(f"代金券仅限在 {day}前使用，逾期使用的，系统拒绝抵扣。", Limit) == []
    assert len(values("档案须保存至少 10 年 6 个月。", Limit)) > 0


OPPOSITES = [
    ("用户已登录", "用户未登录"),
    ("设备离线", "设备在线"),
    ("客户存在未结清账单", "客户不存在未结清账单"),
    ("未超过投诉期", "已超过投诉期"),
    ("没有购买保险", "已购买保险"),
    ("没有逾期记录", "有逾期记录"),
    ("手机号已存在", "手机号不存在"),
    ("请求缺少签名", "请求包含签名"),
    ("审批人退回报销单", "审批人未退回报销单"),
    ("用户提交不完整的表单", "用户未提交不完整的表单"),
    ("订单支付成功", "订单支付失败"),
    ("用户名与已有用户名重复", "用户名与已有用户名不重复"),
    ("账号未被禁用", "账号已被禁用"),
    ("报名材料齐全", "报名材料不齐全"),
    ("证件照不清晰", "证件照清晰"),
    ("收件地址不在配送范围内", "收件地址在配送范围内"),
    ("无人机持有许可", "无人机不持有许可"),
    ("无人车已登记", "无人车未登记"),
]


@pytest.mark.parametrize(("clause", "wanted"), OPPOSITES)
def test_a_condition_is_turned_at_its_own_predicate(clause: str, wanted: str) -> None:
    assert opposite_zh(clause) == wanted


def test_being_late_is_one_word_of_the_subject() -> None:
    (limit,) = values("乘客迟到 10 分钟以上的，检票闸机不得放行。", Limit)
    assert "迟到" in limit.subject


@pytest.mark.parametrize(
    ("statement", "lower"), [("报名夜校的学员须年满 16 周岁。", 16), ("未年满 18 周岁的用户，系统应拒绝注册。", 18)]
)
def test_an_age_reached_is_no_part_of_the_subject(statement: str, lower: int) -> None:
    (limit,) = values(statement, Limit)
    assert limit.lower is not None
    assert limit.lower.value == lower
    assert limit.upper is None
    assert "满" not in limit.subject


def test_a_limit_of_each_role_has_the_name_of_what_is_limited() -> None:
    found = values("专员的审批额度不超过 1 万元，经理的审批额度不超过 10 万元。", Limit)
    assert [(limit.subject, interval(limit)) for limit in found] == [
        ("审批额度", "(…, 10000] 元"),
        ("审批额度", "(…, 100000] 元"),
    ]


ROLES = [
    ("除店长和收银主管外，其他人员无权作废小票。", ("店长", "收银主管"), ()),
    ("允许项目经理关闭缺陷，不允许产品助理关闭缺陷。", ("项目经理",), ("产品助理",)),
    ("角色为“调度员”的用户有权确认出库，角色为“司机”的用户无权确认出库。", ("调度员",), ("司机",)),
    ("运营经理有权上架商品，客服专员没有权限上架商品。", ("运营经理",), ("客服专员",)),
]


@pytest.mark.parametrize(("statement", "permitted", "denied"), ROLES)
def test_roles_are_permitted_or_denied(statement: str, permitted: tuple[str, ...], denied: tuple[str, ...]) -> None:
    (found,) = values(statement, Actor)
    assert (found.permitted, found.denied) == (permitted, denied)


def test_a_role_that_may_do_one_thing_and_not_another_has_an_atom_for_each() -> None:
    found = values("游客可以浏览商品，但不得下单；会员可以下单。", Actor)
    assert [(actor.action, actor.permitted, actor.denied) for actor in found] == [
        ("浏览商品", ("游客",), ()),
        ("下单", ("会员",), ("游客",)),
    ]


STATES = [
    ("只有状态为“待审核”的申请才能撤回；“已通过”“已驳回”状态的申请不能撤回。", ("待审核",), ("已通过", "已驳回")),
    ("保单在“有效”状态下可以退保，在“已失效”、“已理赔”状态下禁止退保。", ("有效",), ("已失效", "已理赔")),
    ("运单状态必须为“已揽收”，客户方可改派，若为“派送中”或“已签收”，改派申请应被驳回。", ("已揽收",), ("派送中", "已签收")),
]


@pytest.mark.parametrize(("statement", "allowed", "refused"), STATES)
def test_states_allow_or_refuse_an_event(statement: str, allowed: tuple[str, ...], refused: tuple[str, ...]) -> None:
    (found,) = values(statement, State)
    assert (found.allowed, found.refused) == (allowed, refused)


LISTS = [
    ("导出格式支持 CSV、XLSX、PDF 三种，选择其他格式时应拒绝导出。", "导出格式", ("CSV", "XLSX", "PDF")),
    ("系统支持以下支付渠道之一：微信支付、支付宝；使用其他渠道付款应失败。", "支付渠道", ("微信支付", "支付宝")),
    ("工单优先级取值为“紧急”“高”“普通”，填写其他优先级的工单不允许提交。", "工单优先级", ("紧急", "高", "普通")),
    ("还款期数只能为 3、6、12 或 24 期，选择其他期数时应拒绝提交。", "还款期数", ("3 期", "6 期", "12 期", "24 期")),
    ("运输方式包括陆运、空运和海运，系统不接受其他运输方式。", "运输方式", ("陆运", "空运", "海运")),
]


@pytest.mark.parametrize(("statement", "subject", "allowed"), LISTS)
def test_a_list_of_values_is_closed_by_what_is_said_of_the_others(statement: str, subject: str, allowed: tuple[str, ...]) -> None:
    (found,) = values(statement, Enumeration)
    assert (found.subject, found.allowed, found.refused, found.closed) == (subject, allowed, (), True)


FORMATS = [
    ("手机号必须为 11 位数字，且以 1 开头。", "手机号", None, 2),
    ("订单编号由 2 位大写字母和 10 位数字组成。", "订单编号", None, 2),
    ("用户名只能包含字母和数字。", "用户名", None, 1),
    ("出生日期的格式为 YYYY-MM-DD。", "出生日期", "date", 5),
    ("邮箱地址应符合邮箱格式。", "邮箱地址", "e-mail", 0),
    ("身份证号应为有效的身份证号码。", "身份证号", "id card", 0),
]


@pytest.mark.parametrize(("statement", "subject", "known", "runs"), FORMATS)
def test_a_format_has_a_subject_and_runs(statement: str, subject: str, known: str | None, runs: int) -> None:
    (found,) = values(statement, Format)
    assert (found.subject, found.known, len(found.syntax)) == (subject, known, runs)


def test_what_must_be_contained_is_no_format_of_the_whole() -> None:
    assert values("密码必须包含字母和数字。", Format) == []
