"""Tables whose keys are drawn, such as the lines of a basket by an identifier each: one has other
keys in each play, and is compared as a list of items and keys."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

from simulators.laws.identifiers import IDENTIFIER, MOMENT, SHORTEST_TELLING_NAME, WORD
from simulators.trace import JsonValue, Observation

Paths: TypeAlias = frozenset[str]

Ranks: TypeAlias = Mapping[str, int]
"""By key, how many were known before it."""

NO_RANKS: Final[Ranks] = {}


def ranks_of(keys: Iterable[str]) -> Ranks:
    """The ranks of keys that come in the order in which they were first known."""
    return {key: rank for rank, key in enumerate(keys)}


def drawn_keys(one: Observation, other: Observation) -> Paths:
    """The paths to the tables whose keys are not the same in two observations, where those that
    are not look like identifiers."""
    waiting = [*_sides("kept", one.kept, other.kept), *_of_effects(one, other)]
    found = set[str]()
    while waiting:
        path, first, second = waiting.pop()
        if isinstance(first, Mapping) and isinstance(second, Mapping):
            changing = first.keys() ^ second.keys()
            if len(first) == len(second) and changing and _look_drawn(changing):
                found.add(path)
                first, second = as_list(first), as_list(second)
            else:
                for key in first.keys() & second.keys():
                    waiting += _sides(f"{path}.{key}", first[key], second[key])
        if _is_list(first) and _is_list(second):
            for position, pair in enumerate(zip(first, second, strict=False)):
                waiting += _sides(f"{path}.{position}", *pair)
    return frozenset(found)


def _look_drawn(keys: Collection[str]) -> bool:
    """Whether keys look like identifiers, or are numbers that may name something: each of them or,
    as chance gives some of them no digit, one of many that are as long."""
    alike = [
        IDENTIFIER.fullmatch(key) is not None
        or (key.isdecimal() and len(key) >= SHORTEST_TELLING_NAME)
        for key in keys
    ]
    return all(alike) or (any(alike) and len({len(key) for key in keys}) == 1)


def as_list(
    table: Mapping[str, JsonValue], ranks: Ranks = NO_RANKS
) -> Sequence[Mapping[str, JsonValue]]:
    """The items and keys of a table in an order that no key decides: by what the items are
    without their identifiers and moments and, where that is the same, those whose keys were known
    first; the others as they stand, for a service may sort by its keys."""
    listed = sorted(table.items(), key=lambda one: ranks.get(one[0], len(ranks)))
    listed.sort(key=lambda one: _without_names(one[1]))
    return [{"item": item, "key": key} for key, item in listed]


def _without_names(value: JsonValue) -> str:
    """A text of the value, without recursion: what a service keeps may be nested deeply."""
    pieces, waiting = list[str](), [value]
    while waiting:
        match waiting.pop():
            case Mapping() as table:
                pieces.append(f"{{{len(table)}")
                waiting += (part for key in sorted(table) for part in (table[key], key))
            case str() as text:
                pieces.append(MOMENT.sub("…", text))
            case list() | tuple() as items:
                pieces.append(f"[{len(items)}")
                waiting += reversed(items)
            case other:
                pieces.append(repr(other))
    return WORD.sub(
        lambda word: "…" if IDENTIFIER.fullmatch(word[0]) else word[0], "\n".join(pieces)
    )


def _of_effects(one: Observation, other: Observation) -> Iterator[tuple[str, JsonValue, JsonValue]]:
    for kind in one.effects.keys() & other.effects.keys():
        yield f"effects.{kind}", one.effects[kind], other.effects[kind]


def _sides(path: str, one: JsonValue, other: JsonValue) -> list[tuple[str, JsonValue, JsonValue]]:
    is_leaf = isinstance(one, str | bool | int | float | None) or one is other
    return [] if is_leaf else [(path, one, other)]


def _is_list(value: object) -> TypeGuard[Sequence[JsonValue]]:
    return isinstance(value, Sequence) and not isinstance(value, str)
