"""Any ASGI application as a target, and the chat core through it as through the reference."""

import asyncio
import contextvars
import json
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from pydantic import BaseModel

from simulators.errors import TargetError, Unsupported, UsageError
from simulators.targets.application.incarnation import PATIENCE
from simulators.targets.asgi import AsgiTarget
from simulators.targets.reference import ReferenceTarget
from simulators.targets.simulation.simulation import START
from simulators.targets.speech.wire import Wire
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Target
from simulators.trace import Answer

INCARNATION = "simulators.targets.application.incarnation"

Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def _reply(send: Send, status: int, document: object, *headers: tuple[bytes, bytes]) -> None:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body[:5], "more_body": True})
    await send({"type": "http.response.body", "body": body[5:]})


class Shop:
    """A foreign service, which reads the wall clock for its expiry and knows no lifespan."""

    def __init__(self, kept: dict[str, datetime]) -> None:
        self.kept = kept
        self.memory: dict[str, int] = {}

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        message = json.loads((await receive())["body"])
        session_id = message.get("sessionId") or f"session {len(self.kept)}"
        now = datetime.now()  # noqa: DTZ005
        fresh = now - self.kept.get(session_id, now) >= timedelta(hours=24)
        self.kept[session_id] = now
        self.memory[session_id] = 0 if fresh else self.memory.get(session_id, 0) + 1
        text = f"{self.memory[session_id]} {message['message']}"
        document = {"response": {"text": text}, "sessionId": session_id, "fresh": fresh}
        await _reply(send, 200, document, (b"set-cookie", b"shop=open; Max-Age=60"))


def _answering(answer: Callable[[Send], Awaitable[None]]) -> Callable[[], object]:
    async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] == "http":
            await answer(send)

    return lambda: application


@pytest.fixture
def opened() -> Iterator[Callable[..., AsgiTarget]]:
    """Makes a target of a factory, begins it, and closes it after the test."""
    targets: list[AsgiTarget] = []

    def open_target(factory: Callable[[], object], **more: Any) -> AsgiTarget:
        targets.append(AsgiTarget("asgi:shop:create", factory, **more))
        targets[-1].begin(0, Arrangement())
        return targets[-1]

    yield open_target
    for target in targets:
        target.close()


def test_a_foreign_service_is_spoken_to_in_the_seeds_json(opened: Any) -> None:
    target = opened(lambda: Shop({}))
    answer = target.deliver(Delivery("Hello", "hari", "m"))
    assert (answer.status, answer.text, answer.session_id) == (200, "1 Hello", "session 0")
    assert [(cookie.name, cookie.expires_at) for cookie in answer.cookies] == [
        ("shop", START + timedelta(minutes=1))
    ]


def test_the_held_wall_clock_moves_a_foreign_expiry(opened: Any) -> None:
    target = opened(lambda: Shop({}))
    session_id = target.deliver(Delivery("Hello", "hari", "m")).session_id
    target.advance(timedelta(hours=24, microseconds=-1))
    assert not target.deliver(Delivery("Hello", "hari", "m", session_id)).fresh
    target.advance(timedelta(hours=24))
    assert target.deliver(Delivery("Hello", "hari", "m", session_id)).fresh
    assert target.now() == START + timedelta(hours=48, microseconds=-1)


@pytest.mark.parametrize("capability", [Capability.RESTART, Capability.CRASH])
def test_a_new_application_comes_from_the_factory(opened: Any, capability: Capability) -> None:
    kept: dict[str, datetime] = {}
    target = opened(lambda: Shop(kept))
    session_id = target.deliver(Delivery("Hello", "hari", "m")).session_id
    assert target.strike(capability, session_id)
    assert target.deliver(Delivery("Hello", "hari", "m", session_id)).text == "1 Hello"


