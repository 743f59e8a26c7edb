"""The JSON that browsers send and get."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from coolwind.flows.flow import Flow
from coolwind.messages import Answer, Tier
from coolwind.progress import step_of
from coolwind.session import Author, Session

MAX_NAME = 128
"""Characters of a message ID, or of what the page calls its user."""

_SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
# Control characters and halves of characters: what Unicode calls Cc and Cs.
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROLS_BUT_BREAKS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Unicode calls them letters and symbols, and their glyphs are empty.
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


def checked_session_id(text: str) -> str:
    """The session ID in its canonical form. Raises `ValueError` for what is no UUID."""
    if not _SESSION_ID.fullmatch(text):
        raise ValueError("a session ID is a UUID of 36 characters")
    return text.lower()


def checked_name(text: str) -> str:
    """The text, if it can name something. Raises `ValueError`."""
    if not text or len(text) > MAX_NAME:
        raise ValueError(f"it must have 1 to {MAX_NAME} characters")
    if _CONTROLS.search(text):
        raise ValueError("it must not hold control characters")
    return text


def checked_message(text: str) -> str:
    """The text, if somebody could have written it. Raises `ValueError`."""
    if not any(map(_shows, text)):
        raise ValueError("it must not be empty")
    if _CONTROLS_BUT_BREAKS.search(text):
        raise ValueError("it must not hold control characters, nor half of a character")
    return text


def _shows(character: str) -> bool:
    """Whether the character alone leaves something to see."""
    return unicodedata.category(character)[0] not in "CMZ" and character not in _BLANKS


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


_SessionId = Annotated[
    str, AfterValidator(checked_session_id), WithJsonSchema({"type": "string", "format": "uuid"})
]
_Name = Annotated[
    str,
    AfterValidator(checked_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_NAME}),
]


class ChatRequest(_Wire):
    """One customer message. No more than its first 500 characters are read."""

    model_config = ConfigDict(strict=True)

    message: Annotated[str, AfterValidator(checked_message)] = Field(
        description="What the customer wrote.", min_length=1
    )
    session_id: _SessionId | None = Field(
        default=None, description="The session asked for, where no cookie names it."
    )
    user_id: _Name | None = Field(default=None, description="What the page calls its user.")
    message_id: _Name | None = Field(
        default=None,
        description="Names this message for good; a repetition gets the recorded reply.",
    )


class Text(_Wire):
    """What the customer reads, and short answers to choose from."""

    text: str
    quick_replies: list[str] = Field(default_factory=list)


class ChatResponse(_Wire):
    """The reply to a message, and where it leaves the conversation."""

    response: Text
    session_id: str
    intent: str
    escalated: bool
    flow: str | None
    step: str | None
    served_from: Tier = Field(alias="served_from")
    fresh: bool = Field(description="An earlier conversation was asked for and is not continued.")
    message_id: str | None


class HistoryEntry(_Wire):
    """One message of the history."""

    author: Author
    text: str
    at: datetime


class SessionResponse(_Wire):
    """What the service keeps of the customer's own conversation; `collected` by flow."""

    session_id: str
    flow: str | None
    step: str | None
    history: list[HistoryEntry]
    collected: dict[str, dict[str, Any]]


class HealthResponse(_Wire):
    """The service answers, and its store can be read and written."""

    status: str = Field(examples=["ok"])


def chat_response(answer: Answer) -> ChatResponse:
    """The answer, as a browser gets it."""
    reply = answer.reply
    return ChatResponse(
        response=Text(text=reply.text, quick_replies=list(reply.quick_replies)),
        session_id=answer.session_id,
        intent=reply.intent,
        escalated=reply.escalated,
        flow=reply.flow,
        step=reply.step,
        served_from=answer.served_from,
        fresh=answer.fresh,
        message_id=answer.message_id,
    )


def session_response(session: Session, waiting: Flow | None) -> SessionResponse:
    """The session, as its customer gets it: without the proof."""
    return SessionResponse(
        session_id=session.session_id,
        flow=None if waiting is None else waiting.name,
        step=None if waiting is None else step_of(session.states[waiting.name]),
        history=[
            HistoryEntry(author=entry.author, text=entry.text, at=entry.at)
            for entry in session.history
        ],
        collected={flow: dict(state) for flow, state in session.states.items()},
    )
