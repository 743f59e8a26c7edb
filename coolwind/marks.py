"""How a message is recognised when it comes again: by digests that keep nothing of what it said."""

import hashlib
import json
import uuid
from functools import lru_cache

from coolwind.messages import Message


def opening_mark(message: Message) -> str | None:
    """What recognises this message as the first of a session when it comes again.

    Whoever repeats an opening message gets the session's proof. So only a message whose ID is a
    UUID leaves a mark: nobody guesses such a name, while `1` is chosen by many.
    """
    if message.message_id is None or not _is_uuid(message.message_id):
        return None
    return _digest(message.message_id, message.customer_id, message.text)


def message_mark(message_id: str, session_id: str) -> str:
    """What recognises the ID of a message that this session answered.

    A UUID names one message in the world, any other ID one message of its session.
    """
    if _is_uuid(message_id):
        return _mark_anywhere(message_id)
    return _digest(message_id, session_id)[:32]


def marks_anywhere(message: Message) -> frozenset[str]:
    """The marks that the message has left wherever it was answered; none without a UUID as ID."""
    opening = opening_mark(message)
    if message.message_id is None or opening is None:
        return frozenset()
    return frozenset({opening, message_mark(message.message_id, "")})


# Each turn holds the messages of the turns before against its own. What is kept here names no
# session: a process forgets sessions with the application that served them.
@lru_cache(maxsize=1_024)
def _mark_anywhere(message_id: str) -> str:
    return _digest(message_id, None)[:32]


def _digest(*named: str | None) -> str:
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()


@lru_cache(maxsize=1_024)
def _is_uuid(message_id: str) -> bool:
    try:
        uuid.UUID(message_id)
    except ValueError:
        return False
    return True
