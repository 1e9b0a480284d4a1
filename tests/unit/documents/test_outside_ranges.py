"""Ranges told from their outside, times before an event, and values at the start of a line."""

from __future__ import annotations

import pytest

from testgen_runtime.documents.model import Actor, Condition, Limit, Outcome
from testgen_runtime.documents.read import read_text
from testgen_runtime.settings import Limits


def limits(text: str) -> list[Limit]:
    (requirement,) = read_text(f"# Rules\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    return [atom.value for atom in requirement.atoms if isinstance(atom.value, Limit)]


def ends(text: str) -> tuple[str, str, str, bool]:
    (limit,) = limits(text)
    assert limit.lower is not None
    assert limit.upper is not None
    return limit.subject, str(limit.lower.value), str(limit.upper.value), limit.accepts


INSIDE = {
    "Soil moisture readings outside the interval from 15 % to 85 % shall be discarded as invalid.": "soil moisture reading",
    "Temperatures outside the range of 5 to 40 degrees shall be rejected.": "temperature",
    "Values outside the span between 10 and 20 bar are not accepted.": "value",
    "If the temperature is outside the range 5 to 40 °C, the start shall be refused.": "temperature",
    "The system shall reject temperatures outside 5 to 40 °C.": "temperature",
    "Readings that are not between 15 and 85 % shall be discarded as invalid.": "reading",
    "A tyre pressure that does not lie between 1.8 and 3.2 bar shall be rejected.": "tyre pressure",
    "The speed must not lie outside the range 10 to 30 km/h.": "speed",
    "湿度在 15% 到 85% 以外的读数应作为无效数据丢弃。": "湿度",
    "温度不在 5 至 40 ℃ 之间的，系统应拒绝启动。": "温度",
    "超出 5 至 40 ℃ 范围的温度设定应被拒绝。": "温度设定",
    "温度在 5 至 40 ℃ 之外时，禁止启动。": "温度",
}


@pytest.mark.parametrize(("text", "subject"), INSIDE.items())
def test_what_refuses_the_outside_accepts_the_inside(text: str, subject: str) -> None:
    name, _, _, accepts = ends(text)
    assert accepts
    assert name.removesuffix(" percentage").removesuffix("百分比") == subject


@pytest.mark.parametrize(
    "text",
    [
        "A temperature between 20 and 30 °C shall be rejected.",
        "温度在 20 至 30 ℃ 之间时，禁止启动。",
        "If the pressure is outside the range 5 to 8 bar, an alarm shall be shown.",
    ],
)
def test_a_range_that_is_refused_or_shows_nothing_stays_so(text: str) -> None:
    assert not ends(text)[3]


@pytest.mark.parametrize(
    ("text", "upper"),
    [
        ("Guests may check in online no earlier than 48 hours before arrival; earlier attempts shall be refused.", True),
        ("Seats can be chosen at the earliest 72 hours before departure; earlier requests shall be rejected.", True),
        ("An order may be changed no later than 2 hours before delivery; later changes shall be rejected.", False),
        ("An order may be changed 2 hours before delivery at the latest; later changes shall be rejected.", False),
    ],
)
def test_the_time_before_an_event_has_the_end_that_is_meant(text: str, *, upper: bool) -> None:
    (limit,) = limits(text)
    assert (limit.upper is not None, limit.lower is not None) == (upper, not upper)


def test_a_value_at_the_start_of_a_line_is_no_number_of_a_clause() -> None:
    (requirement,) = read_text("# 规则\n\n## REQ-1\n\n1.2 米及以上的儿童须购票。\n", limits=Limits()).requirements
    assert (requirement.id, requirement.text) == ("REQ-1", "1.2 米及以上的儿童须购票。")


def test_a_unit_or_a_name_of_one_letter_ends_a_sentence() -> None:
    for text in (
        "The lift operates at wind speeds of up to 60 km/h. At higher wind speeds starting the lift shall be prevented.",
        "The oven can be opened at temperatures of up to 80 °C. At higher temperatures, the door stays locked.",
    ):
        (limit,) = limits(text)
        assert (limit.upper is not None, limit.lower is not None, limit.accepts) == (True, False, True)


def test_people_who_are_compared_are_no_role() -> None:
    text = "Members aged 16 and over can use the pool. Younger members shall not be let in."
    (requirement,) = read_text(f"# Rules\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    assert not [atom for atom in requirement.atoms if isinstance(atom.value, Actor)]


def test_who_holds_something_is_a_condition() -> None:
    text = "The sauna may be entered if the member holds a wellness pass."
    (requirement,) = read_text(f"# Rules\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    (condition,) = [atom.value for atom in requirement.atoms if isinstance(atom.value, Condition)]
    assert condition.text == "the member holds a wellness pass"


def test_the_least_and_the_most_of_one_thing_are_one_range() -> None:
    text = "The minimum deposit is 100 EUR and the maximum deposit is 20,000 EUR; other amounts are not accepted."
    assert ends(text) == ("deposit", "100", "20000", True)
    assert ends("起充金额为 10 元，单次充值不超过 2000 元，其他金额的充值应被拒绝。")[1:] == ("10", "2000", True)


def test_what_is_inhibited_is_refused() -> None:
    (limit,) = limits("If the tank level drops under 10 %, starting the pump is inhibited.")
    assert limit.lower is not None
    assert (str(limit.lower.value), limit.lower.inclusive, limit.accepts) == ("10", True, True)


def test_that_there_is_a_value_and_why_somebody_acts_are_no_demands() -> None:
    for text, count in (
        ("The comment field is optional; if filled, it holds at most 140 characters.", 0),
        ("对处罚决定不服的，应在收到决定书之日起 60 日内申请复议，超过 60 日的不予受理。", 1),
    ):
        (requirement,) = read_text(f"# Rules\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
        found = [atom.value for atom in requirement.atoms if isinstance(atom.value, Condition)]
        assert len(found) == count
        assert all(condition.trigger for condition in found)


def test_a_word_with_the_sign_of_a_demand_in_it_ends_no_condition() -> None:
    text = "库存低于 5 件且供应商已停产的商品不允许下单。"
    (requirement,) = read_text(f"# 规则\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
    found = [atom.value.text for atom in requirement.atoms if isinstance(atom.value, Condition)]
    assert found == ["库存低于 5 件", "供应商已停产"]


def test_a_not_is_no_part_of_the_noun_before_it() -> None:
    for told in ("不允许下单", "不准下单", "不予下单"):
        text = f"库存低于 5 件且供应商已停产的商品{told}。"
        (requirement,) = read_text(f"# 规则\n\n## REQ-1\n\n{text}\n", limits=Limits()).requirements
        assert all(not c.holds for c in (atom.value for atom in requirement.atoms) if isinstance(c, Condition))
        assert [atom.value.polarity for atom in requirement.atoms if isinstance(atom.value, Outcome)] == ["negative"]


def test_what_is_compared_after_a_unit_has_a_name_of_its_own() -> None:
    found = limits("A parcel heavier than 30 kg or longer than 120 cm shall be refused.")
    assert [limit.subject for limit in found][1:] == ["length"]


CLOSED_BY_A_NOT = {
    "The requested amount of a small loan must not be lower than 500 GBP or higher than 7,500 GBP.": ("500", "7500"),
    "The water temperature of the aquarium must not fall below 22 °C or rise above 28 °C.": ("22", "28"),
    "A parcel shall not be shorter than 15 cm nor longer than 120 cm.": ("15", "120"),
    "The password must be neither shorter than 8 nor longer than 64 characters.": ("8", "64"),
    "A team may not have fewer than 3 or more than 12 members.": ("3", "12"),
    "The nominal voltage shall not be less than 210 V or exceed 250 V.": ("210", "250"),
    "The fill level of a tank shall be no lower than 10 % or higher than 90 %.": ("10", "90"),
    "A reading session cannot last less than 5 minutes or more than 3 hours.": ("5", "180"),
}


@pytest.mark.parametrize("text", CLOSED_BY_A_NOT)
def test_a_not_before_the_first_end_denies_the_second_too(text: str) -> None:
    _, lower, upper, accepts = ends(text)
    assert (lower, upper, accepts) == (*CLOSED_BY_A_NOT[text], True)


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("An order must not exceed 50 items or weigh more than 20 kg.", ["50", "20"]),
        ("The file must not be larger than 5 MB or older than 30 days.", ["5", "30"]),
        ("A parcel must not weigh more than 20 kg or be longer than 1 m.", ["20", "1"]),
    ],
)
def test_a_not_reaches_over_an_or_of_two_values(text: str, most: list[str]) -> None:
    found = limits(text)
    assert [str(limit.upper.value) for limit in found if limit.upper and not limit.lower] == most


def test_a_not_of_one_adjective_alone_does_not_reach_over_the_or() -> None:
    (limit,) = limits("The system shall reject a title that is not longer than 5 characters or longer than 80 characters.")
    assert limit.lower is not None
    assert limit.upper is not None
    assert (str(limit.lower.value), limit.lower.inclusive, str(limit.upper.value)) == ("5", False, "80")


def test_a_file_that_is_large_or_old_has_a_size_and_an_age() -> None:
    found = limits("The file must not be larger than 5 MB or older than 30 days. Other files shall be rejected.")
    assert [limit.subject for limit in found] == ["file size", "file age"]
