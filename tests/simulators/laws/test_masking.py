"""What varies between clean runs, and what of it is a name."""

from collections.abc import Callable

import pytest

from simulators.laws.comparison import Comparison
from simulators.laws.leaves import leaves
from simulators.laws.mask import Mask, united
from simulators.laws.masking import is_worded_anew, mask_of, mask_of_time, unsettled
from simulators.trace import Exchange, JsonValue

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


class TestMoments:
    """Where one word of a date or a time of day varies, all of it does: the minute goes by, too."""

    @pytest.mark.parametrize(
        ("clean", "varied", "other"),
        [
            ("2026-11-28T14:59:58.123Z", "2026-11-28T14:59:59.5Z", "2026-11-29T00:00:02.9Z"),
            ("2026-11-28 14:59:58", "2026-11-28 14:59:59", "2026-11-28 15:00:02"),
            ("2026-11-28T14:40:58+00:00", "2026-11-28T14:40:59+00:00", "2027-01-01T00:00:00+00:00"),
            ("at 9:59:58 PM", "at 9:59:59 PM", "at 12:00:02 AM"),
            (
                "Sat, 28 Nov 2026 23:59:58 GMT",
                "Sat, 28 Nov 2026 23:59:59 GMT",
                "Tue, 01 Dec 2026 00:00:01 GMT",
            ),
            ("28/11/2026, 23:59:58", "28/11/2026, 23:59:59", "29/11/2026, 00:00:01"),
            ("28-11-2026 23:59:58", "28-11-2026 23:59:59", "29-11-2026 00:00:01"),
            ("2026/11/28 23:59:58", "2026/11/28 23:59:59", "2026/11/29 00:00:01"),
            ("Nov 28, 2026 at 23:58", "Nov 28, 2026 at 23:59", "Nov 29, 2026 at 00:01"),
            ("Friday, 28 November", "Friday, 29 November", "Monday, 1st December"),
            ("on 28-11-2026 at 9:59", "on 28-11-2026 at 9:58", "on 29-11-2026 at 10:00"),
            ("28 September 2026", "29 September 2026", "1 October 2026"),
            ("2026-11-28T09:00:00", "2026-11-28T09:00:01", "2026-11-28T09:29:59.999999"),
            ("2026-11-28 09:00:00.25+00:00", "2026-11-28 09:00:01.5+00:00", "2026-11-28 09:30:00Z"),
            ("at 9:00:00 for 14:40:58", "at 9:00:01 for 14:40:59", "at 9:30:00.1 for 14:41:00.2"),
        ],
    )
    def test_another_one_is_no_difference(
        self, exchange: Make, clean: str, varied: str, other: str
    ) -> None:
        turns = [exchange(1, kept={"at": at}) for at in (clean, varied, other)]
        mask = mask_of({1: turns[0]}, {1: turns[1]})
        found = Comparison(mask).differences(1, leaves(turns[0]), leaves(turns[2]))
        assert list(found) == []

    def test_what_stands_beside_it_is_compared(self, exchange: Make) -> None:
        said = "Ready at {} for Hari, 11 pieces"
        clean, varied = (exchange(1, reply=said.format(at)) for at in ("14:40:58", "14:40:59"))
        mask = mask_of({1: clean}, {1: varied})
        for text, is_same in (
            (said.format("15:00:00"), True),
            (said.format("15:00:00").replace("11", "12"), False),
            (said.format("15:00:00").replace("Hari", "Priya"), False),
            (said.format("15:00:00.25"), True),
            (said.format("15:00:00.25").replace("11", "12"), False),
            (said.format("15:00:00.25").replace("Hari", "Priya"), False),
            (said.format("15:00:00.25 or 16:00"), False),
        ):
            other = leaves(exchange(1, reply=text))
            assert (not list(Comparison(mask).differences(1, leaves(clean), other))) is is_same

    def test_a_moment_that_does_not_vary_is_compared(self, exchange: Make) -> None:
        said = "Pickup on 2026-11-30 10:00, it is {}"
        clean, varied = (exchange(1, reply=said.format(at)) for at in ("14:40:58", "14:40:59"))
        mask = mask_of({1: clean}, {1: varied})
        for at in ("15:00:01", "15:00:01.5"):
            other = exchange(1, reply=said.format(at).replace("10:00,", "11:00,"))
            assert list(Comparison(mask).differences(1, leaves(clean), leaves(other)))

    @pytest.mark.parametrize("text", ["Market {} is open", "Serial 12.{}", "5/{} left"])
    def test_what_only_looks_a_little_like_one_is_none(self, exchange: Make, text: str) -> None:
        clean, varied = (exchange(1, reply=text.format(number)) for number in (17, 18))
        assert len(mask_of({1: clean}, {1: varied})[1, "text"]) == 1

    def test_a_month_in_it_is_no_other_wording(self, exchange: Make) -> None:
        clean, varied = (exchange(1, reply=f"Sat, 28 Nov 2026 14:40:5{n}") for n in (8, 9))
        mask = mask_of({1: clean}, {1: varied})
        assert not is_worded_anew(clean, "text", mask[1, "text"])


