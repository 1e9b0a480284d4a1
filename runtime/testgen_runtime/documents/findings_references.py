"""What a requirement refers to and the document does not hold: requirements, sections, the long form of abbreviations. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from testgen_runtime.documents.atoms.numerals import HAN
from testgen_runtime.documents.model import Atom, Enumeration, Finding, Requirement, Section, Span, State
from testgen_runtime.documents.vocabulary import words

ORPHAN_REFERENCE, UNDEFINED_TERM = "orphan_reference", "undefined_term"
_MOST_TERMS: Final = 100

_ID: Final = re.compile(
    r"(?<![A-Za-z0-9_./-])(?P<family>[A-Z][A-Za-z]{0,11}(?:[-_][A-Za-z]{1,12}){0,3}[-_])(?P<number>\d{1,6})(?![A-Za-z0-9_-]|\.\d)"
)
_STARTS: Final = re.compile(r"(?m)^[\s#*|>\-\[(【（`]*([A-Z][A-Za-z]{0,11}(?:[-_][A-Za-z]{1,12}){0,3}[-_]\d{1,6})")
_SECTION_EN: Final = re.compile(
    r"\b(?:sections?|chapters?|clauses?)\s+(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})(?![\d.]*\d|\s*(?:%|[a-z]+/))", re.I
)
_SECTION_ZH: Final = re.compile(
    r"第\s?(?P<number>\d{1,2}(?:\.\d{1,2}){0,4}|[一二三四五六七八九十]{1,3})\s?[章节]|"
    r"第\s?(?P<clause>\d{1,2}(?:\.\d{1,2}){1,4})\s?条|(?<![\d.])(?P<bare>\d{1,2}(?:\.\d{1,2}){1,4})\s?小?[章节]"
)
_ELSEWHERE: Final = re.compile(r"\s*(?:of|in|from)\s+(?!this\b)|\s*\[|\s*\(of\b", re.I)
_FROM_ELSEWHERE: Final = re.compile(r"(?:[A-Z]{2,}[\w./-]*|\d{3,}[\w:-]*|\]|》|标准|规范|法|办法|条例)[\s,，]*$")
_HEAD: Final = re.compile(r"\s*(?:第\s?)?(?P<number>\d{1,2}(?:\.\d{1,2}){0,5}|[一二三四五六七八九十]{1,3})(?=[.、\s章节）)]|$)")

_TERM: Final = re.compile(r"(?<![A-Za-z0-9_\-./“\"'`<$])(?P<term>[A-Z]{3,6})s?(?![A-Za-z0-9_\-/”\"'`>]|\.\w)")
_EXPLAINED: Final = re.compile(
    r"[(（\[]\s?(?:the |简称|以下简称|即)?[“\"]?(?P<a>[A-Z]{2,8})s?[”\"]?\s?[)）\],，;；]"
    r"|(?<![A-Za-z0-9_-])(?P<b>[A-Z]{2,8})s?[*_`”\"]{0,2}"
    r"\s?(?:[(（:：|=]|[–—-]\s|\s?(?:means|stands for|is short for|denotes|refers to|是指|指的是|指|即)\b)"
    r"|(?:简称|缩写为?|abbreviated(?: as)?)\s?[“\"]?(?P<c>[A-Z]{2,8})"
)
_KNOWN: Final = words(
    "API HTTP HTTPS PDF CSV URL URI SMS USB UTC GMT XML JSON HTML PIN OTP SQL TLS SSL SSH FTP SFTP TCP UDP DNS DHCP VPN "
    "LAN WAN WIFI GPS GUI CLI CPU GPU RAM ROM SSD HDD LED LCD RGB PNG JPG JPEG GIF SVG BMP TIFF ZIP TAR ASCII UTF ISO IEC "
    "IEEE RFC W3C OAUTH SAML JWT LDAP SSO MFA EUR USD GBP CNY RMB CHF JPY HKD KB MB GB TB VAT IBAN BIC QR NFC RFID IOT FAQ "
    "PC PDA ATM IT ID OK AM PM FIFO LIFO CRUD REST SOAP RPC GRPC AES RSA SHA MD5 HMAC CRC UUID GUID YAML TOML INI DOCX "
    "XLSX PPT PPTX TXT RTF EPUB MP3 MP4 AVI CSS DOM AJAX CMS CRM ERP SDK IDE JVM JDK BIOS LTE GSM VIP CEO HR SLA KPI NTP "
    "SMTP IMAP POP MIME CORS CSRF XSS GDPR PCI WGS EPSG YYYY MMDD SHALL MUST MAY NOT SHOULD WILL CAN AND OR IF THEN ELSE "
    "WHEN UNLESS ALL ANY NO YES TRUE FALSE NULL NONE ON OFF NOTE TODO TBD TBC ACTIVE FAIL FAILED PASS PASSED STALE OPEN "
    "CLOSED IDLE READY BUSY DONE DRAFT PAID SENT LOCKED EMPTY FULL HIGH LOW UNUSED ARMED REQUIRED OPTIONAL GET POST PUT "
    "PATCH DELETE HEAD ERROR WARNING INFO THE FOR NEW ADD ONLY BOTH WITH FROM MHZ GHZ KHZ DBM"
)


def references(requirements: Sequence[Requirement], sections: Sequence[Section], text: str) -> list[Finding]:
    """Ids of the document's own kind that stand nowhere in it, and sections that it has not."""
    there = {requirement.id for requirement in requirements} | {found[1] for found in _STARTS.finditer(text)}
    families = Counter(m["family"] for m in (_ID.fullmatch(r.id) for r in requirements if r.given_id) if m)
    numbers = _numbers(sections)
    found: list[Finding] = []
    for requirement in requirements:
        zh, at = requirement.language == "zh", requirement.span.start
        for match in _ID.finditer(requirement.text):
            if families[match["family"]] > 1 and match[0] not in there:
                message = f"本文档中没有 {match[0]}。" if zh else f"There is no {match[0]} in this document."
                proposal = (
                    "改为所指需求的现有编号，或写出所引用的内容；若在另一文档中，写明文档名。"
                    if zh
                    else "Name the id as it is now, or say here what it said; if it is in another document, name the document."
                )
                found.append(
                    Finding(requirement.id, ORPHAN_REFERENCE, message, Span(at + match.start(), at + match.end()), proposal)
                )
        for start, end, number in _sections_named(requirement.text, zh):
            if numbers and number not in numbers:
                shown = requirement.text[start:end]
                message = f"本文档中没有“{shown}”。" if zh else f"There is no “{shown}” in this document."
                proposal = "写明现有的章节号及标题。" if zh else "Name the section as it is numbered now, with its title."
                found.append(Finding(requirement.id, ORPHAN_REFERENCE, message, Span(at + start, at + end), proposal))
    return found


