"""The state of a play: what its future, and every later judgement of it, depend on.

States that are equal are explored once, as TLC and stateright merge them. What is left out of a
state hides bugs, so everything is in it that the future or a law can see: what the target says of
itself, the customers' browsers, what the simulator knows of their sessions, and what the laws
remember.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from simulators.comparison import leaves
from simulators.conversation import Browser, Script, SwitchTab
from simulators.course import Place
from simulators.laws import Case
from simulators.laws.memory import remembered
from simulators.player import Player
from simulators.standing import Customer
from simulators.targets.naming import digest, renamed
from simulators.targets.target import Capability, Lifetimes
from simulators.trace import Exchange


class States:
    """Knows one script's states on one player, by digests of 16 bytes."""

    def __init__(self, player: Player, script: Script) -> None:
        self._player = player
        self._tabs = [_tabs_ahead(script, position) for position in range(len(script) + 1)]
        # With the reference itself, so that no other object can get its identity.
        self._references: dict[int, tuple[Mapping[int, Exchange], list[str]]] = {}
        self.are_known = Capability.FINGERPRINT in player.target.capabilities
        """Whether the target can tell two states apart."""

    def here(self, place: Place, cases: Sequence[Case]) -> bytes:
        """The state in which the play stands, at that place."""
        return digest(self._pieces(place, cases))

    def whole(self, place: Place, cases: Sequence[Case]) -> str:
        """The same state as the text that the digest stands for."""
        return renamed(self._pieces(place, cases))

    def _pieces(self, place: Place, cases: Sequence[Case]) -> Iterator[str]:
        player = self._player
        now, lifetimes = player.now, player.target.lifetimes()
        yield f"{place.position} {place.turn} {place.tries} {player.has_failed_over}"
        yield place.customer
        for name in player.customers:
            yield from _customer(
                name, player.customer(name), self._tabs[place.position], now, lifetimes
            )
        for case in cases:
            yield from remembered(case)
            yield from self._reference(case.reference, place.turn)
        yield from player.target.describe()

    def _reference(self, reference: Mapping[int, Exchange], turn: int) -> list[str]:
        """What was still to come of the reference when it was first met."""
        known = self._references.get(id(reference))
        if known is None:
            pieces = [
                f"{exchange.answer.session_id} {leaves(exchange)}"
                for number, exchange in sorted(reference.items())
                if number > turn
            ]
            known = self._references[id(reference)] = (reference, pieces)
        return known[1]


def _tabs_ahead(script: Script, position: int) -> Mapping[str, frozenset[int]]:
    """By customer, the tabs that the rest of the script goes to."""
    tabs: dict[str, frozenset[int]] = {}
    for action in script[position:]:
        if isinstance(action, SwitchTab):
            tabs[action.customer] = tabs.get(action.customer, frozenset()) | {action.tab}
    return tabs


def _customer(
    name: str,
    customer: Customer,
    tabs: Mapping[str, frozenset[int]],
    now: datetime,
    lifetimes: Lifetimes,
) -> Iterator[str]:
    browser = customer.browser
    yield f"{name} {customer.session_id} {customer.noted}"
    yield f"{customer.turn} {customer.sent} {customer.earlier}"
    yield f"{browser.page_session_id} {_pages(browser, tabs.get(name, frozenset()))}"
    for cookie in browser.cookies.values():
        left = None if cookie.expires_at is None else cookie.expires_at - now
        if left is None or left > timedelta():
            yield f"{cookie.name} {cookie.value} {left}"
    longest = max(filter(None, (lifetimes.idle, lifetimes.expiry)), default=timedelta())
    ages = [
        moment and min(now - moment, longest) for moment in (customer.wrote_at, customer.heard_at)
    ]
    yield f"{ages} {customer.recalled_at is None} {customer.is_unanswered}"


def _pages(browser: Browser, tabs: frozenset[int]) -> list[str | None]:
    """What the pages remember that the script goes back to."""
    return [browser.pages[tab - 1] if tab <= len(browser.pages) else "none" for tab in sorted(tabs)]
