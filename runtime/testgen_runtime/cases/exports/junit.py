"""JUnit XML: every case as a test that was not run ("skipped"), a skeleton for tools that collect results by name.

JUnit has no schema of its own. What is written here is what both of two published ones take: Xray's
(Xray-App/xray-junit-extensions, enhanced-jenkins-junit.xsd), in which the properties of a test case come last, and that of
Jenkins' xUnit plugin (jenkinsci/xunit-plugin, junit-10.xsd), which knows none and refuses the file: `properties` leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import IO, Annotated, Any, Final

from pydantic import Field

from testgen_runtime.cases.exports.model import Item, Options, Product
from testgen_runtime.cases.exports.text import clean, numbered, one_line, pairs

PRODUCT = Product("application/xml", ".xml")
ID: Final = "testgen.id"
REVISION: Final = "testgen.revision"
REQUIREMENTS: Final = "testgen.requirements"
ISSUES: Final = "requirements"
"""Jira issues to Xray, so that ids which are none get another name."""
PRIORITY: Final = "priority"
TECHNIQUE: Final = "technique"


class JunitOptions(Options):
    """Without properties a case's facts stand in its output."""

    properties: Annotated[bool, Field(description="Properties of each test case; false for Jenkins' xUnit plugin")] = True
    requirements_are_issues: Annotated[
        bool, Field(description="Requirement ids are keys of Jira issues: Xray links them to the tests")
    ] = False


def write(items: Iterable[Item], options: JunitOptions, out: IO[bytes]) -> Product:
    """A suite a requirement: a suite says how many tests it has before them, so that it is the most that is held at once."""
    from lxml import etree

    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("testsuites", name="TestGen"):
            xml.write("\n")
            for _, group in groupby(items, key=lambda item: (item.document_id, item.requirement_id)):
                xml.write(_suite(list(group), options))
                xml.write("\n")
    out.write(b"\n")
    return PRODUCT


def _suite(items: list[Item], options: JunitOptions) -> Any:
    from lxml import etree

    first = items[0]
    count = str(len(items))
    suite = etree.Element(
        "testsuite",
        name=one_line(first.requirement_id) or "TestGen",
        tests=count,
        failures="0",
        errors="0",
        skipped=count,
        time="0",
    )
    names: dict[str, int] = {}
    for item in items:
        case = item.case
        name = one_line(case.title)
        names[name] = names.get(name, 0) + 1
        test = etree.SubElement(
            suite,
            "testcase",
            classname=".".join(
                part for part in (one_line(item.document).replace(".", "_"), one_line(item.requirement_id)) if part
            ),
            name=_named(name, case.id, again=names[name] > 1),
            time="0",
        )
        facts = _facts(item, options)
        etree.SubElement(test, "skipped", message="not run")
        words = [_words(item)] if options.properties else [pairs(facts), _words(item)]
        etree.SubElement(test, "system-out").text = "\n\n".join(words)
        if options.properties:
            properties = etree.SubElement(test, "properties")
            for key, value in facts.items():
                etree.SubElement(properties, "property", name=key, value=clean(value))
    return suite


def _named(title: str, id_: str, *, again: bool) -> str:
    """A name that no other test of the suite has. A title that ends as such a name does gets the id too, so that `title_of` gives
    it back."""
    return f"{title} [{id_}]" if again or title.endswith(f" [{id_}]") else title


def title_of(name: str, id_: str | None) -> str:
    """The title of the test of that name: without the id that keeps it apart from others."""
    return name.removesuffix(f" [{id_}]") if id_ else name


def _facts(item: Item, options: JunitOptions) -> dict[str, str]:
    case = item.case
    return {
        ID: case.id,
        REVISION: str(case.revision),
        "testgen.status": case.status,
        ISSUES if options.requirements_are_issues else REQUIREMENTS: ",".join(case.requirement_ids),
        PRIORITY: case.priority,
        TECHNIQUE: case.technique,
        "quote": one_line(item.quote),
    }


def _words(item: Item) -> str:
    case = item.case
    parts = [numbered(case.preconditions), pairs(case.test_data)]
    parts.append(numbered(f"{step.action}\n→ {step.expected}" for step in case.steps))
    return "\n\n".join(part for part in parts if part)
