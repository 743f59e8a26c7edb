"""A trace as text, as it stands below a failing step."""

from collections.abc import Iterator

from reports.printable import one_line
from reports.record import NO_RETRY
from simulators.trace import Exchange, Strike, Trace

_LONGEST = 300


def transcript_text(trace: Trace) -> str:
    """Every message with its answer, session ID, tier and step, and every fault that struck."""
    return "\n".join(line for item in trace.happenings for line in _lines(item))


def _lines(happening: Exchange | Strike) -> Iterator[str]:
    if isinstance(happening, Strike):
        struck = "struck" if happening.fired else "did not strike"
        what = f"fault   {happening.fault} {struck}"
        if happening.fault == NO_RETRY:
            what = "left alone"
        yield f"{what} ({happening.customer}): {one_line(happening.evidence)}"
        return
    answer = happening.answer
    again = " (delivered again)" if happening.repeats else ""
    tab = f" in tab {happening.tab}" if happening.tab > 1 else ""
    text = one_line(happening.text, _LONGEST)
    yield f"turn {happening.turn:<2} {happening.customer}{tab}{again}: {text}"
    yield f"        reply: {one_line(answer.text, _LONGEST)}"
    place = f"step {answer.step}" if answer.step else "no flow"
    if answer.flow:
        place = f"step {answer.step} of {answer.flow}"
    by = f" by {answer.node}" if answer.node is not None else ""
    status = f"status {answer.status}, " if answer.is_error else ""
    yield (
        f"        {status}session {answer.session_id or 'unknown'}, served from"
        f" {answer.served_from or 'an unknown tier'}{by}, {place}"
    )
