"""A closed list of values and what becomes of the others: "收银台支持现金、刷卡两种支付方式；使用其他支付方式的，应提示不支持".

Each value of the list is accepted, one beside it refused (29119-4, 5.2.1); of the days of a week every one is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.techniques.examples import other_value
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_VALUE: Final = r"(?:“[^“”，；]{1,16}”|[A-Za-z0-9.+#-]{1,12}|(?:(?![或和与及])[\u4e00-\u9fff]){1,10}?)"
_LIST: Final = rf"(?P<list>{_VALUE}(?:(?:、|以及|和|及|与|或者?){_VALUE}){{1,7}})"
_TAKES: Final = (
    r"(?:(?:仅|只)?(?:能|可以?|会)?(?:接收|接受|支持|受理|认可|识别|收取|允许(?:使用|上传|选择)?|提供)|"
    r"(?:只|仅)(?:能|可以?|限)(?:使用|采用|选择|通过|上传|用|以))"
)
_KIND: Final = (
    r"(?P<kind>[\u4e00-\u9fff]{0,4}?(?:方式|渠道|途径|方法|格式|类型|类别|种类|规格|型号|模式|协议|工具|币种|票种|语言|证件)|"
    r"[\u4e00-\u9fff]{2,4}?)"
)
_OTHERS: Final = r"(?:一周中|一周内|本周|列表|清单|上述|以上|此|之)?(?:以外|之外|外)?的?(?:其他|其它|其余)(?:任何|任意)?"
_WILL: Final = "(?:应当?|须|将|一律|均|必须|予以|被){0,3}"
_NO: Final = (
    rf"(?:{_WILL}(?P<where>[\u4e00-\u9fff]{{0,6}}?){_WILL}(?P<no>(?:(?:拒绝|退回|驳回|阻止|禁止)|不予|不支持|不接受|不受理|不得|"
    rf"不允许|不能|无法|提交失败|失败|报错|提示(?=[\u4e00-\u9fff“]{{0,8}}(?:不|无法|错误|失败|有误)))[\u4e00-\u9fff“”]{{0,20}}))"
)
_NAMED: Final = re.compile(
    rf"{HAN}{{0,16}}?{_TAKES}{_LIST}这?(?P<count>[两二三四五六七八九]|\d)(?:种|类|个|项){_KIND}(?:的?(?P<act>[\u4e00-\u9fff]{{2,10}}))?[，；](?:若|如果?|对于?|凡)?"
    rf"(?P<deed>{HAN}{{0,10}}?)(?:(?P<named>{_VALUE}(?:、{_VALUE}){{0,3}})等)?{_OTHERS}(?P=kind)(?P<rest>(?:的[\u4e00-\u9fff]{{1,6}}?)?(?:[\u4e00-\u9fff]{{2,6}}?)??)(?<![时的])(?:(?:时|的)，?|，){_NO}"
)
_CLASS: Final = (
    r"(?P<kind>[\u4e00-\u9fff]{0,4}?(?:方式|渠道|途径|方法|格式|类型|类别|种类|规格|型号|箱型|车型|机型|柜型|模式|协议|工具|币种|票种|语言|证件|"
    r"面额|尺寸|材质|品牌|级别|等级))"
)
_LEFT: Final = "(?<![时的])(?:(?:时|的)，?|，|(?=一律|均|应|将))"
_OF_CLASS: Final = re.compile(
    rf"{HAN}{{0,16}}?{_TAKES}{_LIST}(?P<count>){_CLASS}(?P<act>)的[\u4e00-\u9fff]{{1,8}}[，；](?:若|如果?|对于?|凡)?(?P<deed>{HAN}{{0,10}}?){_OTHERS}"
    rf"(?P=kind)(?P<rest>的[\u4e00-\u9fff]{{1,8}}?){_LEFT}{_NO}"
)
"""The class of what is taken, without a number: "仅接收 20GP 和 40HQ 箱型的集装箱，其他箱型的进场申请一律拒绝"."""
_BY_MEANS: Final = re.compile(
    rf"{HAN}{{0,20}}?{_TAKES}(?:使用|采用|通过|用|以)?{_LIST}(?P<count>)(?P<act>付款|支付|缴费|缴款|结算|结账|充值|登录|认证|签到|取件|购票|投保|报名|开锁|开门|入场)"
    rf"[，；](?:若|如果?|对于?|凡)?(?P<deed>{HAN}{{0,8}}?(?:使用|采用|选择|通过|用|以)){_OTHERS}(?P<kind>方式|渠道|途径|手段)(?P<rest>)(?P=act)?(?:时|的)，?{_NO}"
)
"""The means of an act, told as such only where they are others: "支持支付宝和微信付款；使用其他方式付款时，应拒绝交易"."""
_BEYOND: Final = re.compile(
    rf"{HAN}{{2,12}}?(?:可以?|能够?)(?:使用|采用|通过|用|以){_LIST}(?P<act>缴纳|缴费|付款|支付|结算|结账|充值|登录|认证|签到|取件|购票|报名|预约|开锁|领取)"
    rf"[，；](?:若|如果?|对于?|凡)?(?P<deed>{HAN}{{0,6}}?(?:选用|选择|使用|采用|通过|用|以))(?:这|上述|以上)(?P<count>[两二三四五六七八九]|\d)(?:种|类|个|项)(?:以外|之外)的"
    rf"(?:其他|其它|任何)?[\u4e00-\u9fff]{{0,4}}?(?P<kind>方式|渠道|途径|手段)(?P<rest>)(?P=act)?(?:时|的)，?{_NO}"
)
"""The others told by the number of those listed: "可以用微信、支付宝缴纳；选用这两种以外的缴费方式时，应拒绝缴费"."""
_DAY: Final = r"(?:周|星期|礼拜)[一二三四五六日天]"
_DAYS: Final = re.compile(
    rf"{HAN}{{2,16}}?(?:仅|只)(?:限)?(?:能|可以?|会)?(?:在|于)(?:每)?(?P<list>{_DAY}(?:[至到]{_DAY}|(?:(?:、|以及|和|及|与|或者?){_DAY}){{0,5}}))"
    rf"(?P<takes>接受|受理|办理|开放|提供|允许|可以?|接收)(?P<act>[\u4e00-\u9fff]{{2,10}}?)[，；](?:若|如果?|对于?|凡)?(?:在|于)?(?P<deed>{HAN}{{0,10}}?){_OTHERS}"
    rf"(?:日期|日子|时间|时段|星期|日|天)(?P<rest>[\u4e00-\u9fff]{{0,8}}?)(?<![时的])(?:(?:时|的)，?|，){_NO}"
)
_IS: Final = re.compile(
    rf"{HAN}{{0,16}}?(?:支持|接受|受理|认可|允许|可选|可用|适用|开放)(?:使用|选择|上传)?的(?P<kind>[\u4e00-\u9fff]{{2,6}}?)(?:仅|只)?(?:有|为|是|包括|限于|限)：?{_LIST}"
    rf"(?P<count>(?:(?:[两二三四五六七八九]|\d)(?:种|类|个|项))?)(?P<act>)[，；](?:若|如果?|对于?|凡)?(?P<deed>{HAN}{{0,10}}?){_OTHERS}(?P=kind)"
    rf"(?P<rest>(?:的[\u4e00-\u9fff]{{1,6}}?)?)(?<![时的])(?:(?:时|的)，?|，|(?=应)){_NO}"
)
"""The kind is what is listed: "可选的舱位为经济舱、商务舱和头等舱，选择其他舱位的申请应退回"."""
_WEEK: Final = "一二三四五六日"
_FILES: Final = ("格式", "类型", "文件类型", "扩展名", "后缀")


@dataclass(frozen=True, slots=True)
class _Told:
    name: str
    values: tuple[str, ...]
    others: tuple[str, ...]
    do: str
    """With {} where the value stands."""
    yes: str
    no: str


def points(view: View) -> Iterator[TestPoint]:
    """Each value of the list accepted, the others refused; nothing where the number of values told is another one."""
    told = _read(statement(view))
    if told is None:
        return
    for value in (*told.values, *told.others):
        ok = value in told.values
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={told.name: Input(value, "", "text" if ok else "example")},
            preconditions=(),
            do=_told_once(told.do.format(value), told.name),
            see=told.yes if ok else told.no,
            reason="列出的值" if ok else "未列出的值",
            weight=0.9 if ok else 0.92,
            title=f"{told.name}为“{value}”",
        )


def _told_once(do: str, name: str) -> str:
    """The step without a class that is named twice: "提交 未列出的型号 型号的安装申请"."""
    return re.sub(rf" ?(未列出的{re.escape(name)}) ?{re.escape(name)}", r"\1", do).replace("方式方式", "方式")


def _read(text: str) -> _Told | None:
    if found := _DAYS.fullmatch(text):
        values = _days(found["list"])
        week = values[0][:-1]
        others = tuple(f"{week}{day}" for day in _WEEK if f"{week}{day}" not in values)
        act = found["act"]
        deed = found["deed"] if found["deed"].endswith(("选择", "指定", "选")) else "选择"
        return _Told("星期", values, others, f"{deed}{{}}进行{act}。", f"{act}成功。", _refusal(found)) if others else None
    found = (
        _NAMED.fullmatch(text)
        or _IS.fullmatch(text)
        or _OF_CLASS.fullmatch(text)
        or _BY_MEANS.fullmatch(text)
        or _BEYOND.fullmatch(text)
    )
    if found is None:
        return None
    values, kind, act, rest = lists.split(found["list"]), found["kind"], found["act"] or "", found["rest"]
    count = found["count"].rstrip("种类个项").replace("两", "二")
    if count and len(values) != chinese_number(count) and str(len(values)) != count:
        return None
    other = other_value(values, "zh")
    if other == "未列出的值":
        other = "TXT" if kind in _FILES and values[0].isascii() else f"未列出的{kind}"
    deed, others = _named_others(found["deed"], found.groupdict().get("named") or "", (other,))
    if set(others) & set(values):
        return None
    name = f"{act}{kind}" if kind == "方式" else kind
    if found.re is _OF_CLASS and not deed:
        do = f"提交{' {} ' if values[0].isascii() else '{}'}{kind}{rest}"
    elif kind.endswith("方式") and (act or rest):  # "使用其他方式缴费" → "以现金方式缴费"
        do = f"{re.sub('(?:使用|采用|选用|选择|通过|用|以)$', '', deed)}以{{}}{kind}{act or rest}"
    elif values[0].isascii():
        do = f"{deed} {{}} {kind}{rest}"
    else:
        do = f"{deed or '使用'}{{}}{rest}" if act or rest else f"{deed or '选择'}{kind}“{{}}”"
    if rest.startswith("的") and deed in ("选择", "使用", "选用"):
        do = f"{deed}{{}}并提交{rest.removeprefix('的')}"
    if act and not do.endswith(act):
        do += act
    thing = rest.removeprefix("的") if rest.startswith("的") else ""
    yes = f"{act}成功。" if act else f"系统接受该{thing or kind}。"
    return _Told(name, values, others, f"{do.strip()}。", yes, _refusal(found))


def _named_others(deed: str, named: str, others: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """What is done, and the values that are turned away: "选择加班餐、节日餐等其他餐型" → (选择, (加班餐, 节日餐))."""
    if not named:
        return deed, others
    told = _CHOSEN.match(f"{deed}{named}")
    return (told[0], lists.split(f"{deed}{named}"[told.end() :])) if told else (deed, lists.split(named))


_CHOSEN: Final = re.compile(f"{HAN}{{0,6}}?(?:选择|选用|使用|采用|上传|提交|通过|填写|输入)")


def _days(words: str) -> tuple[str, ...]:
    """ "周一至周五", "周二、周四和周天": each day of them, Sunday as 日."""
    ends = re.split("[至到]", words.replace("天", "日"))
    if len(ends) == 1:
        return lists.split(ends[0])
    first, last = (_WEEK.index(end[-1]) for end in ends)
    return tuple(f"{ends[0][:-1]}{day}" for day in (_WEEK * 2)[first : last + 1 + (7 if last < first else 0)])


def _refusal(found: re.Match[str]) -> str:
    where = re.sub("^应?予$", "", found["where"] or "") or "系统"
    return f"{where}{found['no']}。"
