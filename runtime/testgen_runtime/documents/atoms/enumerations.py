"""Enumerations: the values that a parameter may take.

Closed (nothing else is accepted) where the text says only, one of, must be, any other is refused; "supports A and B" stays open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.subjects import same_subject

_CLASS_EN = (
    r"formats?|file types?|types?|kinds?|values?|methods?|currenc(?:y|ies)|languages?|options?|extensions?|"
    r"protocols?|modes?|categor(?:y|ies)|"
    r"levels?|priorit(?:y|ies)|countr(?:y|ies)|regions?|colou?rs?|units?|operators?|encodings?|algorithms?|"
    r"channels?|browsers?|versions?|"
    r"media types?|content types?|payment methods?|card(?: type)?s?|brands?|sizes?|genders?|titles?|reasons?|"
    r"classes|class|plans?|tiers?"
)
_CLASS_ZH = (
    r"格式|类型|种类|取值|方式|币种|语言|选项|扩展名|后缀|协议|模式|类别|级别|等级|优先级|国家|地区|颜色|单位|"
    r"运算符|编码|算法|渠道|浏览器|版本|"
    r"性别|密级|原因|套餐|品牌|尺寸|证件|支付方式|文件类型|文件格式"
)
_HEAD_EN = re.compile(
    rf"\b(?P<subject>(?:[A-Za-z][\w-]*\s){{0,2}}?(?P<class>{_CLASS_EN}))(?:\s(?:shall be|must be|are|is|may be|can "
    rf"be|be|of|shall only be|limited to))?"
    r"(?:\s(?:only|either|one of|one of the following))?(?:\s(?:the following|values?))?\s?[:：]?\s+(?=[A-Z0-9“\"'‘.])",
)
_ONE_OF_EN = re.compile(
    r"\b(?:(?:shall|must|may|can|should) (?:only )?be|is|are|has to be|be)\s(?:only\s)?"
    r"(?:one of(?: the (?:following|values?)(?: values)?)?|either|limited to|restricted to)\s?[:：]?\s?",
    re.IGNORECASE,
)
_BEFORE_ONE_EN = re.compile(r"(?:[A-Za-z][\w-]*\s){1,5}$")
_AFTER_LIST_EN = re.compile(rf"\s+(?P<class>{_CLASS_EN}|files?|documents?|images?|cards?|requests?)\b", re.IGNORECASE)
_TAKES_EN = re.compile(
    r"\b(?P<verb>accepts?|supports?|allows?|permits?|reject|refuse|offers?|only)\s(?:only\s)?(?:the\s)?(?=[A-Z0-9“\"'‘.])"
)
_FOLLOWING_EN = re.compile(
    r"\b(?P<verb>support|accept|allow|permit|"
    r"offer)s?\s(?:only\s)?(?:the\s)?(?:following\s)?(?P<subject>[A-Za-z][\w -]{2,40}?)\s?:\s*\n",
    re.I,
)
_IN_PARENS = re.compile(
    r"\b(?P<subject>[A-Z][\w-]*(?:\s[\w-]+){0,2})\s?\((?P<list>[A-Za-z][\w -]{0,30}(?:(?:,|"
    r"\sor)\s?(?:or\s)?[A-Za-z][\w -]{0,30}){1,19})\)"
)
_CLOSED_EN = re.compile(
    r"\bonly\b|\bone of\b|\beither\b|must be|shall be|limited to|restricted to|\baccepts?\b|\ballowed\b|\bpermitted\b|\bvalid\b",
    re.I,
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
_OTHERS = re.compile(r"\bothers?\b|\belse\b|其他|其余|以外|之外", re.IGNORECASE)
_STATE = re.compile(r"\b(?:state|status|role)s?\b|状态|角色", re.IGNORECASE)
_NUMERIC = re.compile(r"[\d.,\s]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """The values that one rule names; `refused` where it turns them away."""

    subject: str
    values: tuple[str, ...]
    refused: bool
    closed: bool
    start: int
    end: int


def mentions(unit: Unit, *, whole: str) -> list[Mention]:
    """The lists of values in one rule. `whole` is the clean text of the requirement, whose lines may hold the values."""
    part = unit.part
    found = _chinese(part.text, part.start, unit) if unit.language == "zh" else _english(part.text, part.start, unit)
    if found is None and (listed := _FOLLOWING_EN.search(whole, part.start, min(len(whole), part.end + 4))):
        values = lists.lines(whole, listed.end())
        if values and len(values.values) >= 2 and max(map(len, values.values)) <= 40:
            closed = listed["verb"].lower() in ("accept", "allow", "permit")
            found = Mention(_singular_class(listed["subject"]), values.values, False, closed, listed.start(), values.end)
    if found is None and unit.language == "en":
        found = _class_told_elsewhere(part.text, part.start, unit, whole) or _of_a_family(part.text, part.start, unit)
    out = [] if found is None else [found]
    if unit.language == "en" and (inner := _IN_PARENS.search(part.text)):
        values_ = lists.split(inner["list"])
        if len(values_) >= 3:
            out.append(Mention(inner["subject"], values_, False, True, part.start + inner.start(), part.start + inner.end()))
    return [
        m for m in out if len(m.values) >= 2 and not all(_NUMERIC.fullmatch(v) for v in m.values) and not _STATE.search(m.subject)
    ]


def _english(text: str, offset: int, unit: Unit) -> Mention | None:
    refused = unit.verdict == "refuse"
    if (one := _ONE_OF_EN.search(text)) and (values := lists.at(text, one.end(), len(text), loose=True)):
        named = _BEFORE_ONE_EN.search(text[: one.start()][-120:])
        before = re.sub(r"^(?:the|a|an|each|every)\s", "", named[0].strip() if named else "", flags=re.I)
        before = re.sub(r"^([\w-]+(?:\s[\w-]+)?) of (?:an?|the|each|every) ([\w-]+)$", r"\2 \1", before)
        if re.match(r"\s(?:files?|documents?|images?|pictures?|photos?)\b", text[values.end :], re.I):
            before = "format"  # "uploads shall be limited to JPG and PNG files"
        return Mention(
            before,
            values.values,
            refused,
            True,
            offset + one.start() - (len(named[0]) if named else 0),
            offset + values.end,
        )
    for head in _HEAD_EN.finditer(text):
        values = lists.at(text, head.end(), len(text))
        if values and len(values.values) >= 2:
            closed = _CLOSED_EN.search(text[: values.end]) is not None
            subject = _singular_class(
                re.sub(r"^(?:the|a|an|following|only|accept|accepts|support|supports|of|in)\s", "", head["subject"])
            )
            return Mention(
                _last_words(subject), values.values, refused, closed, offset + head.start("class"), offset + values.end
            )
    for takes in _TAKES_EN.finditer(text):
        values = lists.at(text, takes.end(), len(text))
        if values and len(values.values) >= 2:
            after = _AFTER_LIST_EN.match(text, values.end)
            word = after["class"].lower() if after else ""
            subject = (
                "format" if word in ("", "file", "files", "document", "documents", "image", "images") else _singular_class(word)
            )
            if not after and not re.search(r"file|format|upload|image|document|export|import", text, re.I):
                continue
            closed = not takes["verb"].lower().startswith("support") or "only" in text.lower()
            return Mention(subject, values.values, refused, closed, offset + values.start, offset + values.end)
    first = re.match(r"(?:only\s+)?", text, re.I)
    if first and (values := lists.at(text, first.end(), len(text))) and len(values.values) >= 2:
        after = _AFTER_LIST_EN.match(text, values.end)
        if after and after["class"].lower() not in ("request", "requests"):
            word = after["class"].lower()
            subject = "format" if word.rstrip("s") in ("file", "document", "image") else _singular_class(word)
            return Mention(
                subject, values.values, refused, first[0] != "" or not refused, offset + values.start, offset + values.end
            )
    return None


_ANY_OTHER_CLASS = re.compile(
    r"\b(?:any|all|every|no) others? (?P<class>(?:[a-z][a-z-]*\s)?[a-z][a-z-]*)(?=\s(?:shall|must|may|can|will|should|is|"
    r"are)\b|[.,;]|$)",
    re.I,
)
_FAMILIES = {
    "browser": "chrome firefox safari edge opera",
    "currency": "eur usd gbp chf cny jpy hkd sek nok dkk pln cad aud inr sgd",
    "language": "english german french spanish italian chinese japanese portuguese dutch polish russian arabic korean",
    "method": "get post put patch delete head options",
    "format": "csv xlsx pdf json xml docx html txt odt yaml jpg jpeg png gif bmp tiff webp svg mp3 mp4 avi mov wav zip rar tar",
    "operating system": "windows linux macos ios android",
    "day": "monday tuesday wednesday thursday friday saturday sunday",
}


def _class_told_elsewhere(text: str, offset: int, unit: Unit, whole: str) -> Mention | None:
    """ "… payments in EUR, GBP and CHF. A payment in any other currency …": what the list is of is told where it ends."""
    other = _ANY_OTHER_CLASS.search(whole)
    if other is None or unit.verdict == "refuse" or unit.otherwise:
        return None
    for start in re.finditer(r"(?<![\w-])(?=[A-Z“\"'‘])", text):
        values = lists.at(text, start.start(), len(text)) if start.start() else None
        if values and len(values.values) >= 2:
            return Mention(other["class"].lower(), values.values, False, True, offset + values.start, offset + values.end)
    return None


def _of_a_family(text: str, offset: int, unit: Unit) -> Mention | None:
    """ "supports Chrome, Firefox and Safari": well-known values need no word for what they are."""
    for start in re.finditer(r"(?<![\w-])(?=[A-Z])", text):
        values = lists.at(text, start.start(), len(text))
        if values and len(values.values) >= 2:
            named = {value.lower().lstrip(".") for value in values.values}
            kind = next((kind for kind, members in _FAMILIES.items() if named <= set(members.split())), None)
            if kind and re.search(
                r"\b(?:accept|support|allow|permit|offer|available|provide|limited|restricted|one of|only)", text, re.I
            ):
                refused = unit.verdict == "refuse"
                closed = bool(re.search(r"\b(?:only|limited|restricted|one of)\b", text, re.I))
                return Mention(kind, values.values, refused, closed, offset + values.start, offset + values.end)
    return None


def _chinese(text: str, offset: int, unit: Unit) -> Mention | None:
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


def _singular_class(word: str) -> str:
    word = word.strip()
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _last_words(subject: str) -> str:
    return " ".join(
        w
        for w in subject.split()
        if w.lower()
        not in (
            "the",
            "a",
            "an",
            "accept",
            "accepts",
            "support",
            "supports",
            "shall",
            "must",
            "only",
            "offer",
            "with",
            "by",
            "via",
            "choose",
            "select",
            "offers",
            "have",
            "use",
            "in",
            "of",
            "is",
            "be",
            "any",
            "all",
        )
    )


def merge(found: list[Mention], *, others_refused: bool) -> list[Mention]:
    """Join what several rules say of one parameter; a sentence on "any other" closes the first list."""
    out: list[Mention] = []
    for mention in found:
        twin = next(
            (
                i
                for i, o in enumerate(out)
                if o.refused == mention.refused
                and (same_subject(o.subject, mention.subject) and set(o.values) & set(mention.values))
            ),
            None,
        )
        if twin is None:
            out.append(mention)
    if others_refused:
        first = next((i for i, m in enumerate(out) if not m.refused), None)
        if first is not None:
            out[first] = replace(out[first], closed=True)
    return out


def names_others(text: str) -> bool:
    """Whether a rule speaks of all the other values."""
    return _OTHERS.search(text) is not None
