"""Attributes of foreign classes and modules that others stand in for, for a while."""

from collections.abc import Callable
from typing import Any


class Patches:
    """Puts another in the place of an attribute, and back."""

    def __init__(self) -> None:
        self._before: dict[tuple[object, str], object] = {}

    def put(self, owner: object, name: str, around: Callable[[Any], object]) -> None:
        """Put what `around` makes of it in the place of an attribute of the owner's own. One that
        is not there, or stands in already, is left alone."""
        real = vars(owner).get(name)
        if real is not None and (owner, name) not in self._before:
            self._before[owner, name] = real
            setattr(owner, name, around(real))

    def remove(self) -> None:
        """Leave everything as it was."""
        before, self._before = self._before, {}
        for (owner, name), real in before.items():
            setattr(owner, name, real)
