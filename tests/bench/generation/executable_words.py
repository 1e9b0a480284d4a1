"""The words by which `executable` tells an action from an observation, a value from a stand-in, a result from a phrase."""

from __future__ import annotations

import re
from typing import Final

from tests.bench.generation.words import listed

OBSERVES: Final = re.compile(
    r"^(?:then\s+)?(?:please\s+)?"
    r"(?:check|verify|observe|ensure|confirm|validate|make sure|assert|note|see|look|watch|test|determine)\b"
    r"\s*(?:carefully\s+)?(?:that|whether|if|how|the following|for this|out for|:)|"
    r"^(?:请)?(?:检查|验证|观察|确认|核实|核对|查看|查验|测试|注意)(?:一下)?(?:系统是否|是否|[^，。；]{0,40}是否|以下|如下|[:：])",
    re.I,
)
"""An action that only looks whether a statement holds."""

_PERSONS = "|".join(
    listed("""
    user tester client operator customer administrator member visitor player driver clerk manager editor reader owner admin
    patient doctor nurse student teacher buyer seller sender receiver recipient caller reviewer auditor employee
    """)
)
NO_ACTION: Final = re.compile(
    r"^(?:the|a|an|this|that|these|those|there|it|its|they|all|any|each|every|no|one|such|both|if|when|where|because|which)\b"
    rf"(?![^.]*\b(?:{_PERSONS})s?\b\s+\w)|"
    r"\b(?:shall|must|should)\b|^(?:is|are|was|were|has|have|had|be|been|does|do not|did|can|may|will)\b",
    re.I,
)
"""A statement or a rule where a command should stand. "The user opens the page" tells who does what, and is one."""

BROKEN: Final = re.compile(r"^let\b[^,;]*?\b(?:is|are|was|were|has|have|does|do|shall|must)\b", re.I)
"""A command made of a statement: "Let the number is known"."""

_THINGS = "|".join(
    listed("value data item information input output system function operation content result response request feature action")
)
_THINGS_ZH = "值|数据|信息|内容|操作|功能|请求|系统|结果|响应|动作|流程|接口|需求"
NAMES_NOTHING: Final = re.compile(
    rf"^\w+\s+(?:(?:the|a|an|all|any|some|this|that|its)\s+)*(?:{_THINGS})s?[.!]?$|"
    rf"^(?:打开|查看|读取|使用|执行|输入|提交|触发|发起|进行|调用|获取)(?:该|此|一个|所有|相关)?(?:{_THINGS_ZH})[。.]?$",
    re.I,
)
"""An action upon something that could be anything: "Inspect the value"."""

_COMMAND = "|".join(
    listed("""
    access add adjust apply approve assign attach attempt book browse call cancel change choose clear click close command
    complete configure confirm connect copy create cut deactivate delete disable disconnect download drag dump edit enable
    enter execute export fill generate import inject insert install invoke issue launch leave load log login move navigate
    open paste pay perform place play post press print publish put query read receive record refresh register reject release
    reload remove rename replace request reserve reset restart restore retrieve return run save scan schedule search select
    send set share sign start stop submit switch tap trigger try turn type undo unlock update upload view wait withdraw write
    check verify observe ensure
    """)
)
_DO_ZH = "|".join(
    listed("点击 按下 输入 打开 提交 选择 登录 发送 上传 检查 保存 确认 观察 验证 查看 定期 设置 删除 修改 执行 新建 下载")
)
SECOND_ACTION: Final = re.compile(
    rf"(?:,|;|\band\b)\s*(?:then|afterwards|after that|next|finally)\b|\bthen\s+(?:{_COMMAND})\b|"
    rf"\band\s+(?:{_COMMAND})\s+(?:the|a|an|it|its|on|in|to|that|whether|for|your|their|his|her|all)\b|"
    r"[.;。；]\s*(?=[^\s\d).”\"'])(?=.{6})|"
    rf"然后|接着|随后|之后再|[，,、]\s*(?:并|再)(?:且)?(?:{_DO_ZH})|并(?:且)?(?:{_DO_ZH})",
    re.I,
)
"""The join to a second action."""

