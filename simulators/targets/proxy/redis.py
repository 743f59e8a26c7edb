"""Redis's protocol, RESP 2 and 3 (https://redis.io/docs/latest/develop/reference/protocol-spec)."""

from typing import Final

from simulators.errors import TargetError, UsageError
from simulators.targets.proxy.dialect import Call, Kind, Piece, Refusal, Request, Spoilt
from simulators.targets.proxy.labels import of_words
from simulators.targets.proxy.redis_commands import (
    NULL_IS_NO_CHANGE,
    SETTING_UP,
    ZERO_IS_NO_CHANGE,
    call_of,
    first_writing,
    keys_of,
)
from simulators.targets.proxy.redis_deadlines import Deadlines, Opening
from simulators.targets.proxy.tcp import Tcp

_ENDS_THE_TALK: Final = frozenset(
    b"MONITOR PSUBSCRIBE PSYNC REPLICAOF SSUBSCRIBE SUBSCRIBE SYNC".split()
)
_NOTHING: Final = (b"$-1\r\n", b"*-1\r\n", b"_\r\n")
_ERRORS: Final = {
    "LOADING": b"-LOADING Redis is loading the dataset in memory\r\n",
    "ERR": b"-ERR an error on purpose\r\n",
    "READONLY": b"-READONLY You can't write against a read only replica.\r\n",
    "OOM": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
}
_LONGEST = 1 << 30


class Redis:
    """One connection.

    A round trip is a command and its reply, and all of a transaction from MULTI to EXEC is one.
    What follows a SUBSCRIBE or MONITOR is counted as bytes. The deadlines are told which keys are
    named.
    """

    refusals = tuple(_ERRORS)
    spoilings: tuple[str, ...] = ()

    def __init__(self, deadlines: Deadlines | None = None) -> None:
        self.has_changed = False
        """Whether something durable was changed by the last round trip."""
        self._opaque: Tcp | None = None
        self._owed = 0
        self._queued: list[Call] | None = None
        self._call = Call(Kind.READ)
        self._command = b""
        self._deadlines = deadlines or Deadlines()
        self._opening = Opening()

    @property
    def is_settled(self) -> bool:
        """Whether each command that was passed on has its reply."""
        return self._owed == 0

    def take_request(self, buffer: bytearray) -> Request | None:
        """The next command."""
        if self._opaque is not None:
            return self._opaque.take_request(buffer)
        read = _command(buffer)
        if read is None:
            return None
        words, end = read
        raw = bytes(buffer[:end])
        del buffer[:end]
        command = words[0].upper() if words else b""
        self._note(command, words)
        if command in _ENDS_THE_TALK:
            self._opaque = Tcp()
            return Request(raw)
        if (passed := self._of_no_round_trip(command, words)) and command:
            self._owed += 1
        if passed:
            return Request(raw)
        return self._asked(raw, command, words)

    def take_more(self, buffer: bytearray) -> bytes:
        """Nothing, but where bytes are bytes."""
        return b"" if self._opaque is None else self._opaque.take_more(buffer)

    def take_unasked(self, buffer: bytearray) -> bytes:
        """Replies to what is no round trip, and what is pushed."""
        if self._opaque is not None:
            return self._opaque.take_unasked(buffer)
        end = 0
        while (after := _reply_end(buffer, end)) is not None:
            self._owed -= buffer[end : end + 1] != b">"
            end = after
        taken = bytes(buffer[:end])
        del buffer[:end]
        return taken

    def take_answer(self, buffer: bytearray, is_closed: bool) -> Piece:
        """The reply, after what is pushed before it."""
        if self._opaque is not None:
            self.has_changed = True
            return self._opaque.take_answer(buffer, is_closed)
        end = _reply_end(buffer, 0)
        if end is None:
            return Piece(b"", is_last=is_closed)
        raw = bytes(buffer[:end])
        del buffer[:end]
        if raw.startswith(b">"):
            return Piece(raw, is_last=False)
        self.has_changed = self._call.kind is Kind.WRITE and self._is_change(raw)
        return Piece(raw, is_last=True)

    def refuse(self, refusal: str) -> Refusal:
        """That error; a transaction that is refused is discarded."""
        if refusal not in _ERRORS:
            raise UsageError(
                f"Redis does not answer {refusal!r}; ask for one of {', '.join(_ERRORS)}"
            )
        question = b"*1\r\n$7\r\nDISCARD\r\n" if self._command == b"EXEC" else b""
        return Refusal(question, lambda _: _ERRORS[refusal])

    def spoil(self, spoiling: str, answer: bytes) -> Spoilt:
        """Raises `UsageError`: an error of Redis's says that nothing was done."""
        del answer
        raise UsageError(
            f"Redis does not answer {spoiling!r} after it did what it was asked for; drop the"
            " connection instead"
        )

    def _note(self, command: bytes, words: list[bytes]) -> None:
        self._opening = self._opening.after(words)
        if command and command not in SETTING_UP:
            self._deadlines.named(self._opening, keys_of(words))

    def _of_no_round_trip(self, command: bytes, words: list[bytes]) -> bool:
        if command == b"MULTI":
            self._queued = []
        elif command in (b"DISCARD", b"RESET"):
            self._queued = None
        elif self._queued is not None and command != b"EXEC":
            self._queued.append(call_of(words))
            return True
        return command in SETTING_UP or not command

    def _asked(self, raw: bytes, command: bytes, words: list[bytes]) -> Request:
        queued = self._queued or ()
        self._command, self._queued, self.has_changed = command, None, False
        if command == b"EXEC":
            call = first_writing(queued)
            self._call = Call(call.kind, of_words("EXEC", call.label))
        else:
            self._call = call_of(words)
        return Request(raw, self._call)

    def _is_change(self, reply: bytes) -> bool:
        if reply.startswith((b"-", b"!")):
            return False
        if self._command in NULL_IS_NO_CHANGE and reply in _NOTHING:
            return False
        return not (self._command in ZERO_IS_NO_CHANGE and reply == b":0\r\n")


