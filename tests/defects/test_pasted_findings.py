"""Every finding, pasted into a feature file, fails the same way: same law, same outcome."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from random import Random

import pytest

from coolwind.effects import Effect, Notification
from coolwind.errors import StoreUnavailable
from coolwind.messages import Reply
from coolwind.resumption import Resumed
from reports.record import FindingFound
from simulators.campaign.campaign import outcome_of
from simulators.conversation import THE_CUSTOMER, Break, Say
from simulators.explorer.replaying import Example, Replayer
from simulators.faults.catalogue import BETWEEN_TURNS, FAULTS, named, select
from simulators.faults.fault import Fault
from simulators.faults.inside import INSIDE_TURNS
from simulators.gherkin.check import CheckFailed
from simulators.gherkin.printer import print_scenario
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Arrangement, Target
from simulators.trace import Observation
from tests.defects.conversations import (
    CONVERSATIONS,
    ORDER_AND_QUESTION,
    STARTING_OVER,
    Conversation,
)
from tests.defects.gallery import DEFECTS, Defect, explored
from tests.defects.plain_service import Move, PlainService, Turn
from tests.pasting import failure_of, failure_of_scenario, perform, play_on, steps_of
from tests.served import served

BY_NAME = {defect.name: defect for defect in DEFECTS}
HEARD = (
    "restores-for-anybody",
    "refuses-what-memory-forgot",
    "restores-expired-state",
    "expires-without-a-word",
    "rounds-to-whole-seconds",
    "takes-every-delivery",
    "writes-behind",
)
"""The defects that one fault lets a customer read or be refused by, whatever is kept."""

MANY_SIDED = (
    "seed-old-code",
    "restores-for-anybody",
    "forgets-the-owner-first",
    "takes-a-conflict-for-success",
)
"""The defects of which single faults show more than is expected in the gallery, where all of that
is pasted."""


def check_findings(
    target: Callable[[], Target],
    conversation: Conversation,
    faults: tuple[Fault, ...],
    folder: Path,
    depth: int = 1,
) -> tuple[FindingFound, ...]:
    """Find everything, and paste every finding."""
    findings = explored(target(), conversation, faults, depth).findings
    found = [(one.plan, one.law, one.outcome) for one in findings]
    pasted = [(one.plan, *failure_of(one, target, folder)) for one in findings]
    assert pasted == found
    return findings


def some_faults(defect: Defect, count: int) -> tuple[Fault, ...]:
    """The faults that expose a defect, and as many others, drawn by its name."""
    expected = defect.fault.split(",")
    others = [fault for fault in BETWEEN_TURNS if fault.name not in expected]
    drawn = Random(defect.name).sample(others, count)
    return tuple(fault for fault in FAULTS if fault.name in expected or fault in drawn)


def another_conversation(defect: Defect) -> Conversation:
    """One drawn by the defect's name, which the service comes through as it is written."""
    others = [one for one in CONVERSATIONS if one not in (defect.conversation, STARTING_OVER)]
    Random(defect.name).shuffle(others)
    return next(one for one in others if survives(defect.target(), one))


def survives(target: Target, conversation: Conversation) -> bool:
    """Whether a service comes through the faults that a conversation asks for itself."""
    try:
        outcome = outcome_of(conversation.script, conversation.arrangement, target, 0)
    finally:
        target.close()
    return outcome in (Outcome.RESTORED, Outcome.FRESH)


@pytest.mark.parametrize("name", MANY_SIDED)
def test_what_one_fault_shows_beside_what_is_expected(name: str, tmp_path: Path) -> None:
    defect = BY_NAME[name]
    faults = some_faults(defect, 3)
    assert len(check_findings(defect.target, defect.conversation, faults, tmp_path)) > 1


@pytest.mark.parametrize(
    "defect", [one for one in DEFECTS if one.depth > 1], ids=attrgetter("name")
)
def test_one_fault_is_not_enough_where_it_takes_several(defect: Defect) -> None:
    found = explored(defect.target(), defect.conversation, some_faults(defect, 3), 1)
    assert found.findings == ()


