"""What varies between clean runs, and what of it is a name."""

from collections.abc import Callable

import pytest

from simulators.laws.comparison import Comparison, Mask, leaves
from simulators.laws.masking import mask_of, united, unsettled
from simulators.trace import Exchange

Make = Callable[..., Exchange]


class TestWhatNoMaskMayHide:
    """A law that did not look at it would look at nothing."""

    @pytest.mark.parametrize(
        ("one", "other", "told"),
        [
            ({"effects": {"order": ({},)}}, {"effects": {"order": ({}, {})}}, "effects.order 1 2"),
            ({"effects": {"order": ({},)}}, {"effects": {}}, "effects.order 1 0"),
            ({"effects": {"order": ()}}, {"effects": {"order": ({},)}}, "effects.order 0 1"),
            ({"flow": "bulk_order"}, {"flow": None}, "flow bulk_order none"),
            ({"step": "confirming"}, {"step": "complete"}, "step confirming complete"),
            ({"session_id": None}, {"session_id": "s1"}, "a session ID not there there"),
            ({"kept": {}}, {"kept": None}, "a session in the store there not there"),
            ({"status": 200}, {"status": 503}, "an error not there there"),
        ],
    )
    def test_it_is_told(
        self, exchange: Make, one: dict[str, object], other: dict[str, object], told: str
    ) -> None:
        first, second = exchange(1, **one), exchange(1, **other)
        (what,) = unsettled({1: first}, {1: second})
        words = what.replace(" of turn 1 was", "").replace(" in one clean run and", "")
        assert words.removesuffix(" in the next") == told

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"session_id": "s1"}, {"session_id": "s2"}),
            ({"reply": "Order A1"}, {"reply": "Thanks"}),
            ({"step": "order-17"}, {"step": "order-18"}),
            ({"kept": {"at": 17}}, {"kept": {"at": 18}}),
            ({"effects": {"order": ({"n": 1},)}}, {"effects": {"order": ({"n": 2},)}}),
            ({"effects": {"order": ()}}, {"effects": {}}),
        ],
    )
    def test_what_it_is_called_may_vary(
        self, exchange: Make, one: dict[str, object], other: dict[str, object]
    ) -> None:
        assert list(unsettled({1: exchange(1, **one)}, {1: exchange(1, **other)})) == []


class TestNamesThatDoNotLookLikeIt:
    """A number of a few digits, or one that is no text, is followed where it names something."""

    @staticmethod
    def numbered(exchange: Make, number: str | int, again: str | int | None = None) -> Exchange:
        kept = {"number": number if again is None else again}
        return exchange(1, reply=f"Order {number} is placed", kept=kept)

    @staticmethod
    def differing(mask: Mask, clean: Exchange, other: Exchange) -> list[str]:
        found = Comparison(mask).differences(1, leaves(clean), leaves(other))
        return [one.path for one in found]

    @pytest.mark.parametrize(
        ("first", "second", "third", "fourth"),
        [("4821", "7313", "5170", "6024"), (483920, 771204, 515151, 606060)],
    )
    def test_it_may_not_become_another_one(
        self, exchange: Make, first: str, second: str, third: str, fourth: str
    ) -> None:
        clean, varied = self.numbered(exchange, first), self.numbered(exchange, second)
        mask = mask_of({1: clean}, {1: varied})
        assert self.differing(mask, clean, self.numbered(exchange, third)) == []
        swapped = self.numbered(exchange, third, again=fourth)
        assert self.differing(mask, clean, swapped) == ["kept.number"]

    def test_a_third_run_can_show_that_it_is_none(self, exchange: Make) -> None:
        clean, varied = self.numbered(exchange, "4821"), self.numbered(exchange, "7313")
        third = self.numbered(exchange, "5170", again="6024")
        mask = united(mask_of({1: clean}, {1: varied}), mask_of({1: clean}, {1: third}))
        swapped = self.numbered(exchange, "1234", again="2345")
        assert self.differing(mask, clean, swapped) == []

    def test_a_run_that_has_the_same_number_by_chance_shows_nothing(self, exchange: Make) -> None:
        clean, varied = self.numbered(exchange, "4821"), self.numbered(exchange, "7313")
        mask = united(mask_of({1: clean}, {1: varied}), mask_of({1: clean}, {1: clean}))
        assert self.differing(mask, clean, self.numbered(exchange, "1234", again="2345"))
