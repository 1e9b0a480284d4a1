"""What of the operator's log and metrics gets into one project's report: nothing that names another tenant."""

from __future__ import annotations

import json

from testgen_operator.kubectl.ours import Ours

OURS = Ours("team", "shop")


def line(**entry: object) -> str:
    return "2026-01-02T03:04:05.678Z " + json.dumps({"logger": "testgen_operator.x", "level": "info", "message": "m", **entry})


def test_lines_of_the_project_stay_as_they_are() -> None:
    mine = line(namespace="team", project="shop", object="Deployment shop-all-blue")
    assert OURS.log(mine) == f"{mine}\n"


def test_lines_of_other_projects_of_no_form_and_of_libraries_are_counted_and_left_out() -> None:
    told = OURS.log(
        "\n".join(
            [
                line(namespace="bank", project="shop"),
                line(namespace="team", project="vault"),
                "2026-01-02T03:04:05Z Traceback (most recent call last):",
                line(logger="kopf.objects", message="Handler of bank/vault failed"),
                line(logger="aiohttp.server", message="GET /bank"),
                "2026-01-02T03:04:05Z 7",
            ]
        )
    )
    assert told == "(6 lines about other projects, or of no known form, are left out)\n"


def test_lines_about_no_project_are_kept_without_what_may_name_one() -> None:
    told = OURS.log(line(time="t", message="watch restarted", namespaces=["bank"], error="bank/vault: 403"))
    assert json.loads(told.partition(" ")[2]) == {"time": "t", "level": "info", "message": "watch restarted"}


def test_series_of_other_projects_are_left_out() -> None:
    text = """# HELP testgen_operator_condition Conditions.
testgen_operator_condition{namespace="team",project="shop",condition="Ready",reason="Serving"} 1.0
testgen_operator_condition{namespace="bank",project="shop",condition="Ready",reason="Serving"} 1.0
testgen_operator_condition{namespace="team",project="vault",condition="Ready",reason="a\\"}b"} 0.0
testgen_operator_queue_length 3.0
testgen_operator_writes_total{verb="apply",resource="secrets"} 4.0
"""
    kept = OURS.metrics(text).splitlines()
    assert [one.partition("{")[0] for one in kept] == [
        "# HELP testgen_operator_condition Conditions.",
        "testgen_operator_condition",
        "testgen_operator_queue_length 3.0",
        "testgen_operator_writes_total",
    ]
    assert "bank" not in "".join(kept)
    assert "vault" not in "".join(kept)
