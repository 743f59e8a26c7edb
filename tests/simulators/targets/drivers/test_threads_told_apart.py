"""Applications that work in threads, on psycopg2, PyMySQL, and SQLAlchemy on both: the correct ones
pass, the broken ones are found out."""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import partial
from typing import Any, Final, Protocol, TypeAlias

import psycopg2
import psycopg2.pool
import pymysql
import pytest
import sqlalchemy
from fastapi import BackgroundTasks, FastAPI, Response

from simulators.campaign.campaign import Explored
from simulators.targets.asgi import AsgiTarget
from simulators.trace import Observation
from tests.simulators.targets.drivers import exploring

NAME = f"threads_{os.getpid()}"
TABLES: Final = (
    "CREATE TABLE orders (message_id varchar(99) PRIMARY KEY, items varchar(99))",
    "CREATE TABLE carts (items varchar(99), seen varchar(999))",
)
ERRORS: Final = (psycopg2.Error, pymysql.Error, sqlalchemy.exc.SQLAlchemyError)
Message: TypeAlias = dict[str, Any]


class Ask(Protocol):
    """Asks the database, in one transaction with whatever else it is asked for in it."""

    def __call__(self, sql: str, *values: object) -> Any: ...


Transaction: TypeAlias = Callable[[], AbstractContextManager[Ask]]


def asking(cursor: Any) -> Ask:
    def ask(sql: str, *values: object) -> Any:
        cursor.execute(sql, values)
        return cursor.fetchone() if cursor.description else None

    return ask


def by_psycopg2() -> Transaction:
    pool = psycopg2.pool.ThreadedConnectionPool(0, 5, **POSTGRES)

    @contextmanager
    def transaction() -> Iterator[Ask]:
        connection = pool.getconn()
        try:
            with connection, connection.cursor() as cursor:
                yield asking(cursor)
        finally:
            pool.putconn(connection)

    return transaction


def by_pymysql() -> Transaction:
    @contextmanager
    def transaction() -> Iterator[Ask]:
        with pymysql.connect(**MYSQL) as connection, connection.cursor() as cursor:
            yield asking(cursor)
            connection.commit()

    return transaction


def by_sqlalchemy(url: str, options: dict[str, Any]) -> Transaction:
    engine = sqlalchemy.create_engine(url, connect_args=options)
    # What it asks a database at first sight is no call of a turn.
    engine.connect().close()

    @contextmanager
    def transaction() -> Iterator[Ask]:
        with engine.begin() as connection:

            def ask(sql: str, *values: object) -> Any:
                asked = connection.exec_driver_sql(sql, values)
                return asked.first() if asked.returns_rows else None

            yield ask

    return transaction


POSTGRES: Final = {
    "host": "127.0.0.1",
    "user": "postgres",
    "dbname": "test",
    "options": f"-csearch_path={NAME}",
}
# To load the certificates of the machine takes a connection longer than all else.
MYSQL: Final = {"host": "127.0.0.1", "user": "root", "database": NAME, "ssl_disabled": True}
OPENED: Final[dict[str, Callable[[], Transaction]]] = {
    "psycopg2": by_psycopg2,
    "pymysql": by_pymysql,
    "sqlalchemy-psycopg2": partial(by_sqlalchemy, "postgresql+psycopg2://", POSTGRES),
    "sqlalchemy-pymysql": partial(by_sqlalchemy, "mysql+pymysql://", MYSQL),
}


@pytest.fixture(params=OPENED)
def opened(
    request: pytest.FixtureRequest, need_store: Callable[[str, int], None]
) -> Iterator[tuple[Callable[[], Transaction], Any]]:
    """How an application opens its database, and a connection of ours to the same one."""
    need_store("PostgreSQL", 5432)
    need_store("MariaDB", 3306)
    if "psycopg2" in request.param:
        direct: Any = psycopg2.connect(**POSTGRES)
        direct.autocommit = True
        creating, dropping = f"CREATE SCHEMA {NAME}", f"DROP SCHEMA IF EXISTS {NAME} CASCADE"
    else:
        direct = pymysql.connect(**MYSQL | {"database": None}, autocommit=True)
        creating, dropping = f"CREATE DATABASE {NAME}", f"DROP DATABASE IF EXISTS {NAME}"
    with closing(direct), direct.cursor() as cursor:
        for sql in (dropping, creating):
            cursor.execute(sql)
        with suppress(AttributeError):
            direct.select_db(NAME)
        for sql in TABLES:
            cursor.execute(sql)
        yield OPENED[request.param], direct
        cursor.execute(dropping)


