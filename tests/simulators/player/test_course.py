"""A script's way through faults inside its turns, and what each turn has to equal after them."""

from collections.abc import Iterator

import pytest

from reports.record import NO_RETRY
from simulators.campaign.campaign import as_written
from simulators.conversation import THE_CUSTOMER, Break, Interrupt, Resend, Say, Script
from simulators.errors import ScenarioError
from simulators.explorer.clean_run import Clean
from simulators.explorer.explorer import Explorer
from simulators.explorer.striking import Missed
from simulators.faults.catalogue import named
from simulators.laws.judge import Judged, judge
from simulators.laws.outcome import Outcome
from simulators.plan import Placed, Plan
from simulators.player.course import Course
from simulators.player.place import Place, Reference
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement
from simulators.trace import Exchange

HOURS = "What are your opening hours?"
SCRIPT: Script = tuple(
    Say(THE_CUSTOMER, text)
    for text in (
        "I need 11 remote controls",
        "My name is Hari, phone 9876543210, email hari@example.com",
        "Do you like cricket?",
        "yes",
        HOURS,
    )
)


@pytest.fixture
def target() -> Iterator[ReferenceTarget]:
    """The reference target."""
    target = ReferenceTarget()
    yield target
    target.close()


@pytest.fixture
def clean(target: ReferenceTarget) -> Clean:
    """The clean run of the script."""
    return Explorer(Player(target), SCRIPT, Arrangement()).clean(Player(target, 1))


@pytest.fixture
def course(target: ReferenceTarget) -> Course:
    """The script, to be walked on the target."""
    return Course(Player(target), SCRIPT, Arrangement())


def walked(course: Course, reference: Reference, turns: int) -> Place:
    place = course.begin(reference)
    for _ in range(turns):
        after = course.advance(place)
        assert after is not None
        place = after
    return place


def orders(exchange: Exchange) -> int:
    return len(exchange.seen.effects["order"])


def is_legal(course: Course, reference: Reference, clean: Clean) -> bool:
    """Whether the play breaks no law, held against that reference."""
    return judge((), course.trace, reference, clean.mask).breaches == ()


def test_the_calls_of_the_next_turn_are_known_before_it(course: Course, clean: Clean) -> None:
    place = walked(course, clean.reference, 3)
    here = course.checkpoint()
    names = [point.name for point in course.points(place)]
    assert "store.commit #1" in names
    assert "mail.deliver #2" in names
    course.go_back(here)
    assert course.points(walked(course, clean.reference, 5)) == ()


@pytest.mark.parametrize(
    ("fault", "point", "placed_orders"),
    [("crash-before", "store.tombstone_with #1", 0), ("crash-after", "store.commit #1", 1)],
)
def test_a_message_left_alone_was_taken_or_not(
    course: Course, clean: Clean, fault: str, point: str, placed_orders: int
) -> None:
    place = walked(course, clean.reference, 3)
    not_made = course.without_next_turn(place)
    struck = course.advance(place, named(fault), point)
    assert struck is not None
    assert struck.tries == 1
    given_up = course.give_up(struck, not_made)
    end = course.finish(given_up)
    made, not_made = end.references
    assert (orders(made[5]), orders(not_made[5])) == (1, 0)
    assert not_made[4].answer.is_missing
    assert orders(course.trace.turns[5]) == placed_orders
    agreeing = [is_legal(course, one, clean) for one in end.references]
    assert agreeing == [placed_orders == 1, placed_orders == 0]
    assert [strike.fault for strike in course.trace.strikes] == [fault, NO_RETRY]
    assert end.plan == (Placed(4, fault, point=point, is_given_up=True),)


def test_a_turn_that_is_not_made_is_no_second_delivery(course: Course, clean: Clean) -> None:
    place, strike = course.strike(
        walked(course, clean.reference, 3), named("duplicate"), THE_CUSTOMER
    )
    assert strike.fired
    assert course.trace.exchanges[-1].repeats
    not_made = course.without_next_turn(place)[4]
    assert (not_made.answer.is_missing, not_made.repeats) == (True, False)


def test_after_a_failure_of_the_model_another_reply_is_legal_and_nothing_else(
    course: Course, clean: Clean
) -> None:
    place = walked(course, clean.reference, 2)
    struck = course.advance(place, named("model-500"), "model.complete #1")
    assert struck is not None
    assert struck.tries == 0
    (spoilt,) = struck.references
    sorry = course.trace.turns[3].answer.text
    assert "Sorry, I cannot answer that at the moment" in sorry
    assert spoilt[3].answer.text == sorry != clean.reference[3].answer.text
    for turn in (3, 4, 5):
        usual, legal = str(clean.reference[turn].seen.kept), str(spoilt[turn].seen.kept)
        assert "Sorry, I cannot answer that" in legal
        assert "Sorry, I cannot answer that" not in usual
        assert spoilt[turn].seen.effects == clean.reference[turn].seen.effects
    assert [spoilt[turn] for turn in (1, 2)] == [clean.reference[turn] for turn in (1, 2)]
    assert (spoilt[3].answer.flow, spoilt[3].answer.step) == ("bulk_order", "confirming")
    end = course.finish(struck)
    assert is_legal(course, end.references[0], clean)
    assert not is_legal(course, clean.reference, clean)


def followed(target: ReferenceTarget, clean: Clean, *plan: Placed) -> Judged | Missed:
    return Explorer(Player(target), SCRIPT, Arrangement()).follow(clean, plan)


