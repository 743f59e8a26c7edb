"""The wall clock of foreign code stands at a moment of our choosing."""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace

import freezegun
import pytest
from pydantic import BaseModel

from simulators.errors import TargetError
from simulators.targets.clocks.wall_clock import _KEEP_REAL_TIME, WallClock
from simulators.targets.simulation.simulation import START


@pytest.fixture
def clock() -> Iterator[WallClock]:
    clock = WallClock(START)
    clock.hold()
    yield clock
    clock.release()


def test_time_stands_still_where_it_is_held(clock: WallClock) -> None:
    assert datetime.now(UTC) == clock.now() == START
    assert time.time() == START.timestamp()


def test_time_passes_when_it_is_let(clock: WallClock) -> None:
    clock.advance(timedelta(hours=24, microseconds=1))
    assert datetime.now(UTC) == clock.now() == START + timedelta(hours=24, microseconds=1)


def test_it_can_be_turned_to_another_moment_before_it_is_held() -> None:
    clock = WallClock(START)
    clock.advance(timedelta(hours=1))
    clock.turn_to(START - timedelta(days=1))
    clock.hold()
    try:
        assert datetime.now(UTC) == clock.now() == START - timedelta(days=1)
    finally:
        clock.release()


@pytest.mark.parametrize("duration", [timedelta(microseconds=-1), timedelta.max])
def test_time_neither_runs_backwards_nor_leaves_the_calendar(
    clock: WallClock, duration: timedelta
) -> None:
    with pytest.raises(TargetError):
        clock.advance(duration)
    assert clock.now() == START


def test_a_thread_sees_the_held_time_too(clock: WallClock) -> None:
    del clock
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.extend((time.time(), datetime.now(UTC))))
    thread.start()
    thread.join()
    assert seen == [START.timestamp(), START]


def test_waiting_in_an_event_loop_and_in_threads_comes_to_an_end(clock: WallClock) -> None:
    del clock

    async def wait() -> str:
        await asyncio.sleep(0.001)
        return await asyncio.wait_for(asyncio.to_thread(lambda: "done"), 5)

    assert asyncio.run(wait()) == "done"
    assert not threading.Event().wait(0.001)


def test_after_release_time_is_real_again() -> None:
    limit = freezegun.api.call_stack_inspection_limit
    clock = WallClock(START)
    clock.hold()
    clock.hold()
    clock.release()
    clock.release()
    assert datetime.now(UTC) > START + timedelta(days=1)
    assert freezegun.api.call_stack_inspection_limit == limit


def test_moving_a_clock_that_is_not_held_counts_once_it_is() -> None:
    clock = WallClock(START)
    clock.advance(timedelta(hours=1))
    clock.hold()
    try:
        assert datetime.now(UTC) == START + timedelta(hours=1)
    finally:
        clock.release()


def test_a_pydantic_model_can_be_built_while_time_is_released(clock: WallClock) -> None:
    with clock.released():
        model = type("Late", (BaseModel,), {"__annotations__": {"at": datetime}, "__module__": "x"})
    assert model.model_validate({"at": datetime.now(UTC)}).at == START  # type: ignore[attr-defined]


def test_what_a_package_loads_at_the_first_look_has_real_time() -> None:
    program = (
        "import sys; from datetime import UTC, datetime; import pydantic;"
        "from simulators.targets.clocks.wall_clock import WallClock;"
        "print('pydantic.main' in sys.modules);"
        "clock = WallClock(datetime(2026, 1, 1, tzinfo=UTC)); clock.hold(); clock.release();"
        "pydantic.create_model('Late', at=datetime); print('built')"
    )
    command = (sys.executable, "-c", program)
    printed = subprocess.run(command, capture_output=True, check=False, text=True)
    assert printed.stdout.split() == ["False", "built"], printed.stderr


def test_what_comes_in_the_place_of_another_module_loads_its_parts_in_real_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, loaded = WallClock(START), list[float]()
    for _ in range(2):
        late = ModuleType("late")
        vars(late)["__dir__"] = lambda: ["part"]
        vars(late)["__getattr__"] = lambda _: loaded.append(time.time())
        monkeypatch.setitem(sys.modules, "late", late)
        clock.hold()
        clock.release()
        assert loaded[0] > START.timestamp()
        loaded.clear()


def test_releasing_what_is_not_held_holds_nothing_afterwards() -> None:
    clock = WallClock(START)
    with clock.released():
        pass
    assert datetime.now(UTC) > START + timedelta(days=1)


def test_another_freezer_is_refused() -> None:
    with freezegun.freeze_time(START), pytest.raises(TargetError, match="freezegun holds"):
        WallClock(START).hold()


def test_time_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("time_machine")
    module.escape_hatch = SimpleNamespace(is_travelling=lambda: True)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "time_machine", module)
    with pytest.raises(TargetError, match="time-machine moves the clock"):
        WallClock(START).hold()


def test_all_is_held_that_freezegun_would_hold_by_itself(clock: WallClock) -> None:
    """Also the second time, when it is not shown what had no clock the first time."""
    at_first = held()
    clock.release()
    clock.hold()
    again = held()
    clock.release()
    with freezegun.freeze_time(START, real_asyncio=True, ignore=_KEEP_REAL_TIME):
        by_itself = held()
    assert at_first == again == by_itself
    assert "datetime" in {name for module, name in by_itself if module == __name__}


def held() -> set[tuple[str, str]]:
    """The modules that have a held clock, and by which name."""
    fakes = {id(one) for name, one in vars(freezegun.api).items() if name.lower()[:4] == "fake"}
    return {
        (module, name)
        for module, one in sys.modules.items()
        if isinstance(one, ModuleType) and one is not freezegun.api
        for name, value in vars(one).items()
        if id(value) in fakes
    }


def test_time_stands_still_for_what_a_module_gets_after_a_first_hold(
    clock: WallClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("got_later")
    monkeypatch.setitem(sys.modules, "got_later", module)
    clock.release()
    for name in ("one", "other"):
        setattr(module, name, time.time)
        clock.hold()
        assert getattr(module, name)() == START.timestamp()
        clock.release()
        delattr(module, name)
