"""For how long a customer waits for an answer that may never come."""

from collections import Counter
from datetime import timedelta
from typing import Final

from simulators.targets.interruption import Kind
from simulators.targets.target import Capability

_ENOUGH: Final = 2
"""Messages in a row without an answer by which somebody does not answer at all."""
_KNOWN: Final = 3
"""Conversations after which it is known what a break leads to."""
_ENDS: Final = frozenset(
    {Capability.RESTART.value, Capability.CRASH.value, Kind.CRASH_BEFORE, Kind.CRASH_AFTER}
)
_SOON: Final = timedelta(seconds=1)
_TIMES_AS_LONG: Final = 3
_PART: Final = 10


class Patience:
    """How long an answer is waited for: the `timeout`, unless it was seen that none comes.

    Whoever has left two messages in a row without an answer is not waited for as long once more.
    Where a break was followed by a wait in vain in three conversations, later ones with the same
    break wait for a tenth of the timeout, or for three times the slowest answer so far; after the
    first, that is how long they wait when a message is sent again. All ways in which a server ends
    are one break.
    """

    def __init__(self, timeout: timedelta) -> None:
        self.longest = timedelta()
        """How long the slowest answer took so far."""
        self._timeout = timeout
        self._unanswered: Counter[str] = Counter()
        self._breaks: list[str] = []
        self._in_vain: Counter[str] = Counter()
        self._led_nowhere: str | None = None
        """The break after which somebody waited in vain in this conversation."""

    def begins(self) -> None:
        """Another conversation begins."""
        if self._led_nowhere is not None:
            self._in_vain[self._led_nowhere] += 1
        self._led_nowhere = None
        self.renewed()
        self._breaks.clear()

    def struck(self, break_: str) -> None:
        """A break of that name struck."""
        self._breaks.append("end" if break_ in _ENDS else break_)

    def renewed(self) -> None:
        """Whoever did not answer may do so now."""
        self._unanswered.clear()

    def lasts(self, who: str = "") -> timedelta:
        """How long a message to somebody waits."""
        if self._unanswered[who] >= _ENOUGH:
            return self._at_least(_SOON)
        known = max((self._in_vain[break_] for break_ in self._breaks), default=0)
        if known >= _KNOWN or (known and self._unanswered[who]):
            return self._at_least(max(_SOON, self._timeout / _PART))
        return self._timeout

    def lasts_for_a_look(self, who: str) -> timedelta:
        """How long a look at what somebody keeps waits."""
        return self._at_least(_SOON) if self._unanswered[who] else self._timeout

    def answered(self, took: timedelta, who: str = "") -> None:
        """A message was answered."""
        self.longest = max(self.longest, took)
        del self._unanswered[who]

    def left(self, who: str = "", *, waited_in_vain: bool) -> None:
        """A message was not, after all the wait or at once."""
        self._unanswered[who] += 1
        if waited_in_vain and self._breaks and self._led_nowhere is None:
            self._led_nowhere = self._breaks[-1]

    def _at_least(self, duration: timedelta) -> timedelta:
        return min(self._timeout, max(duration, _TIMES_AS_LONG * self.longest))
