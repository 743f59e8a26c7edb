"""What a fault is: a name, a sentence, a contract, and the break itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Contract(StrEnum):
    """What a correct service owes its customers when a fault strikes."""

    TRANSPARENT = "transparent"
    RETRYABLE = "retryable"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Fired:
    """Whether the break took place, and what was seen of it or what stood in its way."""

    fired: bool
    evidence: str
    announced: bool = False


class Moment(StrEnum):
    """A place in time beside a deadline; a tick is one microsecond."""

    BEFORE = "one tick before"
    AT = "at"
    AFTER = "one tick after"


TICK = timedelta(microseconds=1)


class Stage(Protocol):
    """What a fault can do: break the service, or act as the customer would."""

    def break_service(self, capability: str, customer: str) -> Fired:
        """Break the target in the way of that capability; the customer's session is the victim
        where one is needed."""
        ...

    def jump_to_idle_timeout(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session leaves memory."""
        ...

    def jump_to_expiry(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session expires in the store."""
        ...

    def repeat_last_message(self, customer: str) -> Fired:
        """Deliver the customer's last message once more, byte for byte."""
        ...

    def repeat_earlier_message(self, customer: str) -> Fired:
        """Deliver the message before the customer's last one once more, byte for byte."""
        ...

    def reload_page(self, customer: str) -> Fired:
        """The page in use starts anew."""
        ...

    def open_tab(self, customer: str) -> Fired:
        """The customer goes on in a new tab."""
        ...

    def lose_cookies(self, customer: str) -> Fired:
        """The customer's cookie jar is emptied."""
        ...

    def clear_chat(self, customer: str) -> Fired:
        """The customer clears the chat."""
        ...


@dataclass(frozen=True, slots=True)
class Inside:
    """Where inside a turn a fault can strike: at each call for which `at` holds, given its name,
    whether it changes something durable, and whether it is the first one of the turn.

    `breaks` names what goes wrong there, in the words of the target. `kills` says that the process
    dies of it, and `spoils_reply` that the reply may be another one, as long as the turn is taken
    and everything else is as it should be.
    """

    breaks: str
    at: Callable[[str, bool, bool], bool]
    kills: bool = False
    spoils_reply: bool = False


class Beside(StrEnum):
    """What is served at once with a message."""

    COPY = "the same message once more"
    NEXT = "the message that comes next in the script"
    CLEARING = "the customer's wish to clear the chat"
    SWEEP = "the sweep of old sessions, a tick later"

    @property
    def is_message(self) -> bool:
        """Whether it is a message that makes a turn, or repeats one."""
        return self in (Beside.COPY, Beside.NEXT)


@dataclass(frozen=True, slots=True)
class Together:
    """How a fault lets a message and what comes `beside` it be served at once.

    Both reach one process, or the second another node. `kills` says that a process dies meanwhile,
    with all that it is serving, and `leaves_alone` that nobody sends again what has no answer then.
    """

    beside: Beside
    on_two_nodes: bool
    kills: bool = False
    leaves_alone: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the catalogue.

    `sentence` is its Gherkin step without the keyword, in which `{customer}` stands for who is
    struck; a sentence without it strikes the service as a whole. `does` and `owes` are sentences
    for help and documentation. `needs` are the capabilities of a target without which it cannot
    be injected. `inside` is set for a fault that strikes inside a turn, and `together` for one that
    lets something else be served at once with a message; the sentence of either has the places
    `{point}` and `{turn}`, and its `strike` does nothing between turns. `needs_history` says that
    it takes a customer who has sent another message before the last one, and `needs_cookies` one
    whose session is known by cookies.
    """

    name: str
    sentence: str
    contract: Contract
    does: str
    owes: str
    needs: frozenset[str]
    strike: Callable[[Stage, str], Fired]
    inside: Inside | None = None
    together: Together | None = None
    needs_history: bool = False
    needs_cookies: bool = False

    @property
    def strikes_between_turns(self) -> bool:
        """Whether it strikes after a turn, and not while a message is served."""
        return self.inside is None and self.together is None

    @property
    def strikes_a_customer(self) -> bool:
        """Whether the fault is about one customer and not about the whole service."""
        return "{customer}" in self.sentence

    @property
    def diverts(self) -> bool:
        """Whether the conversation may be another one after it than after no fault at all: begun
        anew, with its turns in another order, or with another reply."""
        changes_order = self.together is not None and self.together.beside is Beside.NEXT
        changes_reply = self.inside is not None and self.inside.spoils_reply
        return self.contract is Contract.FRESH or changes_order or changes_reply

    @property
    def only_takes_time(self) -> bool:
        """Whether nothing fails or dies of it inside a turn, so that the message is to be answered
        all the same."""
        is_transparent = self.contract is Contract.TRANSPARENT
        return self.inside is not None and is_transparent and not self.inside.kills
