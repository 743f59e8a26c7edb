"""The state of a play: what its future, and every later judgement of it, depend on.

States that are equal are explored once, as TLC and stateright merge them. What is left out of a
state hides bugs, so everything is in it that the future or a law can see: what the target says of
itself, the customers' browsers, what the simulator knows of their sessions, and what the laws
remember.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from simulators.conversation import Break, Browser, Pause, Resend, Script, SwitchTab, turns_of
from simulators.faults.catalogue import FAULTS
from simulators.faults.fault import TICK, Fault
from simulators.laws import Case
from simulators.laws.leaves import leaves
from simulators.laws.memory import remembered
from simulators.player.place import Place
from simulators.player.player import Player
from simulators.player.standing import Customer, Standing
from simulators.targets.simulation.guard import identity
from simulators.targets.simulation.naming import digest, renamed
from simulators.targets.target import Capability, Lifetimes
from simulators.trace import Exchange

_LONGEST_DELIVERY: Final = timedelta(minutes=15)
"""No service takes longer for one message, in its own time."""


class States:
    """Knows one script's states on one player, by digests of 16 bytes, where these faults can
    strike."""

    def __init__(self, player: Player, script: Script, faults: Iterable[Fault] = FAULTS) -> None:
        self._player = player
        self._script = script
        asked_for = {action.fault for action in script if isinstance(action, Break)}
        names = asked_for | {fault.name for fault in faults}
        self._repeats_earlier = "late-duplicate" in names
        self._repeats = (
            self._repeats_earlier
            or "duplicate" in names
            or any(isinstance(action, Resend) for action in script)
        )
        self._tabs = [_tabs_ahead(script, position) for position in range(len(script) + 1)]
        # With the reference itself, so that no other object can get its identity.
        self._references: dict[int, tuple[Mapping[int, Exchange], str]] = {}
        self._latest: tuple[Standing, object, tuple[Sequence[str], Sequence[str]]] | None = None
        self.are_known = Capability.FINGERPRINT in player.target.capabilities
        """Whether the target can tell two states apart."""

    def here(self, place: Place, cases: Sequence[Case], strikes: int | None) -> bytes:
        """The state in which the play stands, at that place; `strikes` is how many faults can
        still strike, None where that is one between each two turns."""
        return digest(self._pieces(place, cases, strikes))

    def whole(self, place: Place, cases: Sequence[Case], strikes: int | None) -> str:
        """The same state as the text that the digest stands for."""
        return renamed(self._pieces(place, cases, strikes))

    def service_and_customers(self, place: Place, strikes: int | None) -> Sequence[str]:
        """The same without what the laws remember, piece by piece; identifiers stand as they
        are."""
        return self._pieces(place, (), strikes)

    def _pieces(self, place: Place, cases: Sequence[Case], strikes: int | None) -> list[str]:
        of_customers, of_service = self._now(place, strikes)
        of_laws = [
            piece
            for case in cases
            for piece in (*remembered(case), self._reference(case.reference, place.turn))
        ]
        return [*of_customers, *of_laws, *of_service]

    def _now(self, place: Place, strikes: int | None) -> tuple[Sequence[str], Sequence[str]]:
        """What there is to say of the customers, and of the service, where the play stands: once
        for as long as nothing comes about."""
        standing = self._player.standing
        where = (place.position, place.turn, place.tries, place.customer, strikes)
        if self._latest is None or self._latest[0] is not standing or self._latest[1] != where:
            now = [*self._of_customers(place, strikes)], self._player.target.describe()
            self._latest = standing, where, now
        return self._latest[2]

    def _of_customers(self, place: Place, strikes: int | None) -> Iterator[str]:
        player = self._player
        now, lifetimes = player.now, player.target.lifetimes()
        rest = self._rest(place, strikes, lifetimes)
        # Whether a fault finds a deadline of one customer's depends on those of the others.
        rest_of_one = rest if len(player.customers) == 1 else timedelta.max
        yield f"{place.position} {place.turn} {place.tries} {player.has_failed_over}"
        yield place.customer
        for name in player.customers:
            customer = player.customer(name)
            yield from _browser(name, customer, self._tabs[place.position], now, rest)
            yield from _conversation(customer, now, lifetimes, rest_of_one)
            # What nobody sends again has been said.
            if self._repeats or place.tries or customer.is_unanswered:
                yield f"{customer.sent}"
            if self._repeats_earlier:
                yield f"{customer.earlier}"

    def _rest(self, place: Place, strikes: int | None, lifetimes: Lifetimes) -> timedelta:
        """The most time that can still pass until a customer writes, or until a fault strikes, for
        the last time.

        The script pauses, a fault leads to a deadline, and the service takes its time for a
        message. A fault that is the last one of all, with no turn after it, strikes and is over
        before the time matters to which it leads.
        """
        ahead = self._script[place.position :]
        turns = turns_of(ahead)
        faults = turns + 1 if strikes is None else strikes
        is_last_in_vain = strikes is None or not (turns or place.tries)
        jumps = sum(isinstance(action, Break) for action in ahead) + faults - is_last_in_vain
        deliveries = len(ahead) + 2 * turns + faults + place.tries
        pauses = (action.duration for action in ahead if isinstance(action, Pause))
        longest = max(filter(None, (lifetimes.idle, lifetimes.expiry)), default=timedelta())
        return sum(pauses, jumps * (longest + TICK) + deliveries * _LONGEST_DELIVERY)

    def _reference(self, reference: Mapping[int, Exchange], turn: int) -> str:
        """What was still to come of the reference when it was first met."""
        known = self._references.get(identity(reference))
        if known is None:
            pieces = [
                f"{exchange.answer.session_id} {leaves(exchange)}"
                for number, exchange in sorted(reference.items())
                if number > turn
            ]
            # One text, so that its digest is made once.
            known = self._references[identity(reference)] = (reference, "\n".join(pieces))
        return known[1]


def _tabs_ahead(script: Script, position: int) -> Mapping[str, frozenset[int]]:
    """By customer, the tabs that the rest of the script goes to."""
    tabs: dict[str, frozenset[int]] = {}
    for action in script[position:]:
        if isinstance(action, SwitchTab):
            tabs[action.customer] = tabs.get(action.customer, frozenset()) | {action.tab}
    return tabs


def _browser(
    name: str,
    customer: Customer,
    tabs: Mapping[str, frozenset[int]],
    now: datetime,
    rest: timedelta,
) -> Iterator[str]:
    """What the customer's next messages will carry. A cookie that outlives the play has no age."""
    browser = customer.browser
    yield f"{name} {browser.page_session_id} {_pages(browser, tabs.get(name, frozenset()))}"
    yield f"{browser.names_user} {browser.claims}"
    for cookie in browser.cookies.values():
        left = None if cookie.expires_at is None else cookie.expires_at - now
        if left is None or left > rest:
            yield f"{cookie.name} {cookie.path} {cookie.value} is kept"
        elif left > timedelta():
            yield f"{cookie.name} {cookie.path} {cookie.value} {left}"


