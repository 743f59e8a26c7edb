"""The points of an application in this process: its calls to a cluster of Redis servers."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Final

import pytest
import redis
from fastapi import FastAPI, Response

from simulators.targets.asgi import AsgiTarget
from simulators.targets.processes.ports import free_port
from simulators.targets.target import Delivery
from tests.waiting import wait_until

PUSHED, LENGTH = "store.write #1 (RPUSH orders)", "store.read #1 (LLEN orders)"
PIPED, EXECUTED = "store.write #1 (PIPELINE RPUSH orders)", "store.write #1 (EXEC RPUSH orders)"
WATCHED: Final = ("store.read #1 (WATCH orders)", "store.read #2 (LLEN orders)", EXECUTED)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """That of a cluster of one server, which has all slots."""
    port, bus = free_port(), free_port()
    settings = {"port": port, "cluster-port": bus, "bind": "127.0.0.1", "cluster-enabled": "yes"}
    words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    folder = tmp_path_factory.mktemp("cluster")
    with subprocess.Popen(
        ["redis-server", *words, "--save", ""], cwd=folder, stdout=subprocess.DEVNULL
    ) as server:
        try:
            with redis.Redis(port=port, retry=None) as direct:
                wait_until(lambda: is_up(direct))
                direct.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
                wait_until(lambda: b"cluster_state:ok" in info(direct))
            yield port
        finally:
            server.kill()


def info(direct: Any) -> bytes:
    return bytes(direct.execute_command("CLUSTER", "INFO", NEVER_DECODE=True))


def is_up(direct: Any) -> bool:
    try:
        return bool(direct.ping())
    except redis.ConnectionError:
        return False


@pytest.fixture
def cluster(need: Callable[[str | None], None], request: pytest.FixtureRequest) -> int:
    need(None if shutil.which("redis-server") else "redis-server is not installed")
    port: int = request.getfixturevalue("port")
    with redis.RedisCluster("127.0.0.1", port) as direct:
        direct.flushall()
    return port


def serving(place: Callable[..., Any], port: int) -> FastAPI:
    app = FastAPI()

    def answer(count: object) -> object:
        return {"response": {"text": f"{count} placed"}, "sessionId": "s-1"}

    if iscoroutinefunction(place):

        @app.post("/api/chat")
        async def chat(message: dict[str, Any], response: Response) -> object:
            try:
                async with redis.asyncio.RedisCluster("127.0.0.1", port) as client:
                    return answer(await place(client, message["message"]))
            except redis.RedisError:
                response.status_code = 503
                return {}

    else:

        @app.post("/api/chat")
        def chat_in_a_thread(message: dict[str, Any], response: Response) -> object:
            try:
                with redis.RedisCluster("127.0.0.1", port) as client:
                    return answer(place(client, message["message"]))
            except redis.RedisError:
                response.status_code = 503
                return {}

    return app


def one_by_one(client: Any, text: str) -> object:
    client.rpush("orders", text)
    return client.llen("orders")


async def one_by_one_later(client: Any, text: str) -> object:
    await client.rpush("orders", text)
    return await client.llen("orders")


def by_a_pipeline(client: Any, text: str) -> object:
    with client.pipeline() as pipeline:
        pipeline.rpush("orders", text)
        pipeline.llen("orders")
        return pipeline.execute()[-1]


async def by_a_pipeline_later(client: Any, text: str) -> object:
    async with client.pipeline() as pipeline:
        pipeline.rpush("orders", text)
        pipeline.llen("orders")
        return (await pipeline.execute())[-1]


def by_a_transaction(client: Any, text: str) -> object:
    with client.pipeline(transaction=True) as pipeline:
        pipeline.watch("orders")
        count = pipeline.llen("orders") + 1
        pipeline.multi()
        pipeline.rpush("orders", text)
        pipeline.execute()
        return count


async def by_a_transaction_later(client: Any, text: str) -> object:
    async with client.pipeline(transaction=True) as pipeline:
        pipeline.rpush("orders", text)
        pipeline.llen("orders")
        return (await pipeline.execute())[-1]


@pytest.mark.parametrize(
    ("place", "points"),
    [
        (one_by_one, (PUSHED, LENGTH)),
        (one_by_one_later, (PUSHED, LENGTH)),
        (by_a_pipeline, (PIPED,)),
        (by_a_pipeline_later, (PIPED,)),
        (by_a_transaction, WATCHED),
        (by_a_transaction_later, (EXECUTED,)),
    ],
)
def test_calls_to_a_cluster_are_named_and_struck_as_those_to_a_server(
    place: Callable[..., Any], points: tuple[str, ...], cluster: int, begun: Any
) -> None:
    target = begun(AsgiTarget("shop", partial(serving, place, cluster)))

    def said(text: str) -> Any:
        return target.deliver(Delivery(text, "hari", "m-1"))

    assert said("one").text == "1 placed"
    assert tuple(point.name for point in target.points()) == points
    (lasts,) = [point.name for point in target.points() if point.changes]
    for break_, status, kept in (
        ("crash before", 0, ["one"]),
        ("error before", 503, ["one"]),
        ("crash after", 0, ["one", "two"]),
        ("error after", 503, ["one", "two", "two"]),
    ):
        target.interrupt(break_, lasts)
        assert said("two").status == status, break_
        assert target.was_interrupted()
        with redis.RedisCluster("127.0.0.1", cluster, decode_responses=True) as direct:
            assert direct.lrange("orders", 0, -1) == kept
    assert target.missed == ()
