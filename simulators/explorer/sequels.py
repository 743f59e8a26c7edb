"""How plays go on from states that are alike: in the same way, or they are no one state.

A state counts its moments from now, so that the same conversation an hour later stands in the same
one. From there, a service that goes by something else, such as the time of day, goes another way.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from simulators.explorer.care import Twins
from simulators.explorer.clean_run import Stop
from simulators.laws.comparison import Comparison
from simulators.laws.leaves import Leaf
from simulators.laws.mask import Mask
from simulators.plan import Plan, describe
from simulators.player.course import Course
from simulators.player.place import Place
from simulators.player.repetition import Delivered, difference_of_calls, shown
from simulators.targets.simulation.naming import readable

_BEFORE: Final = 40
_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class _Sequel:
    """How a play went on after a plan: the moment and the state in which it stood, in words; the
    next delivery; and the state to which that led."""

    plan: Plan
    moment: datetime
    before: Sequence[str]
    delivered: Delivered
    after: Sequence[str]


class Sequels:
    """Plays on from states, and holds what follows upon those that have one digest against each
    other, but for the names of identifiers and what varies between clean runs.

    `words` gives the state in which the play stands, piece by piece.
    """

    def __init__(
        self,
        course: Course,
        words: Callable[[Place], Sequence[str]],
        mask: Mask,
        twins: Twins,
    ) -> None:
        self.parted: str | None = None
        """What was not the same, in words, when it first was not."""
        self._course = course
        self._words = words
        self._mask = mask
        self._twins = twins
        self._kept: dict[bytes, _Sequel] = {}
        self._latest: dict[bytes, datetime] = {}

    def note_clean(self, digest: bytes, stop: Stop, after: Stop) -> None:
        """Note how the clean run went on from a stop of that digest to the next one."""
        if stop.ahead is None:
            return
        self._course.go_back(stop.checkpoint)
        moment, before = self._course.now, self._words(stop.place)
        self._course.go_back(after.checkpoint)
        self._note(digest, _Sequel((), moment, before, stop.ahead, self._words(after.place)))

    def go_on(self, here: Place, digest: bytes | None, *, is_noted: bool = False) -> Place | None:
        """Play the next delivery from a state of that digest, and note it if need be, or in any
        case."""
        if digest is None or not (is_noted or self._matters(digest)):
            return self._course.advance(here)
        return self.go_on_noted(here, digest)

    def go_on_again(self, here: Place, digest: bytes, *, is_noted: bool = False) -> None:
        """A state was met again: where it matters, or in any case, play the next delivery, to hold
        it against what followed before."""
        if is_noted or self._matters(digest):
            self.go_on_noted(here, digest)

    def go_on_noted(self, here: Place, digest: bytes) -> Place | None:
        """Play the next delivery, which has to be as it was when a state of that digest was first
        met."""
        moment, before = self._course.now, self._words(here)
        after = self._course.advance(here)
        if after is not None and not after.has_ended:
            delivered = self._course.delivered()
            self._note(digest, _Sequel(here.plan, moment, before, delivered, self._words(after)))
        return after

    def _matters(self, digest: bytes) -> bool:
        """Whether it matters how a play goes on from here: where a state of the clean run, or one
        that was chosen, is met later than ever; or else in every one."""
        latest = self._latest.get(digest)
        if latest is not None and not self._twins.care.every_node:
            return self._course.now > latest
        return self._twins.chooses(digest)

    def _note(self, digest: bytes, other: _Sequel) -> None:
        first = self._kept.setdefault(digest, other)
        self._latest[digest] = max(self._latest.get(digest, other.moment), other.moment)
        if self.parted is not None or first is other:
            return
        if (what := self._difference(first, other)) is not None:
            self.parted = (
                f"two states are alike, that {_whose(first.plan)} and that {_whose(other.plan)},"
                f" and {what}"
            )

    def _difference(self, first: _Sequel, other: _Sequel) -> str | None:
        of_calls = difference_of_calls(first.delivered, other.delivered)
        return of_calls or next(self._differences(first, other), None)

    def _differences(self, first: _Sequel, other: _Sequel) -> Iterator[str]:
        if _in_words(first) == _in_words(other):
            # To the letter, as it mostly is: no identifier needs another name.
            return
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


def _in_words(sequel: _Sequel) -> tuple[object, ...]:
    return sequel.before, shown(sequel.delivered.exchange), sequel.after


def _named_alike(sequel: _Sequel) -> tuple[Mapping[str, Leaf], Sequence[str]]:
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
