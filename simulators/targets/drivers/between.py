"""Stands between a type written in C, of which no attribute can be put, and what stands on it."""

from collections.abc import Callable, Mapping
from typing import Any

from simulators.targets.drivers.calls import Calls
from simulators.targets.drivers.wrapping import Ask, around


class Between:
    """A subclass of a type written in C, with some methods of its own."""

    def __init__(self, base: type, methods: Mapping[str, object]) -> None:
        self._base = base
        self._watched = type(base.__name__, (base,), dict(methods))
        self._made: dict[type, type] = {base: self._watched}

    def under(self, wanted: type) -> type:
        """The class that is wanted, which stands on that type, with ours in between."""
        if wanted not in self._made:
            self._made[wanted] = type(wanted.__name__, (wanted, self._watched), {})
        return self._made[wanted]

    def is_base_of(self, wanted: Callable[..., Any]) -> bool:
        """Whether that is a class which stands on that type."""
        return isinstance(wanted, type) and issubclass(wanted, self._base)


def watched(base: type, asks: Mapping[str, Ask], calls: Calls) -> Mapping[str, object]:
    """The methods of a type written in C, with `calls` around them."""
    own = vars(base)
    return {name: around(calls, ask)(own[name]) for name, ask in asks.items() if name in own}
