"""The summary on a terminal."""

import io
import os
import pty
import subprocess
import sys
import termios
from dataclasses import replace

import pytest

from reports.markdown import markdown
from reports.printable import width
from reports.record import Cell, Exploration, Record, RunEnded, ServerLog
from reports.summary import MOST_FINDINGS, show_summary, summary
from reports.terminal import COLUMNS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("passing", "pass  2 scenarios, 38 fault plans, 124 turns, 0 findings"),
        ("failing", "fail  4 scenarios, 38 fault plans, 127 turns, 1 finding"),
        ("partial", "fail (partial)  1 scenario, 38 fault plans, 123 turns, 0 findings"),
        ("empty", "inconclusive (partial)  0 scenarios, 0 fault plans, 0 turns, 0 findings"),
    ],
)
def test_the_verdict_comes_first(name: str, first: str, request: pytest.FixtureRequest) -> None:
    assert summary(request.getfixturevalue(name)).split("\n")[0] == first


def test_scenarios_stand_under_their_feature_file(failing: Record) -> None:
    lines = summary(failing).split("\n")
    at = next(index for index, line in enumerate(lines) if line.startswith("bulk_order.feature"))
    assert lines[at].endswith("2 failed, 1 skipped")
    assert " ".join(lines[at + 1].split()) == "✗ A bulk order is placed 38 plans silent-reset"
    assert lines[at + 2] == "  ✗ An order goes on after a restart"
    assert lines[at + 3] == "      turn 2 has another session ID than turn 1"
    assert (
        lines[at + 4]
        == "        fault crash (the customer): the process died, incarnation 2 answers"
    )
    assert not any("turn 1, the customer: " in line for line in lines)
    assert "  - A later one" in lines[at + 5 :]


def test_the_matrix_has_a_letter_for_each_step_and_fault(failing: Record) -> None:
    text = summary(failing)
    assert "\nbulk_order confirming          S S S S S S · R F\n" in text
    assert "\nR restored   F fresh   S silent-reset   · uncovered\n" in text


def test_faults_that_did_no_harm_and_the_same_stand_in_one_column(failing: Record) -> None:
    lines = summary(failing).split("\n")
    names = [line.rpartition("┌ ")[2] for line in lines if "┌ " in line]
    lost = ["restart", "crash", "eviction", "memory-pressure", "idle-timeout", "failover"]
    assert names[:6] == lost
    told = [len(name.split(", ")) for name in names[6:]]
    assert told == [1, 3, 3]


def test_of_many_faults_in_one_column_as_many_are_named_as_there_is_room_for(
    failing: Record,
) -> None:
    column = failing.started.faults[0]
    faults = tuple(replace(column, name=f"never-{number}") for number in range(60))
    text = summary(replace(failing, started=replace(failing.started, faults=faults)))
    assert "┌ never-0, never-1, never-2, never-3 and 56 more\n" in text


def test_a_run_without_faults_has_no_matrix(empty: Record) -> None:
    assert "uncovered" not in summary(empty)


def test_the_rates_are_told_with_their_numbers(passing: Record) -> None:
    assert " 30 %  3 of 10 messages answered\n" in summary(passing)


def test_a_finding_is_told_in_five_lines_and_its_gherkin(failing: Record) -> None:
    lines = summary(failing).split("\n")
    shown = "shown by 9 plans, reproduced 9 of 10"
    at = lines.index(f"silent-reset  breaks the session law  F1  {shown}")
    assert lines[at + 1] == "  A bulk order is placed  bulk_order.feature:7"
    assert lines[at + 2].startswith("  After a crash the customer's bulk order is lost")
    assert lines[at + 3] == "  The process dies and starts again. (crash after turn 1)"
    assert lines[at + 4].startswith("  turn 2, session_id: b840918e-")
    assert lines[at + 5] == ""
    assert lines[at + 6] == "    Scenario: An order survives a crash after turn 1"


