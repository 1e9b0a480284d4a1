"""English requirements and the cases that rules write for them: from a sentence to verdict, data, step and result.

Each row is one sentence with all of its cases, as a senior tester would sign them. A change of wording changes a row; a change of
a verdict or a value is a defect unless the row was wrong.
"""

from __future__ import annotations

import pytest
from tests.unit.documents.reading import document

from testgen_runtime.cases.model import Case
from testgen_runtime.generation import rules
from testgen_runtime.generation.gates import judge
from testgen_runtime.generation.model import Options
from testgen_runtime.techniques.design import derive
from testgen_runtime.techniques.vocabulary import Vocabulary

Seen = tuple[str, dict[str, str], str, str]
"""Verdict ("+" accepted, "-" refused), test data, the last action, the last expected result."""

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
        ],
    ),
    (
        "The system shall accept payments in EUR, GBP and CHF. A payment in any other currency shall be refused.",
        [
            ("+", {"currency": "EUR"}, "Submit a payment in the currency EUR.", "The system accepts payments in EUR."),
            ("+", {"currency": "GBP"}, "Submit a payment in the currency GBP.", "The system accepts payments in GBP."),
            ("+", {"currency": "CHF"}, "Submit a payment in the currency CHF.", "The system accepts payments in CHF."),
            ("-", {"currency": "JPY"}, "Submit a payment in the currency JPY.", "The payment in the currency JPY is refused."),
        ],
    ),
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
        "An applicant younger than 18 years shall not be able to open an account.",
        [
            ("+", {"applicant age": "40 years"}, "Open an account with an applicant age of 40 years.", "The account is opened."),
            (
                "-",
                {"applicant age": "17 years"},
                "Open an account with an applicant age of 17 years.",
                "The system refuses this and the account is not opened.",
            ),
            ("+", {"applicant age": "18 years"}, "Open an account with an applicant age of 18 years.", "The account is opened."),
            ("+", {"applicant age": "19 years"}, "Open an account with an applicant age of 19 years.", "The account is opened."),
        ],
    ),
    (
        "A manager may reject a request while its status is Submitted or In Review.",
        [
            ("+", {"request state": "Submitted"}, "Reject a request.", "The request is rejected."),
            ("+", {"request state": "In Review"}, "Reject a request.", "The request is rejected."),
            ("-", {"request state": "Closed"}, "Reject a request.", "The system refuses this and the request is not rejected."),
        ],
    ),
    (
        "Guests must not download attachments.",
        [
            ("-", {"role": "Guest"}, "Download attachments.", "The system refuses this and attachments are not downloaded."),
        ],
    ),
    (
        "A comment shall not exceed 500 characters.",
        [
            ("+", {"comment length": "300 characters"}, "Enter a comment of 300 characters.", "The comment is accepted."),
            ("-", {"comment length": "501 characters"}, "Enter a comment of 501 characters.", "The comment is rejected."),
            ("+", {"comment length": "500 characters"}, "Enter a comment of 500 characters.", "The comment is accepted."),
            ("+", {"comment length": "499 characters"}, "Enter a comment of 499 characters.", "The comment is accepted."),
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
        "The user shall not be able to transfer money unless the account is verified.",
        [
            ("+", {"account": "is verified"}, "Transfer money.", "Money is transferred."),
            ("-", {"account": "is not verified"}, "Transfer money.", "The system refuses this and money is not transferred."),
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
        "The password must contain at least one digit, at least one upper-case letter and at least 10 characters.",
        [
            (
                "-",
                {
                    "number of digits": "0 digits",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 0 digits, 1 upper-case letter and 20 characters.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 1 digit, 1 upper-case letter and 20 characters.",
                "The password is accepted.",
            ),
            (
                "+",
                {
                    "number of digits": "2 digits",
                    "number of upper-case letters": "1 upper-case letter",
                    "password length": "20 characters",
                },
                "Enter a password with 2 digits, 1 upper-case letter and 20 characters.",
                "The password is accepted.",
            ),
            (
                "-",
                {
                    "number of upper-case letters": "0 upper-case letter",
                    "number of digits": "1 digit",
                    "password length": "20 characters",
                },
                "Enter a password with 0 upper-case letter, 1 digit and 20 characters.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "number of upper-case letters": "2 upper-case letter",
                    "number of digits": "1 digit",
                    "password length": "20 characters",
                },
                "Enter a password with 2 upper-case letter, 1 digit and 20 characters.",
                "The password is accepted.",
            ),
            (
                "-",
                {
                    "password length": "9 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 9 characters, 1 digit and 1 upper-case letter.",
                "The password is rejected.",
            ),
            (
                "+",
                {
                    "password length": "10 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 10 characters, 1 digit and 1 upper-case letter.",
                "The password is accepted.",
            ),
            (
                "+",
                {
                    "password length": "11 characters",
                    "number of digits": "1 digit",
                    "number of upper-case letters": "1 upper-case letter",
                },
                "Enter a password with 11 characters, 1 digit and 1 upper-case letter.",
                "The password is accepted.",
            ),
        ],
    ),
    (
        "A member may borrow up to 5 books at the same time.",
        [
            ("+", {"number of books": "3 books"}, "Borrow 3 books at the same time.", "3 books are borrowed at the same time."),
            (
                "-",
                {"number of books": "6 books"},
                "Borrow 6 books at the same time.",
                "The system refuses this and 6 books are not borrowed at the same time.",
            ),
            ("+", {"number of books": "5 books"}, "Borrow 5 books at the same time.", "5 books are borrowed at the same time."),
            ("+", {"number of books": "4 books"}, "Borrow 4 books at the same time.", "4 books are borrowed at the same time."),
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
        "No user shall be able to approve his or her own expense claim.",
        [
            ("-", {}, "Approve your own expense claim.", "The system refuses this and your own expense claim is not approved."),
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
        "Uploads shall be limited to JPG and PNG files of at most 10 MB.",
        [
            ("+", {"format": "JPG", "file size": "5 MB"}, "Upload a JPG file of 5 MB.", "The upload is accepted."),
            ("+", {"format": "PNG", "file size": "5 MB"}, "Upload a PNG file of 5 MB.", "The upload is accepted."),
            ("-", {"format": "TXT", "file size": "5 MB"}, "Upload a TXT file of 5 MB.", "The upload is rejected."),
            ("-", {"file size": "10.1 MB", "format": "JPG"}, "Upload a JPG file of 10.1 MB.", "The upload is rejected."),
            ("+", {"file size": "10 MB", "format": "JPG"}, "Upload a JPG file of 10 MB.", "The upload is accepted."),
            ("+", {"file size": "9.9 MB", "format": "JPG"}, "Upload a JPG file of 9.9 MB.", "The upload is accepted."),
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
        "If the amount exceeds 10,000 EUR, a second approval is required.",
        [
            ("+", {"amount": "20000 EUR"}, "Submit an amount of 20000 EUR.", "A second approval is required."),
            ("-", {"amount": "10000 EUR"}, "Submit an amount of 10000 EUR.", "A second approval is not required."),
            ("+", {"amount": "10000.01 EUR"}, "Submit an amount of 10000.01 EUR.", "A second approval is required."),
            ("-", {"amount": "9999.99 EUR"}, "Submit an amount of 9999.99 EUR.", "A second approval is not required."),
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
        "The device shall operate at temperatures from -20 °C to 50 °C.",
        [
            (
                "+",
                {},
                "Check whether the device operates at temperatures from -20 °C to 50 °C.",
                "The device operates at temperatures from -20 °C to 50 °C.",
            ),
        ],
    ),
    (
        "The server shall close the connection if no heartbeat is received within 30 seconds.",
        [
            (
                "+",
                {"condition": "no heartbeat is received within 30 seconds"},
                "Check whether the server closes the connection.",
                "The server closes the connection.",
            ),
            (
                "-",
                {"condition": "a heartbeat is received within 30 seconds"},
                "Check whether the server closes the connection.",
                "The server does not close the connection.",
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
        "Access to the archive is restricted to auditors and compliance officers.",
        [
            ("+", {"role": "auditor"}, "Open the archive.", "Access to the archive is granted."),
            ("+", {"role": "compliance officer"}, "Open the archive.", "Access to the archive is granted."),
            ("-", {"role": "Guest"}, "Open the archive.", "Access to the archive is denied."),
        ],
    ),
    (
        "No more than 3 devices may be registered per account; the registration of a fourth device shall be refused.",
        [
            (
                "-",
                {"number of devices": "4 devices"},
                "Register 4 devices per account.",
                "The registration of a fourth device is refused.",
            ),
            ("+", {"number of devices": "3 devices"}, "Register 3 devices per account.", "3 devices are registered per account."),
            ("+", {"number of devices": "2 devices"}, "Register 2 devices per account.", "2 devices are registered per account."),
        ],
    ),
    (
        "Students under 16 years of age need the consent of a parent.",
        [
            (
                "+",
                {"student age": "8 years"},
                "Submit a request with a student age of 8 years.",
                "Students need the consent of a parent.",
            ),
            (
                "-",
                {"student age": "16 years"},
                "Submit a request with a student age of 16 years.",
                "Students do not need the consent of a parent.",
            ),
            (
                "+",
                {"student age": "15 years"},
                "Submit a request with a student age of 15 years.",
                "Students need the consent of a parent.",
            ),
            (
                "-",
                {"student age": "17 years"},
                "Submit a request with a student age of 17 years.",
                "Students do not need the consent of a parent.",
            ),
        ],
    ),
    (
        "The message shall be at most 160 characters long. Longer messages shall be split into several parts.",
        [
            ("+", {"message length": "80 characters"}, "Enter a message of 80 characters.", "The message is accepted."),
            (
                "-",
                {"message length": "161 characters"},
                "Enter a message of 161 characters.",
                "Longer messages are split into several parts.",
            ),
            ("+", {"message length": "160 characters"}, "Enter a message of 160 characters.", "The message is accepted."),
            ("+", {"message length": "159 characters"}, "Enter a message of 159 characters.", "The message is accepted."),
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
        "A document may only be signed in the state Final.",
        [
            ("+", {"document state": "Final"}, "Sign the document.", "The document is signed."),
            ("-", {"document state": "Closed"}, "Sign the document.", "The document is not signed."),
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
        "A passenger with more than 2 pieces of luggage shall pay a surcharge.",
        [
            (
                "+",
                {"number of pieces": "4 pieces"},
                "Submit a request with 4 pieces.",
                "The system requires the passenger to pay a surcharge.",
            ),
            (
                "-",
                {"number of pieces": "2 pieces"},
                "Submit a request with 2 pieces.",
                "The system does not require the passenger to pay a surcharge.",
            ),
            (
                "+",
                {"number of pieces": "3 pieces"},
                "Submit a request with 3 pieces.",
                "The system requires the passenger to pay a surcharge.",
            ),
            (
                "-",
                {"number of pieces": "1 piece"},
                "Submit a request with 1 piece.",
                "The system does not require the passenger to pay a surcharge.",
            ),
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
        "A visitor whose badge is blocked must not enter the building. A visitor whose badge is active may enter.",
        [
            ("-", {"visitor's badge": "is blocked"}, "Enter the building.", "The visitor cannot enter the building."),
            ("+", {"visitor's badge": "is not blocked"}, "Enter the building.", "The visitor can enter the building."),
            ("+", {"visitor's badge": "is active"}, "Enter the building.", "The visitor can enter the building."),
            ("-", {"visitor's badge": "is not active"}, "Enter the building.", "The visitor cannot enter the building."),
        ],
    ),
    (
        "A team shall have no fewer than 3 and no more than 12 members; the system shall reject the creation "
        "of a team outside these limits.",
        [
            ("+", {"number of members": "8 members"}, "Submit a team with 8 members.", "The team is accepted."),
            (
                "-",
                {"number of members": "2 members"},
                "Submit a team with 2 members.",
                "The system rejects the creation of a team.",
            ),
            (
                "-",
                {"number of members": "13 members"},
                "Submit a team with 13 members.",
                "The system rejects the creation of a team.",
            ),
            ("+", {"number of members": "3 members"}, "Submit a team with 3 members.", "The team is accepted."),
            ("+", {"number of members": "12 members"}, "Submit a team with 12 members.", "The team is accepted."),
            ("+", {"number of members": "4 members"}, "Submit a team with 4 members.", "The team is accepted."),
            ("+", {"number of members": "11 members"}, "Submit a team with 11 members.", "The team is accepted."),
        ],
    ),
    (
        "Any user except a guest may comment. A guest shall be denied.",
        [
            ("-", {"role": "guest"}, "Comment.", "The user with the role guest is denied."),
            ("+", {}, "Comment.", "The user can comment."),
        ],
    ),
    (
        "A username must contain between 5 and 30 characters. Shorter or longer usernames shall be refused.",
        [
            ("+", {"username length": "20 characters"}, "Submit a username of 20 characters.", "The username is accepted."),
            ("-", {"username length": "4 characters"}, "Submit a username of 4 characters.", "The usernames are refused."),
            ("-", {"username length": "31 characters"}, "Submit a username of 31 characters.", "The usernames are refused."),
            ("+", {"username length": "5 characters"}, "Submit a username of 5 characters.", "The username is accepted."),
            ("+", {"username length": "30 characters"}, "Submit a username of 30 characters.", "The username is accepted."),
            ("+", {"username length": "6 characters"}, "Submit a username of 6 characters.", "The username is accepted."),
            ("+", {"username length": "29 characters"}, "Submit a username of 29 characters.", "The username is accepted."),
        ],
    ),
    (
        "The system shall deny access to users whose account is suspended.",
        [
            (
                "-",
                {"user's account": "is suspended"},
                "Check whether the system denies access to users whose account is suspended.",
                "The system denies access to users whose account is suspended.",
            ),
            (
                "+",
                {"user's account": "is not suspended"},
                "Check whether the system denies access to users whose account is suspended.",
                "The system does not deny access to users whose account is suspended.",
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
        ],
    ),
    (
        "An article can be deleted as long as it is in the state Draft or Review; once it is Published, the "
        "deletion shall be refused.",
        [
            ("+", {"article state": "Draft"}, "Delete the article.", "The article is deleted."),
            ("+", {"article state": "Review"}, "Delete the article.", "The article is deleted."),
            ("-", {"article state": "Published"}, "Delete the article.", "The deletion is refused."),
        ],
    ),
    (
        "The avatar must be a PNG, JPEG or GIF image. Any other file type shall be rejected.",
        [
            ("+", {"file type": "PNG"}, "Upload a PNG file.", "The avatar is accepted."),
            ("+", {"file type": "JPEG"}, "Upload a JPEG file.", "The avatar is accepted."),
            ("+", {"file type": "GIF"}, "Upload a GIF file.", "The avatar is accepted."),
            ("-", {"file type": "TXT"}, "Upload a TXT file.", "The file type TXT is rejected."),
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
        "A voucher may be redeemed no later than 90 days after its issue; a later redemption shall be refused.",
        [
            ("+", {"time since issue": "50 days"}, "Redeem the voucher 50 days after its issue.", "The voucher is redeemed."),
            ("-", {"time since issue": "91 days"}, "Redeem the voucher 91 days after its issue.", "The redemption is refused."),
            ("+", {"time since issue": "90 days"}, "Redeem the voucher 90 days after its issue.", "The voucher is redeemed."),
            ("+", {"time since issue": "89 days"}, "Redeem the voucher 89 days after its issue.", "The voucher is redeemed."),
        ],
    ),
    (
        "If the user has no valid licence or the trial period is over, the export shall be blocked.",
        [
            (
                "-",
                {"user": "has no valid licence", "trial period": "is not over"},
                "Check whether the export is blocked.",
                "The export is blocked.",
            ),
            (
                "+",
                {"user": "has a valid licence", "trial period": "is not over"},
                "Check whether the export is blocked.",
                "The export is not blocked.",
            ),
            (
                "-",
                {"trial period": "is over", "user": "has a valid licence"},
                "Check whether the export is blocked.",
                "The export is blocked.",
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
        "Payments by the methods Visa, Mastercard or PayPal shall be accepted; payments by any other method shall be refused.",
        [
            ("+", {"method": "Visa"}, "Submit payments by the method Visa.", "Payments by the method Visa are accepted."),
            (
                "+",
                {"method": "Mastercard"},
                "Submit payments by the method Mastercard.",
                "Payments by the method Mastercard are accepted.",
            ),
            ("+", {"method": "PayPal"}, "Submit payments by the method PayPal.", "Payments by the method PayPal are accepted."),
            ("-", {"method": "Cheque"}, "Submit payments by the method Cheque.", "Payments by the method Cheque are refused."),
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
                "The system does not sound an alarm and notify the operator.",
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
                "The system does not sound an alarm and notify the operator.",
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
                "Check 14 days after a return was accepted whether the refund is paid.",
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
        "If no compartment of the requested size is free, the system shall offer the next larger size.",
        [
            (
                "+",
                {"condition": "no compartment of the requested size is free"},
                "Check whether the system offers the next larger size.",
                "The system offers the next larger size.",
            ),
            (
                "-",
                {"condition": "a compartment of the requested size is free"},
                "Check whether the system offers the next larger size.",
                "The system does not offer the next larger size.",
            ),
        ],
    ),
]


def written(statement: str) -> list[Seen]:
    """The cases of a document that holds only `statement`; each has passed every gate."""
    read = document(f"## REQ-1\n\n{statement}\n")
    (found,) = read.requirements
    accepted: list[Case] = []
    for point in derive(found, read.text, Options(), Vocabulary.of(read.requirements)).points:
        case = rules.write(found, point, document_id="D", document=read)
        assert judge(case, found, read, point, accepted) == []
        accepted.append(case)
    return [
        ("+" if case.polarity == "positive" else "-", dict(case.test_data), case.steps[-1].action, case.steps[-1].expected)
        for case in accepted
    ]


@pytest.mark.parametrize(("statement", "cases"), GOLDEN, ids=[statement[:40] for statement, _ in GOLDEN])
def test_a_requirement_becomes_these_cases(statement: str, cases: list[Seen]) -> None:  # S4-022
    assert written(statement) == cases
