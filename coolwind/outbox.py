"""Notifications out: what commits left in the outbox is handed over, at least once."""

from datetime import timedelta
from typing import Protocol

from coolwind.clock import Clock
from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed, NotificationRefused, NotifierUnavailable
from coolwind.events import Event, EventName, Field, Listener
from coolwind.stores.store import Pending, SessionStore

BATCH = 50
"""Notifications that are read from the store at once."""

FIRST_PAUSE = timedelta(seconds=30)
"""From the first failed attempt to the second; each later pause is twice as long."""

LONGEST_PAUSE = timedelta(hours=1)
"""No pause is longer."""

DEAD_LETTERS_KEPT = timedelta(days=30)
"""How long a notification that was refused can be read in the store."""

_MOST_DOUBLINGS = 16


def pause_after(attempts: int) -> timedelta:
    """The pause after so many failed attempts, from 1 on."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, _MOST_DOUBLINGS)), LONGEST_PAUSE)


class Notifier(Protocol):
    """Hands a notification to the world outside."""

    async def deliver(self, notification: Notification) -> None:
        """Return when it was handed over.

        Raises `DeliveryFailed` when it was not, as `NotifierUnavailable` where no other would have
        been, and as `NotificationRefused` where this one never will be. It may be called again with
        a key that it handed over before, when the process died before the store knew. The receiver
        can tell by the key.
        """
        ...


class Outbox:
    """Delivers what the store holds as pending; without a notifier, everything waits for one.

    The key of a delivered notification is kept for `keys_kept`: as long as the message that set it
    off can be repeated.
    """

    def __init__(
        self,
        *,
        store: SessionStore,
        notifier: Notifier | None,
        clock: Clock,
        listener: Listener,
        keys_kept: timedelta,
    ) -> None:
        self._store = store
        self._notifier = notifier
        self._clock = clock
        self._listener = listener
        self._keys_kept = keys_kept
        self._told_waiting = 0

    async def deliver_pending(self) -> int:
        """Try each notification that is due once; how many were handed over.

        What fails is put off and does not hold up what comes after it. When the notifier is
        unavailable, the others stay due. Raises `StoreUnavailable`.
        """
        delivered = 0 if self._notifier is None else await self._deliver_due(self._notifier)
        await self._tell_waiting()
        return delivered

    async def sweep(self) -> None:
        """Forget what was delivered or refused long enough ago. Raises `StoreUnavailable`."""
        now = self._clock.now()
        await self._store.sweep_outbox(now - self._keys_kept, now - DEAD_LETTERS_KEPT)

    async def _deliver_due(self, notifier: Notifier) -> int:
        now = self._clock.now()
        delivered = 0
        while due := await self._store.pending(now, BATCH):
            for pending in due:
                try:
                    await notifier.deliver(pending.notification)
                except NotificationRefused as error:
                    await self._give_up(pending, str(error))
                except NotifierUnavailable as error:
                    await self._put_off(pending, str(error))
                    return delivered
                except DeliveryFailed as error:
                    await self._put_off(pending, str(error))
                except Exception as error:  # noqa: BLE001 - the others wait behind it
                    # Only our own errors are known to hold nothing of the notification.
                    await self._put_off(pending, type(error).__name__)
                else:
                    await self._store.mark_delivered(pending.notification.key, self._clock.now())
                    self._tell(EventName.NOTIFICATION_DELIVERED, pending)
                    delivered += 1
        return delivered

    async def _put_off(self, pending: Pending, reason: str) -> None:
        pause = pause_after(pending.attempts + 1)
        await self._store.put_off(pending.notification.key, self._clock.now() + pause)
        retry_in = pause.total_seconds()
        self._tell(EventName.NOTIFICATION_FAILED, pending, reason=reason, retry_in=retry_in)

    async def _give_up(self, pending: Pending, reason: str) -> None:
        await self._store.mark_refused(pending.notification.key, self._clock.now())
        self._tell(EventName.NOTIFICATION_REFUSED, pending, reason=reason)

    async def _tell_waiting(self) -> None:
        """Tell how many wait, when they are more or fewer than were told last."""
        waiting = await self._store.count_waiting()
        if waiting == self._told_waiting:
            return
        self._told_waiting = waiting
        reason = "no mail server is set" if self._notifier is None else None
        fields = {"notifications": waiting, "reason": reason}
        self._listener(Event(EventName.NOTIFICATIONS_WAITING, fields=fields))

    def _tell(self, name: EventName, pending: Pending, **more: Field) -> None:
        fields = {"key": pending.notification.key, "attempt": pending.attempts + 1, **more}
        self._listener(Event(name, pending.session_id, fields))
