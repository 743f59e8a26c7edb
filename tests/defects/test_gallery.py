"""The harness is proven: it finds every defect of the gallery, and no other."""

from dataclasses import replace
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest

from simulators.campaign.campaign import Explored
from simulators.campaign.verdict import Verdict
from simulators.conversation import Say
from simulators.faults.catalogue import BETWEEN_TURNS, USUAL, named, select
from simulators.laws.outcome import Outcome
from simulators.player.player import Player
from simulators.targets.target import Arrangement
from tests.defects import inside
from tests.defects.conversations import (
    BULK_ORDER,
    CALLBACK,
    CALLBACK_AT_ONCE,
    CONVERSATIONS,
    FOREIGN_TRANSCRIPT,
    FOREIGN_USER,
    NAMELESS,
    OUTAGE,
    PAUSES,
    SHORT_SESSIONS,
    STARTING_OVER,
    SUMMARY_AND_QUESTION,
    TWO_CUSTOMERS,
    TWO_TABS,
    Conversation,
)
from tests.defects.correct import CORRECT, OF_EACH_KIND, Correct
from tests.defects.designs.modelled import RECORDED
from tests.defects.gallery import (
    DEFECTS,
    EXPECTED,
    FIRST_OF_FAMILY,
    Defect,
    complaint,
    explored,
    with_expected_fault,
)
from tests.pasting import failure_of_scenario

pytest_plugins = ["pytester"]

INSIDE = [defect for defect in DEFECTS if defect.family == inside.__doc__]
BY_NAME = {correct.name: correct for correct in CORRECT}

find = cache(with_expected_fault)

_name = attrgetter("name")
# A module's parameter: what is asked of one defect is asked in a row, and found once.
each_defect = pytest.mark.parametrize("defect", DEFECTS, ids=_name, scope="module")
each_correct = pytest.mark.parametrize("correct", CORRECT, ids=_name)


@each_defect
def test_the_expected_fault_exposes_a_defect(defect: Defect) -> None:
    found = find(defect, defect.depth)
    assert found.exploration.verdict == Verdict.FAIL
    first = found.findings[0]
    assert (first.law, first.outcome) == (defect.law, defect.outcome)


@each_defect
def test_a_defect_is_taken_for_nothing_else(defect: Defect) -> None:
    outcomes = {finding.outcome for finding in find(defect, defect.depth).findings}
    assert outcomes == {defect.outcome}


@each_defect
def test_the_shortest_scenario_is_printed(defect: Defect) -> None:
    """Byte by byte; `python -m tests.defects --accept` writes the files anew."""
    scenario = find(defect, defect.depth).findings[0].gherkin
    assert defect.feature(scenario) == defect.feature_file.read_text("utf-8")


@pytest.mark.parametrize("defect", [one for one in DEFECTS if one.depth > 1], ids=_name)
def test_fewer_faults_do_not_expose_a_defect(defect: Defect) -> None:
    """That it takes one, the shortest scenario shows."""
    assert find(defect, defect.depth - 1).findings == ()


@pytest.mark.parametrize("defect", INSIDE, ids=_name)
def test_no_fault_between_two_turns_exposes_what_goes_wrong_inside_one(defect: Defect) -> None:
    assert explored(defect.target(), defect.conversation, BETWEEN_TURNS, 1).findings == ()


@each_defect
def test_the_expected_scenario_fails_on_the_defect(defect: Defect, tmp_path: Path) -> None:
    """On the reference core it passes, but for a call that this has not got (`own_call`): pytest
    collects the expected scenarios themselves."""
    _, scenario = defect.feature_file.read_text("utf-8").split("\n\n", 1)
    assert failure_of_scenario(scenario, defect.target, tmp_path) == (defect.law, defect.outcome)


@pytest.mark.parametrize("defect", FIRST_OF_FAMILY, ids=_name)
def test_the_expected_scenario_fails_on_the_defect_in_pytest(
    defect: Defect, pytester: pytest.Pytester
) -> None:
    pytester.makefile(".feature", shown=defect.feature_file.read_text("utf-8"))
    target = f"tests.defects.gallery:TARGETS.{defect.name.replace('-', '_')}"
    without_cache = ("-p", "no:cacheprovider")
    result = pytester.runpytest_inprocess("--coolwind-target", target, *without_cache)
    result.assert_outcomes(failed=1)


@each_defect
def test_a_defect_says_what_it_is_and_where_it_was_seen(defect: Defect) -> None:
    assert defect.story.endswith(".")
    assert defect.seen_in.endswith(".")
    assert defect.target().name == defect.name


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"fault": "new-tab"}, "new-tab exposes nothing"),
        ({"law": "Step"}, "crash exposes Session silent-reset, not Step silent-reset"),
        ({"outcome": Outcome.WEDGED}, "crash exposes Session silent-reset, not Session wedged"),
        ({"depth": 2}, "a plan of fewer than 2 faults exposes it"),
        ({"story": "Another."}, "the shortest scenario is not that of seed-old-code.feature"),
        ({"fault": "crash,lost-cookies"}, "it is taken for zombie as well"),
    ],
)
def test_a_wrong_expectation_is_complained_of(wrong: dict[str, str], what: str) -> None:
    assert complaint(replace(DEFECTS[0], **wrong)) == what


