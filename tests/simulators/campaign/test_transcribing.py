"""What was played once can be told again from the lines of a record."""

from dataclasses import replace

import pytest

from reports.record import Line, Varying
from simulators.campaign.transcribing import lines_of, mask_of_record, trace_of, varying_of
from simulators.conversation import THE_CUSTOMER, Break, Say
from simulators.player.player import Player
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, Trace
from simulators.varying import ALL_OF_IT, Varies


@pytest.fixture(scope="module")
def played() -> Trace:
    """A conversation with faults, on the reference core."""
    target = choose("reference")
    player = Player(target)
    player.begin(Arrangement())
    player.play(
        (
            Say(THE_CUSTOMER, "I need 11 remote controls"),
            Break("crash", THE_CUSTOMER),
            Break("duplicate", THE_CUSTOMER),
            Say(THE_CUSTOMER, "Hari, 9876543210, hari@example.com"),
            Say("Anu", "hello"),
        )
    )
    target.close()
    return player.trace


def without_time(trace: Trace) -> Trace:
    return Trace(
        tuple(
            replace(one, at=played_at, answer=replace(one.answer, cookies=()))
            if isinstance(one, Exchange)
            else one
            for one in trace.happenings
            for played_at in [next(each.at for each in trace.exchanges)]
        )
    )


def test_a_trace_comes_back_from_its_lines(played: Trace) -> None:
    told, again = without_time(played), without_time(trace_of(lines_of(played.happenings)))
    first = told.exchanges[0].at
    moved = tuple(
        replace(one, at=first) if isinstance(one, Exchange) else one for one in again.happenings
    )
    assert repr_of(moved) == repr_of(told.happenings)


def repr_of(happenings: tuple[object, ...]) -> list[str]:
    """Lists and tuples of what is kept are alike: JSON has one of them."""
    return [str(line) for line in lines_of(happenings)]  # type: ignore[arg-type]


def test_a_line_tells_what_the_service_was_asked_for_and_how_it_went(played: Trace) -> None:
    first, *_ = lines_of(played.happenings)
    assert first.at == 0.0
    assert "store.commit #1" in first.calls
    assert '"quantity":11' in (first.kept or "")
    exchange = played.exchanges[0]
    assert exchange.took is not None
    assert exchange.took > 0
    assert exchange == replace(exchange, took=99.0, calls=())


def test_a_line_of_an_older_record_does_not_tell_enough() -> None:
    with pytest.raises(ValueError, match="does not tell what the laws take into account"):
        trace_of([Line(1, "Anu", "hello", "hello")])


def test_a_mask_comes_back() -> None:
    mask = {
        (2, "text"): {3: Varies.AS_A_NAME, 1: Varies.FREELY, 7: Varies.ANEW},
        (3, "kept.date"): {ALL_OF_IT: Varies.FREELY},
        (3, "kept.number"): {ALL_OF_IT: Varies.IN_SEQUENCE},
    }
    assert mask_of_record(varying_of(mask)) == mask


def test_a_record_says_in_what_way_words_vary() -> None:
    words = {4: Varies.IN_SEQUENCE, 3: Varies.AS_A_NAME, 1: Varies.FREELY, 0: Varies.ANEW}
    assert varying_of({(2, "text"): words}) == (
        Varying(2, "text", (0, 1, 3, 4), names=(3,), made_anew=(0,), in_sequence=(4,)),
    )


def test_whose_effects_were_counted_comes_back(played: Trace) -> None:
    by_session = frozenset({"booking", "email"})
    marked = [replace(one, seen=replace(one.seen, own=by_session)) for one in played.happenings]
    again = trace_of(lines_of(marked))
    assert {one.seen.own for one in again.happenings} == {by_session}
    assert {one.seen.own for one in trace_of(lines_of(played.happenings)).happenings} == {
        frozenset()
    }