@pytest.mark.parametrize(
    "defect",
    [one for one in DEFECTS if one.depth > 1 or one.name in HEARD],
    ids=attrgetter("name"),
)
def test_under_several_faults(defect: Defect, tmp_path: Path) -> None:
    faults, depth = some_faults(defect, 1), max(2, defect.depth)
    assert check_findings(defect.target, defect.conversation, faults, tmp_path, depth)


@pytest.mark.parametrize("defect", DEFECTS[::4], ids=attrgetter("name"))
def test_in_another_conversation(defect: Defect, tmp_path: Path) -> None:
    check_findings(defect.target, another_conversation(defect), some_faults(defect, 2), tmp_path)


@pytest.mark.parametrize("name", HEARD[::3])
def test_behind_http(name: str, tmp_path: Path) -> None:
    defect = BY_NAME[name]
    target = partial(served, defect.name, defect.target.keywords["build"])
    faults = tuple(select(f"{defect.fault},reload", target().capabilities))
    assert check_findings(target, defect.conversation, faults, tmp_path)


@pytest.mark.parametrize(
    ("name", "turns", "fault"),
    [
        ("deletes-what-it-evicts", 1, "memory-pressure"),
        ("records-replies-in-memory", 2, "restart"),
        ("remembers-what-it-sent", 3, "crash"),
        ("writes-behind", 3, "expiry"),
        ("saves-open-flows-only", 3, "deploy"),
    ],
)
def test_shown_by_the_last_step_of_the_script_alone(
    name: str, turns: int, fault: str, tmp_path: Path
) -> None:
    defect = BY_NAME[name]
    script = (*defect.conversation.script[:turns], Break("duplicate"))
    conversation = Conversation("That ends with a fault", script)
    assert survives(defect.target(), conversation)
    found = check_findings(defect.target, conversation, (named(fault),), tmp_path)
    ends = [steps_of(one.gherkin, tmp_path)[-2].name for one in found]
    assert "the customer's last message is delivered again" in ends


@pytest.mark.parametrize(
    "name",
    [
        "restores-without-history",
        "forgets-slots-when-it-asks-again",
        "takes-every-delivery",
        "writes-behind",
        "remembers-before-it-stores",
        "falls-back-to-memory",
    ],
)
def test_what_goes_wrong_inside_a_turn_fails_on_the_defect_alone(name: str, tmp_path: Path) -> None:
    """Also where the customer leaves the message alone, and where a correct service gives no
    answer to what the defect answers."""
    defect = BY_NAME[name]
    for finding in check_findings(defect.target, defect.conversation, INSIDE_TURNS, tmp_path):
        check_on_a_correct_service(finding, tmp_path)


class TakesAFailureForSuccess(PlainService):
    """Answers although the store took nothing; memory has nothing, either."""

    async def save(self, turn: Turn) -> None:
        with suppress(StoreUnavailable):
            await super().save(turn)

    def remember(self, *_: object) -> None:
        """Nothing."""


class WithoutAProbe(ReferenceTarget):
    """Does not tell what the service keeps."""

    def observe(self, session_id: str | None) -> Observation:
        return replace(super().observe(session_id), kept=None)


def test_a_first_message_that_would_be_healed_by_sending_it_again(tmp_path: Path) -> None:
    """A correct service gives no answer there, and goes on only if it is sent again."""
    target = partial(WithoutAProbe, "takes-failures", build=TakesAFailureForSuccess)
    found = check_findings(target, ORDER_AND_QUESTION, (named("store-error"),), tmp_path)
    again = "sends the last message again if it was not answered"
    assert any(again in one.gherkin for one in found)
    for finding in found:
        check_on_a_correct_service(finding, tmp_path)


def test_what_nobody_sends_again_after_two_overlapped(tmp_path: Path) -> None:
    defect = BY_NAME["steps-before-it-stores"]
    faults = (named("concurrent-crash-unsent"),)
    for finding in check_findings(defect.target, ORDER_AND_QUESTION, faults, tmp_path):
        check_on_a_correct_service(finding, tmp_path)


