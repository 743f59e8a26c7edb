"""Two transcripts of one conversation beside each other: the clean run, and the one with faults.

Where there is no room for two columns, what differs is told one below the other.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reports.alignment import Pair, aligned
from reports.printable import fitted, wrapped
from reports.record import LawBroken, Line
from reports.terminal import Span, Spans
from reports.transcript import (
    causes_first,
    is_unanswered,
    message_words,
    reference_words,
    struck_words,
)

NARROWEST = 70
"""The columns that it takes for two transcripts to stand beside each other."""

LONGEST = 4_000
"""Characters of a message or a reply that are shown."""

_MOST_CHANGED = 6
_LONGEST_VALUE = 160

_SAME: Span = (" │ ", "dim")
_DIFFERENT: Span = (" ≠ ", "bold red")


def side_by_side(
    clean: Sequence[Line],
    faulted: Sequence[Line],
    plan: str,
    columns: int,
    broken: Sequence[LawBroken] = (),
) -> Iterator[Spans]:
    """The lines of both transcripts, at most so many columns wide. What differs is marked between
    the two; `plan` says what the faulted one went through, and `broken` which laws that broke."""
    has_room = columns >= NARROWEST
    headings = reference_words(clean), f"with {plan}"
    if has_room:
        yield from _beside(headings[:1], headings[1:], columns, _SAME, "bold")
    pairs = aligned(clean, faulted, 0, broken).pairs
    for row in causes_first(pairs, lambda one: _in(faulted, one.faulted)):
        one, other = _in(clean, row.clean), _in(faulted, row.faulted)
        yield _beside_nothing(columns) if has_room else ()
        if has_room:
            between = _DIFFERENT if row.differs else _SAME
            heard = (*_texts(other), *_changed(row))
            yield from _beside(_texts(one), heard, columns, between, _style(row))
        elif one is not None and (other is None or row.differs):
            yield from _below((*_said(one), "in the clean run:", *_heard(one)), columns, "")
            missing = ("with faults: nothing",)
            heard = missing if other is None else ("with faults:", *_heard(other), *_changed(row))
            yield from _below(heard, columns, "red")
        else:
            yield from _below((*_texts(other), *_changed(row)), columns, _style(row))


def _in(transcript: Sequence[Line], place: int | None) -> Line | None:
    return None if place is None else transcript[place]


def _beside(
    left: Sequence[str], right: Sequence[str], columns: int, between: Span, style: str
) -> Iterator[Spans]:
    half = _half(columns)
    lines = ([line for text in side for line in wrapped(text, half)] for side in (left, right))
    for one, other in zip_longest(*lines, fillvalue=""):
        yield (fitted(one, half), "bold" if style == "bold" else ""), between, (other, style)


def _beside_nothing(columns: int) -> Spans:
    return (" " * _half(columns), ""), _SAME


def _half(columns: int) -> int:
    return (columns - len(_SAME[0])) // 2


def _below(texts: Sequence[str], columns: int, style: str) -> Iterator[Spans]:
    for text in texts:
        for line in wrapped(text, columns):
            yield ((line, style),)


def _style(row: Pair) -> str:
    if row.clean is None:
        return "yellow"
    return "red" if row.differs else ""


def _texts(line: Line | None) -> Sequence[str]:
    return () if line is None else (*_said(line), *_heard(line))


def _changed(row: Pair) -> Iterator[str]:
    """What is different, and neither said nor heard. An identifier that reads the same is another
    one than it was told to be before."""
    for name, usual, now in row.changed[:_MOST_CHANGED]:
        change = "is not the one told before" if now == usual else f"became {now[:_LONGEST_VALUE]}"
        yield f"{name}: {usual[:_LONGEST_VALUE]} {change}"
    if (more := len(row.changed) - _MOST_CHANGED) > 0:
        yield f"and {more:,} more"


def _said(line: Line) -> Sequence[str]:
    """What was written, or which fault struck."""
    if line.fault is not None:
        return (f"{struck_words(line)}: {line.reply[:LONGEST]}",)
    return f"{message_words(line)}: {line.text[:LONGEST]}".split("\n")


def _heard(line: Line) -> Sequence[str]:
    """What came back, and where the conversation stood then."""
    if line.fault is not None:
        return ()
    status = "" if line.status < 400 else f"status {line.status}, "
    place = f"{line.step} of {line.flow}" if line.flow else line.step or "no flow"
    if is_unanswered(line):
        return ("no answer",)
    return (
        *f"reply: {line.reply[:LONGEST]}".split("\n"),
        f"{status}session {line.session_id or 'unknown'}, {line.served_from or 'unknown tier'},"
        f" {place}",
    )
