"""One side of a connection: what has come in and was not taken yet, and the way out."""

import asyncio
import socket
import struct
from contextlib import suppress

_MOST_AT_ONCE = 65_536
_PATIENCE = 1.0


class Side:
    """Bytes from a peer, as many as it sends: a store's client asks for what it can hold.

    `stirred` is set whenever something came in, or the peer hung up.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        stirred: asyncio.Event,
    ) -> None:
        self.buffer = bytearray()
        """What was not taken yet; whoever reads takes bytes off it."""
        self.hung_up = asyncio.Event()
        """Set when nothing comes in any more."""
        self._reader = reader
        self._writer = writer
        self._stirred = stirred
        self._listening = asyncio.create_task(self._listen())

    @property
    def is_closed(self) -> bool:
        """Whether nothing comes in any more."""
        return self.hung_up.is_set()

    async def send(self, raw: bytes) -> None:
        """Hand bytes to the peer. Raises OSError where it is gone."""
        if raw:
            self._writer.write(raw)
            await self._writer.drain()

    def reset(self) -> None:
        """Hang up at once, so that the peer sees an error."""
        opened = self._writer.get_extra_info("socket")
        with suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def finish(self) -> None:
        """Say that nothing more comes, and give the peer a while to hang up: a store has then
        ended what was begun and is not committed."""
        with suppress(OSError, RuntimeError, TimeoutError):
            self._writer.write_eof()
            await asyncio.wait_for(self.hung_up.wait(), _PATIENCE)
        await self.close()

    async def close(self) -> None:
        """Hang up after all has been sent; never waits for a peer that does not read."""
        self._listening.cancel()
        await asyncio.wait({self._listening})
        self._writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), _PATIENCE)
        self._writer.transport.abort()

    async def _listen(self) -> None:
        try:
            while raw := await self._reader.read(_MOST_AT_ONCE):
                self.buffer += raw
                self._stirred.set()
        except OSError:
            pass
        finally:
            self.hung_up.set()
            self._stirred.set()
