"""Two transcripts of one conversation side by side: clean and faulted, turn by turn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.record import Line


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: the places in the two transcripts of what belongs together, None for nothing.

    `differs` names what is not the same: reply, status, session, flow, step. The tier is not
    among them, because another tier is what a fault brings about.
    """

    clean: int | None
    faulted: int | None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """The rows in order. `first` is the row of the first difference, None where there is none."""

    pairs: tuple[Pair, ...]
    first: int | None


def aligned(clean: Sequence[Line], faulted: Sequence[Line], broken_turn: int) -> Alignment:
    """Put two transcripts side by side. A fault has a row of its own.

    The first difference is where the conversations part in status, session, flow or step, or else
    the turn in which the law was broken: replies may differ earlier for reasons of no account.
    """
    faulted_keys = _keys(faulted)
    partner = {key: index for index, key in enumerate(_keys(clean))}
    alone = [index for key, index in partner.items() if key not in set(faulted_keys)]
    clean_order, faulted_order = _session_order(clean), _session_order(faulted)
    pairs: list[Pair] = []
    for index, (line, key) in enumerate(zip(faulted, faulted_keys, strict=True)):
        match = partner.get(key)
        if match is None:
            pairs.append(Pair(None, index))
            continue
        while alone and alone[0] < match:
            pairs.append(Pair(alone.pop(0), None))
        same_session = clean_order[match] == faulted_order[index]
        pairs.append(Pair(match, index, _differences(clean[match], line, same_session)))
    pairs.extend(Pair(index, None) for index in alone)
    return Alignment(tuple(pairs), _first(pairs, clean, faulted, broken_turn))


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


def _first(
    pairs: Sequence[Pair], clean: Sequence[Line], faulted: Sequence[Line], broken_turn: int
) -> int | None:
    of_broken_turn: int | None = None
    for row, pair in enumerate(pairs):
        line = clean[pair.clean or 0] if pair.faulted is None else faulted[pair.faulted]
        if line.fault is not None:
            continue
        if pair.clean is None or pair.faulted is None or set(pair.differs) - {"reply"}:
            return row
        if line.turn == broken_turn and of_broken_turn is None:
            of_broken_turn = row
        if line.turn > broken_turn and of_broken_turn is not None:
            return of_broken_turn
    return of_broken_turn
