"""What a row of a table says: its id, and which of its cells make its requirement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from testgen_runtime.documents import normative
from testgen_runtime.documents.columns import Role, role_of, told
from testgen_runtime.documents.identifiers import cell_id, is_bare_number

_ID_COLUMN: Final = re.compile(
    r"(?:.*\b(?:id|no|number|identifier|key|ref|reference)\b.*|.*编号.*|.*标识.*|序号|#|req(?:uirement)?s?)", re.IGNORECASE
)
_OWN: Final = (
    r"(?:(?:business |functional |user )?(?:requirement|req|rule|item|story|feature|issue|use case|criterion)s?[ .]{0,2})?"
)
_OWN_ZH: Final = r"(?:(?:业务|功能|用户)?(?:需求|规则|条目|条款|功能|故事|用例|要求))?"
_IDS: Final = re.compile(
    rf"{_OWN}(?:id|identifier|key)|{_OWN_ZH}\s?(?:编号|标识|ID)|需求号", re.IGNORECASE
)  # fmt: skip
"""Columns whose numbers are ids, if only "1", "2", "5"."""
_NUMBERS: Final = re.compile(rf"{_OWN}(?:nos?|nr|number|num)\.?|#|序号|{_OWN_ZH}号", re.IGNORECASE)
"""Columns that number rows: an id as long as no other table of the document counts anew."""
_STATES: Final = re.compile(
    r"requirement|description|statement|text|rule|shall|specification|behaviou?r|story|acceptance|conditions of satisfaction|"
    r"definition of done|expected (?:result|outcome)|(?:预期|期望)(?:结果|行为)|需求|描述|内容|要求|规则|说明|故事|验收|接受标准",
    re.IGNORECASE,
)
_CRITERIA: Final = re.compile(
    r".*(?:acceptance (?:criteri|test|condition)|conditions of satisfaction|definition of done|"
    r"验收(?:标准|条件|准则)|接受标准).*",
    re.IGNORECASE,
)
_DESCRIBES: Final = re.compile(
    r".*(?:\b(?:types?|names?|titles?|points?|estimates?|links?|keys?|category|source|status|id|owner|group|class|version|level|date|number|reference)|"
    r"类型|类别|名称|标题|来源|状态|分类|级别|版本|编号|日期|提出人|人)\W*",
    re.IGNORECASE,
)
_REQUIRES: Final = re.compile(r"requirement|shall|rule|story|需求|规则|要求|故事", re.IGNORECASE)
_REMARK: Final = re.compile(r"\W*(?:说明|explanations?|补充说明|text)\W*", re.IGNORECASE)
_TITLE: Final = re.compile(r".*(?:summary|title|subject|feature|name|主题|标题|概要|摘要|名称|功能).*", re.IGNORECASE)
_NOTHING: Final = frozenset({"", "-", "—", "–", "/", "N/A", "n/a", "无"})
_LIST_MARK: Final = re.compile(r"(?m)^[ \t]*(?:[*#]{1,4}|[•●])[ \t]+(?=\S)")
_ENDED: Final = (".", "。", "!", "！", "?", "？", ";", "；", ":", "：")


@dataclass(frozen=True, slots=True)
class Row:
    """`stating` are the cells that make its requirement, none where it has none; `counted`: the id is a row's number."""

    given: str | None
    id_at: int | None
    stating: tuple[int, ...]
    counted: bool = False


def read(headers: Sequence[str], cells: Sequence[str]) -> Row:
    """Read the clean cells of a row under their columns' heads."""
    texts = [" ".join(cell.split()) for cell in cells]
    filled = [index for index, text in enumerate(texts) if text not in _NOTHING]
    given, id_at = None, None
    for index in filled:
        head = headers[index].strip(" *:：")
        named = _ID_COLUMN.fullmatch(head) is not None
        counts = _IDS.fullmatch(head) is not None or _NUMBERS.fullmatch(head) is not None
        found = cell_id(texts[index], named=named, bare=counts)
        if found and (named or counts or index == filled[0]):
            given, id_at = found, index
            break
    bare = given is not None and is_bare_number(given)
    stating = _stating(headers, texts, [index for index in filled if index != id_at], given=given is not None, bare=bare)
    if bare and not stating:
        given = None
    counted = bare and id_at is not None and not _IDS.fullmatch(headers[id_at].strip(" *:："))
    return Row(given, id_at, stating, counted)


