"""What a tester does where nobody sets a demand off: an action by the verb of the demand, never "check whether" (S4-022)."""

from __future__ import annotations

import pytest

from testgen_runtime.generation.rules_en_stimuli import established, let_be, stimulus


@pytest.mark.parametrize(
    ("subject", "phrase", "instruction"),
    [
        ("LC", "set the Number of Consecutive True values to zero", "read the Number of Consecutive True values"),
        ("LC", "issue an event message indicating the failure", "wait for an event message"),
        ("The server", "support the HTTP GET operation at the path /", "send an HTTP GET request to the path /"),
        ("LC", "reject the command and issue an event message", "send the command"),
        ("The system", "deny access to suspended users", "request access"),
        ("LC", "limit the number of messages to the table-defined maximum", "exceed the table-defined maximum"),
        ("A 200-response", "include the following links", "retrieve the 200-response"),
        ("A successful execution of the operation", "be reported as a response", "execute the operation successfully"),
        ("An order", "be shipped", "ship the order"),
        ("the export", "be blocked", "start the export"),
        ("The user", "be reminded every 90 days", "sign in as the user"),
    ],
)
def test_the_verb_of_a_demand_tells_what_to_do(subject: str, phrase: str, instruction: str) -> None:  # S4-022
    assert stimulus(subject, phrase) == instruction


@pytest.mark.parametrize(
    ("clause", "instruction"),
    [
        ("The Watchpoint cannot be evaluated.", "make it impossible to evaluate the Watchpoint"),
        ("The equation has yielded a Fail result.", "let the equation yield a Fail result"),
        ("No heartbeat is received within 30 seconds.", "send no heartbeat within 30 seconds"),
        ("A payment does not fail.", "let a payment succeed"),
        ("The table is empty.", ""),
    ],
)
def test_a_situation_is_brought_about(clause: str, instruction: str) -> None:
    assert established(clause) == instruction


def test_a_situation_that_nobody_makes_is_let_be() -> None:
    assert let_be("No compartment is free.") == "let no compartment be free"


def test_an_operation_of_http_is_called_at_its_path() -> None:
    assert stimulus("the server", "support the HTTP GET operation at the path /collections") == (
        "send an HTTP GET request to the path /collections"
    )
