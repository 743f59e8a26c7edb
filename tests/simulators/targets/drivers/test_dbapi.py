"""The points of an application in this process: its calls by drivers that keep to PEP 249."""

import io
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg2
import psycopg2.extras
import psycopg2.sql
import pymysql
import pytest
import sqlalchemy
from fastapi import FastAPI, Response

from simulators.errors import TargetError
from simulators.targets.asgi import AsgiTarget
from simulators.targets.target import Capability, Delivery

NAME = f"dbapi_{os.getpid()}"
POSTGRES = f"host=127.0.0.1 user=postgres dbname=test options=-csearch_path={NAME}"
# To load the certificates of the machine takes a connection longer than all else.
MYSQL: Final = {"host": "127.0.0.1", "user": "root", "ssl_disabled": True}
ERRORS = (psycopg2.Error, pymysql.Error, sqlalchemy.exc.SQLAlchemyError)
INSERT, COUNT = "INSERT INTO orders VALUES (%s)", "SELECT count(*) AS placed FROM orders"


def postgres() -> Any:
    return closing(psycopg2.connect(POSTGRES))


def mysql() -> Any:
    return closing(pymysql.connect(**MYSQL, database=NAME))


@pytest.fixture(scope="module")
def databases() -> Iterator[None]:
    direct = psycopg2.connect(POSTGRES)
    direct.autocommit = True
    other = pymysql.connect(**MYSQL, autocommit=True)
    with closing(direct), direct.cursor() as cursor, other, other.cursor() as others:
        cursor.execute(f"DROP SCHEMA IF EXISTS {NAME} CASCADE")
        cursor.execute(f"CREATE SCHEMA {NAME} CREATE TABLE orders (text text)")
        others.execute(f"DROP DATABASE IF EXISTS {NAME}")
        others.execute(f"CREATE DATABASE {NAME}")
        others.execute(f"CREATE TABLE {NAME}.orders (text varchar(99)) ENGINE=InnoDB")
        others.execute(f"CREATE PROCEDURE {NAME}.place() INSERT INTO orders VALUES ('one')")
        yield
        cursor.execute(f"DROP SCHEMA {NAME} CASCADE")
        others.execute(f"DROP DATABASE {NAME}")


@pytest.fixture
def stores(need_store: Callable[[str, int], None], request: pytest.FixtureRequest) -> None:
    """Both databases, with an empty table of orders."""
    need_store("PostgreSQL", 5432)
    need_store("MariaDB", 3306)
    request.getfixturevalue("databases")
    for opened in (postgres, mysql):
        with opened() as connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE orders")
            connection.commit()


def kept(opened: Callable[[], Any]) -> list[str]:
    with opened() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT text FROM orders")
        return [text for (text,) in cursor.fetchall()]


def serving(place: Callable[[str], object]) -> FastAPI:
    """A shop that places each text as an order by that function, in a worker thread."""
    app = FastAPI()

    @app.post("/api/chat")
    def chat(message: dict[str, Any], response: Response) -> object:
        try:
            text = f"{place(message['message'])} placed"
        except ERRORS:
            response.status_code = 503
            return {"detail": "sorry"}
        return {"response": {"text": text}, "sessionId": "s-1"}

    return app


def with_psycopg2(text: str) -> object:
    with postgres() as connection, connection, connection.cursor() as cursor:
        cursor.execute(INSERT, [text])
        cursor.execute(COUNT)
        return cursor.fetchone()[0]


def with_its_extras(text: str) -> object:
    connecting = psycopg2.connect(POSTGRES, cursor_factory=psycopg2.extras.RealDictCursor)
    with closing(connecting) as connection, connection, connection.cursor() as cursor:
        psycopg2.extras.execute_values(cursor, "INSERT INTO orders VALUES %s", [(text,)])
        query = psycopg2.sql.SQL("SELECT count(*) AS placed FROM {}")
        cursor.execute(query.format(psycopg2.sql.Identifier("orders")))
        return cursor.fetchone()["placed"]


def by_a_named_cursor(text: str) -> object:
    factory = psycopg2.extras.DictConnection
    connecting = psycopg2.connect(POSTGRES, connection_factory=factory)
    with closing(connecting) as connection, connection:
        connection.cursor().execute(INSERT, [text])
        with connection.cursor("orders") as cursor:
            cursor.execute("SELECT text FROM orders")
            return sum(1 for _ in cursor)


