"""The opposite of a Chinese condition: "用户已登录" → "用户未登录", "设备在线" → "设备离线".

The predicate that comes first in the clause is the one that is turned, so that "存在未结清账单" becomes "不存在未结清账单".
"""

from __future__ import annotations

import re

# Verbs of clauses without a mark of tense: "审批人退回报销单" → "审批人未退回报销单"; not in 审批人, 支付方式, 登录名.
_ACTS = (
    r"((?:连续|同时|再次|首次|尝试|自动|手动|主动)?(?:经过|选择|勾选|点击|按下|输入|填写|登录|提交|上传|下载|完成|启动|绑定|解绑|注册|注销|认证|"
    r"确认|支付|付款|退款|审核|审批|批准|同意|驳回|退回|拒绝|签署|签字|签名|盖章|授权|截止|结束|开始|生效|发货|收货|签收|下单|取消|撤回|修改|编辑|删除|新增|添加|创建|发布|保存|导入|导出|"
    r"查询|查看|检测到|收到|接收到?|发送|断开|连接|触发|安装|升级|插入|拔出|预约|借阅|归还|续借|领取|使用|分配|转交|移除|更换|重启|订阅|关注|评论|"
    r"上架|下架|入库|出库|盘点|到达|离开|打开|访问|请求|申请|调用|列入|加入|进入|开通|购买|缴纳|缴费|挂失|满员|退出|响应|注入|熄火|实名|公示|归档|封存|备案|送审|开标|揭标|定稿|开课|发车|开考|封账|结账|结案|立案|办理|参加|通知|冻结|"
    r"锁定|禁用|停用|启用|恢复|丢失|损坏|中断|过期|超时|逾期|超期|失效|作废|离职|欠费|到期|输错|停机|受损|告警|报警))"
    r"(?!人(?![脸工民])|员|者|方|单号?(?:位|据)?$|表|号|名|时间|记录|结果|方式|状态|日期|金额|次数|频率|页|密码|文件|期|率|权限|条件|渠道|地址|通道|量|类型|信息|内容|[^，。；]{0,6}(?:成功|失败)$)"
)
_PAIRS = (
    ("在线", "离线"), ("充足", "不足"), ("良好", "不良"), ("阳性", "阴性"), ("有效", "无效"), ("成功", "失败"), ("正常", "异常"),
    ("合格", "不合格"), ("合法", "非法"), ("公开", "私有"), ("空闲", "占用"), ("健康", "不健康"), ("开启", "关闭"), ("打开", "关闭"), ("连通", "断开"),
)  # fmt: skip
_TURN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"不(?:少于|低于|小于|早于)", "少于"),
        (r"已(?:经)?存在", "不存在"),
        (r"(?:尚未|还未|未曾|并未|未|没有)(超过|达到|满|超出)", r"已\1"),
        (r"(?:已经|已)(超过|达到|满|超出)", r"未\1"),
        (r"不(?:超过|多于|大于|高于|晚于)", "超过"),
        (r"至少", "少于"),
        (r"至多|最多", "超过"),
        (r"大于(?:或)?等于", "小于"),
        (r"小于(?:或)?等于", "大于"),
        (r"超过", "不超过"),
        (r"大于", "不大于"),
        (r"高于", "不高于"),
        (r"多于", "不多于"),
        (r"小于", "不小于"),
        (r"低于", "不低于"),
        (r"少于|不足(?=\s?[\d零一二两三四五六七八九十百千万半])|不到|未满", "不少于"),
        (r"((?:与|和|同)[^，。；不]{1,16})不(相同|重复|一致|匹配|冲突)", r"\1\2"),
        (r"不((?:与|和|同)[^，。；]{1,16}(?:相同|重复|一致|匹配|冲突))", r"\1"),
        (r"((?:与|和|同)[^，。；不]{1,16})(相同|重复|一致|匹配|冲突)", r"\1不\2"),
        (r"(?:尚未|还未|未曾|并未|从未|未)被", "已被"),
        (r"未经", "经"),
        (r"(?<![已未曾历])经(?=[^，。；已未]{0,12}(?:批准|同意|许可|审批|授权|审核|核准|允许|确认|预约)$)", "未经"),
        (r"(?:尚未|还未|未曾|并未|从未|未(?![来知成]))", "已"),
        (r"已经|已", "未"),
        (r"没有(?=(?:逾期|过期|超期|损坏|失效|作废|受损|丢失)(?:未还)?的?[\u4e00-\u9fff]{2,})", "有"),
        (r"没有(?=(?:下[雨雪雹]|服用|作业|施工|运行|充电))", "正在"),
        (rf"没有(?={_ACTS})", "已"),
        (r"含有?", "不含"),
        (r"没有", "有"),
        (r"不存在", "存在"),
        (r"无(?=[\u4e00-\u9fff]{2,}$)(?!线|人[机车船艇驾值售])", "有"),
        (r"之前$", "之后"),
        *((rf"{yes}$", no) for yes, no in _PAIRS),
        *((rf"{no}$", yes) for yes, no in _PAIRS),
        (r"(?:开启|打开)了?(?=[\u4e00-\u9fff])", "关闭"),
        (r"关闭了?(?=[\u4e00-\u9fff])", "开启"),
        (r"(?:启用)了?(?=[\u4e00-\u9fff])", "停用"),
        (r"故障$", "正常"),
        (r"(?<![未不已])(到场|到账|到岗|到货|入账|签到|交齐|缴清|结清|还清|交清|付清|备齐|获批|到齐|归位)$", r"未\1"),
        (r"(?<![未不])(在场|在岗|在位)$", r"不\1"),
        (r"不(齐全|齐备|完备|完好|清晰|属实|真实|到位|达标|合规|充分|稳定)$", r"\1"),
        (r"(齐全|齐备|完备|完好|清晰|属实|真实|到位|达标|合规|充分|稳定)$", r"不\1"),
        (r"(?:不正确|有误|错误)$", "正确"),
        (r"(?:不对|不符|不一致)$", "一致"),
        (r"正确$", "错误"),
        (r"(持有|拥有|具有|具备)了?", r"不\1"),
        (r"缺少|缺失", "包含"),
        (r"(早于|晚于|先于|重复)", r"不\1"),
        (r"(冲突)$", r"不\1"),
        (
            r"不(为空|在|是|为|能|可以|允许|等于|一致|相同|匹配|正确|合法|符合|满足|属于|包含|可用|完整|通过|同意|支持|处于|具备|具有)",
            r"\1",
        ),
        (r"(对[^，。；不]{1,12})(过敏|感兴趣|满意|知情)$", r"\1不\2"),
        (r"达到", "未达到"),
        (r"年?满(?![足员意])(?=\s?[\d一二三四五六七八九十])", "未满"),
        (r"被", "未被"),
        (r"(不可用|失效)$", "有效"),
        (
            r"(存在|为空|是(?!否)|属于|等于|一致|相同|匹配|合法|符合|满足|包含|允许|能(?!够?力)|可以|通过(?!率)|同意|支持|可用|完整)",
            r"不\1",
        ),
        (r"(?<![所具持拥享])有(?!效|权限的|限|序|误)", "没有"),
        (r"(处于)", r"不\1"),
        (r"(?<![现存所实])在(?![线校职岗库途售用读])", "不在"),
        (r"在职$", "离职"),
        (r"为(?!止|空)", "不为"),
    )
)

