"""The command `coolwind`.

Each command is a module of `simulators.commands`, imported when it is called for: help has to
answer at once.
"""

import argparse
import sys
import traceback
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from enum import IntEnum
from importlib import import_module
from typing import Any, NoReturn

from simulators.heard import Heard, fill_closed_streams
from simulators.numbers import USUAL, USUAL_DEPTH, depth, positive, seconds, whole

OUTPUT = "coolwind-report"
"""The folder to which a run writes where nobody says otherwise."""

RECORD = "record.jsonl"
"""The file in it that is the run record."""


class Exit(IntEnum):
    """The exit status of `coolwind`."""

    PASS = 0
    FAIL = 1
    INTERRUPTED = 2
    TROUBLE = 3
    USAGE = 4
    NOTHING = 5
    INCONCLUSIVE = 6


_STATUSES = """exit status:
  0  pass
  1  findings, or scenarios that fail
  2  interrupted; what was found in the scenarios before is on disk
  3  trouble with the target, or with Coolwind itself
  4  usage
  5  nothing collected
  6  inconclusive"""


_REPLAY_STATUSES = """exit status:
  0  it passes now
  1  it fails, the same way or in another one
  3  trouble with the target, or with Coolwind itself
  4  usage
  6  the plan does not apply any more"""


_COMPARE_STATUSES = """exit status:
  0  nothing got worse
  1  something got worse, or is covered no longer
  4  usage"""


_JUDGE_STATUSES = """exit status:
  1  findings are left, or a scenario fails as it is written
  4  usage, or an older Coolwind wrote the record
  6  no finding is left, or there was none; what broke no law has to be run again"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status. Errors of the user go to standard error, in
    one line."""
    fill_closed_streams()
    options = _parser().parse_args(arguments)
    try:
        _check_asserts(options.command)
        command = import_module(f"simulators.commands.{options.command}")
        with redirect_stdout(Heard(sys.stdout)):
            status: int = command.run(options)
            sys.stdout.flush()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001
        status, line = _told(error)
        print(f"coolwind: {line}", file=sys.stderr)
    return status


def _check_asserts(command: str) -> None:
    """Raises `UsageError` where Python leaves out every assert, and with two steps of that every
    docstring: what modules of the user check would hold whatever happens, and steps have no
    description. The reference service checks nothing that way."""
    from simulators.errors import UsageError

    if sys.flags.optimize and command != "serve":
        raise UsageError(
            "Python leaves out every assert, and with them what steps of your own check; start it"
            " without -O, -OO and PYTHONOPTIMIZE"
        )


def _told(error: Exception) -> tuple[Exit, str]:
    """The status and what to print: a line for an error that is raised on purpose, and a traceback
    for any other, because that one is ours to mend."""
    from reports.errors import RecordError
    from reports.printable import one_line
    from simulators.errors import HarnessError, SimulatorError, TargetError

    line = one_line(" ".join(str(error).split()))
    if isinstance(error, TargetError | HarnessError):
        return Exit.TROUBLE, line
    if isinstance(error, SimulatorError | RecordError):
        return Exit.USAGE, line
    return Exit.TROUBLE, "".join(traceback.format_exception(error)).rstrip()


class _Parser(argparse.ArgumentParser):
    """Takes options as they are written and no shorter, and ends with the exit status of a usage
    error, and one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, allow_abbrev=False)

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what the command does not know where its own options are known."""
        known, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unrecognized arguments: {' '.join(rest)}{self._nearest(rest)}")
        return known, rest

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a command that there is not, and tell the one that is nearest."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = _meant(value, action.choices or ())
            raise argparse.ArgumentError(action, f"{error.message}{near}") from None

    def _nearest(self, arguments: Sequence[str]) -> str:
        for one in arguments:
            option = one.partition("=")[0]
            if option.startswith("--") and (near := _meant(option, self._option_string_actions)):
                return near
        return ""

    def error(self, message: str) -> NoReturn:
        line = " ".join(message.split())
        self.exit(Exit.USAGE, f"coolwind: {line}; see {self.prog} --help\n")


def _meant(written: str, known: Iterable[str]) -> str:
    """The one of those known that is nearest to what was written, behind a semicolon; empty where
    none is near."""
    from difflib import get_close_matches

    near = get_close_matches(written, known, n=1)
    return f"; did you mean {near[0]}" if near else ""


