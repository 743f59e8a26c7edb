"""Attributes of foreign classes and modules that others stand in for, for a while."""

from collections.abc import Callable
from typing import Any, Final

_IMMUTABLE: Final = 1 << 8
"""Python's Py_TPFLAGS_IMMUTABLETYPE."""


class Patches:
    """Puts another in the place of an attribute, and back."""

    def __init__(self) -> None:
        self._put: dict[tuple[object, str], tuple[object, object]] = {}
        self._removed: dict[tuple[object, str], tuple[object, object]] = {}

    def put(self, owner: object, name: str, around: Callable[[Any], object]) -> None:
        """Put what `around` makes of it in the place of an attribute of the owner's own, or of a
        type written in C on which it stands. One that is not there, or stands in already, is left
        alone."""
        own = vars(owner).get(name)
        real = _of_c(owner, name) if own is None else own
        if real is not None and (owner, name) not in self._put:
            self._put[owner, name] = own, (made := around(real))
            setattr(owner, name, made)

    def remove(self) -> None:
        """Leave everything as it was."""
        self._removed, self._put = self._put, {}
        for (owner, name), (own, _) in self._removed.items():
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)

    def put_again(self) -> bool:
        """Put what was removed last where it stood; whether that could be done. Where one of the
        attributes is another by now, nothing is."""
        removed, self._removed = self._removed, {}
        if any(vars(owner).get(name) is not own for (owner, name), (own, _) in removed.items()):
            return False
        for (owner, name), (_, made) in removed.items():
            setattr(owner, name, made)
        self._put = removed
        return True


def is_changeable(one: type) -> bool:
    """Whether attributes of a class can be put; those of a type written in C cannot."""
    return not one.__flags__ & _IMMUTABLE


def _of_c(owner: object, name: str) -> object:
    """An attribute that a class inherits from a type written in C."""
    bases = owner.__mro__[1:] if isinstance(owner, type) else ()
    holder = next((one for one in bases if name in vars(one)), None)
    return None if holder is None or is_changeable(holder) else vars(holder)[name]
