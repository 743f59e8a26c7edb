"""A page that chooses the names of its conversations clears the chat while a message is served."""

import json
import sqlite3
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.targets.asgi import AsgiTarget
from simulators.targets.configuration.schema import adapter
from simulators.targets.speech.speaker import Speaker
from simulators.targets.target import Arrangement

pytestmark = pytest.mark.usefixtures("findings_are_played_again_but_twice")
TALK = tuple(Say(THE_CUSTOMER, text) for text in ("9876543210", "two", "three"))
TABLES = """
[target]
kind = "http"
url = "http://127.0.0.1"
[request]
path = "/chats/{conversation_id}"
json = { text = "{text}", customer = "{customer_id}" }
[reply]
text = "text"
step = "step"
session_id = "name"
[clear]
path = "/chats/{conversation_id}"
method = "DELETE"
"""
SILENT = TABLES.replace('session_id = "name"\n', "")

Ask = Callable[..., Awaitable[Sequence[Any]]]
Keep = Callable[[Ask, str, str, str], Awaitable[Sequence[str]]]
KEPT = "SELECT said FROM chats WHERE name = ?"
SAVE = (
    "INSERT INTO chats VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET said = excluded.said"
    " RETURNING said"
)


async def at_once(ask: Ask, name: str, customer: str, text: str) -> Sequence[str]:
    """Reads and changes a conversation in one go."""
    added = SAVE.replace("excluded.said", "said || ' ' || excluded.said")
    ((said,),) = await ask(added, name, customer, text)
    return str(said).split()


async def in_two_steps(ask: Ask, name: str, customer: str, text: str) -> Sequence[str]:
    """Reads a conversation, and brings it back under its old name, which no page asks for."""
    said = [*" ".join(row[0] for row in await ask(KEPT, name)).split(), text]
    await ask(SAVE, name, customer, " ".join(said))
    return said


async def by_customer(ask: Ask, name: str, customer: str, text: str) -> Sequence[str]:
    """Goes on with whatever conversation of the customer's there is left."""
    mine = "SELECT said FROM chats WHERE customer = ? ORDER BY name = ?"
    said = [*" ".join(row[0] for row in (await ask(mine, customer, name))[-1:]).split(), text]
    await ask(SAVE, name, customer, " ".join(said))
    return said


async def half_of_it(ask: Ask, name: str, customer: str, text: str) -> Sequence[str]:
    """Looks again before it answers: the first message is in memory, the store begins anew."""
    before = await ask(KEPT, name)
    said = await at_once(ask, name, customer, text)
    return [*before[0][0].split(), "...", text] if before and len(said) == 1 else said


def explored(path: Path, tables: str, keep: Keep) -> Explored:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        name, body = scope["path"].rpartition("/")[2], (await receive()).get("body")
        async with aiosqlite.connect(path, isolation_level=None) as database:

            async def ask(sql: str, *values: str) -> Sequence[Any]:
                return list(await database.execute_fetchall(sql, values))

            if scope["method"] == "DELETE":
                await ask("DELETE FROM chats WHERE name = ?", name)
                said: Sequence[str] = ()
            else:
                message = json.loads(body)
                said = await keep(ask, name, message["customer"], message["text"])
        reply = {"text": " ".join(said), "step": f"{len(said)} said", "name": name}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(reply).encode()})

    def reset() -> None:
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE chats (name text PRIMARY KEY, customer text, said text)")

    configuration = adapter().validate_python(tomllib.loads(tables))
    target = AsgiTarget(
        "chats", lambda: app, reset, speech=lambda seed: Speaker(configuration, str(seed))
    )
    try:
        options = Options(0, 1, (named("concurrent-clear"),))
        return explore("Cleared meanwhile", TALK, Arrangement(), target, options)
    finally:
        target.close()


@pytest.mark.parametrize(("keep", "tables"), [(at_once, SILENT), (in_two_steps, TABLES)])
def test_a_message_may_open_another_conversation_under_the_old_name(
    tmp_path: Path, keep: Keep, tables: str
) -> None:
    found = explored(tmp_path / "chats.db", tables, keep)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


@pytest.mark.parametrize("keep", [by_customer, half_of_it])
def test_nothing_of_the_old_one_is_shown(tmp_path: Path, keep: Keep) -> None:
    found = explored(tmp_path / "chats.db", TABLES, keep)
    assert {one.outcome for one in found.findings} == {"half-expired"}
