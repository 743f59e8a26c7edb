"""Redis behind the proxy: the real one, with redis-py as its client."""

import threading

import pytest
import redis

from simulators.errors import UsageError
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.redis import Redis
from simulators.targets.proxy.strike import Crash, Drop, Hold, Moment, Refuse, Strike
from simulators.targets.target import Point

SET = "store.write #1 (SET session:*)"


def test_commands_have_names_and_say_what_changed(cache: redis.Redis, proxy: StoreProxy, prefix):
    key = f"session:{prefix}"
    cache.ping()
    proxy.begin()
    assert cache.get(key) is None
    cache.set(key, "asked")
    cache.set(key, "lost", nx=True)
    assert cache.get(key) == "asked"
    cache.delete(key)
    cache.delete(key)
    assert proxy.points() == (
        Point("store.read #1 (GET session:*)", changes=False, is_first=True),
        Point(SET, changes=True, is_first=False),
        Point("store.write #2 (SET session:*)", changes=False, is_first=False),
        Point("store.read #2 (GET session:*)", changes=False, is_first=False),
        Point("store.write #3 (DEL session:*)", changes=True, is_first=False),
        Point("store.write #4 (DEL session:*)", changes=False, is_first=False),
    )


def test_a_connection_that_is_set_up_makes_no_round_trip(cache: redis.Redis, proxy: StoreProxy):
    proxy.begin()
    cache.ping()
    assert proxy.points() == ()


def test_a_transaction_is_one_round_trip(cache: redis.Redis, proxy: StoreProxy, prefix):
    proxy.begin()
    with cache.pipeline() as transaction:
        transaction.get(f"session:{prefix}")
        transaction.incr(f"orders:{prefix}")
        assert transaction.execute() == [None, 1]
    assert proxy.points() == (Point("store.write #1 (EXEC INCRBY orders:*)", True, True),)


def test_a_transaction_that_somebody_else_was_faster_than_changes_nothing(
    cache: redis.Redis, proxy: StoreProxy, prefix
):
    key = f"session:{prefix}"
    proxy.begin()
    with cache.pipeline() as transaction:
        transaction.watch(key)
        cache.set(key, "theirs")
        transaction.multi()
        transaction.set(key, "ours")
        with pytest.raises(redis.WatchError):
            transaction.execute()
    assert proxy.points()[-1] == Point("store.write #2 (EXEC SET session:*)", False, False)


@pytest.mark.parametrize(
    ("moment", "kept"), [(Moment.BEFORE, None), (Moment.DONE, "asked"), (Moment.AFTER, "asked")]
)
def test_a_server_dies_at_a_write(
    cache: redis.Redis, proxy: StoreProxy, prefix, kill, moment: Moment, kept
):
    key = f"session:{prefix}"
    proxy.begin(Strike(SET, moment, Crash(kill)))
    try:
        cache.set(key, "asked")
    except redis.ConnectionError:
        assert moment is not Moment.AFTER
    assert proxy.wait_until_gone(5)
    assert kill.servers == ["server"]
    assert proxy.has_struck()
    with redis.Redis(decode_responses=True) as direct:
        assert direct.get(key) == kept


def test_a_command_is_refused_and_can_be_tried_again(cache: redis.Redis, proxy, prefix):
    key = f"session:{prefix}"
    proxy.begin(Strike(SET, Moment.BEFORE, Refuse()))
    with pytest.raises(redis.exceptions.BusyLoadingError):
        cache.set(key, "asked")
    assert cache.get(key) is None
    cache.set(key, "asked")
    assert cache.get(key) == "asked"


def test_a_refused_transaction_does_nothing_of_it(cache: redis.Redis, proxy, prefix):
    key = f"orders:{prefix}"
    proxy.begin(Strike("store.write #1 (EXEC INCRBY orders:*)", Moment.BEFORE, Refuse("OOM")))
    with cache.pipeline() as transaction:
        transaction.incr(key)
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            transaction.execute()
    assert cache.get(key) is None
    cache.incr(key)
    assert cache.get(key) == "1"


def test_after_it_was_done_a_refusal_is_a_lost_connection(cache: redis.Redis, proxy, prefix):
    key = f"session:{prefix}"
    proxy.begin(Strike(SET, Moment.DONE, Refuse()))
    with pytest.raises(redis.ConnectionError):
        cache.set(key, "asked")
    assert cache.get(key) == "asked"


def test_an_error_that_does_not_exist_is_not_answered():
    with pytest.raises(UsageError, match="ask for one of LOADING, ERR, READONLY, OOM"):
        Redis().refuse("503")
    with pytest.raises(UsageError, match="drop the connection instead"):
        Redis().spoil("ERR", b"+OK\r\n")


def test_a_connection_is_dropped_before_anything_was_done(cache: redis.Redis, proxy, prefix):
    proxy.begin(Strike(SET, Moment.BEFORE, Drop()))
    with pytest.raises(redis.ConnectionError):
        cache.set(f"session:{prefix}", "asked")
    assert cache.get(f"session:{prefix}") is None


def test_a_client_loses_its_patience(cache: redis.Redis, proxy: StoreProxy, prefix):
    port = cache.connection_pool.connection_kwargs["port"]
    proxy.begin(Strike(SET, Moment.BEFORE, Hold()))
    with (
        redis.Redis(port=port, retry=None, socket_timeout=0.05) as impatient,
        pytest.raises(redis.TimeoutError),
    ):
        impatient.set(f"session:{prefix}", "asked")
    assert proxy.has_struck()


def test_what_is_published_gets_through(cache: redis.Redis, prefix):
    with cache.pubsub() as subscribed:
        subscribed.subscribe(prefix)
        assert subscribed.get_message(timeout=5)["type"] == "subscribe"
        cache.publish(prefix, "hello")
        assert subscribed.get_message(timeout=5)["data"] == "hello"


def test_commands_of_several_threads_get_their_own_answers(cache: redis.Redis, proxy, prefix):
    def count(name: str) -> None:
        for number in range(1, 20):
            assert cache.incr(f"{name}:{prefix}") == number

    proxy.begin()
    threads = [threading.Thread(target=count, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(proxy.points()) == 38


def read(raw: bytes) -> tuple[bytes, bytes]:
    """What one reply is, and what is left of the bytes."""
    dialect, buffer = Redis(), bytearray(b"GET session\r\n")
    dialect.take_request(buffer)
    buffer = bytearray(raw)
    return dialect.take_answer(buffer, is_closed=False).raw, bytes(buffer)


@pytest.mark.parametrize(
    "reply",
    [
        b"+OK\r\n",
        b"$5\r\nhello\r\n",
        b"$-1\r\n",
        b"*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
        b"%1\r\n+key\r\n~2\r\n#t\r\n_\r\n",
        b"|1\r\n+ttl\r\n:3600\r\n+OK\r\n",
        b"=7\r\ntxt:abc\r\n",
    ],
)
def test_a_reply_ends_where_it_ends(reply: bytes):
    assert read(reply + b"+NEXT\r\n") == (reply, b"+NEXT\r\n")
    assert read(reply[:-1]) == (b"", reply[:-1])