@pytest.mark.parametrize("stop", ["crash", "failover"])
@pytest.mark.parametrize("name", ["writes-behind", "expires-without-a-word"])
def test_around_a_stop_that_the_scenario_asks_for(name: str, stop: str, tmp_path: Path) -> None:
    """A message that is left alone before it is legal either way, and nothing is legal that a
    broken service loses by the stop."""
    target = BY_NAME[name].target
    first, *_ = script = ORDER_AND_QUESTION.script
    assert isinstance(first, Say)
    again = Say(first.customer, "yes")
    conversation = Conversation("That stops", (*script[:3], Break(stop), again))
    assert survives(target(), conversation)
    faults = tuple(map(named, ("crash", "store-error-after", "crash-before", "expiry")))
    assert check_findings(target, conversation, faults, tmp_path)


def check_on_a_correct_service(finding: FindingFound, folder: Path) -> None:
    """Raises `CheckFailed` where the printed scenario does not hold."""
    play = play_on(partial(ReferenceTarget, "correct", build=PlainService))
    try:
        for step in steps_of(finding.gherkin, folder):
            perform(play, step)
    finally:
        play.close()


def test_a_chat_that_cannot_be_cleared_fails_where_the_customer_wants_to_clear_it(
    tmp_path: Path,
) -> None:
    defect = BY_NAME["cookies-of-half-an-hour"]
    example = Example(STARTING_OVER.script, (Placed(2, "idle-timeout"),))
    found = Replayer(defect.target(), Arrangement(), 0).replay(example)
    assert isinstance(found, Judged)
    scenario = print_scenario(STARTING_OVER.name, STARTING_OVER.script, Arrangement(), found)
    with pytest.raises(CheckFailed, match=r"'clear-chat' did not strike: .* status 404"):
        failure_of_scenario(scenario, defect.target, tmp_path)


@pytest.mark.parametrize(
    ("name", "faults", "depth"),
    [
        # The message of the turn that broke the law is not the last one.
        ("counts-open-turns", "double-click,concurrent-nodes", 2),
        # What the service held when the message was left alone tells the outcome.
        ("restores-at-todays-prices", "crash-before", 1),
    ],
)
def test_under_faults_inside_turns(name: str, faults: str, depth: int, tmp_path: Path) -> None:
    defect = BY_NAME[name]
    chosen = tuple(select(faults, defect.target().capabilities))
    assert check_findings(defect.target, defect.conversation, chosen, tmp_path, depth)


class OpensAFormInTheProcess(PlainService):
    """Takes an answer to a form in the process alone that has asked for it."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._asked: frozenset[str] = frozenset()

    async def advance(self, resumed: Resumed, text: str) -> Move:
        session = resumed.session
        form = session.states.get("form", {"step": "open"})
        if form["step"] == "open" and text == "refund":
            self._asked |= {session.session_id}
            return _at("confirming", "Shall I?")
        if form["step"] == "open":
            return _at("open", "What else?")
        if session.session_id not in self._asked:
            return _at("confirming", "I have not asked that.")
        self._asked -= {session.session_id}
        if text != "yes":
            return _at("open", "Then not.")
        return _at("open", "It is on its way.", Notification(session.session_id, "hari", "", ""))


def _at(step: str, text: str, *effects: Effect) -> Move:
    return Move(Reply(text, "form", "form", step), {"form": {"step": step}}, effects)


def test_where_two_courses_are_legal_what_comes_behind_does_not_choose_between_them(
    tmp_path: Path,
) -> None:
    """What is shown of a play ends where it goes wrong, and so does what is printed."""
    target = partial(ReferenceTarget, build=OpensAFormInTheProcess)
    texts = ("hello", "refund", "yes", "refund", "yes")
    conversation = Conversation("Twice", tuple(Say(THE_CUSTOMER, text) for text in texts))
    faults = (named("crash-before"), named("store-error"))
    assert check_findings(target, conversation, faults, tmp_path)
