"""All export formats by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from testgen_runtime.cases.exports import csv, gherkin, json, junit, markdown, testlink, testrail, xlsx, xmind, xray, zephyr
from testgen_runtime.cases.exports.model import Format, Options
from testgen_runtime.errors import BadConfiguration
from testgen_runtime.storage.json import decode

_WORDS: Final = ("id", "revision", "title", "preconditions", "test_data", "steps", "expected", "priority", "requirement_ids")
_ALL: Final = (*_WORDS, "status", "technique", "polarity", "type", "written_by", "quote")

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format(
                "json", "JSON, as the API shows cases", json.PRODUCT, Options, json.write, True, (*_ALL, "test_point", "atom_ids")
            ),
            Format("csv", "CSV for spreadsheets", csv.PRODUCT, csv.CsvOptions, csv.write, True, (*_ALL, "test_point")),
            Format("xlsx", "Excel", xlsx.PRODUCT, xlsx.XlsxOptions, xlsx.write, True, (*_ALL, "test_point")),
            Format(
                "testrail", "TestRail (CSV, separated steps)", csv.PRODUCT, testrail.TestRailOptions, testrail.write, True,
                (*_WORDS, "status", "technique", "quote"),
            ),
            Format("xray", "Xray for Jira (bulk JSON)", xray.PRODUCT, xray.XrayOptions, xray.write, True, _ALL),
            Format("testlink", "TestLink (XML)", testlink.PRODUCT, Options, testlink.write, True, _ALL),
            Format("zephyr", "Zephyr Scale (CSV or Excel)", csv.PRODUCT, zephyr.ZephyrOptions, zephyr.write, True, _ALL),
            Format(
                "gherkin", "Gherkin (.feature)", gherkin.PRODUCT, Options, gherkin.write, True,
                (*_WORDS, "status", "technique", "polarity", "quote"),
            ),
            Format("junit", "JUnit XML, all tests not run", junit.PRODUCT, junit.JunitOptions, junit.write, True, _WORDS),
            Format("xmind", "XMind mind map", xmind.PRODUCT, Options, xmind.write, True, _ALL),
            Format("markdown", "Markdown", markdown.PRODUCT, Options, markdown.write, True, _ALL),
        )
    }
)  # fmt: skip


def options_of(kind: Format, given: Sequence[str]) -> Options:
    """The options of a format from `name=value` as a person types them: `columns=id,title`, `headings={"id": "No."}`.

    Raises: BadConfiguration, which names the option and what it may be.
    """
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadConfiguration(f"the option '{text[:100]}' has no value", mend="write it as name=value")
        values[name.strip()] = _value(name.strip(), value)
    try:
        return kind.options(**values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "together"
        known = ", ".join(kind.options.model_fields) or "none"
        raise BadConfiguration(
            f"options of {kind.name}: {place}: {first['msg'].removeprefix('Value error, ')}",
            mend=f"give each as --option name=value; there are: {known}",
        ) from None


def _value(name: str, text: str) -> Any:
    if name == "columns":
        return [part.strip() for part in text.split(",") if part.strip()]
    if text.startswith("{"):
        try:
            return decode(text)
        except ValueError:
            return text
    return {"\\t": "\t"}.get(text, text)
