"""A reply that comes in pieces: server-sent events, or messages over a WebSocket."""

import json
from dataclasses import dataclass
from typing import Final, Literal

import jmespath
from sseclient import SSEClient

from simulators.trace import JsonValue

EVENTS: Final = "text/event-stream"
"""The content type of server-sent events."""
_ENDS: Final = (b"\n\n", b"\r\r", b"\r\n\r\n")


@dataclass(frozen=True, slots=True)
class Stream:
    """How such a reply comes. `until` is JMESPath on one piece, true for the last one."""

    kind: Literal["sse", "websocket"]
    until: str | None = None

    def is_last(self, piece: JsonValue) -> bool:
        """Whether a piece says that it is the last one. Of a WebSocket of which nobody knows what
        its last message is like, each is."""
        if self.until is None:
            return self.kind == "websocket"
        try:
            return bool(jmespath.search(self.until, piece))
        except jmespath.exceptions.JMESPathError:
            # A function that is given a value of another type finds nothing.
            return False


class Events:
    """Reads server-sent events as their bytes arrive."""

    def __init__(self) -> None:
        self._begun = bytearray()

    def read(self, chunk: bytes, *, is_end: bool) -> list[JsonValue]:
        """The data of the events that are complete by now; `is_end` says that no more comes."""
        self._begun.extend(chunk)
        if not is_end and not self._begun.endswith(_ENDS):
            return []
        complete, self._begun = bytes(self._begun), bytearray()
        return [decoded(event.data) for event in SSEClient(iter((complete,))).events()]


def decoded(data: str | bytes) -> JsonValue:
    """A piece as JSON, or as the text that it is."""
    text = data if isinstance(data, str) else data.decode(errors="replace")
    try:
        document: JsonValue = json.loads(text)
    except ValueError:
        return text
    return document
