"""Both sides of one bound, whatever happens on them, as long as one of them refuses: "补考成绩达到 60 分的准予毕业，
60 分以下的不准予毕业", "取车前 4 小时以上取消订单的免收违约金，不足 4 小时的不能免收"; or asks for what the other side goes
without: "1.2 米以下的儿童免票，1.2 米及以上的儿童须购票" (29119-4, 5.2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents.model import Actor, Condition, Limit
from testgen_runtime.techniques.model import TestPoint
from testgen_runtime.techniques.patterns_zh.bounds import NUMBER
from testgen_runtime.techniques.patterns_zh.sides import SIDE, Side, meeting
from testgen_runtime.techniques.patterns_zh.telling import HAN, of_bound, statement
from testgen_runtime.techniques.trees import Act
from testgen_runtime.techniques.view import View, overlap

_CLAUSE: Final = r"[^，；。\d]*(?:，[^，；。\d]*)?"
_SHAPE: Final = re.compile(
    rf"(?:当|若|如果?|凡|对于?)?(?P<what>{HAN}{{0,14}}?)(?P<first>{SIDE}|{NUMBER}内)(?P<one>{_CLAUSE})"
    rf"[，；。](?:而|但是?|若|如果?|当)?(?P<again>{HAN}{{0,14}}?)(?P<second>{SIDE})(?P<two>{_CLAUSE})"
)
_ASIDE: Final = re.compile(r"(?P<number>\d[\d.]*[^\d，。；（）]{1,4})（(?P<told>不?含)(?:本数)?）(?P<side>以[上下])")
_MORE: Final = re.compile("且|或|同时|除非|除外|除了|其中|其他|其它|其余|分别|每")
"""What may bring in a condition beside the bound."""
_ONE_SIGN: Final = re.compile("[及或]以[上下]|(?:等于|达到)或|或等于|或者?更")
"""Its 或 joins no two conditions."""
_NO: Final = re.compile(
    r"置灰|灰显|不得|不能|不可(?!避免)|不允许|不准|不予|不再|不受理|不接受|不通过|不支持|不享受?|不具备|不发放?|不提供|无法|无权|禁止|严禁|拒绝|驳回|退回|失败|无效|"
    r"停止(?!使用|收)[\u4e00-\u9fff]|暂停(?=[\u4e00-\u9fff])|提示[^，；]{0,8}(?:不|错误|失败|无法)"
)
_UNSURE: Final = re.compile("不得不|不能不|不可不|不(?:得|能|可以?|允许)(?:拒绝|驳回|禁止)|不再(?:需|须|收)|取消(?:限制|禁止)")
_FREE: Final = re.compile(
    r"^(?:可以?|均可|一律|均|全部)?(?P<free>免[\u4e00-\u9fff]{1,6}|(?:无需|不需要?|无须|不必|不用)[\u4e00-\u9fff]{2,8})$"
)
_OWED: Final = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,4}时，?)?(?:则|均|一律)?(?:必须|应当?|须|需要?)(?:另行|自行|额外)?(?P<owed>[\u4e00-\u9fff]{2,10})$"
)
_PERMITS: Final = re.compile(
    "^(?:(?:则|就|便|均|都|一律|方|才)?(?:由?系统|平台|柜台|前台)?(?:则|将|会|应当?|一律|均)?"
    "(?:可以|可(?!见|用|信)|能够|能|允许|准予|准许|予以|给予|有权)?)"
)
_BY_UNIT: Final = {"米": "身高", "厘米": "身高", "岁": "年龄", "周岁": "年龄"}


@dataclass(frozen=True, slots=True)
class _Result:
    """What happens on one side: to what is done (`deed`, "" where nothing is named), and what is seen."""

    deed: str
    thing: str
    seen: str

    @property
    def refuses(self) -> bool:
        return _NO.search(self.seen) is not None


def points(view: View) -> Iterator[TestPoint]:
    """The values at and beside the bound; nothing where the sides do not meet in it, or where both of them permit."""
    whole = re.sub(r"\s+", "", view.requirement.text).rstrip("。；;.")
    told = statement(view) or (whole.replace("。", "；") if whole.count("。") == 1 else "")
    text = _ASIDE.sub(_with_aside, told)
    found = _SHAPE.fullmatch(text)
    if found is None or _MORE.search(_ONE_SIGN.sub("", text)) or _UNSURE.search(text):
        return
    first, second = _result(found["one"]), _result(found["two"])
    shared = _shared(first.seen, second.seen)
    if not shared and (named := re.match(r"[\u4e00-\u9fff]{2,4}?(?=免[\u4e00-\u9fff])", first.seen)):
        shared = named[0]  # "1.2 米以下的儿童免票，1.2 米以上须购票"
    what = found["what"] or shared
    if found["again"] not in found["what"] or not what or (first.deed and second.deed and first.deed != second.deed):
        return
    one, _ = meeting(found["first"], found["second"], what)
    if one is None or not first.seen or not second.seen:
        return
    act = _act(first, second, shared)
    if act is None:
        return
    accepts = not first.refuses if first.refuses != second.refuses else _FREE.match(_after(first.seen, shared)) is not None
    if first.refuses != second.refuses and _is_known(view, one.limit, accepts=accepts):
        return
    yield from of_bound(view, one.limit, _name(one, found["what"], shared), act, accepts=accepts)


def _with_aside(found: re.Match[str]) -> str:
    """ "1.2 米（含）以下" as "1.2 米及以下"."""
    if found["told"] == "含":
        return f"{found['number']}及{found['side']}"
    return f"{found['number']}{found['side']}（{found['told']}）"


def _is_known(view: View, limit: Limit, *, accepts: bool) -> bool:
    """Whether the general reading has the same side of the bound as the accepted one: it says more of what is done."""
    known = [value for _, value in view.of(Limit)]
    limits = [atom for atom, _ in view.of(Limit)]
    if any(re.search(r"\d", atom.text) for atom, _ in view.of(Actor)):
        return False  # it takes a side for what somebody does
    if any(re.search(r"\d", atom.text) and not any(overlap(atom, one) for one in limits) for atom, _ in view.of(Condition)):
        return False  # it takes the other side for a condition of its own
    if len(known) != 1 or not known[0].accepts:
        return False
    told = [(end.value, end.inclusive) if end else None for end in (known[0].lower, known[0].upper)]
    mine = [(end.value, end.inclusive) if end else None for end in (limit.lower, limit.upper)]
    turned = [(end[0], not end[1]) if end else None for end in reversed(mine)]
    return told == (mine if accepts else turned)


def _act(first: _Result, second: _Result, shared: str) -> Act | None:
    """What is done on both sides, with its two results; None where it is not clear which of them is the refusal."""
    if first.refuses != second.refuses:
        yes, no = (second, first) if first.refuses else (first, second)
        permitted = _after(yes.seen, shared)
        done = _PERMITS.sub("", permitted, count=1).lstrip("，")
        done = re.sub("^(?:正常|照常|直接)(?=[\u4e00-\u9fff]{2})", "", done)
        done = done.removesuffix("有效") if len(done) > 3 else done
        deed = first.deed or second.deed
        told = (
            f"{deed}。" if deed else f"申请{done}。" if 1 < len(done) <= 12 and "，" not in done else f"提交{shared or '申请'}。"
        )
        granted = f"系统{permitted}。" if not permitted.startswith(("系统", "由", "平台", "柜台", "前台")) else f"{permitted}。"
        refused = _after(no.seen, shared)
        if not _of_one_act(refused, f"{no.deed}{yes.deed}{permitted}"):
            return None
        return Act(told, granted, f"系统{refused}。" if _NO.match(refused) else f"{refused}。")
    told_free = next((m for r in (first, second) if (m := _FREE.match(_after(r.seen, shared)))), None)
    owed = next((m for r in (first, second) if (m := _OWED.match(_after(r.seen, shared)))), None)
    if first.refuses or told_free is None or owed is None or not set(told_free["free"]) & set(owed["owed"]):
        return None
    return Act(
        f"{shared}申请{told_free['free']}。",
        f"系统允许{told_free['free']}。",
        f"系统不允许{told_free['free']}，要求{owed['owed']}。",
    )


def _of_one_act(refused: str, permitted: str) -> bool:
    """Whether what is refused may be what is permitted: "停止售票" and "可购票", but not "关闭会话" and "办理退款"."""
    left = re.sub(rf"{_NO.pattern}|系统|平台|应当?|须|将|一律|均|予以|被|请求|申请|[，时的]", "", refused)
    return len(left) < 2 or any(char in permitted for char in left[-4:])


def _result(clause: str) -> _Result:
    """ "取消订单的免收违约金" → (取消订单, 免收违约金); "的儿童免票" → ("", 儿童免票)."""
    clause = clause.strip("，")
    deed, mark, seen = "", "", clause
    if found := re.match(r"(?P<deed>[\u4e00-\u9fff]{0,10}?)(?P<mark>的时候|的|时)，?(?P<seen>.+)", clause):
        deed, mark, seen = found["deed"], found["mark"], found["seen"]
    if _NO.search(deed):
        return _Result("", "", clause)
    if re.match("[未没不无]", deed):  # "超过 30 分钟未支付的": what the time is counted without
        deed = ""
    return _Result(deed, mark, seen)


def _shared(one: str, other: str) -> str:
    """The thing that both results begin with: "儿童免票", "儿童须购票" → 儿童."""
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    words = re.sub("(?:[可不应须需必由准允]|系统|平台)+$", "", one[:same])
    return words if 2 <= len(words) <= 8 and "，" not in words else ""


def _after(seen: str, shared: str) -> str:
    return seen.removeprefix(shared).lstrip("，")


def _name(one: Side, what: str, shared: str) -> str:
    if what.endswith("前") and one.limit.dimension == "duration":
        return f"距{what.removesuffix('之前').removesuffix('前')}时间"
    if not what and (kind := _BY_UNIT.get(one.limit.unit)):
        return f"{shared}{kind}"
    return one.name
