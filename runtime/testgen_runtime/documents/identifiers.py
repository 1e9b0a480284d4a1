"""Requirement ids: those that stand in the text, and made-up ones that survive a new version of the document."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from testgen_runtime.documents.vocabulary import words

_DASHED = r"[A-Z][A-Za-z0-9]{0,11}(?:[-_.][A-Za-z][A-Za-z0-9]{0,11}){0,4}[-_]\d{1,6}(?:[.\-_]\d{1,4}){0,5}[a-z]?"
_TIGHT = r"[A-Z]{2,8}\d{1,6}(?:\.\d{1,4}){0,5}"
_SINGLE = r"[A-Z]\d{1,5}(?:\.\d{1,4}){0,5}"
_PATH = r"/(?:req|rec|per|conf|requirements?|recommendations?|permissions?)(?:/[A-Za-z0-9_.\-]{1,60}){1,8}"
_WORDED = r"(?:Requirement|Req\.?|Rule|需求|规则|要求)\s?(?:No\.?|#)?\s?\d{1,5}(?:\.\d{1,4}){0,4}"
_CLAUSE = r"\d{1,3}(?:\.\d{1,3}){1,5}"
_LABEL = r"(?:需求编号|需求ID|需求标识|编号|标识|Requirement ID|Requirement No\.?|Req\.? ID|ID)\s?[:：]?\s?"
_END = r"(?![A-Za-z0-9_])"

# Names that look like ids and are standards, formats or parts of a book.
_NO_IDS = words(
    "UTF ISO SHA MD RFC IEEE IEC AES TLS SSL HTTP RSA GB GBT IPV IP MP COVID WCAG OAUTH OWASP CVE WINDOWS EN DIN ITU ETSI "
    "NIST FIPS PCI CHAPTER SECTION TABLE FIGURE FIG APPENDIX ANNEX STEP PHASE SPRINT VERSION V REV PART PAGE NOTE EXAMPLE "
    "TC TEST USB PDF X VT XP ASCII UCS BASE INT FLOAT UINT WIN PYTHON JAVA JDK HTML CSS ES LTE ARM AMD"
)

# Those of them that also abbreviate the parts of a product ("EN-2" of energy): ids where a heading holds nothing else.
_ABBREVIATIONS = words("EN TC TEST XP X VT TLS SSL IP IPV MP PCI USB PDF INT BASE WIN ES LTE ARM AMD")
_SHORT = re.compile(r"[A-Za-z]+-\d{1,4}")

_LEAD = re.compile(
    rf"\s*(?P<label>{_LABEL})?(?P<open>[\[(【（<])?\s?(?P<id>{_PATH}|{_DASHED}|{_TIGHT}|{_WORDED}|{_SINGLE}|{_CLAUSE}){_END}"
    r"(?:\s?(?P<close>[\])】）>]))?(?P<mark>\s?[:：|、]|\.(?=\s|$)|\s[-–—]{1,2}(?=\s))?(?P<space>\s*)",
)
_TRAIL = re.compile(rf"[\[(【（]\s?(?P<id>{_PATH}|{_DASHED}|{_TIGHT})\s?[\])】）]\s*$")
_SECTION_NUMBER = re.compile(
    r"\s*(?:(?:\d{1,3}(?:\.\d{1,3}){0,6}[.、]?|第[一二三四五六七八九十\d]{1,4}[章节条]|"
    r"(?:user story|story|use case|requirement|feature|epic|rule|scenario|item))\s+|"
    r"(?:用户|业务|系统|功能性?|非功能性?|性能|安全)?(?:需求|规则|功能|要求|故事|用例|场景|条目|条款|特性)(?:点|项)?"
    r"[ \t]*(?=[A-Z\[(（【])|"
    r"(?:[一二三四五六七八九十]{1,3}、|[（(]?[一二三四五六七八九十\d]{1,3}[)）])\s*)",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?:[KMGT]i?B|[KMG]?Hz|EUR|USD|GBP|CNY|RMB|[A-Z](?!\s[a-z])|[元秒天年月日小分万亿个次倍度]\S?)\b|"
    r"(?:[厘毫分千公平立方]{0,3}[米克升里]|公斤|[万亿]?[元吨倍度天年级折]|秒|分钟|小时|周?岁)(?=及?以[上下内]|或以[上下]|[的（(至到～~，])"
)
_OPENS_QUOTE = re.compile(r"[\"“「‘'][A-Za-z\u4e00-\u9fff]")
_VERB = re.compile(r"(?:is|are|was|has|must|shall|should|may|can|will|or|and|to|of|in|on|for|bis|und)\b")
_WHOLE = re.compile(rf"(?:{_PATH}|{_DASHED}|{_TIGHT}|{_SINGLE}|{_CLAUSE}|[A-Za-z]{{0,6}}[-_]?\d{{1,6}}(?:[.\-]\d{{1,4}}){{0,4}})")
_BARE_NUMBER = re.compile(r"\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Lead:
    """An id at the start of a text; `end` is where the text after it begins."""

    id: str
    end: int


def leading_id(text: str, *, heading: bool = False, strict: bool = False) -> Lead | None:
    """The id that opens `text` (clean), or None. `strict` asks for a mark after it (a wrapped line may start with one)."""
    skip = _SECTION_NUMBER.match(text) if heading else None
    found = _LEAD.match(text, skip.end() if skip else 0) or (_LEAD.match(text) if skip else None)
    if found is None:
        return None
    if not _is_id(found["id"]) and not (heading and found.end() == len(text) and _is_abbreviation(found["id"])):
        return None
    name, marked = found["id"], bool(found["mark"] or (found["open"] and found["close"]) or found["label"])
    if bool(found["open"]) != bool(found["close"]) and not found["label"]:
        return None
    rest = text[found.end() :]
    alone = not rest.strip()
    if re.fullmatch(_CLAUSE, name):
        # A clause number alone, before a unit ("1.5 MB") or in a heading is no id of a requirement.
        if (
            heading
            or alone
            or not found["space"]
            or _MEASURED.match(rest)
            or not (rest[0].isupper() or "\u4e00" <= rest[0] <= "\u9fff" or _OPENS_QUOTE.match(rest) or _deep(name, rest, strict))
        ):
            return None
        return Lead(name, found.end())
    titled = heading and not alone and "\u4e00" <= rest[0] <= "\u9fff"  # a heading's id with its title: "EXP-005密码"
    if re.fullmatch(_SINGLE, name) and not (marked or alone or (titled and name[0] in "FR" and found["space"])):
        return None
    if marked:
        return Lead(name, found.end())
    if strict or (not alone and not titled and (not found["space"] or rest[0].islower() or rest[0] in ",，)")):
        return None
    return Lead(name, found.end())


def _deep(number: str, rest: str, strict: bool) -> bool:
    """Whether a number of three levels is a clause's though what follows is in small letters: no such number counts anything."""
    return not strict and number.count(".") >= 2 and rest[0].islower() and not _VERB.match(rest)


