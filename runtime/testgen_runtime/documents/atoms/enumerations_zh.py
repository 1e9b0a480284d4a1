"""Values that a Chinese rule names: "仅支持 JPG 和 PNG 格式", "分为高、中、低三个等级"."""

from __future__ import annotations

import re
from dataclasses import replace

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.enumerated import Mention

_CLASS_ZH = (
    r"格式|类型|种类|取值|方式|币种|语言|选项|扩展名|后缀|协议|模式|类别|级别|等级|优先级|国家|地区|颜色|单位|"
    r"运算符|编码|算法|渠道|浏览器|版本|"
    r"性别|密级|原因|套餐|品牌|尺寸|证件|支付方式|文件类型|文件格式"
)
_LIST_ZH = (
    r"(?P<list>(?:[“\"「][^”\"」\n]{1,20}[”\"」]|"
    r"[\u4e00-\u9fffA-Za-z0-9+#.\-]{1,12}?)(?:\s?[、/]\s?[^、，。；,;\s]{1,14}?)*\s?(?:、|和|或|及|与|以及|"
    r"或者)\s?(?:[“\"「][^”\"」\n]{1,20}[”\"」]|[\u4e00-\u9fffA-Za-z0-9+#.\-]{1,12}?))"
)
_VERB_ZH = re.compile(
    rf"(?P<subject>[\u4e00-\u9fffA-Za-z]{{0,12}}?(?:{_CLASS_ZH})?)\s?(?:应|必须|须|需|可以|可|只能|只)?\s?"
    r"(?P<verb>仅支持|只支持|仅允许|只允许|仅限于?|只能[是为选]|必须[是为]|应为|包括|包含|分为|取值为|限于|支持|"
    r"允许|接受|为|是)\s?(?:以下|下列|上传|选择|使用|导入|导出|输入|设置为)?\s?[:：]?\s?"
    rf"{_LIST_ZH}\s?(?:(?:(?P<count>[两二三四五六七八九十\d]+\s?[种个类项级档等])的?\s?(?P<of>[\u4e00-\u9fff]{{0,4}}?))?的?\s?"
    rf"(?P<after>{_CLASS_ZH}|文件|图片|附件|之一|中的一[种个项])|(?=[，,。；;]|$|等))"
)
_LIST_CLASS_ZH = re.compile(
    rf"{_LIST_ZH}\s?(?:[两二三四五六七八九十\d]+\s?[种个类项级档等])?\s?(?P<after>(?:文件|图片|支付|证件)?(?:{_CLASS_ZH}))"
)
_NO_VALUE_ZH = re.compile(
    r"^[按对在以将由]|查询|搜索|筛选|排序|以[上下内外]|[可应须]|不得|不能|必须|[为是]|的(?:用户|人)|[两二三四五六七八九十\d]+[种个类项]$"
)
_OF_A_CLASS_ZH = re.compile(rf"(?:{_CLASS_ZH})$").search
_CLOSED_ZH = re.compile(r"仅|只|必须|限于|之一|取值|应为|接受")


def values_in_chinese(text: str, offset: int, unit: Unit) -> Mention | None:
    """The first list of values in a rule's own text, which begins at `offset`."""
    refused = unit.verdict == "refuse"
    for found in _VERB_ZH.finditer(text):
        values = lists.han(text, found.start("list"), found.end("list"))
        after = found["after"] or ""
        subject = _subject_zh(found["subject"], (found["of"] or "") + after)
        if len(values.values) < 2 or not (re.search(_CLASS_ZH, subject + after) or "、" in found["list"] or after):
            continue
        last = re.sub(r"(?<=[\u4e00-\u9fff])[两二三四五六七八九十]+[种个类项级档]$", "", values.values[-1])
        values = replace(values, values=(*values.values[:-1], last))
        if any(_NO_VALUE_ZH.search(v) for v in values.values) or (
            found["verb"] in ("包含", "包括") and not _OF_A_CLASS_ZH(subject)
        ):
            continue  # "应包含大写字母、小写字母和数字" demands all of them
        closed = _CLOSED_ZH.search(found[0]) is not None
        return Mention(
            subject or "取值", values.values, refused, closed, offset + found.start("list"), offset + found.end("list")
        )
    if listed := _LIST_CLASS_ZH.search(text):
        values = lists.han(text, listed.start("list"), listed.end("list"))
        cleaned = tuple(re.sub(r"^.*(?:拒绝|支持|接受|允许|上传|选择|导入|导出|不得|为)", "", v) for v in values.values)
        if len(cleaned) >= 2 and all(cleaned):
            return Mention(
                listed["after"],
                cleaned,
                refused,
                not refused and "支持" not in text,
                offset + listed.start("list"),
                offset + listed.end("list"),
            )
    return None


def _subject_zh(before: str, after: str) -> str:
    if after and after not in ("之一",) and not after.startswith("中的"):
        return {"文件": "文件格式", "图片": "图片格式", "附件": "附件格式"}.get(after, after)
    return re.sub(
        r"^(?:系统|平台|用户|应|必须|可以|的|其|该)+|(?:(?:可以|可|能)?(?:设置|选择|配置|取值)|应|必须|须|需|可以|可|只能|只)+$",
        "",
        before,
    )
