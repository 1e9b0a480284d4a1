"""Values of well-known formats, right and with one mistake each, as their standards have them.

E-mail addresses follow RFC 5321, dates and times ISO 8601, IBANs ISO 13616 (with the check digits of the standard's own example),
UUIDs RFC 9562, addresses RFC 4632 and RFC 4291; names and numbers are those reserved for examples.
"""

from __future__ import annotations

import re
from typing import Final

from testgen_runtime.documents.model import KnownFormat
from testgen_runtime.techniques.grammar import Mistake

VALUES: Final[dict[KnownFormat, tuple[tuple[str, ...], tuple[tuple[Mistake, str], ...]]]] = {
    "e-mail": (
        ("anna.berg@example.org",),
        (("missing part", "anna.bergexample.org"), ("missing part", "@example.org"), ("missing part", "anna.berg@"),
         ("extra part", "anna@berg@example.org")),
    ),
    "date": (
        ("2027-03-15", "2028-02-29"),
        (("wrong character", "2027-03-1A"), ("too short", "2027-03"), ("wrong order", "15-03-2027")),
    ),
    "time": (("14:30",), (("wrong character", "14:3A"), ("missing part", "14:"))),
    "date-time": (("2027-03-15T14:30:00Z",), (("missing part", "2027-03-15T"), ("wrong character", "2027-03-15T14:3A:00Z"))),
    "url": (("https://www.example.org/path",), (("missing part", "https://"), ("white space", "https://www.example .org"))),
    "ipv4": (("192.0.2.17",), (("too short", "192.0.2"), ("too long", "192.0.2.17.5"), ("wrong character", "192.0.2.1A"))),
    "ipv6": (("2001:db8::17",), (("wrong character", "2001:db8::1G"), ("extra part", "2001::db8::17"))),
    "uuid": (
        ("0f8fad5b-d9cb-469f-a165-70867728950e",),
        (("too short", "0f8fad5b-d9cb-469f-a165-70867728950"), ("wrong character", "0f8fad5b-d9cb-469f-a165-70867728950g")),
    ),
    "iban": (
        ("GB82WEST12345698765432",),
        (("too short", "GB82WEST1234569876543"), ("too long", "GB82WEST123456987654321"),
         ("wrong character", "GB82WEST1234569876543#")),
    ),
    "mac address": (("00:00:5E:00:53:AF",), (("too short", "00:00:5E:00:53"), ("wrong character", "00:00:5E:00:53:AG"))),
    "currency code": (("EUR",), (("too short", "EU"), ("too long", "EURO"), ("wrong character", "E1R"))),
    "hostname": (("www.example.org",), (("wrong character", "www.exa#mple.org"), ("white space", "www.exa mple.org"))),
    "json": (('{"name": "Anna"}',), (("missing part", '{"name": "Anna"'),)),
    "xml": (("<name>Anna</name>",), (("missing part", "<name>Anna"),)),
    "id card": (
        ("11010519491231002X",),
        (("too short", "11010519491231002"), ("too long", "11010519491231002X1"), ("wrong character", "1101051949123100#X")),
    ),
}  # fmt: skip
_FIELDS: Final = re.compile(r"YYYY|yyyy|MMM|MM|mm|DD|dd|HH|hh|SS|ss|YY|yy")


def dated(pattern: str, *, month: str = "03", day: str = "15", hour: str = "14", minute: str = "30") -> str:
    """A date or time as `pattern` (YYYY-MM-DD, dd.MM.yyyy HH:mm) writes it. "mm" after hours are minutes."""
    clock = False
    out, at = [], 0
    for field in _FIELDS.finditer(pattern):
        out.append(pattern[at : field.start()])
        at, word = field.end(), field[0]
        if word.upper() == "HH":
            clock = True
            out.append(hour)
        elif word.upper() == "MM":
            out.append(minute if clock or (word == "mm" and "MM" in pattern) else month)
        else:
            out.append({"YYYY": "2027", "YY": "27", "DD": day, "SS": "00", "MMM": "Mar"}[word.upper()])
    return "".join([*out, pattern[at:]])
