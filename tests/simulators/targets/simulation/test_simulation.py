"""Virtual time, seeded identifiers, coroutines driven by hand, and ports behind a gate."""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import timedelta

import pytest

from simulators.errors import TargetError
from simulators.targets.interruption import Freeze, Frozen
from simulators.targets.simulation.simulation import (
    START,
    PortCalls,
    SeededIds,
    VirtualClock,
    beginning,
    drive,
)


def test_time_stands_still_until_somebody_lets_it_pass() -> None:
    clock = VirtualClock()
    assert clock.now() == START
    clock.advance(timedelta(minutes=30))
    assert clock.now() == START + timedelta(minutes=30)
    assert clock.monotonic() == 1800


@pytest.mark.parametrize("seed", [0, 999, -1, 2**64])
def test_conversations_of_neighbouring_seeds_begin_on_different_days(seed: int) -> None:
    assert beginning(seed).date() != beginning(seed + 1).date()
    assert beginning(seed).time() == START.time()


def test_sleeping_takes_virtual_time_only() -> None:
    clock = VirtualClock()
    drive(clock.sleep(90))
    assert clock.now() == START + timedelta(seconds=90)


@pytest.mark.parametrize("duration", [timedelta(microseconds=-1), timedelta.max])
def test_time_neither_runs_backwards_nor_leaves_the_calendar(duration: timedelta) -> None:
    clock = VirtualClock()
    with pytest.raises(TargetError, match="let"):
        clock.advance(duration)
    assert clock.now() == START


def test_the_same_seed_makes_the_same_identifiers() -> None:
    one, other = SeededIds(7), SeededIds(7)
    made = [one.session_id(), one.customer_id(), one.proof()]
    assert [other.session_id(), other.customer_id(), other.proof()] == made
    assert SeededIds(8).session_id() != made[0]


def test_no_identifier_is_made_twice() -> None:
    ids = SeededIds(0)
    makers = (ids.session_id, ids.customer_id, ids.proof)
    assert len({make() for _ in range(50) for make in makers}) == 150


def test_a_session_id_is_a_random_uuid_in_canonical_form() -> None:
    session_id = SeededIds(-3).session_id()
    assert str(uuid.UUID(session_id)) == session_id
    assert uuid.UUID(session_id).version == 4


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_identifiers_do_not_depend_on_the_hash_seed(hash_seed: str) -> None:
    module = "simulators.targets.simulation.simulation"
    program = f"from {module} import SeededIds; print(SeededIds(3).proof())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    made = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, check=True
    )
    assert made.stdout.decode().strip() == SeededIds(3).proof()


def test_setting_the_counter_back_makes_the_same_identifiers_again() -> None:
    ids = SeededIds(1)
    first = ids.session_id()
    ids.counter = 0
    assert ids.session_id() == first


def test_a_coroutine_that_awaits_ports_alone_is_driven_to_its_end() -> None:
    async def add(one: int, other: int) -> int:
        await VirtualClock().sleep(1)
        return one + other

    assert drive(add(1, 2)) == 3


def test_what_a_coroutine_raises_comes_out() -> None:
    async def fail() -> None:
        raise KeyError("step")

    with pytest.raises(KeyError, match="step"):
        drive(fail())


def test_awaiting_something_real_is_an_error_that_names_the_place() -> None:
    async def wait() -> None:
        await asyncio.sleep(0)

    async def handle() -> None:
        await wait()

    with pytest.raises(TargetError, match=r"the service awaited None, at .*tasks\.py:\d+"):
        drive(handle())


def test_a_coroutine_that_refuses_to_end_is_an_error_all_the_same() -> None:
    async def handle() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    with pytest.raises(TargetError, match="the service awaited None"):
        drive(handle())


def test_asking_asyncio_for_an_event_loop_is_an_error_that_names_the_caller() -> None:
    async def pause() -> None:
        await asyncio.sleep(0.1)

    with pytest.raises(
        TargetError, match=rf"asyncio was asked for \w+, at {__file__}:\d+ in .*pause"
    ):
        drive(pause())


def test_a_service_cannot_swallow_that_it_asked_for_an_event_loop() -> None:
    async def careless() -> str:
        try:
            await asyncio.sleep(0.1)
        except BaseException:  # noqa: BLE001
            return "fine"
        return "never"

    with pytest.raises(TargetError, match="asyncio was asked for"):
        drive(careless())


def test_driving_leaves_a_running_event_loop_in_its_place() -> None:
    async def nested() -> bool:
        before = asyncio.get_running_loop()
        drive(VirtualClock().sleep(1))
        return asyncio.get_running_loop() is before

    assert asyncio.run(nested())


class _Shelf:
    async def take(self, part: str, *, pieces: int) -> str:
        return f"{pieces} {part}"

    def parts(self) -> list[str]:
        return ["remote"]


def test_a_gate_is_told_of_each_call_of_a_port() -> None:
    calls: list[str] = []

    async def let_in(method: str, call: Callable[[], Awaitable[object]]) -> object:
        calls.append(method)
        return await call()

    shelf = PortCalls(_Shelf(), let_in)
    assert drive(shelf.take("remote", pieces=2)) == "2 remote"  # type: ignore[operator]
    assert drive(shelf.take("filter", pieces=1)) == "1 filter"  # type: ignore[operator]
    assert calls == ["take", "take"]


async def refuse(method: str, call: Callable[[], Awaitable[object]]) -> object:
    del call
    raise ConnectionError(method)


def test_a_gate_can_refuse_a_call() -> None:
    with pytest.raises(ConnectionError, match="take"):
        drive(PortCalls(_Shelf(), refuse).take("remote", pieces=2))  # type: ignore[operator]


def test_what_awaits_nothing_passes_a_gate_unseen() -> None:
    assert PortCalls(_Shelf(), refuse).parts() == ["remote"]  # type: ignore[operator]


def test_what_is_frozen_runs_no_more() -> None:
    done: list[str] = []

    async def die() -> None:
        try:
            await Freeze()
        finally:
            done.append("tidied up")

    dying = die()
    with pytest.raises(Frozen):
        drive(dying)
    assert done == []
    dying.close()


def test_what_a_coroutine_sets_for_its_context_does_not_outlive_it() -> None:
    customer = ContextVar("customer", default="nobody")

    async def die() -> None:
        customer.set("hari")
        await Freeze()

    dying = die()
    with pytest.raises(Frozen):
        drive(dying)
    assert customer.get() == "nobody"
    dying.close()
