"""The command line of `kubectl testgen`: options, dispatch, exit codes. Offline commands need no cluster and import no client."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn

from testgen_operator import __version__, names
from testgen_operator.errors import ApiError, ConfigurationError, OperatorError
from testgen_operator.kubectl import completion, options_rollout
from testgen_operator.kubectl.console import Console
from testgen_operator.kubectl.problems import EXITS, Exit, PluginError, in_words
from testgen_operator.kubectl.views.text import duration
from testgen_operator.rbac import SYSTEM_NAMESPACE

if TYPE_CHECKING:
    from testgen_operator.kubectl.session import Session

    Command = Callable[[Session, argparse.Namespace, Console, datetime], Awaitable[Exit]]

NAME: Final = "name"
DEFAULTS: Final = {
    "namespace": None, "context": None, "kubeconfig": None, "impersonate": None, "impersonate_group": None, "color": "auto",
    "operator_namespace": SYSTEM_NAMESPACE, "debug": False, "output": "table", "all_namespaces": False,
}  # fmt: skip


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"error: {message}\n  {self.prog} --help tells more.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["__complete"]:
        return _complete(given[1:])
    try:
        args = parser().parse_args(given)
    except SystemExit as ending:
        return int(ending.code or 0) if not isinstance(ending.code, str) else Exit.USAGE
    for name, value in DEFAULTS.items():
        if not hasattr(args, name):
            setattr(args, name, value)
    console = Console(args.color)
    try:
        return int(_run(args, console))
    except PluginError as problem:
        console.error(problem.message, problem.hint)
        return int(problem.code)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; nothing more to say at exit
        return int(Exit.OK)
    except Exception as problem:
        if args.debug:
            traceback.print_exc()
        words = problem.message if isinstance(problem, OperatorError) else f"{type(problem).__name__}: {problem}"
        console.error(f"a defect of the plugin: {words}", "Run it with --debug and report what it prints.")
        return int(Exit.BUG)


def complete_for_kubectl() -> int:
    """`kubectl_complete-testgen`: kubectl calls it for `kubectl testgen <TAB>`."""
    return _complete(sys.argv[1:])


def _run(args: argparse.Namespace, console: Console) -> Exit:
    if args.command is None:
        parser().print_help()
        return Exit.OK
    match args.command:
        case "validate":
            from testgen_operator.kubectl.commands.files import validate

            return validate(args, console)
        case "explain":
            return _explain(args, console)
        case "completion":
            console.lines(completion.SCRIPTS[args.shell].splitlines())
            return Exit.OK
        case "version" if args.client:
            from testgen_operator.kubectl.commands.look import version

            return asyncio.run(version(None, args, console, _now()))
        case _:
            return asyncio.run(_with_cluster(args, console))


def _now() -> datetime:
    return datetime.now(UTC)


async def _with_cluster(args: argparse.Namespace, console: Console) -> Exit:
    from testgen_operator.kubectl import kubeconfig
    from testgen_operator.kubectl.session import open_session

    target = kubeconfig.load(args.kubeconfig, args.context, args.impersonate, tuple(args.impersonate_group or ()))
    async with open_session(target, args.namespace or target.connection.namespace) as session:
        try:
            return await _command(args.command)(session, args, console, _now())
        except ApiError as problem:
            raise in_words(problem, server=target.connection.server, context=target.context) from problem
        except ConfigurationError as problem:  # a token's file is read when it is needed
            raise PluginError(problem.message, code=Exit.NO_CLUSTER) from problem


def _command(name: str) -> Command:
    from testgen_operator.kubectl.commands import change, files, look
    from testgen_operator.kubectl.commands.logs import logs
    from testgen_operator.kubectl.commands.open import open_
    from testgen_operator.kubectl.commands.report import report
    from testgen_operator.kubectl.commands.rollout import rollout

    commands: dict[str, Command] = {
        "status": look.status,
        "tree": look.tree,
        "endpoint": look.endpoint,
        "version": look.version,
        "logs": logs,
        "open": open_,
        "diff": files.diff,
        "suspend": change.suspend,
        "resume": change.resume,
        "rotate": change.rotate,
        "rollout": rollout,
        "report": report,
    }
    return commands[name]


def _explain(args: argparse.Namespace, console: Console) -> Exit:
    from testgen_operator.kubectl.views import explain

    if args.reason:
        found = explain.entry(args.reason)
        console.lines(explain.lines(found, console.style)) if args.output == "table" else console.value(found, args.output)
    elif args.output == "table":
        console.lines(explain.overview(console.style))
    else:
        console.value(explain.everything(), args.output)
    return Exit.OK


def _complete(words: Sequence[str]) -> int:
    def lookup(kind: completion.Kind, given: dict[str, str]) -> list[str]:
        from testgen_operator.kubectl.lookup import known

        return known(kind, given)

    found, directive = completion.candidates(parser(), words, lookup)
    sys.stdout.write("".join(f"{line}\n" for line in completion.answer(found, directive)))
    return 0


# Options


def _seconds(text: str) -> int:
    try:
        return duration(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _between(low: int, high: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be between {low} and {high}")
        return value

    return number


def _common() -> Parser:
    """Options of every command, with kubectl's names. No defaults here: they stand before and after the command alike."""
    found = Parser(add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False)
    group = found.add_argument_group("which cluster")
    group.add_argument("-n", "--namespace", metavar="NS", help="namespace (default: the context's)")
    group.add_argument("--context", help="context of the kubeconfig (default: its current one)")
    group.add_argument("--kubeconfig", metavar="FILE", help="default: KUBECONFIG, else ~/.kube/config")
    group.add_argument("--as", dest="impersonate", metavar="USER", help="act as this user")
    group.add_argument("--as-group", dest="impersonate_group", metavar="GROUP", action="append", help="act as in this group")
    group.add_argument("--operator-namespace", metavar="NS", help=f"where the operator runs (default: {SYSTEM_NAMESPACE})")
    group.add_argument("--color", choices=["auto", "always", "never"], help="default: auto; NO_COLOR is heeded")
    group.add_argument("--debug", action="store_true", help="show where a defect of the plugin is")
    return found


