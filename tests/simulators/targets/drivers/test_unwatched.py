"""Drivers that cannot be watched: what is called by them is told, and never passed over."""

import sqlite3
import sys
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI

from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.targets.application.patches import Patches
from simulators.targets.asgi import AsgiTarget
from simulators.targets.drivers import dbapi, sqlite
from simulators.targets.drivers.calls import Calls, Reach
from simulators.targets.drivers.watching import Drivers
from simulators.targets.target import Arrangement


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Loads a module of that name with what is in it."""

    def loaded(name: str, **names: Any) -> ModuleType:
        module = ModuleType(name)
        for one in names.values():
            if isinstance(one, type) and one.__module__ == __name__:
                one.__module__ = name
        vars(module).update(names)
        monkeypatch.setitem(sys.modules, name, module)
        return module

    return loaded


def embedded(connect: Any = sqlite3.connect, **names: Any) -> dict[str, Any]:
    """What a driver of SQLite's has in its module."""
    own = ("apilevel", "threadsafety", "paramstyle", "Error", "OperationalError")
    return {**{name: getattr(sqlite3, name) for name in own}, "connect": connect, **names}


def a_connection_without_a_socket() -> type:
    class Cursor(sqlite3.Cursor):
        pass

    class Connection(sqlite3.Connection):
        def cursor(self, *_: object) -> Any:
            return Cursor(self)

    Connection.Cursor = Cursor  # type: ignore[attr-defined]
    return Connection


def chat_with(ask: Any) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    def chat(message: dict[str, Any]) -> object:
        return {"response": {"text": ask(message["message"])}, "sessionId": "s-1"}

    return app


def missed(ask: Any) -> tuple[str, ...]:
    """What an exploration of the application that asks in that way tells of it."""
    target = AsgiTarget("shop", partial(chat_with, ask))
    talk, options = (Say(THE_CUSTOMER, "one"),), Options(0, 1, (named("crash-before"),))
    try:
        return tuple(explore("Chat", talk, Arrangement(), target, options).exploration.notes)
    finally:
        target.close()


def test_a_driver_that_is_watched_is_not_told_of() -> None:
    assert missed(str.upper) == ()


def test_known_drivers_that_keep_to_no_standard_are_told_of_when_they_are_loaded(
    load: Any,
) -> None:
    load("pymongo")
    load("motor")
    (told,) = missed(str.upper)
    assert told.startswith("nothing struck at the calls by motor, pymongo, which are not watched")


def test_a_driver_that_is_written_in_c_is_told_of(load: Any) -> None:
    load("pysqlite3", **embedded(Connection=sqlite3.Connection, Cursor=sqlite3.Cursor))
    load("pysqlite3._sqlite3", **embedded())
    (told,) = missed(str.upper)
    assert "the calls by pysqlite3, which" in told


def test_a_connection_that_cannot_be_ended_from_outside_is_told_of_when_it_is_used(
    load: Any,
) -> None:
    connection = a_connection_without_a_socket()
    cursor = connection.Cursor  # type: ignore[attr-defined]
    load("embedded", **embedded(Connection=connection, Cursor=cursor))

    def ask(text: str) -> Any:
        opened = connection(":memory:")
        asked = opened.cursor()
        asked.execute("SELECT ?", (text,))
        (told,) = asked.fetchone()
        opened.rollback()
        opened.close()
        return told

    assert missed(str.upper) == ()
    (told,) = missed(ask)
    assert "the calls by embedded, which" in told


@pytest.fixture
def patches() -> Iterator[Patches]:
    patches = Patches()
    yield patches
    patches.remove()


def test_a_driver_that_loads_its_classes_late_is_watched_from_then_on(
    load: Any, patches: Patches
) -> None:
    connection = a_connection_without_a_socket()

    def connect(path: str) -> Any:
        cursor = connection.Cursor  # type: ignore[attr-defined]
        load("late.connections", Connection=connection, Cursor=cursor)
        connection.__module__ = cursor.__module__ = "late.connections"
        return connection(path)

    late = load("late", **embedded(connect))
    calls = Calls(lambda _: None, frozenset(Reach))
    dbapi.watch(late, calls, patches)
    assert calls.unwatched == {"late"}
    late.connect(":memory:").close()
    assert calls.unwatched == set()
    assert "execute" in vars(connection.Cursor)  # type: ignore[attr-defined]
    patches.remove()
    assert "execute" not in vars(connection.Cursor)  # type: ignore[attr-defined]


def test_a_driver_that_was_loaded_between_two_conversations_is_watched_in_the_second(
    load: Any,
) -> None:
    def executing() -> bool:
        return "execute" in vars(connection.Cursor)  # type: ignore[attr-defined]

    connection = a_connection_without_a_socket()
    drivers = Drivers(Calls(lambda _: None, frozenset(Reach)))
    drivers.watch()
    drivers.leave()
    load("between", **embedded(Connection=connection, Cursor=connection.Cursor))  # type: ignore[attr-defined]
    assert not executing()
    for _ in range(2):
        drivers.watch()
        assert executing()
        assert sqlite3.connect.__module__ == sqlite.__name__
        drivers.leave()
        assert not executing()
        assert sqlite3.connect.__module__ == "_sqlite3"