_ACT = re.compile(_ACTS)
_NAME = re.compile("“[^“”]*”")
_SAID_BY_NAME = re.compile("(?P<thing>[\u4e00-\u9fff]{2,8}(?<![为是于在])(?<!状态))(?P<name>“[^“”]{1,10}”)")
"""A thing with the name of its state and no verb: "合同“已签署”"."""


def opposite_zh(clause: str) -> str:
    """The clause that is true where `clause` is not."""
    if told := _SAID_BY_NAME.fullmatch(clause):
        return f"{told['thing']}不是{told['name']}"
    turns = [turn for turn in _turns(clause) if not _attributive(clause, turn[2])] or _turns(clause, acts=True)
    if not turns:
        return f"并非{clause}"
    _, _, match, new = min(turns, key=lambda turn: turn[:2])
    turned = match.expand(new)
    rest = clause[match.end() :]
    return clause[: match.start()] + turned + (rest.removeprefix("了") if turned.startswith(("未", "不")) else rest)


def _turns(clause: str, *, acts: bool = False) -> list[tuple[int, int, re.Match[str], str]]:
    """Every place that could be turned, with the pattern's own place; `acts`: verbs without a mark of tense."""
    patterns = [(_ACT, r"未\1")] if acts else _TURN
    names = [match.span() for match in _NAME.finditer(clause)]
    return [
        (match.start(), place, match, new)
        for place, (pattern, new) in enumerate(patterns)
        if (match := _outside(pattern, clause, names))
    ]


def _outside(pattern: re.Pattern[str], clause: str, names: list[tuple[int, int]]) -> re.Match[str] | None:
    """The first match outside of quotation marks: the name of a state is not turned ("“已签收”的运单")."""
    found = pattern.finditer(clause)
    return next((m for m in found if not any(start < m.start() < end for start, end in names)), None)


def _attributive(clause: str, found: re.Match[str]) -> bool:
    """Whether what could be turned only describes what an earlier verb does something to: "提交不完整的表单"."""
    act = _ACT.search(clause, 0, found.start())
    return act is not None and re.match(r"[^，]{0,20}?的[\u4e00-\u9fff]{1,8}$", clause[found.end() :]) is not None
