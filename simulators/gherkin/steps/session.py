"""Checks on session IDs, and on the tier that served a turn."""

from simulators.errors import ScenarioError
from simulators.gherkin.check import CheckFailed, expect, where
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.trace import TIERS, Exchange


@then("{whose} session is the same")
def check_same_session(play: Play, whose: str | None) -> None:
    """The last turn had the session ID of the customer's turn before it."""
    exchange = play.last(whose)
    before = _session_before(play, exchange)
    found = exchange.answer.session_id
    expect(found == before, f"the session {before!r} of the turn before", repr(found), exchange)


@then("{whose} session is new")
def check_new_session(play: Play, whose: str | None) -> None:
    """The last turn had a session ID that no turn before it had."""
    exchange = play.last(whose)
    session_id = _session_of(exchange)
    for one in play.trace.exchanges:
        if one is exchange:
            return
        expect(
            one.answer.session_id != session_id,
            "a new session",
            f"{session_id!r}, as in turn {one.turn} of {one.customer}",
            exchange,
        )


@then("{whose} session is never another customer's")
def check_session_of_one_customer(play: Play, whose: str | None) -> None:
    """No other customer ever had a session ID of this customer's turns."""
    customer = play.last(whose).customer
    if all(one.customer == customer for one in play.trace.exchanges):
        raise ScenarioError(f"nobody has written but {customer}; let another customer write")
    own = {one.answer.session_id for one in play.trace.exchanges if one.customer == customer}
    for one in play.trace.exchanges:
        expect(
            one.customer == customer or one.answer.session_id not in own - {None},
            f"no session ID in common with {customer}",
            repr(one.answer.session_id),
            one,
        )


@then("{whose} session is not {victim}'s")
def check_session_apart(play: Play, whose: str | None, victim: str) -> None:
    """The last turn had a session ID that the other customer never had."""
    exchange = play.last(whose)
    play.last(victim)
    for one in play.trace.exchanges:
        expect(
            one.customer != victim or one.answer.session_id != _session_of(exchange),
            f"another session than {victim}'s",
            f"{one.answer.session_id!r}, as in turn {one.turn} of {victim}",
            exchange,
        )


@then("every turn had the same session")
def check_all_turns_of_everybody(play: Play) -> None:
    """Each customer had one session ID in all turns."""
    play.player.last()
    if not any(map(play.earlier, play.trace.exchanges)):
        raise ScenarioError("nobody has made more than one turn; let two be made")
    for customer in dict.fromkeys(one.customer for one in play.trace.exchanges):
        _check_all_turns(play, customer)


@then("every turn of {customer} had the same session")
def check_all_turns_of_one(play: Play, customer: str) -> None:
    """One customer had one session ID in all turns."""
    if not play.earlier(play.last(customer)):
        raise ScenarioError(f"{customer} has made one turn alone; let two be made")
    _check_all_turns(play, customer)


@then('{whose} turn was served from "{tier}"')
def check_tier(play: Play, whose: str | None, tier: str) -> None:
    """The tier that the session came from: memory, store or new."""
    if tier not in TIERS:
        raise ScenarioError(f"{tier!r} is no tier; write one of {', '.join(TIERS)}")
    exchange = play.last(whose)
    found = exchange.answer.served_from
    expect(found == tier, f"a turn served from {tier!r}", repr(found), exchange)


def _check_all_turns(play: Play, customer: str) -> None:
    own = [one for one in play.trace.exchanges if one.customer == customer]
    first = next((one for one in own if one.answer.session_id is not None), None)
    for one in own:
        if not one.answer.is_error:
            expect(
                first is not None and _session_of(one) == first.answer.session_id,
                f"the session {_session_of(first or one)!r} of turn {(first or one).turn}",
                repr(one.answer.session_id),
                one,
            )


def _session_of(exchange: Exchange) -> str:
    if exchange.answer.session_id is None:
        raise CheckFailed(f"expected a session ID, found none{where(exchange)}")
    return exchange.answer.session_id


def _session_before(play: Play, exchange: Exchange) -> str:
    for one in reversed(play.earlier(exchange)):
        if one.answer.session_id is not None and not one.repeats:
            return one.answer.session_id
    raise ScenarioError(
        f"{exchange.customer} had no session before turn {exchange.turn}; let two turns be made"
    )
