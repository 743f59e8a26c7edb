"""All calls of a turn wait for the store with one patience."""

from contextvars import copy_context

from coolwind.waiting import Waits, count_wait, one_patience, waited


def test_outside_of_a_patience_nothing_adds_up() -> None:
    count_wait(3.0)
    assert waited() == 0.0


def test_the_calls_of_one_turn_add_up() -> None:
    with one_patience():
        count_wait(1.0)
        count_wait(2.0)
        assert waited() == 3.0
    assert waited() == 0.0


def test_each_turn_begins_with_all_of_its_patience() -> None:
    for _ in range(2):
        with one_patience():
            assert waited() == 0.0
            count_wait(1.0)


def test_what_the_turns_before_in_line_wait_counts_from_the_entry_on() -> None:
    line = Waits()
    line.seconds = 7.0
    with one_patience(line):
        line.seconds += 2.0
        count_wait(1.0)
        assert waited() == 3.0
    assert line.seconds == 10.0


def test_a_turn_that_is_given_up_takes_no_patience_from_others_when_it_ends() -> None:
    given_up = one_patience()
    copy_context().run(given_up.__enter__)
    with one_patience():
        count_wait(1.0)
        given_up.__exit__(None, None, None)
        assert waited() == 1.0
    assert waited() == 0.0
