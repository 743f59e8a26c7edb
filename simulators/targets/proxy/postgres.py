"""PostgreSQL's frontend and backend protocol, version 3
(https://www.postgresql.org/docs/current/protocol.html)."""

import struct
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulators.errors import TargetError, UsageError
from simulators.targets.proxy.dialect import Call, Kind, Piece, Refusal, Request, Spoilt
from simulators.targets.proxy.sql import call_of, decided_by_own_time, first_writing, is_reading
from simulators.targets.proxy.tcp import Tcp

SERIALIZATION_FAILURE: Final = "40001"
ADMIN_SHUTDOWN: Final = "57P01"

_ERRORS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        SERIALIZATION_FAILURE: ("ERROR", "could not serialize access due to concurrent update"),
        "40P01": ("ERROR", "deadlock detected"),
        "53300": ("FATAL", "sorry, too many clients already"),
        ADMIN_SHUTDOWN: ("FATAL", "terminating connection due to administrator command"),
    }
)
_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_TLS_RECORD = 0x16
_LONGEST_STARTUP = 10_000
_LONGEST = 1 << 30
_ROWLESS: Final = frozenset({"BEGIN", "START", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "SET"})
_EXTENDED = b"PBDEC"
_PASSED = b"pdcfX"
_PARSED_AND_BOUND = b"12"
_BREAKS_A_STATEMENT = "this statement is broken by a test"