class _Version(argparse.Action):
    """Asks for the version when it is wanted, which takes longer than all the rest of help."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"coolwind {version('coolwind')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="coolwind",
        description="Prove that a conversation survives: play chat scenarios, and break the"
        " service between turns.",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="print the version of Coolwind, and end"
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=_Parser
    )
    _add_run(commands)
    _add_serve(commands)
    steps = commands.add_parser("steps", help="list the steps that scenarios are written with")
    steps.add_argument("--stubs", action="store_true", help="as a Python file, for editors")
    commands.add_parser("faults", help="list the faults, and what a correct service owes")
    check = commands.add_parser("check", help="explain every mistake in a target's TOML file")
    check.add_argument("target", metavar="TARGET.toml", help="the file that describes the target")
    start = commands.add_parser("init", help="write a working example into an empty folder")
    start.add_argument("folder", nargs="?", default=".", metavar="FOLDER")
    start.add_argument(
        "--service",
        action="store_true",
        help="one with a small server, and the file that describes it",
    )
    _add_report(commands)
    _add_replay(commands)
    _add_judgements(commands)
    return parser


def _add_run(commands: "argparse._SubParsersAction[_Parser]") -> None:
    run = commands.add_parser(
        "run",
        help="play feature files, and report what they found",
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument(
        "paths", nargs="*", metavar="PATH", help="feature files or folders (the folder features)"
    )
    run.add_argument(
        "--target",
        default="reference",
        help="the service to play against: reference, a TOML file, asgi:MODULE:FACTORY,"
        " MODULE:ATTRIBUTE, or the name of an adapter that a package brings (reference)",
    )
    run.add_argument(
        "--faults",
        help="explore every scenario under these: survivable, transparent, all, or names with"
        " commas; without it, scenarios tagged @survives under the survivable ones",
    )
    run.add_argument(
        "--depth",
        type=depth,
        default=USUAL,
        metavar="N",
        help="the most faults in one plan, or any for any number, at most one from each turn to the"
        f" next, and one in all that makes another conversation of it ({USUAL_DEPTH})",
    )
    run.add_argument(
        "--budget",
        type=seconds,
        metavar="SECONDS",
        help="explore each scenario for that long: all plans, fewest faults first, and where that"
        " takes more than half of it, samples of the rest (as long as it takes)",
    )
    run.add_argument(
        "--paranoid",
        action="store_true",
        help="check every merge of two states, and every state that is gone back to",
    )
    run.add_argument("--tags", help="only scenarios like '@survives and not @slow'")
    run.add_argument(
        "--seed", type=whole, default=0, metavar="N", help="the seed of all identifiers (0)"
    )
    run.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="processes that play (1)"
    )
    run.add_argument(
        "--executor",
        metavar="ADDRESS",
        help="where to play instead: dask://HOST:PORT, the scheduler of a Dask cluster",
    )
    run.add_argument(
        "--output",
        default=OUTPUT,
        metavar="DIR",
        help=f"the folder for the record and the report ({OUTPUT})",
    )
    run.add_argument(
        "--save-findings",
        metavar="PLACE",
        help="add the findings, as scenarios, to this feature file, or as files to this folder",
    )
    _add_show_personal_data(run)
    run.add_argument(
        "--json", action="store_true", help="the summary alone, as JSON, on standard output"
    )


def _add_serve(commands: "argparse._SubParsersAction[_Parser]") -> None:
    serve = commands.add_parser("serve", help="serve the reference chat service")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    serve.add_argument("--port", type=_port, default=8000, help="the port, 0 for a free one (8000)")


def _add_report(commands: "argparse._SubParsersAction[_Parser]") -> None:
    report = commands.add_parser("report", help="show a run record in another form")
    report.add_argument(
        "records",
        nargs="+",
        metavar="RECORD",
        help="records that runs wrote; the newest is shown, the others make its trend",
    )
    report.add_argument("--format", default="summary", metavar="NAME", help="the form (summary)")
    report.add_argument("--output", metavar="FILE", help="write it there (standard output)")
    report.add_argument(
        "--source-root",
        default=".",
        metavar="FOLDER",
        help="the folder of the run, seen from the root of the repository: it goes before the path"
        " of every feature file (.)",
    )
    _add_show_personal_data(report)
    badge = commands.add_parser("badge", help="the verdict of a record as a small picture")
    badge.add_argument("record", metavar="RECORD", help="the record that a run wrote")
    badge.add_argument(
        "--output", default="badge.svg", metavar="FILE", help="write it there (badge.svg)"
    )


def _add_show_personal_data(parser: _Parser) -> None:
    parser.add_argument(
        "--show-personal-data",
        action="store_true",
        help="show the telephone numbers, addresses and names that reports mask",
    )


def _add_judgements(commands: "argparse._SubParsersAction[_Parser]") -> None:
    compare = commands.add_parser(
        "compare",
        help="tell what got better and worse from one run to another",
        epilog=_COMPARE_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    compare.add_argument("old", metavar="OLD", help="the record of the earlier run")
    compare.add_argument("new", metavar="NEW", help="the record of the later run")
    _add_show_personal_data(compare)
    judge = commands.add_parser(
        "judge",
        help="judge the findings of a record again, by the laws as they are now",
        epilog=_JUDGE_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    judge.add_argument("record", metavar="RECORD", help="the record that a run wrote")
    judge.add_argument("--output", metavar="FILE", help="write the record as it is judged now")


def _add_replay(commands: "argparse._SubParsersAction[_Parser]") -> None:
    replay = commands.add_parser(
        "replay",
        help="play one finding again, beside the clean run",
        epilog=_REPLAY_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    replay.add_argument("finding", metavar="ID", help="the ID of the finding, or its beginning")
    replay.add_argument(
        "--record",
        default=f"{OUTPUT}/{RECORD}",
        metavar="FILE",
        help=f"the record that has it ({OUTPUT}/{RECORD})",
    )
    replay.add_argument(
        "--target", help="the service to play against (the one that the record names)"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write 0 to 65535")
    return int(text)