class Recorder:
    """An application with a lifespan and a task in the background, which tells what it lives."""

    def __init__(self, lived: list[str], fails_to: str = "") -> None:
        self.lived = lived
        self.fails_to = fails_to

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _reply(send, 200, {"response": {"text": scope["state"]["greeting"]}})
            return
        try:
            await receive()
            self.lived.append("started")
            scope["state"]["greeting"] = "Hello"
            await send({"type": f"lifespan.startup.{self._how('start')}", "message": "no reason"})
            await receive()
            self.lived.append("stopped")
            await send({"type": f"lifespan.shutdown.{self._how('stop')}"})
        finally:
            self.lived.append("tidied up")

    def _how(self, what: str) -> str:
        return "failed" if what == self.fails_to else "complete"


def test_a_restart_runs_the_lifespan_to_its_end(opened: Any) -> None:
    lived: list[str] = []
    target = opened(lambda: Recorder(lived))
    target.strike(Capability.RESTART, None)
    assert lived == ["started", "stopped", "tidied up", "started"]
    assert target.deliver(Delivery("Hello", "hari", "m")).text == "Hello"


def test_a_crash_freezes_the_application_until_the_conversation_is_over(opened: Any) -> None:
    lived: list[str] = []
    target = opened(lambda: Recorder(lived))
    target.strike(Capability.CRASH, None)
    target.deliver(Delivery("Hello", "hari", "m"))
    assert lived == ["started", "started"]
    target.close()
    # Nobody asks the dead one to stop.
    assert lived == ["started", "started", "stopped", "tidied up", "tidied up"]


def test_a_crash_comes_when_work_in_the_background_has_come_to_rest(opened: Any) -> None:
    worked: list[int] = []

    async def work() -> None:
        for number in range(10):
            await asyncio.to_thread(worked.append, number)
        await asyncio.Event().wait()

    class Worker(Shop):
        async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            self.work = asyncio.create_task(work())

    target = opened(lambda: Worker({}))
    target.deliver(Delivery("Hello", "hari", "m"))
    target.strike(Capability.CRASH, None)
    assert worked == list(range(10))


def test_a_crash_comes_when_what_is_due_soon_is_done(opened: Any) -> None:
    worked: list[str] = []

    class Timed(Shop):
        async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            asyncio.get_running_loop().call_later(0.005, worked.append, "done")

    target = opened(lambda: Timed({}))
    target.deliver(Delivery("Hello", "hari", "m"))
    target.strike(Capability.CRASH, None)
    assert worked == ["done"]


