"""All export formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from testgen_runtime.cases.exports import csv, gherkin, json, junit, markdown, testlink, testrail, xlsx, xmind, xray, zephyr
from testgen_runtime.cases.exports.model import Format, Options

_WORDS: Final = ("id", "revision", "title", "preconditions", "test_data", "steps", "expected", "priority", "requirement_ids")
_ALL: Final = (*_WORDS, "status", "technique", "polarity", "type", "written_by", "quote")

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("json", "JSON, as the API shows cases", json.PRODUCT, Options, json.write, True, (*_ALL, "test_point", "atom_ids")),
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
            Format("junit", "JUnit XML, all tests not run", junit.PRODUCT, Options, junit.write, False, _WORDS),
            Format("xmind", "XMind mind map", xmind.PRODUCT, Options, xmind.write, True, _ALL),
            Format("markdown", "Markdown", markdown.PRODUCT, Options, markdown.write, True, _ALL),
        )
    }
)  # fmt: skip
