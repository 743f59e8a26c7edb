"""Checks on what the customer reads."""

from simulators.gherkin.asking import THINGS, asks_for, has_synonyms, things_of
from simulators.gherkin.check import expect
from simulators.gherkin.known_names import check_known
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.trace import Exchange

_AFRESH = ("afresh", "start over", "starting over", "new conversation", "fresh start")


@then('{whose} reply is "{text}"')
def check_reply(play: Play, whose: str | None, text: str) -> None:
    """The whole reply, word for word."""
    exchange = play.expected(whose)
    expect(exchange.answer.text == text, _quoted(text), _reply(exchange), exchange)


@then("{whose} reply is:")
def check_long_reply(play: Play, whose: str | None, docstring: str) -> None:
    """The whole reply, word for word, given as a doc string.

    Marked as `json`, the doc string is a JSON text, which can hold any character.
    """
    exchange = play.expected(whose)
    expect(exchange.answer.text == docstring, _quoted(docstring), _reply(exchange), exchange)


@then("{whose} reply is the same as in turn {turn}")
def check_same_reply(play: Play, whose: str | None, turn: int) -> None:
    """The whole reply, compared with an earlier one."""
    exchange = play.last(whose)
    wanted = play.turn(turn).answer.text
    expect(
        exchange.answer.text == wanted,
        f"the reply of turn {turn}, {_quoted(wanted)}",
        _reply(exchange),
        exchange,
    )


@then('{whose} reply mentions "{text}"')
def check_mentioned(play: Play, whose: str | None, text: str) -> None:
    """The text stands in the reply, in capital or small letters."""
    exchange = play.expected(whose)
    expect(_mentions(exchange, text), f"a reply with {_quoted(text)}", _reply(exchange), exchange)


@then('{whose} reply does not mention "{text}"')
def check_not_mentioned(play: Play, whose: str | None, text: str) -> None:
    """The text stands nowhere in the reply, in capital or small letters."""
    exchange = play.last(whose)
    expect(
        not _mentions(exchange, text),
        f"a reply without {_quoted(text)}",
        _reply(exchange),
        exchange,
    )


@then("{whose} reply asks for {things}")
def check_asked(play: Play, whose: str | None, things: str) -> None:
    """A question or a request of the reply names each of the things.

    Write `the name and the phone number`, or any other thing; email, location, problem, quantity
    and confirmation are known by their synonyms as well.
    """
    exchange = play.expected(whose)
    for thing in things_of(things):
        expect(
            asks_for(exchange.answer.text, thing),
            f"a reply that asks for {_quoted(thing)}",
            _reply(exchange),
            exchange,
        )


@then("{whose} reply does not ask for {things}")
def check_not_asked(play: Play, whose: str | None, things: str) -> None:
    """No question and no request of the reply names any of the things.

    A thing has to be one that is known by its synonyms, or to stand in a reply of the conversation,
    where the target can tell what it asks for: a misspelt one is never asked for.
    """
    exchange = play.last(whose)
    for thing in things_of(things):
        _check_thing(play, thing)
        expect(
            not asks_for(exchange.answer.text, thing),
            f"a reply that does not ask for {_quoted(thing)}",
            _reply(exchange),
            exchange,
        )


@then('{whose} reply offers "{text}"')
def check_quick_reply(play: Play, whose: str | None, text: str) -> None:
    """The text is one of the quick replies below the reply."""
    exchange = play.last(whose)
    offers = exchange.answer.quick_replies
    expect(
        text in offers, f"the quick reply {_quoted(text)}", ", ".join(offers) or "none", exchange
    )


@then("{whose} reply says that it starts afresh")
def check_afresh(play: Play, whose: str | None) -> None:
    """The customer is told that the earlier conversation could not be continued.

    Where the service does not tell in another way, the reply's words count.
    """
    exchange = play.last(whose)
    expect(_is_afresh(exchange), "a reply that starts afresh", _reply(exchange), exchange)


@then("{whose} reply does not say that it starts afresh")
def check_not_afresh(play: Play, whose: str | None) -> None:
    """The conversation goes on."""
    exchange = play.last(whose)
    expect(not _is_afresh(exchange), "a reply that goes on", _reply(exchange), exchange)


@then("{whose} message is accepted")
def check_accepted(play: Play, whose: str | None) -> None:
    """The service took the message: the answer is no error."""
    exchange = play.last(whose)
    expect(not exchange.answer.is_error, "an accepted message", _status(exchange), exchange)


@then("{whose} message is refused")
def check_refused(play: Play, whose: str | None) -> None:
    """The service did not take the message: the answer is an error."""
    exchange = play.expected(whose)
    expect(exchange.answer.is_error, "a refused message", _status(exchange), exchange)


@then("{whose} reply has status {status}")
def check_status(play: Play, whose: str | None, status: int) -> None:
    """The HTTP status of the last answer."""
    exchange = play.expected(whose)
    expect(exchange.answer.status == status, f"status {status}", _status(exchange), exchange)


@then("{customer} is told to try again")
def check_told_to_try_again(play: Play, customer: str) -> None:
    """A clean error: the message was not taken, and the answer says when or that to try again."""
    exchange = play.expected(customer)
    answer = exchange.answer
    says_so = answer.retry_after is not None or "again" in answer.text.casefold()
    expect(
        answer.status in (429, 503) and bool(answer.text) and says_so,
        "a clean error that tells the customer to try again",
        f"{_status(exchange)}, {_reply(exchange)}",
        exchange,
    )


def _check_thing(play: Play, thing: str) -> None:
    is_said = any(_mentions(one, thing) for one in play.trace.exchanges)
    if not is_said and not has_synonyms(thing) and (names := play.names()) is not None:
        check_known("detail", thing.casefold(), dict.fromkeys((*THINGS, *names.details)))


def _mentions(exchange: Exchange, text: str) -> bool:
    return text.casefold() in exchange.answer.text.casefold()


def _is_afresh(exchange: Exchange) -> bool:
    if exchange.answer.fresh is not None:
        return exchange.answer.fresh
    return any(words in exchange.answer.text.casefold() for words in _AFRESH)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _reply(exchange: Exchange) -> str:
    return f'the reply "{exchange.answer.text}"'


def _status(exchange: Exchange) -> str:
    return f"status {exchange.answer.status}"
