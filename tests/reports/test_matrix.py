"""The matrix flow step × fault."""

from dataclasses import replace

from reports.matrix import Gap, matrix_of, place_words, struck_at
from reports.record import NO_RETRY, Cell, Exploration, Line, Record
from reports.transcript import transcript_text

NOWHERE = (None, None)
CONTACT = ("bulk_order", "collecting_contact")
CONFIRMING = ("bulk_order", "confirming")


def with_cells(record: Record, *cells: Cell) -> Record:
    explored = Exploration("fail", 1, 1, cells)
    scenario = replace(record.scenarios[0], exploration=explored, transcript=())
    return replace(record, scenarios=(scenario,), findings=())


def test_steps_stand_in_the_order_of_the_conversation(passing: Record) -> None:
    assert matrix_of(passing).rows == (NOWHERE, CONTACT, CONFIRMING)


def test_a_scenario_that_starts_in_the_middle_does_not_turn_the_order(passing: Record) -> None:
    first = replace(
        passing.scenarios[0], exploration=None, transcript=passing.scenarios[0].transcript[1:]
    )
    rows = matrix_of(replace(passing, scenarios=(first, *passing.scenarios))).rows
    assert rows == (NOWHERE, CONTACT, CONFIRMING)


def test_outside_any_flow_is_before_a_step_of_which_no_flow_is_told(passing: Record) -> None:
    record = with_cells(
        passing,
        Cell(None, "street", "crash", 1, 1, "restored"),
        Cell(None, None, "crash", 1, 1, "restored"),
        Cell("order", "dish", "crash", 1, 1, "restored"),
    )
    assert matrix_of(record).rows == (NOWHERE, (None, "street"), ("order", "dish"))


def test_columns_stand_in_the_order_of_the_catalogue(passing: Record) -> None:
    columns = matrix_of(passing).columns
    assert columns == tuple(column.name for column in passing.started.faults)


def test_a_fault_that_the_run_did_not_announce_has_a_column_too(passing: Record) -> None:
    record = with_cells(passing, Cell("a", "b", "earthquake", 1, 1, "restored"))
    assert matrix_of(record).columns[-1] == "earthquake"


def test_the_worst_outcome_of_all_scenarios_stands_in_the_cell(passing: Record) -> None:
    better = with_cells(passing, Cell("a", "b", "crash", 2, 1, "restored")).scenarios
    worse = with_cells(passing, Cell("a", "b", "crash", 3, 3, "wedged")).scenarios
    cell = matrix_of(replace(passing, scenarios=better + worse)).cell(("a", "b"), "crash")
    assert (cell.outcome, cell.letter, cell.plans, cell.fired) == ("wedged", "W", 5, 4)
    assert cell.scenarios == (1, 0)


def test_a_fault_that_did_not_fire_covers_nothing(passing: Record) -> None:
    matrix = matrix_of(with_cells(passing, Cell("a", "b", "crash", 2, 0, "wedged")))
    assert matrix.cell(("a", "b"), "crash").letter == "·"
    assert matrix.covered == 0


def test_a_cell_leads_to_the_finding_made_there(failing: Record) -> None:
    assert matrix_of(failing).cell(CONTACT, "crash").findings == (0,)
    assert matrix_of(failing).cell(CONFIRMING, "crash").findings == ()


def test_a_message_that_is_left_alone_is_no_fault_that_struck(failing: Record) -> None:
    left = Line(2, "the customer", "", "the message was not sent again", fault=NO_RETRY)
    (finding,) = failing.findings
    assert list(struck_at((*finding.faulted, left))) == list(struck_at(finding.faulted))
    assert transcript_text((left,)) == "left alone (the customer): the message was not sent again"


def test_each_uncovered_cell_is_in_one_gap(passing: Record) -> None:
    assert matrix_of(passing).gaps == (Gap(("deploy",), (CONFIRMING,)),)


def test_faults_that_struck_nowhere_are_one_gap(passing: Record) -> None:
    matrix = matrix_of(with_cells(passing, Cell("a", "b", "crash", 1, 1, "restored")))
    (gap,) = matrix.gaps
    assert "crash" not in gap.faults
    assert gap.rows == (("a", "b"),)


def test_a_fault_strikes_where_its_customer_stands() -> None:
    lines = (
        Line(1, "Asha", "", "", flow="a", step="one"),
        Line(2, "Hari", "", "", flow="b", step="two"),
        Line(2, "Asha", "", "", fault="crash"),
        Line(2, "nobody", "", "", fault="deploy"),
        Line(2, "Hari", "", "", flow="c", step="three", fault="reload"),
    )
    assert list(struck_at(lines)) == [
        (("a", "one"), "crash"),
        (("b", "two"), "deploy"),
        (("c", "three"), "reload"),
    ]


def test_places_in_words() -> None:
    assert place_words(NOWHERE) == "no flow"
    assert place_words(("callback", None)) == "callback"
    assert place_words((None, "confirming")) == "confirming"
    assert place_words(CONFIRMING) == "bulk_order confirming"
