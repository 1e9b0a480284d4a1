"""Every reason that a rollout can give is one of the table: it has a message, a runbook where a person must act, and its page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from testgen_operator import rollout
from testgen_operator.rollout import analysis
from testgen_operator.rollout.model import Outcome
from testgen_operator.status.reasons import BLOCKING, MEANINGS, Reason
from testgen_operator.status.runbooks import RUNBOOKS

FOLDER = Path(rollout.__file__).parent
GIVEN_UP_FOR = (
    "PreviewNotReady", "SmokeFailed", "AnalysisFailed", "AnalysisInconclusive", "GoldenSetWorse", "GoldenSetInvalid",
    "PrometheusUnreachable", "MetricsUnreachable", "BackupFailed", "MigrationFailed", "VersionBelowSchema", "ReleaseGone",
    "Aborted",
)  # fmt: skip


WRITTEN_SO = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+|Aborted|Superseded|Suspended|Paused|Promoted|Resuming")


def words() -> Iterator[tuple[str, str]]:
    """Every word in the machines' code that is written as reasons are, but for the vocabulary of the model."""
    for path in sorted(FOLDER.glob("*.py")):
        found = ast.walk(ast.parse(path.read_text())) if path.name != "model.py" else ()
        texts = (node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str))
        yield from ((path.name, text) for text in texts if WRITTEN_SO.fullmatch(text))


@pytest.mark.parametrize(("module", "word"), sorted(set(words())))
def test_a_reason_of_the_machines_is_in_the_table(module: str, word: str) -> None:
    assert word in set(Reason)


def test_the_words_are_found() -> None:
    assert {"PreviewNotReady", "Paused", "ReleaseGone", "AnalysisInconclusive"} <= {word for _, word in words()}
    assert set(Reason) >= analysis.OWN_REASONS


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ABORTED])
def test_an_outcome_that_a_person_wished_for_or_that_is_good_is_no_alarm(outcome: Outcome) -> None:
    assert Reason(str(outcome)) not in BLOCKING


@pytest.mark.parametrize("word", GIVEN_UP_FOR)
def test_what_a_release_is_given_up_for_tells_a_person_what_to_do(word: str) -> None:
    reason = Reason(word)
    assert reason in BLOCKING
    assert MEANINGS[reason].run.startswith("kubectl ")
    assert RUNBOOKS[reason].steps
