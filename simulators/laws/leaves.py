"""What a law compares of an exchange, value by value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from simulators.laws.drawn_keys import NO_RANKS, Paths, Ranks, as_list
from simulators.trace import Answer, Exchange, JsonValue, Observation

Leaf: TypeAlias = bool | int | float | str | None
Leaves: TypeAlias = Mapping[str, Leaf]
"""What an exchange shows, by path: `text`, `kept.bulk_order.step`, `effects.order.0.number`."""


def leaves(exchange: Exchange, drawn: Paths = frozenset(), ranks: Ranks = NO_RANKS) -> Leaves:
    """Everything of an exchange that a law compares; tables with `drawn` keys as lists, of which
    `ranks` holds those that are known."""
    answer = exchange.answer
    return {
        "text": answer.text,
        **parts_beside_text(answer),
        "flow": answer.flow,
        "step": answer.step,
        **observed(exchange.seen, drawn, ranks),
    }


def parts_beside_text(answer: Answer) -> Leaves:
    """What a reply is beside its text: what it offers, and what it is about."""
    return {
        "quick replies": " / ".join(answer.quick_replies) or None,
        "intent": answer.intent,
        "escalated": answer.escalated,
    }


def observed(seen: Observation, drawn: Paths = frozenset(), ranks: Ranks = NO_RANKS) -> Leaves:
    """The same of an observation alone."""
    rows = (pair for kind, rows in seen.effects.items() for pair in _rows(kind, rows, drawn, ranks))
    return dict([*_flatten("kept", seen.kept, drawn, ranks), *rows])


def equal(one: Leaf, other: Leaf) -> bool:
    """`is_same`, of values that hold no others."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _flatten(path: str, value: JsonValue, drawn: Paths, ranks: Ranks) -> Iterator[tuple[str, Leaf]]:
    """Every leaf below a path, without recursion: what a service keeps may be nested deeply."""
    waiting = [(path, value)]
    while waiting:
        here, found = waiting.pop()
        match found:
            # Most of it by far; to ask whether something is a mapping takes longest.
            case str() | bool() | int() | float() | None:
                yield here, found
            case dict() | Mapping() if here in drawn:
                waiting.append((here, as_list(found, ranks)))
            case dict() | Mapping():
                waiting += [(f"{here}.{key}", found[key]) for key in sorted(found, reverse=True)]
            case _:
                items = [(f"{here}.{position}", item) for position, item in enumerate(found)]
                waiting += reversed(items)


def _rows(
    kind: str, rows: Sequence[Mapping[str, JsonValue]], drawn: Paths, ranks: Ranks
) -> Iterator[tuple[str, Leaf]]:
    if rows:
        yield f"effects.{kind}", len(rows)
    for position, row in enumerate(rows):
        yield from _flatten(f"effects.{kind}.{position}", row, drawn, ranks)
