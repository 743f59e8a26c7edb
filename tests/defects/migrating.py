"""Stores that cannot read what the release before has stored, or do not read it rightly."""

import json
from dataclasses import replace

from coolwind.documents import SCHEMA
from coolwind.errors import UnreadableState
from coolwind.flows import State
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore


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
        states = {name: _without_contact(state) for name, state in session.states.items()}
        return replace(session, states=states)


def _schema(store: InMemoryStore, session_id: str) -> int | None:
    stored = store.snapshot().sessions.get(session_id)
    return None if stored is None else int(json.loads(stored.document)["schema"])


def _without_contact(state: State) -> State:
    contact = state.get("contact")
    return {**state, "contact": dict.fromkeys(contact)} if isinstance(contact, dict) else state