def test_an_application_that_never_rests_is_abandoned_all_the_same(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fidget() -> None:
        while True:
            await asyncio.create_task(asyncio.sleep(0))

    class Restless(Shop):
        async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            self.work = asyncio.create_task(fidget())

    monkeypatch.setattr("simulators.targets.application.incarnation._MOST_LOOKS", 3)
    target = opened(lambda: Restless({}))
    target.deliver(Delivery("Hello", "hari", "m"))
    assert target.strike(Capability.CRASH, None)


def test_a_conversation_begins_with_what_reset_leaves(opened: Any) -> None:
    kept: dict[str, datetime] = {}
    target = opened(lambda: Shop(kept), reset=kept.clear)
    target.deliver(Delivery("Hello", "hari", "m"))
    target.advance(timedelta(days=1))
    target.begin(0, Arrangement())
    assert (kept, target.now()) == ({}, START)


def test_nothing_is_left_after_close() -> None:
    threads, before = threading.active_count(), datetime.now
    target = AsgiTarget("shop", lambda: Shop({}))
    target.begin(0, Arrangement())
    assert datetime.now != before
    target.close()
    target.close()
    assert datetime.now == before
    assert threading.active_count() == threads


def test_a_factory_can_build_models_although_time_stands_still(opened: Any) -> None:
    def create() -> Shop:
        fields = {"__annotations__": {"at": datetime}, "__module__": __name__}
        type("Late", (BaseModel,), fields)
        return Shop({})

    assert opened(create).strike(Capability.RESTART, None)


@pytest.mark.parametrize(
    ("factory", "what"),
    [
        (lambda: 7, "the factory of .* returned a int"),
        (lambda: 1 / 0, "the application's factory failed with ZeroDivisionError"),
        (lambda: Recorder([], "start"), "the application did not start: no reason"),
    ],
)
def test_an_application_that_cannot_start_is_the_targets_trouble(
    factory: Callable[[], object], what: str
) -> None:
    target = AsgiTarget("shop", factory)
    with pytest.raises(TargetError, match=what):
        target.begin(0, Arrangement())
    target.close()


def test_an_application_that_cannot_stop_is_the_targets_trouble() -> None:
    target = AsgiTarget("shop", lambda: Recorder([], "stop"))
    target.begin(0, Arrangement())
    with pytest.raises(TargetError, match="the application did not stop"):
        target.strike(Capability.RESTART, None)
    target.close()


def test_a_failing_reset_is_the_targets_trouble() -> None:
    with pytest.raises(TargetError, match="reset failed with KeyError"):
        AsgiTarget("shop", lambda: Shop({}), lambda: {}["rows"]).begin(0, Arrangement())


def test_an_application_that_hangs_is_the_targets_trouble(opened: Any) -> None:
    async def hang(send: Send) -> None:
        del send
        await asyncio.Event().wait()

    target = opened(_answering(hang), timeout=timedelta(milliseconds=10))
    with pytest.raises(TargetError, match="took more than"):
        target.deliver(Delivery("Hello", "hari", "m"))


class Holding(Shop):
    """Waits for ever for what one before it holds, in one of several ways."""

    def __init__(self, wait: Callable[[], Awaitable[object]] | None) -> None:
        super().__init__({})
        self.wait = wait

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if self.wait is not None and scope["type"] == "http":
            await self.wait()
        await super().__call__(scope, receive, send)


def _holding(*waits: Callable[[], Awaitable[object]] | None) -> Callable[[], Holding]:
    """A factory whose applications wait like that, one after the other."""
    left = iter(waits)
    return lambda: Holding(next(left, None))


def _elapsed() -> float:
    """Seconds of real time, also while the wall clock is held."""
    return os.times().elapsed


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _stuck() -> None:
    threading.Event().wait(1)


async def _beside_idle_threads() -> None:
    await asyncio.to_thread(int)
    await anyio.to_thread.run_sync(int)
    await _for_ever()


@pytest.fixture
def soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One in which nothing goes on after a fault is not waited for any longer than a moment."""
    monkeypatch.setattr("simulators.targets.lives._QUIET", 0.1)
    monkeypatch.setattr("simulators.targets.patience._SOON", timedelta(milliseconds=10))


@pytest.mark.usefixtures("soon_given_up")
@pytest.mark.parametrize("wait", [_for_ever, _beside_idle_threads])
def test_after_a_fault_one_that_hangs_is_what_its_customers_see(opened: Any, wait: Any) -> None:
    target, began = opened(_holding(None, wait)), _elapsed()
    assert not target.deliver(Delivery("Hello", "hari", "m")).is_missing
    target.strike(Capability.CRASH, None)
    assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
    assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
    assert _elapsed() - began < PATIENCE


@pytest.fixture
def ever() -> Iterator[threading.Event]:
    """What threads wait for; set at the end, because they would hold up the end of the process."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.usefixtures("soon_given_up")
def test_one_that_blocks_its_threads_is_waited_for_twice_and_no_more(
    opened: Any, ever: threading.Event
) -> None:
    async def in_a_thread() -> None:
        await asyncio.to_thread(ever.wait)

    target = opened(_holding(None, in_a_thread), timeout=timedelta(milliseconds=500))
    target.strike(Capability.CRASH, None)
    for _ in range(2):
        assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
    began = _elapsed()
    assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
    assert _elapsed() - began < 0.5
    ever.set()
    assert not target.deliver(Delivery("Hello", "hari", "m")).is_missing


@pytest.mark.usefixtures("soon_given_up")
def test_what_was_wedged_by_a_fault_in_three_conversations_is_known(opened: Any) -> None:
    async def in_a_thread() -> None:
        await asyncio.to_thread(events[-1].wait)

    events, times = [threading.Event()], []
    waits = (None, in_a_thread) * 4
    target = opened(_holding(None, *waits), timeout=timedelta(milliseconds=500))
    for _ in range(4):
        target.begin(0, Arrangement())
        target.strike(Capability.CRASH, None)
        began = _elapsed()
        answer = target.deliver(Delivery("Hello", "hari", "m"))
        times.append(_elapsed() - began)
        events[-1].set()
        assert answer.is_missing
        events.append(threading.Event())
    assert min(times[:3]) > 0.45 > times[3]


@pytest.mark.parametrize("capability", [Capability.RESTART, Capability.CRASH])
@pytest.mark.parametrize("wait", [_for_ever, _stuck])
def test_another_takes_the_place_of_one_that_hangs(
    opened: Any, monkeypatch: pytest.MonkeyPatch, wait: Any, capability: Capability
) -> None:
    target = opened(_holding(None, wait), timeout=timedelta(milliseconds=300))
    target.strike(capability, None)
    with monkeypatch.context() as patched:
        patched.setattr(f"{INCARNATION}._GRACE", 0.1)
        assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
        assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
        assert target.strike(capability, None)
    assert target.deliver(Delivery("Hello", "hari", "m")).text == "1 Hello"


async def _timed() -> None:
    await asyncio.sleep(0.2)


async def _in_a_pool() -> None:
    await asyncio.to_thread(threading.Event().wait, 0.2)


async def _in_a_worker() -> None:
    await anyio.to_thread.run_sync(threading.Event().wait, 0.2)


async def _in_a_thread() -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def work() -> None:
        threading.Event().wait(0.2)
        loop.call_soon_threadsafe(done.set)

    threading.Thread(target=work).start()
    await done.wait()


async def _at_a_socket() -> None:
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=here)
    with there:
        # Somebody whom the application does not know.
        context = contextvars.Context()
        context.run(threading.Timer(0.2, there.send, [b"now"]).start)
        await reader.read(3)
        writer.close()


