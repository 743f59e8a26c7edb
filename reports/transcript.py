"""A transcript as plain text."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from reports.printable import one_line
from reports.record import NO_RETRY, Line

_LONGEST = 2_000

_Item = TypeVar("_Item")


def transcript_text(lines: Sequence[Line]) -> str:
    """Every message with its answer, and where the conversation stood then; every fault."""
    return "\n".join(text for line in causes_first(lines, _itself) for text in _told(line))


def causes_first(
    items: Sequence[_Item], line_of: Callable[[_Item], Line | None]
) -> Sequence[_Item]:
    """Lines of a transcript, or what they stand in, with each fault inside a turn before the
    messages that it struck: the transcript has it behind them."""
    lines = [*map(line_of, items)]
    places: list[int] = []
    for place in range(len(lines)):
        struck = _first_struck(lines, place)
        places.insert(len(places) if struck is None else places.index(struck), place)
    return [items[place] for place in places]


def struck_words(line: Line) -> str:
    """What stands in the place of a message: which fault struck, or that one was left alone."""
    what = "left alone" if line.fault == NO_RETRY else f"fault {line.fault}"
    return one_line(f"{what} ({line.customer})")


def message_words(line: Line) -> str:
    """Which message it is, and whose."""
    tab = f" in tab {line.tab}" if line.tab > 1 else ""
    again = " (delivered again)" if line.repeats else ""
    return one_line(f"turn {line.turn}, {line.customer}{tab}{again}")


def is_unanswered(line: Line) -> bool:
    """Whether nothing came back for a message."""
    return line.fault is None and line.status == 0 and not line.reply


def reference_words(clean: Sequence[Line]) -> str:
    """What a faulted transcript is held against: where a message may be left alone, a correct
    service may not have made its turn."""
    not_made = sorted({line.turn for line in clean if line.fault is None and line.status == 0})
    if not not_made:
        return "clean run"
    turns = "turn" if len(not_made) == 1 else "turns"
    numbers = ", ".join(map(str, not_made))
    return f"clean run without {turns} {numbers}, which may not have happened"


def _itself(line: Line) -> Line:
    return line


def _first_struck(lines: Sequence[Line | None], place: int) -> int | None:
    """The place of the first message that the fault in that place struck, None for any other
    line."""
    fault = lines[place]
    if fault is None or fault.fault in (None, NO_RETRY) or fault.circumstances is None:
        return None
    if fault.circumstances.point is None:
        return None
    last = place - 1
    while last >= 0 and (above := lines[last]) is not None and above.fault is not None:
        last -= 1
    first = last + 1
    while first > 0 and (above := lines[first - 1]) is not None and _is_struck(above, fault):
        first -= 1
    return first if first <= last else None


def _is_struck(message: Line, fault: Line) -> bool:
    return message.fault is None and message.turn >= fault.turn


def _told(line: Line) -> Iterator[str]:
    if line.fault is not None:
        yield f"{struck_words(line)}: {one_line(line.reply, _LONGEST)}"
        return
    place = " ".join(part for part in (line.flow, line.step) if part) or "no flow"
    yield f"{message_words(line)}: {one_line(line.text, _LONGEST)}"
    if is_unanswered(line):
        yield "  no answer"
        return
    yield f"  reply: {one_line(line.reply, _LONGEST)}"
    yield one_line(
        f"  status {line.status}, session {line.session_id or 'unknown'},"
        f" {line.served_from or 'unknown tier'}, {place}"
    )
