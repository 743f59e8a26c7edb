"""Checks on log events and metrics."""

from difflib import get_close_matches

from simulators.gherkin.check import CheckFailed, expect
from simulators.gherkin.known_names import check_known
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.gherkin.tables import Table, rows_of
from simulators.gherkin.values import matches
from simulators.trace import Row


@then('the event "{event}" is logged')
def check_event(play: Play, event: str, datatable: Table | None = None) -> None:
    """The service logged the event, at least once since it was started.

    With a table of the columns field and value: one of them has these fields.
    """
    wanted = {}
    if datatable is not None:
        wanted = {row["field"]: row["value"] for row in rows_of(datatable, ("field", "value"))}
    found = _events(play, event)
    expect(
        any(_has(fields, wanted) for fields in found),
        f"the event {event!r}" + (f" with {wanted}" if wanted else ""),
        f"{[dict(fields) for fields in found]}" if found else _names(play),
    )


@then('(exactly ){count} event(s) "{event}" is/are logged')
def check_event_count(play: Play, count: int, event: str) -> None:
    """How often the service logged the event since it was started."""
    found = len(_events(play, event))
    expect(found == count, f"{count} events {event!r}", found)


@then('the metric "{metric}" is {number}')
def check_metric(play: Play, metric: str, number: float) -> None:
    """The value of a metric, named as in the exposition, with labels."""
    _check_name(play, metric)
    values = play.target.metrics()
    if metric not in values:
        near = get_close_matches(metric, values) or sorted(values)[:5]
        rest = len(values) - len(near)
        others = f" and {rest} others" if rest else ""
        raise CheckFailed(f"expected the metric {metric!r}, found only {', '.join(near)}{others}")
    expect(values[metric] == number, f"{metric} {number:g}", f"{values[metric]:g}")


@then('the metric "{metric}" has grown by {number}')
def check_metric_growth(play: Play, metric: str, number: float) -> None:
    """By how much a metric grew since the service was started."""
    _check_name(play, metric)
    grown = play.metric_growth(metric)
    expect(grown == number, f"{metric} to grow by {number:g}", f"{grown:g}")


def _check_name(play: Play, metric: str) -> None:
    if (names := play.names()) is not None:
        check_known("metric", metric.partition("{")[0], names.metrics)


def _events(play: Play, event: str) -> list[Row]:
    if (names := play.names()) is not None:
        check_known("event", event, names.events)
    return [fields for name, fields in play.target.events() if name == event]


def _has(fields: Row, wanted: dict[str, str]) -> bool:
    return all(name in fields and matches(fields[name], text) for name, text in wanted.items())


def _names(play: Play) -> str:
    names = dict.fromkeys(name for name, _ in play.target.events())
    return f"only {', '.join(names)}" if names else "no event"
