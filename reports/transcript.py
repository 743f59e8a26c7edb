"""A transcript as plain text."""

from collections.abc import Iterator, Sequence

from reports.printable import one_line
from reports.record import NO_RETRY, Line

_LONGEST = 2_000


def transcript_text(lines: Sequence[Line]) -> str:
    """Every message with its answer, and where the conversation stood then; every fault."""
    return "\n".join(text for line in lines for text in _told(line))


def struck_words(line: Line) -> str:
    """What stands in the place of a message: which fault struck, or that one was left alone."""
    what = "left alone" if line.fault == NO_RETRY else f"fault {line.fault}"
    return one_line(f"{what} ({line.customer})")


def _told(line: Line) -> Iterator[str]:
    if line.fault is not None:
        yield f"{struck_words(line)}: {one_line(line.reply, _LONGEST)}"
        return
    place = " ".join(part for part in (line.flow, line.step) if part) or "no flow"
    yield f"turn {line.turn}, {one_line(line.customer)}: {one_line(line.text, _LONGEST)}"
    yield f"  reply: {one_line(line.reply, _LONGEST)}"
    yield one_line(
        f"  status {line.status}, session {line.session_id or 'unknown'},"
        f" {line.served_from or 'unknown tier'}, {place}"
    )
