"""Services that count in memory what has to be counted in the store."""

from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

from coolwind.effects import Notification, Order
from coolwind.messages import Answer, Message
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.records import order_prefix
from coolwind.stores.store import Commit, Shelf
from simulators.targets.reference import Parts
from tests.defects.plain_service import PlainService, Turn


class NumbersOrdersInMemory(PlainService):
    """Counts the orders of the day in memory: after a restart it gives the first number again,
    which the store refuses for as long as the day lasts.

    Seen in: shops whose order number comes from a counter of the process.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._placed = 0

    async def shelf(self, today: date) -> Shelf:
        number = f"{order_prefix(today)}{self._placed + 1:03d}"
        return replace(await super().shelf(today), order_number=number)

    async def save(self, turn: Turn) -> None:
        await super().save(turn)
        self._placed += sum(isinstance(effect, Order) for effect in turn.effects)


class NumbersEmailsInMemory(PlainService):
    """Counts the emails of a session in memory, and their number is the key by which the outbox
    knows a repetition: after a restart, new emails are taken for the first ones.

    Seen in: dedupe keys made from a counter that begins anew.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._sent: Counter[str] = Counter()

    async def save(self, turn: Turn) -> None:
        session_id, effects = turn.after.session_id, []
        for effect in turn.effects:
            if isinstance(effect, Notification):
                self._sent[session_id] += 1
                effect = replace(effect, key=f"{session_id}/{self._sent[session_id]}")
            effects.append(effect)
        await super().save(replace(turn, effects=tuple(effects)))


class NumbersMessagesInMemory(PlainService):
    """Numbers the messages that come in, from 1 when the process starts, and answers a number that
    a session has had with the reply of then.

    Seen in: clients and servers that count the messages of a connection.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._numbers: dict[str | None, int] = {}

    async def handle(self, message: Message) -> Answer:
        number = self._numbers.setdefault(message.message_id, len(self._numbers) + 1)
        return await super().handle(replace(message, message_id=str(UUID(int=number))))


class SellsWithoutStock(InMemoryStore):
    """Takes every order: that there is enough of a part was checked before."""

    async def commit(self, commit: Commit) -> None:
        stock = self.snapshot().stock
        self.restore(replace(self.snapshot(), stock=dict.fromkeys(stock, 1_000_000)))
        await super().commit(commit)
        self.restore(replace(self.snapshot(), stock=stock))


class CountsStockInMemory(PlainService):
    """Keeps the stock in memory: after a restart, everything that was sold is there again.

    Seen in: shops that read the stock once, when they start.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._stock = {part.part_id: part.opening_stock for part in parts.catalogue.parts()}

    async def shelf(self, today: date) -> Shelf:
        return replace(await super().shelf(today), stock=dict(self._stock))

    async def save(self, turn: Turn) -> None:
        await super().save(turn)
        for effect in turn.effects:
            if isinstance(effect, Order):
                for line in effect.lines:
                    self._stock[line.part_id] -= line.quantity
