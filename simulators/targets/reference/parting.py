"""The world of the simulation in parts, and which of them a move of a message may look at."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final

from coolwind.stores.in_memory import Contents, InMemoryStore, StoredNotification
from simulators.targets.reference.observing import Mail
from simulators.targets.simulation.image import Camera

SERVICE: Final = "memory of the service"
OUTBOX: Final = "memory of the outbox"
_MAIL: Final = "mail"
_OWN: Final = "store.own"
_CONTENTS: Final = tuple(field.name for field in fields(Contents))
_OUTBOX: Final = ("outbox",)
_LOOKED_AT: Final[Mapping[str, tuple[str, ...]]] = {
    "load": ("sessions",),
    "load_opened_by": ("sessions",),
    "tombstone": ("tombstones",),
    "tombstone_with": ("tombstones",),
    "delete": ("sessions", "tombstones"),
    "shelf": ("stock", "orders", "callback_tasks"),
    "pending": _OUTBOX,
    "count_waiting": _OUTBOX,
    "put_off": _OUTBOX,
    "mark_delivered": _OUTBOX,
    "mark_refused": _OUTBOX,
}
"""What the methods of the store look at that do not look at everything."""


class Parting:
    """Tells what outlives the processes of one world, part by part."""

    def __init__(self, store: InMemoryStore, mail: Mail) -> None:
        self._store = store
        self._mail = mail
        self._camera = Camera()
        self._usual = vars(InMemoryStore()).keys()
        self._stored = frozenset({_OWN, *(f"store.{name}" for name in _CONTENTS)})
        self._own: object = None
        self._outbox: Mapping[str, StoredNotification] = {}
        self._pending: Mapping[str, object] = {}

    def parts(self) -> Mapping[str, object]:
        """Each part; equal as long as it does not change. Of a notification, when it was handed
        over matters to nobody."""
        contents = self._store.snapshot()
        stored = {f"store.{name}": getattr(contents, name) for name in _CONTENTS}
        if contents.outbox is not self._outbox:
            self._outbox = contents.outbox
            self._pending = {
                key: (one.waits, one.next_attempt_at, one.attempts)
                for key, one in contents.outbox.items()
            }
        stored["store.outbox"] = self._pending
        return {_MAIL: self._mail.delivered, **stored, _OWN: self.own}

    @property
    def own(self) -> object:
        """What a store of another design keeps beside the rest: the same object as long as nothing
        of it changes, in place or not."""
        attributes = vars(self._store)
        if len(attributes) == len(self._usual):
            return None
        own = {name: value for name, value in attributes.items() if name not in self._usual}
        described = self._camera.describe(own, {})
        if described != self._own:
            self._own = described
        return self._own

    def read_by(self, call: str) -> frozenset[str]:
        """The parts that a call such as `store.commit #1` may look at."""
        port, _, method = call.partition(" ")[0].partition(".")
        if port == _MAIL:
            return frozenset({_MAIL})
        if port != "store":
            return frozenset()
        is_known = getattr(type(self._store), method) is getattr(InMemoryStore, method, None)
        if is_known and method in _LOOKED_AT:
            return frozenset(f"store.{name}" for name in _LOOKED_AT[method])
        return self._stored
