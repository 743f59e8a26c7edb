"""Numbers that a sequence of the service's database gives to effects, such as an order 17.

They are the same in each clean run, as each begins with a service that has seen nobody. But a
database gives no number twice: where a transaction fails, the next one has the number behind. So an
effect has another number where others have been there before, and everything else of it is as it
was.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from simulators.laws.identifiers import IDENTIFIER
from simulators.laws.leaves import Leaf, leaves
from simulators.laws.mask import Mask
from simulators.laws.pairing import side_by_side
from simulators.trace import Exchange, Observation, Row
from simulators.varying import ALL_OF_IT, Varies

_NUMBERED: Final = re.compile(r"(.*?)0*(\d+)")


def mask_of_sequences(
    clean: Mapping[int, Exchange],
    second: Mapping[int, Exchange],
    before: Observation,
    mask: Mask,
) -> Mask:
    """The numbers of effects in a clean run, wherever they stand, by the same script played a
    second time on the same service; `before` is what was seen when the first time was over. What
    varies by that mask from one clean run to the next comes from no sequence, and how many effects
    there are neither."""
    counts = {f"effects.{kind}" for each in clean.values() for kind in each.seen.effects}
    pairs = [
        (turn, path, position, one, other)
        for turn in clean.keys() & second.keys()
        for path, position, one, other in _words(
            leaves(clean[turn]), leaves(_without(second[turn], before))
        )
        if path not in counts and position not in mask.get((turn, path), ())
    ]
    numbers = {(one, other) for _, path, _, one, other in pairs if path.startswith("effects.")}
    found: dict[tuple[int, str], dict[int, Varies]] = {}
    for turn, path, position, one, other in pairs:
        if (one, other) in numbers:
            # What looks like a name is followed as one, wherever it stands.
            is_name = position != ALL_OF_IT and IDENTIFIER.fullmatch(one)
            how = Varies.FREELY if is_name else Varies.IN_SEQUENCE
            found.setdefault((turn, path), {})[position] = how
    return found


def has_numbers(turns: Mapping[int, Exchange]) -> bool:
    """Whether an effect has anything that a sequence may have given to it."""
    return any(
        re.search(r"\d", str(value))
        for exchange in turns.values()
        for path, value in leaves(exchange).items()
        if path.startswith("effects.") and path.count(".") > 1
    )


def _without(exchange: Exchange, before: Observation) -> Exchange:
    """The exchange without the effects that were there before, wherever they stand, where the
    service shows those of all customers together."""
    effects = {
        kind: _behind(rows, before.effects.get(kind, ()))
        for kind, rows in exchange.seen.effects.items()
    }
    return replace(exchange, seen=replace(exchange.seen, effects=effects))


def _behind(rows: Sequence[Row], earlier: Sequence[Row]) -> tuple[Row, ...]:
    """What is there beside the earlier ones; all of it where one of these is missing."""
    left = list(rows)
    for row in earlier:
        if row not in left:
            return tuple(rows)
        left.remove(row)
    return tuple(left)


def _words(
    clean: Mapping[str, Leaf], second: Mapping[str, Leaf]
) -> Iterator[tuple[str, int, str, str]]:
    """Which words (or all of a number) have a greater number in the second one, by path."""
    for path, one in clean.items():
        other = second.get(path)
        if type(one) is int and type(other) is int and one < other and path.count(".") > 0:
            yield path, ALL_OF_IT, str(one), str(other)
        for position, word, counterpart in side_by_side(one, other):
            if _is_behind(word, counterpart):
                yield path, position, word, counterpart


def _is_behind(one: str, other: str) -> bool:
    first, second = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(other)
    if first is None or second is None or first[1] != second[1]:
        return False
    return int(first[2]) < int(second[2])
