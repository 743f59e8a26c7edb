"""Stands around a method of a driver, whether it is a coroutine function or not."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeAlias

from simulators.targets.drivers.calls import Asking, Made

Ask: TypeAlias = Callable[..., Asking]
"""What a call with those arguments asks for."""


def around(
    making: Callable[[Asking], AbstractContextManager[Made]], ask: Ask
) -> Callable[[Callable[..., Any]], object]:
    """Makes every call of a method be made by `making`."""

    def wrap(method: Callable[..., Any]) -> object:
        if iscoroutinefunction(method):

            @wraps(method)
            async def call_later(*arguments: Any, **more: Any) -> Any:
                with making(ask(*arguments, **more)) as made:
                    made.result = result = await method(*arguments, **more)
                return result

            return call_later

        @wraps(method)
        def call(*arguments: Any, **more: Any) -> Any:
            with making(ask(*arguments, **more)) as made:
                made.result = result = method(*arguments, **more)
            return result

        return call

    return wrap
