"""Two messages in threads of their own, and whoever drives them."""

from collections.abc import Callable
from threading import Event

import pytest

from simulators.targets.overlap import Order, Overlap, Who
from simulators.targets.stores.side_by_side import AtOnce, send_both


class Interrupted(AtOnce):
    """Somebody presses Ctrl-C while both are held."""

    def __init__(self) -> None:
        super().__init__(Overlap(Order(), on_two_nodes=False))
        self.goes_on = Event()
        self.ended_ones: list[Who] = []

    def drive(self, start: Callable[[Who], None]) -> None:
        start(Who.FIRST)
        raise KeyboardInterrupt

    def let_go(self) -> None:
        self.goes_on.set()

    def ended(self, who: Who) -> None:
        self.ended_ones.append(who)


def test_what_is_held_is_let_go_where_somebody_puts_an_end_to_it() -> None:
    pace = Interrupted()

    def send(_: Callable[[], None]) -> bool:
        return pace.goes_on.wait(10)

    with pytest.raises(KeyboardInterrupt):
        send_both((send, send), pace)
    assert sorted(pace.ended_ones) == [Who.FIRST, Who.SECOND]


def test_a_message_that_cannot_be_sent_keeps_nobody_waiting() -> None:
    pace = AtOnce(Overlap(Order(), on_two_nodes=False))

    def refused(_: Callable[[], None]) -> str:
        return "refused"

    def sent(departed: Callable[[], None]) -> str:
        departed()
        return "answered"

    answers, _ = send_both((refused, sent), pace)
    assert answers == ("refused", "answered")
    assert not pace.was_kept
