"""The time of servers that are started under libfaketime."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulators.errors import TargetError, Unsupported
from simulators.targets.clocks.faketime import FakedTime, why_not
from simulators.targets.configuration.templates import Values
from simulators.targets.processes.warden import sweep


class FakedClock:
    """Real time and an offset, which servers follow at once and without a restart."""

    stands_still = False

    def __init__(self, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._real = real
        self._offset = timedelta()
        self._faked: FakedTime | None = None

    @property
    def moves(self) -> bool:
        """Where libfaketime can be used."""
        return not self.uncovered

    @property
    def uncovered(self) -> Sequence[str]:
        """Why no time can pass, as sentences."""
        reason = why_not()
        return () if reason is None else (reason,)

    def found(self, nodes: Sequence[Values]) -> None:
        """Nothing has to be done: no service that runs already has it."""

    def left(self, nodes: Sequence[Values]) -> None:
        """Nothing has to be done, for the same reason."""

    def begin(self) -> None:
        """The offset is none."""
        self._offset = timedelta()
        if self._faked is not None:
            self._faked.shift(self._offset)

    def environment(self, base: Mapping[str, str], folder: Path) -> Mapping[str, str]:
        """libfaketime, with its file in that folder."""
        if not self.moves:
            return {}
        if self._faked is None:
            self._faked = FakedTime(folder)
            self._faked.shift(self._offset)
        return self._faked.environment(base)

    def now(self) -> datetime:
        """Real time and the offset."""
        return self._real() + self._offset

    def advance(self, duration: timedelta, nodes: Sequence[Values]) -> None:
        """Move the time of all nodes. Raises `Unsupported` where that cannot be."""
        del nodes
        if self._faked is None:
            raise Unsupported(" ".join(self.uncovered) or "no server runs yet; begin first")
        self._offset += duration
        self._faked.shift(self._offset)

    def started(self, nodes: Sequence[Values]) -> None:
        """These nodes have the time already, where they load the library. Raises `TargetError`
        where one does not."""
        sweep()
        for node in nodes if self._faked is not None else ():
            if not self._faked_follows(node):
                raise TargetError(
                    f"node {node['node']} does not load libfaketime, as a program does that is"
                    " linked statically; name a hook of the service as the clock in [faults]"
                )

    def close(self) -> None:
        """Leave no shared memory behind; the folder is not ours."""
        self._faked = None
        sweep()

    def _faked_follows(self, node: Values) -> bool:
        process = node.get("process")
        return (
            self._faked is not None
            and isinstance(process, int)
            and self._faked.is_followed_by(process)
        )
