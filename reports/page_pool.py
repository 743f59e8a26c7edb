"""Texts and lines of a page, each of which stands in its data once."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reports.printable import block
from reports.record import Line
from reports.shape import Json

MOST_DETAILS = 200
"""How much of what a service keeps is told below one reply."""

_MOST_CALLS = 12

_OVER = frozenset({"expired", "ended"})
"""How a session stands that no correct service goes on with."""

LONGEST_DETAIL = 20_000
"""Characters of one thing of it that are told."""


class Pool:
    """Gives each different text, and each different line, one place.

    A line of a transcript stands as `turn, status, tab, at, repeats, overlaps` (with the next
    one, which is served at the same time), `over` (a new session has to begin), then as places of
    texts: `customer, text, reply, session, tier, flow, step, fault, effects, read, wrote, model,
    point, node`, then the places of what is new in what the service keeps. `read`, `wrote` and
    `model` name the calls to the store that changed nothing, those that did, and those to the
    language model.
    """

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._known: dict[str, int] = {}
        self._kept: dict[str | None, Mapping[str, str]] = {}
        self._lines: dict[tuple[int | float | None, ...], int] = {}

    def text(self, text: str | None) -> int:
        """The place of a text, -1 for None. What does not print is spelled out."""
        if text is None:
            return -1
        place = self._known.get(text)
        if place is None:
            place = self._known[text] = self._texts.setdefault(block(text), len(self._texts))
        return place

    def transcript(self, lines: Sequence[Line]) -> list[int]:
        """The places of the lines of one transcript."""
        return [
            self._line(line, details)
            for line, details in zip(lines, self._details(lines), strict=True)
        ]

    def _line(self, line: Line, details: Iterable[str]) -> int:
        told = line.circumstances
        texts = (line.customer, line.text, line.reply, line.session_id, line.served_from)
        more = (line.flow, line.step, line.fault, _effects(line), *_calls(line))
        row = (
            *(line.turn, line.status, line.tab, line.at, int(line.repeats)),
            int(told is not None and told.is_overlapped),
            int(told is not None and told.life in _OVER),
            *(self.text(text) for text in (*texts, *more)),
            self.text(None if told is None else told.point),
            self.text(line.node),
            *(self.text(detail) for detail in details),
        )
        return self._lines.setdefault(row, len(self._lines))

    def _details(self, lines: Sequence[Line]) -> Iterator[list[str]]:
        """Of what the service keeps after each line, that which was not so after the one before."""
        known: dict[str, Mapping[str, str]] = {}
        for line in lines:
            now = self._kept.get(line.kept)
            if now is None:
                now = self._kept[line.kept] = dict(_leaves(line.kept))
            before = known.get(line.customer, {})
            known[line.customer] = now
            told = [f"{path}: {value}" for path, value in now.items() if before.get(path) != value]
            if line.kept is not None:
                told += [f"{path}: gone" for path in before if path not in now]
            if (more := len(told) - MOST_DETAILS) > 0:
                told = [*told[:MOST_DETAILS], f"and {more:,} more, in the record"]
            yield told

    @property
    def texts(self) -> list[Json]:
        """All texts, by their places."""
        return list(self._texts)

    @property
    def lines(self) -> list[Json]:
        """All lines, by their places."""
        return [list(row) for row in self._lines]


def _effects(line: Line) -> str | None:
    told = ", ".join(f"{kind} ×{len(rows)}" for kind, rows in line.effects.items() if rows)
    return told or None


def _calls(line: Line) -> Iterator[str | None]:
    """The calls that read from the store, that wrote to it, and to the language model."""
    wrote = set(line.writes or ())
    store = [call for call in line.calls if call.startswith("store.")]
    yield _named(call for call in store if call not in wrote)
    yield _named(call for call in store if call in wrote)
    yield _named(call for call in line.calls if call.startswith("model."))


def _named(calls: Iterable[str]) -> str | None:
    names = [*calls]
    more = len(names) - _MOST_CALLS
    told = [*names[:_MOST_CALLS], f"and {more:,} more"] if more > 0 else names
    return ", ".join(told) or None


def _leaves(kept: str | None) -> Iterator[tuple[str, str]]:
    """Paths and values, without recursion: what a service keeps may be nested deeply."""
    try:
        waiting: list[tuple[str, Json]] = [("", json.loads(kept or "{}"))]
    except (ValueError, RecursionError):
        yield "kept", _cut(kept or "")
        return
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{path}.{key}", value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            numbered = [(f"{path}.{number}", one) for number, one in enumerate(value, start=1)]
            waiting += reversed(numbered)
        elif value is not None and value != "":
            shown = value if isinstance(value, str) else json.dumps(value)
            yield path.removeprefix("."), _cut(shown)


def _cut(shown: str) -> str:
    more = len(shown) - LONGEST_DETAIL
    return (
        f"{shown[:LONGEST_DETAIL]}… and {more:,} more characters, in the record"
        if more > 0
        else shown
    )
