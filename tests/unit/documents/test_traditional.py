"""Requirements in traditional Chinese are read as those in simplified Chinese are; their quotes stay verbatim (S4-022)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.documents.reading import document, interval, values

from testgen_runtime.documents.model import Condition, Limit, Span
from testgen_runtime.documents.traditional import folded
from testgen_runtime.documents.view import view

TEXT = "1. 系統必須在3秒內回應。\n2. 密碼長度應為8至20個字符。\n3. 單筆金額不得超過 500 元。\n"


def test_every_requirement_is_found_and_quoted_as_it_stands() -> None:
    read = document(TEXT)
    assert [r.text.rstrip("。") for r in read.requirements] == [
        "系統必須在3秒內回應",
        "密碼長度應為8至20個字符",
        "單筆金額不得超過 500 元",
    ]
    for requirement in read.requirements:
        assert TEXT[requirement.span.start : requirement.span.end] == requirement.text
        assert all(TEXT[a.span.start : a.span.end] == a.text for a in requirement.atoms)


def test_limits_and_conditions_are_those_of_the_simplified_text() -> None:
    assert [interval(v) for v in values("單筆金額不得超過 500 元。", Limit)] == [
        interval(v) for v in values("单笔金额不得超过 500 元。", Limit)
    ]
    assert [v.text for v in values("如果訂單已取消，系統應當拒絕發貨。", Condition)] == ["订单已取消"]


def test_what_is_shown_word_for_word_stays() -> None:
    assert folded("系統應提示「請先登入」。") == "系统应提示「請先登入」。"


@given(st.text(alphabet="系統必須應「」請“”a 1。\n", max_size=60))
def test_offsets_stay(text: str) -> None:
    assert len(folded(text)) == len(text)
    clean = view(text, [Span(0, len(text))])
    assert len(clean.text) == len(clean.starts) == len(clean.ends)
