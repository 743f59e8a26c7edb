"""What a proxy has to understand of a store's protocol. A dialect does no I/O: it takes bytes off
buffers, and says what they are."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What a round trip asks for."""

    READ = "read"
    WRITE = "write"
    CALL = "call"
    """It cannot be told whether it reads or writes."""
    COMPLETE = "complete"
    """A language model is asked to go on."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a round trip asks for, in words that are the same in every run, such as
    `INSERT orders`; "" where there is nothing to say."""

    kind: Kind
    label: str = ""

    @property
    def ending(self) -> str:
        """What the name of the round trip ends with."""
        return f" ({self.label})" if self.label else ""


@dataclass(frozen=True, slots=True)
class Request:
    """Bytes of the client's that belong together.

    Without a `call` they are part of no round trip, and are passed on at once. `answer` is what
    the client gets without the store being asked; None where the store has to be.
    """

    raw: bytes
    call: Call | None = None
    answer: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the answer to a round trip; `is_last` where nothing comes after it, and
    `asks_for_more` where the client has to see it to go on, as before the rows of a COPY."""

    raw: bytes
    is_last: bool
    asks_for_more: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error in the place of a round trip.

    `question` goes to the store, so that it stands where a store stands that refused, and
    `answer` makes what the client gets of what comes back (or of nothing, where nothing is asked).
    `is_final` says that a store which answers so hangs up.
    """

    question: bytes
    answer: Callable[[bytes], bytes]
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What a client gets in the place of an answer; `is_final` where the store hangs up then."""

    raw: bytes
    is_final: bool


class Dialect(Protocol):
    """One connection's protocol, and where the connection stands in it.

    Raises `TargetError` where bytes are not of this protocol.
    """

    @property
    def refusals(self) -> tuple[str, ...]:
        """The errors that a store of this kind answers in the place of doing anything; the first
        is the usual one."""
        ...

    @property
    def spoilings(self) -> tuple[str, ...]:
        """What can come in the place of an answer after all was done; the first is the usual
        one. There is none where an error always says that nothing was done."""
        ...

    @property
    def is_settled(self) -> bool:
        """Whether the store has answered everything that was passed on."""
        ...

    @property
    def has_changed(self) -> bool:
        """Whether something durable was changed by the last round trip."""
        ...

    def take_request(self, buffer: bytearray) -> Request | None:
        """The next thing that the client wants, off the buffer; None where it is not complete."""
        ...

    def take_more(self, buffer: bytearray) -> bytes:
        """What belongs to the round trip that is going on, such as the rows of a COPY."""
        ...

    def take_unasked(self, buffer: bytearray) -> bytes:
        """What the store says outside of round trips."""
        ...

    def take_answer(self, buffer: bytearray, is_closed: bool) -> Piece:
        """What the store answers. `is_closed` says that nothing comes after the buffer."""
        ...

    def refuse(self, refusal: str) -> Refusal:
        """That error, for the round trip last taken."""
        ...

    def spoil(self, spoiling: str, answer: bytes) -> Spoilt:
        """That, in the place of a whole answer."""
        ...
