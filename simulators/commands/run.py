"""`coolwind run`: plays feature files with pytest, and tells what they found."""

import argparse
import io
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from shlex import quote

import pytest

from reports.formats import FORMATS
from reports.history import History
from reports.printable import one_line
from reports.record import FindingFound
from reports.record_file import read_record
from reports.sentences import counted
from reports.summary import show_summary
from simulators.cli import RECORD, Exit
from simulators.commands.driver import Driver
from simulators.commands.earlier import set_aside
from simulators.commands.report import path_to_tell, shown_by, write_file
from simulators.ending import Brief, interruptible
from simulators.errors import SimulatorError, TargetError, UsageError
from simulators.faults.catalogue import USUAL, select
from simulators.gherkin.saving import check_place, save_findings
from simulators.gherkin.tags import chosen_by
from simulators.jobs.progress import kept_apart, watch
from simulators.numbers import depth_text
from simulators.plugin.recording import Recorder
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement
from simulators.targets.uncovered import uncovered_of

REPORT = "report.html"


def run(options: argparse.Namespace) -> int:
    """Play, print the summary, write the report; what goes on meanwhile is told on standard
    error."""
    paths = _paths(options.paths)
    folder = Path(options.output)
    if options.save_findings is not None:
        check_place(Path(options.save_findings))
    in_worker = [*_pytest_options(options)]
    arguments = [*paths, *in_worker, *_controlling_options(options, folder)]
    _check_target(options.target, options.faults)
    with set_aside(folder / RECORD, folder / REPORT):
        with _dispatcher(options, in_worker) as dispatchers:
            driver, status, said = _play(arguments, dispatchers, folder / REPORT)
        return _told(driver, status, said, options)


def _told(driver: Driver, status: int, said: str, options: argparse.Namespace) -> int:
    """Tell what a run has come to; its exit status."""
    folder = Path(options.output)
    for error in (*driver.doubts, *driver.errors):
        print(f"coolwind: {error}", file=sys.stderr)
    if driver.recorder is None:
        print(f"coolwind: {_one_line(said)}", file=sys.stderr)
        return Exit.USAGE if status is pytest.ExitCode.USAGE_ERROR else Exit.TROUBLE
    if driver.errors:
        return Exit.USAGE
    if status == pytest.ExitCode.USAGE_ERROR:
        print(f"coolwind: {_one_line(said)}", file=sys.stderr)
        return Exit.USAGE
    record = read_record(folder / RECORD)
    shown = shown_by(History(record, path=path_to_tell(folder / RECORD)), options)
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and not driver.recorder.interrupted:
        (folder / RECORD).unlink()
        _show(shown, options)
        print(f"coolwind: {_nothing_found(options)}", file=sys.stderr)
        return Exit.NOTHING
    write_file(folder / REPORT, FORMATS["html"].write(shown))
    _show(shown, options)
    if not options.json:
        _name_report(record.findings, folder)
    if options.save_findings is not None:
        _save(record.findings, Path(options.save_findings), is_quiet=options.json)
    return _exit(driver.recorder)


@contextmanager
def _dispatcher(
    options: argparse.Namespace, in_worker: Sequence[str]
) -> Generator[Sequence[object]]:
    """The plugin that sends the scenarios elsewhere, where that is wanted."""
    if options.executor is None:
        yield ()
        return
    if options.jobs > 1:
        raise UsageError("--jobs and --executor exclude each other; leave one of them out")
    from simulators.jobs.dispatching import Dispatcher
    from simulators.jobs.executors import opened

    with opened(options.executor) as executor:
        yield (Dispatcher(executor, in_worker),)


def _play(
    arguments: Sequence[str], plugins: Sequence[object], page: Path
) -> tuple[Driver, int, str]:
    """Run pytest: its driver, its exit status, and what it said on standard error."""
    said = io.StringIO()
    stream = kept_apart(sys.stderr)
    try:
        with watch(stream, os.environ) as watcher, interruptible():
            driver = Driver(watcher, page)
            with redirect_stderr(said), redirect_stdout(io.StringIO()):
                status = pytest.main([*arguments], plugins=[driver, Brief(), *plugins])
    finally:
        if stream is not sys.stderr:
            stream.close()
    return driver, status, said.getvalue()


