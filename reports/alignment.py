"""Two transcripts of one conversation side by side: clean and faulted, turn by turn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reports.record import LawBroken, Line

Changed: TypeAlias = tuple[str, str, str]
"""What stands in no reply: its name, what it is in the clean run, and with the fault."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: the places in the two transcripts of what belongs together, None for nothing.

    `differs` names what is not the same: reply, status, session, flow, step; and as far as a law
    was broken there, tier, effects, kept, shape. Another tier alone is what a fault brings about,
    and what is kept may vary from one clean run to the next. `changed` tells of effects, of what
    is kept and of the shape of a reply what no bubble shows.
    """

    clean: int | None
    faulted: int | None
    differs: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The rows in order. `first` is the row in which a law was first broken, None where the turn of
    it is in neither transcript."""

    pairs: tuple[Pair, ...]
    first: int | None


_PARTS: Mapping[str, str] = {
    "session id": "session",
    "served from": "tier",
    "flow": "flow",
    "step": "step",
    "status": "status",
    "status of the first try": "status",
    "text": "reply",
    "repeated reply": "reply",
}
"""The part of a line that each field of a law is shown in; any other is of the reply's shape."""

_UNSEEN = ("effects", "kept", "shape")


def aligned(
    clean: Sequence[Line],
    faulted: Sequence[Line],
    broken_turn: int,
    broken: Sequence[LawBroken] = (),
) -> Alignment:
    """Put two transcripts side by side. A fault has a row of its own.

    The first difference is the first line in which one of the laws `broken` was, or else where the
    turn of that, `broken_turn`, differs: what is another way before breaks nothing.
    """
    faulted_keys = _keys(faulted)
    partner = {key: index for index, key in enumerate(_keys(clean))}
    alone = [index for key, index in partner.items() if key not in set(faulted_keys)]
    clean_order, faulted_order = _session_order(clean), _session_order(faulted)
    usual = {line.turn: line for line in clean if line.fault is None}
    pairs: list[Pair] = []
    breaking: list[int] = []
    for index, (line, key) in enumerate(zip(faulted, faulted_keys, strict=True)):
        match = partner.get(key)
        if match is None:
            found, changed = _broken_at(line, usual.get(line.turn), broken)
            breaking += [len(pairs)] if found else []
            pairs.append(Pair(None, index, found, changed))
            continue
        while alone and alone[0] < match:
            pairs.append(Pair(alone.pop(0), None))
        same_session = clean_order[match] == faulted_order[index]
        differs = _differences(clean[match], line, same_session)
        found, changed = _broken_at(line, clean[match], broken)
        breaking += [len(pairs)] if found else []
        pairs.append(Pair(match, index, tuple(dict.fromkeys((*differs, *found))), changed))
    pairs.extend(Pair(index, None) for index in alone)
    if breaking:
        return Alignment(tuple(pairs), breaking[0])
    return Alignment(tuple(pairs), _first_of_turn(broken_turn, pairs, clean, faulted))


def _keys(lines: Sequence[Line]) -> list[tuple[int, str | None, int]]:
    """What each line is, so that it can be found again: its turn, its fault, its how many-th."""
    seen: Counter[tuple[int, str | None]] = Counter()
    keys: list[tuple[int, str | None, int]] = []
    for line in lines:
        kind = (line.turn, line.fault)
        keys.append((*kind, seen[kind]))
        seen[kind] += 1
    return keys


def _session_order(lines: Sequence[Line]) -> list[int | None]:
    """Session IDs as numbers in the order in which they appear; the IDs of two runs differ."""
    numbers: dict[str, int] = {}
    return [
        None if line.session_id is None else numbers.setdefault(line.session_id, len(numbers))
        for line in lines
    ]


def _differences(clean: Line, faulted: Line, same_session: bool) -> tuple[str, ...]:
    if faulted.fault is not None:
        return ()
    compared = (
        ("reply", clean.reply == faulted.reply),
        ("status", clean.status == faulted.status),
        ("session", same_session),
        ("flow", clean.flow == faulted.flow),
        ("step", clean.step == faulted.step),
    )
    return tuple(name for name, is_same in compared if not is_same)


def _broken_at(
    line: Line, usual: Line | None, broken: Sequence[LawBroken]
) -> tuple[tuple[str, ...], tuple[Changed, ...]]:
    """The parts of a line that break a law, and what of that is shown in no bubble; `usual` is the
    same turn of the clean run."""
    here = [(part, one) for one in broken if _is_of(part := _part(one), one, line, usual)]
    changed = ((one.field, one.expected, one.actual) for part, one in here if part in _UNSEEN)
    return tuple(dict.fromkeys(part for part, _ in here)), tuple(dict.fromkeys(changed))


def _is_of(part: str, one: LawBroken, line: Line, usual: Line | None) -> bool:
    """Whether a law was broken in this line. One turn may have several, where its message was
    delivered more than once."""
    if line.fault is not None or one.turn != line.turn or one.customer not in ("", line.customer):
        return False
    match part:
        case "kept":
            return usual is None or line.kept != usual.kept
        case "effects":
            return usual is None or line.effects != usual.effects
        case "status":
            return usual is None or line.status != usual.status
        case "reply" if one.field == "repeated reply":
            return line.repeats
        case _:
            return not line.repeats


def _part(one: LawBroken) -> str:
    by_law = {"data": "kept", "effect": "effects"}
    field = one.field.lower().replace("_", " ")
    return by_law.get(one.law.lower()) or _PARTS.get(field, "shape")


def _first_of_turn(
    turn: int, pairs: Sequence[Pair], clean: Sequence[Line], faulted: Sequence[Line]
) -> int | None:
    """The row of a turn that differs, or else its first."""
    lines = (
        clean[pair.clean or 0] if pair.faulted is None else faulted[pair.faulted] for pair in pairs
    )
    rows = [row for row, line in enumerate(lines) if line.fault is None and line.turn == turn]
    return next((row for row in rows if pairs[row].differs), rows[0] if rows else None)
