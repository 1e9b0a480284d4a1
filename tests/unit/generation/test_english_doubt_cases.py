"""English demands with alternatives, exceptions and contexts: sure verdicts only (S4-022, issue 5 item 2)."""

from __future__ import annotations

from tests.unit.generation.english_cases import written


def verdicts(statement: str) -> list[tuple[str, dict[str, str]]]:
    return [(verdict, data) for verdict, data, _, _ in written(statement)]


def test_one_of_two_alternatives_is_enough_beside_a_demand() -> None:
    found = verdicts(
        "A kiln may be fired if the door is locked and either the fan is running or an operator is present. "
        "Otherwise firing shall be refused."
    )
    assert ("-", {"door is locked": "yes", "fan is running": "no", "operator is present": "no"}) in found
    assert ("+", {"door is locked": "yes", "fan is running": "no", "operator is present": "yes"}) in found
    assert ("+", {"door is locked": "yes", "fan is running": "yes", "operator is present": "no"}) in found
    assert ("-", {"door is locked": "no", "fan is running": "yes", "operator is present": "no"}) in found


def test_an_exception_told_later_lifts_the_limit() -> None:
    found = verdicts(
        "A return is accepted if it is posted no later than 14 days after delivery. "
        "A return posted later shall be rejected, unless the article is defective."
    )
    assert ("-", {"time since delivery": "15 days", "article": "is not defective"}) in found
    assert ("+", {"article": "is defective", "time since delivery": "15 days"}) in found


def test_numbers_in_a_list_are_the_only_ones() -> None:
    found = verdicts("A league can be opened with 6, 12 or 24 teams. With any other number of teams the opening is refused.")
    assert [(verdict, data["number of teams"]) for verdict, data in found] == [
        ("+", "6"), ("+", "12"), ("+", "24"), ("-", "3"), ("-", "18"), ("-", "36"), ("-", "48"),
    ]  # fmt: skip


def test_no_limit_binds_the_role_that_may_do_any_amount() -> None:
    found = verdicts(
        "A director may approve a purchase of any amount. A clerk may approve purchases of up to 800 EUR; "
        "above that amount the clerk's approval shall be rejected."
    )
    assert ("+", {"purchase amount": "800.01 EUR", "role": "director"}) in found
    assert ("-", {"purchase amount": "800.01 EUR", "role": "clerk"}) in found


def test_limits_by_destination_are_tried_each_at_its_own_place() -> None:
    found = verdicts(
        "Letters to Norway are accepted up to a weight of 2 kg, letters to Peru up to 1 kg. Any other destination is refused."
    )
    assert ("-", {"destination": "Peru", "weight": "2 kg"}) in found
    assert ("+", {"destination": "Norway", "weight": "2 kg"}) in found
    assert ("-", {"destination": "Chile", "weight": "1 kg"}) in found
