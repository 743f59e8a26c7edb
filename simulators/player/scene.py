"""What everybody in a play has before them: the target, and where the play stands."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from simulators.faults.fault import Fired
from simulators.player.awaiting import awaited, lacks
from simulators.player.standing import Customer, Standing, Step
from simulators.targets.page_storage import storage_of
from simulators.targets.target import Arrangement, Delivery, Target
from simulators.trace import Answer, Exchange, Life, Observation, Strike, Trace


@dataclass(slots=True)
class Scene:
    """One play on one target, shared by those who act in it.

    `standing` is a value; whatever comes about puts the next one in its place. `seed` tells the
    messages of one play from those of another.
    """

    target: Target
    seed: int = 0
    standing: Standing = field(default_factory=Standing)
    _waited_in_vain: bool = False

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return Trace(self.standing.happenings)

    @property
    def now(self) -> datetime:
        """The target's time."""
        return self.target.now()

    def begin(self, arrangement: Arrangement) -> None:
        """Start over, with a service that has seen nobody."""
        self.standing = Standing(arrangement, storage=storage_of(self.target))
        self._waited_in_vain = False
        self.target.begin(self.seed, arrangement)

    def customer(self, name: str) -> Customer:
        """A customer as they stand; who has not written yet has an empty browser."""
        return self.standing.customer(name)

    def seat(self, name: str, customer: Customer) -> None:
        """A customer stands so from now on."""
        self.standing = self.standing.seat(name, customer)

    def life(self, name: str) -> Life:
        """How a customer's session stands now, as far as can be known from outside."""
        return self.life_of(self.customer(name))

    def life_of(self, customer: Customer) -> Life:
        """How the session of a customer who stood so stands now."""
        return customer.life(self.now, self.target.lifetimes())

    def delivery(self, customer: str, text: str, turn: int) -> Delivery:
        """A text of that turn, with what the customer's browser presents."""
        who = self.customer(customer)
        browser = who.browser
        return Delivery(
            text,
            customer_id=_customer_id(f"{customer}, a stranger" if who.is_stranger else customer),
            message_id=_identifier(f"message {turn} of seed {self.seed}"),
            session_id=browser.page_session_id,
            jar=browser.live_cookies(self.now),
            names_user=browser.names_user,
            claims=None if browser.claims is None else _customer_id(browser.claims),
            number=turn,
        )

    def note(self, step: Step) -> None:
        """Keep a step, so that it can be taken again."""
        self.standing = self.standing.note(step)

    def keep(self, happening: Exchange | Strike) -> None:
        """Keep what came about."""
        self.standing = self.standing.append(happening)

    def keep_strike(self, fault: str, customer: str, fired: Fired) -> Strike:
        """Keep that a fault struck after the last turn, with what the service holds now."""
        standing = self.standing
        strike = Strike(
            fault,
            customer,
            standing.turn,
            fired.fired,
            fired.evidence,
            fired.announced,
            self.observe(customer, self.customer(customer).session_id),
            is_unsettled=standing.is_unsettled,
        )
        self.keep(strike)
        return strike

    def observe(
        self, customer: str, session_id: str | None, answer: Answer | None = None
    ) -> Observation:
        """What the service holds after the last turn, which was answered so, as soon as the effects
        that are owed are there. They are waited for in vain once a play."""
        turn, owed = self.standing.turn, self.standing.owed
        last = answer or self._last_answer()
        if last is None or not owed or self._waited_in_vain:
            return self.target.observe(session_id)

        def is_lacking(seen: Observation) -> bool:
            return lacks(seen, customer, turn, last, owed)

        seen = awaited(self.target, session_id, is_lacking)
        self._waited_in_vain = is_lacking(seen)
        return seen

    def _last_answer(self) -> Answer | None:
        """The answer of the last turn; None where that may have happened or not."""
        for happening in () if self.standing.is_unsettled else reversed(self.standing.happenings):
            if isinstance(happening, Exchange) and not happening.repeats:
                return happening.answer
        return None


def _customer_id(name: str) -> str:
    return _identifier(f"customer {name}")


@lru_cache(maxsize=4_096)
def _identifier(text: str) -> str:
    """The same random-looking UUID for the same text; two texts never share one."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