WAITS = [_timed, _in_a_pool, _in_a_worker, _in_a_thread, _at_a_socket]


@pytest.mark.parametrize("wait", WAITS)
def test_one_in_which_something_goes_on_is_waited_for(
    opened: Any, monkeypatch: pytest.MonkeyPatch, wait: Any
) -> None:
    monkeypatch.setattr("simulators.targets.lives._QUIET", 0.0)
    monkeypatch.setattr("simulators.targets.lives._TIMES_AS_LONG", 0)
    target = opened(_holding(None, wait))
    target.strike(Capability.CRASH, None)
    assert target.deliver(Delivery("Hello", "hari", "m")).text == "1 Hello"


def test_what_was_answered_before_it_hangs_has_arrived(opened: Any) -> None:
    class Lingering(Shop):
        async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await super().__call__(scope, receive, send)
            await asyncio.Event().wait()

    target = opened(lambda: Lingering({}))
    target.strike(Capability.RESTART, None)
    assert target.deliver(Delivery("Hello", "hari", "m")).text == "1 Hello"


def test_a_customer_who_has_left_is_told_to_one_that_hangs(opened: Any) -> None:
    told: list[str] = []

    class Listening(Shop):
        async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            if told or scope["type"] != "http":
                await super().__call__(scope, receive, send)
                return
            await receive()
            told.append("asked")
            told.append((await receive())["type"])
            await _reply(send, 500, {})

    target = opened(lambda: Listening({}))
    target.strike(Capability.CRASH, None)
    assert target.deliver(Delivery("Hello", "hari", "m")).is_missing
    assert target.deliver(Delivery("Hello", "hari", "m")).text == "1 Hello"
    assert told == ["asked", "http.disconnect"]


