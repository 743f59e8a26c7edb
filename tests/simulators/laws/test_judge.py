"""How a conversation came through, in one word."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from reports.record import NO_RETRY
from simulators.laws.judge import Judged, judge
from simulators.laws.outcome import Outcome
from simulators.trace import Exchange, Life, Observation, Row, Strike, Trace

Make = Callable[..., Exchange]
AFRESH = {"session_id": "session-2", "served_from": "new", "fresh": True}
ORDER: Row = {"number": "CW-1", "quantity": 11}


def struck(fault: str, after_turn: int, kept: Row | None = None, fired: bool = True) -> Strike:
    return Strike(fault, "the customer", after_turn, fired, fault, seen=Observation(kept))


def judged(happened: Sequence[Exchange | Strike], expected: Sequence[Exchange]) -> Judged:
    return judge((), Trace(tuple(happened)), {one.turn: one for one in expected}, {})


@pytest.fixture
def clean(exchange: Make) -> list[Exchange]:
    return [
        exchange(1, life=Life.NONE, presented=False, flow="order", step="a", kept={"said": 1}),
        exchange(2, flow="order", step="b", kept={"said": 2}),
        exchange(3, flow="order", step="c", kept={"said": 3}, effects={"order": (ORDER,)}),
    ]


def second(clean: list[Exchange], **answered: object) -> Exchange:
    """Turn 2 of the clean run with another answer."""
    return replace(clean[1], answer=replace(clean[1].answer, **answered))


def test_restored_when_no_law_is_broken(clean: list[Exchange]) -> None:
    result = judged([clean[0], struck("crash", 1), *clean[1:]], clean)
    assert (result.outcome, result.breaches) == (Outcome.RESTORED, ())


def test_restored_when_only_the_tier_is_wrong(clean: list[Exchange]) -> None:
    result = judged([clean[0], second(clean, served_from="store"), clean[2]], clean)
    assert result.outcome is Outcome.RESTORED
    assert [breach.law for breach in result.breaches] == ["Tier"]


def test_fresh_when_a_conversation_ends_as_it_should(clean: list[Exchange], exchange: Make) -> None:
    fresh = [clean[0], exchange(2, life=Life.NONE, **AFRESH)]
    over = [clean[0], struck("expiry", 1), exchange(2, life=Life.EXPIRED, **AFRESH)]
    result = judged(over, fresh)
    assert (result.outcome, result.breaches) == (Outcome.FRESH, ())


def test_loud_reset_when_a_lost_session_is_announced(clean: list[Exchange]) -> None:
    result = judged([clean[0], struck("crash", 1), second(clean, **AFRESH)], clean)
    assert result.outcome is Outcome.LOUD_RESET
    assert result.breaches[0].law == "Session"


def test_silent_reset_when_nobody_says_that_the_session_is_new(clean: list[Exchange]) -> None:
    new = second(clean, session_id="session-2", served_from="new")
    assert judged([clean[0], struck("crash", 1), new], clean).outcome is Outcome.SILENT_RESET


def test_silent_reset_when_an_expiry_is_not_announced(
    clean: list[Exchange], exchange: Make
) -> None:
    silent = exchange(2, life=Life.EXPIRED, **{**AFRESH, "fresh": False})
    fresh = [clean[0], exchange(2, life=Life.NONE, **AFRESH)]
    assert judged([clean[0], struck("expiry", 1), silent], fresh).outcome is Outcome.SILENT_RESET


def test_unavailable_when_trying_again_works(clean: list[Exchange]) -> None:
    refused = second(clean, status=503)
    assert judged([clean[0], refused, *clean[1:]], clean).outcome is Outcome.UNAVAILABLE


def test_unavailable_wherever_the_error_came_from(clean: list[Exchange]) -> None:
    happened = [clean[0], struck("deploy", 1), second(clean, status=503), *clean[1:]]
    assert judged(happened, clean).outcome is Outcome.UNAVAILABLE


def test_wedged_when_trying_again_does_not_help(clean: list[Exchange]) -> None:
    refused = second(clean, status=500)
    happened = [clean[0], struck("crash", 1), refused, refused]
    assert judged(happened, clean).outcome is Outcome.WEDGED


def test_zombie_when_an_expired_session_goes_on(clean: list[Exchange], exchange: Make) -> None:
    fresh = [clean[0], exchange(2, life=Life.NONE, **AFRESH)]
    back = exchange(2, life=Life.EXPIRED)
    assert judged([clean[0], struck("expiry", 1), back], fresh).outcome is Outcome.ZOMBIE


def test_zombie_when_a_session_left_behind_answers(clean: list[Exchange], exchange: Make) -> None:
    expected = [clean[0], *(exchange(turn, session_id="session-2") for turn in (2, 3))]
    happened = [clean[0], expected[1], struck("crash", 2), exchange(3)]
    assert judged(happened, expected).outcome is Outcome.ZOMBIE


def test_half_expired_when_an_expired_session_leaves_data(
    clean: list[Exchange], exchange: Make
) -> None:
    fresh = [clean[0], exchange(2, life=Life.NONE, kept={"said": 1}, **AFRESH)]
    half = exchange(2, life=Life.EXPIRED, kept={"said": 2}, **AFRESH)
    assert judged([clean[0], struck("expiry", 1), half], fresh).outcome is Outcome.HALF_EXPIRED


def test_no_expiry_is_to_blame_for_a_fault_in_the_turn_by_which_it_began_anew(
    clean: list[Exchange], exchange: Make
) -> None:
    fresh = [clean[0], exchange(2, life=Life.NONE, kept={"said": 1}, **AFRESH)]
    refused = replace(exchange(2, life=Life.EXPIRED, status=503), interrupted=True)
    inside = replace(struck("store-error-after", 2), point="store.commit #1", is_unsettled=True)
    again = exchange(2, life=Life.EXPIRED, kept={"said": 2}, **AFRESH)
    happened = [clean[0], struck("expiry", 1), refused, inside, again]
    assert judged(happened, fresh).outcome is Outcome.LOST_TURN


def test_half_expired_when_it_shows_a_turn_behind_the_one_in_which_a_fault_struck(
    clean: list[Exchange], exchange: Make
) -> None:
    """Whether the fault had a part in it is known of no later turn."""
    begun = exchange(2, life=Life.EXPIRED, **AFRESH)
    fresh = [clean[0], replace(begun, life=Life.NONE)]
    fresh.append(exchange(3, session_id="session-2", kept={"said": 1}))
    refused = replace(exchange(2, life=Life.EXPIRED, status=503), interrupted=True)
    inside = replace(struck("store-error", 2), point="store.commit #1", is_unsettled=True)
    half = exchange(3, session_id="session-2", kept={"said": 2})
    happened = [clean[0], struck("expiry", 1), refused, inside, begun, half]
    assert judged(happened, fresh).outcome is Outcome.HALF_EXPIRED


def test_no_expiry_is_to_blame_for_what_a_fault_does_right_behind_the_new_beginning(
    clean: list[Exchange], exchange: Make
) -> None:
    ordered = {"order": (ORDER,)}
    fresh = [clean[0], exchange(2, life=Life.NONE, effects=ordered, **AFRESH)]
    begun = exchange(2, life=Life.EXPIRED, effects=ordered, **AFRESH)
    happened = [clean[0], struck("expiry", 1), begun, struck("crash", 2)]
    assert judged(happened, fresh).outcome is Outcome.LOST_TURN


def test_half_expired_when_the_announcement_tells_of_the_old_order(exchange: Make) -> None:
    fresh = [exchange(1, "9876543210"), exchange(2, reply="Hello", life=Life.NONE, **AFRESH)]
    telling = exchange(2, reply="We called 9876543210. Hello", life=Life.EXPIRED, **AFRESH)
    result = judged([fresh[0], struck("expiry", 1), telling], fresh)
    assert result.outcome is Outcome.HALF_EXPIRED


def test_no_expiry_is_to_blame_for_a_fault_after_it(clean: list[Exchange], exchange: Make) -> None:
    fresh = [
        clean[0],
        exchange(2, life=Life.NONE, kept={"said": 1}, **AFRESH),
        exchange(3, kept={"said": 2}, session_id="session-2"),
    ]
    happened = [
        clean[0],
        struck("expiry", 1),
        replace(fresh[1], life=Life.EXPIRED),
        struck("crash", 2),
        exchange(3, kept={"said": 9}, session_id="session-2"),
    ]
    assert judged(happened, fresh).outcome is Outcome.LOST_TURN


def test_version_skew_when_a_deployment_does_the_harm(clean: list[Exchange]) -> None:
    new = second(clean, **AFRESH)
    assert judged([clean[0], struck("deploy", 1), new], clean).outcome is Outcome.VERSION_SKEW


def test_no_version_skew_when_another_fault_came_after_the_deployment(
    clean: list[Exchange],
) -> None:
    happened = [clean[0], struck("deploy", 1), struck("crash", 1), second(clean, **AFRESH)]
    assert judged(happened, clean).outcome is Outcome.LOUD_RESET


def test_no_version_skew_when_the_deployment_did_not_take_place(clean: list[Exchange]) -> None:
    happened = [clean[0], struck("deploy", 1, fired=False), second(clean, **AFRESH)]
    assert judged(happened, clean).outcome is Outcome.LOUD_RESET


def test_duplicated_effect_when_there_is_one_too_many(clean: list[Exchange]) -> None:
    twice = replace(clean[2], seen=Observation({"said": 3}, {"order": (ORDER, ORDER)}))
    result = judged([*clean[:2], struck("crash", 2), twice], clean)
    assert result.outcome is Outcome.DUPLICATED_EFFECT


def test_a_greater_number_in_an_effect_is_no_duplicate(clean: list[Exchange]) -> None:
    changed = {"order": ({**ORDER, "quantity": 12},)}
    more = replace(clean[2], seen=Observation({"said": 3}, changed))
    assert judged([*clean[:2], struck("crash", 2), more], clean).outcome is Outcome.LOST_TURN


@pytest.mark.parametrize(
    "again",
    [{"reply": "What?"}, {"kept": {"said": 4}}],
    ids=["another reply", "changed data"],
)
def test_duplicated_effect_when_a_repeated_message_is_taken_as_a_new_one(
    clean: list[Exchange], exchange: Make, again: dict[str, object]
) -> None:
    repeated = exchange(2, repeats=True, **{"kept": {"said": 2}, **again})
    result = judged([*clean[:2], repeated, struck("duplicate", 2)], clean)
    assert result.outcome is Outcome.DUPLICATED_EFFECT


def test_restored_stale_when_the_last_turn_is_gone(clean: list[Exchange], exchange: Make) -> None:
    stale = exchange(3, flow="order", step="b", kept={"said": 3})
    result = judged([*clean[:2], struck("crash", 2, {"said": 2}), stale], clean)
    assert result.outcome is Outcome.RESTORED_STALE


def test_restored_stale_when_what_is_kept_is_one_turn_old(
    clean: list[Exchange], exchange: Make
) -> None:
    stale = exchange(3, flow="order", step="x", kept={"said": 1})
    result = judged([*clean[:2], struck("crash", 2, {"said": 1}), stale], clean)
    assert result.outcome is Outcome.RESTORED_STALE


def test_lost_turn_when_something_else_is_gone(clean: list[Exchange], exchange: Make) -> None:
    poor = exchange(2, flow="order", step="b")
    result = judged([clean[0], struck("crash", 1, {"said": 1}), poor], clean)
    assert result.outcome is Outcome.LOST_TURN


def test_lost_turn_when_there_was_no_turn_before(exchange: Make) -> None:
    expected = exchange(1, life=Life.NONE, kept={"said": 1})
    assert judged([exchange(1, life=Life.NONE)], [expected]).outcome is Outcome.LOST_TURN


def test_leaked_is_worse_than_whatever_came_before(exchange: Make) -> None:
    anu = exchange(1, "9876543210", customer="Anu", session_id="session-a")
    hari = [exchange(turn, customer="Hari", session_id="session-h") for turn in (2, 3, 4)]
    lost = exchange(3, customer="Hari", session_id="session-x")
    leak = exchange(4, reply="We call 9876543210", customer="Hari", session_id="session-x")
    result = judged([anu, hari[0], struck("crash", 2), lost, leak], [anu, *hari])
    assert [breach.law for breach in result.breaches] == [
        "Isolation",
        "Session",
        "Session",
        "Reply",
    ]
    assert result.outcome is Outcome.LEAKED


def test_a_wrong_tier_is_less_than_whatever_comes_after(clean: list[Exchange]) -> None:
    other = replace(clean[2], answer=replace(clean[2].answer, text="What?"))
    result = judged([clean[0], second(clean, served_from="store"), other], clean)
    assert [breach.law for breach in result.breaches] == ["Reply", "Tier"]
    assert result.outcome is Outcome.LOST_TURN


def test_breaches_come_by_turn_and_the_nearest_to_the_cause_first(
    clean: list[Exchange], exchange: Make
) -> None:
    first = exchange(2, reply="What?", session_id="session-2", step="x", served_from="new")
    then = exchange(3, session_id="session-2")
    result = judged([clean[0], first, then], clean)
    order = [(breach.turn, breach.law) for breach in result.breaches]
    assert order[:3] == [(2, "Session"), (2, "Step"), (2, "Step")]
    assert order[-1] == (2, "Tier")
    assert [turn for turn, _ in order[:-1]] == sorted(turn for turn, _ in order[:-1])


def test_what_is_shown_ends_where_the_first_law_was_broken(clean: list[Exchange]) -> None:
    refused = second(clean, status=503)
    crash, lost = struck("crash", 2), replace(clean[2], seen=Observation())
    happened = [clean[0], struck("reload", 1), refused, clean[1], crash, lost]
    assert judged(happened, clean).shown == Trace(tuple(happened[:4]))
    assert judged([*clean[:2], crash, lost], clean).shown == Trace((*clean[:2], crash, lost))
    assert judged([*clean[:2], crash], clean).shown == Trace((*clean[:2], crash))


def test_what_a_fault_shows_after_the_last_turn_is_told_from_what_the_turn_showed(
    clean: list[Exchange],
) -> None:
    twice = Observation({"said": 3}, {"order": (ORDER, ORDER)})
    harmless, harmful = struck("reload", 3), struck("restart", 3)
    harmless = replace(harmless, seen=clean[2].seen)
    happened = [*clean, harmless, replace(harmful, seen=twice), struck("deploy", 3)]
    result = judged(happened, clean)
    assert (result.breaches[0].law, result.breaches[0].turn) == ("Effect", 3)
    assert result.shown == Trace(tuple(happened[:5]))


def test_a_repeated_delivery_is_shown_with_its_fault(clean: list[Exchange]) -> None:
    repeated = replace(clean[1], repeats=True, seen=Observation({"said": 4}))
    happened = [*clean[:2], repeated, struck("duplicate", 2), struck("new-tab", 2), clean[2]]
    result = judged(happened, clean)
    assert result.shown == Trace(tuple(happened[:4]))
    assert result.outcome is Outcome.DUPLICATED_EFFECT


def test_a_message_that_is_left_alone_is_shown_with_its_fault(clean: list[Exchange]) -> None:
    point = "store.commit #1 then store.commit #1"
    overlap = replace(struck("concurrent-node-crash-unsent", 1), point=point, is_unsettled=True)
    first = replace(clean[0], overlapped=True)
    lost = replace(clean[1], seen=Observation({"said": 9}))
    happened = [first, lost, struck(NO_RETRY, 2), overlap]
    result = judged(happened, clean)
    assert result.shown == Trace(tuple(happened))
    assert (result.outcome, result.otherwise) == (Outcome.INTERLEAVED, Outcome.LOST_TURN)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_says_what_the_customer_lives_through(outcome: Outcome) -> None:
    assert outcome.means.endswith(".")


def said(*texts: str) -> Row:
    return {"history": tuple(texts)}


@pytest.fixture
def telling(exchange: Make) -> list[Exchange]:
    """A clean run in which each turn keeps one more text, on the same step."""
    kept = ("one", "two", "three")
    return [exchange(turn, kept[turn - 1], kept=said(*kept[:turn])) for turn in (1, 2, 3)]


def test_duplicated_effect_when_what_was_said_once_is_kept_twice(telling: list[Exchange]) -> None:
    grown = replace(telling[1], seen=Observation(said("one", "one", "two")))
    result = judged([telling[0], struck("restart", 1), grown], telling)
    assert (result.breaches[0].law, result.outcome) == ("Data", Outcome.DUPLICATED_EFFECT)


@pytest.mark.parametrize(
    ("kept", "outcome"),
    [
        (said("one"), Outcome.RESTORED_STALE),
        (said("one", "one", "two"), Outcome.DUPLICATED_EFFECT),
    ],
)
def test_a_late_repetition_takes_back_what_came_since_or_is_taken_twice(
    telling: list[Exchange], kept: Row, outcome: Outcome
) -> None:
    again = replace(telling[0], repeats=True, life=Life.HELD, seen=Observation(kept))
    result = judged([*telling[:2], again, struck("late-duplicate", 2, kept)], telling)
    assert result.outcome is outcome


@pytest.mark.parametrize(
    ("is_told", "outcome"),
    [(True, Outcome.RESTORED_STALE), (False, Outcome.DUPLICATED_EFFECT)],
)
def test_who_keeps_what_was_said_shows_that_a_late_repetition_was_not_taken_twice(
    exchange: Make, is_told: bool, outcome: Outcome
) -> None:
    steps = [
        exchange(turn, text, flow="order", step=text, kept=said(*texts) if is_told else None)
        for turn, text, texts in ((1, "a", "a"), (2, "b", "ab"), (3, "c", "abc"))
    ]
    again = replace(steps[0], repeats=True, life=Life.HELD, seen=steps[1].seen)
    stale = replace(steps[2], answer=replace(steps[2].answer, step="b"))
    result = judged([*steps[:2], again, struck("late-duplicate", 2), stale], steps)
    assert (result.breaches[0].law, result.outcome) == ("Step", outcome)


def test_restored_stale_when_it_goes_on_without_what_the_last_turn_brought(
    telling: list[Exchange],
) -> None:
    stale = replace(telling[2], seen=Observation(said("one", "three")))
    result = judged([*telling[:2], struck("crash", 2), stale], telling)
    assert result.outcome is Outcome.RESTORED_STALE


@pytest.mark.parametrize("kept", [("two", "three"), ("three",)])
def test_lost_turn_when_more_than_the_last_turn_is_gone(
    telling: list[Exchange], kept: tuple[str, ...]
) -> None:
    lost = replace(telling[2], seen=Observation(said(*kept)))
    result = judged([*telling[:2], struck("crash", 2), lost], telling)
    assert result.outcome is Outcome.LOST_TURN


def test_restored_stale_when_a_turn_is_answered_from_the_step_before_the_last(
    exchange: Make,
) -> None:
    steps = [
        exchange(turn, flow="order", step=step) for turn, step in ((1, "a"), (2, "b"), (3, "b"))
    ]
    stale = replace(steps[2], answer=steps[0].answer)
    assert judged([*steps[:2], struck("failover", 2), stale], steps).outcome is (
        Outcome.RESTORED_STALE
    )
