"""What customers do, and what happens to the service on request."""

from datetime import timedelta

from simulators.conversation import (
    THE_CUSTOMER,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Read,
    Resend,
    SwitchTab,
)
from simulators.gherkin.check import expect
from simulators.gherkin.known_names import check_known
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import act
from simulators.gherkin.tables import Table, contact_message, record_of, stocked_parts


@act('{customer} says "{text}"')
def say(play: Play, customer: str, text: str) -> None:
    """A customer writes a message; it makes a turn."""
    play.say(customer, text)


@act("{customer} says:")
def say_at_length(play: Play, customer: str, docstring: str) -> None:
    """A customer writes a long or odd message, given as a doc string.

    Marked as `json`, the doc string is a JSON text, which can hold any character.
    """
    play.say(customer, docstring)


@act("{customer} gives the contact details(:)")
def give_contact_details(play: Play, customer: str, datatable: Table) -> None:
    """A customer writes their details in one message.

    A table with one row; its columns are name, phone, email or any other detail that the service
    takes.
    """
    details = record_of(datatable)
    if (names := play.names()) is not None:
        for detail in details:
            check_known("detail", detail, names.details)
    play.say(customer, contact_message(details))


@act('a conversation at step "{step}" of "{flow}"')
def open_conversation(play: Play, step: str, flow: str) -> None:
    """The customer has come to that step; the messages that lead there are turns."""
    _open(play, THE_CUSTOMER, step, flow)


@act('{customer} is at step "{step}" of "{flow}"')
def open_conversation_of(play: Play, customer: str, step: str, flow: str) -> None:
    """A customer has come to that step; the messages that lead there are turns."""
    _open(play, customer, step, flow)


@act("{customer} sends the last message again")
def send_again(play: Play, customer: str) -> None:
    """Because no answer, or an error, came back; the answer takes the place of that one."""
    play.perform(Resend(customer))


@act("{customer} sends the last message again if it was not answered")
def make_sure(play: Play, customer: str) -> None:
    """The same where no answer, or an error, came back; nothing where the answer came."""
    play.perform(Resend(customer, unless_answered=True))


@act("{customer} goes to tab {tab}")
def switch_tab(play: Play, customer: str, tab: int) -> None:
    """A customer goes to another tab of the browser, counted from 1."""
    play.perform(SwitchTab(customer, tab))


@act("{duration} pass(es)")
def pause(play: Play, duration: timedelta) -> None:
    """Time passes for everybody."""
    play.perform(Pause(duration))


@act("{customer} presents {victim}'s session ID")
def impersonate(play: Play, customer: str, victim: str) -> None:
    """The next messages of the first customer carry the session ID of the second."""
    play.perform(Impersonate(customer, victim))


@act("{customer}'s page sends no user ID")
def omit_user(play: Play, customer: str) -> None:
    """The next messages do not say who writes: the session is known by its cookies alone."""
    play.perform(OmitUser(customer))


@act("{customer}'s page sends {victim}'s user ID")
def claim_user(play: Play, customer: str, victim: str) -> None:
    """The next messages of the first customer name the second as their user, beside the first
    customer's own cookies."""
    play.perform(ClaimUser(customer, victim))


@act("{customer} asks for the conversation so far")
def read(play: Play, customer: str) -> None:
    """The service shows it to whoever proves that it is theirs; it makes no turn."""
    play.perform(Read(customer))


@act("the shop changes the catalogue to(:)")
def change_catalogue(play: Play, datatable: Table) -> None:
    """From now on the shop sells these parts alone, at these prices, and has that many of them.

    A table with the columns part, price, bulk price and stock; prices in rupees for one piece.
    """
    play.perform(ChangeCatalogue(stocked_parts(datatable)))


@act(Operation.STORE_OUTAGE.value)
def break_store(play: Play) -> None:
    """No node reaches the store until it is reachable again."""
    play.perform(Operate(Operation.STORE_OUTAGE))


@act(Operation.STORE_RECOVERY.value)
def mend_store(play: Play) -> None:
    """The end of a store outage."""
    play.perform(Operate(Operation.STORE_RECOVERY))


@act(Operation.SWEEP.value)
def sweep(play: Play) -> None:
    """The service deletes what has expired."""
    play.perform(Operate(Operation.SWEEP))


def _open(play: Play, customer: str, step: str, flow: str) -> None:
    for text in play.target.opening(flow, step):
        play.say(customer, text)
    exchange = play.last(customer)
    answer = exchange.answer
    expect(
        (answer.flow, answer.step) == (flow, step),
        f"the opening messages to lead to step {step!r} of {flow!r}",
        f"step {answer.step!r} of {answer.flow!r}; is the service set up in another way?",
        exchange,
    )
