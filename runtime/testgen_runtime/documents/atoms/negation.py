"""The opposite of a condition, worded by rule: "the customer is a member" → "the customer is not a member"."""

from __future__ import annotations

import re
from collections.abc import Callable

from testgen_runtime.documents.model import Language

_ANTONYMS: dict[str, str] = {"missing": "present"}  # the others lose their prefix
# The first pattern that is found turns that one place.
_TURN_EN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), new)
    for pattern, new in (
        (r"\bno less than\b|\bnot less than\b|\bat least\b|\ba minimum of\b", "less than"),
        (r"\bno more than\b|\bnot more than\b|\bat most\b|\bup to\b|\ba maximum of\b", "more than"),
        (r"\b(?:greater|more|larger|higher) than or equal to\b", "less than"),
        (r"\b(?:less|fewer|smaller|lower) than or equal to\b", "more than"),
        (r"\b(?:is|are) not (equal to|the same as)\b", r"is \1"),
        (r"^neither (.+?) nor (.+? (?:is|are|has|have|was|were)\b)", r"\1 or \2"),
        (r"\bdoes not ([a-z]+)\b", lambda m: _third(m[1])),
        (r"\bdo not (?=[a-z])", ""),
        (r"\bdid not (?=[a-z])", "did "),
        (r"\b(is|are|was|were|has|have|had|can|could|may|must|shall|will|should) (?:not(?: yet)?|never)\s", r"\1 "),
        (r"^(?:no|neither) (?=[a-z]+s\b(?<!ss)[^,]{0,60}\bare\b)", ""),
        (r"^no (?=[a-z][\w-]*\s)(?!one\b|more\b|less\b|longer\b)", "a "),
        (
            r"\b(is|are|was|were) (insufficient|invalid|incorrect|unavailable|inactive|unknown|incomplete|inconsistent|"
            r"missing)\b",
            lambda m: f"{m[1]} {_ANTONYMS.get(m[2].lower(), m[2][2:])}",
        ),
        (r"\bcannot\b|\bcan't\b", "can"),
        (r"\b(has|have|is|are) no\b", r"\1 a"),
        (r"\bno longer\b", "still"),
        (r"\bwithout\b", "with"),
        (r"\bexceeds\b", "does not exceed"),
        (r"\bexceed\b", "do not exceed"),
        (r"\b(has|have|had) (?=(?:already |been |ever |[a-z]+ly )|[a-z]+(?:ed|en|wn|id|nt|ung|ade|one|und|ld|pt)\b)", r"\1 not "),
        (r"\bhas\b", "does not have"),
        (r"\bhave\b", "do not have"),
        (r"\b(is|are|was|were|can|could|may|must|shall|will|should)\b", r"\1 not"),
        (r"\bexists\b", "does not exist"),
        (r"\bfails\b", "does not fail"),
    )
)
_NEED = re.compile(
    r"^(?P<subject>[A-Za-z-]+s?(?:\s[\w-]+){0,6}?)\s(?P<verb>need|require|contain|include|receive|get|pay|use|support|"
    r"match|differ)\b"
)
_PLURAL_VERB = re.compile(
    r"^(?P<subject>(?:(?:the|all|any|both|two|three|four|five|six|\d+)\s)?(?:[\w-]+\s){0,4}?[a-z]{3,}s)\s"
    r"(?P<verb>[a-z]{3,})(?=$|\s(?:the|an?|in|to|on|at|its|their|with|from|within|by)\b)"
)
_PLAIN_VERB = re.compile(
    r"^(?P<subject>(?:(?i:the|an?|this|that|its|any|no|all|each|it|they)\b|"
    r"[A-Z][\w-]*)(?:\s[\w\"“”'’-]+){0,8}?)\s(?P<verb>(?!status\b|address\b|access\b|process\b|its\b|this\b|less\b)[a-z]{3,}s)"
    r"(?=$|\s(?:a|an|the|in|to|any|no|as|that|at|its|his|her|on|off|up|out|from|with|one|two|all|their|more|less|for|by|"
    r"within|before|"
    r"after|again|open|closed|successfully)\b(?! which)|\s[A-Z\"“0-9])"
)
# Verbs of clauses without a mark of tense: "审批人退回报销单" → "审批人未退回报销单"; not in 审批人, 支付方式, 登录名.
_ACTS_ZH = (
    r"((?:连续|同时|再次|首次|尝试|自动|手动|主动)?(?:经过|选择|勾选|点击|按下|输入|填写|登录|提交|上传|下载|完成|开启|关闭|启用|禁用|启动|绑定|解绑|注册|注销|认证|"
    r"确认|支付|付款|退款|审核|审批|批准|同意|驳回|退回|拒绝|签署|授权|截止|结束|开始|生效|发货|收货|签收|下单|取消|撤回|修改|编辑|删除|新增|添加|创建|发布|保存|导入|导出|"
    r"查询|查看|检测到|收到|接收到?|发送|断开|连接|触发|安装|升级|插入|拔出|预约|借阅|归还|续借|领取|使用|分配|转交|移除|更换|重启|订阅|关注|评论|"
    r"上架|下架|入库|出库|盘点|到达|离开|打开|访问|请求|申请|调用))(?!人|员|者|方|单号?(?:位|据)?$|表|号|名|时间|记录|结果|方式|状态|日期|金额|次数|频率|页|密码|文件)"
)
_TURN_ZH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"不(?:少于|低于|小于)", "少于"),
        (r"不(?:超过|多于|大于|高于)", "超过"),
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
        (r"少于|不足(?!$)|不到|未满", "不少于"),
        (r"(?<!不)((?:与|和|同)[^，。；不]{1,16}(?:相同|重复|一致|匹配|冲突))", r"不\1"),
        (r"不((?:与|和|同)[^，。；]{1,16}(?:相同|重复|一致|匹配|冲突))", r"\1"),
        (r"尚未|还未|未曾|未(?!来)", "已"),
        (r"已经|已", "未"),
        (r"没有", "有"),
        (r"不存在", "存在"),
        (r"之前$", "之后"),
        (r"不足$", "充足"),
        (r"充足$", "不足"),
        (r"(?:故障|异常)$", "正常"),
        (r"正常$", "异常"),
        (r"(持有|拥有|具有|具备)", r"未\1"),
        (r"失败$", "成功"),
        (r"成功$", "失败"),
        (r"缺少|缺失", "包含"),
        (r"(早于|晚于|先于|重复)", r"不\1"),
        (r"(冲突|丢失|过期|超时|逾期|中断)$", r"未\1"),
        (r"不(为空|在|是|为|能|可以|允许|等于|一致|相同|匹配|正确|合法|符合|满足|属于|包含|可用|完整|通过|同意|支持)", r"\1"),
        (r"达到", "未达到"),
        (r"年?满(?!足)", "未满"),
        (r"被", "未被"),
        (r"(不可用|无效|失效)", "有效"),
        (r"(存在|为空|是|属于|等于|一致|相同|匹配|正确|合法|有效|符合|满足|包含|允许|能|可以|通过|同意|支持|可用|完整)", r"不\1"),
        (r"(?<![所具])有", "没有"),
        (r"(处于|在)", r"不\1"),
        (r"为(?!止)", "不为"),
        (_ACTS_ZH, r"未\1"),
    )
)


