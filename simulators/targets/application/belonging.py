"""What an application gives to other threads belongs to its life, too: threads that it starts, and
work for a pool of them."""

from asyncio import BaseEventLoop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import wraps
from threading import Thread
from typing import Any, TypeVar

from simulators.targets.application.life import LIFE, Life
from simulators.targets.application.patches import Patches

_T = TypeVar("_T")


def follow(patches: Patches) -> None:
    """From here on, it does. asyncio's and anyio's own ways to another thread stand on these."""
    patches.put(Thread, "start", _starting)
    patches.put(ThreadPoolExecutor, "submit", submitting)
    patches.put(BaseEventLoop, "run_in_executor", _awaiting)


def _starting(start: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(start)
    def started(thread: Thread) -> None:
        life = LIFE.get()
        if life is not None:
            life.threads.append(thread)
            thread.run = _silenced(life, _on_behalf(thread.run))  # type: ignore[method-assign]
        start(thread)

    return started


def _silenced(life: Life, run: Callable[[], None]) -> Callable[[], None]:
    """Whatever the dead still have to say is no news."""

    def silenced() -> None:
        try:
            run()
        except BaseException:
            if not life.is_over:
                raise

    return silenced


def submitting(submit: Callable[..., Any]) -> Callable[..., Any]:
    """Stands around a method that gives work to other threads."""

    @wraps(submit)
    def submitted(pool: object, work: Callable[..., Any], /, *arguments: Any, **more: Any) -> Any:
        return submit(pool, _on_behalf(work), *arguments, **more)

    return submitted


def _awaiting(run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def awaited(loop: BaseEventLoop, *arguments: Any) -> Any:
        life, future = LIFE.get(), run(loop, *arguments)
        if life is not None:
            life.began()
            future.add_done_callback(lambda _: life.ended())
        return future

    return awaited


def _on_behalf(work: Callable[..., _T]) -> Callable[..., _T]:
    """The same work, as a part of the life that asks for it."""
    life, context = LIFE.get(), copy_context()
    if life is None:
        return work

    @wraps(work)
    def done(*arguments: Any, **more: Any) -> _T:
        try:
            return context.run(work, *arguments, **more)
        finally:
            life.leave()

    return done
