"""What TAB offers."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from testgen_operator.kubectl import completion
from testgen_operator.kubectl.cli import parser


def offered(*words: str) -> tuple[list[str], int]:
    asked: list[tuple[str, dict[str, str]]] = []

    def lookup(kind: completion.Kind, given: dict[str, str]) -> list[str]:
        asked.append((kind, given))
        return {"projects": ["shop", "shopping", "zoo"], "components": ["api", "postgres"], "releases": ["shop-1", "shop-2"]}[
            kind
        ]

    found, directive = completion.candidates(parser(), words, lookup)
    return [one.partition("\t")[0] for one in found], directive


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("st",), ["status"]),
        (("-n", "team", "re"), ["resume", "report"]),
        (("rollout", "re"), ["retry", "resume", "restart"]),
        (("-n", "team", "rollout", "promote", ""), ["shop", "shopping", "zoo"]),
        (("rollout", "promote", "shop", ""), ["shop-1", "shop-2"]),
        (("rollout", "rollback", "shop", "--to", "shop-2"), ["shop-2"]),
        (("rollout", "wait", "--for", ""), ["end", "approval"]),
        (("rollout", "nonsense", ""), []),
        (("nonsense", ""), []),
        (("status", "sho"), ["shop", "shopping"]),
        (("status", "shop", ""), []),
        (("logs", "shop", "--component", ""), ["api", "postgres"]),
        (("status", "-o", ""), ["table", "json", "yaml"]),
        (("completion", ""), ["bash", "fish", "zsh"]),
        (("explain", "Image"), ["ImagePullFailed"]),
        (("logs", "--fol"), ["--follow"]),
        (("status", "--all"), ["--all-namespaces"]),
    ],
)
def test_the_candidates_fit_the_place(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(*words) == (expected, completion.NO_FILES)


def test_every_command_is_offered() -> None:
    found, _ = offered("")

    assert {"status", "tree", "logs", "endpoint", "open", "validate", "explain", "diff", "suspend", "resume", "rotate", "rollout",
            "report", "version", "completion"} == set(found)  # fmt: skip


@pytest.mark.parametrize("words", [("validate", ""), ("diff", "-f", ""), ("status", "--kubeconfig", "")])
def test_files_are_left_to_the_shell(words: tuple[str, ...]) -> None:
    assert offered(*words) == ([], completion.DEFAULT)


def test_the_answer_ends_with_the_directive_that_kubectl_reads() -> None:
    assert completion.answer(["a\tb"], 4) == ["a\tb", ":4"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_are_scripts_of_their_shell(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run(
        [program, "-n"], input=completion.SCRIPTS[shell], capture_output=True, text=True, timeout=20, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
