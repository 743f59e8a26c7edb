"""SQL by its first keywords."""

import pytest

from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.sql import call_of, change_of, decided_by_own_time


@pytest.mark.parametrize(
    ("sql", "kind", "label"),
    [
        ("select 1", Kind.READ, "SELECT"),
        ("/* INSERT INTO x */ -- DELETE FROM y\n SELECT a FROM orders", Kind.READ, "SELECT orders"),
        ("SELECT 'INSERT INTO x; DELETE FROM y'", Kind.READ, "SELECT"),
        ("SELECT $body$; DELETE FROM y; $body$", Kind.READ, "SELECT"),
        ("SELECT * FROM stock FOR UPDATE SKIP LOCKED", Kind.READ, "SELECT stock"),
        ("WITH a AS (SELECT 1 FROM b FOR UPDATE OF b) SELECT * FROM a", Kind.READ, "SELECT"),
        ('INSERT INTO "public"."orders" VALUES (1)', Kind.WRITE, "INSERT public.orders"),
        ("update only stock set n = 1", Kind.WRITE, "UPDATE stock"),
        ("WITH a AS (UPDATE stock SET n = 1 RETURNING n) SELECT", Kind.WRITE, "UPDATE stock"),
        ("EXPLAIN ANALYZE DELETE FROM orders", Kind.WRITE, "DELETE orders"),
        ("SELECT * INTO copied FROM orders", Kind.WRITE, "SELECT orders"),
        ("CREATE TABLE IF NOT EXISTS orders (n int)", Kind.WRITE, "CREATE orders"),
        ("TRUNCATE orders", Kind.WRITE, "TRUNCATE orders"),
        ("CALL place_order(1)", Kind.WRITE, "CALL"),
        ("BEGIN; INSERT INTO orders VALUES (1); COMMIT", Kind.WRITE, "INSERT orders"),
        ("INSERT IGNORE INTO `shop`.`orders` VALUES (1)", Kind.WRITE, "INSERT shop.orders"),
        ("INSERT OR REPLACE INTO orders VALUES (1)", Kind.WRITE, "INSERT orders"),
        ("REPLACE INTO orders VALUES (1)", Kind.WRITE, "REPLACE orders"),
        ("UPDATE IGNORE orders SET n = 1", Kind.WRITE, "UPDATE orders"),
        ("USE shop", Kind.READ, "USE"),
        ("DESCRIBE orders", Kind.READ, "DESCRIBE"),
        ("(SELECT 1)", Kind.READ, "SELECT"),
        ("  ; ", Kind.READ, ""),
        ("?", Kind.WRITE, "?"),
    ],
)
def test_a_statement_is_a_read_or_a_write(sql: str, kind: Kind, label: str):
    assert call_of(sql, has_written=False) == Call(kind, label)


@pytest.mark.parametrize("keyword", ["COMMIT", "end"])
def test_a_commit_writes_what_its_transaction_has_written(keyword: str):
    assert call_of(keyword, has_written=True) == Call(Kind.WRITE, "COMMIT")
    assert call_of(keyword, has_written=False) == Call(Kind.READ, "COMMIT")


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("delete from orders where id = :session_id", "DELETE orders"),
        ("SELECT 1; UPDATE stock SET n = 1", "UPDATE stock"),
        ("WITH a AS (DELETE FROM orders RETURNING n) SELECT n FROM a", "DELETE orders"),
        ("WITH a AS (SELECT 1) SELECT * FROM a", None),
        ("SELECT 'DELETE FROM orders' -- DROP TABLE orders", None),
        ("FROM orders", None),
        ("EXEC orders_of :session_id", None),
        ("PRAGMA table_info(orders)", None),
    ],
)
def test_what_a_query_changes_is_told_where_its_keywords_say_it(sql: str, changed: str | None):
    assert change_of(sql) == changed


@pytest.mark.parametrize(
    ("sql", "label"),
    [
        ("SELECT state FROM sessions WHERE id = $1 AND expires_at > now()", "SELECT sessions"),
        ("SELECT expires_at < CURRENT_TIMESTAMP FROM sessions", "SELECT sessions"),
        ("DELETE FROM sessions WHERE expires_at < clock_timestamp ()", "DELETE sessions"),
        ("UPDATE sessions SET state = $1 WHERE expires_at > localtimestamp", "UPDATE sessions"),
        ("UPDATE sessions SET updated_at = now() WHERE id = $1", None),
        ("INSERT INTO orders (placed_at) VALUES (now())", None),
        ("SELECT state FROM sessions WHERE id = 'now()'", None),
        ("SELECT known(id) FROM sessions", None),
    ],
)
def test_what_the_own_time_of_a_database_decides_is_told(sql: str, label: str | None) -> None:
    assert decided_by_own_time(sql) == label
