"""Customers, their browsers, and the script of one conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from simulators.values import replace

THE_CUSTOMER = "the customer"
"""Who writes in a scenario that names nobody."""


@dataclass(frozen=True, slots=True)
class StockedPart:
    """A line of the catalogue as a scenario has it. Prices are paise for one piece."""

    name: str
    price: int
    bulk_price: int
    stock: int


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that a service set; `expires_at` is aware, None while the browser runs. `path` is
    where it goes."""

    name: str
    value: str
    expires_at: datetime | None = None
    path: str = "/"


class Storage(StrEnum):
    """Where a page keeps the ID of its session."""

    PAGE = "page"
    """In its own memory: a reload loses it, and each tab has its own."""
    SESSION_STORAGE = "sessionStorage"
    """A reload keeps it, and each tab has its own."""
    LOCAL_STORAGE = "localStorage"
    """A reload keeps it, and all tabs share it."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A customer's browser: one cookie jar, and one page memory for each tab.

    A value: each method returns the browser after it. `pages` holds the session ID that each
    tab's page remembers; `tab` is the one in use, numbered from 1. `names_user` says whether the
    pages tell the service who their user is, and `claims` whom they name if not the customer.
    `storage` is where the pages keep the session ID; None where they send none, and so need none.
    """

    cookies: Mapping[tuple[str, str], Cookie] = field(default_factory=dict)
    pages: tuple[str | None, ...] = (None,)
    tab: int = 1
    names_user: bool = True
    claims: str | None = None
    storage: Storage | None = Storage.PAGE

    @property
    def page_session_id(self) -> str | None:
        """What the page in use remembers."""
        return self.pages[self.tab - 1]

    def live_cookies(self, now: datetime) -> tuple[Cookie, ...]:
        """The cookies that live at that moment, as requests carry them: without their ends, those
        with longer paths first, then those that were there first."""
        live = (
            replace(cookie, expires_at=None)
            for cookie in self.cookies.values()
            if cookie.expires_at is None or cookie.expires_at > now
        )
        return tuple(sorted(live, key=lambda cookie: -len(cookie.path)))

    def remember(self, session_id: str | None) -> "Browser":
        """The page in use takes note of a session ID, or forgets the one it had; so do the others
        that share it. A page that sends none takes no note of it."""
        if self.storage is None:
            return self
        if self.storage is Storage.LOCAL_STORAGE:
            return replace(self, pages=(session_id,) * len(self.pages))
        pages = list(self.pages)
        pages[self.tab - 1] = session_id
        return replace(self, pages=tuple(pages))

    def keep(self, cookies: Sequence[Cookie]) -> "Browser":
        """The jar takes what a reply set; one of the same name and path is replaced."""
        if not cookies:
            return self
        taken = {(one.name, one.path): one for one in cookies}
        return replace(self, cookies={**self.cookies, **taken})

    def reload(self) -> "Browser":
        """The page in use starts anew, with what is kept over that."""
        return self.remember(None) if self.storage is Storage.PAGE else self

    def open_tab(self) -> "Browser":
        """A new tab comes to the front, with what all tabs share."""
        shared = self.pages[0] if self.storage is Storage.LOCAL_STORAGE else None
        return replace(self, pages=(*self.pages, shared), tab=len(self.pages) + 1)

    def switch(self, tab: int) -> "Browser":
        """That tab comes to the front. Raises ValueError when there is none of that number."""
        if not 1 <= tab <= len(self.pages):
            raise ValueError(f"there is no tab {tab}: the customer has {len(self.pages)}")
        return replace(self, tab=tab)

    def omit_user(self) -> "Browser":
        """The pages send no user ID from now on."""
        return replace(self, names_user=False)

    def claim_user(self, victim: str) -> "Browser":
        """The pages send that customer's user ID from now on."""
        return replace(self, names_user=True, claims=victim)

    def lose_cookies(self) -> "Browser":
        """The jar is emptied."""
        return replace(self, cookies={})


@dataclass(frozen=True, slots=True)
class Say:
    """A customer writes a message; it makes a turn."""

    customer: str
    text: str


@dataclass(frozen=True, slots=True)
class SwitchTab:
    """A customer goes to another tab, numbered from 1."""

    customer: str
    tab: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Time passes for everybody."""

    duration: timedelta


@dataclass(frozen=True, slots=True)
class Break:
    """A fault that the scenario itself asks for, by the name in the catalogue."""

    fault: str
    customer: str = THE_CUSTOMER


@dataclass(frozen=True, slots=True)
class Impersonate:
    """One customer presents another one's session ID; the next messages carry it."""

    customer: str
    victim: str


@dataclass(frozen=True, slots=True)
class OmitUser:
    """A customer's page sends no user ID with the next messages: cookies alone say who writes."""

    customer: str


@dataclass(frozen=True, slots=True)
class ClaimUser:
    """A customer's page sends another one's user ID with the next messages, beside the customer's
    own cookies."""

    customer: str
    victim: str


@dataclass(frozen=True, slots=True)
class Read:
    """A customer asks for the conversation so far, with what their browser presents."""

    customer: str


class Operation(StrEnum):
    """What a scenario can do to the service as a whole, each by its sentence."""

    STORE_OUTAGE = "the store is unreachable"
    STORE_RECOVERY = "the store is reachable again"
    SWEEP = "old sessions are swept"


@dataclass(frozen=True, slots=True)
class Operate:
    """Something is done to the service as a whole."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class ChangeCatalogue:
    """The shop sells these parts alone from now on, at these prices, and has that many of them."""

    parts: tuple[StockedPart, ...]


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A fault that strikes inside the next turn, at a call such as `store.commit #1`."""

    fault: str
    point: str
    turn: int


@dataclass(frozen=True, slots=True)
class Resend:
    """A customer sends the last message once more, because no answer, or an error, came back; with
    `unless_answered`, only if so."""

    customer: str
    unless_answered: bool = False


Action: TypeAlias = (
    Say
    | SwitchTab
    | Pause
    | Break
    | Impersonate
    | OmitUser
    | ClaimUser
    | Read
    | Operate
    | ChangeCatalogue
    | Interrupt
    | Resend
)
FAULTS_ASKED_FOR = Break | SwitchTab | Interrupt | Resend
"""The actions by which a scenario asks for a fault."""

Script: TypeAlias = tuple[Action, ...]
"""A conversation as it is played, in order."""


def turns_of(script: Script) -> int:
    """How many turns a script has."""
    return sum(isinstance(action, Say) for action in script)


def uninterrupted(script: Script) -> Script:
    """The script without the faults that it lets strike inside its turns, and without what it sends
    again."""
    return tuple(action for action in script if not isinstance(action, Interrupt | Resend))
