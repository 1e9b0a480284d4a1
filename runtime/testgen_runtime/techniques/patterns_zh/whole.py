"""A Chinese requirement of a few sentences and list lines as one line of clauses."""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.techniques.view import View

ITEM: Final = "｜"
"""What stands before each line of a list."""
_LINE: Final = re.compile(r"\s*(?:[-*+•·●▪]\s|\(?\d{1,2}[.)、]|（[\d一二三四五六七八九十]{1,2}）|[①-⑩])\s*")
REFUSAL: Final = (
    r"(?:不予|不得|不能|不可(?!避免)|不允许|不准|不被|不再|无法|无权|禁止|严禁|拒绝|驳回|退回|拦截|阻止|中止|报错|失败|"
    r"不通过|不成功|不受理|不接受|不支持|提示[^，；]{0,10}?(?:错误|不|无|有误|失败))"
)
"""What says that something is turned away."""
SURELY: Final = "(?:均|都|一律|应予以?|应当?|将|会|须|予以|则|被){0,3}"


def refused(words: str) -> str:
    """What becomes of it, without who sees to that and how surely: "系统应予以驳回" → "驳回"."""
    return re.sub(f"^(?:系统|平台)?{SURELY}", "", words)


def whole(view: View) -> str:
    """The requirement without blanks, its sentences joined by "；", each list line behind ITEM; "" where it asks something or
    has more than three sentences."""
    parts: list[str] = []
    listed = False
    for line in view.requirement.text.replace(";", "；").split("\n"):
        text = re.sub(r"\s+", "", line)
        mark = _LINE.match(line)
        if mark:
            parts.append(ITEM + re.sub(r"\s+", "", line[mark.end() :]).rstrip("；，。、"))
        elif text:
            parts.append(f"；{text}" if listed else text)
        listed = mark is not None or (listed and not text)
    told = "".join(parts).rstrip("。；.")
    told = told if re.search(r"\d,\d", told) else told.replace(",", "，")
    return "" if re.search("[！？!?]", told) or told.count("。") > 2 else told.replace("。", "；")


def akin(one: str, other: str) -> bool:
    """Whether two clauses share a word of two characters: "参加第一批次录取", "申请第一批次"."""
    return any(one[i : i + 2] in other for i in range(len(one) - 1))
