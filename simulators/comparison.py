"""Compares a faulted run with the clean run, blind to what differs between any two clean runs.

What varies from one clean run to the next (an order number, a date) says nothing when it varies
under a fault. Masking it away, as Sieve (OSDI '22) does, would hide that one order number became
two; so a masked value is not ignored but followed: where the clean run has the same value twice,
the faulted run must, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from simulators.trace import Exchange, JsonValue, Observation

_WORD = re.compile(r"\w[\w-]*")
_LIST_POSITION = re.compile(r"\.\d+(?:\.|$)")

Leaf: TypeAlias = bool | int | float | str | None
Leaves: TypeAlias = Mapping[str, Leaf]
"""What an exchange shows, by path: `text`, `kept.bulk_order.step`, `effects.order.0.number`."""

Mask: TypeAlias = frozenset[tuple[int, str, int]]
"""Turn, path, and which word of the value there (-1: the whole value) varies between clean runs."""


def leaves(exchange: Exchange) -> Leaves:
    """Everything of an exchange that a law compares."""
    answer = exchange.answer
    return {
        "text": answer.text,
        "flow": answer.flow,
        "step": answer.step,
        **observed(exchange.seen),
    }


def observed(seen: Observation) -> Leaves:
    """The same of an observation alone."""
    return dict(
        [
            *_flatten("kept", seen.kept),
            *(pair for kind, rows in seen.effects.items() for pair in _rows(kind, rows)),
        ]
    )


def mask_of(one: Mapping[int, Exchange], other: Mapping[int, Exchange]) -> Mask:
    """What differs between two clean runs of the same script."""
    spots: set[tuple[int, str, int]] = set()
    for turn in one.keys() & other.keys():
        first, second = leaves(one[turn]), leaves(other[turn])
        for path in first.keys() | second.keys():
            spots.update((turn, path, word) for word in _varying(first.get(path), second.get(path)))
    return frozenset(spots)


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what the clean run has; `path` ends where a list begins."""

    path: str
    expected: Leaf
    actual: Leaf


@dataclass(slots=True)
class Comparison:
    """Holds one faulted run against its reference, exchange by exchange, in order.

    It is told which identifiers mean the same on both sides (`relate`) and which announcements a
    reply may begin with (`notices`); it remembers which varying values went together.
    """

    mask: Mask
    notices: Sequence[str] = ()
    _relation: dict[str, str] = field(default_factory=dict)

    def relate(self, expected: str, actual: str) -> bool:
        """From here on, the one stands for the other, and nothing else does. False when one of
        them stands for something else already."""
        if expected in self._relation or actual in self._relation.values():
            return self._relation.get(expected) == actual
        self._relation[expected] = actual
        return True

    def differences(self, turn: int, expected: Leaves, actual: Leaves) -> Iterator[Difference]:
        """Every value that differs, in the order of the reference, then what it does not have."""
        for path in (*expected, *(path for path in actual if path not in expected)):
            one, other = expected.get(path), actual.get(path)
            if not self._same(turn, path, one, other):
                yield Difference(_LIST_POSITION.split(path, maxsplit=1)[0], one, other)

    def _same(self, turn: int, path: str, one: Leaf, other: Leaf) -> bool:
        if one == other:
            return True
        if not isinstance(one, str) or not isinstance(other, str):
            return (turn, path, -1) in self.mask and one is not None and other is not None
        candidates = [other, *(other.removeprefix(n) for n in self.notices if other.startswith(n))]
        return any(self._same_text(turn, path, one, candidate) for candidate in candidates)

    def _same_text(self, turn: int, path: str, one: str, other: str) -> bool:
        if one == other:
            return True
        if (turn, path, -1) in self.mask:
            return True
        words, others = _WORD.findall(one), _WORD.findall(other)
        if len(words) != len(others) or _WORD.split(one) != _WORD.split(other):
            return False
        for position, (word, counterpart) in enumerate(zip(words, others, strict=True)):
            if word in self._relation or (turn, path, position) in self.mask:
                if not self.relate(word, counterpart):
                    return False
            elif word != counterpart:
                return False
        return True


def _flatten(path: str, value: JsonValue) -> Iterator[tuple[str, Leaf]]:
    match value:
        case Mapping():
            for key in sorted(value):
                yield from _flatten(f"{path}.{key}", value[key])
        case str() | bool() | int() | float() | None:
            yield path, value
        case _:
            for position, item in enumerate(value):
                yield from _flatten(f"{path}.{position}", item)


def _rows(kind: str, rows: Sequence[Mapping[str, JsonValue]]) -> Iterator[tuple[str, Leaf]]:
    yield f"effects.{kind}", len(rows)
    for position, row in enumerate(rows):
        yield from _flatten(f"effects.{kind}.{position}", row)


def _varying(one: Leaf, other: Leaf) -> Iterator[int]:
    if one == other:
        return
    if not isinstance(one, str) or not isinstance(other, str):
        yield -1
        return
    words, others = _WORD.findall(one), _WORD.findall(other)
    if len(words) != len(others):
        yield -1
        return
    for position, (word, counterpart) in enumerate(zip(words, others, strict=True)):
        if word != counterpart:
            yield position
