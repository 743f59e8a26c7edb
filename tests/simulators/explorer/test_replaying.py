"""Plans played again, and why a play may say nothing."""

from collections.abc import Callable

import pytest

from simulators.conversation import THE_CUSTOMER, Break, Say
from simulators.explorer.replaying import Example, Replayer
from simulators.explorer.striking import Missed
from simulators.laws.judge import Judged
from simulators.plan import Placed
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement
from simulators.trace import Answer
from tests.simulators.conftest import ToyTarget

Toy = Callable[..., ToyTarget]
SCRIPT = (Say("Anu", "hello"), Say("Hari", "hello"))
CRASH = (Placed(1, "crash"),)


def test_each_script_has_a_clean_run_of_its_own_which_is_played_once(toy: Toy) -> None:
    target = toy()
    replayer = Replayer(target, Arrangement(), 0)
    replayer.clean(SCRIPT)
    plays = target.plays
    replayer.clean(SCRIPT)
    assert target.plays == plays
    assert len(replayer.clean(SCRIPT[:1]).trace.turns) == 1


def test_a_clean_run_that_is_known_is_not_played_again(toy: Toy) -> None:
    target = toy()
    known = Replayer(target, Arrangement(), 0).clean(SCRIPT)
    plays = target.plays
    replayer = Replayer(target, Arrangement(), 0)
    replayer.knows(SCRIPT, known)
    assert replayer.clean(SCRIPT) == known
    assert target.plays == plays


def test_a_play_is_judged_against_it(toy: Toy) -> None:
    script = (*SCRIPT, Say("Anu", "yes"))
    judged = Replayer(toy("memory-only"), Arrangement(), 0).replay(Example(script, CRASH))
    assert isinstance(judged, Judged)
    assert judged.breaches[0].law == "Session"


def test_a_fault_that_does_not_strike_is_told(toy: Toy) -> None:
    missed = Replayer(toy("never-crashes"), Arrangement(), 0).replay(Example(SCRIPT, CRASH))
    assert isinstance(missed, Missed)
    assert missed.strike.evidence == "no crash was seen to take place"


def test_nothing_is_doubtful_about_a_service_that_can_be_repeated(toy: Toy) -> None:
    assert Replayer(toy(), Arrangement(), 0).doubt(Example(SCRIPT, CRASH)) is None


def test_a_service_that_wavers_is_doubtful(toy: Toy) -> None:
    doubt = Replayer(toy("random"), Arrangement(), 0).doubt(Example(SCRIPT, CRASH))
    assert doubt is not None
    assert doubt.startswith("the clean run is not repeatable: text of turn 1 was")


def test_a_script_whose_own_fault_does_not_strike_is_doubtful(toy: Toy) -> None:
    example = Example((*SCRIPT, Break("crash", THE_CUSTOMER)), ())
    assert Replayer(toy("never-crashes"), Arrangement(), 0).doubt(example) == (
        "the scenario's own crash did not strike: no crash was seen to take place"
    )


def test_a_script_that_breaks_a_law_without_any_fault_says_nothing_of_a_fault(toy: Toy) -> None:
    target = toy()
    target.deliver = lambda _: Answer(200, "hello", "one session for everybody")  # type: ignore[method-assign]
    replayer = Replayer(target, Arrangement(), 0)
    assert replayer.doubt(Example(SCRIPT, CRASH)) == (
        "the clean run breaks the Isolation law by itself"
    )
    assert replayer.doubt(Example(SCRIPT, ())) is None


@pytest.mark.parametrize(
    "plan",
    [
        (
            Placed(2, "concurrent-turn", point="arrival"),
            Placed(4, "concurrent-turn", point="arrival"),
        ),
        (
            Placed(2, "store-error", point="store.shelf #1", is_given_up=True),
            Placed(4, "store-error", point="store.tombstone_with #1", is_given_up=True),
        ),
        (
            Placed(2, "concurrent-turn", point="arrival"),
            Placed(4, "store-error", point="store.shelf #1", is_given_up=True),
        ),
    ],
)
def test_what_is_legal_from_a_place_on_begins_with_what_came_before_it(
    plan: tuple[Placed, ...],
) -> None:
    """Twice a turn is left alone, or made after the one that follows it."""
    said = (
        *("I called you but nobody answered", "Hari", "9876543210"),
        *("no, my name is Priya", "Thiruvalla", "AC not cooling"),
    )
    script = tuple(Say(THE_CUSTOMER, text) for text in said)
    target = ReferenceTarget()
    judged = Replayer(target, Arrangement(), 0).replay(Example(script, plan))
    target.close()
    assert isinstance(judged, Judged)
    assert judged.breaches == ()
