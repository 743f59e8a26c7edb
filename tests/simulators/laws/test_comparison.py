"""What differs from the clean run, and what only varies."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.laws.comparison import Comparison, Difference
from simulators.laws.leaves import leaves, observed
from simulators.laws.masking import mask_of
from simulators.trace import Exchange, JsonValue, Observation
from simulators.varying import Varies

Make = Callable[..., Exchange]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=10,
)
ROWS = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def differences(expected: Exchange, actual: Exchange, *varied: Exchange) -> list[Difference]:
    """What differs between two turns 1, where the mask is that of the varied and the expected."""
    mask = mask_of({1: expected}, {1: varied[0]} if varied else {})
    return list(Comparison(mask).differences(1, leaves(expected), leaves(actual)))


def paths(expected: Exchange, actual: Exchange, *varied: Exchange) -> list[str]:
    return [one.path for one in differences(expected, actual, *varied)]


@given(ROWS)
def test_equal_observations_never_differ(kept: Mapping[str, JsonValue]) -> None:
    seen = observed(Observation(kept, {"order": (kept, kept)}))
    assert list(Comparison({}).differences(1, seen, seen)) == []


@given(ROWS, ROWS)
def test_differences_are_the_same_from_both_sides(
    one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]
) -> None:
    first, second = observed(Observation(one)), observed(Observation(other))
    forth = {(d.path, repr(d.expected), repr(d.actual)) for d in _between(first, second)}
    back = {(d.path, repr(d.actual), repr(d.expected)) for d in _between(second, first)}
    assert forth == back


def _between(one: Mapping[str, object], other: Mapping[str, object]) -> list[Difference]:
    return list(Comparison({}).differences(1, one, other))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"reply": "a"}, {"reply": "b"}),
        ({"flow": "order"}, {"flow": "callback"}),
        ({"step": "one"}, {"step": None}),
        ({"kept": {"name": "Hari"}}, {"kept": {"name": "Anu"}}),
        ({"kept": {"name": "Hari"}}, {"kept": None}),
        ({"kept": {"name": "Hari"}}, {"kept": {}}),
        ({"kept": {}}, {"kept": {"name": "Hari"}}),
        ({"kept": {"is_done": True}}, {"kept": {"is_done": 1}}),
        ({"kept": {"is_done": False}}, {"kept": {"is_done": None}}),
        ({"kept": {"said": ["a", "b"]}}, {"kept": {"said": ["b", "a"]}}),
        ({"effects": {"order": ({"n": 1},)}}, {"effects": {}}),
        ({"effects": {"order": ({"n": 1},)}}, {"effects": {"order": ({"n": 2},)}}),
        ({"effects": {"order": ({},)}}, {"effects": {"order": ({}, {})}}),
        ({"effects": {"order": ({},)}}, {"effects": {"email": ({},)}}),
    ],
)
def test_every_change_is_seen(
    exchange: Make, expected: dict[str, object], actual: dict[str, object]
) -> None:
    assert differences(exchange(1, **expected), exchange(1, **actual))


@pytest.mark.parametrize(
    "other",
    [
        {"effects": {"order": ()}},
        {"kept": {"name": "Hari", "email": None}},
        {"kept": {"name": "Hari", "lines": []}},
        {"session_id": "session-2"},
    ],
)
def test_what_says_nothing_is_no_difference(exchange: Make, other: dict[str, object]) -> None:
    assert (
        paths(
            exchange(1, kept={"name": "Hari"}), exchange(1, **{"kept": {"name": "Hari"}, **other})
        )
        == []
    )


def test_the_path_of_a_difference_leads_to_the_value() -> None:
    one = observed(Observation({"bulk": {"lines": [{"part": "remote"}]}}, {"order": ({"a": 1},)}))
    other = observed(Observation({"bulk": {"lines": [{"part": "fan"}]}}, {"order": ()}))
    kept, count, row = _between(one, other)
    assert (kept.path, kept.place, kept.detail) == (
        "kept.bulk.lines.0.part",
        "kept.bulk.lines",
        "part",
    )
    assert (count.path, count.place, count.detail) == ("effects.order", "effects.order", "")
    assert (row.path, row.place, row.detail) == ("effects.order.0.a", "effects.order", "a")


def test_kept_data_may_be_nested_deeper_than_python_can_recurse() -> None:
    deep: JsonValue = "bottom"
    for _ in range(3_000):
        deep = [{"a": deep}]
    (leaf,) = observed(Observation({"top": deep})).values()
    assert leaf == "bottom"


class TestWhatVariesBetweenCleanRuns:
    """A word that two clean runs do not share is masked, and identifiers are followed."""

    def test_a_varying_word_may_be_another_one(self, exchange: Make) -> None:
        clean, varied = exchange(1, reply="Order N-1 placed"), exchange(1, reply="Order N-2 placed")
        assert paths(clean, exchange(1, reply="Order N-7 placed"), varied) == []

    def test_the_words_around_it_still_count(self, exchange: Make) -> None:
        clean, varied = exchange(1, reply="Order N-1 placed"), exchange(1, reply="Order N-2 placed")
        assert paths(clean, exchange(1, reply="Order N-7 lost"), varied) == ["text"]
        assert paths(clean, exchange(1, reply="Order N-7, placed"), varied) == ["text"]
        assert paths(clean, exchange(1, reply="Order N-7 placed twice"), varied) == ["text"]
        assert paths(clean, exchange(1, reply=""), varied) == ["text"]

    @pytest.mark.parametrize(
        ("first", "second", "third"),
        [
            ("ab12cd34", "ef56gh78", "-ij90kl12"),
            ("-ab12cd34", "ef56gh78", "ij90kl12"),
            ("aB3dE6gH==", "xY1zW74u==", "q9+R2sT4=="),
            ("aB3d/6gH", "xY+1zW27", "q9R2sT4v"),
        ],
    )
    def test_an_identifier_may_have_signs_where_no_other_has_any(
        self, exchange: Make, first: str, second: str, third: str
    ) -> None:
        def turn(name: str, kept: str | None = None) -> Exchange:
            return exchange(1, reply=f"Order {name} is placed.", kept={"of": kept or name})

        assert paths(turn(first), turn(third), turn(second)) == []
        assert paths(turn(first), turn(third, f"{third}Z"), turn(second)) == ["kept.of"]
        lost = exchange(1, reply=f"Order {third} is lost.", kept={"of": third})
        assert paths(turn(first), lost, turn(second)) == ["text"]

    def test_one_that_has_more_signs_in_another_clean_run_may_not_become_two(
        self, exchange: Make
    ) -> None:
        def turn(name: str, ordered: str | None = None) -> Exchange:
            orders = ({"number": ordered or name},)
            return exchange(1, kept={"of": name}, effects={"order": orders})

        clean, varied = turn("aB3d/6gH"), turn("xY1z+W7/4u")
        assert paths(clean, turn("q9R2sT4v"), varied) == []
        assert paths(clean, turn("q9R2sT4v", "k7L/m3N9"), varied) == ["effects.order.0.number"]

    def test_one_identifier_may_not_become_two(self, exchange: Make) -> None:
        clean = exchange(1, reply="N-1", kept={"number": "N-1"})
        varied = exchange(1, reply="N-2", kept={"number": "N-2"})
        assert paths(clean, exchange(1, reply="N-7", kept={"number": "N-7"}), varied) == []
        assert paths(clean, exchange(1, reply="N-7", kept={"number": "N-8"}), varied) == [
            "kept.number"
        ]

    def test_two_identifiers_may_not_become_one(self, exchange: Make) -> None:
        clean = exchange(1, effects={"order": ({"number": "N-1"}, {"number": "N-2"})})
        varied = exchange(1, effects={"order": ({"number": "N-3"}, {"number": "N-4"})})
        for number in ("N-1", "N-7"):
            same = exchange(1, effects={"order": ({"number": number}, {"number": number})})
            assert paths(clean, same, varied) == ["effects.order.1.number"]

    def test_identifiers_are_followed_from_turn_to_turn(self, exchange: Make) -> None:
        clean = {turn: exchange(turn, reply="N-1") for turn in (1, 2)}
        varied = {turn: exchange(turn, reply="N-2") for turn in (1, 2)}
        comparison = Comparison(mask_of(clean, varied))
        first = comparison.differences(1, leaves(clean[1]), leaves(exchange(1, reply="N-1")))
        assert list(first) == []
        second = comparison.differences(2, leaves(clean[2]), leaves(exchange(2, reply="N-9")))
        assert [one.path for one in second] == ["text"]

    @pytest.mark.parametrize(
        ("clean", "varied", "other"),
        [
            ("2026-01-05", "2026-01-06", "2026-02-01"),
            ("2026-01-05T09", "2026-01-06T09", "2026-02-01T10"),
            ("09:00:07.250Z", "09:00:08.500Z", "09:00:09.750Z"),
            ("20260105T090007Z", "20260105T090008Z", "20260105T090009Z"),
            ("9am", "10am", "11am"),
            ("Hi", "Hello", "Welcome"),
            ("41", "42", "43"),
        ],
    )
    def test_dates_times_and_wording_are_no_identifiers(
        self, exchange: Make, clean: str, varied: str, other: str
    ) -> None:
        expected = exchange(1, reply=clean, kept={"at": clean})
        varying = exchange(1, reply=varied, kept={"at": varied})
        assert paths(expected, exchange(1, reply=clean, kept={"at": other}), varying) == []

    def test_a_text_whose_length_varies_may_be_anything_but_nothing(self, exchange: Make) -> None:
        clean, varied = exchange(1, kept={"tip": "one"}), exchange(1, kept={"tip": "one or two"})
        assert paths(clean, exchange(1, kept={"tip": "three"}), varied) == []
        assert paths(clean, exchange(1, kept={}), varied) == ["kept.tip"]

    def test_a_number_that_varies_may_be_any_number(self, exchange: Make) -> None:
        clean, varied = exchange(1, kept={"at": 17}), exchange(1, kept={"at": 18})
        assert paths(clean, exchange(1, kept={"at": 30}), varied) == []
        assert paths(clean, exchange(1, kept={}), varied) == ["kept.at"]

    def test_a_number_of_effects_is_not_masked(self, exchange: Make) -> None:
        clean = exchange(1, effects={"order": ({},)})
        varied = exchange(1, effects={"order": ({}, {})})
        assert paths(clean, exchange(1, effects={"order": ({},) * 3}), varied) == ["effects.order"]

    def test_a_turn_that_only_one_run_has_masks_nothing(self, exchange: Make) -> None:
        assert mask_of({1: exchange(1)}, {}) == {}

    def test_a_megabyte_of_varying_words_can_be_compared(self, exchange: Make) -> None:
        clean = exchange(1, reply=" ".join(f"a{number}" for number in range(150_000)))
        varied = exchange(1, reply=" ".join(f"b{number}" for number in range(150_000)))
        other = exchange(1, reply=" ".join(f"c{number}" for number in range(150_000)))
        assert paths(clean, other, varied) == []


class TestRelations:
    """Identifiers that stand for each other on both sides."""

    def test_one_stands_for_one(self) -> None:
        comparison = Comparison({})
        assert comparison.relate("a", "b")
        assert comparison.relate("a", "b")
        assert not comparison.relate("a", "c")
        assert not comparison.relate("c", "b")
        assert comparison.relate("c", "d")

    def test_a_related_word_may_stand_where_nothing_varies(self, exchange: Make) -> None:
        comparison = Comparison({})
        comparison.relate("s-1", "s-9")
        expected = leaves(exchange(1, reply="Your session: s-1"))
        assert not list(
            comparison.differences(1, expected, leaves(exchange(1, reply="Your session: s-9")))
        )
        assert list(
            comparison.differences(1, expected, leaves(exchange(1, reply="Your session: s-8")))
        )

    @pytest.mark.parametrize(
        ("known", "there", "is_followed"), [("4821", "7313", True), ("17", "18", False)]
    )
    def test_a_related_word_is_followed_where_it_varies_unless_it_is_short(
        self, exchange: Make, known: str, there: str, is_followed: bool
    ) -> None:
        comparison = Comparison({(1, "text"): {1: Varies.FREELY}})
        comparison.relate(known, there)
        expected = leaves(exchange(1, reply=f"Took {known}"))
        other = leaves(exchange(1, reply="Took 5555"))
        assert bool(list(comparison.differences(1, expected, other))) is is_followed

    def test_where_a_reference_begins_anew_what_is_known_bears_one_name(self) -> None:
        comparison = Comparison({})
        comparison.relate("a", "b")
        later = comparison.from_here()
        assert later.relate("b", "b")
        assert not later.relate("c", "b")
        assert later.relate("a", "d")
        assert comparison.relate("a", "b")

    def test_a_reference_that_begins_here_knows_the_names_given_so_far(self) -> None:
        comparison = Comparison({})
        comparison.relate("s-1", "s-9")
        later = comparison.from_here()
        assert later.relate("s-9", "s-9")
        assert not later.relate("s-1", "s-9")
        assert later.relate("s-2", "s-3")
        assert comparison.relate("s-1", "s-9")
        assert comparison.relate("s-2", "s-4")


class TestNotices:
    """An announcement may come before the expected reply."""

    def test_it_does_not_count(self, exchange: Make) -> None:
        comparison = Comparison({}, ("We start afresh. ",))
        expected = leaves(exchange(1, reply="Next: contact"))
        with_notice = leaves(exchange(1, reply="We start afresh. Next: contact"))
        assert list(comparison.differences(1, expected, with_notice)) == []

    def test_what_follows_it_counts(self, exchange: Make) -> None:
        comparison = Comparison({}, ("We start afresh. ",))
        expected = leaves(exchange(1, reply="Next: contact"))
        other = leaves(exchange(1, reply="We start afresh. Next: complete"))
        assert [one.path for one in comparison.differences(1, expected, other)] == ["text"]
