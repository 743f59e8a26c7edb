"""Services that come through one message at a time, whatever strikes it, and not through two at
once."""

from contextlib import suppress
from dataclasses import replace

from coolwind.effects import Order
from coolwind.errors import Conflict
from coolwind.messages import Answer, Message, Reply
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.targets.reference import Parts
from tests.defects.designs.leasing import LeasedNode
from tests.defects.plain_service import PlainService, Turn, answer_of


class LeasesToTheProcess(LeasedNode):
    """Leases a session to a process, in which two turns of it can still run at once.

    Seen in: distributed locks that the holder may take twice.
    """

    async def handle(self, message: Message) -> Answer:
        return await PlainService.handle(self, message)


class StandsInLineAlone(PlainService):
    """Serves the turns of one session one after the other, in each process by itself: two nodes
    overwrite one another.

    Seen in: adk-python #4751 and #3717 (a lock in the process, several workers).
    """

    async def handle(self, message: Message) -> Answer:
        async with self.parts.turns.turn(message.session_id):
            return await super().handle(message)


class TakesAConflictForSuccess(PlainService):
    """Answers a turn that lost against another one as if it had been stored.

    Seen in: Rasa #6290 (an error on save is logged, and the answer goes out).
    """

    async def save(self, turn: Turn) -> None:
        with suppress(Conflict):
            await super().save(turn)


class NotesMessagesOnArrival(PlainService):
    """Knows a message by the ID that it notes when it comes, and waves a copy through that comes
    before the reply.

    Seen in: webhooks that answer 200 to whatever they have seen; telegram-bot-api #126.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._arrived: set[str | None] = set()

    async def handle(self, message: Message) -> Answer:
        if message.message_id in self._arrived and message.session_id is not None:
            known = await self.find(message.session_id, self.parts.clock.now())
            if known is not None and known.session.reply_to(message) is None:
                return answer_of(message, known, Reply("One moment, please.", intent=None))
        self._arrived.add(message.message_id)
        return await super().handle(message)


class SellsWhatItSaw(InMemoryStore):
    """Takes an order for what was in stock when the customer was answered, without a second look:
    two customers buy the last ones.

    Seen in: shops that check the stock and then write it.
    """

    async def commit(self, commit: Commit) -> None:
        contents = self.snapshot()
        stock = dict(contents.stock)
        for effect in commit.effects:
            for line in effect.lines if isinstance(effect, Order) else ():
                stock[line.part_id] = max(stock[line.part_id], line.quantity)
        self.restore(replace(contents, stock=stock))
        await super().commit(commit)


class NumbersOrdersAsItReads(InMemoryStore):
    """Gives an order the number that was next when the customer was answered, and writes over
    another one that got it meanwhile.

    Seen in: order numbers from `max(number) + 1`.
    """

    async def commit(self, commit: Commit) -> None:
        contents = self.snapshot()
        given = {effect.number for effect in commit.effects if isinstance(effect, Order)}
        orders = {number: one for number, one in contents.orders.items() if number not in given}
        self.restore(replace(contents, orders=orders))
        await super().commit(commit)
