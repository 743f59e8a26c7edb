"""What goes into the service and what comes out of it, free of HTTP."""

from dataclasses import dataclass
from enum import StrEnum

MAX_TEXT = 500
"""Characters of a message that are read; the rest is cut, as the shop's first chat did."""

_CUT = " [cut]"


def legible(text: str) -> str:
    """What is read of a text: all of it, or its first whole words and a mark that it was cut.

    Half a word would be taken for an address or a number that the customer never wrote, and a yes
    may go on with a but: no flow takes the mark for part of a yes.
    """
    if len(text) <= MAX_TEXT:
        return text
    words = text[: MAX_TEXT - len(_CUT)].rsplit(maxsplit=1)
    return words[0] + _CUT if words else text[:MAX_TEXT]


class Tier(StrEnum):
    """Which tier of the hybrid storage served a turn."""

    MEMORY = "memory"
    STORE = "store"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Message:
    """One customer message, with what the customer's browser presented beside it.

    `session_id` is the session that the message asks for and `proof` the secret that shows it to
    be the customer's own. `message_id` is chosen by the client and names the message for good: a
    repetition carries the same one. `customer_id` is what the page calls its user; it proves
    nothing.
    """

    text: str
    session_id: str | None = None
    proof: str | None = None
    message_id: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the customer reads, and where it leaves the conversation.

    It is recorded with the turn, so that a repeated message gets the very same one. `flow` is the
    flow that took the turn or waits for the customer, and `step` its step; both are None outside
    any flow. `intent` is one word for what the customer was understood to want.
    """

    text: str
    intent: str
    flow: str | None = None
    step: str | None = None
    quick_replies: tuple[str, ...] = ()
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply together with the session that it belongs to.

    `fresh` says that the customer asked for an earlier conversation which could not be continued,
    and that the reply's text tells so. `repeated` says that the reply had been given before.
    """

    reply: Reply
    session_id: str
    proof: str
    customer_id: str
    served_from: Tier
    message_id: str | None = None
    fresh: bool = False
    repeated: bool = False
