"""Definitions that were just applied are waited for, also before they have a first condition."""

from __future__ import annotations

import pytest

from testgen_cluster import established as waiting
from testgen_cluster.established import established
from testgen_cluster.steps import ClusterError

NO_CONDITIONS = "error: .status.conditions accessor error: <nil> is of the type <nil>, expected []interface{}"


class Kubectl:
    """Fails with each of these words in turn, then works."""

    def __init__(self, *words: str) -> None:
        self.words = list(words)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, *arguments: str) -> str:
        self.asked.append(arguments)
        if self.words:
            raise ClusterError(self.words.pop(0))
        return ""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PAUSE", 0.0)


def test_a_definition_without_conditions_is_asked_for_again() -> None:
    kubectl = Kubectl(NO_CONDITIONS, NO_CONDITIONS)
    established(kubectl, "crd/a", seconds=90)
    assert kubectl.asked == [("wait", "--for=condition=Established", "crd/a", "--timeout=90s")] * 3


@pytest.mark.parametrize("words", ["timed out waiting for the condition on customresourcedefinitions/a", 'no such file "x"'])
def test_any_other_failure_is_told_at_once(words: str) -> None:
    kubectl = Kubectl(words)
    with pytest.raises(ClusterError, match=words[:20]):
        established(kubectl, "crd/a")
    assert len(kubectl.asked) == 1


def test_a_definition_that_never_gets_a_condition_is_given_up() -> None:
    with pytest.raises(ClusterError, match="accessor error"):
        established(Kubectl(*[NO_CONDITIONS] * 1000), "crd/a", seconds=-1)