def in_one_transaction(transaction: Transaction, message: Message) -> None:
    with transaction() as ask:
        items, seen = ask("SELECT items, seen FROM carts FOR UPDATE")
        if message["messageId"] in seen:
            return
        text = message["message"]
        ask("INSERT INTO orders VALUES (%s, %s)", message["messageId"], text)
        added = (items + text, seen + message["messageId"])
        ask("UPDATE carts SET items = %s, seen = %s", *added)


def effect_before_intent(transaction: Transaction, message: Message) -> None:
    with transaction() as ask:
        items, seen = ask("SELECT items, seen FROM carts")
    if message["messageId"] in seen:
        return
    with transaction() as ask:
        ask("INSERT INTO orders VALUES (%s, %s)", str(uuid.uuid4()), message["message"])
    with transaction() as ask:
        added = (items + message["message"], seen + message["messageId"])
        ask("UPDATE carts SET items = %s, seen = %s", *added)


def last_write_wins(transaction: Transaction, message: Message) -> None:
    with transaction() as ask:
        items, seen = ask("SELECT items, seen FROM carts")
        if message["messageId"] not in seen:
            added = (items + message["message"], seen + message["messageId"])
            ask("UPDATE carts SET items = %s, seen = %s", *added)


Keep: TypeAlias = Callable[[Transaction, Message], None]


def before_the_reply(keep: Keep, opened: Callable[[], Transaction]) -> FastAPI:
    app, transaction = FastAPI(), opened()

    @app.post("/api/chat")
    def chat(message: Message, response: Response) -> object:
        try:
            keep(transaction, message)
        except ERRORS:
            response.status_code = 503
            return {"detail": "Please try again."}
        return {"response": {"text": "Kept"}, "sessionId": "s-1"}

    return app


def after_the_reply(keep: Keep, opened: Callable[[], Transaction]) -> FastAPI:
    app, transaction = FastAPI(), opened()

    def save(message: Message) -> None:
        with suppress(*ERRORS):
            keep(transaction, message)

    @app.post("/api/chat")
    def chat(message: Message, tasks: BackgroundTasks) -> object:
        tasks.add_task(save, message)
        return {"response": {"text": "Kept"}, "sessionId": "s-1"}

    return app


def explored(
    opened: tuple[Callable[[], Transaction], Any],
    factory: Callable[..., FastAPI],
    keep: Keep,
    texts: str,
    faults: str,
) -> Explored:
    opening, direct = opened

    def empty() -> None:
        with direct.cursor() as cursor:
            for sql in ("DELETE FROM orders", "DELETE FROM carts"):
                cursor.execute(sql)
            cursor.execute("INSERT INTO carts VALUES ('', '')")

    def look(*_: object) -> Observation:
        with direct.cursor() as cursor:
            cursor.execute("SELECT items FROM orders ORDER BY items")
            effects = {"order": tuple({"items": items} for (items,) in cursor.fetchall())}
            cursor.execute("SELECT items FROM carts")
            ((items,),) = cursor.fetchall()
        return Observation({"items": "".join(sorted(items))}, effects)

    target = AsgiTarget("shop", partial(factory, keep, opening), empty, look=look)
    return exploring.explored(target, texts, faults)


def assert_told(found: Explored, outcomes: set[str]) -> None:
    exploring.assert_told(found, outcomes)
    assert found.exploration.notes == ()


IN_A_TURN: Final = "crash-before crash-after store-error store-error-after store-timeout duplicate"


def test_the_correct_raise_no_alarm(opened: tuple[Callable[[], Transaction], Any]) -> None:
    assert_told(explored(opened, before_the_reply, in_one_transaction, "ab", IN_A_TURN), set())


@pytest.mark.parametrize("opened", ["psycopg2", "pymysql"], indirect=True)
@pytest.mark.parametrize(
    ("factory", "keep", "texts", "faults", "outcomes"),
    [
        (before_the_reply, effect_before_intent, "a", "crash-after", {"duplicated-effect"}),
        (after_the_reply, in_one_transaction, "ab", "crash-before store-error", {"lost-turn"}),
    ],
)
def test_the_broken_are_told_from_the_correct(
    opened: tuple[Callable[[], Transaction], Any],
    factory: Callable[..., FastAPI],
    keep: Keep,
    texts: str,
    faults: str,
    outcomes: set[str],
) -> None:
    assert_told(explored(opened, factory, keep, texts, faults), outcomes)


@pytest.mark.parametrize("opened", ["pymysql", "sqlalchemy-psycopg2"], indirect=True)
@pytest.mark.parametrize(
    ("keep", "outcomes"), [(in_one_transaction, set()), (last_write_wins, {"interleaved"})]
)
def test_a_lost_update_is_told_from_one_that_waits_for_its_row(
    opened: tuple[Callable[[], Transaction], Any], keep: Keep, outcomes: set[str]
) -> None:
    found = explored(opened, before_the_reply, keep, "abc", "concurrent-turn")
    assert_told(found, outcomes)
