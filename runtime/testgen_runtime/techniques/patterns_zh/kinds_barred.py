"""What is open to all kinds of things but for some, told by name: "各类失物均可申请邮寄归还，但现金、危险品、活体动物除外：对
这三类失物提交邮寄申请时，系统应拒绝". Each of those is refused, another one accepted (29119-4, 5.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from testgen_runtime.documents.atoms import lists
from testgen_runtime.techniques.model import Input, Technique, TestPoint
from testgen_runtime.techniques.patterns_zh.telling import point
from testgen_runtime.techniques.patterns_zh.whole import REFUSAL, whole
from testgen_runtime.techniques.view import View

_NAME: Final = "(?![或和与及])[\u4e00-\u9fffA-Za-z]{1,8}?"
_LIST: Final = rf"(?P<list>{_NAME}(?:(?:、|以及|和|及|与|或){_NAME}){{0,6}})"
_SHAPE: Final = re.compile(
    r"(?:各类|各种|所有|任何|一切|凡)(?:的)?(?P<noun>[\u4e00-\u9fff]{1,4}?)(?:均|都|皆)?(?:可以?|能够?|允许)(?P<act>[\u4e00-\u9fff]{2,12}?)，"
    rf"(?:但是?|只是|唯)?{_LIST}(?:除外|例外|不在此列)(?:[：，；](?P<rest>[^；]{{4,40}}))?"
)
_SAID: Final = re.compile("[的时未已有无不]|超过|以上|以下")


def points(view: View) -> Iterator[TestPoint]:
    """Each kind that is named, refused, and one that is not; nothing where what follows says more than the refusal."""
    found = _SHAPE.fullmatch(whole(view))
    if found is None or (found["rest"] and not re.search(REFUSAL, found["rest"])):
        return
    barred, noun, act = tuple(lists.split(found["list"])), found["noun"], found["act"]
    if any(_SAID.search(one) for one in barred):
        return
    for one in (*barred, f"其他{noun}"):
        ok = one not in barred
        yield point(
            view,
            technique=Technique.EQUIVALENCE_PARTITIONING,
            ok=ok,
            inputs={f"{noun}类别": Input(one, "", "example" if ok else "text")},
            preconditions=(),
            do=f"为“{one}”{act}。",
            see=f"系统允许{act}。" if ok else f"系统不允许{act}。",
            reason="不在除外之列" if ok else "在除外之列",
            weight=0.9 if ok else 0.92,
            title=f"{noun}类别为“{one}”",
        )
