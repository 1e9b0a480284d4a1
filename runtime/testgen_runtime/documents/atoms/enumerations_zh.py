"""Values that a Chinese rule names: "仅支持 JPG 和 PNG 格式", "取值为“高”“中”“低”", "支持以下渠道之一：A、B、C"."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import lists, words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.enumerated import Mention

_CLASS = (
    r"格式|类型|种类|取值|方式|方法|币种|货币|语言|语种|选项|扩展名|后缀|协议|模式|类别|级别|等级|优先级|国家|地区|城市|颜色|单位|运算符|编码|算法|渠道|途径|通道|浏览器|"
    r"版本|性别|密级|原因|套餐|品牌|尺寸|规格|型号|材质|口味|证件|支付方式|文件类型|文件格式|学历|血型|民族|科室|车型|票种|舱位|险种|卡种|周期|频率|时段|行业|来源|环境|操作系统|"
    r"平台|分辨率|质量|策略|档位|用途|场景|业务|标识|权限级别|请求方法"
)
_VERB = re.compile(
    r"(?P<strict>仅支持|只支持|仅允许|只允许|仅接受|只接受|仅限于?|只限于?|限于|(?<=[值项式型位])限(?=\s?[A-Za-z“\u4e00-\u9fff])(?![制额度定])|(?:只能|仅能|必须|须|应当?)(?:为|是|选择?|使用|填写|采用|从)|取值(?:范围)?(?:为|是|包括|[:：])|可选值?(?:为|有|包括)|可以?(?:设|设置|设定|配置)为|可选择?(?=[\u4e00-\u9fffA-Za-z“])(?![项值字])|可取)|"
    r"(?P<open>不支持|不接受|不允许|禁止|拒绝|支持|允许|接受|提供)|(?P<plain>包括|包含|分为|[为是有])"
)
_END = re.compile(r"[，。；;\n]|,(?=\s)|$")
_LEAD = re.compile(
    r"\s?(?:以下|下列|如下)?(?P<of>[\u4e00-\u9fff]{0,8}?)(?:之一|中的一[种个项]|[两二三四五六七八九十\d]+\s?[种个类项级档])?\s?[:：]\s?"
)
_TAIL = re.compile(
    rf"\s?等?(?:这?[共总]?(?:计|共)?(?P<count>[两二三四五六七八九十\d]+\s?[种个类项级档]|[两二三四五]者))?\s?的?\s?(?P<of>(?:(?![两二三四五六七八九十]\s?[种个类项级])[\u4e00-\u9fff]){{0,4}}?(?:{_CLASS}))?的?(?P<thing>文件|图片|附件|文档|音频|视频|照片)?(?P<one>之一|中的一[种个项]|其中之一)?$"
)
_SUPPORTS = re.compile("(?:仅|只)(?:支持|接受|允许)|(?:仅|只)限于?|限于|(?:只能|仅能)(?:为|是|选)|可选")
_LONGEST_LIST = 240
"""Characters of a list: a bound on what every verb of a long sentence looks through."""
_FIRST = re.compile(
    r"^(?:用户|客户|系统|对)?(?:可以?)?(?:上传|选择|使用|导入|导出|输入|设置为|填写|通过|采用|提交|以|用|按)(?=[^、]|$)|^(?:以下|下列|如下)(?:[\u4e00-\u9fff]{0,6}[:：])?"
)
_NO_VALUE = re.compile(
    r"^[按对在以将由]|达到|[超不]过|[大小高低多少]于|不[足满]|已[\u4e00-\u9fff]{2}了|且|查询|搜索|筛选|排序|以[上下内外]|[可应须]|不得|不能|必须|[为是]|的(?:用户|人)|[两二三四五六七八九十\d]+[种个类项]$|其[他余它]|[:：“”]"
)
_OF_A_CLASS = re.compile(rf"(?:{_CLASS})$")
_CLOSED = re.compile(r"仅|只|必须|须|限于|之一|取值|应[当为]|接受|中的一|可选|可取")
_LIST_CLASS = re.compile(
    rf"(?P<list>(?:[A-Za-z0-9+#.\-]{{1,10}}|[“\"「][^”\"」\n]{{1,16}}[”\"」])(?:\s?[、/]\s?(?:[A-Za-z0-9+#.\-]{{1,10}}|[“\"「][^”\"」\n]{{1,16}}[”\"」])){{0,19}}\s?(?:、|和|或者|或|及|与|以及)\s?"
    rf"(?:[A-Za-z0-9+#.\-]{{1,10}}|[“\"「][^”\"」\n]{{1,16}}[”\"」]))\s?(?:[两二三四五六七八九十\d]+\s?[种个类项级档等])?\s?的?(?P<after>[\u4e00-\u9fff]{{0,4}}?(?:{_CLASS}))"
)


def values_in_chinese(text: str, offset: int, unit: Unit) -> Mention | None:
    """The first list of values in a rule's own text, which begins at `offset`."""
    refused = unit.verdict == "refuse"
    for verb in _VERB.finditer(text):
        if found := _after(text, verb, offset, refused=refused):
            return found
    if listed := _LIST_CLASS.search(text):
        values = lists.han(text, listed.start("list"), listed.end("list")).values
        if len(values) >= 2:
            at, end = offset + listed.start("list"), offset + listed.end("list")
            return Mention(listed["after"], values, refused, not refused and "支持" not in text, at, end)
    return None


