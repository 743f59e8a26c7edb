"""What can be done to a round trip, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from simulators.errors import UsageError


class Moment(StrEnum):
    """A moment in the life of a round trip."""

    BEFORE = "before it is forwarded"
    DONE = "after it was done, before the answer returns"
    AFTER = "after the answer"


@dataclass(frozen=True, slots=True)
class Crash:
    """Everything that comes by is held, the server dies, and its connections with it.

    `kill` runs in a thread of its own and returns when the server is dead; it is given the name of
    the listener that the server's store connections come in at.
    """

    kill: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Refuse:
    """An error of the protocol; without a code the usual one. Where the protocol has none that
    can be answered at that moment, the connection is dropped."""

    code: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is reset."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing goes on until the hold is released; or for good where the client hangs up first."""


@dataclass(frozen=True, slots=True)
class Delay:
    """It takes that much longer; or for good where the client hangs up first."""

    duration: timedelta


@dataclass(frozen=True, slots=True)
class Hang:
    """Nothing comes for that long; then the connection is reset."""

    duration: timedelta


Action: TypeAlias = Crash | Refuse | Drop | Hold | Delay | Hang


@dataclass(frozen=True, slots=True)
class Strike:
    """An action that waits for a round trip of the next delivery, by its name.

    With `repeats` it strikes at each later round trip of the same kind and role, too.
    """

    point: str
    moment: Moment
    action: Action
    repeats: bool = False

    def __post_init__(self) -> None:
        if self.moment is Moment.AFTER and isinstance(self.action, Refuse | Delay | Hang):
            raise UsageError(
                "after the answer nothing can be refused or delayed any more; let it strike before"
                " the answer returns"
            )
