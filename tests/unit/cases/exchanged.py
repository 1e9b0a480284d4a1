"""What the tests of exports and imports share: cases, made by hand and by hypothesis, and a way to write them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from testgen_runtime.cases.exports.formats import FORMATS
from testgen_runtime.cases.exports.model import Item, Product
from testgen_runtime.cases.model import Case, Evidence, Step

NEEDED: dict[str, dict[str, Any]] = {"xray": {"project_key": "SHOP"}}
"""Options without a default."""

NASTY = (
    "=1+1", "+49 30", "-5", "@cmd", "'=x", "''", "'", "=HYPERLINK(\"http://x\",\"y\")", "＝1", "a,b;c\td|e",
    "say \"yes\"", "\"\"\"\"", "line one\nline two", "line\r\nline", "1. first", "2. second\n3. third", "- item",
    "* item", "# title", "## T ##", "| a | b |", "a\\|b", "C:\\dir\\", "\\n", "<b>bold</b>", "<br>", "&amp; &lt;",
    "`code`", "``", "_x0041_", "x_y _z_", "Given a", "当 用户", "Scenario: x", "\"\"\"", "```", "# language: de",
    "@tag", "Examples:", "name: value", "名称：值", "Test data:", "前置条件:", "About:", "TestGen-Case: x",
    "密码必须为8至64个字符，否则拒绝。", "👩\u200d💻 emoji 🎉", "e\u0301", "zero\u200bwidth", "\u202etfel",
    "bell\x07\x1b[31m", "tab\tinside", "…", "x" * 1900, "many words " * 150 + "…", "]]>", "<!DOCTYPE x>",
    "%s {0} ${x}", "nbsp\xa0here", "\u2028sep", "ends with space ", "100%",
)  # fmt: skip

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map(lambda parts: "\n".join(parts)[:1990]),
).filter(lambda text: bool("".join(character for character in text if character.isprintable()).strip()))
titles = texts.map(lambda text: text[:300])
identifiers = st.from_regex(r"[A-Z]{1,5}-[0-9]{1,4}|需求[0-9]{1,3}|R-[0-9a-f]{8}|[A-Z]{2}#[0-9]@[a-z]", fullmatch=True)


@st.composite
def nasty_cases(draw: st.DrawFn) -> Case:
    """Any case that may be stored."""
    requirement = draw(identifiers)
    quote = draw(texts)
    return Case(
        id=f"tc-{draw(st.integers(1, 10**9)):x}",
        title=draw(titles),
        requirement_ids=tuple(draw(st.lists(identifiers, max_size=2, unique=True).map(lambda more: [requirement, *more]))),
        technique=draw(st.sampled_from(["boundary_value_analysis", "state_transition"])),
        test_point=draw(texts),
        polarity=draw(st.sampled_from(["positive", "negative"])),
        priority=draw(st.sampled_from(["high", "medium", "low"])),
        type=draw(st.sampled_from(["functional", "boundary", "state", "permission"])),
        preconditions=tuple(draw(st.lists(texts, max_size=3))),
        steps=tuple(Step(action=draw(texts), expected=draw(texts)) for _ in range(draw(st.integers(1, 4)))),
        test_data=draw(st.dictionaries(texts.map(lambda text: text[:100]), st.one_of(texts, st.just("")), max_size=3)),
        evidence=(Evidence(document_id="doc-1", requirement_id=requirement, quote=quote, start=0, end=max(1, len(quote))),),
        written_by=draw(st.sampled_from(["model", "rules"])),
        language=draw(st.sampled_from(["en", "zh"])),
        status=draw(st.sampled_from(["draft", "confirmed"])),
        revision=draw(st.integers(1, 99)),
    )


@st.composite
def nasty_items(draw: st.DrawFn) -> list[Item]:
    """Some cases of one document, each with an id of its own."""
    document, section, requirement = draw(texts), draw(st.lists(texts, max_size=2)), draw(texts)
    made = draw(st.lists(nasty_cases(), min_size=1, max_size=4, unique_by=lambda case: case.id))
    return [Item(case, document, tuple(section), requirement) for case in made]


def case(number: int = 1, **given: Any) -> Case:
    """A plain case."""
    fields: dict[str, Any] = {
        "id": f"tc-{number:06d}",
        "title": f"A password of 8 characters is accepted ({number})",
        "requirement_ids": (f"REQ-{number // 4}",),
        "technique": "boundary_value_analysis",
        "test_point": "length = 8",
        "polarity": "positive",
        "priority": "high",
        "type": "boundary",
        "preconditions": ("The registration page is open.", "No account has this name."),
        "steps": (
            Step(action="Enter the password.", expected="The field shows 8 dots."),
            Step(action="Press Register.", expected="The account is created."),
        ),
        "test_data": {"password": "Abcdef1!", "length": "8 characters"},
        "evidence": (
            Evidence(
                document_id="doc-1",
                requirement_id=f"REQ-{number // 4}",
                quote="The password must have 8 to 64 characters.",
                start=0,
                end=42,
            ),
        ),
        "written_by": "rules",
    } | given
    return Case(**fields)


def items(cases: Iterable[Case]) -> Iterable[Item]:
    """With the facts of one document."""
    for one in cases:
        yield Item(one, "Sign-in", ("2 Accounts", "2.1 Passwords"), "The password must have 8 to 64 characters.")


def written(name: str, of: Iterable[Item], **options: Any) -> tuple[bytes, Product]:
    """What an export of a format gives."""
    kind = FORMATS[name]
    out = io.BytesIO()
    product = kind.write(of, kind.options(**(NEEDED.get(name, {}) | options)), out)
    return out.getvalue(), product