_EVENT_EN = re.compile(
    r"^(?:an?\s|the\s|any\s)?(?:receipt|receiving|completion|start|expiry|expiration|arrival|request|[a-z]+ing|"
    r"[\w-]+ (?:reset|power-on))\b",
    re.IGNORECASE,
)


_FINITE_EN = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|exceeds?|reaches|becomes?|fails?)\b", re.IGNORECASE)
_VERB_EN = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|must|shall|will|should|cannot|[a-z]{3,}s|[a-z]{2,}ed)\b",
    re.IGNORECASE,
)


def _third(verb: str) -> str:
    """exist → exists, apply → applies."""
    if verb in ("have", "do", "go"):
        return {"have": "has", "do": "does", "go": "goes"}[verb]
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + ("es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else "s")


def opposite(clause: str, language: Language) -> str:
    """The clause that is true where `clause` is not."""
    if language == "en" and ((_EVENT_EN.match(clause) and not _FINITE_EN.search(clause)) or not _VERB_EN.search(clause)):
        return "no " + re.sub(r"^(?:an?|the|any)\s", "", clause, flags=re.IGNORECASE)
    for pattern, new in _TURN_ZH if language == "zh" else _TURN_EN:
        turned, count = pattern.subn(new, clause, count=1)
        if count:
            return re.sub(r"  +", " ", turned).strip()
    if language == "zh":
        return f"不满足“{clause}”"
    if verb := _PLAIN_VERB.match(clause):
        bare = verb["verb"]
        bare = (
            bare[:-3] + "y"
            if bare.endswith("ies")
            else bare[:-2]
            if bare.endswith(("sses", "shes", "ches", "xes"))
            else bare[:-1]
        )
        return f"{verb['subject']} does not {bare}{clause[verb.end('verb') :]}"
    if needing := _NEED.match(clause):
        return f"{needing['subject']} do not {clause[needing.start('verb') :]}"
    if (several := _PLURAL_VERB.match(clause)) and not several["verb"].endswith(("s", "ed", "ing", "ly")):
        return f"{several['subject']} do not {clause[several.start('verb') :]}"
    return f"it is not the case that {clause}"
