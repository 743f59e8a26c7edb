"""For how long a customer waits for an answer that may never come."""

from datetime import timedelta

import pytest

from simulators.targets.patience import Patience

TIMEOUT = timedelta(seconds=30)
MOMENT = timedelta(milliseconds=5)


@pytest.fixture
def patience() -> Patience:
    return Patience(TIMEOUT)


def waited_in_vain(patience: Patience, *breaks: str) -> None:
    patience.begins()
    for break_ in breaks:
        patience.struck(break_)
    for _ in range(2):
        patience.left(waited_in_vain=True)


def after(patience: Patience, *breaks: str) -> timedelta:
    patience.begins()
    for break_ in breaks:
        patience.struck(break_)
    return patience.lasts()


def test_whoever_has_left_two_messages_in_a_row_is_not_waited_for_as_long(
    patience: Patience,
) -> None:
    patience.left("node 1", waited_in_vain=True)
    assert patience.lasts("node 1") == TIMEOUT
    patience.left("node 1", waited_in_vain=True)
    assert patience.lasts("node 1") == timedelta(seconds=1)
    assert patience.lasts("node 2") == TIMEOUT
    patience.renewed()
    assert patience.lasts("node 1") == TIMEOUT


def test_an_answer_shows_that_there_is_somebody(patience: Patience) -> None:
    patience.left(waited_in_vain=True)
    patience.answered(MOMENT)
    patience.left(waited_in_vain=True)
    assert patience.lasts() == TIMEOUT


def test_what_a_break_leads_to_is_known_after_three_conversations(patience: Patience) -> None:
    for _ in range(3):
        assert after(patience, "timeout") == TIMEOUT
        waited_in_vain(patience, "crash", "timeout")
    assert after(patience, "timeout", "evict") == timedelta(seconds=3)
    assert after(patience, "crash") == after(patience) == TIMEOUT


def test_all_ways_in_which_a_server_ends_are_one(patience: Patience) -> None:
    for break_ in ("restart", "crash", "crash after"):
        waited_in_vain(patience, break_)
    assert after(patience, "crash before") == timedelta(seconds=3)


def test_whoever_tries_again_has_seen_it_once_before(patience: Patience) -> None:
    for again in (TIMEOUT, timedelta(seconds=3)):
        assert after(patience, "crash") == TIMEOUT
        patience.left(waited_in_vain=True)
        assert patience.lasts() == again


def test_who_dies_at_once_was_not_waited_for(patience: Patience) -> None:
    for _ in range(9):
        after(patience, "crash")
        patience.left(waited_in_vain=False)
    assert after(patience, "crash") == TIMEOUT


def test_what_answers_slowly_is_waited_for(patience: Patience) -> None:
    for _ in range(3):
        waited_in_vain(patience, "crash")
    patience.answered(timedelta(seconds=4))
    assert after(patience, "crash") == timedelta(seconds=12)
    patience.answered(timedelta(seconds=20))
    assert after(patience, "crash") == TIMEOUT


def test_a_look_at_whoever_has_just_left_a_message_does_not_take_long(patience: Patience) -> None:
    assert patience.lasts_for_a_look("node 1") == TIMEOUT
    patience.left("node 1", waited_in_vain=True)
    assert patience.lasts_for_a_look("node 1") == timedelta(seconds=1)
    assert patience.lasts_for_a_look("node 2") == TIMEOUT
