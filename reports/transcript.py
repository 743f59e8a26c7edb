"""A transcript as plain text."""

from collections.abc import Iterator, Sequence

from reports.printable import one_line
from reports.record import Line

_LONGEST = 2_000


def transcript_text(lines: Sequence[Line]) -> str:
    """Every message with its answer, and where the conversation stood then; every fault."""
    return "\n".join(text for line in lines for text in _told(line))


def _told(line: Line) -> Iterator[str]:
    if line.fault is not None:
        yield f"fault {line.fault} ({line.customer}): {one_line(line.reply, _LONGEST)}"
        return
    place = " ".join(part for part in (line.flow, line.step) if part) or "no flow"
    yield f"turn {line.turn}, {line.customer}: {one_line(line.text, _LONGEST)}"
    yield f"  reply: {one_line(line.reply, _LONGEST)}"
    yield (
        f"  status {line.status}, session {line.session_id or 'unknown'},"
        f" {line.served_from or 'unknown tier'}, {place}"
    )
