"""Chinese words and small phrases that the wording rules share: verbs, modals, acceptance and refusal of an act."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.words_zh import ROLE, SHOULD

SYSTEM = re.compile("系统|平台|服务|接口|软件|应用|模块|程序|后台|客户端|网关|页面|设备|控制器|机器|终端|传感器")
PERSON = re.compile(rf"^(?:{ROLE.pattern}|[\u4e00-\u9fff]{{0,6}}(?:[人员者]|(?<![处配药地平官])方))$")
_ADVERB = r"(?:连续|同时|再次|首次|重复|成功|手动|主动|直接|批量|一次|在线)?"
VERBS = (
    "选择|点击|按下|长按|输入|查询|查看|提交|上传|下载|修改|编辑|删除|登录|打开|关闭|使用|填写|导出|导入|审批|审核|退回|付款|支付|创建|新建|"
    "新增|添加|搜索|浏览|访问|申请|取消|撤回|撤销|发布|发送|扫描|预约|借阅|归还|续借|注册|注销|调用|请求|绑定|解绑|找回|重置|分配|转交|驳回|批准|"
    "确认|签收|发货|下单|退款|退货|提现|转账|充值|兑换|领取|评论|回复|收藏|分享|订阅|下架|上架|入库|出库|启用|停用|禁用|启动|停止|重启|升级|"
    "安装|卸载|配置|设置|保存|打印|下发|播放|暂停|拖动|移动|复制|合并|拆分|移除|更换|报名|签到|签署|授权|退出|切换|锁定|解锁|拨打|连接|断开|开启|"
    "归档|恢复|还原|购买|租用|抢购|投票|举报|投诉|催办|加入|邀请|变更|更改|更新|调整|延长|开具|核销"
)
USER_ACT = re.compile(
    rf"^{_ADVERB}(?:{VERBS})(?!人(?!脸|数)|员(?!工)|者|单$|的|缺少|状态|金额|日期|截止|结束|开始|结果|驳回$|不?通过|(?:失败|超时|错误)$)"
)
EFFECT = re.compile(
    r"^(?:立即|自动)?(?:不再|发出|驳回|要求|拒绝|提示|允许|准予|禁止|自动|返回|显示|发送|记录|锁定|退出|接受|通知|生成|保存|收取|判定|跳转|弹出|标记|创建|关闭|打开|停止|启动|上报|推送|"
    r"停止(?:运行|工作|运转|供电|供水|充电|加热)|关机|断电|报警|告警|更新|删除|恢复|同步|回滚|刷新|扣除|退还|释放|冻结|清空|校验|验证|支持|提供|加密|备份|展示|输出|计算|取消|终止|隐藏|禁用|启用)"
)
_ALONE = "提现 付款 支付 下单 注册 报名 签到 充值 转账 退款 退货 发货 投票 续借 借阅 评论 退出 找回密码"
INTRANSITIVE = {"登录": "登录系统"} | {verb: verb for verb in _ALONE.split()}
LEADING = re.compile(
    rf"^(?:应当能够|应当能|应能够|应能|应当|应该|必须|务必|需要|{SHOULD}|须(?!知)|需(?![求要])|将(?=[被会])|会(?![议员话计费籍])|才)+"
)
NEGATIVE = re.compile(r"^(?:不得|不能|不可以|不允许|不应当|不应|禁止|严禁|不可|无法|无权|不予)")
_BEFORE = r"(?<=[\u4e00-\u9fffA-Za-z0-9”）)，])"
DEMAND = re.compile(
    rf"{_BEFORE}(?:应当|应该|必须|务必|{SHOULD}|(?<![必无])须(?!知)|(?<![无不必急所按])需要?(?![求]))(?=[\u4e00-\u9fff ])"
)
FUTURE = re.compile(r"(?<=[\u4e00-\u9fffA-Za-z”）)])(?:将(?=[被会在自])|(?<!不)会(?![议员话计费籍]))(?=[\u4e00-\u9fff])")
FORBIDS = re.compile(
    r"^(?P<who>[^，。；]{0,30}?)(?:不得|不能|不可以|不可(?!避)|不允许|禁止|无权|无法|不予)(?P<what>[^，。；]{2,24})$"
)
PERMITS = re.compile(
    r"^(?P<who>[^，。；]{0,30}?)(?:就|便|也|均|都)?(?:方可|即可|方能|才可以|才能够?|只能|可以|允许|能够|有权|可(?![用靠见能视信读行扩])(?=[\u4e00-\u9fff]{2}))(?P<what>[^，。；]{2,24})$"
)
MESSAGE = re.compile("提示|显示|返回|通知|报错|弹出|跳转")
_SHOWS = re.compile(r"^(?:查看|查询|浏览|搜索|检索|预览)(?P<what>.+)$")
_OPENS = re.compile(r"^(?:访问|打开|进入)(?P<what>.+)$")


def is_person(subject: str) -> bool:
    """Whether somebody acts: a role, a person, a party."""
    return bool(PERSON.match(subject.strip(" ，。；")))


def is_system(subject: str) -> bool:
    return bool(SYSTEM.search(subject)) and not is_person(subject)


def verb_phrase(text: str) -> str:
    """What is done, without modal: "导出账单"."""
    text = NEGATIVE.sub("", LEADING.sub("", re.split(r"：|:(?!\d)", text, maxsplit=1)[0].strip(" ，。；、")))
    return re.sub(r"^(?:可以|可(?=[^见视能])|能够|能|再次|再)(?=\S{2})", "", text).strip()


def accepted(base: str) -> str:
    """What is seen where the act is possible: "查看报表" → "系统显示报表", "导出账单" → "导出账单成功"."""
    if (shows := _SHOWS.match(base)) and not re.match("[和与及、]", shows["what"]):
        return f"系统显示{shows['what']}"
    if opens := _OPENS.match(base):
        return f"系统打开{opens['what']}"
    if USER_ACT.match(base) and len(base) <= 20 and "成功" not in base and not re.search("[、或和及]", base):
        return f"{base}成功"
    return f"系统允许{base}"


def refused(base: str) -> str:
    return f"系统不允许{base}"


def spaced(value: str) -> str:
    """A value before a Chinese word: a space after a Latin unit."""
    return f"{value} " if re.search(r"[A-Za-z0-9%]$", value) else value


def last_clause(text: str) -> str:
    return re.split("[，,；]", text.strip(" ，。；"))[-1].strip()


def seen(text: str) -> str:
    """A result without the modal that demands it: "系统应拒绝注册" → "系统拒绝注册"."""
    text = re.sub("不(?:得|应|能)允许", "不允许", text)
    text = re.sub("不得(?=超过|少于|低于|高于|大于|小于|多于|早于|晚于)", "不", text.strip(" ，。；"))
    plain = DEMAND.sub("", text)
    return LEADING.sub("", plain if plain != text else FUTURE.sub("", text))


_ALSO = re.compile(
    r"，(?:并且?|且|同时)(?=[\u4e00-\u9fff])|(?:并且?|且|同时)(?=提示|发送|通知|记录|显示|返回|上报|报警|告警|推送|锁定|退出|跳转|生成|更新|弹出|写入)"
)


def negated(text: str) -> str:
    """The opposite of a demand: "系统应发送提醒" → "系统不会发送提醒"."""
    text = text.strip(" ，。；")
    if usable := re.search("可(?=[用见]$)", text):
        return f"{text[: usable.start()]}不{text[usable.start() :]}"
    if permits := PERMITS.match(text):
        return refused(
            permits["what"] if is_person(permits["who"]) or USER_ACT.match(permits["what"]) else permits["who"] + permits["what"]
        )
    if DEMAND.search(text):
        turned = DEMAND.sub("不会", text, count=1)
    elif LEADING.match(text):
        turned = LEADING.sub("系统不会", text)
    elif "可以" in text:
        return text.replace("可以", "不可以", 1)
    elif acts := re.search("自动|被(?=取消|关闭|锁定|退回)", text):
        turned = f"{text[: acts.start()]}不会{text[acts.start() :]}"
    elif is_system(text[:4]):
        turned = re.sub(r"^([^，。；]{0,2}?(?:系统|平台|设备|页面|接口))", r"\1不会", text, count=1)
    else:
        turned = f"系统不会{text.removeprefix('系统')}"
    return _ALSO.sub("，也不会", turned)
