"""What a play has to equal after it departed from the clean run, where no two plays bear the same
names."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.faults.catalogue import named
from simulators.laws.counterparts import counterparts, in_names_of
from simulators.laws.masking import varying_as
from simulators.targets.target import Arrangement
from simulators.targets.tolerance import Tolerance
from simulators.trace import Exchange
from simulators.varying import Varies

SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in ("one", "two", "three", "four"))
ENDS = ("clear-chat", "expiry", "lost-cookies")


def explored(target: Any, *faults: str, depth: int = 1) -> Explored:
    target.tolerance = Tolerance()
    options = Options(0, depth, tuple(map(named, faults)))
    return explore("An order", SCRIPT, Arrangement(), target, options)


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("fault", ENDS)
def test_an_effect_may_bear_the_id_of_a_session_that_is_over(
    toy: Callable[..., Any], fault: str, depth: int
) -> None:
    found = explored(toy("own-ids", "no-snapshot", "notes-sessions"), fault, "crash", depth=depth)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


@pytest.mark.parametrize("fault", ["expiry", "lost-cookies"])
def test_it_may_not_bear_the_id_of_the_next_one(toy: Callable[..., Any], fault: str) -> None:
    found = explored(toy("own-ids", "no-snapshot", "renames-orders"), fault)
    assert {one.law for one in found.findings} == {"Effect"}


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("fault", ENDS)
@pytest.mark.parametrize("ids", ["own-ids", "short-ids", "letter-ids"])
def test_what_differs_from_play_to_play_is_a_name_whatever_it_looks_like(
    toy: Callable[..., Any], ids: str, fault: str, depth: int
) -> None:
    service = toy(ids, "no-snapshot", "notes-sessions", "tells-ids")
    found = explored(service, fault, "crash", depth=depth)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


@pytest.mark.parametrize(
    ("variant", "fault", "law"),
    [
        ("renames-orders", "expiry", "Effect"),
        ("never-expires", "expiry", "Expiry"),
        ("half-expires", "expiry", "Data"),
        ("memory-only", "crash", "Session"),
        ("undead", "clear-chat", "Expiry"),
    ],
)
@pytest.mark.parametrize("ids", ["own-ids", "short-ids", "letter-ids"])
def test_a_name_hides_no_defect_whatever_it_looks_like(
    toy: Callable[..., Any], ids: str, variant: str, fault: str, law: str
) -> None:
    found = explored(toy(ids, "no-snapshot", "tells-ids", variant), fault)
    assert law in {one.law for one in found.findings}


def test_what_no_mask_may_hide_is_no_name_either(exchange: Callable[..., Exchange]) -> None:
    one = exchange(1, reply="Order 4821", step="contact")
    other = exchange(1, reply="Order 7313", step="confirming")
    assert varying_as({1: one}, [{1: other}])[1].varies == {"text": {1: Varies.FREELY}}


@pytest.mark.parametrize(
    ("first", "second", "session", "order"),
    [
        ("s-11", "N-12", "s-91", "N-92"),
        ("-s-11", "N12.a1", "s-91", "N92.b1"),
        ("aB3dE6g/", "xY1zW7qq", "+q9R2sT4", "pQ8rS+uV"),
        ("aB3dE6g/", "abcdefgh", "+qaRbsTc", "pQ8rS9uV"),
    ],
)
def test_identifiers_are_named_anew_wherever_they_stand(
    exchange: Callable[..., Exchange], first: str, second: str, session: str, order: str
) -> None:
    def turn(session: str, order: str, number: int = 1) -> Exchange:
        row = {"number": order, "of": {"sessions": [f"id {session}", None, 7]}}
        return exchange(
            number,
            reply=f"Order {order} of {session} placed",
            session_id=session,
            kept=row,
            effects={"order": (row,)},
        )

    origin = (turn(first, second),)
    played = (turn(session, order),)
    assert counterparts(origin, played).items() >= {first: session}.items()
    later = turn(first, second, 2)
    reference = {1: played[0], 2: replace(later, origin=origin)}
    named_anew = in_names_of(played, reference)
    assert named_anew[1] is played[0]
    assert named_anew[2].answer == turn(session, order, 2).answer
    assert named_anew[2].seen == turn(session, order).seen


def test_a_session_of_a_short_name_is_no_word_of_a_text(exchange: Callable[..., Exchange]) -> None:
    origin = (exchange(1, session_id="17"),)
    played = (exchange(1, session_id="18"),)
    later = exchange(2, reply="17 pieces", session_id="17")
    named_anew = in_names_of(played, {2: replace(later, origin=origin)})[2].answer
    assert (named_anew.session_id, named_anew.text) == ("18", "17 pieces")


def test_a_reference_of_the_very_same_play_stays_as_it_is(
    exchange: Callable[..., Exchange],
) -> None:
    reference = {1: exchange(1)}
    assert in_names_of((exchange(1),), reference) is reference
