"""Turns of one key are served one after the other."""

import asyncio
from collections.abc import Collection

import pytest

from coolwind.turns import AsyncioTurnOrder
from coolwind.waiting import count_wait, waited


def serve(keys: str, fails: Collection[int] = ()):
    """Serve a turn for each key at once; what happened in which order."""
    order = AsyncioTurnOrder()
    happened = []

    async def turn(number: int, key: str) -> None:
        async with order.turn(key):
            happened.append(f"{number} begins")
            await asyncio.sleep(0)
            happened.append(f"{number} ends")
            if number in fails:
                raise ValueError("The turn failed.")

    async def all_turns() -> None:
        turns = (turn(number, key) for number, key in enumerate(keys))
        await asyncio.gather(*turns, return_exceptions=True)
        assert len(order) == 0

    asyncio.run(all_turns())
    return happened


def test_turns_of_one_session_come_one_after_the_other() -> None:
    expected = ["0 begins", "0 ends", "1 begins", "1 ends", "2 begins", "2 ends"]
    assert serve("aaa") == expected


def test_turns_of_two_sessions_do_not_wait_for_each_other() -> None:
    assert serve("ab") == ["0 begins", "1 begins", "0 ends", "1 ends"]


def test_a_turn_that_fails_lets_the_next_one_in() -> None:
    assert serve("aa", fails={0}) == ["0 begins", "0 ends", "1 begins", "1 ends"]


def test_a_key_in_use_is_counted_once() -> None:
    async def nested() -> None:
        order = AsyncioTurnOrder()
        async with order.turn("a"), order.turn("b"):
            assert len(order) == 2
        assert len(order) == 0

    asyncio.run(nested())


def test_a_turn_that_stops_waiting_holds_nobody_up() -> None:
    async def scenario():
        order = AsyncioTurnOrder()

        async def enter():
            async with order.turn("a"):
                return True

        async with order.turn("a"):
            waiting = asyncio.ensure_future(enter())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        assert await enter()
        assert len(order) == 0

    asyncio.run(scenario())


def test_a_turn_waits_for_the_store_while_the_one_before_it_does() -> None:
    async def scenario():
        order = AsyncioTurnOrder()
        found = {}

        async def turn(number: int, key: str | None) -> None:
            async with order.turn(key):
                found[number] = waited()
                await asyncio.sleep(0)
                count_wait(2.0)

        await asyncio.gather(turn(0, "a"), turn(1, "a"), turn(2, "a"), turn(3, "b"))
        await asyncio.gather(turn(4, "a"), turn(5, None), turn(6, None))
        assert len(order) == 0
        return found

    assert asyncio.run(scenario()) == {0: 0.0, 1: 2.0, 2: 4.0, 3: 0.0, 4: 0.0, 5: 0.0, 6: 0.0}


def test_each_key_in_use_has_a_line() -> None:
    async def nested() -> None:
        order = AsyncioTurnOrder()
        async with order.turn("a"), order.turn("b"), order.turn(None):
            assert list(order.lines()) == ["a", "b"]
        assert not order.lines()

    asyncio.run(nested())


def test_a_turn_without_a_key_waits_for_nobody() -> None:
    async def nested() -> None:
        order = AsyncioTurnOrder()
        async with order.turn(None), order.turn(None):
            assert len(order) == 0

    asyncio.run(nested())
