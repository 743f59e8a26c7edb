"""How the time of a real service is moved."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from simulators.errors import TargetError, Unsupported
from simulators.targets.configuration.rules.texts import texts_of_call
from simulators.targets.configuration.tables import Call, names
from simulators.targets.configuration.templates import Values
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.requests import request_of


class Clock(Protocol):
    """The time of all servers of a target."""

    @property
    def moves(self) -> bool:
        """Whether it can be moved."""
        ...

    @property
    def stands_still(self) -> bool:
        """Whether no time passes by itself, so that a moment can be met exactly."""
        ...

    def begin(self) -> None:
        """A new conversation begins, with servers that know the real time."""
        ...

    def found(self, nodes: Sequence[Values]) -> None:
        """A new conversation begins on these nodes, which run already: time goes on there."""
        ...

    @property
    def uncovered(self) -> Sequence[str]:
        """Why it cannot be moved although it was to be, as sentences."""
        ...

    def environment(self, base: Mapping[str, str], folder: Path) -> Mapping[str, str]:
        """What the environment of a server has to have for it beside that of the base, or in its
        place. The folder is the servers', and goes with them."""
        ...

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def advance(self, duration: timedelta, nodes: Sequence[Values]) -> None:
        """Let time pass on these nodes, each of which the names tell. Raises `TargetError`."""
        ...

    def started(self, nodes: Sequence[Values]) -> None:
        """These nodes were started, and get the time that it is by now."""
        ...

    def left(self, nodes: Sequence[Values]) -> None:
        """These nodes go on by themselves, in the real time where that can be told."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class RealClock:
    """Time as it is."""

    moves = False
    stands_still = False
    uncovered: Sequence[str] = ()

    def begin(self) -> None:
        """Nothing has to be done."""

    def found(self, nodes: Sequence[Values]) -> None:
        """Nothing has to be done."""

    def environment(self, base: Mapping[str, str], folder: Path) -> Mapping[str, str]:
        """Nothing."""
        del base, folder
        return {}

    def now(self) -> datetime:
        """The real time."""
        return datetime.now(UTC)

    def advance(self, duration: timedelta, nodes: Sequence[Values]) -> None:
        """Raises `Unsupported`."""
        del nodes
        raise Unsupported(
            f"nothing can make {duration} pass in this service; write clock in [faults]"
        )

    def started(self, nodes: Sequence[Values]) -> None:
        """Nothing has to be done."""

    def left(self, nodes: Sequence[Values]) -> None:
        """Nothing has to be done."""

    def close(self) -> None:
        """Nothing is left."""


class HookClock:
    """Real time and an offset, of which each node of the service is told by a request."""

    moves = True
    stands_still = False
    uncovered: Sequence[str] = ()

    def __init__(
        self, call: Call, real: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._call = call
        self._real = real
        self._tells_all = any("offset" in names(text) for _, text in texts_of_call((), call))
        self._offset = timedelta()

    def begin(self) -> None:
        """The offset is none."""
        self._offset = timedelta()

    def found(self, nodes: Sequence[Values]) -> None:
        """The offset stays: an earlier one would take time back. It is told again, as others may
        have left another, and the command that resets the service may have started it anew."""
        if self._tells_all:
            self._tell(timedelta(), nodes)

    def environment(self, base: Mapping[str, str], folder: Path) -> Mapping[str, str]:
        """Nothing."""
        del base, folder
        return {}

    def now(self) -> datetime:
        """Real time and the offset."""
        return self._real() + self._offset

    def advance(self, duration: timedelta, nodes: Sequence[Values]) -> None:
        """Tell each node."""
        passing = timedelta(seconds=_seconds(duration))
        self._offset += passing
        self._tell(passing, nodes)

    def started(self, nodes: Sequence[Values]) -> None:
        """A node that was started knows no offset yet."""
        if self._offset:
            self._tell(self._offset, nodes)

    def left(self, nodes: Sequence[Values]) -> None:
        """No offset any more, where the hook is told all of it. One that is told what passes has
        no word for time that goes back."""
        if self._tells_all and self._offset:
            self._offset = timedelta()
            with suppress(TargetError):
                self._tell(timedelta(), nodes)

    def close(self) -> None:
        """Nothing is left."""

    def _tell(self, passing: timedelta, nodes: Sequence[Values]) -> None:
        for node in nodes:
            times = {"offset": _seconds(self._offset), "seconds": _seconds(passing)}
            request = request_of(self._call, {**node, **times})
            try:
                response = Line(str(node["url"])).send(request)
            except Unanswered as error:
                raise TargetError(f"the clock's hook was not answered: {error}; mend it") from error
            if response.status >= HTTPStatus.BAD_REQUEST:
                raise TargetError(
                    f"the clock's hook was answered with status {response.status}:"
                    f" {response.excerpt()}; mend clock in [faults]"
                )


def _seconds(duration: timedelta) -> int:
    """Whole seconds, rounded up: less time than asked for must not pass."""
    return -(-duration // timedelta(seconds=1))
