"""What it takes to play a finding again, as the run record keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from reports.shape import Count, OneOf, Seconds


@dataclass(frozen=True, slots=True)
class ArrangedPart:
    """A line of the catalogue as a scenario had it. Prices are paise for one piece."""

    name: str
    price: Count
    bulk_price: Count
    stock: Count


ACTIONS = (
    *("say", "switch tab", "pause", "break", "impersonate", "omit user", "claim user"),
    *("read", "operate", "change catalogue", "interrupt", "resend", "resend unless answered"),
)
"""What can be done in a conversation, by name."""


@dataclass(frozen=True, slots=True)
class ScriptedAction:
    """One action of a conversation, as it is played.

    `does` is `say` (customer, text), `switch tab` (customer, tab, numbered from 1), `pause`
    (seconds), `break` (customer, text: the name of the fault), `impersonate` (customer, text: who
    is impersonated), `omit user` (customer, whose page sends no user ID any more), `claim user`
    (customer, whose page sends the user ID of another; text: of whom), `read` (customer, who asks
    for the conversation so far), `operate` (text: the sentence of what is done to the service),
    `change catalogue` (parts: all that the shop sells from then on), `interrupt` (text: the fault
    in its place inside the next turn), `resend` (customer) or `resend unless answered` (customer).
    What an action has no use for is None.
    """

    does: Annotated[str, OneOf(ACTIONS)]
    customer: str | None = None
    text: str | None = None
    tab: Count | None = None
    seconds: Seconds | None = None
    parts: tuple[ArrangedPart, ...] | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """How a scenario had the service set up; None left the default.

    `memory_idle_timeout` and `session_expiry` are seconds. `model_answers` has what the language
    model answered, by the customer's message, and `model_failure` how every call to it failed.
    """

    parts: tuple[ArrangedPart, ...] | None = None
    memory_capacity: Count | None = None
    memory_idle_timeout: Seconds | None = None
    session_expiry: Seconds | None = None
    model_answers: Mapping[str, str] | None = None
    model_failure: str | None = None


@dataclass(frozen=True, slots=True)
class Reproducer:
    """All that it takes to play a finding again, by names.

    `target` is what `--target` was. `faults` are those of the plan, each in its place in words, in
    the order in which they strike.
    """

    target: str
    seed: int
    arranged: Arranged
    script: tuple[ScriptedAction, ...]
    faults: tuple[str, ...]
