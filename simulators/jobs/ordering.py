"""Puts back into the order of collection what several processes bring along in any order."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class InOrder(Generic[T]):
    """Passes on what belongs to each name, in the order in which the names are expected.

    What belongs to the first name that is not complete is passed on at once, and what belongs to a
    later one waits. A name that nobody expects waits for nobody.
    """

    def __init__(self, pass_on: Callable[[T], None]) -> None:
        self._pass_on = pass_on
        # By name, in the order of expectation; a name leaves with the last that belongs to it.
        self._waiting: dict[str, list[T]] = {}
        self._complete: set[str] = set()

    def expect(self, names: Iterable[str]) -> None:
        """These names will come, in this order; who knows them already may say so again."""
        for name in names:
            self._waiting.setdefault(name, [])

    def note(self, name: str, thing: T) -> bool:
        """This belongs to that name. Returns whether it was passed on, and does not wait."""
        if waits := name in self._waiting and name != self._front:
            self._waiting[name].append(thing)
        else:
            self._pass_on(thing)
        return not waits

    def complete(self, name: str) -> None:
        """Nothing more belongs to that name."""
        self._complete.add(name)
        while (front := self._front) in self._complete:
            del self._waiting[front]
            self._pass_on_what_waits(self._front)

    def flush(self) -> None:
        """Pass on everything that waits, though names before it are missing."""
        for name in self._waiting:
            self._pass_on_what_waits(name)

    @property
    def _front(self) -> str:
        return next(iter(self._waiting), "")

    def _pass_on_what_waits(self, name: str) -> None:
        waiting = self._waiting.get(name, [])
        while waiting:
            self._pass_on(waiting.pop(0))
