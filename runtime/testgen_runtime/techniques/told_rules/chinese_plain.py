"""Chinese of many wordings as the few that the rules read: lists behind a colon as conditions, a deadline as a distance,
the passive as the active, "仅对…开放" as who alone may. What it does not know it leaves as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.telling import ROLES
from testgen_runtime.techniques.patterns_zh.whole import ITEM

_Replace = str | Callable[[re.Match[str]], str]

_MARK: Final = r"(?:[①-⑩]|[（(][\d一二三四五六]{1,2}[)）]|(?<![\d.])\d[)）、]|｜)"
_ITEMS: Final = rf"(?P<all>(?:{_MARK}(?:(?!{_MARK})[^；：]){{2,40}}[；。]?){{2,6}})"
_MUST: Final = "(?:必须|须|应当?|需要?)?"
_MEET: Final = "(?:同时|均|全部|都)?(?:满足|符合|具备|达到)"
_FOLLOWING: Final = (
    "(?:(?:以下|下列|如下|下述)(?:全部|所有|各项|各)?|全部|所有)?"
    "(?:[两二三四五六\\d]个?[项条点个])?(?:条件|要求|前提|规定)?(?!之一|中?的?任)"
)
_ANY_OF: Final = (
    "(?:以下|下列|如下|下述)(?:[两二三四五六\\d]?个?[项条点个])?(?:条件|情形|情况|要求)?"
    "(?:之一|中?的?任[意何一](?:一?[项种个条])?)"
)
_ACT: Final = r"(?P<act>[^，；：]{2,18}?)"
_ALSO: Final = re.compile(r"[；。，、]?(?:并且|而且|以及|同时|且|和|或者?)?$")


def _items(told: str) -> list[str]:
    items = [item for one in re.split(_MARK, told) if (item := _ALSO.sub("", one.strip("；。，")))]
    return [re.sub("^[为是](?=[\u4e00-\u9fff]{2,6}$)", "是", item) for item in items]


def _open(items: list[str]) -> bool:
    """Whether an item says more than one condition, or not only that."""
    return any(re.search("[，：]|或|否则|除非", one) for one in items)


def _all_of(found: re.Match[str]) -> str:
    items = _items(found["all"])
    return found[0] if len(items) < 2 or _open(items) else f"{'且'.join(items)}的，方可{_deed(found['act'])}{_end(found)}"


def _any_of(found: re.Match[str]) -> str:
    items = _items(found["all"])
    if len(items) < 2 or _open(items):
        return found[0]
    barred = re.search("不予|不得|不能|不可|拒绝|禁止", found[0][: found.start("all") - found.start()])
    return f"{'或'.join(items)}的，{'不予' if barred else '可以'}{_deed(found['act'])}{_end(found)}"


def _end(found: re.Match[str]) -> str:
    return "；" if found[0].endswith("；") else ""


def _deed(act: str) -> str:
    return re.sub("^(?:才|方)?(?:可以?|能够?|允许|有权|予以|不予|不得|不能|拒绝|禁止)|(?:的|时)$", "", act)


def _given(found: re.Match[str]) -> str:
    items = [re.sub("^(?:并且|而且|同时|且)", "", one) for one in re.split("，", found["all"])]
    if any(re.search("或|否则|除非|只需|即可", one) for one in items):
        return found[0]
    return f"{'且'.join(items)}的，方可{_deed(found['act'])}"


_SIZES: Final = {"高": "高度", "重": "重量", "宽": "宽度", "长": "长度", "速": "速度"}


def _limited(found: re.Match[str]) -> str:
    return f"{_SIZES[found['what']]}不超过{found['n']}"


def _either_kind(found: re.Match[str]) -> str:
    """ "孕妇、心脏病患者以及身高低于1.4米的游客": one of them is enough."""
    names = found["who"].split("、")
    return f"{'或'.join(names)}或{found['rest']}，" if all(_KIND_OF_PERSON.fullmatch(name) for name in names) else found[0]


_KIND_OF_PERSON: Final = re.compile("[\u4e00-\u9fff]{0,4}(?:妇|儿童|人|者|员|生|军人|会员|户|客)")


def _either_measure(found: re.Match[str]) -> str:
    return f"{found['a'].removesuffix('的')}或者{found['b']}，"


def _otherwise(found: re.Match[str]) -> str:
    """ "两者都完成的" behind what is refused where one of them is missing."""
    return "其余的" if re.search("不能|不得|不可|不允许|拒绝|驳回|不予", found.string[: found.start()]) else found[0]


def _only_open(found: re.Match[str]) -> str:
    return f"只有{found['who']}可以访问{found['thing']}"


def _facing(found: re.Match[str]) -> str:
    """ "活动面向国服玩家": nobody else, where others are turned away."""
    turned = re.search("拒绝|不得|不予|不能|无法|不可|驳回|无权", found.string[found.end() :])
    return f"只有{found['who']}可以参加{found['thing']}" if turned else found[0]


def _only_kinds(found: re.Match[str]) -> str:
    others = re.search("其[他它余]|以外|之外", found.string[found.end() :])
    return f"只能支持{found['list']}{found['count']}{found['kind']}" if others else found[0]


_CLAUSE: Final = r"(?:^|(?<=；))"
_DEADLINE: Final = r"(?:不晚于|不迟于|最晚|最迟|至少)(?:须|应|需)?(?:在|于)?(?P<event>[^，；\d]{2,10}?)(?:之)?前"
_TELLS: Final = r"(?P<tell>(?:弹出|给出|提示|显示)“[^“”]{1,30}”)"
_TURNS_AWAY: Final = r"(?P<no>(?:拒绝|不予|禁止|不得|阻止|终止|退回)[^，；]{0,8})"
_RULES: Final[tuple[tuple[re.Pattern[str], _Replace], ...]] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("”“", "”、“"),
        (
            "（含[^（）不]{0,14}）|（(?:含|包括|包含)(?:[^（）]{0,6})?本[数日天级次]）|"
            "（[^（）]{0,8}(?:仍|也|亦)?(?:视为|算|计为|属于)(?:按期|按时|有效|期内|合格|符合|范围内)）",
            "",
        ),
        ("、(?=且|并且|或)", ""),
        (r"\d+[天日]无理由(?=退)", "无理由"),
        (r"(?<=[，；])(?P<did>[\u4e00-\u9fff]{2})后，?(?=允许|可以|方可|才能|才可|准予)", r"已\g<did>的，"),
        (r"(?<=均)支持(?=[^，；\d]{2,10}[，；])", "可以享受"),
        (r"则?[\u4e00-\u9fff]{2,6}(?:不可用|置灰)，(?=系统(?:不|拒))", ""),
        (r"(?:必须|须|应当?)(?=[^，；]{2,20}\d[^，；]{1,20}(?:且|并)[^，；]{2,20}，(?:方可|才能|才可))", ""),
        (
            r"必须同时(?P<do>上传|提供|提交|填写|持有|出示|具备)(?P<a>[^，；和及与、]{2,10})(?:和|以及|及|与|、)(?P<b>[^，；和及与、]{2,10})(?=，)",
            r"已\g<do>\g<a>且已\g<do>\g<b>的，方可通过",
        ),
        (
            r"(?<=[，；])(?:两|二|三)者(?:都|均)已?(?:完成|满足|具备|通过|符合|达到)(?:的[^，；可]{0,4})?，?(?=可以?|允许|准予|能)",
            _otherwise,
        ),
        (rf"(?:达到|达|满|超过)(?P<n>{NUMBER})(?=[及或]以上)", r"\g<n>"),
        (rf"限(?P<what>[高重宽长速])(?P<n>{NUMBER})", _limited),
        (
            rf"(?P<what>[\u4e00-\u9fff]{{1,6}}(?:期|期限|时限|限额|额度))(?:为|是)(?P<n>{NUMBER})(?P<end>[，；])(?:超出|超过|超|逾)(?:该|此|上述)?(?P=what)",
            r"\g<what>不超过\g<n>\g<end>逾期",
        ),
        (r"取消(?P<what>[^，；]{2,8}资格)(?=[，；]|$)", r"不得享有\g<what>"),
        (r"(?<!不得)(?<!可以)(?:保留|享有|获得|取得)(?P<what>[^，；不得]{2,8}资格)(?=[，；]|$)", r"可以享有\g<what>"),
        (r"(?<=[，的])免费(?=[\u4e00-\u9fff]{2,6}(?:[，；]|$))", "可以免费"),
        (r"(?:为|是)(?P<name>[^，；\d为是]{1,6}?)(?:或|及)以上(?!\d)", r"为\g<name>"),
        (
            rf"(?P<where>{_CLAUSE}[^，；\d]{{0,8}}?)(?:在|于)?(?P<event>[^，；\d在于]{{2,6}}?)前(?P<n>{NUMBER})(?:之内|以内|内)"
            rf"(?P<then>[^，；]{{2,20}})(?P<end>[，；])(?:在|于)?(?P=n)(?:之前|以前|以上|以外|之外)",
            r"\g<where>距\g<event>时间不超过\g<n>\g<then>\g<end>距\g<event>时间超过\g<n>",
        ),
        (
            rf"(?P<cond>{_CLAUSE}[^，；]{{0,12}}?\d[^，；的]{{0,8}}的)(?P<noun>[^，；\d]{{2,6}}?)(?=(?:必须|须|应当?|需)(?:由|经|取得|征得|持|提供|出示))",
            r"\g<cond>，\g<noun>",
        ),
        (r"凭(?P<what>[^，；]{2,8}?)(?=购买|办理|入场|进入|领取|登记|入住|登机|使用)", r"持有\g<what>"),
        (
            r"(?:用户|系统)?可以?对(?P<what>[^，；]{0,12}?[已未][^，；]{1,12}?的[\u4e00-\u9fff]{2,4}?)(?:进行|予以)(?P<act>[\u4e00-\u9fff]{2,4})(?=[，；]|$)",
            r"\g<what>可以\g<act>",
        ),
        (
            rf"(?P<who>{_CLAUSE}(?:[\u4e00-\u9fff]{{1,6}}?、){{0,3}}[\u4e00-\u9fff]{{1,6}}?)(?:以及|和|及|或者?)(?P<rest>[^，；、和及的\d]{{0,8}}\d[^，；的]{{0,8}}的)"
            r"(?:[\u4e00-\u9fff]{1,4})?，",
            _either_kind,
        ),
        (
            r"(?P<a>[^，；\d]{0,10}\d[^，；的]{0,8}的)[\u4e00-\u9fff]{1,4}(?:和|以及|及|、)(?P<b>[^，；\d]{0,10}\d[^，；的]{0,8}的)[\u4e00-\u9fff]{1,4}，",
            _either_measure,
        ),
        ("(?:在|于)?任何(?:情况|情形|条件|时候)下?，?(?=均|都|一律|不得|不能|不可|禁止|无法|无权)(?:均|都|一律)?", ""),
        (rf"{_ACT}，?{_MUST}{_MEET}{_ANY_OF}(?:的|者)?：{_ITEMS}", _any_of),
        (
            rf"(?:有|存在|符合|满足|具备|属于)?{_ANY_OF}(?:的|者)?(?:[^，；：]{{0,8}}?)，?"
            rf"(?=可|能|允许|有权|不予|不得|不能|不可|拒绝|禁止)(?P<act>[^，；：]{{2,16}})：{_ITEMS}",
            _any_of,
        ),
        (rf"{_MEET}{_FOLLOWING}的?(?:[^，；：]{{0,8}}?)，?(?:才|方)?(?=可|能|允许|有权){_ACT}：{_ITEMS}", _all_of),
        (rf"{_ACT}，?{_MUST}{_MEET}{_FOLLOWING}：{_ITEMS}", _all_of),
        (rf"{_ACT}，?(?:的)?(?:其)?(?:前提(?:条件)?|必要条件|条件)(?:是|为|有|包括)：?{_ITEMS}", _all_of),
        (
            rf"{_ACT}，?(?:的)?(?:其)?(?:前提(?:条件)?|必要条件)(?:是|为|有)：?"
            r"(?P<all>[^；：]{4,60}?，(?:并且|而且|同时|且)[^；：]{2,40})(?=；|$)",
            _given,
        ),
        (r"(?P<thing>[^，；的]{2,12}?)(?:仅|只)(?:对|向|面向)(?P<who>[^，；]{2,40}?)开放(?=[，；]|$)", _only_open),
        (rf"(?P<thing>{_CLAUSE}[^，；的]{{2,12}}?)(?:仅|只|专门)?面向(?P<who>[^，；]{{2,20}}?)(?:开放)?(?=[；，]|$)", _facing),
        (
            r"(?P<thing>[^，；]{2,12}?)(?:仅|只)?(?:能|可以?)?支持(?P<list>[^，；]{2,40}?)"
            r"(?P<count>[两二三四五六七八]种)(?P<kind>[\u4e00-\u9fff]{2,4}?)(?=；)",
            _only_kinds,
        ),
        (rf"(?:必须|应当?|须|需要?)?{_DEADLINE}(?P<n>{NUMBER})(?:之?前|以上)?", r"距\g<event>时间应不少于\g<n>"),
        (
            rf"(?P<thing>{_CLAUSE}[^，；的]{{2,10}}?)(?:只|仅)(?:能|可以?|限)由(?P<who>{ROLES})(?P<act>[\u4e00-\u9fff]{{2,4}})(?=[，；]|$)",
            r"只有\g<who>可以\g<act>\g<thing>",
        ),
        (rf"以(?P<n>{NUMBER})为(?:上限|限|最高限|最大值)", r"不得超过\g<n>"),
        (rf"以(?P<n>{NUMBER})为(?:下限|最低限|最小值)", r"不得低于\g<n>"),
        (
            r"，?(?<![从因然进反时])(?:而又|但又|却又|但却|又|而|却|但)(?=(?:从?未|没有|无|尚未|不具|已)[\u4e00-\u9fff])"
            r"(?=[^，；]{0,40}(?:的|时|者))",
            "且",
        ),
        (
            r"(?<=，)(?P<thing>[\u4e00-\u9fff]{2,8}?)(?P<no>不可以?|不得|不能够?|无法|不允许|可以?|能够?|允许)(?:再次?)?"
            r"被(?P<verb>[\u4e00-\u9fff]{2,4})(?=[，；]|$)",
            r"\g<no>\g<verb>\g<thing>",
        ),
        (
            rf"(?P<who>页面|系统|界面|屏幕|终端|平台)?(?:应|将|会)?{_TELLS}(?:，?并|，?且|后){_TURNS_AWAY}",
            r"\g<who>\g<no>，并\g<tell>",
        ),
        (r"(?:点击|点按|点选|按下)“[^“”]{1,12}”(?:按钮|链接)?", "操作"),
        (r"(?<=，)其(?![余他它中])[\u4e00-\u9fff]{2}(?=免|不|可|允|应|将|予|均|一律|享)", ""),
    )
)
_SAYS: Final = "[^，；“”]{0,30}?"
_NOUN: Final = re.compile(
    rf"(?P<cond>(?:^|(?<=[，；])){_SAYS}(?:\d{_SAYS}|[已未没无持有具经]{_SAYS}))的(?P<noun>[\u4e00-\u9fff]{{1,4}})，(?!其)"
)
"""The noun that conditions are told of: "未支付的订单，"."""
_BUT: Final = re.compile(r"(?:^|(?<=；))除了?(?P<who>[^，；]{2,12}?)(?:以|之)?外，(?=[^，；]*(?:、|和|及))")
"""Who has been told before: "除国服外，亚服、欧服的玩家 …"."""


def plain(text: str) -> str:
    """A text without blanks, its sentences parted by "；", in the wordings that the rules know."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _with_its_number(text)
    while (found := _BUT.search(text)) and found["who"] in text[: found.start()]:
        text = f"{text[: found.start()]}{text[found.end() :]}"
    return _NOUN.sub(_without_noun, text).replace(ITEM, "")


_ITS: Final = re.compile(
    "(?P<sign>低于|小于|少于|不足|高于|大于|超过|达到|多于)(?:该|此|上述|这个|这一)(?:数?值|标准|温度|速度|风速|金额|数量|时间|时长)"
)


def _with_its_number(text: str) -> str:
    """ "低于该值" with the only number that is told before."""
    found = _ITS.search(text)
    numbers = re.findall(NUMBER, text[: found.start()]) if found else []
    return f"{text[: found.start()]}{found['sign']}{numbers[0]}{text[found.end() :]}" if found and len(numbers) == 1 else text


def _without_noun(found: re.Match[str]) -> str:
    noun = found["noun"]
    if re.search("可以?|允许|不得|必须|应当", found["cond"]):
        return found[0]
    return found[0] if noun.endswith(("时", "后", "者", "期间", "情况下", "情形")) or "的" in noun else f"{found['cond']}的，"
