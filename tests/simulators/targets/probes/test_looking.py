"""What is seen of a conversation, its effects too, before and after it was cleared."""

import json
import os
import sqlite3
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators.targets.configuration.schema import adapter
from simulators.targets.probes.looking import observed
from simulators.targets.speech.speaker import Speaker
from simulators.targets.speech.wire import Request, Response
from simulators.targets.target import Delivery
from simulators.trace import Observation

TABLES = """
target = { kind = "http", url = "http://127.0.0.1" }
request = { path = "/chat", json = { text = "{text}", session = "{conversation_id}" } }
reply = { text = "text", session_id = "session" }
clear = { path = "/clear" }
effects = { order = { rows = "orders" } }
probe = { file = "{conversation_id}.json", data = "orders[0]" }
"""
OF_ITS_OWN = 'effects = { order = { file = "{conversation_id}.json", rows = "orders" } }'
IN_A_DATABASE = """
[effects.order.sql]
url = "sqlite:///shop.db"
query = "SELECT id FROM o WHERE c = :conversation_id"
"""
NOW = datetime(2026, 11, 27, tzinfo=UTC)


class Shop:
    """Keeps each conversation in a file, with its one order, which it notes in a database, too."""

    def __init__(self, folder: Path, changes: str) -> None:
        self._configuration = adapter().validate_python(
            {**tomllib.loads(TABLES), **tomllib.loads(changes)}
        )
        self._folder = folder
        self._speaker = Speaker(self._configuration, "0")
        self._session: str | None = None
        with self._database() as database:
            database.execute("CREATE TABLE o (id, c)")

    def write(self) -> Observation:
        answer = self._speaker.deliver(Delivery("Hi", "hari", "m1"), self._answer, lambda: NOW)
        self._session = answer.session_id
        return self.seen()

    def clear(self) -> None:
        self._speaker.clear(
            Delivery("", "hari", ""), lambda _: Response(200, (), b"{}"), lambda: NOW
        )

    def seen(self, before: Observation | None = None) -> Observation:
        cleared = before if self._speaker.is_cleared(self._session) else None
        names = self._speaker.names(self._session, {})
        return observed(self._configuration, names, self._folder, os.environ, cleared=cleared)

    def drop(self) -> None:
        self.file.unlink()

    def empty(self) -> None:
        self.file.write_text('{"orders": []}')

    def keep_nothing(self) -> None:
        self.file.write_text('{"detail": "unknown"}')

    @property
    def file(self) -> Path:
        (file,) = self._folder.glob("*.json")
        return file

    def _answer(self, request: Request) -> Response:
        conversation = json.loads(request.body)["session"]
        (self._folder / f"{conversation}.json").write_text('{"orders": [{"id": 1}]}')
        with self._database() as database:
            database.execute("INSERT INTO o VALUES (1, ?)", [conversation])
        return Response(200, (), b'{"text": "Ordered", "session": "s1"}')

    def _database(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._folder / "shop.db", isolation_level=None))


ORDERED = {"order": ({"id": 1},)}


@pytest.mark.parametrize(
    ("changes", "clear"),
    [
        *(("", clear) for clear in (Shop.drop, Shop.empty, Shop.keep_nothing)),
        *((OF_ITS_OWN, clear) for clear in (Shop.drop, Shop.keep_nothing)),
        (IN_A_DATABASE, Shop.drop),
    ],
)
def test_an_effect_outlives_the_conversation_that_was_cleared(
    changes: str,
    clear: Callable[[Shop], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shop = Shop(tmp_path, changes)
    before = shop.write()
    assert before.effects == ORDERED
    shop.clear()
    clear(shop)
    assert shop.seen(before).effects == ORDERED
    assert shop.seen(before).kept is None


def test_one_that_is_gone_from_its_list_is_missed(tmp_path: Path) -> None:
    shop = Shop(tmp_path, OF_ITS_OWN)
    before = shop.write()
    shop.clear()
    shop.empty()
    assert shop.seen(before).effects == {"order": ()}


def test_one_is_missed_that_goes_with_a_conversation_that_nobody_cleared(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "")
    before = shop.write()
    shop.drop()
    assert shop.seen(before).effects == {"order": ()}


def test_the_next_message_begins_a_conversation_with_effects_of_its_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path, "")
    before = shop.write()
    shop.clear()
    shop.drop()
    assert shop.write().effects == ORDERED
    shop.drop()
    assert shop.seen(before).effects == {"order": ()}
