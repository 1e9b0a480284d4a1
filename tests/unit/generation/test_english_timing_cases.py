"""English deadlines, validities and intervals, and the cases that rules write for them."""

from __future__ import annotations

import pytest
from tests.unit.generation.english_cases import Seen, written

GOLDEN: list[tuple[str, list[Seen]]] = [
    (
        "A session shall end after 15 minutes of inactivity.",
        [
            ("+", {"inactivity time": "30 minutes"}, "Wait for 30 minutes of inactivity.", "The session ends."),
            ("-", {"inactivity time": "14 minutes"}, "Wait for 14 minutes of inactivity.", "The session does not end."),
            ("+", {"inactivity time": "15 minutes"}, "Wait for 15 minutes of inactivity.", "The session ends."),
            ("+", {"inactivity time": "16 minutes"}, "Wait for 16 minutes of inactivity.", "The session ends."),
        ],
    ),
    (
        "The access token shall expire after 60 minutes.",
        [
            ("+", {"access token age": "100 minutes"}, "Wait for 100 minutes.", "The access token expires."),
            ("-", {"access token age": "59 minutes"}, "Wait for 59 minutes.", "The access token does not expire."),
            ("+", {"access token age": "60 minutes"}, "Wait for 60 minutes.", "The access token expires."),
            ("+", {"access token age": "61 minutes"}, "Wait for 61 minutes.", "The access token expires."),
        ],
    ),
    (
        "The heartbeat interval must be between 5 and 60 seconds.",
        [
            (
                "+",
                {"heartbeat interval": "30 seconds"},
                "Set the heartbeat interval to 30 seconds.",
                "The heartbeat interval is accepted.",
            ),
            (
                "-",
                {"heartbeat interval": "4 seconds"},
                "Set the heartbeat interval to 4 seconds.",
                "The heartbeat interval is rejected.",
            ),
            (
                "-",
                {"heartbeat interval": "61 seconds"},
                "Set the heartbeat interval to 61 seconds.",
                "The heartbeat interval is rejected.",
            ),
            (
                "+",
                {"heartbeat interval": "5 seconds"},
                "Set the heartbeat interval to 5 seconds.",
                "The heartbeat interval is accepted.",
            ),
            (
                "+",
                {"heartbeat interval": "60 seconds"},
                "Set the heartbeat interval to 60 seconds.",
                "The heartbeat interval is accepted.",
            ),
            (
                "+",
                {"heartbeat interval": "6 seconds"},
                "Set the heartbeat interval to 6 seconds.",
                "The heartbeat interval is accepted.",
            ),
            (
                "+",
                {"heartbeat interval": "59 seconds"},
                "Set the heartbeat interval to 59 seconds.",
                "The heartbeat interval is accepted.",
            ),
        ],
    ),
    (
        "A booking can be cancelled up to 24 hours before departure.",
        [
            (
                "+",
                {"time before departure": "50 hours"},
                "Cancel the booking 50 hours before departure.",
                "The booking is cancelled.",
            ),
            (
                "-",
                {"time before departure": "23 hours"},
                "Cancel the booking 23 hours before departure.",
                "The booking is not cancelled.",
            ),
            (
                "+",
                {"time before departure": "24 hours"},
                "Cancel the booking 24 hours before departure.",
                "The booking is cancelled.",
            ),
            (
                "+",
                {"time before departure": "25 hours"},
                "Cancel the booking 25 hours before departure.",
                "The booking is cancelled.",
            ),
        ],
    ),
    (
        "A ticket that has been closed for more than 30 days must not be reopened.",
        [
            (
                "+",
                {"time the ticket has been closed": "20 days"},
                "Reopen the ticket after the ticket has been closed for 20 days.",
                "The ticket is reopened.",
            ),
            (
                "-",
                {"time the ticket has been closed": "31 days"},
                "Reopen the ticket after the ticket has been closed for 31 days.",
                "The ticket is not reopened.",
            ),
            (
                "+",
                {"time the ticket has been closed": "30 days"},
                "Reopen the ticket after the ticket has been closed for 30 days.",
                "The ticket is reopened.",
            ),
            (
                "+",
                {"time the ticket has been closed": "29 days"},
                "Reopen the ticket after the ticket has been closed for 29 days.",
                "The ticket is reopened.",
            ),
        ],
    ),
    (
        "A customer may return an item within 30 days of delivery. Returns after 30 days shall be refused.",
        [
            ("+", {"time since delivery": "20 days"}, "Return an item 20 days after the delivery.", "The item is returned."),
            (
                "-",
                {"time since delivery": "31 days"},
                "Return an item 31 days after the delivery.",
                "Returns after 30 days are refused.",
            ),
            ("+", {"time since delivery": "30 days"}, "Return an item 30 days after the delivery.", "The item is returned."),
            ("+", {"time since delivery": "29 days"}, "Return an item 29 days after the delivery.", "The item is returned."),
        ],
    ),
    (
        "A reset link shall be valid for 24 hours. After that it shall be rejected.",
        [
            (
                "+",
                {"reset link age": "10 hours"},
                "Submit the reset link when it is 10 hours old.",
                "The reset link is accepted.",
            ),
            (
                "-",
                {"reset link age": "25 hours"},
                "Submit the reset link when it is 25 hours old.",
                "The reset link is rejected.",
            ),
            (
                "+",
                {"reset link age": "24 hours"},
                "Submit the reset link when it is 24 hours old.",
                "The reset link is accepted.",
            ),
            (
                "+",
                {"reset link age": "23 hours"},
                "Submit the reset link when it is 23 hours old.",
                "The reset link is accepted.",
            ),
        ],
    ),
    (
        "A comment may be edited within 15 minutes after it was posted. After 15 minutes the system shall reject the edit.",
        [
            (
                "+",
                {"comment": "was posted", "time since the comment was posted": "8 minutes"},
                "Edit the comment 8 minutes after the comment was posted.",
                "The comment is edited.",
            ),
            (
                "-",
                {"time since the comment was posted": "16 minutes", "comment": "was posted"},
                "Edit the comment 16 minutes after the comment was posted.",
                "The system rejects the edit.",
            ),
            (
                "+",
                {"time since the comment was posted": "15 minutes", "comment": "was posted"},
                "Edit the comment 15 minutes after the comment was posted.",
                "The comment is edited.",
            ),
            (
                "+",
                {"time since the comment was posted": "14 minutes", "comment": "was posted"},
                "Edit the comment 14 minutes after the comment was posted.",
                "The comment is edited.",
            ),
        ],
    ),
    (
        "A voucher may be redeemed no later than 90 days after its issue; a later redemption shall be refused.",
        [
            ("+", {"time since issue": "50 days"}, "Redeem the voucher 50 days after its issue.", "The voucher is redeemed."),
            ("-", {"time since issue": "91 days"}, "Redeem the voucher 91 days after its issue.", "The redemption is refused."),
            ("+", {"time since issue": "90 days"}, "Redeem the voucher 90 days after its issue.", "The voucher is redeemed."),
            ("+", {"time since issue": "89 days"}, "Redeem the voucher 89 days after its issue.", "The voucher is redeemed."),
        ],
    ),
    (
        "A recipient may extend the storage period once, by at most 48 hours.",
        [
            (
                "+",
                {"extension": "20 hours"},
                "Extend the storage period once, by 20 hours.",
                "The recipient can extend the storage period once, by 20 hours.",
            ),
            (
                "-",
                {"extension": "49 hours"},
                "Extend the storage period once, by 49 hours.",
                "The recipient cannot extend the storage period once, by 49 hours.",
            ),
            (
                "+",
                {"extension": "48 hours"},
                "Extend the storage period once, by 48 hours.",
                "The recipient can extend the storage period once, by 48 hours.",
            ),
            (
                "+",
                {"extension": "47 hours"},
                "Extend the storage period once, by 47 hours.",
                "The recipient can extend the storage period once, by 47 hours.",
            ),
        ],
    ),
    (
        "A refund shall be paid within 14 days after a return was accepted.",
        [
            (
                "+",
                {"return": "was accepted"},
                "Wait for 14 days after a return was accepted.",
                "The refund is paid within 14 days.",
            ),
        ],
    ),
    (
        "The system shall keep the event log for at least 180 days.",
        [
            ("+", {}, "Check the event log after 180 days.", "The system still keeps the event log."),
        ],
    ),
    (
        "A member may reserve a room for up to 2 hours; after 2 hours the room shall be released "
        "and the user shall receive an e-mail.",
        [
            (
                "-",
                {"room time": "3 hours"},
                "Reserve a room for 3 hours.",
                "The system refuses this and the room is not reserved for 3 hours.",
            ),
            ("+", {"room time": "2 hours"}, "Reserve a room for 2 hours.", "The room is reserved for 2 hours."),
            ("+", {"room time": "1 hour"}, "Reserve a room for 1 hour.", "The room is reserved for 1 hour."),
            ("+", {}, "Wait for 2 hours after you reserve a room.", "The room is released. The user receives an e-mail."),
        ],
    ),
    (
        "The code shall have 6 digits and expire after 5 minutes.",
        [
            ("-", {"code length": "5 digits"}, "Enter a code of 5 digits.", "The code is rejected."),
            ("+", {"code length": "6 digits"}, "Enter a code of 6 digits.", "The code is accepted."),
            ("-", {"code length": "7 digits"}, "Enter a code of 7 digits.", "The code is rejected."),
            ("+", {}, "Wait for 5 minutes.", "The code expires."),
        ],
    ),
    (
        "The token shall expire after 15 minutes and the user shall be logged out.",
        [
            ("+", {"token age": "30 minutes"}, "Wait for 30 minutes.", "The token expires. The user is logged out."),
            ("-", {"token age": "14 minutes"}, "Wait for 14 minutes.", "The token does not expire. The user is not logged out."),
            ("+", {"token age": "15 minutes"}, "Wait for 15 minutes.", "The token expires. The user is logged out."),
            ("+", {"token age": "16 minutes"}, "Wait for 16 minutes.", "The token expires. The user is logged out."),
        ],
    ),
    (
        "A user may borrow up to 3 books; after 14 days a reminder shall be sent and a fee of 1 EUR shall be charged.",
        [
            ("-", {"number of books": "4 books"}, "Borrow 4 books.", "The system refuses this and 4 books are not borrowed."),
            ("+", {"number of books": "3 books"}, "Borrow 3 books.", "3 books are borrowed."),
            ("+", {"number of books": "2 books"}, "Borrow 2 books.", "2 books are borrowed."),
            ("+", {}, "Wait for 14 days after you borrow 3 books.", "A reminder is sent. The fee of 1 EUR is charged."),
        ],
    ),
]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_limit_on_a_time_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
