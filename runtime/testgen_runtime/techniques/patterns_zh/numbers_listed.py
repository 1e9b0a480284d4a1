"""Numbers that a setting takes, and no others: "屏幕亮度只能设置为 25%、50%、75% 或 100%，设置为其他数值时系统应拒绝".

Each number is tried, and some beside them (29119-4, 5.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.model import Enumeration
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.partitions import numbers_beside
from testgen_runtime.techniques.patterns_zh.telling import HAN, point, statement
from testgen_runtime.techniques.view import View

_UNIT: Final = r"(?:%|％|℃|个月|个工作日|分钟|小时|(?![一二两三四五六七八九种类])[\u4e00-\u9fff]{1,3}?|[A-Za-z]{1,4})"
_LIST: Final = rf"(?P<list>\d{{1,6}}{_UNIT}?(?:(?:、|以及|和|及|与|或者?)\d{{1,6}}{_UNIT}?){{1,9}})"
_SHAPE: Final = re.compile(
    rf"(?P<what>{HAN}{{2,14}}?)(?:(?:只|仅)?(?:能|可以?|允许|支持)|必须|应当?|须)?(?P<set>设置|设定|选择|填写|调整|配置|选用|输入|按)?(?:为|成|是)?{_LIST}"
    rf"(?P<count>(?:[两二三四五六七八九]|\d)(?:种|类|个|项|档))?(?P<kind>[\u4e00-\u9fff]{{0,6}}?)(?P<more>发放|计算|收取|执行)?"
    rf"[，；](?:若|如果?|当)?(?P<deed>(?:设置|设定|选择|填写|调整|配置|选用|输入)?)(?:为|成)?(?:其他|其它|其余)(?:任何|任意)?[\u4e00-\u9fff]{{1,6}}?(?:的|时){{0,2}}(?P<thing>[\u4e00-\u9fff]{{0,4}}?)，?"
    rf"(?:系统|平台|设备)?(?:应当?|须|将|一律|均|则){{0,2}}(?:予以|被)?(?P<no>拒绝|退回|驳回|报错|不予[\u4e00-\u9fff]{{2,4}}|不允许|不接受|无效|提示[\u4e00-\u9fff]{{2,8}})[\u4e00-\u9fff]{{0,6}}"
)


def points(view: View) -> Iterator[TestPoint]:
    """Each number, and those beside them; nothing where the numbers have different units."""
    found = _SHAPE.fullmatch(statement(view))
    if found is None:
        return
    parts = re.findall(rf"(\d+)({_UNIT}(?=$|[、以和及与或]))?", found["list"])
    known = {value for _, told in view.of(Enumeration) for value in told.allowed}
    if {n for n, _ in parts} == {re.sub(r"\D", "", value) for value in known}:
        return  # the general reading has the list
    numbers, units = [int(n) for n, _ in parts], {unit for _, unit in parts if unit}
    if len(set(numbers)) != len(numbers) or len(units) > 1:
        return
    unit = next(iter(units), "")
    what = found["what"] if not found["more"] else f"{found['kind']}" or found["what"]
    name, verb = what, found["set"] if found["set"] not in (None, "按") else found["deed"] or "设置"
    for number in (*numbers, *numbers_beside(numbers)):
        ok = number in numbers
        value = f"{number}{unit}" if not unit or unit in "%％℃" else f"{number} {unit}"
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={name: Input(value, "", "text" if ok else "example")},
            preconditions=(),
            do=f"将{what}{verb}为 {value}。",
            see=f"{verb}成功。"
            if ok
            else f"系统{found['no']}该数值。"
            if found["no"] in ("拒绝", "退回", "驳回", "不接受")
            else f"系统{found['no']}。",
            reason="列出的值" if ok else "未列出的值",
            weight=0.9 if ok else 0.92,
            title=f"{what}为 {value}",
        )