def test_nothing_is_complained_of_where_everything_is_as_expected() -> None:
    assert complaint(DEFECTS[0]) is None


def test_no_two_defects_share_a_name_and_no_expected_scenario_is_left_over() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == sorted(d.name for d in DEFECTS)


@pytest.mark.parametrize("conversation", [CALLBACK_AT_ONCE, TWO_TABS], ids=_name)
@each_correct
def test_a_correct_service_raises_no_alarm(correct: Correct, conversation: Conversation) -> None:
    """`make selftest` asks it in every conversation."""
    faults = tuple(fault for fault in correct.faults if fault.inside is None)
    found = correct.explored(conversation, 1, faults)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


@pytest.mark.parametrize("conversation", [BULK_ORDER, STARTING_OVER], ids=_name)
@each_correct
def test_a_correct_service_raises_no_alarm_inside_its_turns(
    correct: Correct, conversation: Conversation
) -> None:
    """Nor between them; `make selftest` does this in every conversation."""
    found = correct.explored(conversation, depth=1)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


@pytest.mark.parametrize("conversation", [SUMMARY_AND_QUESTION, CALLBACK_AT_ONCE], ids=_name)
@each_correct
def test_a_correct_service_raises_no_alarm_under_any_two_faults(
    correct: Correct, conversation: Conversation
) -> None:
    """Between its turns; with two messages at once beside them, `make selftest` does this."""
    faults = tuple(fault for fault in correct.faults if fault.strikes_between_turns)
    found = correct.explored(conversation, 2, faults)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


@each_correct
def test_a_correct_service_keeps_two_customers_apart(correct: Correct) -> None:
    """Those that share something between two messages at once are asked that, too."""
    overlaps = correct.name in ("reference", "leased-nodes")
    faults = tuple(
        fault
        for fault in correct.faults
        if fault.strikes_between_turns or (overlaps and fault.inside is None)
    )
    found = correct.explored(TWO_CUSTOMERS, 1, faults)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


@each_correct
def test_a_correct_service_places_the_order(correct: Correct) -> None:
    """Else there would be little that a fault could break."""
    target = correct.target()
    player = Player(target)
    player.begin(Arrangement(model_answers=correct.recorded))
    player.play(BULK_ORDER.script)
    assert len(player.last().seen.effects["order"]) == 1
    target.close()


def test_a_model_has_read_everything_that_is_said() -> None:
    said = {one.text for each in CONVERSATIONS for one in each.script if isinstance(one, Say)}
    assert said == set(RECORDED)


def test_the_reference_core_raises_no_alarm_under_any_two_faults() -> None:
    """`make selftest` does this in a longer conversation, too."""
    found = CORRECT[0].explored(TWO_TABS, depth=2)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


@pytest.mark.parametrize(
    "conversation",
    [BULK_ORDER, CALLBACK, PAUSES, SHORT_SESSIONS, OUTAGE, FOREIGN_TRANSCRIPT, NAMELESS],
    ids=_name,
)
def test_the_reference_core_raises_no_alarm_under_two_faults_of_different_kinds(
    conversation: Conversation,
) -> None:
    """`make selftest` asks it in every conversation."""
    found = CORRECT[0].explored(conversation, depth=2, faults=OF_EACH_KIND)
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


def test_who_keeps_sessions_in_cookies_may_answer_anew_what_the_model_could_not() -> None:
    """The message comes again as it came, with the cookie from before it was answered."""
    faults = (named("model-429"), named("duplicate"))
    found = BY_NAME["signed-cookies"].explored(SUMMARY_AND_QUESTION, 2, faults)
    assert _alarms(found) == []


def test_an_excuse_of_the_model_that_is_stored_with_a_later_turn_is_no_loss() -> None:
    defect = next(one for one in DEFECTS if one.name == "saves-what-flows-change")
    assert explored(defect.target(), defect.conversation, (named("model-429"),), 1).findings == ()


def test_what_the_model_could_not_answer_is_kept_in_the_session_where_it_was_asked() -> None:
    """The customer's next session begins without it."""
    found = CORRECT[0].explored(FOREIGN_USER, 1, (named("model-429"),))
    assert _alarms(found) == []
    assert found.exploration.verdict == Verdict.PASS


def _alarms(found: Explored) -> list[str]:
    return [f"{finding.law}: {finding.plan}: {finding.actual}" for finding in found.findings]


@pytest.mark.parametrize(
    "name",
    [
        "restores-without-history",
        "emails-before-it-commits",
        "sells-what-it-saw",
    ],
)
def test_one_bug_is_one_finding_however_its_faults_strike(name: str) -> None:
    defect = next(one for one in DEFECTS if one.name == name)
    target = defect.target()
    found = explored(target, defect.conversation, tuple(select(USUAL, target.capabilities)), 1)
    assert len(found.findings) == 1
    assert found.findings[0].plans > 1


def test_a_repetition_is_the_same_cause_whether_it_comes_at_once_or_later() -> None:
    defect = next(one for one in DEFECTS if one.name == "records-no-replies")
    target = defect.target()
    faults = tuple(select("duplicate,double-click", target.capabilities))
    found = explored(target, defect.conversation, faults, 1).findings
    [finding] = [one for one in found if one.field == "repeated reply"]
    assert finding.shown_alone_by == ("double-click", "duplicate")
