"""Where a play stands: its customers, its steps, and what came of them. Values alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from urllib.parse import unquote

from simulators.conversation import Action, Browser, Storage
from simulators.faults.fault import Together
from simulators.laws.identifiers import SHORTEST_TELLING_NAME
from simulators.player.awaiting import Owed
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes
from simulators.trace import Answer, Exchange, Life, Strike
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that a plan put into the play."""

    fault: str
    customer: str


@dataclass(frozen=True, slots=True)
class Resent:
    """The customer sent the message of a turn once more."""

    turn: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """Somebody new, with an empty browser, took a customer's place; the service is told that it is
    that customer, or a stranger."""

    customer: str
    is_stranger: bool = False


@dataclass(frozen=True, slots=True)
class Armed:
    """A fault that a plan put into the next delivery, at that call."""

    fault: str
    point: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    """A customer left a message alone that was not answered."""

    customer: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """The next turn bears that number."""

    turn: int


Step: TypeAlias = Action | Struck | Resent | Replaced | Armed | GaveUp | Numbered


@dataclass(frozen=True, slots=True)
class Held:
    """A message that a customer has written, and that is on its way until the next one is. `life`
    is how the session stood then."""

    customer: str
    delivery: Delivery
    turn: int
    life: Life
    wrote_at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a customer has sent in a turn."""

    delivery: Delivery
    turn: int


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, as they stand.

    `session_id` is the session seen last and `noted` how it stood when something last became known
    of it; `sent` is the last message, `sent_at` when it was sent first and `turn` its turn,
    `earlier` the one before, where it was answered in the same session. Of the last message whose
    answer was no error, `wrote_at` is when it was sent first, because a try that got an error may
    have been its turn, and `heard_at` when it was answered: a service counts its deadlines from a
    moment between the two. `recalled_at` is when a message that was delivered again was answered,
    which may have put the session back into memory. `was_refused` says that the last message got no
    answer, or an error, and `is_unanswered` that this came of a fault that struck inside its
    delivery. Where they took another one's place, `is_stranger` says that the service is not told
    that they are the same.
    """

    browser: Browser = field(default_factory=Browser)
    session_id: str | None = None
    noted: Life = Life.NONE
    sent: Delivery | None = None
    turn: int = 0
    sent_at: datetime | None = None
    earlier: Sent | None = None
    wrote_at: datetime | None = None
    heard_at: datetime | None = None
    recalled_at: datetime | None = None
    was_refused: bool = False
    is_unanswered: bool = False
    is_stranger: bool = False

    def life(self, now: datetime, lifetimes: Lifetimes) -> Life:
        """How the session stands now, as far as can be known from outside."""
        if self.wrote_at is None or self.heard_at is None or self.noted.is_over:
            return self.noted
        silence = now - self.heard_at
        if lifetimes.expiry is not None and silence >= lifetimes.expiry:
            return Life.EXPIRED
        if lifetimes.idle is not None and silence > lifetimes.idle:
            return Life.LOST if self.recalled_at is None else Life.UNKNOWN
        if lifetimes.idle is not None and now - self.wrote_at >= lifetimes.idle:
            return self.noted.doubted
        return self.noted

    def may_be_over(self, now: datetime, lifetimes: Lifetimes) -> bool:
        """Whether the session would have expired at that moment if its life counts from when the
        last message was sent, and not if it counts from when it was answered."""
        if self.wrote_at is None or self.heard_at is None or lifetimes.expiry is None:
            return False
        return now - self.heard_at < lifetimes.expiry <= now - self.wrote_at

    def answered(self, message: Held, answer: Answer, now: datetime) -> "Customer":
        """After that answer to a message of theirs."""
        browser = self.browser.keep(answer.cookies)
        if answer.session_id is not None:
            browser = browser.remember(answer.session_id)
        is_again = message.turn == self.turn and self.sent_at is not None
        sent_at = self.sent_at if is_again else message.wrote_at
        after = replace(
            self,
            browser=browser,
            sent=message.delivery,
            turn=message.turn,
            sent_at=sent_at,
            earlier=self._earlier(message, answer),
            was_refused=answer.is_error,
            is_unanswered=False,
        )
        if answer.is_error:
            # A message that is refused may have brought the session back into memory.
            return after.recalled(message.life, now)
        return replace(
            after,
            session_id=answer.session_id or self.session_id,
            noted=Life.HELD,
            wrote_at=sent_at,
            heard_at=now,
            recalled_at=None,
        )

    def _earlier(self, message: Held, answer: Answer) -> Sent | None:
        """The message before the last one, once the last one has that answer."""
        if answer.session_id not in (None, self.session_id):
            return None
        if message.turn == self.turn:
            return self.earlier
        if self.sent is None or self.was_refused:
            return None
        return Sent(self.sent, self.turn)

    def cleared(self, answer: Answer) -> "Customer":
        """After that answer to their wish to clear the chat: the page forgets its session ID."""
        return replace(self, browser=self.browser.keep(answer.cookies).remember(None))

    def presents_its_session(self, now: datetime) -> bool:
        """Whether the next message carries the ID of the session that was seen last."""
        cookies = (cookie.value for cookie in self.browser.live_cookies(now))
        return self.session_id in (self.browser.page_session_id, *cookies)

    @property
    def is_known_by_cookies(self) -> bool:
        """Whether a cookie names the session that was seen last, or cookies alone say which it is.
        Others may be a load balancer's, or tell a language: nothing is lost with them."""
        values = [cookie.value for cookie in self.browser.cookies.values()]
        if self.browser.storage is None:
            return bool(values)
        return self.session_id is not None and any(
            value == self.session_id
            or (len(self.session_id) >= SHORTEST_TELLING_NAME and self.session_id in unquote(value))
            for value in values
        )

    def recalled(self, life: Life, now: datetime) -> "Customer":
        """After a repeated delivery was answered, before which the session stood so."""
        if life.is_over:
            return self
        noted = Life.UNKNOWN if life is Life.LOST else self.noted
        return replace(self, noted=noted, recalled_at=now)

    def interrupted(self, life: Life, now: datetime, *, is_unanswered: bool) -> "Customer":
        """After a delivery in which a fault struck, before which the session stood so: memory may
        have it or not, and its deadlines may count from that delivery or from the one before."""
        customer = replace(self, is_unanswered=is_unanswered)
        if life.is_over or self.heard_at is None:
            return customer
        return replace(customer, noted=self.noted.doubted, heard_at=now)

    def after_break(self, capability: Capability, is_victim: bool, failovers: int) -> "Customer":
        """After a break of the service that was the failover of that number, or came after it."""
        if self.noted is Life.NONE or self.noted.is_over:
            return self
        match capability:
            case Capability.RESTART | Capability.CRASH | Capability.DEPLOY:
                # Another node that served the session before a failover still has its old memory,
                # but no message reaches that one until the next failover.
                noted = Life.LOST
            case Capability.FAILOVER:
                noted = Life.LOST if failovers == 1 else Life.UNKNOWN
            case Capability.EVICT | Capability.CROWD if is_victim:
                noted = Life.LOST
            case Capability.CROWD:
                noted = Life.UNKNOWN
            case _:
                return self
        return replace(
            self, noted=noted, recalled_at=None if noted is Life.LOST else self.recalled_at
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything of a play that is not the target's. A value, so that a copy costs nothing.

    `armed` is what is to strike inside the next delivery, and `held` the message that waits for
    the next one, to be delivered together. `is_unsettled` says that the last message got no answer
    and may still be sent again, so that its turn may have happened or not. `storage` is where the
    customers' pages keep the session ID, None where they send none. `owed` is what the play may
    have to equal, by whose effects it is known for what to wait.
    """

    arrangement: Arrangement = field(default_factory=Arrangement)
    customers: Mapping[str, Customer] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    happenings: tuple[Exchange | Strike, ...] = ()
    turn: int = 0
    failovers: int = 0
    armed: Armed | None = None
    held: Held | None = None
    is_unsettled: bool = False
    storage: Storage | None = Storage.PAGE
    owed: Owed = ()

    def customer(self, name: str) -> Customer:
        """A customer as they stand; who has not written yet has an empty browser."""
        return self.customers.get(name) or Customer(Browser(storage=self.storage))

    def seat(self, name: str, customer: Customer) -> "Standing":
        """With that customer as they stand now."""
        return replace(self, customers={**self.customers, name: customer})

    def note(self, step: Step) -> "Standing":
        """With one more step."""
        return replace(self, steps=(*self.steps, step))

    def append(self, happening: Exchange | Strike) -> "Standing":
        """With one more thing that came about."""
        return replace(self, happenings=(*self.happenings, happening))

    def after_break(self, capability: Capability, victim: str) -> "Standing":
        """After a break of the service that was seen to take place."""
        failovers = self.failovers + (capability is Capability.FAILOVER)
        customers = {
            name: customer.after_break(capability, name == victim, failovers)
            for name, customer in self.customers.items()
        }
        return replace(self, customers=customers, failovers=failovers)

    def after_overlap(self, together: Together) -> "Standing":
        """After two messages were served at once, perhaps by another node, too."""
        if together.kills and not together.on_two_nodes:
            return self.after_break(Capability.CRASH, "")
        standing = self._doubted() if together.kills else self
        failovers = self.failovers or int(together.on_two_nodes)
        return replace(standing, failovers=failovers)

    def after_repetition(self, sender: str) -> "Standing":
        """After a message came again: it may have cost another session its place in memory."""
        return self._doubted(sender)

    def _doubted(self, but: str = "") -> "Standing":
        """Where memory may have lost everybody's session but that customer's."""
        customers = {
            name: customer if name == but else replace(customer, noted=customer.noted.doubted)
            for name, customer in self.customers.items()
        }
        return replace(self, customers=customers)