def _pytest_options(options: argparse.Namespace) -> Iterator[str]:
    """The options by which a scenario is played, wherever that is."""
    yield from ("-o", "coolwind_features=true")
    # Features are played here, and not the tests that a project has beside them.
    yield from ("-o", "python_files=")
    # Pytest comes later than usual here, and would complain about what is imported already.
    yield from ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
    yield f"--coolwind-target={options.target}"
    # The project's own settings are for pytest alone.
    yield f"--coolwind-depth={depth_text(options.depth)}"
    yield f"--coolwind-seed={options.seed}"
    if options.budget is not None:
        yield f"--coolwind-budget={options.budget}"
    if options.paranoid:
        yield "--coolwind-paranoid"
    if options.faults is not None:
        yield f"--coolwind-faults={options.faults}"


def _controlling_options(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """The options of the process that controls the run."""
    yield from ("--coolwind-record", str(folder / RECORD))
    if options.tags is not None:
        chosen_by(options.tags)
        yield f"--coolwind-tags={options.tags}"
    if options.jobs > 1:
        yield from ("-n", str(options.jobs), "--dist", "worksteal")


def _paths(wanted: Sequence[str]) -> list[str]:
    if not wanted:
        return ["features"] if Path("features").is_dir() else ["."]
    for one in wanted:
        path = Path(one.partition("::")[0])
        try:
            exists = path.exists()
        except (OSError, ValueError):
            exists = False
        if not exists:
            raise UsageError(f"{one}: no such file or folder; name a feature file or a folder")
        if path.is_file() and path.suffix != ".feature":
            raise UsageError(f"{one}: this is no feature file; name one that ends in .feature")
    return list(wanted)


def _check_target(text: str, faults: str | None) -> None:
    """A target that cannot even be started is told of once, and not by every scenario."""
    target = choose(text)
    try:
        with closing(target):
            select(faults or USUAL, target.capabilities)
            for reason in uncovered_of(target):
                print(f"coolwind: not covered: {reason}", file=sys.stderr)
            target.begin(0, Arrangement())
    except SimulatorError:
        raise
    except (Exception, SystemExit) as error:
        raise TargetError(
            f"the target {target.name} did not start: {type(error).__name__}: {error}; mend it"
            " first"
        ) from error


def _show(shown: History, options: argparse.Namespace) -> None:
    if options.json:
        sys.stdout.write(FORMATS["json"].write(shown))
    else:
        show_summary(shown.record, sys.stdout, os.environ)


def _name_report(findings: Sequence[FindingFound], folder: Path) -> None:
    print(f"\nReport: {folder / REPORT}")
    if findings:
        path = path_to_tell(folder / RECORD)
        where = f" --record {quote(path)}" if path else ""
        print(f"Replay: coolwind replay {findings[0].finding_id}{where}")


def _save(findings: Sequence[FindingFound], place: Path, *, is_quiet: bool) -> None:
    saved = save_findings(findings, place)
    if findings and not is_quiet:
        before = f", {saved.known} saved before" if saved.known else ""
        print(f"Saved: {counted(saved.added, 'finding')}{before}, in {place}")


def _exit(recorder: Recorder) -> Exit:
    if recorder.interrupted:
        return Exit.INTERRUPTED
    if recorder.failed:
        return Exit.FAIL
    if recorder.troubles:
        for trouble in recorder.troubles:
            print(f"coolwind: {_one_line(trouble)}", file=sys.stderr)
        return Exit.TROUBLE
    return Exit.PASS if recorder.ruling.verdict == "pass" else Exit.INCONCLUSIVE


def _nothing_found(options: argparse.Namespace) -> str:
    places = ", ".join(_paths(options.paths))
    if options.tags is not None:
        return f"no scenario of {places} is tagged like {options.tags!r}; name other tags"
    return (
        f"{places}: there is no feature file here; write one, name another folder, or let"
        " `coolwind init` write an example into an empty one"
    )


def _one_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return "pytest ended without a word; run pytest itself on the same paths"
    told = next((line for line in lines if "error: " in line), lines[0])
    if told is lines[0] and len(lines) > 1:
        told = f"{told} {lines[-1]}"
    return one_line(told.removeprefix("ERROR: "))
