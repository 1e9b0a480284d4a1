"""What the shell offers at TAB: scripts for bash, zsh and fish, and the answers to them in words that kubectl knows."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

from testgen_operator.kubectl.views.explain import placeholders
from testgen_operator.status.reasons import MEANINGS

Kind = Literal["projects", "components", "releases"]
Lookup = Callable[[Kind, dict[str, str]], Iterable[str]]
DEFAULT, NO_FILES = 0, 4
"""Directives of cobra's protocol: what the shell does when there is no candidate."""

PROGRAM: Final = "kubectl-testgen"
_BASH: Final = """\
# bash completion of kubectl-testgen. Now: source <(kubectl-testgen completion bash)
_kubectl_testgen() {
  local out directive
  out=$(kubectl-testgen __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
  directive=${out##*:}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ -n $word && $word != :* && $word == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$word")
  done <<<"$out"
  [[ $directive == 0 && ${#COMPREPLY[@]} == 0 ]] && compopt -o default
}
complete -F _kubectl_testgen kubectl-testgen
"""
_ZSH: Final = """\
#compdef kubectl-testgen
# zsh completion of kubectl-testgen. Now: source <(kubectl-testgen completion zsh)
_kubectl_testgen() {
  local out line directive
  local -a found
  out=$(kubectl-testgen __complete "${(@)words[2,$CURRENT]}" 2>/dev/null) || return
  for line in ${(f)out}; do
    if [[ $line == :* ]]; then directive=${line#:}; else found+=("${line%%$'\\t'*}"); fi
  done
  compadd -a found
  [[ $directive == 0 && ${#found} == 0 ]] && _files
}
compdef _kubectl_testgen kubectl-testgen
"""
_FISH: Final = """\
# fish completion of kubectl-testgen. Now: kubectl-testgen completion fish | source
function __kubectl_testgen
  set -l words (commandline -opc) (commandline -ct)
  kubectl-testgen __complete $words[2..-1] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-testgen -f -a '(__kubectl_testgen)'
complete -c kubectl-testgen -n '__fish_seen_subcommand_from validate diff' -F
"""
_KUBECTL: Final = """\
# `kubectl testgen` itself completes when kubectl's own completion is on and kubectl_complete-testgen is on PATH.
"""
SCRIPTS: Final = {"bash": _BASH + _KUBECTL, "zsh": _ZSH + _KUBECTL, "fish": _FISH + _KUBECTL}


def candidates(parser: argparse.ArgumentParser, words: Sequence[str], lookup: Lookup) -> tuple[list[str], int]:
    """The candidates for the last of `words` (which may be empty), each with its description after a tab, and the directive."""
    *before, current = words or [""]
    at, positionals, given = _read(parser, before)
    if at is None:
        return [], NO_FILES
    pending = _pending(at, before)
    if pending is not None:
        return _values(pending, current, given, lookup)
    if current.startswith("-"):
        return _starting(current, _options(at)), NO_FILES
    if (below := _subparsers(at)) is not None:
        helps = {one.dest: one.help or "" for one in below._choices_actions}
        return _starting(current, [f"{name}\t{helps[name]}" for name in _commands(at) if name in helps]), NO_FILES
    wanted = [one for one in at._actions if not one.option_strings]
    if not wanted:
        return [], NO_FILES
    action = wanted[min(positionals, len(wanted) - 1)]
    if positionals >= len(wanted) and action.nargs not in ("*", "+"):
        return [], NO_FILES
    return _values(action, current, given, lookup)


def _subparsers(parser: argparse.ArgumentParser) -> argparse._SubParsersAction[argparse.ArgumentParser] | None:
    return next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)


def _commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    below = _subparsers(parser)
    return {name: one for name, one in below.choices.items() if not name.startswith("__")} if below else {}


def _read(parser: argparse.ArgumentParser, before: Sequence[str]) -> tuple[argparse.ArgumentParser | None, int, dict[str, str]]:
    """The parser of the (sub)command, None for an unknown one; how many positionals follow it, and the options given so far."""
    at, positionals, given = parser, 0, dict[str, str]()
    skip = False
    for i, word in enumerate(before):
        if skip:
            skip = False
            continue
        if word.startswith("-"):
            name, equals, value = word.partition("=")
            action = at._option_string_actions.get(name)
            if action is not None and action.nargs != 0:
                skip = not equals
                given[action.dest] = value if equals else (before[i + 1] if i + 1 < len(before) else "")
        elif commands := _commands(at):
            if word not in commands:
                return None, 0, given
            at = commands[word]
        else:
            positionals += 1
            given.setdefault("name", word)
    return at, positionals, given


def _pending(at: argparse.ArgumentParser, before: Sequence[str]) -> argparse.Action | None:
    """The option that waits for the current word as its value."""
    action = at._option_string_actions.get(before[-1]) if before else None
    return action if action is not None and action.nargs != 0 else None


def _options(at: argparse.ArgumentParser) -> list[str]:
    return [
        f"{max(one.option_strings, key=len)}\t{one.help or ''}"
        for one in at._actions
        if one.option_strings and one.help is not argparse.SUPPRESS
    ]


def _values(action: argparse.Action, current: str, given: dict[str, str], lookup: Lookup) -> tuple[list[str], int]:
    if action.choices:
        return _starting(current, [str(one) for one in action.choices]), NO_FILES
    match action.dest:
        case "name":
            return _starting(current, lookup("projects", given)), NO_FILES
        case "component":
            return _starting(current, lookup("components", given)), NO_FILES
        case "release" | "to":
            return _starting(current, lookup("releases", given)), NO_FILES
        case "reason":
            shown = [f"{reason}\t{placeholders(meaning.says)}" for reason, meaning in MEANINGS.items()]
            return _starting(current, shown), NO_FILES
        case "files" | "file" | "kubeconfig":
            return [], DEFAULT
        case _:
            return [], NO_FILES


def _starting(current: str, found: Iterable[str]) -> list[str]:
    return [" ".join(one.split(" ")).replace("\n", " ") for one in found if one.startswith(current)]


def answer(found: Sequence[str], directive: int) -> list[str]:
    return [*found, f":{directive}"]