def trailing_id(text: str) -> str | None:
    """The bracketed id that closes a heading: "Password length (REQ-12)"."""
    found = _TRAIL.search(text[-120:])
    return found["id"] if found and _is_id(found["id"]) else None


def cell_id(text: str, *, named: bool = False, bare: bool = False) -> str | None:
    """The id in a cell. `named`: the column says that it holds ids; `bare`: those of requirements, be they numbers only."""
    text = text.strip()
    if is_bare_number(text):
        return text if bare and len(text) <= 20 else None
    return text if _WHOLE.fullmatch(text) and (named or _is_id(text)) else None


def is_bare_number(text: str) -> bool:
    """Whether an id is nothing but a number: "7", "3.1"."""
    return _BARE_NUMBER.fullmatch(text) is not None


def starts_with_id(line: str, *, strict: bool) -> bool:
    """Whether a line of a paragraph starts a requirement of its own."""
    return leading_id(line.lstrip(" \t>*`_"), strict=strict) is not None


def made_up_id(clean: str) -> str:
    """`R-` and eight hexadecimal digits of the text's hash: case, spacing and closing punctuation don't count."""
    normal = re.sub(r"\s+", " ", clean).strip(" .;。；").casefold()
    return "R-" + hashlib.sha256(normal.encode()).hexdigest()[:8]


def _is_abbreviation(name: str) -> bool:
    """Whether a heading's only word numbers the parts of a product, though its letters look like a standard's."""
    return _SHORT.fullmatch(name) is not None and name.partition("-")[0].upper() in _ABBREVIATIONS


def _is_id(name: str) -> bool:
    prefix = re.match(r"[A-Za-z]*", name)
    return prefix is None or prefix[0].upper() not in _NO_IDS