_TURNED_AWAY = re.compile(r"^(?:但|而|且)?不(?:接受|支持|允许|受理)\s?(?P<list>[^，,。；;：:]{2,60}?)(?:等)?$")


def turned_away_in_chinese(unit: Unit, known: list[Mention]) -> Mention | None:
    """ "…，不接受护照、驾驶证": values of the list that was told before which are not taken."""
    found = _TURNED_AWAY.match(unit.part.text)
    if found is None or not known or re.search("其他|其余|其它|任何", found["list"]):
        return None
    values = lists.split(found["list"])
    if any(len(value) > 12 or _NO_VALUE.search(value) for value in values):
        return None
    at = unit.part.start
    return Mention(known[-1].subject, values, True, False, at + found.start("list"), at + found.end("list"))


_OPEN_TO = re.compile(
    r"(?:仅|只|仅限|只限)(?:对|向|在|限)?\s?(?P<list>[\u4e00-\u9fffA-Za-z]{1,8}(?:、[\u4e00-\u9fffA-Za-z]{1,8}){1,19}?(?:(?:和|及|与|以及)[\u4e00-\u9fffA-Za-z]{1,8}?)?)(?:的[\u4e00-\u9fff]{1,6})?(?:开放|开通|有效|可用|提供|生效)"
)
_OTHER_CLASS = re.compile(rf"(?:其他|其它|其余)(?P<of>[\u4e00-\u9fff]{{0,4}}?(?:{_CLASS}))")


def open_to(text: str, offset: int, whole: str) -> Mention | None:
    """ "仅对北京、上海的商户开放；其他城市 …": the other rule tells what the values are."""
    found, other = _OPEN_TO.search(text), _OTHER_CLASS.search(whole)
    if found is None or other is None:
        return None
    values = lists.split(found["list"])
    return (
        Mention(other["of"], values, False, True, offset + found.start("list"), offset + found.end("list"))
        if len(values) > 1
        else None
    )


_DONE_WITH = re.compile(r"\s?(?:格式|类型)(?:的?文件)?(?:上传|导入|导出|提交)$")
""" "仅支持 JPG、PNG 或 PDF 格式上传": what is done with them is none of the last value."""


def _after(text: str, verb: re.Match[str], offset: int, *, refused: bool) -> Mention | None:
    """The values that follow the verb, up to the end of its clause."""
    stop = _END.search(text, verb.end())
    start, end = verb.end(), min(stop.start() if stop else len(text), verb.end() + _LONGEST_LIST)
    lead = _LEAD.match(text, start, end)
    named = ""
    if lead:
        start, named = lead.end(), lead["of"]
    tail = _TAIL.search(text, start, end)
    assert tail is not None  # it matches the empty end
    begin = start + (len(first[0]) if (first := _FIRST.match(text[start : tail.start()])) and not lead else 0)
    begin += len(text[begin:end]) - len(text[begin:end].lstrip())
    values = lists.split(_DONE_WITH.sub("", text[begin : tail.start()]))
    if unit := re.fullmatch(r"\d[\d.]*(?P<unit>\s?[^\d\s、]{1,3})", values[-1]) if values else None:
        values = tuple(v + unit["unit"] if re.fullmatch(r"\d[\d.]*", v) else v for v in values)
    if len(values) < 2 or any(len(v) > 16 or _NO_VALUE.search(v) for v in values):
        return None
    before = re.split(r"[，,。；;、]", text[: verb.start()])[-1]
    subject = _subject(before, (tail["of"] or "") or named, tail["thing"] or "")
    of_class = _OF_A_CLASS.search(subject) is not None
    enumerates = "、" in text[begin : tail.start()] or "”" in text[begin : tail.start()] or tail["count"] or tail["one"]
    if verb["plain"] and not of_class:
        return None  # "应包含大写字母、小写字母和数字" demands all of them
    short = all(len(v) <= 6 and not words_zh.ROLE.fullmatch(v) for v in values) and _SUPPORTS.match(verb[0]) is not None
    if not (of_class or tail["thing"] or (verb["strict"] and (enumerates or short))):
        return None
    closed = _CLOSED.search(text[verb.start() : end]) is not None
    return Mention(subject or "取值", values, refused, closed, offset + begin, offset + tail.start())


def _subject(before: str, after: str, thing: str) -> str:
    """What the values are values of: the class named after them, else what stands before the verb."""
    own = re.sub(
        r"^(?:系统|平台|接口|用户|应|必须|可以|的|其|该|当|如果|若)+|(?:(?:可以|可|能)?(?:设置|选择|配置|取值)|应|必须|须|需|可以|可|只能|仅|只|的|均|都|(?<=的)(?:合法|有效|允许)|字段(?=的?(?:合法|有效|允许)?$))+$",
        "",
        before.strip(),
    )
    after = after.removeprefix("作为")
    own = re.sub("^(?:并且|而且|且|同时|以及)", "", own)
    own = re.sub(r"^(?:上传|导入|导出|提交|选择)的?(?=[\u4e00-\u9fff]{2})", "", own) if after == "格式" else own
    if (
        after == "格式"
        and re.search(r"(?:文件|图片|附件|文档|音频|视频|照片|头像|报表|报告|扫描件|凭证|资料)$", own)
        and len(own) <= 8
    ):
        return f"{own}格式"
    if after:
        return own if own.endswith(after) and len(own) <= 12 else after
    if thing and not _OF_A_CLASS.search(own):
        return f"{thing}格式"
    return own
