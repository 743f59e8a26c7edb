"""Checks on effects: what must happen exactly once."""

from collections.abc import Callable, Mapping, Sequence

from simulators.gherkin.check import CheckFailed, expect
from simulators.gherkin.known_names import check_known
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.gherkin.tables import Table, record_of
from simulators.gherkin.values import leaves_named, matches, written
from simulators.player.awaiting import awaited
from simulators.trace import Row

_ORDER, _CALLBACK_TASK, _EMAIL = "order", "callback task", "email"


@then("(exactly ){count} order(s) is/are placed")
def check_orders(play: Play, count: int) -> None:
    """How many orders were placed, by all customers together."""
    _check_count(play, _ORDER, count)


@then("(exactly ){count} callback task(s) is/are created")
def check_callback_tasks(play: Play, count: int) -> None:
    """How many callback tasks were created, for all customers together."""
    _check_count(play, _CALLBACK_TASK, count)


@then("(exactly ){count} email(s) is/are sent")
def check_emails(play: Play, count: int) -> None:
    """How many emails left, to all customers together."""
    _check_count(play, _EMAIL, count)


@then('(exactly ){count} email(s) is/are sent to "{recipient}"')
def check_emails_to(play: Play, count: int, recipient: str) -> None:
    """How many emails left to one address."""

    def matching(rows: Sequence[Row]) -> Sequence[Row]:
        return [row for row in rows if _has(row, {"recipient": recipient})]

    found = matching(_effects(play, _EMAIL, lambda rows: len(matching(rows)) >= count))
    expect(len(found) == count, f"exactly {count} emails to {recipient}", len(found))


@then('(exactly ){count} "{kind}" effect(s)')
def check_effects(play: Play, count: int, kind: str) -> None:
    """How many effects of any kind there were, for all customers together."""
    _check_count(play, kind, count)


@then("the order has")
def check_order(play: Play, datatable: Table) -> None:
    """An order was placed with these fields.

    A table with one row; its columns are fields of the order, at any depth.
    """
    _check_fields(play, _ORDER, datatable)


@then("the callback task has")
def check_callback_task(play: Play, datatable: Table) -> None:
    """A callback task was created with these fields.

    A table with one row; its columns are fields of the task, at any depth.
    """
    _check_fields(play, _CALLBACK_TASK, datatable)


@then("the email has")
def check_email(play: Play, datatable: Table) -> None:
    """An email left with these fields.

    A table with one row; its columns are fields of the email, at any depth.
    """
    _check_fields(play, _EMAIL, datatable)


@then('an effect "{kind}" has')
def check_effect(play: Play, kind: str, datatable: Table) -> None:
    """An effect of any kind has these fields.

    A table with one row; its columns are fields of the effect, at any depth.
    """
    _check_fields(play, kind, datatable)


def _check_count(play: Play, kind: str, count: int) -> None:
    found = _effects(play, kind, lambda rows: len(rows) >= count)
    listed = f": {[dict(row) for row in found]}" if found else ""
    of_others = _of_others(play, kind) if len(found) > count else ""
    expect(
        len(found) == count,
        f"exactly {count} effects of kind {kind!r}",
        f"{len(found)}{listed}{of_others}",
    )


def _of_others(play: Play, kind: str) -> str:
    """That effects of a kind were there from the first turn on, as they are where nobody empties
    the service between two conversations; empty where none were."""
    first = play.trace.turns.get(1)
    already = len(_of_kind(kind, first.seen.effects)) if first is not None else 0
    if not already:
        return ""
    return (
        f"; {already} of them from turn 1 on: if they are of earlier conversations, let this one"
        " begin with a service that has seen nobody (reset in [target]), or count its own effects"
        " alone, by {session_id} or another name of it"
    )


def _check_fields(play: Play, kind: str, table: Table) -> None:
    wanted = record_of(table)
    found = _effects(play, kind, lambda rows: any(_has(row, wanted) for row in rows))
    if not any(_has(row, wanted) for row in found):
        listed = "; ".join(written(row) for row in found) or "none"
        raise CheckFailed(
            f"expected an effect of kind {kind!r} with {dict(wanted)}, found {listed}"
        )


def _has(row: Row, wanted: Mapping[str, str]) -> bool:
    return all(
        any(matches(value, text) for value in leaves_named(row, field))
        for field, text in wanted.items()
    )


def _effects(play: Play, kind: str, is_enough: Callable[[Sequence[Row]], bool]) -> tuple[Row, ...]:
    """All effects of a kind, as soon as they are enough, or as they stand when that was waited for
    in vain. `callback`, `callback task` and `callback_tasks` are one kind."""
    exchange = play.last(None)
    if (names := play.names()) is not None and _kind(kind) not in map(_kind, names.effects):
        check_known("effect", kind, names.effects)
    seen = awaited(
        play.target,
        exchange.answer.session_id,
        lambda seen: not is_enough(_of_kind(kind, seen.effects)),
    )
    return _of_kind(kind, seen.effects)


def _of_kind(kind: str, effects: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    return tuple(
        row for name, rows in effects.items() if _kind(name) == _kind(kind) for row in rows
    )


def _kind(name: str) -> str:
    words = name.casefold().replace("_", " ").replace("-", " ").removesuffix("s")
    return words.removesuffix(" task")