def parser() -> Parser:
    codes = "\n".join(f"  {code.value:>3}  {text}" for code, text in EXITS.items())
    common = _common()
    found = Parser(
        prog="kubectl testgen",
        description="Looks after TestGen projects: is it well, and if not, what do I do?",
        epilog=f"exit codes:\n{codes}\n\nA project's NAME may be left out where its namespace holds only one.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
        allow_abbrev=False,
    )
    found.add_argument("--version", action="version", version=__version__)
    commands = found.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, text: str, *, output: bool | str = False, more: str = "") -> argparse.ArgumentParser:
        """`output`: with -o; a text says what its JSON is of those that answer as they go."""
        one = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.{' ' if more else ''}{more}",
            parents=[common],
            allow_abbrev=False,
        )
        if isinstance(output, str):
            one.add_argument("-o", "--output", choices=["table", "json"], default="table", help=f"default: table; json: {output}")
        elif output:
            one.add_argument("-o", "--output", choices=["table", "json", "yaml"], default="table", help="default: table")
        return one

    one = command(
        "status", "is it well, and if not, what do I do", output=True, more="Without NAME: every project of the namespace."
    )
    one.add_argument(NAME, nargs="?", metavar="NAME")
    one.add_argument("-A", "--all-namespaces", action="store_true", help="the projects of all namespaces")

    command("tree", "everything that a project consists of", output=True).add_argument(NAME, nargs="?", metavar="NAME")

    one = command("logs", "what all its pods say, as one stream by time", output="one object a line")
    one.add_argument(NAME, nargs="?", metavar="NAME")
    one.add_argument("-f", "--follow", action="store_true", help="go on with new lines, of new pods too, until Ctrl-C")
    one.add_argument("--since", type=_seconds, metavar="TIME", help="only lines newer than 30s, 10m, 2h, 1d")
    one.add_argument(
        "--tail", type=_between(0, 100_000), default=100, metavar="N", help="last lines of each container (default: 100)"
    )
    one.add_argument("--component", metavar="NAME", help="only this component, such as api or postgres")
    one.add_argument("-c", "--container", metavar="NAME", help="only containers of this name")
    one.add_argument("--all-containers", action="store_true", help="init containers too")
    one.add_argument("-p", "--previous", action="store_true", help="of the run before the last restart")
    one.add_argument("--timestamps", action="store_true", help="with the time of each line")
    one.add_argument("--no-prefix", action="store_true", help="without saying which pod says it")

    command("endpoint", "the URL at which it answers", output=True).add_argument(NAME, nargs="?", metavar="NAME")

    one = command(
        "open", "its endpoint on a port of this machine, and where its key is", output="one line with the address, never the key",
        more="Runs until Ctrl-C; outlives rollouts.",
    )  # fmt: skip
    one.add_argument(NAME, nargs="?", metavar="NAME")
    one.add_argument("--port", type=_between(0, 65_535), default=8000, help="default: 8000; 0: any that is free")
    one.add_argument("--address", default="127.0.0.1", help="default: 127.0.0.1, for nobody but this machine")
    one.add_argument("--show-key", action="store_true", help="print the admin key on the second line")

    one = command("validate", "check files as the operator would, without a cluster", output=True)
    one.add_argument("files", nargs="+", metavar="FILE", help="YAML or JSON; - reads standard input")

    one = command("explain", "what a reason or condition means and what to do", output=True)
    one.add_argument("reason", nargs="?", metavar="REASON", help="left out: all of them")

    one = command(
        "diff", "what a changed file would do to the running project", output=True,
        more="Plans both specs with the operator's own code: objects, restarts, data. Changes nothing.",
    )  # fmt: skip
    one.add_argument(
        "-f", "--filename", dest="files", action="append", required=True, metavar="FILE", help="- reads standard input"
    )

    command("suspend", "run no pod; all data stays", output=True).add_argument(NAME, metavar="NAME")
    command("resume", "run again as before", output=True).add_argument(NAME, metavar="NAME")

    one = command("rotate", "draw new passwords for the stores that the operator runs, without downtime", output=True)
    one.add_argument(NAME, metavar="NAME")
    one.add_argument(
        "--token", help="what to write into spec.stores.rotateCredentials (default: the time); repeating it does nothing"
    )

    options_rollout.add(
        command("rollout", "how a new release comes to serve", more=options_rollout.ABOUT), common, _seconds, _between
    )

    one = command("report", "pack objects, events and logs for support, secrets taken out", output=True)
    one.add_argument(NAME, nargs="?", metavar="NAME")
    one.add_argument("--file", metavar="FILE", help="default: testgen-report-<namespace>-<project>-<time>.tar.gz here")

    one = command("version", "versions of plugin, operator and cluster", output=True)
    one.add_argument("--client", action="store_true", help="only the plugin's; needs no cluster")

    one = command("completion", "the script that completes in your shell")
    one.add_argument("shell", choices=sorted(completion.SCRIPTS))
    return found


__all__ = ["complete_for_kubectl", "main", "names", "parser"]
