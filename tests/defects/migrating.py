"""Stores that cannot read what the release before has stored, or do not read it rightly."""

import json
from dataclasses import replace

from coolwind.documents import SCHEMA
from coolwind.errors import UnreadableState
from coolwind.flows import State
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from tests.defects.slots import without_contact

_COUNTRY_CODE = "+91"


class ReadsItsOwnSchemaOnly(InMemoryStore):
    """Cannot read what the release before it has stored.

    Seen in: botbuilder-dotnet #5007.
    """

    async def load(self, session_id: str) -> Session | None:
        schema = _schema(self, session_id)
        if schema not in (None, SCHEMA):
            raise UnreadableState(f"Session {session_id} has the schema {schema}.")
        return await super().load(session_id)


class MigratesWithoutContact(InMemoryStore):
    """Makes the new form of the state that the release before has stored, and leaves the contact
    details in it empty.

    Seen in: botbuilder-dotnet #5007 and its kind.
    """

    async def load(self, session_id: str) -> Session | None:
        session = await super().load(session_id)
        if session is None or _schema(self, session_id) == SCHEMA:
            return session
        states = {name: without_contact(state) for name, state in session.states.items()}
        return replace(session, states=states)


class MigratesWithoutRecordedReplies(InMemoryStore):
    """Makes the new form of the state that the release before has stored, and has no place in it
    for the messages that were answered.

    Seen in: botbuilder-dotnet #5007 and its kind.
    """

    async def load(self, session_id: str) -> Session | None:
        session = await super().load(session_id)
        if session is None or _schema(self, session_id) == SCHEMA:
            return session
        return replace(session, answered=())

    async def load_opened_by(self, opening: str) -> Session | None:
        session = await super().load_opened_by(opening)
        return None if session is None else await self.load(session.session_id)


class MigratesTwice(InMemoryStore):
    """Puts the country code before the telephone numbers that the release before has stored, each
    time that it reads them: nothing says that it was done.

    Seen in: migrations on read that go by the age of a record and not by its schema.
    """

    def __init__(self) -> None:
        super().__init__()
        self._of_the_old_release: frozenset[str] = frozenset()

    def previous_release(self) -> None:
        """Rewrite every session as a release without country codes has written it."""
        super().previous_release()
        contents = self.snapshot()
        sessions = {
            session_id: replace(stored, document=_without_country_code(stored.document))
            for session_id, stored in contents.sessions.items()
        }
        self.restore(replace(contents, sessions=sessions))
        self._of_the_old_release = frozenset(sessions)

    async def load(self, session_id: str) -> Session | None:
        session = await super().load(session_id)
        if session is None or session_id not in self._of_the_old_release:
            return session
        states = {name: _with_country_code(state) for name, state in session.states.items()}
        return replace(session, states=states)


def _schema(store: InMemoryStore, session_id: str) -> int | None:
    stored = store.snapshot().sessions.get(session_id)
    return None if stored is None else int(json.loads(stored.document)["schema"])


def _without_country_code(document: str) -> str:
    content = json.loads(document)
    order = content["states"].get("bulk_order", {})
    if order.get("phone"):
        order["phone"] = order["phone"].removeprefix(_COUNTRY_CODE)
    return json.dumps(content)


def _with_country_code(state: State) -> State:
    contact = state.get("contact")
    if not isinstance(contact, dict) or contact["phone"] is None:
        return state
    return {**state, "contact": {**contact, "phone": f"{_COUNTRY_CODE}{contact['phone']}"}}
