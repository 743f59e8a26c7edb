"""What is legal where a play departs from the clean run was played, without snapshots, in another
play up to the same place: in other names, for a service whose identifiers come of chance."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from simulators.laws.drawn_keys import drawn_keys, ranks_of
from simulators.laws.identifiers import naming, paired
from simulators.laws.leaves import leaves, observed
from simulators.trace import Exchange, Strike

Happenings: TypeAlias = Sequence[Exchange | Strike]


def in_names_of(
    happenings: Happenings, reference: Mapping[int, Exchange]
) -> Mapping[int, Exchange]:
    """The reference in the names of the play in which that came about."""
    origins = {id(one.origin): one.origin for one in reference.values() if one.origin}
    if not origins:
        return reference
    # Many turns are of one play.
    names = {key: counterparts(origin, happenings) for key, origin in origins.items()}
    return {
        turn: _renamed(exchange, names.get(id(exchange.origin), {}))
        for turn, exchange in reference.items()
    }


def counterparts(origin: Happenings, happenings: Happenings) -> Mapping[str, str]:
    """By what an identifier is in one play, what it is in another one up to the same place."""
    names: dict[str, str] = {}
    for one, other in zip(origin, happenings, strict=False):
        if one is not other:
            for name, counterpart in _pairs(one, other, names):
                names.setdefault(name, counterpart)
    return names


def _pairs(
    one: Exchange | Strike, other: Exchange | Strike, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What stands in the same place of two happenings, by the names that are known so far."""
    drawn = drawn_keys(one.seen, other.seen)
    ranks, others = ranks_of(names), ranks_of(names.values())
    if isinstance(one, Exchange) and isinstance(other, Exchange):
        here, there = one.answer.session_id, other.answer.session_id
        if here is not None and there is not None and here != there:
            yield here, there
        yield from paired(leaves(one, drawn, ranks), leaves(other, drawn, others))
    elif isinstance(one, Strike) and isinstance(other, Strike):
        yield from paired(observed(one.seen, drawn, ranks), observed(other.seen, drawn, others))


def _renamed(exchange: Exchange, names: Mapping[str, str]) -> Exchange:
    if not names:
        return exchange
    answer, seen, name = exchange.answer, exchange.seen, naming(names)
    answer = replace(
        answer,
        text=name(answer.text),
        session_id=answer.session_id and names.get(answer.session_id, answer.session_id),
        flow=answer.flow and name(answer.flow),
        step=answer.step and name(answer.step),
        quick_replies=tuple(map(name, answer.quick_replies)),
    )
    effects = {
        kind: tuple(_throughout(row, name) for row in rows) for kind, rows in seen.effects.items()
    }
    seen = replace(seen, kept=_throughout(seen.kept, name), effects=effects)
    return replace(exchange, answer=answer, seen=seen)


def _throughout(value: Any, name: Callable[[str], str]) -> Any:
    """The value with each text in it by that name, without recursion: what a service keeps may be
    nested deeply."""
    whole = {"": value}
    waiting: list[tuple[Any, Any]] = [(whole, "")]
    while waiting:
        holder, place = waiting.pop()
        match holder[place]:
            case str() as text:
                holder[place] = name(text)
            case Mapping() as table:
                holder[place] = keyed = {name(key): item for key, item in table.items()}
                waiting += ((keyed, key) for key in keyed)
            case list() | tuple() as items:
                holder[place] = listed = list(items)
                waiting += ((listed, number) for number in range(len(listed)))
    return whole[""]
