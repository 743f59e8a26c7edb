"""The calls to Redis by redis-py, at once and as coroutines."""

from collections.abc import Sequence
from typing import Any

from simulators.targets.application.patches import Patches
from simulators.targets.drivers.calls import Asking, Calls
from simulators.targets.drivers.wrapping import around
from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.labels import of_words
from simulators.targets.proxy.redis_commands import (
    NULL_IS_NO_CHANGE,
    SETTING_UP,
    ZERO_IS_NO_CHANGE,
    call_of,
    first_writing,
)


def watch(redis: Any, calls: Calls, patches: Patches) -> None:
    """Watch commands and pipelines, to one server or to a cluster. A pipeline is one call, be it a
    transaction or not; what a subscriber is told is not seen."""

    def lost() -> Exception:
        error: Exception = redis.ConnectionError("Connection closed by server.")
        return error

    def late() -> Exception:
        error: Exception = redis.TimeoutError("Timeout reading from socket")
        return error

    def commanding(_: object, *command: object, **__: object) -> Asking:
        words = _words(command)
        call = None if words[0] in SETTING_UP else call_of(words)
        return Asking(call, lost, late, lambda result: _is_change(words[0], call, result))

    def together(commands: Sequence[Sequence[object]], *, is_whole: bool) -> Asking:
        name = "EXEC" if is_whole else "PIPELINE"
        first = first_writing([call_of(_words(one)) for one in commands]) if commands else None
        call = None if first is None else Call(first.kind, of_words(name, first.label))
        return Asking(call, lost, late, lambda result: _is_change(b"EXEC", call, result))

    def piping(pipeline: Any, *_: object, **__: object) -> Asking:
        is_whole = pipeline.explicit_transaction or _is_transaction(pipeline)
        return together([command for command, *_ in pipeline.command_stack], is_whole=is_whole)

    def piping_to_nodes(pipeline: Any, *_: object, **__: object) -> Asking:
        strategy = getattr(pipeline, "_execution_strategy", None)
        if strategy is None:
            # That of an older redis-py than 6.
            calls.unwatched.add("redis.cluster")
            return together((), is_whole=False)
        is_whole = type(strategy).__name__ == "TransactionStrategy"
        return together([one.args for one in strategy._command_queue], is_whole=is_whole)

    # redis-py imports its asynchronous half and those of clusters by itself.
    one = around(calls, commanding)
    for client in (redis.client, redis.asyncio.client):
        patches.put(client.Redis, "execute_command", one)
        patches.put(client.Pipeline, "immediate_execute_command", one)
        patches.put(client.Pipeline, "execute", around(calls, piping))
    for cluster in (redis.cluster, redis.asyncio.cluster):
        patches.put(cluster.RedisCluster, "execute_command", one)
        patches.put(cluster.ClusterPipeline, "execute", around(calls, piping_to_nodes))
        if hasattr(cluster, "TransactionStrategy"):
            patches.put(cluster.TransactionStrategy, "_immediate_execute_command", one)


def _words(command: Sequence[object]) -> Sequence[bytes]:
    """The words of a command as they are sent, its own in capitals."""
    first, *rest = (one if isinstance(one, bytes) else str(one).encode() for one in command)
    return (*first.upper().split(), *rest)


def _is_transaction(pipeline: Any) -> bool:
    """The two halves of redis-py have different names for it."""
    return bool(vars(pipeline).get("is_transaction", vars(pipeline).get("transaction")))


def _is_change(command: bytes, call: Call | None, result: object) -> bool:
    if call is None or call.kind is not Kind.WRITE:
        return False
    if command in NULL_IS_NO_CHANGE and result is None:
        return False
    return not (command in ZERO_IS_NO_CHANGE and result in (0, False))
