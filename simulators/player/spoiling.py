"""What is legal where a fault may spoil a reply, as a failure of the language model does: another
reply, kept wherever the usual one would be, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from simulators.faults.fault import Fault
from simulators.player.place import Place, Reference
from simulators.trace import Exchange, JsonValue, Row


def with_spoilt_reply(place: Place, exchange: Exchange, fault: Fault | None) -> Place:
    """The place after an answer: where the fault in its delivery may spoil a reply, that is the
    one to be expected."""
    spoils = fault is not None and fault.inside is not None and fault.inside.spoils_reply
    if not spoils or not exchange.interrupted or exchange.answer.is_error:
        return place
    return replace(place, references=tuple(_with_reply(one, exchange) for one in place.references))


def _with_reply(reference: Reference, exchange: Exchange) -> Reference:
    """The reference of a play in which a turn got another reply than in the clean run."""
    turn = exchange.turn
    if turn not in reference:
        return reference
    expected = reference[turn]
    usual, actual = expected.answer.text, exchange.answer.text
    before = [one for number, one in reference.items() if number < turn]
    own = [one.seen.kept for one in before if one.customer == exchange.customer]
    # A conversation that begins anew has nothing from before.
    kept = None if exchange.life.is_over or not own else own[-1]
    since = {
        number: one
        for number, one in sorted(reference.items())
        if number >= turn and _is_of_one_session(one, expected)
    }
    held = [one.seen.kept for one in since.values()]
    # What is not stored at once may be stored with a later turn.
    found = (_new_places(kept, one, usual) for one in held)
    spoilt = next((places for places in found if places), frozenset())
    later = {
        number: replace(one, seen=replace(one.seen, kept=_spoilt(one.seen.kept, spoilt, actual)))
        for number, one in since.items()
    }
    told = exchange.answer
    answer = replace(
        expected.answer,
        text=actual,
        quick_replies=told.quick_replies,
        intent=told.intent,
        escalated=told.escalated,
    )
    return {**reference, **later, turn: replace(later[turn], answer=answer)}


def _is_of_one_session(one: Exchange, other: Exchange) -> bool:
    """Whether two exchanges are of one session, as far as the service tells which it is."""
    named = {one.answer.session_id, other.answer.session_id} - {None}
    return one.customer == other.customer and len(named) < 2


_Path: TypeAlias = tuple[str | int, ...]


def _new_places(before: JsonValue, after: JsonValue, text: str) -> frozenset[_Path]:
    """Where a text stands that did not stand there before."""
    return frozenset(_places(after, text)) - frozenset(_places(before, text))


def _places(value: JsonValue, text: str, path: _Path = ()) -> Iterator[_Path]:
    match value:
        case str():
            if value == text:
                yield path
        case Mapping():
            for key, item in value.items():
                yield from _places(item, text, (*path, key))
        case Sequence():
            for position, item in enumerate(value):
                yield from _places(item, text, (*path, position))


def _spoilt(value: Row | None, places: frozenset[_Path], text: str) -> Row | None:
    """The value with that text in those places."""
    return None if value is None else {key: _put(value[key], (key,), places, text) for key in value}


def _put(value: JsonValue, path: _Path, places: frozenset[_Path], text: str) -> JsonValue:
    if path in places:
        return text
    match value:
        case str():
            return value
        case Mapping():
            return {key: _put(item, (*path, key), places, text) for key, item in value.items()}
        case Sequence():
            return tuple(_put(item, (*path, at), places, text) for at, item in enumerate(value))
        case _:
            return value
