"""Bytes whose meaning is not known: what is sent up to the answer is a round trip."""

from simulators.errors import UsageError
from simulators.targets.proxy.dialect import Call, Kind, Piece, Refusal, Request, Spoilt


class Tcp:
    """Any protocol over TCP, and TLS.

    A round trip is what the client sends until the store says something; where an answer ends is
    not known, so that its first bytes count for the whole of it, and any round trip may have
    changed something.
    """

    refusals: tuple[str, ...] = ()
    spoilings: tuple[str, ...] = ()
    is_settled = True
    has_changed = True

    def take_request(self, buffer: bytearray) -> Request | None:
        """All that is there."""
        return Request(self.take_more(buffer), Call(Kind.CALL)) if buffer else None

    def take_more(self, buffer: bytearray) -> bytes:
        """All that is there."""
        taken = bytes(buffer)
        buffer.clear()
        return taken

    def take_unasked(self, buffer: bytearray) -> bytes:
        """All that is there."""
        return self.take_more(buffer)

    def take_answer(self, buffer: bytearray, is_closed: bool) -> Piece:
        """All that is there, as the whole answer."""
        raw = self.take_more(buffer)
        return Piece(raw, is_last=bool(raw) or is_closed)

    def refuse(self, refusal: str) -> Refusal:
        """Raises `UsageError`: there is no error in unknown bytes."""
        raise UsageError(f"no {refusal!r} can be answered over tcp; drop the connection instead")

    def spoil(self, spoiling: str, answer: bytes) -> Spoilt:
        """Raises `UsageError`."""
        del answer
        raise UsageError(f"no {spoiling!r} can be answered over tcp; drop the connection instead")
