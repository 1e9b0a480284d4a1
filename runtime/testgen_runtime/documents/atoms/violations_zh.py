"""Chinese wordings of what breaks a rule that was told before: "超出范围的…", "位数不对的…", "违反时…", "两者都不满足时…"."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms.clauses import Unit

_OPEN = r"^(?:当|如果|若|如|一旦|对于?|凡是?)?"
_CLOSE = r"[^，,。；\d]{0,14}?(?:之?后|时|的|者|情况下|(?=$|[，,]))"
# What is exceeded has no number of its own: the limit is the one told before.
_BEYOND = (
    r"[^，,。；\d]{0,12}?(?:(?<![不未得])超(?:过(?!\s?[一二两三四五六七八九十百千万半])|出|限|额|时|期|长|重|标|量|载|员)|(?<![未没])逾(?:期|时|限)|(?<![未没])过期|越界|(?<![未没])越出|达不到(?=[的者时]|$)|违反|过[多大长短小高低重轻](?!次)|"
    r"在?[^，,。；\d]{0,8}?(?:范围|区间)(?:以|之)?外|少[\u4e00-\u9fff]?或者?多[\u4e00-\u9fff]?|多[\u4e00-\u9fff]?或者?少[\u4e00-\u9fff]?|过[多大长短小少高低重轻]或者?过[多大长短小少高低重轻]|"
    r"(?<![未没不])偏离(?:了)?(?:该|此|这一|这个|上述|以上)[^，,。；\d]{0,4}?(?:范围|区间)|"
    r"不在其(?:中|内|列)|不在(?:该|此|上述|以上|规定|允许|有效|取值|正常|[^，,。；\d]{0,8}?(?:时间|时段|范围|期间|区间)段?之?内)|(?:低于|高于|小于|大于|少于|多于)(?:该|此|上述|以上|规定|最低|最高|上限|下限|门槛|起(?:订|购|售|投|批|送|存|租))|"
    r"(?:小于|低于|少于|不足|未达到?|达不到|没有?达到)[^，,。；\d]{0,6}?(?:下限|最小值|最低值|要求|标准)|"
    r"不(?:符合|满足|遵守|在|合(?=要求|规定|条件|标准|规则|规格))[^，,。；]{0,10}?(?:要求|范围|限制|规定|条件|长度|规则|标准|区间))"
)
_MEASURED = (
    r"[^，,。；\d]{0,8}?(?:长度|位数|大小|字数|数量|金额|范围|取值|天数|次数|人数|年龄|时长|重量|页数|容量|个数|格式|扩展名|类型|后缀|版本|币种|单位)[^，,。；\d]{0,4}?"
    r"(?:不符合?|不合(?=要求|规定|条件|标准)|不对|不正确|不满足|不合格|不合法|不合规|不达标|不足|有误|错误)"
)
_NOT_MET = (
    r"(?:不(?:符合?|满足|达标|遵守|合(?=要求|规定|条件|标准|规则))|违反|未(?:满足|达标|遵守)|(?:[两二三]者|[两二三][个种](?:条件|情形|情况)|[两二三四五][项条](?:条件|情形|情况|要求)?|(?:上述|以上)(?:条件|要求)|条件|任[一何意]一?[项个种条]?(?:条件|要求|规定|限制)?|其中(?:任[一何]|之一))?"
    r"(?:[都均]?(?:不|未)(?:满足|符合|成立|具备|达标))|(?:缺少|不具备|不符合|不满足|未满足)(?:以上|上述|其中)?(?:的?任[何意一](?:一?[项个种条者]|条件|要求|情形)|[一其]项))(?:要求|规定|条件|限制|规则)?"
)
VIOLATED = re.compile(rf"{_OPEN}(?:{_BEYOND}|{_MEASURED}|{_NOT_MET}){_CLOSE}")
LEAD = re.compile(rf"{_OPEN}(?:{_BEYOND}|{_MEASURED}|{_NOT_MET})[^，,。；\d的]{{0,14}}?(?:的|之?后|时)[，,]?")
"""The same with its closing word: what stands before the thing that is turned away, or before the result."""
REACHED = re.compile(
    r"^(?:人数|数量|次数|名额|总数|金额)?(?:已?达到|到达|已?达)(?:了)?(?:该|此|上述|以上|规定的?|最大)?(?:上限|最大值|限额|限制|限值|人数|数量|次数)$"
)
"""The limit told before is reached."""
MET = re.compile(
    r"^(?:[两二三四]?[者个]?(?:上述|以上|这些)?(?:条件|情形|要求)?(?:[都均]|同时|全部)满足|(?:上述|以上|这些)(?:条件|要求)(?:全部|均|都|同时)?(?:满足|成立|具备))"
)
"""The conditions told before hold."""
UNMET = re.compile(rf"{_OPEN}{_NOT_MET}{_CLOSE}")
"""The conditions told before do not hold."""


def turns_to_violation(unit: Unit, *, known: bool) -> bool:
    """Whether a rule without numbers of its own tells what happens where an earlier one is broken."""
    return known and not unit.otherwise and VIOLATED.match(unit.part.text) is not None
