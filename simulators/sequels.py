"""How plays go on from states that are alike: in the same way, or they are no one state.

A state counts its moments from now, so that the same conversation an hour later stands in the same
one. From there, a service that goes by something else, such as the time of day, goes another way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from simulators.comparison import Comparison, Leaf, Mask
from simulators.plan import Plan, describe
from simulators.repetition import Delivered, difference_of_calls, shown
from simulators.targets.naming import readable

_BEFORE: Final = 40
_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class Sequel:
    """How a play went on after a plan: the moment and the state in which it stood, in words; the
    next delivery; and the state to which that led."""

    plan: Plan
    moment: datetime
    before: Sequence[str]
    delivered: Delivered
    after: Sequence[str]


class Sequels:
    """Holds what followed upon states that have one digest against each other, but for the names
    of identifiers and what varies between clean runs."""

    def __init__(self, mask: Mask) -> None:
        self.parted: str | None = None
        """What was not the same, in words, when it first was not."""
        self._mask = mask
        self._kept: dict[bytes, Sequel] = {}
        self._latest: dict[bytes, datetime] = {}

    def latest(self, digest: bytes) -> datetime | None:
        """The latest moment at which a noted play went on from a state of that digest."""
        return self._latest.get(digest)

    def note(self, digest: bytes, other: Sequel) -> None:
        """A play went on from a state of that digest."""
        first = self._kept.setdefault(digest, other)
        self._latest[digest] = max(self._latest.get(digest, other.moment), other.moment)
        if self.parted is not None or first is other:
            return
        if (what := self._difference(first, other)) is not None:
            self.parted = (
                f"two states are alike, that {_whose(first.plan)} and that {_whose(other.plan)},"
                f" and {what}"
            )

    def _difference(self, first: Sequel, other: Sequel) -> str | None:
        of_calls = difference_of_calls(first.delivered, other.delivered)
        return of_calls or next(self._differences(first, other), None)

    def _differences(self, first: Sequel, other: Sequel) -> Iterator[str]:
        turn = first.delivered.exchange.turn
        (one, left), (counterpart, also_left) = _named_alike(first), _named_alike(other)
        for found in Comparison(self._mask).differences(turn, one, counterpart):
            yield (
                f"{found.path} of turn {turn} was {found.expected!r} at first and then"
                f" {found.actual!r}"
            )
        for piece, other_piece in zip_longest(left, also_left, fillvalue=""):
            if piece != other_piece:
                before, after = _around_difference(piece, other_piece)
                yield f"turn {turn} left {before!r} at first and then {after!r}"


def _whose(plan: Plan) -> str:
    return f"after '{describe(plan)}'" if plan else "of the clean run"


def _named_alike(sequel: Sequel) -> tuple[Mapping[str, Leaf], Sequence[str]]:
    """What came back and what was left, with names for identifiers in order of first sight."""
    showing = shown(sequel.delivered.exchange)
    texts = [value for value in showing.values() if isinstance(value, str)]
    named = readable([*sequel.before, *texts, *sequel.after])
    of_texts = iter(named[len(sequel.before) :])
    answer = {
        path: next(of_texts) if isinstance(value, str) else value for path, value in showing.items()
    }
    return answer, list(of_texts)


def _around_difference(one: str, other: str) -> tuple[str, str]:
    """The part of each text around the first place where they are not the same."""
    pairs = enumerate(zip_longest(one, other))
    place = next(position for position, (here, there) in pairs if here != there)
    begin = max(0, place - _BEFORE)
    return one[begin : begin + _LENGTH], other[begin : begin + _LENGTH]
