"""TestLink's XML: a test suite a document, one a requirement in it, its cases with steps. Texts are HTML there."""

from __future__ import annotations

import html
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any, Final

from testgen_runtime.cases.exports.about import about, description
from testgen_runtime.cases.exports.model import Item, Options, Product
from testgen_runtime.cases.exports.text import clean, cut, one_line

PRODUCT = Product("application/xml", ".xml")
NAME_MOST: Final = 100
"""TestLink's limit on the name of a case."""

_IMPORTANCE: Final = {"high": "3", "medium": "2", "low": "1"}
_STATUS: Final = {"draft": "1", "confirmed": "7", "rejected": "5"}
"""TestLink's own: 1 draft, 5 obsolete, 7 final."""


def write(items: Iterable[Item], options: Options, out: IO[bytes]) -> Product:
    """One XML document, written case by case."""
    from lxml import etree

    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("testsuite", name=""):
            for (_, document), in_document in groupby(items, key=lambda item: (item.document_id, item.document)):
                with xml.element("testsuite", name=cut(document or "TestGen", NAME_MOST)):
                    xml.write("\n")
                    for (requirement_id, text), cases in groupby(in_document, key=lambda i: (i.requirement_id, i.requirement)):
                        with xml.element("testsuite", name=cut(requirement_id or "TestGen", NAME_MOST)):
                            xml.write(_leaf("details", rich(text)))
                            xml.write("\n")
                            for item in cases:
                                xml.write(_case(item))
                                xml.write("\n")
    out.write(b"\n")
    return PRODUCT


def rich(text: str) -> str:
    """Text as the HTML of a rich text field; indentation and line ends are kept."""
    lines = html.escape(clean(text), quote=False).split("\n")
    kept = (line.replace("   ", "&nbsp;&nbsp;&nbsp;", 1) if line.startswith("   ") else line for line in lines)
    return "<br />".join(kept)


def _case(item: Item) -> Any:
    from lxml import etree

    case = item.case
    made = etree.Element("testcase", name=cut(case.title, NAME_MOST))
    made.append(_leaf("summary", rich(("" if len(one_line(case.title)) <= NAME_MOST else case.title + "\n\n") + about(item))))
    made.append(_leaf("preconditions", rich(description(item, facts=False))))
    made.append(_leaf("execution_type", "1"))
    made.append(_leaf("importance", _IMPORTANCE[case.priority]))
    made.append(_leaf("status", _STATUS[case.status]))
    steps = etree.SubElement(made, "steps")
    for n, step in enumerate(case.steps, start=1):
        one = etree.SubElement(steps, "step")
        one.append(_leaf("step_number", str(n)))
        one.append(_leaf("actions", rich(step.action)))
        one.append(_leaf("expectedresults", rich(step.expected)))
        one.append(_leaf("execution_type", "1"))
    keywords = etree.SubElement(made, "keywords")
    for name in (case.technique, case.polarity):
        etree.SubElement(keywords, "keyword", name=clean(name)).append(_leaf("notes", ""))
    fields = etree.SubElement(made, "custom_fields")
    for name, value in (("testgen_id", case.id), ("testgen_revision", str(case.revision))):
        field = etree.SubElement(fields, "custom_field")
        field.append(_leaf("name", name))
        field.append(_leaf("value", clean(value)))
    requirements = etree.SubElement(made, "requirements")
    for requirement_id in case.requirement_ids:
        one = etree.SubElement(requirements, "requirement")
        one.append(_leaf("req_spec_title", one_line(item.document)))
        one.append(_leaf("doc_id", one_line(requirement_id)))
        one.append(_leaf("title", cut(item.requirement if requirement_id == item.requirement_id else requirement_id, NAME_MOST)))
    return made


def _leaf(name: str, text: str) -> Any:
    from lxml import etree

    made = etree.Element(name)
    if text:
        made.text = text
    return made
