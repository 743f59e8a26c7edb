"""A session survives being written and read, in both schemas."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolwind.documents import PREVIOUS_SCHEMA, SCHEMA, Schema, migrate, read_session, write_session
from coolwind.errors import UnreadableState
from coolwind.marks import message_mark
from coolwind.messages import Reply
from coolwind.proofs import digest_of
from coolwind.session import Answered, Author, Entry, Session

moments = st.integers(0, 10**16).map(
    lambda microseconds: datetime(1970, 1, 2, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
texts = st.text(alphabet=st.characters(categories=None), max_size=20)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
contacts = st.fixed_dictionaries(
    {}, optional={key: st.none() | texts for key in ("name", "phone", "email")}
)
bulk_orders = st.fixed_dictionaries(
    {"step": texts, "lines": values}, optional={"contact": contacts}
)
callbacks = st.fixed_dictionaries({"step": texts, "name": texts, "phone": texts, "rest": values})
replies = st.builds(
    Reply,
    text=texts,
    intent=texts,
    flow=st.none() | texts,
    step=st.none() | texts,
    quick_replies=st.lists(texts, max_size=2).map(tuple),
    escalated=st.booleans(),
)
sessions = st.builds(
    Session,
    session_id=texts,
    customer_id=texts,
    proof=texts,
    salt=st.none() | texts,
    started_at=moments,
    last_turn_at=moments,
    version=st.integers(min_value=1),
    opening=st.none() | texts,
    states=st.fixed_dictionaries({}, optional={"bulk_order": bulk_orders, "callback": callbacks}),
    history=st.lists(
        st.builds(Entry, author=st.sampled_from(Author), text=texts, at=moments), max_size=3
    ).map(tuple),
    answered=st.lists(st.builds(Answered, mark=texts, text=texts, reply=replies), max_size=2).map(
        tuple
    ),
    forgotten=st.lists(texts, max_size=2).map(tuple),
)

SESSION = Session(
    session_id="s1",
    customer_id="guest-1",
    proof=digest_of("proof-1"),
    started_at=datetime(2026, 3, 2, 6, 30, tzinfo=UTC),
    last_turn_at=datetime(2026, 3, 2, 6, 30, 15, 123_456, tzinfo=UTC),
    version=1,
    states={"bulk_order": {"step": "confirming", "contact": {"name": "Hari", "phone": None}}},
    history=(Entry(Author.SHOP, "Confirm?", datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),),
    answered=(Answered(message_mark("m1", "s1"), "hello", Reply("Hello.", "greeting")),),
)


@given(sessions, st.sampled_from([PREVIOUS_SCHEMA, SCHEMA]))
def test_what_is_written_is_read_equal_in_both_schemas(session: Session, schema: Schema) -> None:
    assert read_session(write_session(session, schema), session.session_id) == session


@given(sessions, st.sampled_from([PREVIOUS_SCHEMA, SCHEMA]))
def test_migrating_twice_is_migrating_once(session: Session, schema: Schema) -> None:
    once = migrate(json.loads(write_session(session, schema)))
    assert migrate(once) == once == json.loads(write_session(session))


def test_the_previous_schema_has_the_contact_flat_and_the_history_in_lists() -> None:
    document = json.loads(write_session(SESSION, PREVIOUS_SCHEMA))
    assert document["schema"] == 1
    assert document["states"]["bulk_order"] == {"step": "confirming", "name": "Hari", "phone": None}
    assert document["history"] == [["shop", "Confirm?", "2026-03-02T06:30:00.000000+00:00"]]


def test_a_migration_leaves_everything_in_its_order() -> None:
    """Nothing tells a session by that which a deployment has migrated."""
    contact = {"phone": "9876543210", "name": "Hari"}
    states = {"bulk_order": {"contact": contact, "step": "confirming", "lines": []}}
    written = write_session(replace(SESSION, states=states))
    document = write_session(replace(SESSION, states=states), PREVIOUS_SCHEMA)
    assert write_session(read_session(document, "s1")) == written


def test_a_moment_of_another_zone_is_kept_as_the_same_moment() -> None:
    kerala = timezone(timedelta(hours=5, minutes=30))
    session = replace(SESSION, last_turn_at=SESSION.last_turn_at.astimezone(kerala))
    read = read_session(write_session(session), "s1")
    assert read.last_turn_at == session.last_turn_at
    assert read.last_turn_at.tzinfo is UTC


def test_a_document_without_the_marks_of_forgotten_messages_has_none() -> None:
    document = json.loads(write_session(replace(SESSION, forgotten=("mark",))))
    del document["forgotten"]
    assert read_session(json.dumps(document), "s1") == SESSION


@pytest.mark.parametrize("schema", [PREVIOUS_SCHEMA, SCHEMA])
def test_a_document_with_the_proof_itself_is_read_as_one_with_its_digest(schema: Schema) -> None:
    document = json.loads(write_session(SESSION, schema))
    del document["proof_digest"], document["salt"], document["answered"][0]["mark"]
    document["proof"], document["answered"][0]["message_id"] = "proof-1", "m1"
    assert read_session(json.dumps(document), "s1") == SESSION


MISSING = object()


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"schema": MISSING}, "lacks 'schema'"),
        ({"proof_digest": MISSING}, "lacks 'proof_digest'"),
        ({"schema": 3}, "not one of 1 and 2"),
        ({"schema": "2"}, "not one of 1 and 2"),
        ({"schema": True}, "not one of 1 and 2"),
        ({"schema": 1}, "dict where list"),
        ({"session_id": "s2"}, "another session"),
        ({"version": 0}, "below 1"),
        ({"version": "1"}, "str where int"),
        ({"opening": 5}, "int where str"),
        ({"history": None}, "NoneType where list"),
        ({"history": [{"author": "ghost", "text": "", "at": ""}]}, "ghost"),
        ({"last_turn_at": "2026-03-02T06:30:00"}, "offset"),
        ({"last_turn_at": "yesterday"}, "isoformat"),
        ({"states": {"bulk_order": {}}}, "lacks 'step'"),
        ({"states": {"bulk_order": []}}, "list where dict"),
        ({"answered": [{"mark": "m", "text": "t", "reply": {}}]}, "lacks 'text'"),
        ({"forgotten": [5]}, "int where str"),
        ({"proof": 5, "answered": []}, "int where str"),
        ({"proof": "proof-1"}, "lacks 'message_id'"),
    ],
)
def test_a_damaged_document_is_told_with_session_reason_and_remedy(
    damage: dict[str, object], reason: str
) -> None:
    document = json.loads(write_session(SESSION))
    document.update(damage)
    document = {key: value for key, value in document.items() if value is not MISSING}
    with pytest.raises(UnreadableState) as raised:
        read_session(json.dumps(document), "s1")
    text = str(raised.value)
    assert "session s1" in text
    assert reason in text
    assert "delete this session" in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"schema": NaN}', "NaN is not JSON"),
        ("[" * 100_000, "nested too deep"),
    ],
    ids=["empty", "broken", "NaN", "deep"],
)
def test_a_text_that_is_no_document_is_unreadable(text: str, reason: str) -> None:
    with pytest.raises(UnreadableState, match=reason):
        read_session(text, "s1")
