"""English conditions and events, and the cases that rules write for them."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

GOLDEN: list[tuple[str, list[Seen]]] = [
    (
        "If a user enters a wrong PIN 3 times in a row, the system shall block the card.",
        [
            (
                "+",
                {"number of wrong PINs in a row": "6 times"},
                "Enter a wrong PIN 6 times in a row.",
                "The system blocks the card.",
            ),
            (
                "-",
                {"number of wrong PINs in a row": "2 times"},
                "Enter a wrong PIN 2 times in a row.",
                "The system does not block the card.",
            ),
            (
                "+",
                {"number of wrong PINs in a row": "3 times"},
                "Enter a wrong PIN 3 times in a row.",
                "The system blocks the card.",
            ),
            (
                "+",
                {"number of wrong PINs in a row": "4 times"},
                "Enter a wrong PIN 4 times in a row.",
                "The system blocks the card.",
            ),
        ],
    ),
    (
        "When the temperature exceeds 80 °C, the controller shall switch the heater off.",
        [
            ("+", {"temperature": "200°C"}, "Set the temperature to 200°C.", "The controller switches the heater off."),
            ("-", {"temperature": "80°C"}, "Set the temperature to 80°C.", "The controller does not switch the heater off."),
            ("+", {"temperature": "81°C"}, "Set the temperature to 81°C.", "The controller switches the heater off."),
            ("-", {"temperature": "79°C"}, "Set the temperature to 79°C.", "The controller does not switch the heater off."),
        ],
    ),
    (
        "The server shall respond with status code 404 if the resource does not exist.",
        [
            ("+", {"resource": "does not exist"}, "Send a request to the server.", "The server responds with status code 404."),
            ("-", {"resource": "exists"}, "Send a request to the server.", "The server does not respond with status code 404."),
        ],
    ),
    (
        "The check-in date must not be in the past.",
        [
            ("-", {}, "Enter a check-in date that is in the past.", "The check-in date is rejected."),
        ],
    ),
    (
        "A payment shall be refused if the card has expired or the balance is insufficient.",
        [
            ("-", {"card": "has expired", "balance": "is sufficient"}, "Submit the payment.", "The payment is refused."),
            ("+", {"card": "has not expired", "balance": "is sufficient"}, "Submit the payment.", "The payment is accepted."),
            ("-", {"balance": "is insufficient", "card": "has not expired"}, "Submit the payment.", "The payment is refused."),
        ],
    ),
    (
        "If three consecutive login attempts fail, the account shall be locked for 30 minutes.",
        [
            (
                "+",
                {"number of failed consecutive login attempts": "6 consecutive login attempts"},
                "Let 6 consecutive login attempts fail.",
                "The account is locked for 30 minutes.",
            ),
            (
                "-",
                {"number of failed consecutive login attempts": "2 consecutive login attempts"},
                "Let 2 consecutive login attempts fail.",
                "The account is not locked for 30 minutes.",
            ),
            (
                "+",
                {"number of failed consecutive login attempts": "3 consecutive login attempts"},
                "Let 3 consecutive login attempts fail.",
                "The account is locked for 30 minutes.",
            ),
            (
                "+",
                {"number of failed consecutive login attempts": "4 consecutive login attempts"},
                "Let 4 consecutive login attempts fail.",
                "The account is locked for 30 minutes.",
            ),
        ],
    ),
    (
        "The alarm shall be raised if the pressure is above 10 bar for more than 5 seconds.",
        [
            (
                "+",
                {"pressure": "20 bar", "pressure time": "10 seconds"},
                "Hold the pressure at 20 bar for 10 seconds.",
                "The alarm is raised.",
            ),
            (
                "-",
                {"pressure": "10 bar", "pressure time": "10 seconds"},
                "Hold the pressure at 10 bar for 10 seconds.",
                "The alarm is not raised.",
            ),
            (
                "+",
                {"pressure": "11 bar", "pressure time": "10 seconds"},
                "Hold the pressure at 11 bar for 10 seconds.",
                "The alarm is raised.",
            ),
            (
                "-",
                {"pressure": "9 bar", "pressure time": "10 seconds"},
                "Hold the pressure at 9 bar for 10 seconds.",
                "The alarm is not raised.",
            ),
            (
                "-",
                {"pressure time": "5 seconds", "pressure": "20 bar"},
                "Hold the pressure at 20 bar for 5 seconds.",
                "The alarm is not raised.",
            ),
            (
                "+",
                {"pressure time": "6 seconds", "pressure": "20 bar"},
                "Hold the pressure at 20 bar for 6 seconds.",
                "The alarm is raised.",
            ),
            (
                "-",
                {"pressure time": "4 seconds", "pressure": "20 bar"},
                "Hold the pressure at 20 bar for 4 seconds.",
                "The alarm is not raised.",
            ),
        ],
    ),
    (
        "The server shall close the connection if no heartbeat is received within 30 seconds.",
        [
            (
                "+",
                {"condition": "no heartbeat is received within 30 seconds"},
                "Send no heartbeat within 30 seconds.",
                "The server closes the connection.",
            ),
            (
                "-",
                {"condition": "a heartbeat is received within 30 seconds"},
                "Send a heartbeat within 30 seconds.",
                "The server does not close the connection.",
            ),
        ],
    ),
    (
        "If neither an e-mail address nor a phone number is given, the registration shall be rejected.",
        [
            (
                "-",
                {"condition": "neither an e-mail address nor a phone number is given"},
                "Submit the registration.",
                "The registration is rejected.",
            ),
            (
                "+",
                {"condition": "an e-mail address or a phone number is given"},
                "Submit the registration.",
                "The registration is accepted.",
            ),
        ],
    ),
    (
        "If the user has no valid licence or the trial period is over, the export shall be blocked.",
        [
            (
                "-",
                {"user": "has no valid licence", "trial period": "is not over"},
                "Start the export.",
                "The export is blocked.",
            ),
            (
                "+",
                {"user": "has a valid licence", "trial period": "is not over"},
                "Start the export.",
                "The export is not blocked.",
            ),
            (
                "-",
                {"trial period": "is over", "user": "has a valid licence"},
                "Start the export.",
                "The export is blocked.",
            ),
        ],
    ),
    (
        "If the door stays open for more than 2 minutes, the system shall sound an alarm and notify the operator.",
        [
            (
                "+",
                {"time the door stays open": "4 minutes"},
                "Let the door stay open for 4 minutes.",
                "The system sounds an alarm and notifies the operator.",
            ),
            (
                "-",
                {"time the door stays open": "2 minutes"},
                "Let the door stay open for 2 minutes.",
                "The system does not sound an alarm or notify the operator.",
            ),
            (
                "+",
                {"time the door stays open": "3 minutes"},
                "Let the door stay open for 3 minutes.",
                "The system sounds an alarm and notifies the operator.",
            ),
            (
                "-",
                {"time the door stays open": "1 minute"},
                "Let the door stay open for 1 minute.",
                "The system does not sound an alarm or notify the operator.",
            ),
        ],
    ),
    (
        "After 3 wrong pickup codes the locker shall refuse further codes for 5 minutes.",
        [
            (
                "-",
                {"number of wrong pickup codes": "3 wrong pickup codes"},
                "Enter 3 wrong pickup codes.",
                "The locker refuses further codes for 5 minutes.",
            ),
            (
                "+",
                {"number of wrong pickup codes": "2 wrong pickup codes"},
                "Enter 2 wrong pickup codes.",
                "The locker accepts further codes.",
            ),
            (
                "-",
                {"number of wrong pickup codes": "4 wrong pickup codes"},
                "Enter 4 wrong pickup codes.",
                "The locker refuses further codes for 5 minutes.",
            ),
        ],
    ),
    (
        "If no compartment of the requested size is free, the system shall offer the next larger size.",
        [
            (
                "+",
                {"condition": "no compartment of the requested size is free"},
                "Let no compartment of the requested size be free.",
                "The system offers the next larger size.",
            ),
            (
                "-",
                {"condition": "a compartment of the requested size is free"},
                "Use a compartment of the requested size that is free.",
                "The system does not offer the next larger size.",
            ),
        ],
    ),
    (
        "Only if the payment has been confirmed may the order be shipped.",
        [
            ("+", {"payment": "has been confirmed"}, "Ship the order.", "The order is shipped."),
            ("-", {"payment": "has not been confirmed"}, "Ship the order.", "The order is not shipped."),
        ],
    ),
    (
        "An order shall be shipped unless the customer is blacklisted.",
        [
            ("-", {"customer": "is blacklisted"}, "Ship the order.", "The order is not shipped."),
            ("+", {"customer": "is not blacklisted"}, "Ship the order.", "The order is shipped."),
        ],
    ),
    (
        "The system shall raise an alarm when the CPU load exceeds 90 % for 5 minutes.",
        [
            ("+", {"CPU load": "100%"}, "Hold the CPU load at 100% for 5 minutes.", "The system raises an alarm."),
            ("-", {"CPU load": "90%"}, "Hold the CPU load at 90% for 5 minutes.", "The system does not raise an alarm."),
            ("+", {"CPU load": "91%"}, "Hold the CPU load at 91% for 5 minutes.", "The system raises an alarm."),
            ("-", {"CPU load": "89%"}, "Hold the CPU load at 89% for 5 minutes.", "The system does not raise an alarm."),
        ],
    ),
    (
        "If a payment fails, the system shall notify the customer and the order shall be cancelled.",
        [
            ("+", {"payment": "fails"}, "Let a payment fail.", "The system notifies the customer. The order is cancelled."),
            (
                "-",
                {"payment": "does not fail"},
                "Let a payment succeed.",
                "The system does not notify the customer. The order is not cancelled.",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_condition_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
