"""Keys of a real Redis that go earlier, and servers that let none go."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis

from simulators.errors import TargetError
from simulators.targets.proxy.listener import Store, Upstream
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.redis import Redis
from simulators.targets.proxy.redis_commands import keys_of
from simulators.targets.proxy.redis_deadlines import Deadlines, Opening

REDIS = Upstream("127.0.0.1", 6379)
MINUTE = timedelta(minutes=1)
SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1], 'EX', 100)"


@pytest.fixture
def deadlines() -> Deadlines:
    return Deadlines()


@pytest.fixture
def serviced(proxy: StoreProxy, deadlines: Deadlines) -> Iterator[Callable[..., redis.Redis]]:
    """Clients of a service, whose keys are noted."""
    port = proxy.open(Store("store", "server", REDIS, lambda: Redis(deadlines)))
    clients = []

    def client(**options: object) -> redis.Redis:
        clients.append(redis.Redis(port=port, decode_responses=True, **options))
        return clients[-1]

    yield client
    for one in clients:
        one.close()


def test_a_key_goes_earlier_by_what_has_passed(serviced, prefix, deadlines):
    client, key = serviced(), f"session:{prefix}"
    client.set(key, "asked", ex=100)
    deadlines.bring_nearer(REDIS, MINUTE)
    assert 30 < client.ttl(key) <= 40
    deadlines.bring_nearer(REDIS, MINUTE)
    assert client.get(key) is None


def test_what_has_no_end_stays(serviced, prefix, deadlines):
    client, key = serviced(), f"session:{prefix}"
    client.set(key, "asked")
    deadlines.bring_nearer(REDIS, MINUTE)
    assert client.ttl(key) == -1


def test_what_the_service_did_not_name_is_not_touched(serviced, prefix, deadlines):
    with redis.Redis(port=REDIS.port) as other:
        other.set(f"theirs:{prefix}", "asked", ex=100)
        serviced().set(f"session:{prefix}", "asked", ex=100)
        deadlines.bring_nearer(REDIS, MINUTE)
        assert other.ttl(f"theirs:{prefix}") > 90


def test_keys_of_a_transaction_and_of_a_script_go_too(serviced, prefix, deadlines):
    client, keys = serviced(), [f"one:{prefix}", f"two:{prefix}", f"three:{prefix}"]
    with client.pipeline() as transaction:
        transaction.set(keys[0], "asked", ex=100)
        transaction.execute()
    client.eval(SCRIPT, 1, keys[1], "asked")
    client.hset(keys[2], "step", "confirming")
    client.expire(keys[2], 100)
    deadlines.bring_nearer(REDIS, MINUTE)
    assert all(0 < client.ttl(key) <= 40 for key in keys)


def test_each_database_has_its_own_keys(serviced, prefix, deadlines):
    key = f"session:{prefix}"
    serviced(db=1).set(key, "asked", ex=100)
    serviced().set(key, "asked")
    try:
        deadlines.bring_nearer(REDIS, MINUTE)
        assert 0 < serviced(db=1).ttl(key) <= 40
        assert serviced().ttl(key) == -1
    finally:
        serviced(db=1).delete(key)


def test_what_was_forgotten_stays(serviced, prefix, deadlines):
    serviced().set(f"session:{prefix}", "asked", ex=100)
    deadlines.forget()
    deadlines.bring_nearer(REDIS, MINUTE)
    assert serviced().ttl(f"session:{prefix}") > 90


def test_a_connection_of_ours_begins_as_the_service_s_did():
    opening = Opening().after([b"HELLO", b"3", b"AUTH", b"shop", b"secret"])
    assert opening.after([b"select", b"2"]).after([b"GET", b"a"]).commands == [
        (b"AUTH", b"shop", b"secret"),
        (b"select", b"2"),
    ]
    assert opening.after([b"AUTH", b"other"]).commands == [(b"AUTH", b"other")]
    assert Opening().after([]).after([b"HELLO", b"3"]).commands == []


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ([b"GET", b"a"], [b"a"]),
        ([b"DBSIZE"], []),
        ([b"eval", b"return 1", b"2", b"a", b"b", b"argument"], [b"a", b"b"]),
        ([b"EVALSHA", b"abc", b"many", b"a"], []),
        ([b"FCALL", b"save"], []),
    ],
)
def test_commands_name_keys(words: list[bytes], keys: list[bytes]):
    assert list(keys_of(words)) == keys


@pytest.mark.parametrize(
    ("answer", "reason"), [(b"-NOPERM no\r\n", "-NOPERM no"), (b"", "it hung up")]
)
def test_a_store_that_lets_no_time_pass_is_told(serving, deadlines, answer, reason):
    def refuse(connection: socket.socket) -> None:
        connection.recv(100)
        connection.sendall(answer)

    deadlines.named(Opening(), [b"session"])
    with pytest.raises(TargetError, match=f"{reason}.*name a hook of the service as the clock"):
        deadlines.bring_nearer(Upstream("127.0.0.1", serving(refuse)), MINUTE)


def test_a_store_that_is_not_there_is_told(deadlines):
    deadlines.named(Opening(), [b"session"])
    with pytest.raises(TargetError, match=r"no time passes for the keys of the store at 127"):
        deadlines.bring_nearer(Upstream("127.0.0.1", 9), MINUTE)
