"""Bytes whose meaning is not known."""

import concurrent.futures
import gc
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic

import pytest

from simulators.errors import TargetError, UsageError
from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.http import Http, storing
from simulators.targets.proxy.listener import Store, Upstream
from simulators.targets.proxy.postgres import Postgres
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.redis import Redis
from simulators.targets.proxy.strike import Crash, Drop, Hang, Moment, Refuse, Strike
from simulators.targets.proxy.tcp import Tcp
from simulators.targets.target import Point


def echo(connection: socket.socket) -> None:
    """Greet, and say everything again."""
    connection.sendall(b"welcome")
    while raw := connection.recv(100):
        connection.sendall(raw)


@pytest.fixture
def port(proxy: StoreProxy, serving: Callable[..., int]) -> int:
    """Where the proxy stands before a server that greets, and says everything again."""
    return proxy.open(Store("store", "server", Upstream("127.0.0.1", serving(echo)), Tcp))


@pytest.fixture
def client(port: int) -> Iterator[socket.socket]:
    """A client that has been greeted."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        assert client.recv(100) == b"welcome"
        yield client


def say(client: socket.socket, raw: bytes) -> bytes:
    client.sendall(raw)
    return client.recv(100)


def test_what_is_sent_up_to_the_answer_is_a_round_trip(client: socket.socket, proxy: StoreProxy):
    proxy.begin()
    assert say(client, b"one") == b"one"
    assert say(client, b"two") == b"two"
    assert proxy.points() == (
        Point("store.call #1", changes=True, is_first=True),
        Point("store.call #2", changes=True, is_first=False),
    )


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.DONE])
def test_a_server_dies_at_a_call(client: socket.socket, proxy: StoreProxy, kill, moment: Moment):
    proxy.begin(Strike("store.call #2", moment, Crash(kill)))
    assert say(client, b"one") == b"one"
    with pytest.raises(ConnectionResetError):
        say(client, b"two")
    assert kill.servers == ["server"]


@pytest.mark.parametrize("action", [Drop(), Refuse(), Hang(timedelta(milliseconds=1))])
@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.DONE])
def test_bytes_know_no_error_but_the_end(client: socket.socket, proxy, moment: Moment, action):
    proxy.begin(Strike("store.call #1", moment, action))
    with pytest.raises(ConnectionResetError):
        say(client, b"one")


def test_an_error_of_some_protocol_is_not_answered():
    for refused in (Tcp().refuse, lambda code: Tcp().spoil(code, b"")):
        with pytest.raises(UsageError, match="drop the connection instead"):
            refused("503")


def test_nothing_is_refused_after_the_answer():
    with pytest.raises(UsageError, match="before the answer returns"):
        Strike("store.call #1", Moment.AFTER, Refuse())


def test_a_kill_that_fails_holds_nobody_for_ever(client: socket.socket, proxy: StoreProxy):
    def fail(server: str) -> None:
        raise TargetError(f"{server} does not die")

    proxy.begin(Strike("store.call #1", Moment.BEFORE, Crash(fail)))
    with pytest.raises(ConnectionResetError):
        say(client, b"one")
    assert [*map(str, proxy.troubles())] == ["server does not die"]


def test_a_delivery_does_not_end_before_a_dying_server_is_dead(client, proxy: StoreProxy):
    dying, is_ending, dead = threading.Event(), threading.Event(), threading.Event()

    def kill(_: str) -> None:
        dying.set()
        assert is_ending.wait(5)
        # What is asked for by now is answered before these are.
        for _ in range(20):
            proxy.points()
        dead.set()

    proxy.begin(Strike("store.call #1", Moment.BEFORE, Crash(kill)))
    client.sendall(b"one")
    assert dying.wait(5)
    is_ending.set()
    proxy.end()
    assert dead.is_set()


def test_an_error_that_nobody_expected_is_a_trouble(client: socket.socket, proxy: StoreProxy):
    proxy.begin(Strike("store.call #1", Moment.BEFORE, Crash(lambda _: 1 // 0)))
    client.sendall(b"one")
    assert proxy.wait_until_gone(5)
    (trouble,) = map(str, proxy.troubles())
    assert trouble.startswith("a conversation with a store ended with ZeroDivisionError")


def test_a_port_that_is_taken_is_told_with_its_remedy(proxy: StoreProxy, port: int):
    with pytest.raises(TargetError, match=f"port {port} for a store cannot be had"):
        proxy.open(Store("store", "server", None, Tcp), port)


def test_nothing_can_be_asked_where_nobody_is(proxy: StoreProxy):
    port = proxy.open(Store("store", "server", None, Tcp))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as client,
        pytest.raises(ConnectionResetError),
    ):
        say(client, b"one")
    (trouble,) = map(str, proxy.troubles())
    assert trouble.endswith("name an upstream for this store")


def test_a_closed_proxy_says_so_and_leaves_nothing_behind(port: int, proxy: StoreProxy):
    proxy.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with pytest.raises(TargetError, match="the store proxy is closed; make another"):
        proxy.begin()
    proxy.close()


def test_what_does_not_come_is_not_waited_for_long(proxy: StoreProxy):
    proxy.begin(Strike("store.call #1", Moment.BEFORE, Drop()))
    assert not proxy.wait_until_struck(0.01)


def encrypt(connection: socket.socket) -> None:
    """A PostgreSQL that is ready for TLS, and echoes what is then sent."""
    assert connection.recv(100) == SSL_REQUEST
    connection.sendall(b"S")
    while raw := connection.recv(100):
        connection.sendall(raw)


SSL_REQUEST = bytes((0, 0, 0, 8, 4, 210, 22, 47))


def test_what_postgresql_encrypts_is_passed_through_and_counted_as_bytes(
    proxy: StoreProxy, serving: Callable[..., int]
):
    upstream = Upstream("127.0.0.1", serving(encrypt))
    port = proxy.open(Store("store", "server", upstream, Postgres))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        proxy.begin()
        assert say(client, SSL_REQUEST) == b"S"
        assert say(client, b"\x16\x03\x01 hello") == b"\x16\x03\x01 hello"
        assert proxy.points() == (Point("store.call #1", changes=True, is_first=True),)


def test_postgresql_that_is_encrypted_from_the_first_byte_is_bytes():
    dialect, buffer = Postgres(), bytearray(b"\x16\x03\x01 hello")
    request = dialect.take_request(buffer)
    assert request is not None
    assert request.call == Call(Kind.CALL)


def upgrade(connection: socket.socket) -> None:
    """An API that goes on as a WebSocket."""
    connection.recv(1000)
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    )
    while raw := connection.recv(100):
        connection.sendall(raw)


def test_a_websocket_is_passed_through_and_counted_as_bytes(
    proxy: StoreProxy, serving: Callable[..., int]
):
    upstream = Upstream("127.0.0.1", serving(upgrade))
    port = proxy.open(Store("store", "server", upstream, lambda: Http(storing)))
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        asked = (
            b"GET /live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
        assert say(client, asked).startswith(b"HTTP/1.1 101")
        proxy.begin()
        assert say(client, b"frame") == b"frame"
        assert proxy.points() == (Point("store.call #1", changes=True, is_first=True),)


@pytest.mark.parametrize(
    ("dialect", "sent"),
    [(Redis, b"*x\r\n"), (Redis, b"a" * 70_000), (Http, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
)
def test_what_is_of_another_protocol_is_told_with_its_remedy(dialect, sent: bytes):
    made = dialect(storing) if dialect is Http else dialect()
    with pytest.raises(TargetError, match="set the protocol of this store to tcp"):
        made.take_request(bytearray(sent))


def test_nothing_goes_on_for_somebody_who_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    proxy = StoreProxy()
    proxy.begin(Strike("store.call #1", Moment.BEFORE, Drop()))
    with monkeypatch.context() as patch:
        patch.setattr(concurrent.futures.Future, "result", interrupt)
        with pytest.raises(KeyboardInterrupt):
            proxy.linger()
    proxy.close()
    gc.collect()
    assert "was destroyed" not in caplog.text


def test_what_goes_on_behind_a_reply_is_given_as_long_as_is_asked_for() -> None:
    proxy = StoreProxy()
    proxy.begin()
    began = monotonic()
    proxy.linger(0.2)
    assert monotonic() - began >= 0.2
    proxy.close()
