"""What a run adds up to."""

from dataclasses import replace

from reports.record import Record, RunEnded
from reports.totals import CUT_SHORT, Rate, totals_of, worst_outcome


def test_plans_and_turns_are_added_up(passing: Record) -> None:
    totals = totals_of(passing)
    assert (totals.scenarios, totals.plans, totals.turns, totals.findings) == (2, 38, 124, 0)


def test_turns_are_counted_without_the_faults_between_them(failing: Record) -> None:
    assert totals_of(failing).turns == 120 + 3 + 3 + 1


def test_a_fault_that_never_struck_is_counted_as_such(empty: Record, passing: Record) -> None:
    started = replace(empty, started=passing.started)
    assert set(totals_of(started).fired.values()) == {0}
    assert totals_of(passing).fired["deploy"] == 2


def test_the_rates_come_from_what_the_target_told(passing: Record) -> None:
    rates = {rate.name: (rate.part, rate.whole, rate.percent) for rate in totals_of(passing).rates}
    assert rates == {
        "restoration": (3, 10, "30 %"),
        "creation": (2, 10, "20 %"),
        "bulk_order completion": (1, 1, "100 %"),
        "callback completion": (1, 2, "50 %"),
    }


def test_a_target_that_tells_nothing_has_no_rates(empty: Record) -> None:
    assert totals_of(empty).rates == ()


def test_a_record_without_its_end_is_partial_and_inconclusive(empty: Record) -> None:
    totals = totals_of(empty)
    assert (totals.verdict, totals.is_partial, totals.reasons) == (
        "inconclusive",
        True,
        (CUT_SHORT,),
    )


def test_a_partial_record_fails_by_what_its_plans_found(partial: Record) -> None:
    assert partial.findings == ()
    assert totals_of(partial).verdict == "fail"


def test_a_finding_is_never_a_pass(failing: Record) -> None:
    claimed = replace(failing, scenarios=(), ended=RunEnded("pass", 1.0))
    assert totals_of(claimed).verdict == "fail"


def test_a_failed_scenario_is_never_a_pass(failing: Record) -> None:
    claimed = replace(
        failing, scenarios=failing.scenarios[1:2], findings=(), ended=RunEnded("pass", 1.0)
    )
    assert totals_of(claimed).verdict == "fail"


def test_an_interrupted_run_says_so(passing: Record) -> None:
    interrupted = replace(passing, ended=RunEnded("inconclusive", 1.0, (), interrupted=True))
    assert totals_of(interrupted).reasons == ("the run was interrupted",)


def test_what_a_finding_says_is_no_reason_once_more(failing: Record) -> None:
    (finding,) = failing.findings
    reasons = (finding.sentence, "nothing fired", finding.sentence, "nothing fired")
    assert totals_of(replace(failing, ended=RunEnded("fail", 1.0, reasons))).reasons == (
        "nothing fired",
    )


def test_a_scenario_without_plans_has_no_outcome(passing: Record) -> None:
    assert [worst_outcome(scenario) for scenario in passing.scenarios] == ["fresh", None]


def test_a_target_that_tells_no_counts_has_its_rates_by_tier(passing: Record) -> None:
    scenario = replace(passing.scenarios[0], counts={})
    rates = totals_of(replace(passing, scenarios=(scenario,))).rates
    assert [(one.name, one.part, one.whole) for one in rates] == [
        ("restoration", 40, 120),
        ("creation", 20, 120),
    ]


def test_an_older_record_rates_the_sessions_that_memory_did_not_have(passing: Record) -> None:
    scenario = replace(passing.scenarios[0], counts={"created": 1, "restored": 3})
    rates = totals_of(replace(passing, scenarios=(scenario,))).rates
    words = "sessions that memory did not have"
    assert rates == (Rate("restoration", 3, 4, words), Rate("creation", 1, 4, words))
