"""Checks on what the service has collected and keeps."""

import json

from simulators.gherkin.check import CheckFailed, expect, where
from simulators.gherkin.known_names import check_known
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.gherkin.tables import Table, rows_of
from simulators.gherkin.values import at, leaves_named, left_over, matches, written
from simulators.trace import Exchange, JsonValue, Row, is_same


@then('{whose} session keeps "{path}" as {json}')
def check_kept(play: Play, whose: str | None, path: str, json: JsonValue) -> None:
    """One value of what is kept, at a dotted path, written as JSON."""
    exchange = play.last(whose)
    try:
        found = at(_kept(exchange), path)
    except KeyError as error:
        raise CheckFailed(
            f"expected {_as_json(json)} at {path!r}, found no {error.args[0]!r} in"
            f" {_as_json(_kept(exchange))}{where(exchange)}"
        ) from None
    expect(is_same(_plain(found), json), f"{_as_json(json)} at {path!r}", _as_json(found), exchange)


@then("{whose} session keeps nothing")
def check_nothing_kept(play: Play, whose: str | None) -> None:
    """The service holds no session of the customer."""
    exchange = play.last(whose)
    kept = exchange.seen.kept
    expect(kept is None, "nothing kept", _as_json(kept), exchange)


@then('{whose} collected {field} is "{value}"')
def check_collected_field(play: Play, whose: str | None, field: str, value: str) -> None:
    """One detail that the conversation has collected, such as the name."""
    exchange = play.last(whose)
    _check_collected(play, exchange, field, value)


@then("{whose} collected data includes")
def check_collected(play: Play, whose: str | None, datatable: Table) -> None:
    """Every detail that the table names was collected with that value.

    A table with the columns field and value. An empty value says that it was not collected,
    and is an error for a name that the service never keeps, where the target can tell.
    """
    exchange = play.last(whose)
    for row in rows_of(datatable, ("field", "value")):
        _check_collected(play, exchange, row["field"], row["value"])


@then("{whose} collected data is")
def check_all_collected(play: Play, whose: str | None, datatable: Table) -> None:
    """The table names every detail that was collected, each with its value.

    A table with the columns field and value. What is kept beside a detail of the table, and is
    not in the table, was collected too much.
    """
    exchange = play.last(whose)
    rows = rows_of(datatable, ("field", "value"))
    fields = [row["field"] for row in rows]
    for row in rows:
        _check_collected(play, exchange, row["field"], row["value"])
    extra = dict(left_over(_collected(exchange), fields))
    expect(not extra, f"nothing but {', '.join(fields)}", _as_json(extra), exchange)


@then('nothing was collected of "{text}"')
def check_not_collected(play: Play, text: str) -> None:
    """The text stands nowhere in what is kept of the session that wrote last."""
    exchange = play.last(None)
    kept = _as_json(exchange.seen.kept)
    expect(text.casefold() not in kept.casefold(), f"nothing kept of {text!r}", kept, exchange)


def _check_collected(play: Play, exchange: Exchange, field: str, value: str) -> None:
    there = list(leaves_named(_collected(exchange), field))
    if not value and not there and (names := play.names()) is not None:
        check_known("detail", field.casefold().replace("_", " ").rpartition(".")[2], names.kept)
    found = [one for one in there if one is not None]
    listed = " and ".join(dict.fromkeys(written(one) for one in found)) or "nothing"
    holds = any(matches(one, value) for one in found) if value else not found
    expect(holds, f"the {field} {value or 'not to be collected'}", listed, exchange)


def _collected(exchange: Exchange) -> JsonValue:
    """What is kept of the flow that the turn was in, or everything where it was in none."""
    kept = _kept(exchange)
    return kept.get(exchange.answer.flow or "", kept)


def _kept(exchange: Exchange) -> Row:
    if exchange.seen.kept is None:
        raise CheckFailed(f"expected a kept session, found none{where(exchange)}")
    return exchange.seen.kept


def _plain(value: JsonValue) -> JsonValue:
    """A value as JSON reads it back, whatever kind of row or mapping it was."""
    plain: JsonValue = json.loads(json.dumps(value))
    return plain


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
