"""Stands around a method of a driver, whether it is a coroutine function or not."""

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction, unwrap
from typing import Any, TypeAlias

from simulators.targets.drivers.calls import Asking, Calls

Ask: TypeAlias = Callable[..., Asking]
"""What a call with those arguments asks for."""


def around(calls: Calls, ask: Ask) -> Callable[[Callable[..., Any]], object]:
    """Makes every call of a method one of `calls`."""

    def wrap(method: Callable[..., Any]) -> object:
        # Some are guarded by a plain function, which hands on what they return.
        if iscoroutinefunction(unwrap(method)):

            @wraps(method)
            async def call_later(*arguments: Any, **more: Any) -> Any:
                async with calls.making_later(ask(*arguments, **more)) as made:
                    made.result = result = await method(*arguments, **more)
                return result

            return call_later

        @wraps(method)
        def call(*arguments: Any, **more: Any) -> Any:
            with calls.making(ask(*arguments, **more)) as made:
                made.result = result = method(*arguments, **more)
            return result

        return call

    return wrap