def terms(requirements: Sequence[Requirement], text: str) -> list[Finding]:
    """Abbreviations that the document never writes out, each once, where it stands first."""
    explained = {name for found in _EXPLAINED.finditer(text) for name in found.groups() if name}
    told: set[str] = set()
    found: list[Finding] = []
    for requirement in requirements:
        states = {name for atom in requirement.atoms for name in _values(atom)}
        for match in _TERM.finditer(requirement.text):
            term = match["term"]
            if (
                term in told
                or term in explained
                or term in _KNOWN
                or term in states
                or _shouted(requirement.text, match)
                or len(told) >= _MOST_TERMS
            ):
                continue
            told.add(term)
            span = Span(requirement.span.start + match.start("term"), requirement.span.start + match.end("term"))
            if requirement.language == "zh":
                message, proposal = f"“{term}”在本文档中没有解释。", f"首次出现时写出全称，例如“……（{term}）”，或列入术语表。"
            else:
                message = f"“{term}” is written out nowhere in this document."
                proposal = f"Write it out where it stands first, “… ({term})”, or put it into the list of terms."
            found.append(Finding(requirement.id, UNDEFINED_TERM, message, span, proposal, "info"))
    return found


def _values(atom: Atom) -> tuple[str, ...]:
    """The states and values that an atom names: words in capitals among them are no abbreviations."""
    if isinstance(atom.value, (State, Enumeration)):
        target = atom.value.target if isinstance(atom.value, State) else ""
        return (*atom.value.allowed, *atom.value.refused, target)
    return ()


def _shouted(text: str, match: re.Match[str]) -> bool:
    """Whether the word stands among other words in capitals: emphasis, a constant, a line in capitals."""
    before, after = text[max(match.start() - 20, 0) : match.start()], text[match.end() : match.end() + 20]
    return re.search(r"\b[A-Z]{2,}\s$|_$", before) is not None or re.match(r"\s[A-Z]{2,}\b|_", after) is not None


def _numbers(sections: Sequence[Section]) -> set[str]:
    """The numbers of the document's sections; empty where they have none, so that nothing is known of them."""
    found = [m["number"] for m in (_HEAD.match(section.title) for section in sections) if m]
    if len(found) < 2:
        return set()
    known: set[str] = set()
    for number in found:
        number = _arabic(number)
        parts = number.split(".")
        known.update(".".join(parts[: n + 1]) for n in range(len(parts)))
    return known


def _sections_named(text: str, zh: bool) -> Iterator[tuple[int, int, str]]:
    for match in (_SECTION_ZH if zh else _SECTION_EN).finditer(text):
        if _ELSEWHERE.match(text, match.end()) or _FROM_ELSEWHERE.search(text[max(match.start() - 30, 0) : match.start()]):
            continue  # of a standard, of another document
        number = match["number"] or ((match["clause"] or match["bare"]) if zh else "")
        yield match.start(), match.end(), _arabic(number)


def _arabic(number: str) -> str:
    if number[0].isdigit():
        return number
    tens, mark, ones = number.rpartition("十")
    if not mark:
        return str(HAN.get(number, 0))
    return str((HAN.get(tens, 0) if tens else 1) * 10 + (HAN.get(ones, 0) if ones else 0))
