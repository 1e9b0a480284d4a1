"""What a limit is about: the name that a tester would give the value ("password length", "订单金额")."""

from __future__ import annotations

import re

from testgen_runtime.documents.atoms import words_en, words_zh
from testgen_runtime.documents.atoms.clauses import Unit
from testgen_runtime.documents.atoms.numbers import Dimension, Quantity
from testgen_runtime.documents.vocabulary import words

_RELATIVE_TIME = re.compile(r"\s?(?:of|after|since|from|before|prior to)\s(?:the\s|its\s|a\s|an\s)?[a-z]", re.IGNORECASE)
_FILLERS = words(
    "greater larger longer higher lower shorter smaller fewer older younger bigger equal that which who whose is "
    "are be being was were has have had having with of contain contains containing a an the may "
    "must shall should can will not its take takes last lasts to for been it in by between within either set limited "
    "restricted allow allows allowed consist long only and or also less more than if when while unless where cannot at most "
    "least need needs hold holds include includes including already still currently exactly always expire expires expired "
    "respond responds complete completed locked from their his her any lie lies range ranges vary varies "
    "up empty missing invalid blank corrupt corrupted unreadable encrypted damaged"
)
_STOPS = words(
    "a an the any each every all no shall must should may can will cannot is are was were be been has have had do does that "
    "which who if when whenever unless while only reject rejects refuse refuses deny accept accepts allow allows upload "
    "uploads submit submits enter enters place places for in on at by with to from into and or but not provided once after "
    "before upon than as user's their its his her this these those contain contains support supports limit limits grant "
    "grants apply applies request requests send sends store stores keep keeps add adds process processes if there it they "
    "he she"
)
_HEADS: dict[Dimension, tuple[re.Pattern[str], str]] = {
    "length": (re.compile(r"length|long", re.I), "length"),
    "size": (re.compile(r"size|volume|memory|storage|quota|capacity|bandwidth|space", re.I), "size"),
    "money": (
        re.compile(r"total|amount|price|cost|value|balance|fee|salary|budget|sum|limit|payment|discount|credit|"
                   r"revenue|fare|charge|income|rent|wage|"
                   r"deposit|premium|tax|debt|loan|purchase|withdrawal|transfer|refund|turnover", re.I),
        "amount",
    ),
    "duration": (
        re.compile(r"time|duration|timeout|period|age|interval|delay|lifetime|validity|days|hours|minutes|latency|"
                   r"ttl|term|length|deadline|"
                   r"window|leave|experience|uptime|notice|stay|seniority|tenure", re.I),
        "time",
    ),
}  # fmt: skip
_HEADS_ZH: dict[Dimension, tuple[re.Pattern[str], str]] = {
    "length": (re.compile(r"长度|字数|位数|字符数"), "长度"),
    "size": (re.compile(r"大小|容量|空间|体积|内存|流量|尺寸"), "大小"),
    "money": (re.compile(r"[额价费款薪资总]|余额|预算|金|成本|工资|单价|收入|租"), "金额"),
    "duration": (re.compile(r"时间|时长|天数|[期限]|间隔|年限|周期|分钟数|小时数|日数|年龄|工龄|司龄|时效"), "时间"),
    "percent": (re.compile(r"[率度量比]|比例|折扣|占比|百分比"), "比例"),
}
_TRAILING_ZH = re.compile(
    r"(?:(?:必须|应当|应该|应|须|需要|需|不得|不能|可以|可|均|都|只能|最多|至少|的|已|将|会|其|且|并|或|和|时|"
    r"每次|为|是|在|处于|介于|输入|包含|包括|设置为?|支持|具有|有|满足|"
    r"控制|限制|保持|达|要|连续|累计|允许|能|由|到|于|内|再|才|则))+$"
)
_LEADING_ZH = re.compile(
    r"^(?:只有当|仅当|只有|当|如果|假如|若|如|一旦|除非|只要|对于|凡|且|并且|并(?![发行购])|或者|或|和|则|那么|其中|同时|而且|"
    r"要求|规定|在|的|该|此|其|某|任何|所有|"
    r"系统应当?|系统必须|系统须|系统应该|系统|平台|用户的|[、，,\s])+"
)
_CUT_ZH = re.compile(r"[，,；;：:（(。、\n]")
_JOINT_ZH = re.compile(r"并且|而且|同时|或者|以及|且|或(?!等于|其)")
_AFTER_MODAL_ZH = re.compile(
    r".*(?:应当|应该|必须|可以|不得|不能|只能|允许|拒绝|支持|禁止|需要|(?<![响适反效供对相])应(?!用)|才能|进行|"
    r"(?:提交|上传)(?!日|时|人|者|量|次))"
)