_OF_WHAT = r"(?:values?|data|inputs?|information|details?|parameters?)"
STANDS_IN: Final = re.compile(
    r"<[A-Za-z_ ][^<>]{0,40}>|\[[A-Za-z_ .]{2,40}\]|\{\{?[^{}\"]{1,60}\}?\}|\$\{|\bT(?:BD|ODO)\b|\bX{2,}\b|lorem ipsum|"
    r"\bfoo ?bar\b|…|\.\.\.|\betc\b\.?|"
    r"\b(?:in)?valid (?:inputs?|values?|data|test data|parameters?|credentials|entry|entries)\b|"
    rf"\b(?:appropriate|suitable|relevant|required|necessary|sample|dummy|arbitrary|random) {_OF_WHAT}\b|"
    r"\bsome (?:values?|data|inputs?|text)\b|\b(?:such as|e\.g\.|for example|or similar)\b|"
    r"(?:有效|无效|合法|非法|适当|合适|相应|相关|正确|错误|任意|随机)的?(?:输入|数据|值|参数|信息|内容)|"
    r"某个?(?:值|用户|数据|状态)|某某|待定|待补充|等等",
    re.I,
)
"""Words that stand for a value which the tester would have to choose."""

COMPARED: Final = re.compile(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|longer|shorter|higher|lower|older|younger|other|later|earlier) than|"
    r"\bat (?:least|most)|"
    r"\b(?:over|under|above|below|exceed(?:s|ing)?|up to|a (?:minimum|maximum) of|between|beyond|outside(?: of)?)|[<>≤≥]=?|"
    r"超过|少于|多于|大于|小于|不足|低于|高于|至少|至多|最多|最少|不得?超过|超出|介于)\s*(?:the |a |an )?\d",
    re.I,
)
"""A number that is compared with instead of being given."""

VAGUE: Final = re.compile(
    r"^(?:the )?(?:\w+ ){0,3}(?:ok(?:ay)?|pass(?:es|ed)?|succe(?:ss|eds|ssful(?:ly)?)|done|works?|functions?|correct(?:ly)?|"
    r"valid|invalid|expected result|n/?a|none|yes|no|true|false)[.!]?$|"
    r"\bas (?:expected|intended|designed|specified|required|described)\b|"
    r"\b(?:works?|behaves?|functions?|operates?|performs?|responds?|handled|processed|displayed) "
    r"(?:correctly|properly|fine|well|normally|appropriately|accordingly)\b|"
    r"\b(?:correct|appropriate|proper|suitable) (?:behaviou?r|response|result|output|message)s?\b|"
    r"\bmeets? (?:the )?(?:requirement|specification)s?\b|"
    r"^(?:系统)?(?:成功|失败|通过|正常|正确|无|是|否|有效|无效)[。.!！]?$|符合(?:预期|要求|规定|需求)|与预期(?:一致|相符)|如预期|"
    r"(?:工作|运行|功能|显示|响应)正常[。.]?$|正确(?:处理|响应|工作)[。.]?$",
    re.I,
)
"""Nothing that two testers would see the same way."""

RULE: Final = re.compile(
    r"\b(?:shall|must|should|ought to|needs? to be)\b|"
    r"(?:系统|用户|平台|服务)?(?:应当|应该|必须|须|应)(?![用答急对付收届有聘邀声变激力酬许])",
    re.I,
)
"""A rule told where a result should stand. 应 inside 响应, 适应, 供应, 相应, 反应, 对应 is no modal verb: see `is_rule`."""

FINITE: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|can|cannot|can't|may|might|will|would|isn't|aren't|doesn't|don't|won't|not|"
    r"no longer|appears?|remains?|stays?|shows?|becomes?|lists?|reads?|gets?|goes|says?)\b|"
    r"\b[a-z]{2,}(?:[^s\W]s|sses|ses|zes|xes|ches|shes|ies)\b|\b[a-z]{3,}ed\b",
    re.I,
)
"""A sign of an English statement: an auxiliary verb, a third person, a participle."""

STATES_ZH: Final = re.compile(
    r"系统|显示|提示|返回|成功|失败|拒绝|接受|允许|通过|变为|变成|不|未|无法|没有|已|能够?|可以?|被|收到|生成|记录|保存|发送|出现|包含|包括|存在|进入|跳转|"
    r"等于|[为是有](?=\S)|完成|更新|删除|创建|通知|保持|支持|处于|弹出|输出|上传|下载|注册|审批|执行|开始|结束|停止|打开|关闭|恢复"
)
"""A sign of a Chinese statement."""