def _command(buffer: bytearray) -> tuple[list[bytes], int] | None:
    """The words of the next command, and where it ends."""
    if not buffer.startswith(b"*"):
        return _inline(buffer)
    header = _line(buffer, 0)
    if header is None:
        return None
    count, position = _number(header[0][1:]), header[1]
    words = []
    for _ in range(count):
        header = _line(buffer, position)
        if header is None:
            return None
        length = _number(header[0][1:])
        start, position = header[1], header[1] + length + 2
        if len(buffer) < position:
            return None
        words.append(bytes(buffer[start : start + length]))
    return words, position


def _inline(buffer: bytearray) -> tuple[list[bytes], int] | None:
    end = buffer.find(b"\n")
    if end < 0:
        if len(buffer) > 65_536:
            raise _foreign()
        return None
    return bytes(buffer[:end]).split(), end + 1


def _reply_end(buffer: bytearray, start: int) -> int | None:
    """Where the reply that begins there ends; None where it is not complete."""
    pending, position = 1, start
    while pending:
        header = _line(buffer, position)
        if header is None:
            return None
        line, position = header
        pending -= 1
        kind = line[:1]
        if kind in (b"$", b"!", b"="):
            length = _number(line[1:])
            position += length + 2 if length >= 0 else 0
            if len(buffer) < position:
                return None
        elif kind in (b"*", b"~", b">"):
            pending += max(_number(line[1:]), 0)
        elif kind in (b"%", b"|"):
            # What an attribute is about follows it.
            pending += 2 * _number(line[1:]) + (kind == b"|")
        elif kind not in (b"+", b"-", b":", b"_", b",", b"#", b"("):
            raise _foreign()
    return position


def _line(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    end = buffer.find(b"\r\n", start)
    return None if end < 0 else (bytes(buffer[start:end]), end + 2)


def _number(digits: bytes) -> int:
    try:
        number = int(digits)
    except ValueError:
        raise _foreign() from None
    if not -1 <= number <= _LONGEST:
        raise _foreign()
    return number


def _foreign() -> TargetError:
    return TargetError(
        "what comes by is not Redis's protocol; set the protocol of this store to tcp, or to what"
        " it speaks"
    )
