"""Notifications out: what commits left in the outbox is handed over, at least once."""

from typing import Protocol

from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed
from coolwind.events import Event, EventName, Listener
from coolwind.stores.store import SessionStore

BATCH = 50
"""Notifications that are read from the store at once."""


class Notifier(Protocol):
    """Hands a notification to the world outside."""

    async def deliver(self, notification: Notification) -> None:
        """Return when it was handed over; raises `DeliveryFailed` when it was not.

        It may be called again with a key that it handed over before, when the process died before
        the store knew. The receiver can tell by the key.
        """
        ...


class Outbox:
    """Delivers what the store holds as pending."""

    def __init__(self, store: SessionStore, notifier: Notifier, listener: Listener) -> None:
        self._store = store
        self._notifier = notifier
        self._listener = listener

    async def deliver_pending(self) -> int:
        """Try each pending notification once, the oldest first; how many were handed over.

        What fails stays pending and does not hold up what comes after it. Raises
        `StoreUnavailable`.
        """
        failed: set[str] = set()
        delivered = 0
        while True:
            pending = await self._store.pending(BATCH + len(failed))
            untried = [each for each in pending if each.key not in failed]
            if not untried:
                return delivered
            for notification in untried:
                if await self._deliver(notification):
                    delivered += 1
                else:
                    failed.add(notification.key)

    async def _deliver(self, notification: Notification) -> bool:
        try:
            await self._notifier.deliver(notification)
        except DeliveryFailed as error:
            fields = {"key": notification.key, "reason": str(error)}
            self._listener(Event(EventName.NOTIFICATION_FAILED, fields=fields))
            return False
        await self._store.mark_delivered(notification.key)
        fields = {"key": notification.key}
        self._listener(Event(EventName.NOTIFICATION_DELIVERED, fields=fields))
        return True