async def _crash(send: Send) -> None:
    del send
    raise KeyError("step")


@pytest.mark.parametrize(
    ("answer", "status", "text", "retry_after"),
    [
        (_crash, 500, "", None),
        (lambda send: _reply(send, 503, b"busy", (b"Retry-After", b"7")), 503, "busy", 7.0),
        (lambda send: _reply(send, 503, {}, (b"retry-after", b"soon")), 503, "{}", None),
        (lambda send: _reply(send, 404, {"detail": "No such chat."}), 404, "No such chat.", None),
        (lambda send: _reply(send, 400, {"error": "Bad."}), 400, "Bad.", None),
        (lambda send: _reply(send, 500, {"response": {"text": "Sorry."}}), 500, "Sorry.", None),
        (lambda send: _reply(send, 500, b"[" * 100_000), 500, "[" * 200, None),
    ],
)
def test_an_error_is_an_answer(
    opened: Any, answer: Any, status: int, text: str, retry_after: float | None
) -> None:
    target = opened(_answering(answer))
    received = target.deliver(Delivery("Hello", "hari", "m"))
    assert (received.status, received.text, received.retry_after) == (status, text, retry_after)
    assert received.is_error


@pytest.mark.parametrize("document", [b"<html>", {"text": "Hello"}, ["Hello"], {"response": "Hi"}])
def test_a_reply_of_another_form_is_the_targets_trouble(opened: Any, document: object) -> None:
    target = opened(_answering(lambda send: _reply(send, 200, document)))
    with pytest.raises(TargetError, match=r"without response\.text in its JSON"):
        target.deliver(Delivery("Hello", "hari", "m"))


def test_another_json_can_be_told(opened: Any) -> None:
    async def answer(send: Send) -> None:
        await _reply(send, 200, {"reply": "Hi", "chat": {"id": "c-1"}, "buttons": ["yes"]})

    wire = Wire(
        reply_text=("reply",), reply_session_id=("chat", "id"), reply_quick_replies=("buttons",)
    )
    received = opened(_answering(answer), wire=wire).deliver(Delivery("Hello", "hari", "m"))
    assert (received.text, received.session_id, received.quick_replies) == ("Hi", "c-1", ("yes",))


def test_what_an_application_cannot_do_is_refused(opened: Any) -> None:
    target = opened(lambda: Shop({}))
    refused: list[Callable[[], object]] = [
        target.events,
        target.metrics,
        target.snapshot,
        lambda: target.restore(None),
        lambda: target.describe(),
        lambda: target.strike(Capability.EVICT, None),
        lambda: target.begin(0, Arrangement(memory_capacity=1)),
        lambda: target.change_catalogue([]),
    ]
    for call in refused:
        with pytest.raises(Unsupported, match="cannot"):
            call()
    with pytest.raises(UsageError, match="nobody told how to come to step"):
        target.opening("bulk_order", "confirming")
    assert target.observe("session 0").effects == {}
    assert target.lifetimes() == Lifetimes()
    assert Capability.SNAPSHOT not in target.capabilities


def test_a_target_that_has_not_begun_says_so() -> None:
    with pytest.raises(TargetError, match="call begin first"):
        AsgiTarget("shop", lambda: Shop({})).deliver(Delivery("Hello", "hari", "m"))


# What follows holds the chat core, as it is deployed, against the reference target.

ORDER = (
    "I need 11 remote controls",
    "My name is Hari, phone 9876543210, email hari@example.com",
    "yes",
)
CALLBACK = ("I called you but nobody answered", "My name is Hari", "9876543210", "Thiruvalla")
DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)

