"""Compares a faulted run with the clean run, blind to what differs between any two clean runs.

What varies from one clean run to the next (an order number, a date) says nothing when it varies
under a fault. Masking it away, as Sieve (OSDI '22) does, would hide that one order number became
two; so a masked identifier is not ignored but followed: where the clean run has the same one
twice, the faulted run must, too, and where it has two, two.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from simulators.laws.drawn_keys import NO_RANKS, Paths, Ranks, ranks_of
from simulators.laws.identifiers import (
    CHUNK,
    IDENTIFIER,
    IDENTIFIER_IN_SIGNS,
    IN_SIGNS,
    MOMENT,
    SHORTEST_TELLING_NAME,
    chunks,
    pieces,
    taken_apart,
)
from simulators.laws.leaves import Leaf, Leaves, equal, leaves, observed
from simulators.laws.mask import KEYS, Mask, within
from simulators.trace import Exchange, Observation
from simulators.varying import ALL_OF_IT, Variation, Varies

_POSITION = re.compile(r"\.\d+(?=\.|$)")
_LIST_POSITION = re.compile(r"\.\d+(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what the clean run has."""

    path: str
    expected: Leaf
    actual: Leaf

    @property
    def place(self) -> str:
        """The path up to where a list begins."""
        return _LIST_POSITION.split(self.path, maxsplit=1)[0]

    @property
    def detail(self) -> str:
        """The path behind the position in that list; empty where there is none."""
        return "".join(_LIST_POSITION.split(self.path, maxsplit=1)[1:])

    @property
    def row(self) -> str:
        """The path without its last name: what is beside the value has the same."""
        return self.path.rpartition(".")[0]