def without_a_transaction(text: str) -> object:
    with postgres() as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(INSERT, [text])
        cursor.execute(COUNT)
        return cursor.fetchone()[0]


def with_pymysql(text: str) -> object:
    with mysql() as connection, connection.cursor() as cursor:
        cursor.execute(INSERT, [text])
        cursor.execute(COUNT)
        (count,) = cursor.fetchone()
        connection.commit()
        return count


def returning(text: str) -> object:
    with mysql() as connection, connection.cursor() as cursor:
        cursor.execute(f"{INSERT} RETURNING text", [text])
        cursor.execute(COUNT)
        (count,) = cursor.fetchone()
        connection.commit()
        return count


def begun_by_hand(text: str) -> object:
    with mysql() as connection, connection.cursor(pymysql.cursors.DictCursor) as cursor:
        connection.autocommit(True)
        connection.begin()
        cursor.execute("INSERT IGNORE INTO `orders` VALUES (%s)", [text])
        connection.commit()
        cursor.execute(COUNT)
        return cursor.fetchone()["placed"]


def an_engine(url: str, **options: Any) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, connect_args=options)
    # What it asks a database at first sight is no call of a turn.
    engine.connect().close()
    return engine


def by_a_layer(engine: sqlalchemy.Engine, text: str) -> object:
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("INSERT INTO orders VALUES (:text)"), {"text": text})
        return connection.execute(sqlalchemy.text(COUNT)).scalar()


@dataclass(frozen=True)
class Way:
    """What places an order, its calls, the one that makes it last, and where it is then."""

    place: Callable[..., object]
    points: tuple[str, ...]
    lasts: str
    store: Callable[[], Any]
    opened: Callable[[], object] | None = None

    def factory(self) -> FastAPI:
        return serving(self.place if self.opened is None else partial(self.place, self.opened()))


ORDERED, COUNTED = "store.write #1 (INSERT orders)", "store.read #1 (SELECT orders)"
COMMITTED = "store.write #2 (COMMIT)"
IN_A_TRANSACTION = (ORDERED, COUNTED, COMMITTED)
PSYCOPG2 = partial(
    an_engine,
    "postgresql+psycopg2://postgres@127.0.0.1/test",
    options=f"-csearch_path={NAME}",
)
PYMYSQL = partial(an_engine, f"mysql+pymysql://root@127.0.0.1/{NAME}", ssl_disabled=True)
BY_HAND = ("store.read #1 (BEGIN)", ORDERED, COMMITTED, "store.read #2 (SELECT orders)")
WAYS: Final = {
    "psycopg2": Way(with_psycopg2, IN_A_TRANSACTION, COMMITTED, postgres),
    "psycopg2-extras": Way(with_its_extras, IN_A_TRANSACTION, COMMITTED, postgres),
    "psycopg2-named": Way(by_a_named_cursor, IN_A_TRANSACTION, COMMITTED, postgres),
    "psycopg2-autocommit": Way(without_a_transaction, (ORDERED, COUNTED), ORDERED, postgres),
    "psycopg2-sqlalchemy": Way(by_a_layer, IN_A_TRANSACTION, COMMITTED, postgres, PSYCOPG2),
    "pymysql": Way(with_pymysql, IN_A_TRANSACTION, COMMITTED, mysql),
    "pymysql-returning": Way(returning, IN_A_TRANSACTION, COMMITTED, mysql),
    "pymysql-autocommit": Way(begun_by_hand, BY_HAND, COMMITTED, mysql),
    "pymysql-sqlalchemy": Way(by_a_layer, IN_A_TRANSACTION, COMMITTED, mysql, PYMYSQL),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def way(request: pytest.FixtureRequest) -> Way:
    request.getfixturevalue("stores")
    found: Way = request.param
    return found


@pytest.fixture
def target(way: Way, begun: Any) -> AsgiTarget:
    """The shop, which places orders in that way."""
    shop: AsgiTarget = begun(AsgiTarget("shop", way.factory))
    return shop


def said(target: AsgiTarget, text: str) -> Any:
    return target.deliver(Delivery(text, "hari", "m1"))


def test_calls_are_named_by_what_they_do(target: AsgiTarget, way: Way) -> None:
    assert said(target, "one").text == "1 placed"
    assert tuple(point.name for point in target.points()) == way.points
    assert [point.name for point in target.points() if point.changes] == [way.lasts]
    assert target.missed == ()


def test_it_dies_there_and_another_takes_its_place(target: AsgiTarget, way: Way) -> None:
    for break_, point, left in (
        ("crash before", way.points[0], []),
        ("crash before", way.lasts, []),
        ("crash after", way.lasts, ["dies"]),
    ):
        target.interrupt(break_, point)
        assert said(target, "dies").is_missing
        assert target.was_interrupted()
        assert kept(way.store) == left
    assert said(target, "lives").text == "2 placed"


def test_its_store_fails(target: AsgiTarget, way: Way) -> None:
    for break_, point, left in (
        ("error before", way.points[0], []),
        ("error before", way.lasts, []),
        ("timeout", way.lasts, []),
        ("error after", way.lasts, ["fails"]),
    ):
        target.interrupt(break_, point)
        assert said(target, "fails").status == 503, break_
        assert target.was_interrupted()
        assert kept(way.store) == left
    target.interrupt("slow", way.lasts)
    assert said(target, "lives").text == "2 placed"


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    ("opened", "told"),
    [
        (postgres, "psycopg2.OperationalError: server closed the connection unexpectedly"),
        (mysql, "pymysql.err.OperationalError: (2006, "),
    ],
)
def test_the_error_is_the_one_that_the_driver_has_for_it(
    opened: Callable[[], Any], told: str, begun: Any
) -> None:
    def place(text: str) -> object:
        with opened() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(INSERT, [text])
            except ERRORS as error:
                kind = type(error)
                return f"{kind.__module__}.{kind.__name__}: {error} and none"
            return "one"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    target.interrupt("error before", ORDERED)
    assert said(target, "one").text.startswith(told)