def _conversation(
    customer: Customer, now: datetime, lifetimes: Lifetimes, rest: timedelta
) -> Iterator[str]:
    """What the simulator knows of the customer's session."""
    yield f"{customer.session_id} {customer.noted} {customer.turn}"
    # What was answered was sent first when it was written.
    moments = [customer.wrote_at, customer.heard_at]
    moments += [customer.sent_at] if customer.was_refused else []
    ages = [moment and _age(now - moment, lifetimes, rest) for moment in moments]
    unanswered = f"{customer.was_refused} {customer.is_unanswered}"
    yield f"{ages} {customer.recalled_at is None} {unanswered}"


def _age(age: timedelta, lifetimes: Lifetimes, rest: timedelta) -> str:
    """An age as far as it matters to which deadlines have passed, and when the others will."""
    given = [one for one in (lifetimes.idle, lifetimes.expiry) if one is not None]
    ahead = [lifetime for lifetime in given if age < lifetime]
    if age not in given and all(lifetime - age - TICK > rest for lifetime in ahead):
        return f"{len(ahead)} ahead"
    return str(age)


def _pages(browser: Browser, tabs: frozenset[int]) -> list[str | None]:
    """What the pages remember that the script goes back to."""
    return [browser.pages[tab - 1] if tab <= len(browser.pages) else "none" for tab in sorted(tabs)]
