"""What a limit of a Chinese rule is about ("订单金额", "密码长度")."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Dimension, Quantity

_HEADS_ZH: dict[Dimension, tuple[re.Pattern[str], str]] = {
    "length": (re.compile(r"长度|字数|位数|字符数"), "长度"),
    "size": (re.compile(r"大小|容量|空间|体积|内存|流量|尺寸"), "大小"),
    "money": (re.compile(r"[额价费款薪资总]|余额|预算|金|成本|工资|单价|收入|租"), "金额"),
    "duration": (re.compile(r"时间|时长|天数|[期限]|间隔|年限|周期|分钟数|小时数|日数|年龄|工龄|司龄|时效"), "时间"),
    "percent": (re.compile(r"[率度量比]|比例|折扣|占比|百分比"), "比例"),
}
_TRAILING_ZH = re.compile(
    r"(?:(?:必须|应当|应该|应|须|需要|需|恰好|恰|不得|不能|可以|可|均|都|只能|最多|至少|最[长短高低少大小]|至多|的|已|将|会|其|且|并|或|和|(?<![学课工])时|"
    r"每次|为|是|在|处于|介于|输入|包含|包括|设置为?|支持|具有|有|满足|"
    r"控制|限制|保持|年满|达|要|也|亦|还|又|就|连续|累计|允许|能|由|(?<![签报收迟])到|于|内|再|才|则|(?<![上下期年权时界极额有])限|(?<![可所])以))+$"
)
_LEADING_ZH = re.compile(
    r"^(?:也|亦|又|只有当|仅当|只有|当(?![日天月年])|如果|假如|若|如|一旦|除非|只要|对于|凡|且|并且|并(?![发行购])|或者|或|和|则|那么|其中|同时|而且|"
    r"要求|规定|在(?![职线校岗途库编册])|的|该|此|其|某|任何|所有|"
    r"系统应当?|系统必须|系统须|系统应该|系统|平台|用户的|[、，,\s])+"
)
_ASIDE_ZH = re.compile(r"（[^（）]{0,20}）|\([^()]{0,20}\)")
_CUT_ZH = re.compile(r"[，,；;：:（(。、\n]")
_JOINT_ZH = re.compile(r"并且|而且|同时|或者|以及|且|或(?!等于|其)")
_AFTER_MODAL_ZH = re.compile(
    r".*(?:应当|应该|必须|可以|不得|不能|只能|允许|拒绝|支持|禁止|需要|(?<![响适反效供对相])应(?!用)|才能|进行|"
    r"(?:提交|上传)(?!日|时|人|者|量|次))"
)
_VERDICT_FIRST_ZH = re.compile(
    r"^(?:系统|平台|柜台|窗口|前台|接口|程序)(?:不?应当?|应该|须|必须|将|会|不得|不能)?(?:予以)?(?:驳回|退回|拦截|拒[绝收签付载]|接受|受理|接收|放行)(?=的|在|[\u4e00-\u9fff]{2}|$)"
)
"""The verdict before what is measured: "系统应驳回金额高于 500 元的报销"."""
_STATED_ZH = re.compile(r"(?:为空|(?:已经?|尚?未|没有|不|无)[\u4e00-\u9fff]{1,8})$")
_GENERIC_ZH = re.compile(r"(?:长度|大小|字数|位数|数量|时长|有效期|容量|金额|期限|内容|最大长度)")


def subject_zh(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    """The Chinese name of the value that the comparison at `at` bounds, as `subjects.subject_of` tells it."""
    before_all = _ASIDE_ZH.sub("", text[max(unit.clause_start(at), at - 60) : at])
    before = _CUT_ZH.split(before_all)[-1]
    *earlier, joined = _JOINT_ZH.split(before)
    if len(joined.strip()) >= 2:
        before = joined
    elif earlier and (stated := _STATED_ZH.search(earlier[-1])) and stated.start() >= 2:
        before = earlier[-1][: stated.start()]  # "订单未付款或已超过 30 分钟" is about the order, paid or not
    before = re.sub(r"(?:大于|小于|高于|低于|等于|超过|不?少于|不?多于|达到|介于|至少|最多)+\s?[-−]?\d.*$", "", before)
    before = re.sub(r"\s?\d[\d,.]*\s?周?岁(?:及?以[上下])?(?:且|并且|，)?$", "", before)
    before = _VERDICT_FIRST_ZH.sub("", re.sub(r"(?:应当?|必须|须|需)?提前(?:至少|最少)?$", "提前", before.strip()))
    name = _LEADING_ZH.sub("", _TRAILING_ZH.sub("", before.strip()).strip()).strip(" “”\"'《》「」")
    name = re.sub(r"(?<=[\u4e00-\u9fff]{2})(?:为|是|等于)\s?\d+$", "", name)
    modal = _AFTER_MODAL_ZH.match(name)
    if modal and len(name) - modal.end() >= 2:
        name = name[modal.end() :].strip()
    elif modal and modal.end() == len(name):
        name = ""
    name = re.sub(
        r"^[\u4e00-\u9fff]{1,8}?(?:应当?|必须|须|需|可以?)(?:在|于)(?=[\u4e00-\u9fff]{2,}[后起前]$)",
        "",
        _LEADING_ZH.sub("", name),
    )
    if (of := _OF_A_ROLE_ZH.match(name)) and (not of[0].endswith("的") or text.count(name[of.end() :]) > 1):
        name = name[of.end() :]
    name = re.sub(r"^[\u4e00-\u9fff]{1,14}?(?:仅|只)(?:在|当|限于?|适用于)(?=[\u4e00-\u9fff]{2})", "", name)
    name = re.sub(r"\s+", "", name) if not re.search("[A-Za-z]", name) else name
    if words_zh.SYSTEM.match(name) or (not name and re.match(r"\s?的部分", text[q.end : q.end + 4])):
        name = ""
    hint = re.sub(
        r"^(?:可以|可|允许|能|为|是|再)+(?:包含|包括|含有?)?$|^(?:包含|包括|含有)|^(?:可以|可|允许|能|为|是|再)+|[为是]$",
        "",
        hint,
    ).strip()
    if _GENERIC_ZH.fullmatch(name) and (owner := _owner_zh(unit) or _topic_zh(text, unit)):
        name = f"{owner}{name}"
    if q.dimension == "duration" and re.search(r"[日期]距[\u4e00-\u9fff]{2,8}$", name):
        return f"{name}的{'天数' if q.unit in ('天', '日', '个工作日', '个自然日', '工作日', '自然日') else '时间'}"
    if (not name or _VERB_ZH.fullmatch(name)) and q.unit not in ("岁", "周岁") and (of := _OF_ZH.match(text, q.end)):
        name = of["of"]
    if re.fullmatch(r"今[天日]|当[天日前]|下单|提交|发布|开始|结束", re.sub("(?:之?[前后])$", "", name)) and (
        dated := re.search(r"(?P<s>[\u4e00-\u9fff]{2,8}?(?:日期|时间|日))(?:应当?|必须|须)?在", before_all)
    ):
        return f"{dated['s']}距{re.sub('(?:之?[前后])$', '', name)}的{'天数' if q.unit in ('天', '日') else '时间'}"
    if q.dimension == "duration" and (
        since := re.search(r"(?:自|^)(?P<of>[\u4e00-\u9fff]{2,8}?)(?:之[日时])?起(?:的?时间)?$", before.strip())
    ):
        return f"距{re.sub('^自', '', since['of'])}的{'天数' if q.unit in ('天', '日', '个工作日', '个自然日', '工作日', '自然日') else '时间'}"
    if q.dimension == "duration" and (undone := _UNDONE_ZH.match(text, q.end)):
        return f"{name}{undone['undone']}的时间"
    if q.dimension == "duration" and (done := _WITHIN_ZH.match(text, q.end)):
        who = re.sub(r"(?:应当?|必须|须|需)?(?:在)?$", "", before.strip())
        event = name if name.endswith(("后", "起", "前")) or re.search("[后起前]$", before.strip()) else ""
        event = (
            re.sub(r"^.*?(?:应当?|必须|须|需)?在", "", before.strip()) if event else (who if words_zh.ROLE.fullmatch(who) else "")
        )
        return f"{event}{done['done']}的时间"
    if (
        q.dimension == "count"
        and q.unit in ("次", "人次")
        and (row := re.search(r"(?P<row>连续|累计)(?:输错)?$", before.strip()))
    ):
        deed = re.match(r"\s?(?P<deed>[\u4e00-\u9fff]{2,12}?)(?=之?后|以后|时|的|则|仍|$|[，,。；])", text[q.end : q.end + 16])
        if deed:
            return f"{row['row']}{deed['deed']}次数"
    if q.dimension == "count":
        if q.unit in ("行", "页", "列", "层", "字") and name and not q.noun:
            return f"{name}{q.unit}数"
        if q.unit in ("次", "人次") and not name and not hint and q.noun:
            name = re.sub(r"(?:之后|以后|后|时).*$", "", q.noun)
        if q.unit in ("次", "人次"):
            base = (name + hint) if hint and hint not in name else name
            if rate := re.fullmatch(r"(?P<of>.{2,12}?)(?:的?频率|次数)?为?(?P<per>每[\u4e00-\u9fff]{1,2}?)", base):
                base = f"{rate['per']}{rate['of']}"
            return base if not base or base.endswith(("次数", "数")) else base + "次数"
        noun = q.noun or hint
        if q.noun:
            noun = re.sub(r"(?:以上|以下|以内|及|或|的|时|后|等|之间|且|并|应|必须|须|不).*$", "", q.noun)
        if noun and len(hint) == 1 and hint not in noun:
            noun = f"{hint}{noun}"  # "最多借 5 本书"
        if not noun:
            return name if not name or name.endswith(("数", "量", q.unit)) else name + "数量"
        return noun if noun.endswith(("数", "量")) else f"{noun}数量"
    if not name and not hint:
        return "年龄" if q.unit in ("岁", "周岁") else _after_zh(text, q)
    name = name or hint
    if q.unit in ("岁", "周岁"):
        return name if "年龄" in name else f"{name}年龄"
    head, word = _HEADS_ZH.get(q.dimension, (None, ""))
    if hint and head is not None and not head.search(name) and head.search(hint):
        return f"{name}{hint}"
    if head is not None and not head.search(name):
        return f"{name}{word}"
    return name


_OF_A_ROLE_ZH = re.compile(rf"{words_zh.ROLE.pattern}(?:的|可以?|能够?|(?=单[个笔次张]|每[次日天月年笔]|一次))")
_VERB_ZH = re.compile(r"(?:填写|输入|上传|提交|选择|录入|提供|设置|使用|发送|导入|创建|填|传)+")
_OF_ZH = re.compile(
    r"\s?(?:及?以[上下内])?的(?!部分)(?P<of>(?:(?![才可应须必不])[\u4e00-\u9fff]){2,8}?)(?=[由经][\u4e00-\u9fff]{2}|[，,。；;、]|$)"
)
_UNDONE_ZH = re.compile(
    r"\s?(?:(?:以|之)?内)?(?P<undone>(?:仍|还)?(?:未|没有|无)[\u4e00-\u9fff]{1,6}?)(?=的|时|后|则|应|将|即|就|会|自动|[，,。；;]|$)"
)
# "在下单后 30 分钟内完成支付": the time is that of what is done.
_WITHIN_ZH = re.compile(
    r"\s?(?:以|之)?内(?:必须|应当?|须|需)?(?P<done>(?:完成)?(?:支付|付款|审批|审核|处理|归还|回复|提交|提出|确认|签收|发货|缴纳|领取|登录|响应|退款|"
    r"缴费|上传|补充|修改|取消|申请|送达|交付|评价|报名|签到|关闭|打开|停止|启动|断开|切换)[\u4e00-\u9fff]{0,4}?)(?=[，,。；;的]|$)"
)
_TOPIC_ZH = re.compile(r"^(?P<topic>[\u4e00-\u9fff]{2,8}?)(?:的[\u4e00-\u9fff]{2,4})?(?:应|必须|须|不得|不能|可以|只能|需|可)")


def _topic_zh(text: str, unit: Unit) -> str:
    """What the first clause of the sentence is about: "密码应包含 …，长度 …" is about the password."""
    begin = max(text.rfind(mark, 0, unit.part.start) for mark in "。；\n") + 1
    found = _TOPIC_ZH.match(text[begin : begin + 40].lstrip())
    return found["topic"] if found and not words_zh.SYSTEM.match(found["topic"]) else ""


def _owner_zh(unit: Unit) -> str:
    """What the whole rule is about: its subject, where that is a thing with a name."""
    modal = words_zh.MODAL.search(unit.part.text)
    owner = unit.part.text[: modal.start()].strip() if modal else ""
    return owner if 2 <= len(owner) <= 12 and not words_zh.SYSTEM.match(owner) and not re.search(r"[，,、 时]", owner) else ""


def _after_zh(text: str, q: Quantity) -> str:
    """ "2 秒内响应": the verb after a duration names it."""
    if q.dimension != "duration":
        return ""
    after = re.match(
        r"\s?(?:以内|之内|内)?(?:无|未)?([\u4e00-\u9fff]{2,4}?)(?=[，,。；;的并或且后时]|$)", text[q.end : q.end + 12]
    )
    return f"{after[1]}时间" if after else ""