class Postgres:
    """One connection.

    A round trip is a simple query, or all messages of the extended protocol up to a Sync; its
    answer ends with ReadyForQuery. Encryption is passed through, and what is encrypted is then
    counted as bytes. `timed` gets what the server's own time decides.
    """

    spoilings = (ADMIN_SHUTDOWN,)

    def __init__(self, timed: set[str] | None = None) -> None:
        self.has_changed = False
        """Whether something durable was changed by the last round trip."""
        self._opaque: Tcp | None = None
        self._is_started = False
        self._awaits_encryption = False
        self._owed = 0
        self._is_copying = False
        self._has_written = False
        self._statements: dict[bytes, str] = {}
        self._portals: dict[bytes, str] = {}
        self._executed: list[Call] = []
        self._is_extended = False
        self._call = Call(Kind.READ)
        self._tags: list[str] = []
        self._has_failed = False
        self._timed = set() if timed is None else timed

    @property
    def refusals(self) -> tuple[str, ...]:
        """Where no row is touched, as by a BEGIN, the connection ends: no PostgreSQL answers that
        with another error, and drivers are not made for one (asyncpg keeps such a connection, and
        begins no transaction on it any more)."""
        if self._call.label in _ROWLESS:
            return (ADMIN_SHUTDOWN,)
        return (SERIALIZATION_FAILURE, "40P01", "53300", ADMIN_SHUTDOWN)

    @property
    def is_settled(self) -> bool:
        """Whether each Sync that was passed on has its ReadyForQuery."""
        return self._owed == 0

    def take_request(self, buffer: bytearray) -> Request | None:
        """The next round trip, or messages that are part of none."""
        if self._opaque is not None:
            return self._opaque.take_request(buffer)
        if not self._is_started:
            return self._opening(buffer)
        end, calls = 0, list(self._executed)
        for kind, start, end in _messages(buffer):
            body = bytes(buffer[start:end])
            if kind in b"QF":
                call = self._called(_text(body)) if kind in b"Q" else _FUNCTION
                return self._asked(_take(buffer, end), [call], is_extended=False)
            if kind in _EXTENDED:
                calls += self._understood(kind, body)
            elif kind == ord("S"):
                return self._synced(_take(buffer, end), calls)
            elif kind == ord("H") or kind in _PASSED:
                self._executed = calls
                return Request(_take(buffer, end))
            else:
                raise TargetError(
                    f"a message of type {chr(kind)!r} is none of PostgreSQL's; set the protocol of"
                    " this store to tcp, or to what it speaks"
                )
        return None

    def take_more(self, buffer: bytearray) -> bytes:
        """The rows of a COPY."""
        if self._opaque is not None:
            return self._opaque.take_more(buffer)
        return _take(buffer, len(buffer)) if self._is_copying else b""

    def take_unasked(self, buffer: bytearray) -> bytes:
        """Notices, notifications, and the answers to what is part of no round trip."""
        if self._opaque is not None:
            return self._opaque.take_unasked(buffer)
        if self._awaits_encryption:
            self._awaits_encryption = False
            if bytes(buffer[:1]) in (b"S", b"G"):
                self._opaque = Tcp()
            return _take(buffer, 1)
        whole = 0
        for kind, start, end in _messages(buffer):
            whole = end
            if kind == ord("Z"):
                self._owed -= 1
                self._ready(bytes(buffer[start:end]))
        return _take(buffer, whole)

    def take_answer(self, buffer: bytearray, is_closed: bool) -> Piece:
        """Messages up to ReadyForQuery."""
        if self._opaque is not None:
            self.has_changed = True
            return self._opaque.take_answer(buffer, is_closed)
        whole, asks_for_more = 0, False
        for kind, start, end in _messages(buffer):
            whole = end
            if kind == ord("Z"):
                self._is_copying = False
                self._conclude(bytes(buffer[start:end]))
                return Piece(_take(buffer, end), is_last=True)
            if kind == ord("C"):
                self._tags.append(_text(bytes(buffer[start:end])))
            elif kind == ord("E"):
                self._has_failed = True
            elif kind in b"GW":
                self._is_copying = asks_for_more = True
        return Piece(_take(buffer, whole), is_last=is_closed, asks_for_more=asks_for_more)

    def refuse(self, refusal: str) -> Refusal:
        """That error. The store is made to fail as well: a transaction that is open has failed
        on both sides, one whose COMMIT is refused is over, and what was sent of it without a Sync
        is undone."""
        severity, sentence = _ERRORS[_known(refusal, self.refusals)]
        error = _error(severity, refusal, sentence)
        if severity == "FATAL":
            return Refusal(b"", lambda _: error, is_final=True)
        sql = "ROLLBACK" if self._call.label == "COMMIT" else _BREAKS_A_STATEMENT
        statement = sql.encode() + b"\0"
        question = _message("Q", statement)
        if self._is_extended:
            question = b"".join(
                (
                    _message("P", b"\0" + statement + b"\0\0"),
                    _message("B", b"\0\0" + bytes(6)),
                    _message("E", b"\0" + bytes(4)),
                    _message("S", b""),
                )
            )
        return Refusal(question, lambda answer: _with_error(answer, error))

    def spoil(self, spoiling: str, answer: bytes) -> Spoilt:
        """The connection ends with an error after all was done: a serialization failure would say
        that nothing was."""
        del answer
        severity, sentence = _ERRORS[_known(spoiling, self.spoilings)]
        return Spoilt(_error(severity, spoiling, sentence), is_final=True)

    def _opening(self, buffer: bytearray) -> Request | None:
        if buffer[:1] == bytes((_TLS_RECORD,)):
            self._opaque = Tcp()
            return self._opaque.take_request(buffer)
        if self._awaits_encryption or len(buffer) < 8:
            return None
        length, code = struct.unpack_from("!II", buffer)
        if not 8 <= length <= _LONGEST_STARTUP:
            raise TargetError(
                "what a client sends is no start of PostgreSQL's protocol; set the protocol of"
                " this store to what it speaks"
            )
        if len(buffer) < length:
            return None
        if code in (_SSL, _GSS):
            self._awaits_encryption = True
        elif code != _CANCEL:
            self._is_started = True
            self._owed += 1
        return Request(_take(buffer, length))

    def _understood(self, kind: int, body: bytes) -> list[Call]:
        """What a message of the extended protocol executes, if anything."""
        match chr(kind):
            case "P":
                name, _, rest = body.partition(b"\0")
                self._statements[name] = _text(rest)
            case "B":
                portal, _, rest = body.partition(b"\0")
                self._portals[portal] = self._statements.get(rest.partition(b"\0")[0], "?")
            case "E":
                sql = self._portals.get(body.partition(b"\0")[0], "?")
                return [self._called(sql)]
        return []

    def _called(self, sql: str) -> Call:
        if (label := decided_by_own_time(sql)) is not None:
            self._timed.add(label)
        return call_of(sql, self._has_written)

    def _synced(self, raw: bytes, calls: list[Call]) -> Request:
        self._executed = []
        if not calls:
            self._owed += 1
            return Request(raw)
        return self._asked(raw, calls, is_extended=True)

    def _asked(self, raw: bytes, calls: list[Call], is_extended: bool) -> Request:
        self._is_extended = is_extended
        self._call = first_writing(calls)
        self._tags, self._has_failed, self.has_changed = [], False, False
        return Request(raw, self._call)

    def _conclude(self, status: bytes) -> None:
        """The round trip is over: nothing is durable before its transaction is."""
        wrote = any(map(self._is_writing, self._tags))
        undone = "ROLLBACK" in self._tags or (self._has_failed and "COMMIT" not in self._tags)
        is_open = status == b"T"
        self.has_changed = status == b"I" and not undone and (wrote or self._has_written)
        self._has_written = is_open and (wrote or self._has_written)

    def _is_writing(self, tag: str) -> bool:
        words = tag.split()
        keyword = words[0] if words else ""
        if keyword in ("SELECT", "COPY"):
            return self._call.kind is Kind.WRITE
        if keyword == "COMMIT" or is_reading(keyword):
            return False
        return not (keyword in ("INSERT", "UPDATE", "DELETE", "MERGE") and words[-1] == "0")

    def _ready(self, status: bytes) -> None:
        if status == b"I":
            self._has_written = False


