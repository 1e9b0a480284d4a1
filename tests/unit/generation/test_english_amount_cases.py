"""English limits on amounts and measured values, and the cases that rules write for them."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

GOLDEN: list[tuple[str, list[Seen]]] = [
    (
        "A wire transfer shall be at least 1 EUR and at most 15,000 EUR. Any other transfer shall be declined.",
        [
            (
                "+",
                {"wire transfer amount": "8000 EUR"},
                "Submit a wire transfer with an amount of 8000 EUR.",
                "The wire transfer is accepted.",
            ),
            (
                "-",
                {"wire transfer amount": "0.99 EUR"},
                "Submit a wire transfer with an amount of 0.99 EUR.",
                "The transfer is declined.",
            ),
            (
                "-",
                {"wire transfer amount": "15000.01 EUR"},
                "Submit a wire transfer with an amount of 15000.01 EUR.",
                "The transfer is declined.",
            ),
            (
                "+",
                {"wire transfer amount": "1 EUR"},
                "Submit a wire transfer with an amount of 1 EUR.",
                "The wire transfer is accepted.",
            ),
            (
                "+",
                {"wire transfer amount": "15000 EUR"},
                "Submit a wire transfer with an amount of 15000 EUR.",
                "The wire transfer is accepted.",
            ),
            (
                "+",
                {"wire transfer amount": "1.01 EUR"},
                "Submit a wire transfer with an amount of 1.01 EUR.",
                "The wire transfer is accepted.",
            ),
            (
                "+",
                {"wire transfer amount": "14999.99 EUR"},
                "Submit a wire transfer with an amount of 14999.99 EUR.",
                "The wire transfer is accepted.",
            ),
            (
                "-",
                {"wire transfer amount": "-1 EUR"},
                "Submit a wire transfer with an amount of -1 EUR.",
                "The transfer is declined.",
            ),
        ],
    ),
    (
        "Shipping is free for orders over 49 EUR.",
        [
            ("+", {"order amount": "100 EUR"}, "Submit an order with an amount of 100 EUR.", "Shipping is free for orders."),
            ("-", {"order amount": "49 EUR"}, "Submit an order with an amount of 49 EUR.", "Shipping is not free for orders."),
            ("+", {"order amount": "49.01 EUR"}, "Submit an order with an amount of 49.01 EUR.", "Shipping is free for orders."),
            (
                "-",
                {"order amount": "48.99 EUR"},
                "Submit an order with an amount of 48.99 EUR.",
                "Shipping is not free for orders.",
            ),
        ],
    ),
    (
        "If the amount exceeds 10,000 EUR, a second approval is required.",
        [
            ("+", {"amount": "20000 EUR"}, "Submit an amount of 20000 EUR.", "A second approval is required."),
            ("-", {"amount": "10000 EUR"}, "Submit an amount of 10000 EUR.", "A second approval is not required."),
            ("+", {"amount": "10000.01 EUR"}, "Submit an amount of 10000.01 EUR.", "A second approval is required."),
            ("-", {"amount": "9999.99 EUR"}, "Submit an amount of 9999.99 EUR.", "A second approval is not required."),
        ],
    ),
    (
        "The device shall operate at temperatures from -20 °C to 50 °C.",
        [
            (
                "+",
                {},
                "Let the device operate at temperatures from -20 °C to 50 °C.",
                "The device operates at temperatures from -20 °C to 50 °C.",
            ),
        ],
    ),
    (
        "Every order over 1,000 EUR must be approved by a manager before it is shipped.",
        [
            (
                "+",
                {"order amount": "2000 EUR"},
                "Submit an order with an amount of 2000 EUR.",
                "The order is approved by a manager before it is shipped.",
            ),
            (
                "-",
                {"order amount": "1000 EUR"},
                "Submit an order with an amount of 1000 EUR.",
                "The order does not need to be approved by a manager before it is shipped.",
            ),
            (
                "+",
                {"order amount": "1000.01 EUR"},
                "Submit an order with an amount of 1000.01 EUR.",
                "The order is approved by a manager before it is shipped.",
            ),
            (
                "-",
                {"order amount": "999.99 EUR"},
                "Submit an order with an amount of 999.99 EUR.",
                "The order does not need to be approved by a manager before it is shipped.",
            ),
        ],
    ),
    (
        "Transfers of less than 10 USD or more than 5000 USD shall be rejected.",
        [
            (
                "+",
                {"transfer amount": "3000 USD"},
                "Submit transfers with a transfer amount of 3000 USD.",
                "Transfers are accepted.",
            ),
            (
                "-",
                {"transfer amount": "9.99 USD"},
                "Submit transfers with a transfer amount of 9.99 USD.",
                "Transfers are rejected.",
            ),
            (
                "-",
                {"transfer amount": "5000.01 USD"},
                "Submit transfers with a transfer amount of 5000.01 USD.",
                "Transfers are rejected.",
            ),
            ("+", {"transfer amount": "10 USD"}, "Submit transfers with a transfer amount of 10 USD.", "Transfers are accepted."),
            (
                "+",
                {"transfer amount": "5000 USD"},
                "Submit transfers with a transfer amount of 5000 USD.",
                "Transfers are accepted.",
            ),
            (
                "+",
                {"transfer amount": "10.01 USD"},
                "Submit transfers with a transfer amount of 10.01 USD.",
                "Transfers are accepted.",
            ),
            (
                "+",
                {"transfer amount": "4999.99 USD"},
                "Submit transfers with a transfer amount of 4999.99 USD.",
                "Transfers are accepted.",
            ),
            ("-", {"transfer amount": "0 USD"}, "Submit transfers with a transfer amount of 0 USD.", "Transfers are rejected."),
            ("-", {"transfer amount": "-1 USD"}, "Submit transfers with a transfer amount of -1 USD.", "Transfers are rejected."),
        ],
    ),
    (
        "The quantity ordered shall not be less than 1 nor greater than 100; otherwise the order shall be rejected.",
        [
            ("+", {"quantity ordered": "50"}, "Submit the order with a quantity ordered of 50.", "The order is accepted."),
            ("-", {"quantity ordered": "0"}, "Submit the order with a quantity ordered of 0.", "The order is rejected."),
            ("-", {"quantity ordered": "101"}, "Submit the order with a quantity ordered of 101.", "The order is rejected."),
            ("+", {"quantity ordered": "1"}, "Submit the order with a quantity ordered of 1.", "The order is accepted."),
            ("+", {"quantity ordered": "100"}, "Submit the order with a quantity ordered of 100.", "The order is accepted."),
            ("+", {"quantity ordered": "2"}, "Submit the order with a quantity ordered of 2.", "The order is accepted."),
            ("+", {"quantity ordered": "99"}, "Submit the order with a quantity ordered of 99.", "The order is accepted."),
        ],
    ),
    (
        "Withdrawals are permitted up to a daily limit of 1,000 EUR. Withdrawals above this limit are declined.",
        [
            (
                "+",
                {"withdrawal amount": "500 EUR"},
                "Submit a withdrawal with an amount of 500 EUR.",
                "Withdrawals are permitted.",
            ),
            (
                "-",
                {"withdrawal amount": "1000.01 EUR"},
                "Submit a withdrawal with an amount of 1000.01 EUR.",
                "Withdrawals above this limit are declined.",
            ),
            (
                "+",
                {"withdrawal amount": "1000 EUR"},
                "Submit a withdrawal with an amount of 1000 EUR.",
                "Withdrawals are permitted.",
            ),
            (
                "+",
                {"withdrawal amount": "999.99 EUR"},
                "Submit a withdrawal with an amount of 999.99 EUR.",
                "Withdrawals are permitted.",
            ),
        ],
    ),
    (
        "The system must accept a rating from 1 to 5 and must reject any other rating.",
        [
            ("+", {"rating": "3"}, "Submit a request with a rating of 3.", "The system accepts the rating."),
            ("-", {"rating": "0"}, "Submit a request with a rating of 0.", "The system rejects the rating of 0."),
            ("-", {"rating": "6"}, "Submit a request with a rating of 6.", "The system rejects the rating of 6."),
            ("+", {"rating": "1"}, "Submit a request with a rating of 1.", "The system accepts the rating."),
            ("+", {"rating": "5"}, "Submit a request with a rating of 5.", "The system accepts the rating."),
            ("+", {"rating": "2"}, "Submit a request with a rating of 2.", "The system accepts the rating."),
            ("+", {"rating": "4"}, "Submit a request with a rating of 4.", "The system accepts the rating."),
        ],
    ),
    (
        "The system shall accept a parcel that weighs at most 20 kg; a heavier parcel shall be refused.",
        [
            (
                "+",
                {"parcel weight": "10 kg"},
                "Submit the parcel with a parcel weight of 10 kg.",
                "The system accepts the parcel.",
            ),
            ("-", {"parcel weight": "21 kg"}, "Submit the parcel with a parcel weight of 21 kg.", "The parcel is refused."),
            (
                "+",
                {"parcel weight": "20 kg"},
                "Submit the parcel with a parcel weight of 20 kg.",
                "The system accepts the parcel.",
            ),
            (
                "+",
                {"parcel weight": "19 kg"},
                "Submit the parcel with a parcel weight of 19 kg.",
                "The system accepts the parcel.",
            ),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_limit_on_an_amount_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
