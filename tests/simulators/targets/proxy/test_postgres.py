"""PostgreSQL behind the proxy: the real one, with psycopg as its client."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from simulators.errors import UsageError
from simulators.targets.overlap import Order, Overlap, Who
from simulators.targets.proxy.passing import Passing
from simulators.targets.proxy.postgres import ADMIN_SHUTDOWN, Postgres
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.strike import (
    Action,
    Crash,
    Delay,
    Drop,
    Hold,
    Moment,
    Refuse,
    Strike,
)
from simulators.targets.target import Point

INSERT = "INSERT INTO orders VALUES (%s)"
PLACED = "store.write #1 (INSERT orders)"
COMMITTED = "store.write #2 (COMMIT)"


def test_round_trips_have_names_and_say_what_changed(database, proxy: StoreProxy):
    with database.connected() as connection:
        proxy.begin()
        connection.execute("SELECT count(*) FROM orders")
        connection.execute(INSERT, [1])
        connection.execute("UPDATE orders SET number = 2 WHERE number = 9")
        connection.commit()
    assert proxy.points() == (
        Point("store.read #1 (BEGIN)", changes=False, is_first=True),
        Point("store.read #2 (SELECT orders)", changes=False, is_first=False),
        Point(PLACED, changes=False, is_first=False),
        Point("store.write #2 (UPDATE orders)", changes=False, is_first=False),
        Point("store.write #3 (COMMIT)", changes=True, is_first=False),
    )


def test_what_is_changed_beside_deliveries_is_told_once(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin()
        connection.execute(INSERT, [1])
        proxy.end()
        connection.execute("SELECT 1")
        assert proxy.late() == frozenset()
        connection.execute(INSERT, [2])
    assert (proxy.late(), proxy.late()) == ({"INSERT orders"}, frozenset())


def test_without_a_transaction_each_change_is_durable_at_once(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin()
        connection.execute(INSERT, [1])
        connection.execute(b"UPDATE orders SET number = 2 WHERE number = 9")
        connection.execute(b"WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone")
    changes = {point.name: point.changes for point in proxy.points()}
    assert changes == {
        PLACED: True,
        "store.write #2 (UPDATE orders)": False,
        "store.write #3 (DELETE orders)": True,
    }


def test_a_transaction_that_is_rolled_back_changes_nothing(database, proxy: StoreProxy):
    with database.connected() as connection:
        proxy.begin()
        connection.execute(INSERT, [1])
        connection.rollback()
        connection.execute("SELECT 1")
        connection.commit()
    assert not any(point.changes for point in proxy.points())
    assert proxy.points()[-1].name == "store.read #5 (COMMIT)"


def test_a_prepared_statement_goes_by_what_it_does(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        connection.execute(INSERT, [1], prepare=True)
        proxy.begin()
        connection.execute(INSERT, [2], prepare=True)
    assert [point.name for point in proxy.points()] == [PLACED]


def test_a_pipeline_gets_all_of_its_answers(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin()
        with connection.pipeline() as pipeline, connection.cursor() as cursor:
            cursor.execute(INSERT, [1])
            pipeline.sync()
            cursor.execute(INSERT, [2])
            cursor.execute("SELECT count(*) FROM orders")
            assert cursor.fetchone() == (2,)
    assert database.orders() == [1, 2]
    assert proxy.points()[0] == Point(PLACED, changes=True, is_first=True)


def test_rows_are_copied_in(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection, connection.cursor() as cursor:
        proxy.begin()
        with cursor.copy("COPY orders FROM STDIN") as copy:
            for number in range(3):
                copy.write_row([number])
    assert database.orders() == [0, 1, 2]
    assert proxy.points() == (Point("store.write #1 (COPY orders)", True, True),)


def test_rows_are_copied_in_whose_answer_is_kept_until_something_strikes(
    database, proxy: StoreProxy
):
    with database.connected(autocommit=True) as connection, connection.cursor() as cursor:
        proxy.begin(Strike("store.write #1 (COPY orders)", Moment.DONE, Drop()))
        with (
            pytest.raises(psycopg.OperationalError),
            cursor.copy(b"COPY orders FROM STDIN") as rows,
        ):
            rows.write_row([1])
    assert database.orders() == [1]


def test_rows_that_may_not_be_copied_in_are_refused(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection, connection.cursor() as cursor:
        proxy.begin(Strike("store.write #1 (COPY orders)", Moment.BEFORE, Refuse()))
        with (
            pytest.raises(psycopg.errors.SerializationFailure),
            cursor.copy("COPY orders FROM STDIN") as rows,
        ):
            rows.write_row([1])
        cursor.execute(INSERT, [2])
    assert database.orders() == [2]


def test_rows_are_copied_out(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(INSERT, [1])
        proxy.begin()
        with cursor.copy("COPY orders TO STDOUT") as copy:
            assert list(copy.rows()) == [("1",)]
    assert proxy.points() == (Point("store.read #1 (COPY orders)", False, True),)


def test_what_nobody_asked_for_is_passed_on(database):
    with database.pair() as (listening, other):
        listening.execute("LISTEN news")
        other.execute("NOTIFY news, 'hello'")
        (notice,) = listening.notifies(timeout=5, stop_after=1)
        assert notice.payload == "hello"


@pytest.mark.parametrize(
    ("moment", "kept"), [(Moment.BEFORE, []), (Moment.DONE, [1]), (Moment.AFTER, [1])]
)
def test_a_server_dies_at_a_write(database, proxy: StoreProxy, kill, moment: Moment, kept):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, moment, Crash(kill)))
        try:
            connection.execute(INSERT, [1])
        except psycopg.OperationalError:
            assert moment is not Moment.AFTER
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert kill.servers == ["server"]
    assert proxy.has_struck()
    assert database.orders() == kept


def test_a_server_that_dies_before_its_commit_has_done_nothing(database, proxy, kill):
    with database.connected() as connection:
        proxy.begin(Strike(COMMITTED, Moment.BEFORE, Crash(kill)))
        connection.execute(INSERT, [1])
        with pytest.raises(psycopg.OperationalError):
            connection.commit()
        assert database.orders() == []


def test_all_connections_of_a_dead_server_go_and_their_transactions_with_them(
    database, proxy, kill
):
    with database.connected() as writing, database.connected(autocommit=True) as other:
        writing.execute(INSERT, [1])
        proxy.begin(Strike("store.read #1 (SELECT orders)", Moment.BEFORE, Crash(kill)))
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT * FROM orders")
        with database.connected(
            autocommit=True,
        ) as after:
            after.execute("SET lock_timeout = '5s'")
            after.execute(INSERT, [1])
        with pytest.raises(psycopg.OperationalError):
            writing.commit()


@pytest.mark.parametrize("style", ["simple", "extended"])
def test_a_write_fails_as_a_serialization_failure_and_can_be_tried_again(
    database, proxy: StoreProxy, style: str
):
    parameters = [1] if style == "extended" else None
    sql = INSERT if parameters else "INSERT INTO orders VALUES (1)"
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, Moment.BEFORE, Refuse()))
        with pytest.raises(psycopg.errors.SerializationFailure):
            connection.execute(sql, parameters)
        assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        connection.execute(sql, parameters)
    assert database.orders() == [1]


@pytest.mark.parametrize("style", ["simple", "extended"])
def test_a_transaction_with_a_failed_write_has_failed_on_both_sides(
    database, proxy: StoreProxy, style: str
):
    parameters = [2] if style == "extended" else None
    sql = INSERT if parameters else "INSERT INTO orders VALUES (2)"
    with database.connected() as connection:
        proxy.begin(Strike("store.write #2 (INSERT orders)", Moment.BEFORE, Refuse("40P01")))
        connection.execute(INSERT, [1])
        with pytest.raises(psycopg.errors.DeadlockDetected):
            connection.execute(sql, parameters)
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.commit()
        assert not any(point.changes for point in proxy.points())
        assert database.orders() == []


@pytest.mark.parametrize("style", ["simple", "extended"])
def test_a_transaction_whose_commit_failed_is_over_on_both_sides(
    database, proxy: StoreProxy, style: str
):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(COMMITTED, Moment.BEFORE, Refuse()))
        connection.execute("BEGIN")
        connection.execute(INSERT, [1])
        with pytest.raises(psycopg.errors.SerializationFailure):
            connection.execute("COMMIT", binary=style == "extended")
        assert connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        assert not any(point.changes for point in proxy.points())
        connection.execute(INSERT, [2])
    assert database.orders() == [2]


def add_in_a_pipeline(connection: psycopg.Connection, numbers: list[int]) -> None:
    with connection.pipeline(), connection.cursor() as cursor:
        for number in numbers:
            cursor.execute(INSERT, [number])


def test_a_refused_pipeline_undoes_what_was_sent_before(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, Moment.BEFORE, Refuse()))
        with pytest.raises(psycopg.errors.SerializationFailure):
            add_in_a_pipeline(connection, [1, 2])
        connection.execute("SELECT 1")
    assert database.orders() == []


@pytest.mark.parametrize(("moment", "kept"), [(Moment.BEFORE, []), (Moment.DONE, [1])])
def test_a_connection_ends_with_an_administrators_word(
    database, proxy: StoreProxy, moment: Moment, kept
):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, moment, Refuse(ADMIN_SHUTDOWN)))
        with pytest.raises(psycopg.errors.AdminShutdown):
            connection.execute(INSERT, [1])
        assert connection.broken
    assert database.orders() == kept


def test_a_begin_fails_only_with_its_connection(database, proxy: StoreProxy):
    with database.connected() as connection:
        proxy.begin(Strike("store.read #1 (BEGIN)", Moment.BEFORE, Refuse()))
        with pytest.raises(psycopg.errors.AdminShutdown):
            connection.execute("SELECT 1")
        assert connection.broken


def test_a_write_that_was_done_is_never_called_a_serialization_failure():
    with pytest.raises(UsageError, match="does not answer '40001' there; ask for one of 57P01"):
        Postgres().spoil("40001", b"")


@pytest.mark.parametrize(("moment", "kept"), [(Moment.BEFORE, []), (Moment.DONE, [1])])
def test_a_connection_is_dropped(database, proxy: StoreProxy, moment: Moment, kept):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, moment, Drop()))
        with pytest.raises(psycopg.OperationalError):
            connection.execute(INSERT, [1])
    assert database.orders() == kept


def test_a_write_is_held_and_goes_on(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, Moment.BEFORE, Hold()))
        writing = threading.Thread(target=connection.execute, args=(INSERT, [1]))
        writing.start()
        assert proxy.wait_until_struck(5)
        assert database.orders() == []
        proxy.release()
        writing.join()
    assert database.orders() == [1]


@pytest.mark.parametrize(
    ("moment", "action", "kept"),
    [
        (Moment.BEFORE, Hold(), []),
        (Moment.DONE, Hold(), [1]),
        (Moment.BEFORE, Delay(timedelta(hours=1)), []),
    ],
)
def test_who_hangs_up_meanwhile_wants_nothing_any_more(
    database, proxy: StoreProxy, moment: Moment, action: Action, kept
):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, moment, action))
        connection.pgconn.send_query(b"INSERT INTO orders VALUES (1)")
        connection.pgconn.flush()
        assert proxy.wait_until_struck(5)
    assert proxy.wait_until_gone(5)
    proxy.release()
    assert database.orders() == kept


def test_a_slow_write_comes_to_its_end(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.begin(Strike(PLACED, Moment.BEFORE, Delay(timedelta(milliseconds=20))))
        connection.execute(INSERT, [1])
    assert proxy.has_struck()
    assert database.orders() == [1]


def test_who_waits_for_a_lock_of_the_store_goes_on_behind_the_other(
    database, proxy: StoreProxy, kill
):
    with database.pair() as pair, ThreadPoolExecutor() as threads:

        def add(who: Who) -> int:
            connection = pair[who]
            with connection.transaction():
                connection.execute("LOCK TABLE orders")
                (number,) = connection.execute("SELECT count(*) FROM orders").fetchone()
                connection.execute(INSERT, [number + 1])
            proxy.ended(passing, who)
            return number

        started = {}
        passing = Passing(
            Overlap(Order(("store.read #3 (SELECT orders)",)), on_two_nodes=False),
            lambda who: started.setdefault(who, threads.submit(add, who)),
            lambda: False,
            Crash(kill),
        )
        proxy.let_pass(passing)
        assert [started[who].result() for who in Who] == [0, 1]
    moves = [(move.who, move.call) for move in passing.moves]
    waits = (Who.SECOND, "store.read #2 (LOCK orders)"), (Who.SECOND, "wait #1")
    assert moves.index(waits[0]) < moves.index((Who.FIRST, COMMITTED)) < moves.index(waits[1])
    assert passing.was_kept


def test_a_store_that_is_down_refuses_connections_and_comes_back(database, proxy: StoreProxy):
    with database.connected(autocommit=True) as connection:
        proxy.shut()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="refused"), database.connected():
            pass
        proxy.reopen()
        with database.connected() as another:
            assert another.execute("SELECT 1").fetchone() == (1,)
    assert proxy.troubles() == ()


def test_encryption_is_offered_to_the_store_and_its_answer_passed_on(database, proxy: StoreProxy):
    with database.connected(sslmode="prefer") as connection:
        proxy.begin()
        connection.execute("SELECT 1")
        name = proxy.points()[0].name
        assert name == (
            "store.call #1" if connection.pgconn.ssl_in_use else "store.read #1 (BEGIN)"
        )


def test_what_is_no_postgres_is_a_trouble_of_its_own(database, proxy: StoreProxy):
    import socket

    with socket.create_connection(("127.0.0.1", database.port), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    (trouble,) = map(str, proxy.troubles())
    assert "no start of PostgreSQL's protocol" in trouble


def test_what_the_server_s_own_time_decides_is_told(database):
    with database.connected(autocommit=True) as connection:
        connection.execute("SELECT number FROM orders WHERE number = %s", [1])
        assert database.timed == set()
        connection.execute("SELECT number FROM orders WHERE %s < now()", ["2026-01-01"])
        connection.execute(b"DELETE FROM orders WHERE now() < '2026-01-01'")
    assert database.timed == {"SELECT orders", "DELETE orders"}