@dataclass(slots=True)
class Comparison:
    """Holds one faulted run against its reference, exchange by exchange, in order.

    It is told which identifiers mean the same on both sides (`relate`) and which announcements a
    reply may begin with (`notices`); it remembers which varying values went together. Where it
    `follows_all`, the reference is of a course that no two clean runs took, so that nothing is
    known of what varies: whatever looks like an identifier is followed as one.
    """

    mask: Mask
    notices: tuple[str, ...] = ()
    follows_all: bool = False
    _relation: dict[str, str] = field(default_factory=dict)
    _inverse: dict[str, str] = field(default_factory=dict)
    _is_shared: bool = False
    _place: str = ""

    def relate(self, expected: str, actual: str) -> bool:
        """From here on, the one stands for the other, and nothing else does. False when one of
        them stands for something else already."""
        if expected in self._relation or actual in self._inverse:
            return self._relation.get(expected) == actual
        self._come_apart()
        self._relation[expected], self._inverse[actual] = actual, expected
        return True

    def of_exchanges(self, turn: int, expected: Exchange, actual: Exchange) -> Iterator[Difference]:
        """Every value that differs between two exchanges."""
        drawn, ranks, counterparts = self._tables(turn)
        both = leaves(expected, drawn, ranks), leaves(actual, drawn, counterparts)
        return self.differences(turn, *both)

    def of_observations(
        self, turn: int, expected: Observation, actual: Observation
    ) -> Iterator[Difference]:
        """The same of observations alone."""
        drawn, ranks, counterparts = self._tables(turn)
        both = observed(expected, drawn, ranks), observed(actual, drawn, counterparts)
        return self.differences(turn, *both)

    def _tables(self, turn: int) -> tuple[Paths, Ranks, Ranks]:
        """The tables of that turn whose keys are drawn, and which keys are known on either side:
        what stands for the first of one is the first of the other."""
        ending = (path for number, path in self.mask if number == turn and path.endswith(KEYS))
        drawn = frozenset(path.removesuffix(KEYS) for path in ending)
        if not drawn:
            return drawn, NO_RANKS, NO_RANKS
        ranks = ranks_of(self._relation)
        counterparts = {actual: ranks[expected] for actual, expected in self._inverse.items()}
        return drawn, ranks, counterparts

    def masks(self, turn: int) -> bool:
        """Whether anything of that turn varies."""
        return any(number == turn for number, _ in self.mask)

    @property
    def related(self) -> Mapping[str, str]:
        """What stands for what, the clean run's first."""
        return self._relation

    def copy(self) -> "Comparison":
        """One that goes on from here by itself."""
        self._is_shared = True
        return Comparison(
            *(self.mask, self.notices, self.follows_all),
            *(self._relation, self._inverse, self._is_shared),
        )

    def from_here(self) -> "Comparison":
        """A comparison with a reference that begins where the faulted run stands now: what has a
        name by now bears the same one on both sides."""
        known = {actual: actual for actual in self._inverse}
        return Comparison(self.mask, self.notices, True, known, dict(known))

    def expect_announcement(self, turn: int, expected: str, actual: str) -> None:
        """From here on, a reply may begin with what stands before the expected text in that one."""
        varying = self.mask.get((turn, "text"), _NONE)
        starts = [chunk.start() for chunk in CHUNK.finditer(actual)]
        length = len(CHUNK.findall(expected))
        places = len(actual) - len(expected), *starts[-length:][:1]
        for place in places if length and ALL_OF_IT not in varying else ():
            if place > 0 and self.copy()._same_text(varying, expected, actual[place:]):
                self.notices += (actual[:place],)
                return

    def differences(self, turn: int, expected: Leaves, actual: Leaves) -> Iterator[Difference]:
        """Every value that differs, in the order of the reference, then what it does not have."""
        for path in (*expected, *(path for path in actual if path not in expected)):
            one, other = expected.get(path), actual.get(path)
            varying = self.mask.get((turn, path), _NONE)
            self._place = _POSITION.sub("", path) if varying else ""
            # Most of it is equal.
            if (varying or not equal(one, other)) and not self._same(varying, one, other):
                yield Difference(path, one, other)

    def _same(self, varying: Variation, one: Leaf, other: Leaf) -> bool:
        if not isinstance(one, str) or not isinstance(other, str):
            if one is None or other is None or ALL_OF_IT not in varying:
                return equal(one, other)
            match varying[ALL_OF_IT]:
                case Varies.IN_SEQUENCE:
                    return self._is_in_sequence(str(one), str(other))
                case Varies.AS_A_NAME:
                    return self._stands_for(str(one), str(other))
            return True
        candidates = [other, *(other.removeprefix(n) for n in self.notices if other.startswith(n))]
        return any(self._same_text(varying, one, candidate) for candidate in candidates)

    def _same_text(self, varying: Variation, one: str, other: str) -> bool:
        if ALL_OF_IT in varying:
            return varying[ALL_OF_IT] is not Varies.AS_A_NAME or self.relate(one, other)
        if one == other and not varying:
            return True
        (words, gaps), (others, other_gaps) = taken_apart(one), taken_apart(other)
        if gaps != other_gaps:
            return self._same_beside_moments(varying, one, other) or self._same_chunks(
                varying, one, other
            )
        return all(
            self._same_word(varying.get(position), *pair)
            for position, pair in enumerate(zip(words, others, strict=True))
        )

    def _same_beside_moments(self, varying: Variation, one: str, other: str) -> bool:
        """Whether two texts are the same but for moments that vary: many languages leave out the
        fraction of a second where it is zero."""
        parts, others = _around_moments(one), _around_moments(other)
        if len(parts) == 1 or len(parts) != len(others):
            return False
        first = 0
        for number, (piece, other_piece) in enumerate(zip(parts, others, strict=True)):
            here, first = within(varying, first, piece)
            is_moment = number % 2 == 1
            if is_moment and not here and piece != other_piece:
                return False
            if not is_moment and not self._same_text(here, piece, other_piece):
                return False
        return first == len(taken_apart(one)[0])

    def _same_chunks(self, varying: Variation, one: str, other: str) -> bool:
        """Whether two texts that do not have the same signs between their words are the same,
        because what names something may have such signs, too."""
        return self._same_parts(varying, chunks(one, other), self._same_pieces)

    def _same_pieces(self, varying: Variation, one: str, other: str) -> bool:
        """The same of what stands between two spaces."""
        return self._same_parts(varying, pieces(one, other), self._same_in_signs)

    def _same_parts(
        self,
        varying: Variation,
        pairs: Sequence[tuple[str, str]],
        with_other_signs: Callable[[Variation, str, str], bool],
    ) -> bool:
        """The same of texts in parts, of which some have not the same signs between their words."""
        first = 0
        for part, other_part in pairs:
            here, first = within(varying, first, part)
            has_the_same_signs = taken_apart(part)[1] == taken_apart(other_part)[1]
            is_same = self._same_text if has_the_same_signs else with_other_signs
            if not is_same(here, part, other_part):
                return False
        return bool(pairs)

    def _stands_for(self, one: str, other: str) -> bool:
        """Whether that is what stands for a name of a few digits or, from here on, will. Two of
        them may become one by chance."""
        if one in self._relation:
            return self._relation[one] == other
        self._come_apart()
        self._relation[one] = other
        return True

    def _is_in_sequence(self, one: str, other: str) -> bool:
        """Whether one number of a sequence stands for another one, in places of this kind: two
        columns may have sequences of their own, and a piece more is no other order."""
        return self.relate(f"{self._place} {one}", f"{self._place} {other}")

    def _come_apart(self) -> None:
        if self._is_shared:
            self._relation, self._inverse = {**self._relation}, {**self._inverse}
            self._is_shared = False

    def _same_in_signs(self, varying: Variation, one: str, other: str) -> bool:
        if self._relation.get(one) == other:
            return True
        form = IN_SIGNS if varying else IDENTIFIER_IN_SIGNS
        look_alike = form.fullmatch(one) and form.fullmatch(other)
        if not look_alike or not (varying or self.follows_all):
            return False
        return Varies.ANEW in varying.values() or self.relate(one, other)

    def _same_word(self, varies: Varies | None, one: str, other: str) -> bool:
        match varies:
            case Varies.IN_SEQUENCE:
                return self._is_in_sequence(one, other)
            case Varies.ANEW:
                return True
            case Varies.AS_A_NAME:
                return self._stands_for(one, other)
            case Varies.FREELY:
                is_known = one in self._relation and len(one) >= SHORTEST_TELLING_NAME
                is_name = is_known or IDENTIFIER.fullmatch(one) is not None
                return not is_name or self.relate(one, other)
        if one == other or self._relation.get(one) == other:
            return True
        look_alike = IDENTIFIER.fullmatch(one) and IDENTIFIER.fullmatch(other)
        return self.follows_all and look_alike is not None and self.relate(one, other)


_NONE: Variation = MappingProxyType({})


def _around_moments(text: str) -> Sequence[str]:
    """The text in pieces: what is before the first moment in it, that moment, what is behind it,
    and so on."""
    ends = [end for moment in MOMENT.finditer(text) for end in moment.span()]
    return [text[start:end] for start, end in pairwise((0, *ends, len(text)))]