def many(cursor: Any) -> None:
    cursor.executemany(INSERT, [("one",), ("two",)])


def by_copy(cursor: Any) -> None:
    cursor.copy_from(io.StringIO("one\n"), "orders")


def by_copy_in_sql(cursor: Any) -> None:
    cursor.copy_expert("COPY orders FROM STDIN", io.StringIO("one\n"))


def by_a_procedure(cursor: Any) -> None:
    cursor.callproc("place")


def as_bytes(cursor: Any) -> None:
    cursor.execute(b"INSERT INTO orders VALUES ('one')")


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    ("opened", "does", "point"),
    [
        (postgres, many, ORDERED),
        (mysql, many, ORDERED),
        (postgres, by_copy, "store.write #1 (COPY orders)"),
        (postgres, by_copy_in_sql, "store.write #1 (COPY orders)"),
        (mysql, by_a_procedure, "store.write #1 (CALL)"),
        (postgres, as_bytes, ORDERED),
    ],
)
def test_each_way_to_write_is_one_call(
    opened: Callable[[], Any], does: Callable[[Any], None], point: str, begun: Any
) -> None:
    def place(_: str) -> object:
        with opened() as connection, connection.cursor() as cursor:
            does(cursor)
            connection.commit()
        return "some"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    assert said(target, "one").text == "some placed"
    assert [one.name for one in target.points()] == [point, COMMITTED]
    assert kept(opened)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("opened", [postgres, mysql])
def test_a_rollback_changes_nothing_and_is_no_point(opened: Callable[[], Any], begun: Any) -> None:
    def place(text: str) -> object:
        with opened() as connection, connection.cursor() as cursor:
            cursor.execute(INSERT, [text])
            connection.rollback()
            connection.commit()
        return "none"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    assert said(target, "one").text == "none placed"
    assert [(point.name, point.changes) for point in target.points()] == [(ORDERED, False)]


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("opened", [postgres, mysql])
def test_a_savepoint_that_is_rolled_back_leaves_the_transaction_open(
    opened: Callable[[], Any], begun: Any
) -> None:
    def place(text: str) -> object:
        with opened() as connection, connection.cursor() as cursor:
            cursor.execute(INSERT, [text])
            cursor.execute("SAVEPOINT one")
            cursor.execute(INSERT, ["another"])
            cursor.execute("ROLLBACK TO SAVEPOINT one")
            connection.commit()
        return "one"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    assert said(target, "one").text == "one placed"
    assert [point.name for point in target.points() if point.changes] == ["store.write #3 (COMMIT)"]
    assert kept(opened) == ["one"]


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("opened", [postgres, mysql])
def test_an_application_dies_in_all_of_its_threads(opened: Callable[[], Any], begun: Any) -> None:
    gone_on: list[object] = []

    def place(_: str) -> object:
        begun_in_another = threading.Event()

        def wait_in_the_database() -> None:
            with opened() as connection, connection.cursor() as cursor:
                cursor.execute(INSERT, ["in vain"])
                begun_in_another.set()
                cursor.execute(LOCK[opened])
                gone_on.append(cursor)
                connection.commit()

        thread = threading.Thread(target=wait_in_the_database)
        thread.start()
        begun_in_another.wait()
        with opened() as connection, connection.cursor() as cursor:
            cursor.execute(COUNT)
        thread.join()
        return "one"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    target.interrupt("crash before", COUNTED)
    with opened() as direct, direct.cursor() as cursor:
        cursor.execute(LOCK[opened])
        assert said(target, "one").is_missing
    assert target.was_interrupted()
    assert (kept(opened), gone_on) == ([], [])


