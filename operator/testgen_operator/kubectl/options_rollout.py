"""Options of `kubectl testgen rollout`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

ABOUT: Final = (
    "A command writes one field of spec.rollout, which names the release that it means: the same can be done in Git. "
    "docs/ROLLOUTS.md tells what each does. Exit codes of status, watch and wait: 0 the release serves, 1 it was "
    "given up or replaced, 3 there is none, 7 not through yet or not in time."
)
_COMMANDS: Final = {
    "start": "ask for a version; a rollback is over then",
    "status": "where the rollout stands, and what to do next",
    "watch": "the rollout's story, line by line, to its end",
    "wait": "end when the rollout does: for pipelines",
    "history": "all releases that are kept",
    "promote": "let the release that waits go on",
    "abort": "give the release under way up; the last one serves",
    "retry": "try a release once more that was given up, or that a check holds",
    "skip": "end the pause of the canary step that it is in",
    "pause": "let the release under way take no further step",
    "resume": "let a paused release go on",
    "rollback": "return to an earlier release",
    "restart": "roll the runtime out anew, as it is",
}
_READING: Final = ("status", "watch", "wait", "history")


def add(
    parser: argparse.ArgumentParser,
    common: argparse.ArgumentParser,
    seconds: Callable[[str], int],
    between: Callable[[int, int], Callable[[str], int]],
) -> None:
    """Add the subcommands to the parser of `rollout`."""
    commands = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    made = {}
    for name, text in _COMMANDS.items():
        one = commands.add_parser(
            name, help=text, description=f"{text[0].upper()}{text[1:]}.", parents=[common], allow_abbrev=False
        )
        one.add_argument("name", metavar="NAME", nargs="?" if name in _READING else None)
        if name not in ("start", "history", "rollback", "restart", "resume"):
            one.add_argument("release", nargs="?", metavar="RELEASE", help="default: the one under way, else the newest")
        elif name == "resume":
            one.set_defaults(release="")
        made[name] = one
    _start(made["start"])
    for name in ("status", "watch", "wait"):
        made[name].add_argument(
            "--version", dest="of_version", metavar="VERSION", help="the newest release of this version, instead of RELEASE"
        )
    for name in ("status", "history"):
        made[name].add_argument("-o", "--output", choices=["table", "json", "yaml"], default="table", help="default: table")
    for name in ("watch", "wait"):
        made[name].add_argument(
            "-o", "--output", choices=["table", "json"], default="table", help="default: table; json: one object a line"
        )
    made["watch"].add_argument("--timeout", type=seconds, metavar="TIME", help="such as 10m (default: none)")
    made["wait"].add_argument("--timeout", type=seconds, default=1_800, metavar="TIME", help="such as 90s, 10m (default: 30m)")
    made["wait"].add_argument(
        "--for", dest="until", choices=["end", "approval"], default="end",
        help="end: it serves or was given up (default); approval: also when it waits for a person",
    )  # fmt: skip
    to = made["rollback"].add_mutually_exclusive_group()
    to.add_argument("--to", metavar="RELEASE", help="this release (default: the one that served before)")
    to.add_argument("--to-version", metavar="VERSION", help="the newest release of this version")
    to.add_argument("--to-revision", type=between(1, 2_147_483_647), metavar="NUMBER", help="the release of this number")
    made["restart"].add_argument("--token", help="what to write into spec.restartedAt (default: the time)")


def _start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("version", nargs="?", metavar="VERSION", help="for spec.version")
    parser.add_argument("--image", help="for spec.image")
    parser.add_argument("--strategy", choices=["BlueGreen", "Canary", "RollingUpdate"], help="for spec.rollout.strategy")
    parser.add_argument("--commit", help="where it comes from, for the record")
    parser.add_argument("--author", metavar="NAME", help="who asks for it, for the record")
