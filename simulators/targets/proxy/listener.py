"""Where the service finds a store: a port of ours, with the store behind it."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from simulators.errors import TargetError
from simulators.targets.proxy.connection import Connection
from simulators.targets.proxy.dialect import Dialect
from simulators.targets.proxy.side import Side
from simulators.targets.proxy.strike import Crash
from simulators.targets.proxy.watch import Watch

_LOOPBACK = "127.0.0.1"
_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a store really is; `is_encrypted` for an API behind HTTPS."""

    host: str
    port: int
    is_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Store:
    """What is behind a port.

    `role` begins the names of its round trips, `store` or `model`. `server` names the process
    whose connections come in here: when it dies, they go. Without an upstream nothing is asked.
    `name` is what the watch calls it.
    """

    role: str
    server: str
    upstream: Upstream | None
    dialect: Callable[[], Dialect]
    name: str = ""


class Listener:
    """Accepts connections on the loopback address. It belongs to one event loop."""

    def __init__(
        self, store: Store, watch: Watch, crash: Callable[[Crash, str, Connection], Awaitable[None]]
    ) -> None:
        self.store = store
        self._watch = watch
        self._crash = crash
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._accepting: asyncio.Task[None] | None = None
        self._conversations: dict[asyncio.Task[None], Connection | None] = {}

    def bind(self, port: int) -> int:
        """Take that port, or any for 0, and listen. Raises OSError where it is taken."""
        port = port or _any_port()
        # Only a port that was asked for by its number stays ours while nothing listens.
        self._socket.bind((_LOOPBACK, port))
        self.open()
        return port

    def open(self) -> None:
        """Accept connections."""
        if self._accepting is None:
            self._socket.listen(_BACKLOG)
            self._accepting = asyncio.create_task(self._accept())

    async def shut(self) -> None:
        """Refuse connections, and reset those that there are. The port stays ours: a socket that
        was shut down is bound still, and can listen again."""
        if self._accepting is not None:
            self._accepting.cancel()
            with suppress(asyncio.CancelledError):
                await self._accepting
            self._accepting = None
            self._socket.shutdown(socket.SHUT_RDWR)
        await self.sever()

    async def sever(self, survivor: Connection | None = None) -> None:
        """Reset each connection but that one, and wait until the store knows."""
        doomed = {
            task: one
            for task, one in self._conversations.items()
            if one is None or one is not survivor
        }
        for task, connection in doomed.items():
            if connection is None:
                task.cancel()
            elif not connection.is_over:
                connection.client.reset()
                task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)

    async def rest(self) -> None:
        """Wait until each connection has come to its end."""
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def close(self) -> None:
        """Leave no connection and no port behind."""
        await self.shut()
        self._socket.close()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await loop.sock_accept(self._socket)
            task = asyncio.create_task(self._serve(accepted))
            self._conversations[task] = None
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._conversations.pop(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            told = f"a conversation with a store ended with {type(error).__name__}: {error}"
            self._watch.troubles.append(TargetError(told))

    async def _serve(self, accepted: socket.socket) -> None:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stirred = asyncio.Event()
        client = Side(*await asyncio.open_connection(sock=accepted), stirred)
        try:
            await self._converse(client, stirred)
        except OSError as error:
            where = self.store.upstream
            assert where is not None
            told = (
                f"the store at {where.host}:{where.port} cannot be reached"
                f" ({error.strerror or error}); start it, or correct its upstream"
            )
            self._watch.troubles.append(TargetError(told))
            client.reset()
        finally:
            await client.close()

    async def _converse(self, client: Side, stirred: asyncio.Event) -> None:
        connection = Connection(
            id(client),
            self.store.role,
            self.store.name,
            client,
            await self._reach(stirred),
            stirred,
            self.store.dialect(),
            self._watch,
            self._let_die,
        )
        task = asyncio.current_task()
        assert task is not None
        self._conversations[task] = connection
        await connection.converse()

    async def _reach(self, stirred: asyncio.Event) -> Side | None:
        where = self.store.upstream
        if where is None:
            return None
        context = ssl.create_default_context() if where.is_encrypted else None
        reader, writer = await asyncio.open_connection(where.host, where.port, ssl=context)
        return Side(reader, writer, stirred)

    async def _let_die(self, crash: Crash, survivor: Connection) -> None:
        await self._crash(crash, self.store.server, survivor)


def _any_port() -> int:
    with socket.socket() as free:
        free.bind((_LOOPBACK, 0))
        return int(free.getsockname()[1])
