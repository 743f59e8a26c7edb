"""Effects: what leaves a conversation and must happen exactly once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contact:
    """How the shop reaches a customer; `phone` in E.164 form, each part None until it is known."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """So many pieces of one part; `price` in paise for one piece."""

    part_id: str
    name: str
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Order:
    """A placed bulk order; `number` is `CW-YYYYMMDD-nnn`, and committing it lowers the stock."""

    number: str
    lines: tuple[OrderLine, ...]
    contact: Contact
    pickup_location: str

    @property
    def total(self) -> int:
        """Paise for the whole order."""
        return sum(line.quantity * line.price for line in self.lines)


@dataclass(frozen=True, slots=True)
class CallbackTask:
    """Somebody of the shop is to call this customer back; `number` is `CB-YYYYMMDD-nnn`."""

    number: str
    name: str
    phone: str
    location: str
    problem: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The callback task with the number of this one is to be as this one from now on."""

    task: CallbackTask


@dataclass(frozen=True, slots=True)
class Notification:
    """An email that leaves through the outbox.

    `key` is its dedupe key: equal keys are one email, however often it is handed over.
    """

    key: str
    recipient: str
    subject: str
    body: str


Effect = Order | CallbackTask | Correction | Notification