class TestWhatIsMadeAnew:
    """A token that is signed again each second looks like a name, and names nothing."""

    @staticmethod
    def differing(mask: Mask, *runs: tuple[Exchange, Exchange]) -> list[tuple[int, str]]:
        clean, other = runs
        comparison = Comparison(mask)
        return [
            (number, found.path)
            for number in (1, 2)
            for found in comparison.differences(
                number, leaves(clean[number - 1]), leaves(other[number - 1])
            )
        ]

    @staticmethod
    def signed(exchange: Make, *tokens: str) -> tuple[Exchange, Exchange]:
        first, second = (
            exchange(number, kept={"token": token}) for number, token in enumerate(tokens, 1)
        )
        return first, second

    @staticmethod
    def mask(*runs: tuple[Exchange, Exchange]) -> Mask:
        clean, *others = (dict(enumerate(run, 1)) for run in runs)
        masks = [mask_of(clean, other) for other in others]
        return united(masks[0], masks[-1])

    def test_it_is_followed_where_no_clean_run_shows_that_it_is(self, exchange: Make) -> None:
        clean = self.signed(exchange, "t1a.s1", "t1a.s1")
        mask = self.mask(clean, self.signed(exchange, "t2b.s2", "t2b.s2"))
        other = self.signed(exchange, "t3c.s3", "t4d.s3")
        assert self.differing(mask, clean, other) == [(2, "kept.token")]

    @pytest.mark.parametrize("is_last", [False, True])
    def test_it_may_be_another_one_where_one_clean_run_shows_that_it_is(
        self, exchange: Make, is_last: bool
    ) -> None:
        clean = self.signed(exchange, "t1a.s1", "t1a.s1")
        runs = [("t2b.s2", "t2b.s2"), ("t5e.s5", "t6f.s6")]
        others = (self.signed(exchange, *run) for run in (runs if is_last else reversed(runs)))
        mask = self.mask(clean, *others)
        for tokens in (("t3c.s3", "t4d.s4"), ("t3c.s3", "t4d.-s4"), ("t3c.s3", "t4d.-s/4")):
            assert self.differing(mask, clean, self.signed(exchange, *tokens)) == []
        assert self.differing(mask, clean, self.signed(exchange, "t3c.s3", "none"))

    def test_that_one_run_has_it_twice_may_be_chance(self, exchange: Make) -> None:
        clean = self.signed(exchange, "t1a.s1", "t2b.s2")
        mask = self.mask(clean, self.signed(exchange, "t3c.s3", "t3c.s3"))
        other = self.signed(exchange, "t4d.s4", "t4d.s4")
        assert self.differing(mask, clean, other) == []

    def test_a_part_of_it_may_begin_with_a_sign(self, exchange: Make) -> None:
        clean = self.signed(exchange, "t1a.ZXhhbXBsZS1hbmQtbW9yZQ1", "no")
        mask = self.mask(clean, self.signed(exchange, "t2b.c29tZXRoaW5nLWVsc2UtYQ2", "no"))
        other = self.signed(exchange, "t3c.-_29tZXRoaW5nLWVsc2UtY3", "no")
        assert self.differing(mask, clean, other) == []
        other = self.signed(exchange, "t3c/-_29tZXRoaW5nLWVsc2UtY3", "no")
        assert self.differing(mask, clean, other) == [(1, "kept.token")]


class TestTime:
    """A clean run in which the customers take their time shows which moments, numbers and names
    hang on it."""

    @pytest.mark.parametrize(
        ("clean", "later", "is_masked"),
        [
            ("09:00 AM", "09:05 AM", True),
            ("Friday, 28 November at 23:58", "Saturday, 29 November at 00:03", True),
            ("token t1a", "token t2b", True),
            ("open for 0 minutes", "open for 5 minutes", True),
            (0, 300, True),
            (0.5, 300, True),
            ("confirming", "collecting", False),
            ("Confirm?", "How can I help?", False),
            ("Ready", "Ready", False),
            (11, None, False),
            (True, False, False),
        ],
    )
    def test_they_are_masked_and_what_is_forgotten_is_not(
        self, exchange: Make, clean: JsonValue, later: JsonValue, is_masked: bool
    ) -> None:
        one, other = (exchange(1, kept={"a": value}) for value in (clean, later))
        assert bool(mask_of_time({1: one}, {1: other})) is is_masked

    def test_so_it_is_in_a_table_of_drawn_keys(self, exchange: Make) -> None:
        one, other, third = (
            exchange(1, kept={"lines": {f"k{number}": {"at": f"9:{number}", "part": "fan"}}})
            for number in (17, 18, 25)
        )
        mask = mask_of_time({1: one}, {1: other})
        assert list(Comparison(mask).of_exchanges(1, one, third)) == []