@pytest.mark.parametrize(
    "plan",
    [
        (Placed(1, "crash-after", point="store.commit #1"),),
        (Placed(4, "crash-after", point="mail.deliver #1"),),
        (Placed(4, "store-error", point="store.commit #1", is_given_up=True),),
        (Placed(4, "crash-after", point="store.commit #1", is_given_up=True),),
        (
            Placed(4, "crash-before", point="store.tombstone_with #1"),
            Placed(4, "crash-after", point="store.commit #1", tries=1),
        ),
        (Placed(4, "store-error", point="store.commit #1"), Placed(4, "failover", tries=1)),
        (Placed(1, "crash"), Placed(3, "model-timeout", point="model.complete #1")),
        (Placed(4, "slow-store", point="store.commit #1"), Placed(4, "restart")),
    ],
)
def test_a_plan_with_faults_inside_turns_is_followed(
    target: ReferenceTarget, clean: Clean, plan: Plan
) -> None:
    result = followed(target, clean, *plan)
    assert isinstance(result, Judged)
    assert (result.plan, result.breaches) == (plan, ())
    struck = [one.fault for one in result.trace.strikes if one.fault != NO_RETRY]
    assert struck == [placed.fault for placed in plan]


def test_a_fault_at_a_call_that_does_not_come_is_missed(
    target: ReferenceTarget, clean: Clean
) -> None:
    result = followed(target, clean, Placed(4, "model-500", point="model.complete #1"))
    assert isinstance(result, Missed)
    assert result.strike.evidence == "the service did not come to model.complete #1"


@pytest.mark.parametrize(
    "placed",
    [
        Placed(6, "crash-after", point="store.commit #1"),
        Placed(6, "crash-after", point="store.commit #1", is_given_up=True),
        Placed(4, "crash-after", point="store.commit #1", tries=1),
        Placed(4, "crash", tries=1),
        Placed(0, "crash"),
    ],
)
def test_a_plan_that_no_longer_applies_says_so(
    target: ReferenceTarget, clean: Clean, placed: Placed
) -> None:
    with pytest.raises(ScenarioError, match=r"^there is no place for '.+'; the conv"):
        followed(target, clean, placed)


@pytest.mark.parametrize(
    "script",
    [
        (*SCRIPT[:2], Interrupt("model-500", "model.complete #1", 3), *SCRIPT[2:]),
        (*SCRIPT[:3], Interrupt("crash-before", "store.shelf #1", 4), *SCRIPT[3:]),
        (*SCRIPT[:3], Interrupt("crash-after", "store.commit #1", 4), *SCRIPT[3:]),
        (*SCRIPT[:3], Interrupt("store-error", "store.commit #1", 4), SCRIPT[3]),
        (*SCRIPT[:3], Interrupt("slow-store", "store.commit #1", 4), *SCRIPT[3:]),
        (
            *(*SCRIPT[:3], Interrupt("crash-after", "store.commit #1", 4), SCRIPT[3]),
            *(Resend(THE_CUSTOMER), SCRIPT[4]),
        ),
        (
            *(*SCRIPT[:2], Interrupt("crash-before", "store.tombstone_with #1", 3), SCRIPT[2]),
            *(Interrupt("model-429", "model.complete #1", 3), Resend(THE_CUSTOMER), *SCRIPT[3:]),
        ),
        (
            *(Interrupt("crash-before", "store.load_opened_by #1", 1), SCRIPT[0]),
            *(Resend(THE_CUSTOMER), *SCRIPT[1:]),
        ),
    ],
)
def test_a_correct_service_comes_through_the_faults_that_a_scenario_puts_inside_turns(
    target: ReferenceTarget, script: Script
) -> None:
    judged = as_written(script, Arrangement(), target, 0)
    assert judged is not None
    assert (judged.outcome, judged.breaches) == (Outcome.RESTORED, ())


@pytest.mark.parametrize("end", ["expiry", "after-expiry", "lost-cookies", "clear-chat"])
@pytest.mark.parametrize("fault", ["crash-after", "store-error", "store-error-after"])
def test_a_correct_service_comes_through_a_fault_inside_the_turn_after_an_end(
    target: ReferenceTarget, end: str, fault: str
) -> None:
    """What somebody new lives through has no part of the fault that waits for the message."""
    struck = Interrupt(fault, "store.commit #1", 2)
    script = (SCRIPT[0], Break(end), struck, SCRIPT[1], Resend(THE_CUSTOMER), *SCRIPT[2:])
    judged = as_written(script, Arrangement(), target, 0)
    assert judged is not None
    assert (judged.outcome, judged.breaches) == (Outcome.FRESH, ())


@pytest.mark.parametrize("fault", ["concurrent-turn", "concurrent-clear"])
def test_what_is_legal_beside_a_message_is_found_once_for_each_place(
    fault: str, course: Course, clean: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = walked(course, clean.reference, 1)
    checkpoint = course.checkpoint()
    apart: list[str] = []
    deliver = ReferenceTarget.deliver
    monkeypatch.setattr(
        ReferenceTarget,
        "deliver",
        lambda target, delivery: apart.append(delivery.text) or deliver(target, delivery),
    )
    legal = []
    for _ in range(2):
        course.go_back(checkpoint)
        after = course.advance(place, named(fault), "store.commit #1")
        assert after is not None
        legal.append((len(apart), len(after.references)))
    assert legal == [(len(apart), len(after.references))] * 2
    assert apart