_FUNCTION = Call(Kind.WRITE, "function")


def _messages(buffer: bytearray) -> Iterator[tuple[int, int, int]]:
    """Type, start of the body and end of each whole message."""
    position = 0
    while len(buffer) - position >= 5:
        (length,) = struct.unpack_from("!I", buffer, position + 1)
        if not 4 <= length <= _LONGEST:
            raise TargetError(
                f"a message of {length} bytes is none of PostgreSQL's; set the protocol of this"
                " store to tcp, or to what it speaks"
            )
        end = position + 1 + length
        if len(buffer) < end:
            return
        yield buffer[position], position + 5, end
        position = end


def _take(buffer: bytearray, length: int) -> bytes:
    taken = bytes(buffer[:length])
    del buffer[:length]
    return taken


def _text(body: bytes) -> str:
    return body.partition(b"\0")[0].decode("utf-8", "replace")


def _message(kind: str, body: bytes) -> bytes:
    return kind.encode() + struct.pack("!I", len(body) + 4) + body


def _error(severity: str, code: str, sentence: str) -> bytes:
    fields = {"S": severity, "V": severity, "C": code, "M": sentence}
    body = "".join(f"{field}{value}\0" for field, value in fields.items())
    return _message("E", body.encode() + b"\0")


def _with_error(answer: bytes, error: bytes) -> bytes:
    """The store's answer to what was asked in the place of a statement, with our error for that."""
    buffer = bytearray(answer)
    return b"".join(
        error if kind in b"EC" else answer[start - 5 : end]
        for kind, start, end in _messages(buffer)
        if kind not in _PARSED_AND_BOUND
    )


def _known(code: str, codes: tuple[str, ...]) -> str:
    if code not in codes:
        raise UsageError(
            f"PostgreSQL does not answer {code!r} there; ask for one of {', '.join(codes)}"
        )
    return code
