"""Limits that the system itself must keep, and whose value nobody enters: "within 60 seconds", 最多重试 3 次."""

from __future__ import annotations

import re

from testgen_runtime.documents.model import Action, Atom, Limit
from testgen_runtime.techniques.view import View, negative, otherwise

_SYSTEM_TIME = re.compile(r"\b(within|every|in less than|at intervals? of|no later than)\b|内|每隔|间隔|响应时间", re.I)
_KEPT = re.compile(
    r"\b(?:retr(?:y|ies)|keep|kept|stored?|retain(?:ed)?|preserved?|respond|completed?|process(?:ed)?|maintain(?:ed)?|"
    r"archived?|back(?:ed)? ?up|"
    r"response time|latency|loading time|start-?up time|processing time)\b|重试|保存|"
    r"保留|留存|存储|响应|处理完|完成|备份",
    re.I,
)
_KEPT_ZH = re.compile(
    r"返回|每页|支持(?:至少|最多|不少于|同时)|并发|同时在线|吞吐|可用[率性]|成功率|准确率|误差|延迟|时延|刷新|(?:启动|加载|打开|切换|恢复|渲染|处理|传输|同步|唤醒|查询)的?(?:时间|耗时)"
)
_DOES_ZH = re.compile(
    r"完成|重试|审批|处理|响应|发送|退回|退款|归还|支付|保存|保留|返回|停止|通知|提交|回复|上传|登录|领取|下载|导出|创建|发布|修改|删除|"
    r"重置|切换|启动|关闭|恢复|同步|备份|送达|发货|签收|缴纳|付款|审核|确认|交付|回滚|显示|提示|刷新|更新|生成|推送|上报|断电|报警|告警|锁定|取消|有效|失效"
)


_HANDED_IN = re.compile(
    r"\b(?:must|shall|has to|have to|should|needs to|need to|is to|are to) be (?:returned|paid|submitted|handed in|reported|"
    r"filed|collected|picked up|cancelled|confirmed|renewed|used|redeemed|claimed|registered|signed|answered|accepted|"
    r"activated|verified|uploaded|entered|requested)\b|"
    r"\b(?:user|customer|applicant|buyer|seller|student|pupil|employee|member|patient|guest|visitor|tenant|driver|candidate|participant|"
    r"subscriber|reader|borrower|passenger|traveller|client|supplier|citizen|parent|owner|holder|recipient|renter|player)s? "
    r"(?:must|shall|has to|have to|should|needs? to)\s(?!be\b)",
    re.I,
)
"""What people do in a time, and not the system."""
_HANDED_IN_ZH = re.compile("内(?:提交|提出|申请|报名|填写|上传|缴纳|评价|申报|办理)")


_SYSTEM = re.compile(
    r"\b(?:system|application|app|service|server|software|platform|api|backend|module|component|device|controller|unit|"
    r"website|site|"
    r"database|gateway|sensor|tool|product|engine|client|pump|radio|receiver|transmitter|firmware|node|agent)$",
    re.I,
)
_TURNS_AWAY = re.compile(
    r"^(?:accept|allow|permit|support|reject|refuse|grant|offer|limit|restrict|require|let|enforce|deny|validate|check|ensure)\b",
    re.I,
)
_IF = re.compile(r"\b(?:if|when|whenever|while|once|unless|only|after|provided)\b", re.I)


def _done_by_the_system(view: View, atom: Atom, here: list[Atom]) -> bool:
    """ "The API shall return at most 100 items", "the device shall operate at up to 50 °C": what a system does, not what "
    "it is given."""
    for action in here:
        value = action.value
        if (
            isinstance(value, Action)
            and value.modality == "must"
            and _SYSTEM.search(value.subject)
            and not _TURNS_AWAY.match(value.text)
        ):
            at, end = action.span.start, action.span.end
            return at <= atom.span.start < end and not _IF.search(value.text[: max(0, atom.span.start - at)])
    return False


def _handed_in(view: View, atom: Atom) -> bool:
    """ "应在行程结束后 24 小时内提交，取值为 1 至 5 星": what somebody enters is handed in by somebody too."""
    here = view.sentence(atom)
    entered = any(view.sentence(a) == here and v.dimension != "duration" for a, v in view.of(Limit))
    return entered and _HANDED_IN_ZH.search(view.words(here)) is not None


def is_observed(view: View, atom: Atom, limit: Limit) -> bool:
    """Whether the limit is one that the system keeps, and not one on what somebody enters."""
    results = view.results()
    if not limit.accepts or any(negative(a) for a in results):
        return False
    here = [a for a in view.results({view.sentence(atom)}) if isinstance(a.value, Action)]
    start = view.at(atom)
    near = view.requirement.text[max(0, start - 32) : start + len(atom.text) + 8]
    if view.language == "zh":
        if any(otherwise(a) for a in results):
            return False  # the text says what happens on the other side
        if _KEPT_ZH.search(near):
            return True
    if _ADMITS.search(view.words(view.sentence(atom))):
        return False
    if view.language == "en" and limit.dimension not in ("duration", "count") and any(otherwise(a) for a in results):
        return False  # the text says what happens on the other side
    if view.language == "en" and any(otherwise(a) for a in results) and _HANDED_IN.search(view.words(view.sentence(atom))):
        return False
    if any(isinstance(a.value, Action) and a.value.modality == "may" for a in here):
        return False
    if view.language == "en" and _done_by_the_system(view, atom, here):
        return True
    around = view.requirement.text[max(0, start - 12) : start + len(atom.text) + 3]
    if view.language == "zh" and limit.dimension == "duration" and _handed_in(view, atom):
        return False
    if limit.dimension == "duration" and _SYSTEM_TIME.search(around):
        return view.language != "zh" or _DOES_ZH.search(view.words(view.sentence(atom))) is not None
    return bool(_KEPT.search(near))


_ADMITS = re.compile(
    r"\b(?:is|are) (?:only )?(?:admissible|possible|permitted|allowed|accepted|valid|open) (?:only )?within\b", re.I
)
"""What somebody may do within a time, which the system does not keep but judges."""
_SHOWS = re.compile(
    r"\b(?:shows?|shown|display(?:s|ed)?|export(?:s|ed)?|generat\w+|prints?|printed|log(?:s|ged)|sends?|sent|returns?|returned|"
    r"render\w*|assign\w*|creates?|created|issues?|issued|produces?|produced)\b|"
    r"显示|展示|导出|生成|打印|返回|输出|记录|发送|自动|分配|编号规则",
    re.I,
)
_TURNED_AWAY = re.compile(
    r"\b(?:enter|input|typ(?:e|es|ed)|accept|reject|refus|valid|fill)\w*|输入|填写|录入|校验|拒绝|提示|接受", re.I
)


def is_shown_by_the_system(view: View, atom: Atom) -> bool:
    """Whether a format is one in which the system itself writes something, so that nobody can enter it wrongly."""
    if any(negative(a) or otherwise(a) for a in view.results()):
        return False
    words = view.words(view.sentence(atom))
    if _TURNED_AWAY.search(words):
        return False
    here = [a for a in view.results({view.sentence(atom)}) if isinstance(a.value, Action)]
    return bool(_SHOWS.search(words)) or (view.language == "en" and _done_by_the_system(view, atom, here))