_VERBS = words("falls drops rises reaches goes gets becomes remains stays equals lies exceeds fall drop rise reach")
_GENERIC_ZH = re.compile(r"(?:长度|大小|字数|位数|数量|时长|有效期|容量|金额|期限|内容|最大长度)")


_BE = words("be is are was were been being")
_PARTICIPLES = words("kept held sent set paid made done given taken left shown built spent")
_NOUNS_IN_ED = words("speed feed need seed bed")


_TIMES = (
    ("respon", "response time"), ("answer", "response time"), ("return", "response time"), ("load", "loading time"),
    ("expire", "age"), ("log", "idle time"), ("lock", "lock time"), ("complete", "completion time"),
)  # fmt: skip


def same_subject(a: str, b: str) -> bool:
    """Whether two names mean one parameter: equal, unknown, or one a part of the other."""
    if not a or not b or a == b:
        return True
    if a.isascii() and b.isascii():
        x, y = ({w.rstrip("s") for w in s.lower().split()} for s in (a, b))
        return x <= y or y <= x
    return a in b or b in a


def subject_of(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    """The name of the value that the comparison at `at` bounds; `hint` is a name that stands inside the comparison."""
    if unit.language == "zh":
        return _subject_zh(text, unit, at, q, hint)
    return _subject_en(text, unit, at, q, hint)


def _begin(unit: Unit, at: int) -> int:
    condition = unit.in_condition(at)
    if condition is not None:
        return condition.part.start
    return unit.main.start if unit.main.start <= at else unit.part.start


def _subject_en(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    before = _without_quantities(text[max(_begin(unit, at), at - 160) : at])
    if told := _told_by_verb(before, q):
        return told
    if re.search(r"\bby\s*$", before) and (changed := [name for verb, name in _CHANGES if re.search(rf"\b{verb}", before, re.I)]):
        return changed[0]
    name = _noun_phrase(hint) if hint else _noun_phrase(before)
    if name.lower() in _GENERIC_EN | {"configurable", "adjustable", "settable"} and (owner := owner_of(unit)):
        name = owner
    if hint and name and name in ("length", "size", "duration", "age", "number", "amount", "value"):
        name = " ".join(filter(None, [_noun_phrase(before), name]))
    words_ = name.lower().split()
    system = bool(words_) and (
        words_[-1] in words_en.SYSTEM or (len(words_) == 1 and words_[0] in ("user", "users", "customer", "customers", "they"))
    )
    if (
        re.search(r"\b(?:young|old)er\b|\bof age\b|\bor older\b|\byears old\b", text[at : q.end + 10], re.I)
        and "age" not in words_
    ):
        return "age" if not name or system else f"{_singular(name)} age"
    if q.dimension == "count":
        if re.match(r"number of|count|amount of", name):
            return name
        plural = q.noun if q.noun.endswith("s") else f"{q.noun}s"
        return f"number of {plural}" if q.noun else name
    if (
        not q.unit
        and words_en.ROLE.fullmatch(name)
        and re.match(r"(?:under|over|below|above|younger|older|at least|not)\b", text[at : q.start], re.I)
    ):
        return f"{_singular(name)} age"
    if q.dimension in ("other", "percent"):
        return "value" if words_en.ROLE.fullmatch(name) and q.unit else _singular(name)
    if q.dimension == "size" and (
        kind := re.match(r"(?:[A-Z][A-Z\d]+\s)+(?=(?:files?|images?|documents?|photos?|videos?)$)", name)
    ):
        name = name[kind.end() :]
    if q.dimension == "duration" and (idle := re.match(r"\swithout\s((?:any\s|an?\s)?[a-z][\w-]*)", text[q.end : q.end + 40])):
        return f"time without {idle[1].removeprefix('any ')}"
    if (
        q.dimension == "duration"
        and name
        and not system
        and re.search(r"\b(?:expires?|valid(?:ity)?)\b", text[max(0, at - 24) : at])
    ):
        return f"{_singular(name)} age"
    head, suffix = _HEADS.get(q.dimension, (None, ""))
    relative = (
        _RELATIVE_TIME.match(text, q.end) if q.dimension == "duration" and not (head and name and head.search(name)) else None
    )
    if not name or system or relative:
        return _fallback_en(text, unit, q, words_ if not system else [])
    if head is not None and not head.search(name):
        return f"{_singular(name)} {suffix}"
    return _singular(name) if q.dimension == "money" else name


_GENERIC_EN = frozenset(
    {
        "integer",
        "whole number",
        "number",
        "decimal",
        "value",
        "positive integer",
        "decimal number",
        "natural number",
        "integer number",
    }
)
_STAYS = re.compile(
    r"^(?:(?:the|an?|any|each|its)\s)?(?P<what>[\w-]+(?:\s[\w-]+){0,3}?)\s(?P<verb>stays|remains|is|has been|has remained|was)\s"
    r"(?P<how>(?!not\b|at\b|above\b|below\b|in\b|over\b|under\b|for\b)[a-z]+)(?:\sfor)?\s*$",
    re.IGNORECASE,
)
_WEIGHS = re.compile(
    r"(?P<what>[A-Za-z-]+)\s(?:(?:that|which)\s)?(?:(?:shall|must|may|can|should|will)\s(?:not\s)?)?weigh(?:s|ing)?\s*$",
    re.IGNORECASE,
)


_CHANGES = (
    ("extend|prolong", "extension"), ("increas|rais", "increase"), ("reduc|lower|decreas|shorten", "reduction"),
    ("delay", "delay"), ("postpon", "postponement"),
)  # fmt: skip
"""What a change "by at most …" is called."""


def _without_quantities(before: str) -> str:
    """ "the pressure is above 10 bar for" → "the pressure is for": what another comparison says names nothing here."""
    return re.sub(
        r"\s(?:above|below|over|under|at least|at most|more than|less than|up to|exceeds)\s-?[\d.,]+\s?(?:%|[°A-Za-z/]+)?(?=\s)",
        "",
        before,
    )


def _told_by_verb(before: str, q: Quantity) -> str:
    """A name that the verb "
    "gives: "a parcel that weighs" → "parcel weight", "the door stays open for" → "time the door stays open"."""
    if weighs := _WEIGHS.search(before):
        return f"{weighs['what'].lower()} weight"
    if q.dimension == "duration" and (stays := _STAYS.match(before.strip())):
        verb = stays["verb"].lower()
        what = re.sub(r"\s(?:that|which|who)$", "", stays["what"])
        return f"time the {what.lower() if not what[:2].isupper() else what} {verb} {stays['how']}"
    return ""


def _fallback_en(text: str, unit: Unit, q: Quantity, words: list[str]) -> str:
    """A name for a value whose thing the clause names after it or not at all."""
    after = text[q.end : q.end + 60]
    if q.dimension == "duration":
        if done := re.match(r"\s?(?:after|since)\s(?:it|they|he|she)\s(?:was|were|has been|have been|is)\s([a-z]+)", after, re.I):
            return f"time since the {owner_of(unit).lower()} was {done[1]}" if owner_of(unit) else f"time since being {done[1]}"
        if since := re.match(
            r"\s?(?P<when>of|after|since|from|before|prior to)\s(?:the\s|its\s|a\s|an\s)?([a-z][\w-]*(?:\s[a-z][\w-]*)?)",
            after,
            re.I,
        ):
            noun = " ".join(w for w in since[2].split() if w.lower() not in _STOPS and w.lower() != "per")
            if noun:
                when = since["when"].lower()
                within = re.search(r"\b(?:within|up to|no later than)\s(?:the first\s)?$", text[: q.start][-24:], re.I)
                return (
                    f"{noun} time"
                    if when == "of" and not within
                    else f"time before {noun}"
                    if when in ("before", "prior to")
                    else f"time since {noun}"
                )
        clause = unit.part.text.lower()
        return next((name for stem, name in _TIMES if stem in clause), "time")
    if q.dimension in ("size", "length", "money"):
        named = re.match(r"\s(?:long\s)?([a-z][\w-]*)\b", after)
        word = named[1] if named and named[1] not in _STOPS and named[1] not in _FILLERS else ""
        return f"{_singular(word)} {_HEADS[q.dimension][1]}" if word else ""
    return ""


def _noun_phrase(before: str) -> str:
    """The last noun phrase of `before`, without determiners."""
    before = re.split(r"[,;:(]", before)[-1] if not before.rstrip().endswith((",", ":")) else before.rstrip(" ,:")
    tokens = re.findall(r"[A-Za-z][\w'’/-]*", before)
    while tokens:
        low = tokens[-1].lower()
        passive = (
            len(tokens) > 1
            and tokens[-2].lower() in _BE
            and low not in _NOUNS_IN_ED
            and (low.endswith("ed") or low in _PARTICIPLES)
        )
        verb = len(tokens) > 1 and tokens[-2].lower() in ("shall", "must", "should", "may", "can", "will")
        if not (low in _FILLERS or low in _STOPS or low in _VERBS or passive or verb):
            break
        tokens.pop()
    taken: list[str] = []
    while tokens and len(taken) < 6:
        token = tokens.pop()
        low = token.lower()
        if low == "of" and taken:
            while tokens and tokens[-1].lower() in ("the", "a", "an"):
                tokens.pop()
            taken.append("of")
            continue
        if low in ("the", "a", "an", "each", "any", "every") and tokens and tokens[-1].lower() == "of" and taken:
            continue
        if low in _STOPS:
            break
        taken.append(token)
    while taken and taken[-1] == "of":
        taken.pop()
    phrase = list(reversed(taken))
    if phrase and phrase[0][0].isupper() and not phrase[0].isupper() and not any(ch.isupper() for ch in phrase[0][1:]):
        phrase[0] = phrase[0].lower()
    return " ".join(phrase)


def owner_of(unit: Unit) -> str:
    """What the whole rule is about: its grammatical subject, where it is a thing with a short name; "" else."""
    modal = words_en.MODAL.search(unit.main.text)
    name = _noun_phrase(unit.main.text[: modal.start()]) if modal else ""
    return name if 0 < len(name.split()) <= 4 and name.split()[-1].lower() not in words_en.SYSTEM else ""


def plural(name: str) -> str:
    """A noun phrase in the plural: "wrong PIN" → "wrong PINs"."""
    last = name.split()[-1] if name.split() else ""
    if last.endswith("s") and not last.endswith("ss"):
        return name
    if re.search(r"[^aeiou]y$", last):
        return name[:-1] + "ies"
    return name + ("es" if re.search(r"(?:s|x|z|ch|sh)$", last) else "s")


def _singular(name: str) -> str:
    for end, new in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if name.endswith(end) and len(name) > len(end) + 1:
            return name[: -len(end)] + new
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def _subject_zh(text: str, unit: Unit, at: int, q: Quantity, hint: str) -> str:
    before_all = text[max(_begin(unit, at), at - 60) : at]
    before = _CUT_ZH.split(before_all)[-1]
    joined = _JOINT_ZH.split(before)[-1]
    before = joined if len(joined.strip()) >= 2 else before
    before = re.sub(r"(?:大于|小于|高于|低于|等于|超过|不?少于|不?多于|达到|介于|至少|最多)+\s?\d.*$", "", before)
    before = re.sub(r"(?:应当?|必须|须|需)?提前(?:至少|最少)?$", "提前", before.strip())
    name = _LEADING_ZH.sub("", _TRAILING_ZH.sub("", before.strip()).strip()).strip(" “”\"'《》「」")
    modal = _AFTER_MODAL_ZH.match(name)
    if modal and len(name) - modal.end() >= 2:
        name = name[modal.end() :].strip()
    elif modal and modal.end() == len(name):
        name = ""
    name = _LEADING_ZH.sub("", name)
    name = re.sub(r"\s+", "", name) if not re.search("[A-Za-z]", name) else name
    if words_zh.SYSTEM.match(name) or (not name and re.match(r"\s?的部分", text[q.end : q.end + 4])):
        name = ""
    hint = re.sub(r"^(?:可以|可|允许|能|为|是|再)+|[为是]$", "", hint).strip()
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
    if q.dimension == "duration" and (undone := _UNDONE_ZH.match(text, q.end)) and name:
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
            if rate := re.fullmatch(r"(?P<of>.{2,12}?)(?:的?频率|次数)?(?P<per>每[\u4e00-\u9fff]{1,2}?)", base):
                base = f"{rate['per']}{rate['of']}"
            return base if not base or base.endswith(("次数", "数")) else base + "次数"
        noun = q.noun or hint
        if q.noun:
            noun = re.sub(r"(?:以上|以下|以内|及|或|的|时|后|等|之间|且|并|应|必须|须|不).*$", "", q.noun)
        if not noun:
            return name if not name or name.endswith(("数", "量")) else name + "数量"
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


_VERB_ZH = re.compile(r"(?:填写|输入|上传|提交|选择|录入|提供|设置|使用|发送|导入|创建|填|传)+")
_OF_ZH = re.compile(r"\s?(?:及?以[上下内])?的(?!部分)(?P<of>(?:(?![才可应须必不])[\u4e00-\u9fff]){2,8}?)(?=[，,。；;、]|$)")
_UNDONE_ZH = re.compile(r"\s?(?:以|之)?内(?P<undone>(?:仍|还)?(?:未|没有|无)[\u4e00-\u9fff]{1,6}?)(?=的|时|[，,。；;]|$)")
# "在下单后 30 分钟内完成支付": the time is that of what is done.
_WITHIN_ZH = re.compile(
    r"\s?(?:以|之)?内(?:必须|应当?|须|需)?(?P<done>(?:完成)?(?:支付|付款|审批|审核|处理|归还|回复|提交|确认|签收|发货|缴纳|领取|登录|响应|退款|"
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
