"""Days of the week on which something may be done, and those on which it may not: "周一至周五可预约参观，周六、周日不接受预约",
"仅工作日受理退款申请". Each day that the text decides about is tried (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point, statement
from testgen_runtime.techniques.view import View

_WEEK: Final = "一二三四五六日"
_DAY: Final = r"(?:每)?(?:周|星期|礼拜)[一二三四五六日天]"
_DAYS: Final = (
    rf"(?:{_DAY}(?:[至到]|~|～|-){_DAY}|{_DAY}(?:(?:、|以及|和|及|与|或者?)(?:{_DAY}|[一二三四五六日天](?![\u4e00-\u9fff]))){{0,5}}|"
    r"(?:每周)?工作日|周末|双休日)"
)
_YES: Final = r"(?:均|都)?(?:可以?|允许|开放|接受|受理|办理|提供|能够?|支持)(?:进行)?"
_NO: Final = (
    r"(?:均|都|一律|则)?(?:不(?:接受|受理|得|可以?|能|允许|开放|办理|提供|支持|予)|暂停|停止|禁止|闭馆|休息|拒绝)(?:进行)?"
)
_BOTH: Final = re.compile(
    rf"(?P<lead>[\u4e00-\u9fff]{{0,10}}?)(?:在|于)?(?P<may>{_DAYS})(?:期间)?{_YES}(?P<act>[\u4e00-\u9fff]{{2,10}}?)"
    rf"[，；](?:而|但)?(?:在|于)?(?P<not>{_DAYS})(?:期间)?(?P<no>{_NO}[\u4e00-\u9fff]{{0,10}})"
)
_ONLY: Final = re.compile(
    rf"(?P<lead>[\u4e00-\u9fff]{{0,10}}?)(?:仅|只)(?:限|能|可以?)?(?:在|于)?(?P<may>{_DAYS})(?:期间)?(?:{_YES})?(?P<act>[\u4e00-\u9fff]{{2,10}}?)"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each day that is named; with "only" every other day of the week as well."""
    text = statement(view)
    found = _BOTH.fullmatch(text) or _ONLY.fullmatch(text)
    if found is None:
        return
    may = days(found["may"])
    denied = days(found["not"]) if found.re is _BOTH else tuple(f"周{day}" for day in _WEEK if f"周{day}" not in may)
    if not denied or set(may) & set(denied):
        return
    act = found["act"]
    no = f"系统不允许{act}。" if found.re is _ONLY else f"{found['no']}。"
    for day in sorted({*may, *denied}, key=lambda d: _WEEK.index(d[-1])):
        ok = day in may
        told = found.re is _BOTH or ok
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={"星期": Input(day, "", "text" if told else "example")},
            preconditions=(),
            do=f"在{day}{'提交' if act.endswith(('申请', '请求')) else ''}{act}。",
            see=f"系统允许{act}。" if ok else no,
            reason="允许的日期" if ok else "不允许的日期",
            weight=0.9 if ok else 0.92,
            title=day,
        )


def days(words: str) -> tuple[str, ...]:
    """ "周一至周五", "周六、周日", "工作日": each day of them, Sunday as 日."""
    if "工作日" in words:
        return tuple(f"周{day}" for day in _WEEK[:5])
    if words in ("周末", "双休日"):
        return tuple(f"周{day}" for day in _WEEK[5:])
    named = [day.replace("天", "日") for day in re.findall("[一二三四五六日天]", words)]
    if len(named) == 2 and re.search("[至到~～-]", words):
        first, last = (_WEEK.index(day) for day in named)
        return tuple(f"周{day}" for day in (_WEEK * 2)[first : last + 1 + (7 if last < first else 0)])
    return tuple(dict.fromkeys(f"周{day}" for day in named))
