"""Times of day in Chinese statements, as minutes after midnight: "每天 18:00 前提交", "9:00 至 17:30", "不得早于 8:30"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from testgen_runtime.documents.atoms.comparisons import AT_LEAST, AT_MOST, LESS, MORE, Sign

UNIT = "时刻"
"""The unit of a time of day, which is never written: it is shown as hours and minutes."""
_TIME = re.compile(r"(?<![\d:：.])(?P<hour>[01]?\d|2[0-4])[:：](?P<minute>[0-5]\d)(?![\d:：])")
_NEAR_HANZI = re.compile(r"[\u4e00-\u9fff，。；、]")
_SIDES: tuple[tuple[re.Pattern[str], Sign], ...] = (
    (re.compile(r"\s?(?:[（(]含[）)]\s?(?:之|以)?前|(?:及|或)(?:以|之|其)?前)"), AT_MOST),
    (re.compile(r"\s?(?:[（(]含[）)]\s?(?:之|以)?后|(?:及|或)(?:以|之|其)?后|[（(]含[）)]起|起(?!始))"), AT_LEAST),
    (re.compile(r"\s?(?:之|以)?前(?!台|端|往)"), LESS),
    (re.compile(r"\s?(?:之|以)?后(?!台|端)"), MORE),
)
_BEFORE: tuple[tuple[re.Pattern[str], Sign], ...] = (
    (re.compile(r"(?:不[得能可应]?|不[得能]?够?)早于\s?$"), AT_LEAST),
    (re.compile(r"(?:不[得能可应]?|不[得能]?够?)晚于\s?$|最[晚迟](?:为|不超过)?\s?$"), AT_MOST),
    (re.compile(r"[早先]于\s?$"), LESS),
    (re.compile(r"晚于\s?$"), MORE),
)
_DONE = re.compile(
    r"(?P<verb>提交|下单|付款|支付|预约|登录|申请|报名|发布|发货|签到|打卡|入场|到达|取消|退订|办理|借阅|归还|入住|退房|交易|转账|提现|充值|创建|"
    r"上传|申报|发起|受理|登记|缴费|订餐|访问|使用|开放|营业|施工|配送|取件|寄件|购买|兑换|领取|投票|答题|交卷|开始|结束|修改|变更|审批)"
)


def times(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """(start, end, minutes after midnight) of each time of day that stands among Chinese words."""
    for match in _TIME.finditer(text):
        minutes = int(match["hour"]) * 60 + int(match["minute"])
        if minutes <= 24 * 60 and _NEAR_HANZI.search(
            text[max(0, match.start() - 4) : match.start()] + text[match.end() : match.end() + 4]
        ):
            yield match.start(), match.end(), Decimal(minutes)


def side(left: str, right: str) -> tuple[Sign, int, int] | None:
    """The comparison around a time: its sign, how much of `left` and of `right` it takes; None where it compares nothing."""
    for pattern, sign in _BEFORE:
        if found := pattern.search(left):
            return sign, len(left) - found.start(), 0
    for pattern, sign in _SIDES:
        if found := pattern.match(right):
            return sign, 0, found.end()
    return None


def subject(before: str, after: str) -> str:
    """What happens at that time: "…时间" that is named before it, else what is done after it."""
    if named := re.search(r"(?P<name>[\u4e00-\u9fff]{1,8}?时[间刻])[^，。；]{0,10}$", re.split("[，。；]", before)[-1]):
        return re.sub("^(?:用户|系统|的|其|该)+", "", named["name"])
    done = _DONE.search(re.split("[，。；]", after)[0])
    return f"{done['verb']}时间" if done else "时间"


def shown(minutes: Decimal) -> str:
    """Minutes after midnight as they are written: 1079 → "17:59"."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def value(written: str) -> Decimal:
    """A number as it is written, a time of day in minutes after midnight: "17:59" → 1079."""
    hour, _, minute = written.partition(":")
    return Decimal(int(hour) * 60 + int(minute)) if minute else Decimal(written)
