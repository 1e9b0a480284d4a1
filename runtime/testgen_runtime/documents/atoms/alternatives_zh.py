"""Chinese conditions in lists: "满足下列任一条件的用户可以…：（一）…；（二）…", "同时满足以下条件时，…：1. …；2. …"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from testgen_runtime.documents.atoms import words_zh
from testgen_runtime.documents.atoms.clauses import Part, Subordinate, Unit, cut

_LABEL = r"(?:（[一二三四五六七八九十\d]{1,3}）|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}(?:[、)）]|[.．](?!\d))|[①-⑳]|[a-zA-Z][.)、]|[-•*]\s)\s?"
_ITEM = re.compile(rf"\s*{_LABEL}(?P<item>[^；;。\n：:]{{2,120}}?)\s*(?P<end>[；;。，,\n]+|$)\s*(?:或者?|且|并且|以及)?\s*")
_MOST_ITEMS = 20
_ANY = r"任[一何意](?:一?[项个种条])?|之一|其中[一任][项个种条]"
_HEAD = re.compile(
    r"(?P<lead>(?:^|(?<=[。；;\n]))[^。；;\n：:]{0,60}?(?:满足|符合|具备|具有|达到|存在|有|属于|出现|发生)[^。；;\n：:，,]{0,6}?(?:以下|下列|如下|下述)"
    r"(?P<kind>[^。；;\n：:，,的]{0,12}?(?:条件|情形|情况|要求|标准|资格|之一|[项者]))(?P<one>之一|中的?(?:任[一何意](?:一?[项个种条])?|[一任][项个种条]))?(?P<rest>[^。；;\n：:]{0,60}))[：:]"
)
_OF = re.compile(
    r"^的?(?P<noun>[\u4e00-\u9fff]{0,8}?)\s?(?=(?:方可|才能|才可|可以?|应|须|必须|不得|不能|不予|不可|禁止|允许|准予|由|视为|均|一律|系统|享受|有权|无权))"
)
_WHEN = re.compile(r"^(?:时|的时候|的情况下|之?后|的|者)?\s?[，,]\s?(?=\S)")
_SUBJECT = re.compile(
    r"(?:只有|仅当|仅|当|若|如果|如|凡是?|对于|在|同时|必须|应当?|须|需)+$|^(?:只有|仅当|当|若|如果|如|凡是?|对于|在)+"
)


def lists_of_conditions(text: str) -> Iterator[Unit]:
    """The rules whose conditions are a list behind a colon, in the order of the text; linear in it."""
    at = 0
    while (head := _HEAD.search(text, at)) is not None:
        at = head.end()
        items: list[Part] = []
        end = at
        while len(items) < _MOST_ITEMS and (item := _ITEM.match(text, end)) is not None:
            items.append(Part(item.start("item"), item.end("item"), item["item"]))
            end = item.end("end")
            if item["end"].startswith("。"):
                break
            end = item.end()
        if len(items) >= 2 and (unit := _unit(text, head, items, end)) is not None:
            yield unit
            at = end


def _unit(text: str, head: re.Match[str], items: list[Part], end: int) -> Unit | None:
    """The rule of one list; None where its lead-in tells no result."""
    any_of = re.search(_ANY, head["kind"] + (head["one"] or "") + head["rest"][:4]) is not None
    rest = re.sub(rf"^(?:{_ANY})", "", head["rest"])
    start = head.end("rest") - len(rest)
    owner = ""
    if when := _WHEN.match(rest):
        start += when.end()
    elif of := _OF.match(rest):
        owner, start = of["noun"], start + of.end()
    else:
        return None
    main = cut(Part(start, head.end("rest"), text[start : head.end("rest")]), 0, head.end("rest") - start)
    if len(main.text) < 2:
        return None
    before = re.split("满足|符合|具备|具有|达到|存在|有|属于|出现|发生", head["lead"])[0]
    owner = owner or _SUBJECT.sub("", _SUBJECT.sub("", before.strip(" ，,")))
    inside = Part(items[0].start, items[-1].end, text[items[0].start : items[-1].end])
    condition = Subordinate(inside, owner=owner if len(owner) <= 8 else "", items=tuple(items), any_of=any_of)
    begin = head.start("lead") + len(head["lead"]) - len(head["lead"].lstrip())
    if then := words_zh.THEN.match(main.text):
        main = cut(main, then.end(), len(main.text))
    return Unit(Part(begin, end, text[begin:end]), main, "zh", (condition,))
