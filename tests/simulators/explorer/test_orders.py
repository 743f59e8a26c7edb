"""Every order of two messages that matters is tried, and none of them twice."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from simulators.explorer.orders import MOST_ORDERS, Orders
from simulators.targets.overlap import Move, Order, Who

Steps = tuple[tuple[str, str], ...]
"""What a message does: a call, and what it touches: `r` reads and `w` writes the store, `R` and `W`
the mail server, and `-` does neither."""

STORE, MAIL = frozenset({"store"}), frozenset({"mail"})
CONFLICTS = ({"w"}, {"r", "w"}, {"W"}, {"R", "W"})
READS = {"r": STORE, "R": MAIL}
WRITES = {"w": STORE, "W": MAIL}


def serve(order: Order, first: Steps, second: Steps) -> tuple[Move, ...]:
    """Serve two messages that never wait for one another, as a target does."""
    left, current, switches = [list(first), list(second)], Who.FIRST, list(order.switches)
    moves: list[Move] = []
    while left[0] or left[1]:
        mine, others = left[current], left[current.other]
        if not mine or (switches and others and mine[0][0] == switches[0]):
            del switches[: bool(mine)]
            current = current.other
            continue
        call, touches = mine.pop(0)
        other_call = others[0][0] if others else None
        reads = READS.get(touches, frozenset())
        changes = WRITES.get(touches, frozenset())
        moves.append(Move(current, call, bool(changes), reads, changes, other_call))
    assert not switches
    return tuple(moves)


def every_order(first: Steps, second: Steps) -> Iterator[tuple[tuple[int, str, str], ...]]:
    """All interleavings, by brute force."""
    length = len(first) + len(second)
    for places in combinations(range(length), len(first)):
        mine, others = iter(first), iter(second)
        yield tuple(
            (0, *next(mine)) if at in places else (1, *next(others)) for at in range(length)
        )


def class_of(moves: Sequence[tuple[int, str, str]]) -> frozenset[object]:
    """What tells two orders apart: for each pair of moves that touch, which came first."""
    return frozenset(
        (one[:2], other[:2])
        for position, one in enumerate(moves)
        for other in moves[position + 1 :]
        if one[0] != other[0] and {one[2], other[2]} in CONFLICTS
    )


def tried(first: Steps, second: Steps) -> list[tuple[Move, ...]]:
    orders, found = Orders(), []
    while (order := orders.next()) is not None:
        moves = serve(order, first, second)
        if orders.note(moves):
            found.append(moves)
    return found


def steps(touches: str) -> Steps:
    return tuple((f"call #{number}", touch) for number, touch in enumerate(touches, start=1))


def classes(found: list[tuple[Move, ...]], first: Steps, second: Steps) -> list[frozenset[object]]:
    touches = (dict(first), dict(second))
    return [class_of([(m.who, m.call, touches[m.who][m.call]) for m in moves]) for moves in found]


@pytest.mark.parametrize("first", ["w", "rw", "rwr", "rrw", "wrw", "r", "rWwR"])
@pytest.mark.parametrize("second", ["w", "rw", "rwr", "wrrw", "r", "rwRW"])
def test_the_orders_stand_for_all_orders_and_no_two_for_the_same(first: str, second: str) -> None:
    one, other = steps(first), steps(second)
    found = classes(tried(one, other), one, other)
    assert sorted(map(len, found)) == sorted(map(len, set(found)))
    assert set(found) == {class_of(order) for order in every_order(one, other)}


@pytest.mark.parametrize(("first", "second"), [("rrrr", "rrr"), ("wrw", "RWR")])
def test_messages_that_touch_nothing_of_one_another_are_tried_once(first: str, second: str) -> None:
    orders, moves = Orders(), serve(Order(), steps(first), steps(second))
    orders.next()
    assert orders.note(moves)
    assert orders.next() is None
    assert len(tried(steps("rwrw"), steps("RWRW"))) == 1


def test_two_readings_and_writings_have_seventy_orders_of_which_few_matter() -> None:
    one = other = steps("rwrw")
    assert len(list(every_order(one, other))) == 70
    assert len(tried(one, other)) == len({class_of(order) for order in every_order(one, other)})


def test_what_is_left_when_there_are_too_many_is_told() -> None:
    orders = Orders()
    one, other = steps("w" * 8), steps("w" * 8)
    while (order := orders.next()) is not None:
        orders.note(serve(order, one, other))
    assert orders.is_cut_off
    assert orders.tried == MOST_ORDERS


@pytest.mark.parametrize("text", ["answer", "arrival", "store.load #1 then store.commit #2"])
def test_an_order_is_read_as_it_is_written(text: str) -> None:
    assert str(Order.parse(text)) == text


def test_where_not_all_can_be_tried_each_call_comes_before_and_after_each_other_one() -> None:
    first, second = ((("read", "w"), ("write", "w")),) * 2
    orders, tried = Orders(most=2), []
    while (order := orders.next()) is not None:
        moves = serve(order, first, second)
        assert orders.note(moves)
        tried.append([(move.who, move.call) for move in moves])
        assert len(order.switches) <= 2
    for one, _ in first:
        for other, _ in second:
            mine, others = (Who.FIRST, one), (Who.SECOND, other)
            sequences = {moves.index(mine) < moves.index(others) for moves in tried}
            assert sequences == {True, False}