def test_a_long_reason_is_told_with_its_beginning_and_its_end(failing: Record) -> None:
    broken, *others = failing.scenarios
    why = f"the server ended; its last words: {'File shop.py, in main | ' * 90}no PORT; mend it"
    text = summary(
        replace(failing, scenarios=(replace(broken, status="failed", message=why), *others))
    )
    told = " ".join(text.split())
    assert "the server ended; its last words" in told
    assert "no PORT; mend it" in told


@pytest.mark.parametrize(("columns", "most"), [(100, 5), (80, 7), (60, 8)])
def test_a_finding_with_much_to_say_takes_few_lines_before_its_gherkin(
    failing: Record, columns: int, most: int
) -> None:
    (finding,) = failing.findings
    long = replace(finding, sentence=" ".join(["wiped"] * 60) + ".", plan="plan" * 60)
    stream = Terminal()
    environment = {"TERM": "dumb", "COLUMNS": str(columns)}
    show_summary(replace(failing, findings=(long,)), stream, environment)
    _, _, text = stream.getvalue().partition("silent-reset  breaks the session law")
    told = text.partition("\n\n")[0].split("\n")
    assert len(told) == most
    assert [line for line in told if line.startswith("  wiped") and line.endswith("…")]
    assert [line for line in told if line.startswith("  The process dies and starts again.")]
    assert [line for line in told if "planplan" in line and line.endswith("…")]
    assert all(len(line) <= columns for line in told)


def test_an_empty_value_is_called_so(failing: Record) -> None:
    (finding,) = failing.findings
    text = summary(replace(failing, findings=(replace(finding, expected="", actual=" "),)))
    assert "  turn 2, session_id: (empty) became (empty)\n" in text


def test_what_a_finding_says_is_told_once(failing: Record) -> None:
    (finding,) = failing.findings
    broken, *others = failing.scenarios
    assert broken.exploration is not None
    explored = replace(broken.exploration, reasons=(finding.sentence,))
    scenarios = (replace(broken, exploration=explored), *others)
    ended = RunEnded("fail", 1.0, (finding.sentence,))
    text = summary(replace(failing, scenarios=scenarios, ended=ended))
    assert text.count("After a crash the customer's bulk order is lost") == 1


def test_a_finding_ends_with_what_each_process_wrote_last(failing: Record) -> None:
    [finding, *_] = failing.findings
    logs = (ServerLog("node 1, process 1", "\n".join("abcd")), ServerLog("node 1, process 2", ""))
    text = summary(replace(failing, findings=(replace(finding, logs=logs),)))
    assert "\n    node 1, process 1 wrote last:\n      b\n      c\n      d\n" in text
    assert "process 2" not in text


def test_lines_without_a_word_are_not_among_the_last_of_a_process(failing: Record) -> None:
    [finding, *_] = failing.findings
    logs = (ServerLog("node 1, process 1", "a\nb\n  ^^^^\nEOFError: no input\n--------\n"),)
    text = summary(replace(failing, findings=(replace(finding, logs=logs),)))
    assert "wrote last:\n      a\n      b\n      EOFError: no input\n" in text


def test_many_findings_are_counted_past_the_first(many: Record) -> None:
    text = summary(many)
    assert text.count("breaks the session law") == MOST_FINDINGS
    assert f"{1000 - MOST_FINDINGS:,} more findings in the report" in text


def test_it_ends_with_what_was_not_covered(failing: Record) -> None:
    assert summary(failing).split("Not covered\n")[1] == (
        "  1 scenario skipped: A later one.\n"
        "  2 scenarios played as written only, under no fault plan.\n"
        "  At bulk_order confirming: struck by every fault but deploy.\n"
    )


