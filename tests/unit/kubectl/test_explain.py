"""Reasons: what the plugin prints and docs/REASONS.md say is what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testgen_operator.kubectl.problems import PluginError
from testgen_operator.kubectl.views import explain
from testgen_operator.kubectl.views.text import Style
from testgen_operator.status import runbooks
from testgen_operator.status.reasons import BLOCKING, MEANINGS, Reason

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "REASONS.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == runbooks.page(), "run `make crds`"


def test_every_reason_for_which_a_person_must_act_has_a_runbook() -> None:
    assert runbooks.missing() == []


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_a_heading_on_the_page_and_an_explanation(reason: Reason) -> None:
    assert f"### {reason}\n" in PAGE.read_text(encoding="utf-8")
    lines = explain.lines(explain.entry(reason), Style())
    assert lines[0].startswith(str(reason))
    assert not any(f"{{{field}}}" in line for line in lines for field in ("project", "namespace", "component", "subject", "pods"))


def test_a_blocking_reason_is_explained_with_causes_and_steps() -> None:
    found = explain.entry("crashloop")

    assert (found["reason"], found["stalled"]) == ("CrashLoop", True)
    assert found["causes"]
    assert found["steps"]


def test_a_condition_can_be_explained() -> None:
    assert explain.entry("ready")["condition"] == "Ready"


def test_a_typing_error_is_answered_with_what_is_near() -> None:
    with pytest.raises(PluginError) as raised:
        explain.entry("ImagePulFailed")
    assert "ImagePullFailed" in raised.value.hint
    assert raised.value.code == 3


def test_the_overview_lists_every_reason() -> None:
    shown = "\n".join(explain.overview(Style()))

    assert all(str(one) in shown for one in MEANINGS)
    assert shown.count(" you ") >= len(BLOCKING)


LITERALS = re.compile(r'(?:Verdict|Progress)\(\s*\w+\.\w+,\s*"([^"]+)"|EventSpec\(\s*"\w+",\s*"([^"]+)"')


def test_what_the_plugin_and_events_say_of_their_own_is_explained_too() -> None:
    for word in explain.OWN:
        shown = explain.lines(explain.entry(word), Style())
        assert shown[0].startswith(word)
        assert word not in set(Reason)


@pytest.mark.parametrize("module", ["kubectl/verdict.py", "kubectl/progress.py", "status/events.py"])
def test_no_module_says_a_word_that_is_not_explained(module: str) -> None:
    text = (ROOT / "operator" / "testgen_operator" / module).read_text(encoding="utf-8")
    assert re.search(r"(Verdict|Progress|EventSpec)\(", text)
    written = {word for found in LITERALS.findall(text) for word in found if word}
    for word in written:
        explain.entry(word)
