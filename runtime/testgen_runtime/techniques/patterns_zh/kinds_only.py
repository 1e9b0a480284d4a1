"""Kinds of things that alone are taken, told in one sentence, and the others in another: "本行只收黄金饰品、名表、机动车三类
当物。录入其他类别（如房产、字画）时，系统应给出错误提示". Each is accepted, one beside them refused (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.documents.atoms.numerals import chinese_number
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import HAN, point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.view import View

_VALUE: Final = r"(?:“[^“”，；]{1,16}”|[A-Za-z0-9.+#-]{1,12}|(?:(?![或和与及])[\u4e00-\u9fff]){1,10}?)"
_LIST: Final = rf"(?P<list>{_VALUE}(?:(?:、|以及|和|及|与|或者?){_VALUE}){{1,7}})"
_TAKES: Final = (
    r"(?:只|仅|仅限|只限)(?:能|可以?)?(?P<take>收购|收取|收|受理|接收|接受|支持|承接|办理|采购|提供|出租|承运|托运|检测|登记)"
)
_COUNTED: Final = rf"(?P<count>[两二三四五六七八九])(?:类|种|项|个)(?P<kind>{HAN}{{2,4}}?)(?:的(?P<act>{HAN}{{2,6}}?))?"
_OTHERS: Final = (
    rf"(?:若|如果?|对于?|凡)?(?P<deed>{HAN}{{0,6}}?)(?:其他|其它|其余)(?:类别|种类|类型|品类|(?P=kind))(?:的(?P<thing>{HAN}{{1,6}}))?"
    rf"(?:（(?:如|例如|比如)?(?P<named>[^（）]{{2,24}}?)等?）)?(?:的?{HAN}{{0,4}}?)?(?:时|的)?，?(?P<no>[^；，]{{0,20}}?{REFUSAL}[^；]{{0,20}})"
)
_SHAPE: Final = re.compile(rf"{HAN}{{0,12}}?{_TAKES}{_LIST}{_COUNTED}；{_OTHERS}")
_NO_OTHER: Final = re.compile(r"除非|如果|\d|本人|之前|之后|期间")


def points(view: View) -> Iterator[TestPoint]:
    """Each kind of the list, and those that are named as others; nothing where they are not as many as told."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or _NO_OTHER.search(found["no"]):
        return
    taken = tuple(lists.split(found["list"]))
    kind = found["kind"]
    others = tuple(lists.split(found["named"])) if found["named"] else (f"未列出的{kind}",)
    if len(taken) != chinese_number(found["count"].replace("两", "二")) or set(taken) & set(others):
        return
    deed = found["deed"] or found["take"]
    no = re.sub("^(?:系统|平台)?(?:一律|均|都|应当?|将|会|须){0,2}", "", found["no"])
    for one in (*taken, *others):
        ok = one in taken
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={kind: Input(one, "", "text" if ok or found["named"] else "example")},
            preconditions=(),
            do=f"{deed}{kind}“{one}”。",
            see=f"系统接受该{kind}。" if ok else f"系统{no}。",
            reason="列出的类别" if ok else "未列出的类别",
            weight=0.9 if ok else 0.92,
            title=f"{kind}为“{one}”",
        )
