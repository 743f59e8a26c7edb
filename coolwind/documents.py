"""A session as a JSON document, in the schema of this release and in that of the previous one.

Both releases of a rolling deployment read and write one store, so this release also reads and
writes what the previous one knew. Schema 1 keeps the contact details of a bulk order beside its
other details, and each message of the history as a list `[author, text, at]`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, Literal, NoReturn, TypeAlias, TypeVar

from coolwind.errors import UnreadableState
from coolwind.flows.flow import JsonValue, State
from coolwind.marks import message_mark
from coolwind.messages import Reply
from coolwind.proofs import digest_of
from coolwind.session import Answered, Author, Entry, Session

Schema: TypeAlias = Literal[1, 2]

PREVIOUS_SCHEMA: Schema = 1
SCHEMA: Schema = 2

_FLAT_CONTACT_FLOW = "bulk_order"
_CONTACT = ("name", "phone", "email")

_Object: TypeAlias = dict[str, JsonValue]
_T = TypeVar("_T")


def write_session(session: Session, schema: Schema = SCHEMA) -> str:
    """The session as ASCII text that `read_session` turns back into an equal one."""
    document = _document(session)
    return _text(_downgrade(document) if schema == PREVIOUS_SCHEMA else document)


def read_session(text: str, session_id: str) -> Session:
    """The session that a document of this or of the previous schema holds.

    Raises `UnreadableState` for a document of an unknown schema, of another session, or which is
    no session's document at all.
    """
    try:
        document = migrate(_parse(text))
        session = _session(document)
        if session.session_id != session_id:
            raise ValueError("it is the document of another session")
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise UnreadableState(
            f"The stored state of session {session_id} cannot be read ({_reason(error)}): "
            "serve it with the release that wrote it, or delete this session from the store."
        ) from error
    return session


def migrate(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The document in this release's schema; one that is in it already comes back equal.

    Raises `ValueError` for a schema that this release does not know.
    """
    document = _without_secrets(document)
    schema = document["schema"]
    if schema == SCHEMA and type(schema) is int:
        return dict(document)
    if schema == PREVIOUS_SCHEMA and type(schema) is int:
        return _upgrade(document)
    raise ValueError(f"its schema is not one of {PREVIOUS_SCHEMA} and {SCHEMA}")


_ENCODER: Final = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=dict)


def _reason(error: Exception) -> str:
    match error:
        case KeyError():
            return f"it lacks {error}"
        case json.JSONDecodeError():
            return "it is not JSON"
        case RecursionError():
            return "it is nested too deep"
        case _:
            return str(error)


def _text(document: Mapping[str, JsonValue]) -> str:
    return _ENCODER.encode(document)


