"""Images of live objects: what a process has in its memory, taken, put back, and described."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from simulators.targets.simulation.facets import (
    CHANGING_LEAVES,
    Fill,
    can_change,
    facets_of,
    leaf,
)
from simulators.targets.simulation.guard import identity

_MOST_KNOWN_VALUES: Final = 20_000
_PLAIN: Final = frozenset({type(None), bool, int, float, str, bytes})

Image: TypeAlias = tuple[tuple[Fill, object, object], ...]
"""How to fill each object that can change, the object, and what to fill it with."""

Describe: TypeAlias = Callable[[Any], Iterable[str]]
"""Pieces of text for an object that has a description of its own."""


class Camera:
    """Takes images of an object with everything that it refers to.

    Containers and objects come back with the same identity and the content of then. A tuple and a
    frozen dataclass are values: only what they hold is looked into. Objects of the `fixed` classes
    are not, and neither are modules, classes and running generators.
    """

    def __init__(self, fixed: Iterable[type] = ()) -> None:
        self._fixed = frozenset(fixed)
        # Classes that were found to hold nothing to look into.
        self._still: set[type] = set()
        # Held, so that no other object can get the identity of one of them.
        self._unchanging: dict[int, object] = {}
        self._described: dict[int, tuple[object, str]] = {}

    def take(self, root: object) -> Image:
        """Everything that can change in the object, as it is now."""
        if len(self._unchanging) > _MOST_KNOWN_VALUES:
            self._unchanging.clear()
        image: list[tuple[Fill, object, object]] = []
        self._visit(root, image, set())
        return tuple(image)

    @staticmethod
    def put_back(image: Image) -> None:
        """Let everything be as it was."""
        for fill, item, content in image:
            fill(item, content)

    def describe(self, root: object, describe: Mapping[type, Describe]) -> list[str]:
        """Pieces of text, equal for two objects that will behave alike.

        `describe` gives the pieces for objects of the classes in it, and for what they hold. What
        can never change, and holds none of these, is one piece, and is described once.
        """
        if len(self._described) > _MOST_KNOWN_VALUES:
            self._described.clear()
        pieces: list[str] = []
        self._describe(root, describe, {}, pieces)
        return pieces

    def _visit(
        self, item: object, image: list[tuple[Fill, object, object]], seen: set[int]
    ) -> bool:
        """Add what can change in the item to the image; True when nothing ever can."""
        cls: type = type(item)
        facets = () if cls in self._fixed else facets_of(cls)
        if not facets:
            self._still.add(cls)
            return True
        still, known = self._still, self._unchanging
        seen.add(identity(item))
        unchanging = True
        for parts, _, content, fill in facets:
            if content is not None and fill is not None:
                image.append((fill, item, content(item)))
                unchanging = False
            for part in parts(item):
                if type(part) in still:
                    continue
                key = identity(part)
                if key not in known and (key in seen or not self._visit(part, image, seen)):
                    unchanging = False
        if unchanging:
            known[identity(item)] = item
        return unchanging

    def _describe(
        self,
        item: object,
        describe: Mapping[type, Describe],
        numbers: dict[int, int],
        pieces: list[str],
    ) -> bool:
        """Add the pieces of the item; True when they will always be the same."""
        cls: type = type(item)
        if cls in _PLAIN:
            pieces.append(repr(item))
            return True
        if cls in self._fixed:
            pieces.append(cls.__qualname__)
            return True
        key = identity(item)
        known = self._described.get(key)
        if known is not None:
            pieces.append(known[1])
            return True
        if key in numbers:
            pieces.append(f"@{numbers[key]}")
            return False
        special = describe.get(cls)
        facets = facets_of(cls)
        changes = can_change(cls)
        # Two names for one list are not the same as two equal lists.
        if changes:
            numbers[key] = len(numbers)
        if special is not None:
            pieces += special(item)
            return False
        if not facets:
            pieces.append(leaf(item))
            return not issubclass(cls, CHANGING_LEAVES)
        first, is_still = len(pieces), not changes
        pieces.append(f"{cls.__qualname__}(")
        for facet in facets:
            for part in facet.spelled(item):
                # Most of it is plain or fixed, and needs no look at anything else.
                kind = type(part)
                if kind in _PLAIN:
                    pieces.append(repr(part))
                elif kind in self._fixed:
                    pieces.append(kind.__qualname__)
                elif not self._describe(part, describe, numbers, pieces):
                    is_still = False
        pieces.append(")")
        if is_still:
            text = " ".join(pieces[first:])
            pieces[first:] = (text,)
            self._described[key] = item, text
        return is_still