SCRIPTS: dict[str, tuple[object, ...]] = {
    "an order": (*ORDER, "Hello", "I need 6 capacitors"),
    "a callback": (*CALLBACK, "It does not cool", "Thank you"),
    "restarts": (ORDER[0], Capability.RESTART, ORDER[1], Capability.RESTART, ORDER[2]),
    "crashes": (ORDER[0], Capability.CRASH, ORDER[1], Capability.CRASH, Capability.CRASH, ORDER[2]),
    "an idle timeout": (ORDER[0], timedelta(minutes=30), ORDER[1]),
    "before an idle timeout": (ORDER[0], timedelta(minutes=30) - TICK, ORDER[1]),
    "an expiry": (ORDER[0], DAY, ORDER[1], *ORDER),
    "before an expiry": (ORDER[0], DAY - TICK, ORDER[1]),
    "after the cookies": (ORDER[0], DAY * 8, ORDER[1]),
    "lost cookies": (ORDER[0], "lose cookies", ORDER[1], ORDER[2]),
    "a reload": (ORDER[0], "reload", ORDER[1]),
    "nothing to clear": ("clear", "Hello"),
    "a chat that is read": (ORDER[0], "read", "lose cookies", "read", ORDER[1], DAY, "read"),
    "nothing to read": ("read",),
    "a cleared chat": (ORDER[0], "clear", ORDER[1], "clear", "clear"),
    "a cleared chat without cookies": (ORDER[0], "lose cookies", "clear", ORDER[1]),
    "a repetition": (ORDER[0], "again", *ORDER[1:], "again", "again"),
    "bad input": ("", "\x00", "\ud800", "x" * 600, "x" * 70_000, ORDER[0]),
    "a garbled cookie": (ORDER[0], "garble", ORDER[1], ORDER[2]),
}


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AsgiTarget]:
    """The chat core with SQLite in a folder of its own, put together from the environment."""
    from coolwind.app import create_app

    database = tmp_path / "chat.db"
    monkeypatch.setenv("COOLWIND_DATABASE", f"sqlite:///{database}")

    def reset() -> None:
        for file in tmp_path.glob("chat.db*"):
            file.unlink()

    with open(os.devnull, "w") as log:
        target = AsgiTarget("asgi:coolwind.app:create_app", lambda: create_app(log=log), reset)
        yield target
        target.close()


def _played(target: Target, writer: Any, script: tuple[object, ...]) -> list[object]:
    """Everything that a customer sees of a script, with session IDs by order of first sight."""
    target.begin(0, Arrangement())
    hari = writer(target)
    seen: list[object] = []
    sessions: dict[str | None, int] = {None: 0}
    last = None
    for step in script:
        answer: Answer | None = None
        match step:
            case Capability():
                assert target.strike(step, hari.session_id)
            case timedelta():
                target.advance(step)
            case "lose cookies":
                hari.browser = hari.browser.lose_cookies()
            case "reload":
                hari.browser = hari.browser.reload()
            case "garble":
                cookies = hari.browser.cookies
                hari.browser = hari.browser.keep(
                    [
                        type(cookie)(cookie.name, "!", cookie.expires_at)
                        for cookie in cookies.values()
                    ]
                )
            case "clear":
                answer = target.clear(hari.delivery(""))
                hari.browser = hari.browser.keep(answer.cookies)
            case "read":
                answer = target.read(hari.delivery(""))
            case "again":
                answer = hari.deliver(last)
            case str():
                last = hari.delivery(step)
                answer = hari.deliver(last)
        if answer is not None:
            seen.append(
                (
                    *(answer.status, answer.text, answer.flow, answer.step, answer.served_from),
                    *(answer.fresh, answer.quick_replies, answer.intent, answer.escalated),
                    answer.retry_after,
                    sessions.setdefault(answer.session_id, len(sessions)),
                    [(cookie.name, cookie.expires_at) for cookie in answer.cookies],
                )
            )
    return seen


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_deployed_core_behaves_as_the_reference_does(
    deployed: AsgiTarget, writer: Any, script: tuple[object, ...]
) -> None:
    reference = ReferenceTarget()
    try:
        expected = _played(reference, writer, script)
    finally:
        reference.close()
    assert _played(deployed, writer, script) == expected