def _parse(text: str) -> _Object:
    return _object(json.loads(text, parse_constant=_refuse_constant))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_secrets(document: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The document without the proof and the IDs of messages that the first ones kept as they are:
    whoever could read them in the store could take the session over.
    """
    if "proof" not in document:
        return document
    session_id = _exactly(str, document["session_id"])
    answered: list[JsonValue] = []
    for turn in map(_object, _list(document["answered"])):
        message_id = _exactly(str, turn["message_id"])
        rest = {key: value for key, value in turn.items() if key != "message_id"}
        answered.append({**rest, "mark": message_mark(message_id, session_id)})
    rest = {key: value for key, value in document.items() if key != "proof"}
    digest = digest_of(_exactly(str, document["proof"]))
    return {**rest, "proof_digest": digest, "salt": None, "answered": answered}


def _upgrade(document: Mapping[str, JsonValue]) -> _Object:
    history: list[JsonValue] = []
    for entry in _list(document["history"]):
        author, text, at = _list(entry)
        history.append({"author": author, "text": text, "at": at})
    states = _states_after(_with_contact, document)
    return {**document, "schema": SCHEMA, "states": states, "history": history}


def _downgrade(document: Mapping[str, JsonValue]) -> _Object:
    history: list[JsonValue] = [
        [entry["author"], entry["text"], entry["at"]]
        for entry in map(_object, _list(document["history"]))
    ]
    states = _states_after(_with_flat_contact, document)
    return {**document, "schema": PREVIOUS_SCHEMA, "states": states, "history": history}


def _states_after(
    change: Callable[[_Object], _Object], document: Mapping[str, JsonValue]
) -> _Object:
    return {
        flow: change(_object(state)) if flow == _FLAT_CONTACT_FLOW else state
        for flow, state in _object(document["states"]).items()
    }


def _with_contact(state: _Object) -> _Object:
    contact: _Object = {key: value for key, value in state.items() if key in _CONTACT}
    nested: _Object = {}
    for key, value in state.items():
        # Where the first of it stood.
        nested |= {"contact": contact} if key in contact else {key: value}
    return nested


def _with_flat_contact(state: _Object) -> _Object:
    contact = state.get("contact")
    if not isinstance(contact, Mapping) or not contact or not contact.keys() <= set(_CONTACT):
        return state
    flat: _Object = {}
    for key, value in state.items():
        flat |= contact if key == "contact" else {key: value}
    return flat


def _document(session: Session) -> _Object:
    return {
        "schema": SCHEMA,
        "session_id": session.session_id,
        "customer_id": session.customer_id,
        "proof_digest": session.proof,
        "salt": session.salt,
        "started_at": _moment_text(session.started_at),
        "last_turn_at": _moment_text(session.last_turn_at),
        "version": session.version,
        "opening": session.opening,
        "states": {flow: dict(state) for flow, state in session.states.items()},
        "history": [
            {"author": entry.author.value, "text": entry.text, "at": _moment_text(entry.at)}
            for entry in session.history
        ],
        "answered": [
            {
                "mark": answered.mark,
                "text": answered.text,
                "reply": _reply_document(answered.reply),
            }
            for answered in session.answered
        ],
        "forgotten": list(session.forgotten),
    }


def _reply_document(reply: Reply) -> _Object:
    return {
        "text": reply.text,
        "intent": reply.intent,
        "flow": reply.flow,
        "step": reply.step,
        "quick_replies": list(reply.quick_replies),
        "escalated": reply.escalated,
    }


def _session(document: Mapping[str, JsonValue]) -> Session:
    version = _exactly(int, document["version"])
    if version < 1:
        raise ValueError("its version is below 1")
    return Session(
        session_id=_exactly(str, document["session_id"]),
        customer_id=_exactly(str, document["customer_id"]),
        proof=_exactly(str, document["proof_digest"]),
        salt=_optional_text(document["salt"]),
        started_at=_moment(document["started_at"]),
        last_turn_at=_moment(document["last_turn_at"]),
        version=version,
        opening=_optional_text(document["opening"]),
        states={flow: _state(state) for flow, state in _object(document["states"]).items()},
        history=tuple(_entry(_object(entry)) for entry in _list(document["history"])),
        answered=tuple(_answered(_object(turn)) for turn in _list(document["answered"])),
        # A release that does not know them leaves them out.
        forgotten=tuple(_exactly(str, mark) for mark in _list(document.get("forgotten", []))),
    )


def _state(value: JsonValue) -> State:
    state = _object(value)
    _exactly(str, state["step"])
    return state


def _entry(document: _Object) -> Entry:
    author = Author(_exactly(str, document["author"]))
    return Entry(author, _exactly(str, document["text"]), _moment(document["at"]))


def _answered(document: _Object) -> Answered:
    return Answered(
        mark=_exactly(str, document["mark"]),
        text=_exactly(str, document["text"]),
        reply=_reply(_object(document["reply"])),
    )


def _reply(document: _Object) -> Reply:
    return Reply(
        text=_exactly(str, document["text"]),
        intent=_exactly(str, document["intent"]),
        flow=_optional_text(document["flow"]),
        step=_optional_text(document["step"]),
        quick_replies=tuple(_exactly(str, each) for each in _list(document["quick_replies"])),
        escalated=_exactly(bool, document["escalated"]),
    )


def _exactly(kind: type[_T], value: JsonValue) -> _T:
    if type(value) is not kind:
        raise TypeError(f"it has {type(value).__name__} where {kind.__name__} belongs")
    return value


def _object(value: JsonValue) -> _Object:
    return _exactly(dict, value)


def _list(value: JsonValue) -> list[JsonValue]:
    return _exactly(list, value)


def _optional_text(value: JsonValue) -> str | None:
    return None if value is None else _exactly(str, value)


def _moment(value: JsonValue) -> datetime:
    moment = datetime.fromisoformat(_exactly(str, value))
    if moment.tzinfo is None:
        raise ValueError("it has a moment without its offset from UTC")
    return moment.astimezone(UTC)


def _moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
