"""What the laws remember of a play: whatever a later judgement may hang on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from simulators.laws import Case, case_of
from simulators.laws.memory import remembered
from simulators.trace import Exchange, Life, Observation, Strike, Trace
from simulators.varying import ALL_OF_IT, Varies

Make = Callable[..., Exchange]
AFRESH = {"session_id": "session-2", "served_from": "new", "fresh": True, "life": Life.EXPIRED}


def case(happened: Sequence[Exchange | Strike], expected: Sequence[Exchange]) -> Case:
    return case_of(Trace(tuple(happened)), {one.turn: one for one in expected}, {})


def struck(fault: str, after_turn: int, *, announced: bool = False) -> Strike:
    return Strike(fault, "the customer", after_turn, True, fault, announced, Observation())


@pytest.fixture
def clean(exchange: Make) -> list[Exchange]:
    return [exchange(1, life=Life.NONE, presented=False), exchange(2), exchange(3)]


@pytest.fixture
def fresh(clean: list[Exchange], exchange: Make) -> list[Exchange]:
    """What has to come about where the conversation is over before turn 2."""
    return [clean[0], exchange(2, **{**AFRESH, "life": Life.NONE})]


def are_one(one: Case, other: Case) -> bool:
    return list(remembered(one)) == list(remembered(other))


def test_a_fault_that_left_no_trace_is_forgotten_once_a_turn_was_made(
    clean: list[Exchange],
) -> None:
    undisturbed, happened = clean[:2], [clean[0], struck("crash", 1), clean[1]]
    assert are_one(case(undisturbed, clean), case(happened, clean))


def test_whether_a_fault_has_struck_since_it_began_anew(
    clean: list[Exchange], fresh: list[Exchange], exchange: Make
) -> None:
    begun = [clean[0], struck("expiry", 1), exchange(2, **AFRESH)]
    assert not are_one(case(begun, fresh), case([*begun, struck("reload", 2)], fresh))


def test_whether_the_customer_knows_of_a_new_start(clean: list[Exchange]) -> None:
    told, untold = (
        [*clean[:2], struck("clear-chat", 2, announced=announced)] for announced in (True, False)
    )
    assert not are_one(case(told, clean), case(untold, clean))


def test_which_session_answered_before(clean: list[Exchange], exchange: Make) -> None:
    once = [clean[0], exchange(1, session_id="session-9", repeats=True), clean[1]]
    assert not are_one(case(clean[:2], clean), case(once, clean))


def test_which_session_stands_for_which(exchange: Make) -> None:
    """Also once another customer has begun anew, and all names go by what they are now."""

    def of_anu(turn: int, session_id: str) -> Exchange:
        return exchange(turn, customer="Anu", session_id=session_id)

    def played(expected_of_anu: str) -> Case:
        expected = [
            exchange(1),
            of_anu(2, expected_of_anu),
            exchange(3, **{**AFRESH, "life": Life.NONE}),
            of_anu(4, expected_of_anu),
        ]
        happened = [exchange(1), of_anu(2, "session-9"), exchange(3, **AFRESH)]
        return case([*happened, of_anu(4, "session-9")], expected)

    assert are_one(played("session-7"), played("session-7"))
    assert not are_one(played("session-7"), played("session-8"))


@pytest.mark.parametrize(
    "changes", [{"text": "Welcome back"}, {"status": 503}, {"intent": "greeting"}]
)
def test_what_the_last_answer_was(clean: list[Exchange], changes: dict[str, object]) -> None:
    """A repeated message is to get the same."""
    answer = replace(clean[1].answer, **changes)  # type: ignore[arg-type]
    other = [clean[0], replace(clean[1], answer=answer)]
    assert not are_one(case(clean[:2], clean), case(other, clean))


def test_which_announcement_a_reply_may_begin_with(
    clean: list[Exchange], fresh: list[Exchange], exchange: Make
) -> None:
    """It stays in the history, where the reply to the next message is all that is compared."""
    announced = exchange(2, reply="It is over. Welcome", **AFRESH)
    silent = exchange(2, **AFRESH)
    next_turn = exchange(3, session_id="session-2")
    one, other = (
        case([clean[0], struck("expiry", 1), begun, next_turn], [*fresh, next_turn])
        for begun in (announced, silent)
    )
    assert not are_one(one, other)


def test_whether_all_that_looks_like_a_name_is_followed(
    clean: list[Exchange], fresh: list[Exchange]
) -> None:
    departing = [clean[0], replace(fresh[1], departs=True)]
    happened = [clean[0], struck("expiry", 1), replace(fresh[1], life=Life.HELD)]
    assert not are_one(case(happened, fresh), case(happened, departing))


def test_whether_there_was_a_session_for_the_last_message_to_go_on_with(
    clean: list[Exchange],
) -> None:
    """Only then has it to answer when the message comes again."""
    one, other = ([clean[0], replace(clean[1], life=life)] for life in (Life.HELD, Life.NONE))
    assert not are_one(case(one, clean), case(other, clean))


def test_which_name_stands_for_which(exchange: Make) -> None:
    mask = {(1, "text"): {ALL_OF_IT: Varies.AS_A_NAME}}
    happened = Trace((exchange(1, reply="order-7"), exchange(2)))
    one, other = (
        case_of(happened, {1: exchange(1, reply=name), 2: exchange(2)}, mask)
        for name in ("order-8", "order-9")
    )
    assert not are_one(one, other)
