"""How long after a reply a service brings about its effects, where a worker of its own does it."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from simulators.trace import Observation

_GRACE: Final = 0.3
"""Seconds for which a kind of effect is looked out for, until it is known how late it comes."""

_LOOKS: Final = 12
"""After so many looks at which none of a kind came, it is not looked out for any more."""

_KNOWN: Final = 2
"""How often a kind has to have come for it to be known how late."""

_TIMES_AS_LONG: Final = 3
_PAUSE: Final = 0.01


class Lateness:
    """Learned while nothing has struck: there each look lasts a while, until every kind of effect
    has come a few times. From then on a look lasts three times as long as the latest of them took,
    and is over at once where all of them were there when the reply was."""

    def __init__(self) -> None:
        self._latest = 0.0
        """Seconds from the first look to the latest effect."""
        self._came: dict[str, int] = {}
        self._looks: dict[str, int] = {}
        self._counts: Mapping[str, int] = {}

    def begins(self) -> None:
        """Another conversation begins, of which nothing was seen."""
        self._counts = {}

    @property
    def lasts(self) -> float:
        """Seconds for which a look lasts where nothing is to be learned."""
        return _TIMES_AS_LONG * self._latest

    def seen(self, look: Callable[[], Observation], *, is_calm: bool) -> Observation:
        """What a look shows that lasts as long as it has to. `is_calm` says that nothing has struck
        in this conversation."""
        began, seen = time.monotonic(), look()
        learns = is_calm and self._learns(seen)
        lasts = _GRACE if learns else self.lasts
        changed, known = 0.0, _counted(seen)
        while time.monotonic() - began < lasts:
            time.sleep(_PAUSE)
            seen = look()
            if _counted(seen) != known:
                changed, known = time.monotonic() - began, _counted(seen)
        if learns:
            self._latest = max(self._latest, changed)
            self._note(known)
        self._counts = known
        return seen

    def _learns(self, seen: Observation) -> bool:
        return any(
            self._came.get(kind, 0) < _KNOWN and self._looks.get(kind, 0) < _LOOKS
            for kind in seen.effects
        )

    def _note(self, counts: Mapping[str, int]) -> None:
        for kind, count in counts.items():
            self._looks[kind] = self._looks.get(kind, 0) + 1
            if count > self._counts.get(kind, 0):
                self._came[kind] = self._came.get(kind, 0) + 1
                self._looks[kind] = 0


def _counted(seen: Observation) -> Mapping[str, int]:
    return {kind: len(rows) for kind, rows in seen.effects.items()}