def test_a_run_that_was_cut_short_never_says_never(partial: Record) -> None:
    order = partial.scenarios[0]
    assert order.exploration is not None
    cells = tuple(cell for cell in order.exploration.cells if cell.fault != "reload")
    begun = replace(order.exploration, plans=7, cells=cells, is_partial=True)
    record = replace(partial, scenarios=(replace(order, exploration=begun),))
    assert summary(record).split("Not covered\n")[1] == (
        "  Everything that would have come after the run was cut short.\n"
        "  Not struck by then: reload.\n"
        "  By then, at bulk_order confirming: struck by every fault but deploy.\n"
    )
    for text in (summary(record), markdown(record)):
        assert "7 so far" in text
        assert "not struck before the run was cut short" in text
        assert "uncovered" not in text


def test_a_run_that_covered_everything_says_nothing_of_gaps(passing: Record) -> None:
    faults = tuple(one for one in passing.started.faults if one.name != "deploy")
    order = passing.scenarios[0]
    assert order.exploration is not None
    cells = tuple(cell for cell in order.exploration.cells if cell.fault != "deploy")
    whole = replace(order, exploration=replace(order.exploration, cells=cells))
    record = replace(passing, started=replace(passing.started, faults=faults), scenarios=(whole,))
    assert "Not covered" not in summary(record)


def test_what_the_target_could_not_be_put_through_is_told(passing: Record) -> None:
    started = replace(passing.started, uncovered=("strace is not installed; install it",))
    assert "  Strace is not installed; install it.\n" in summary(replace(passing, started=started))


def test_faults_and_steps_that_nothing_covers_are_named(passing: Record) -> None:
    order = passing.scenarios[0]
    assert order.exploration is not None
    cells = tuple(
        replace(cell, fired=0) if cell.step is None else cell for cell in order.exploration.cells
    )
    bare = replace(order, exploration=replace(order.exploration, cells=cells))
    text = summary(replace(passing, scenarios=(bare,)))
    assert "  At no flow: no fault struck.\n" in text
    only = tuple(cell for cell in cells if cell.fault == "crash")
    alone = replace(order, exploration=replace(order.exploration, cells=only))
    text = summary(replace(passing, scenarios=(alone,)))
    assert "  Never struck: restart, eviction, memory-pressure, " in text
    assert "and 4 more.\n" in text


def test_what_is_not_covered_is_told_by_its_step_where_no_flow_is_told(passing: Record) -> None:
    order = passing.scenarios[0]
    assert order.exploration is not None
    cells = tuple(
        Cell(None, step, fault, 1, int(fault not in missing), "restored")
        for step, missing in (("dish", ("crash",)), ("street", ("crash", "restart")))
        for fault in ("crash", "restart", "eviction")
    )
    bare = replace(order, transcript=(), exploration=replace(order.exploration, cells=cells))
    text = summary(replace(passing, scenarios=(bare,)))
    assert "  At street: struck by every fault but restart.\n" in text
    assert "\ndish  " in text
    assert "no flow" not in text


def test_scenarios_without_any_plan_are_told(passing: Record) -> None:
    bare = replace(passing, scenarios=passing.scenarios[1:])
    assert "  No fault plan was played.\n" in summary(bare)


def test_why_a_scenario_is_undecided_is_told(passing: Record) -> None:
    explored = Exploration("inconclusive", 1, 1, (), {}, ("crash did not fire: set one up",))
    undecided = replace(passing.scenarios[0], exploration=explored)
    record = replace(
        passing,
        scenarios=(undecided,),
        ended=RunEnded("inconclusive", 1.0, ("the clean run was not repeatable",)),
    )
    text = summary(record)
    assert text.startswith("inconclusive  ")
    assert "\nthe clean run was not repeatable\n" in text
    assert "      crash did not fire: set one up\n" in text


def test_how_a_scenario_was_explored_is_told_of_one_that_passed_too(passing: Record) -> None:
    explored = Exploration("pass", 1, 1, notes=("every plan was played from its beginning",))
    noted = replace(passing.scenarios[0], exploration=explored)
    text = summary(replace(passing, scenarios=(noted,)))
    assert "      every plan was played from its beginning\n" in text