LOCK: Final = {
    postgres: f"DO $$ BEGIN PERFORM pg_advisory_lock({os.getpid()}); END $$",
    mysql: f"DO GET_LOCK('{NAME}', 20)",
}


@pytest.mark.usefixtures("stores")
def test_what_an_application_leaves_open_ends_with_it(begun: Any) -> None:
    left: list[Any] = []

    def place(text: str) -> object:
        left.append(psycopg2.connect(POSTGRES))
        left[-1].cursor().execute(INSERT, [text])
        return "none"

    target = begun(AsgiTarget("shop", partial(serving, place)))
    assert said(target, "one").text == "none placed"
    assert target.strike(Capability.RESTART, None)
    assert left[0].closed
    with postgres() as direct, direct.cursor() as cursor:
        cursor.execute("LOCK TABLE orders NOWAIT")


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("knows_how_to_fail", [True, False])
def test_one_that_starts_with_a_connection_of_one_before_it_is_told_of(
    knows_how_to_fail: bool, begun: Any
) -> None:
    # One connection for all, opened when it is first used.
    one = sqlalchemy.StaticPool
    engine = sqlalchemy.create_engine(*PSYCOPG2.args, poolclass=one, connect_args=PSYCOPG2.keywords)
    by_engine = partial(by_a_layer, engine)

    @asynccontextmanager
    async def starting(_: FastAPI) -> AsyncIterator[None]:
        by_engine("starts")
        yield

    def factory() -> Any:
        app = serving(by_engine)
        app.router.lifespan_context = starting

        async def failing(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "lifespan":
                await app(scope, receive, send)
            elif (await receive())["type"] == "lifespan.startup":
                by_engine("starts")
                await send({"type": "lifespan.startup.complete"})
                await receive()

        return app if knows_how_to_fail else failing

    target = begun(AsgiTarget("shop", factory))
    assert said(target, "one").text == "2 placed"
    with pytest.raises(TargetError, match="goes on with a connection of one before it"):
        target.strike(Capability.CRASH, None)


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    "options",
    [{"async_": True}, {"connection_factory": lambda *dsn: psycopg2.extensions.connection(*dsn)}],
    ids=["waits for nothing", "made by a function"],
)
def test_a_connection_of_psycopg2_that_is_not_watched_is_told_of(
    options: dict[str, Any], begun: Any
) -> None:
    def place(_: str) -> object:
        with closing(psycopg2.connect(POSTGRES, **options)) as connection:
            if connection.async_:
                psycopg2.extras.wait_select(connection)
            return connection.closed

    target = begun(AsgiTarget("shop", partial(serving, place)))
    assert target.missed == ()
    assert said(target, "one").text == "0 placed"
    (told,) = target.missed
    assert "the calls by psycopg2, which" in told


@pytest.mark.usefixtures("stores")
def test_every_driver_is_as_it_was_when_it_is_closed(begun: Any) -> None:
    before = {**vars(pymysql.cursors.Cursor)}, {**vars(pymysql.connections.Connection)}
    connect = psycopg2._connect
    shop = begun(AsgiTarget("shop", WAYS["pymysql"].factory))
    assert vars(pymysql.cursors.Cursor) != before[0]
    assert psycopg2._connect is not connect
    shop.close()
    assert ({**vars(pymysql.cursors.Cursor)}, {**vars(pymysql.connections.Connection)}) == before
    assert psycopg2._connect is connect
