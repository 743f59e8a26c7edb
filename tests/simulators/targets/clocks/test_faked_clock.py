"""The time of servers under libfaketime, as a target moves it."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.errors import TargetError, Unsupported
from simulators.targets.clocks import faketime
from simulators.targets.clocks.clock import RealClock
from simulators.targets.clocks.faked_clock import FakedClock
from simulators.targets.uncovered import uncovered_of


def test_without_the_library_it_does_not_move_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(faketime, "_PLACES", ())
    monkeypatch.setattr(faketime, "_LOCAL_PLACES", ())
    clock = FakedClock()
    assert not clock.moves
    assert clock.environment({}, tmp_path) == {}
    (reason,) = uncovered_of(clock)
    assert "run apt-get install faketime" in reason
    with pytest.raises(Unsupported, match="apt-get install faketime"):
        clock.advance(timedelta(days=1), [])
    clock.close()


def test_a_server_that_does_not_load_the_library_is_told(
    need: Callable[[str | None], None], tmp_path: Path
) -> None:
    need(faketime.why_not())
    clock = FakedClock()
    clock.environment(os.environ, tmp_path)
    with pytest.raises(TargetError, match="node 1 does not load libfaketime"):
        clock.started([{"node": 1, "process": os.getpid()}])
    clock.close()


def test_a_clock_that_nobody_wants_moved_has_nothing_to_tell() -> None:
    assert uncovered_of(RealClock()) == ()
    assert uncovered_of("a target of somebody's") == ()