@pytest.mark.parametrize("name", ["passing", "failing", "partial", "empty"])
def test_everything_but_gherkin_fits_the_columns(name: str, request: pytest.FixtureRequest) -> None:
    text = summary(request.getfixturevalue(name))
    lines = [line for line in text.split("\n") if not line.startswith("    ")]
    assert max(map(width, lines)) <= COLUMNS


def test_a_narrow_terminal_is_asked_how_wide_it_is(failing: Record) -> None:
    column = failing.started.faults[0]
    names = (f"a-fault-with-a-name-far-too-long-{number}" for number in range(20))
    faults = (*failing.started.faults, *(replace(column, name=name) for name in names))
    record = replace(failing, started=replace(failing.started, faults=faults))
    stream, (own, other) = Terminal(), pty.openpty()
    termios.tcsetwinsize(other, (24, 60))
    stream.fileno = lambda: other  # type: ignore[method-assign]
    show_summary(record, stream, {"TERM": "dumb"})
    lines = [line for line in stream.getvalue().split("\n") if not line.startswith("    ")]
    assert 50 < max(map(width, lines)) <= 60
    assert max(len(line) for line in stream.getvalue().split("\n") if "┌" in line) <= 60
    assert "session law  F1\n  shown by 9 plans, reproduced 9 of 10\n" in stream.getvalue()
    os.close(own)
    os.close(other)
    wider = Terminal()
    show_summary(record, wider, {"TERM": "dumb", "COLUMNS": "240"})
    assert wider.getvalue() == summary(record)


def test_a_wide_matrix_is_told_in_parts(failing: Record) -> None:
    column = failing.started.faults[0]
    faults = tuple(replace(column, name=f"fault-{number}") for number in range(60))
    broken, *others = failing.scenarios
    assert broken.exploration is not None
    bad = next(one for one in broken.exploration.cells if one.outcome == "silent-reset")
    cells = tuple(replace(bad, fault=fault.name) for fault in faults)
    broken = replace(broken, exploration=replace(broken.exploration, cells=cells))
    started = replace(failing.started, faults=faults)
    text = summary(replace(failing, started=started, scenarios=(broken, *others)))
    assert "┌ fault-59" in text
    assert max(len(line) for line in text.split("\n") if "┌" in line) <= COLUMNS


def test_hostile_text_cannot_steer_the_terminal(hostile: Record) -> None:
    text = summary(hostile)
    assert not set("\x1b\x07\x00\r\u202e\u2066\ud800") & set(text)
    text.encode("utf-8")
    assert len(text) < 20_000


def test_a_terminal_shows_colours(failing: Record) -> None:
    stream = Terminal()
    show_summary(failing, stream, {"TERM": "xterm-256color"})
    assert "\x1b[1;31mfail\x1b[0m" in stream.getvalue()


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours_is_respected(
    environment: dict[str, str], failing: Record
) -> None:
    stream = Terminal()
    show_summary(failing, stream, environment)
    assert stream.getvalue() == summary(failing)


def test_what_is_no_terminal_gets_plain_text(failing: Record) -> None:
    stream = io.StringIO()
    show_summary(failing, stream, {})
    assert stream.getvalue() == summary(failing)


def test_an_old_encoding_is_no_reason_to_fail(failing: Record) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\n")
    show_summary(failing, stream, {})
    stream.flush()
    assert raw.getvalue().startswith(b"fail  4 scenarios")


def test_rich_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, reports.formats; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_many_reasons_leave_the_summary_in_sight(failing: Record) -> None:
    reasons = tuple(f"Scenario {number}: it failed" for number in range(2_000))
    lines = summary(replace(failing, ended=RunEnded("fail", 1.0, reasons))).splitlines()
    first = lines.index("Scenario 0: it failed")
    assert lines[first + 4 : first + 7] == [
        "Scenario 4: it failed",
        "and 1,995 more reasons in the report",
        "",
    ]