def promises(headers: Sequence[str]) -> bool:
    """Whether the columns are those of requirements: one says that it states them."""
    return any(_is_statement(header) for header in headers)


def sentences(headers: Sequence[str], cells: Sequence[str], row: Row | None = None) -> list[str]:
    """What to write below a row, so that a quote can be cut from it: its requirement, and whether its field may be empty.

    Empty where one cell of one line says it all.
    """
    row = row or read(headers, cells)
    worded = told(headers, cells)
    if worded:
        first = next((i for i, header in enumerate(headers) if role_of(header) is Role.STATEMENT), None)
        further = [i for i in row.stating if i != first and _is_statement(headers[i]) and cells[i].strip() not in worded[0]]
        return [_joined([worded[0], *(cells[i] for i in further)]), *worded[1:]] if further else worded
    if len(row.stating) > 1 or any("\n" in cells[i].strip() for i in row.stating):
        return [_joined([cells[i] for i in row.stating])]
    return []


def together(found: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[str]:
    """What to write below rows (heads, cells) that share one id: one requirement with the obligations of all of them."""
    main: list[str] = []
    further: list[str] = []
    for headers, cells in found:
        row = read(headers, cells)
        told_ = sentences(headers, cells, row) or [cells[i] for i in row.stating]
        main += told_[:1]
        further += told_[1:]
    return [_joined(main), *further] if main else []


def _stating(headers: Sequence[str], texts: Sequence[str], filled: Sequence[int], *, given: bool, bare: bool) -> tuple[int, ...]:
    """The cells under the heads of statements, without those that only name something; else the longest that states something."""
    roles = {index: role_of(headers[index]) for index in filled}
    stating = {i for i in filled if roles[i] is not Role.META and normative.is_requirement(texts[i], item=False, section=())}
    columns = [i for i in filled if _is_statement(headers[i])]
    main = [i for i in columns if not _REMARK.fullmatch(headers[i]) or i in stating] or columns
    sure = [i for i in main if i in stating or _CRITERIA.fullmatch(headers[i])]
    whole = [i for i in main if i in sure or normative.is_statement(texts[i])]
    if sure:
        return tuple(whole)
    if stating:
        return (max(stating, key=lambda i: len(texts[i])),)
    if bare:
        return tuple(whole) if any(_REQUIRES.search(headers[i]) for i in whole) else ()
    if not given:
        return ()
    if main:
        return tuple(whole) or (max(main, key=lambda i: len(texts[i])),)
    if promises(headers):  # the cell that should state it is empty: a title may stand for it, a priority may not
        titles = [i for i in filled if _TITLE.fullmatch(headers[i]) and normative.is_statement(texts[i])]
        return tuple(titles[:1])
    others = [i for i in filled if roles[i] is not Role.META]
    return (max(others, key=lambda i: len(texts[i])),) if others else ()


def _is_statement(header: str) -> bool:
    clean = " ".join(header.split()).strip(" *:：")
    if len(clean) > 60 or not _STATES.search(clean) or _DESCRIBES.fullmatch(clean):
        return False
    return role_of(clean) in (Role.STATEMENT, None)


def _joined(parts: Sequence[str]) -> str:
    """Statements one after the other, each ended; lists keep their lines."""
    texts = [_LIST_MARK.sub("- ", part.strip()) for part in parts]
    lines = any("\n" in text or text.startswith("- ") for text in texts)
    out = texts[0]
    for text in texts[1:]:
        chinese = normative.language_of(out) == "zh"
        end = "" if out.endswith(_ENDED) else "。" if chinese else "."
        out += end + ("\n" if lines else "" if chinese else " ") + text
    return out
