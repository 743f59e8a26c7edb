"""How the service is set up, before anybody writes."""

from datetime import timedelta

from simulators.errors import ScenarioError
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import given
from simulators.gherkin.tables import Table, rows_of, stocked_parts

_MODEL_FAILURES = ("429", "500", "timeout", "empty")


@given("the catalogue(:)")
def set_catalogue(play: Play, datatable: Table) -> None:
    """The shop sells these parts alone.

    A table with the columns part, price, bulk price and stock; prices in rupees for one piece.
    """
    play.arrange(parts=stocked_parts(datatable))


@given("memory holds at most {count} session(s)")
def limit_memory(play: Play, count: int) -> None:
    """One more session pushes out the one that was used longest ago."""
    if count < 1:
        raise ScenarioError("memory must hold at least 1 session; write 1 or more")
    play.arrange(memory_capacity=count)


@given("memory keeps a silent session for {duration}")
def set_idle_timeout(play: Play, duration: timedelta) -> None:
    """A session whose customer is silent for so long leaves memory."""
    play.arrange(memory_idle_timeout=_positive(duration))


@given("sessions expire after {duration}")
def set_expiry(play: Play, duration: timedelta) -> None:
    """A session is over for good so long after its last turn."""
    play.arrange(session_expiry=_positive(duration))


@given('the language model answers "{answer}" to "{message}"')
def set_model_answer(play: Play, answer: str, message: str) -> None:
    """What the language model makes of one message."""
    answers = play.arrangement.model_answers or {}
    play.arrange(model_answers={**answers, message: answer})


@given("the language model answers(:)")
def set_model_answers(play: Play, datatable: Table) -> None:
    """What the language model makes of several messages.

    A table with the columns message and answer.
    """
    rows = rows_of(datatable, ("message", "answer"))
    answers = play.arrangement.model_answers or {}
    play.arrange(model_answers={**answers, **{row["message"]: row["answer"] for row in rows}})


@given('the language model fails with "{failure}"')
def set_model_failure(play: Play, failure: str) -> None:
    """Every call to the language model fails: 429, 500, timeout or empty."""
    if failure not in _MODEL_FAILURES:
        raise ScenarioError(
            f"{failure!r} is no failure of a language model; write one of"
            f" {', '.join(_MODEL_FAILURES)}"
        )
    play.arrange(model_failure=failure)


def _positive(duration: timedelta) -> timedelta:
    if not duration:
        raise ScenarioError("a session must live for a while; write 1 second or more")
    return duration
