"""One connection of the service to a store, and what strikes at its round trips."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Protocol

from simulators.errors import SimulatorError, TargetError
from simulators.targets.proxy.dialect import Dialect, Piece, Refusal, Request
from simulators.targets.proxy.side import Side
from simulators.targets.proxy.strike import Action, Crash, Delay, Drop, Hang, Hold, Moment, Refuse
from simulators.targets.proxy.watch import Operation, Watch


class Crashing(Protocol):
    """Lets the server at the other end die, with all of its connections but this one."""

    def __call__(self, crash: Crash, survivor: "Connection") -> Awaitable[None]: ...


class Severed(Exception):
    """The connection is over; the client is to see a reset."""


@dataclass(slots=True)
class Connection:
    """Passes round trips on, one after the other, as the store would work on them."""

    number: int
    role: str
    store: str
    client: Side
    upstream: Side | None
    stirred: asyncio.Event
    dialect: Dialect
    watch: Watch
    crash: Crashing
    is_over: bool = False
    """Nothing is passed on any more; both sides are being closed."""

    async def converse(self) -> None:
        """Until one of both hangs up, or the connection is severed."""
        try:
            await self._converse()
            await self.client.close()
        except Severed:
            self.client.reset()
        except SimulatorError as error:
            trouble = error if isinstance(error, TargetError) else TargetError(str(error))
            self.watch.troubles.append(trouble)
            self.client.reset()
        except OSError:
            # Who is gone needs no more of it.
            pass
        finally:
            self.is_over = True
            self.watch.leave(self.number)
            await self._close()

    async def _converse(self) -> None:
        while True:
            self.stirred.clear()
            await self._pass_unasked()
            request = self.dialect.take_request(self.client.buffer)
            if request is not None:
                await self._serve(request)
            elif self.client.is_closed or (self.upstream is not None and self.upstream.is_closed):
                await self._pass_unasked()
                return
            else:
                await self.stirred.wait()

    async def _pass_unasked(self) -> None:
        if self.upstream is not None and self.upstream.buffer:
            await self.client.send(self.dialect.take_unasked(self.upstream.buffer))

    async def _serve(self, request: Request) -> None:
        if request.call is None:
            await self._forward(request.raw)
            await self.client.send(request.answer or b"")
            return
        await self._settle()
        operation = self.watch.enter(self.role, self.number, request.call)
        if operation.name:
            self.watch.called.add(self.store)
        await self._or_client_gone(self.watch.admit(operation))
        if await self._strike_before(operation):
            return
        if request.answer is None:
            await self._forward(request.raw)
        is_kept = self.watch.keeps_answers or self.watch.strike_at(operation, Moment.DONE)
        if is_kept or request.answer is not None:
            await self._answer_kept(operation, request.answer)
        else:
            await self._answer(operation, self._pass_on)
        await self._strike_after(operation)

    async def _settle(self) -> None:
        """What was passed on before has its answers."""
        while not self.dialect.is_settled:
            self.stirred.clear()
            await self._pass_unasked()
            if self.dialect.is_settled:
                return
            self._check_both_there()
            await self.stirred.wait()

    async def _strike_before(self, operation: Operation) -> bool:
        """Whether the client has its answer, or needs none."""
        strike = self.watch.strike_at(operation, Moment.BEFORE)
        if strike is None:
            return False
        self.watch.has_struck.set()
        if isinstance(strike.action, Refuse):
            refusals = self.dialect.refusals
            if not refusals:
                raise Severed
            await self._refuse(self.dialect.refuse(strike.action.code or refusals[0]))
            return True
        await self._act(strike.action)
        return False

    async def _answer_kept(self, operation: Operation, known: bytes | None) -> None:
        """All of the answer, when it is its turn, and what strikes before it returns."""
        answer = bytearray(known or b"")

        async def keep(piece: Piece) -> None:
            answer.extend(piece.raw)
            if piece.asks_for_more:
                await self.client.send(bytes(answer))
                answer.clear()

        if known is None:
            await self._answer(operation, keep)
        await self._or_client_gone(self.watch.conclude(operation))
        strike = self.watch.strike_at(operation, Moment.DONE)
        if strike is not None:
            self.watch.has_struck.set()
            if isinstance(strike.action, Refuse):
                await self._spoil(strike.action.code, bytes(answer))
                return
            await self._act(strike.action)
        await self.client.send(bytes(answer))

    async def _strike_after(self, operation: Operation) -> None:
        strike = self.watch.strike_at(operation, Moment.AFTER)
        if strike is not None:
            self.watch.has_struck.set()
            await self._act(strike.action)

    async def _act(self, action: Action) -> None:
        match action:
            case Crash():
                await self.crash(action, self)
                raise Severed
            case Drop():
                raise Severed
            case Hold():
                await self._or_client_gone(self.watch.until_released())
            case Delay() | Hang():
                await self._or_client_gone(asyncio.sleep(action.duration.total_seconds()))
                if isinstance(action, Hang):
                    raise Severed

    async def _refuse(self, refusal: Refusal) -> None:
        answer = bytearray()
        if refusal.question:

            async def keep(piece: Piece) -> None:
                answer.extend(piece.raw)

            await self._forward(refusal.question)
            await self._answers(keep)
        await self.client.send(refusal.answer(bytes(answer)))
        if refusal.is_final:
            await self._hang_up()

    async def _spoil(self, code: str | None, answer: bytes) -> None:
        if not self.dialect.spoilings:
            raise Severed
        spoilt = self.dialect.spoil(code or self.dialect.spoilings[0], answer)
        await self.client.send(spoilt.raw)
        if spoilt.is_final:
            await self._hang_up()

    async def _hang_up(self) -> None:
        """After all that was sent has gone out."""
        await self.client.close()
        raise Severed

    async def _answer(self, operation: Operation, give: Callable[[Piece], Awaitable[None]]) -> None:
        await self._answers(give)
        operation.has_changed = self.dialect.has_changed
        self.watch.answered(operation)

    async def _answers(self, give: Callable[[Piece], Awaitable[None]]) -> None:
        upstream = self._asked()
        while True:
            self.stirred.clear()
            await upstream.send(self.dialect.take_more(self.client.buffer))
            piece = self.dialect.take_answer(upstream.buffer, upstream.is_closed)
            await give(piece)
            if piece.is_last:
                return
            if self.client.is_closed:
                raise Severed
            await self.stirred.wait()

    async def _pass_on(self, piece: Piece) -> None:
        await self.client.send(piece.raw)

    async def _forward(self, raw: bytes) -> None:
        if raw:
            await self._asked().send(raw)

    def _asked(self) -> Side:
        if self.upstream is None:
            raise TargetError(
                "a request came by that has to be asked for, and there is nobody to ask; name an"
                " upstream for this store"
            )
        return self.upstream

    def _check_both_there(self) -> None:
        if self.client.is_closed or self._asked().is_closed:
            raise Severed

    async def _or_client_gone(self, waiting: Coroutine[object, object, None]) -> None:
        """Wait; a client that hangs up meanwhile wants nothing any more."""
        task = asyncio.ensure_future(waiting)
        gone = asyncio.ensure_future(self.client.hung_up.wait())
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Severed
        finally:
            task.cancel()
            gone.cancel()
            await asyncio.wait({task, gone})

    async def _close(self) -> None:
        await self.client.close()
        if self.upstream is not None:
            await self.upstream.finish()
