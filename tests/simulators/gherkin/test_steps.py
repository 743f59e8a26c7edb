"""Every step of the library, where it holds and where it does not."""

import re
from dataclasses import replace
from typing import Any

import pytest

from simulators.errors import ScenarioError, UsageError
from simulators.gherkin.check import CheckFailed
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Capability
from simulators.trace import Observation

CONTACT = (("name", "phone", "email"), ("Hari", "9876543210", "hari@example.com"))
CONFIRMING = 'Given a conversation at step "confirming" of "bulk_order"'
COMPLETE = (CONFIRMING, 'When the customer says "yes"')
CALLED = 'When Ravi says "I called and nobody answered"'

HOLDS = {
    "several customers": [
        'When Hari says "I need 11 remote controls"',
        'When "Mrs Ray" says "hello"',
        'Then Hari\'s conversation is at step "collecting_contact" of "bulk_order"',
        'Then "Mrs Ray" is in no flow',
        "Then \"Mrs Ray\"'s session is not Hari's",
        "Then Hari's session is never another customer's",
        'When Hari says "9876543210"',
        "Then every turn had the same session",
    ],
    "the session after a crash": [
        CONFIRMING,
        "When the server crashes",
        'When the customer says "yes"',
        "Then the session is the same",
        "Then the customer's session is the same",
        'Then the turn was served from "store"',
        "Then every turn of the customer had the same session",
        'Then the outcome is "restored"',
        'Then the outcome is "restored or fresh"',
    ],
    "a fresh session": [
        CONFIRMING,
        "When the customer's session reaches its expiry",
        'When the customer says "yes"',
        "Then the session is new",
        'Then the turn was served from "new"',
        "Then the reply says that it starts afresh",
        "Then no order is placed",
        "Then the customer is in no flow",
    ],
    "a flow of one's own": [
        'Given Hari is at step "confirming" of "bulk_order"',
        'Then Hari\'s conversation is at step "confirming" of "bulk_order"',
        "Then Hari's reply does not say that it starts afresh",
        'When Hari says "cancel"',
        "Then no flow is active",
    ],
    "effects": [
        *COMPLETE,
        "Then exactly 1 order is placed",
        "Then 1 order is placed",
        'Then exactly 1 "order" effect',
        "Then no callback task is created",
        "Then exactly 2 emails are sent",
        'Then exactly 1 email is sent to "hari@example.com"',
    ],
    "tabs": [
        CONFIRMING,
        "When the customer opens a new tab",
        'When the customer says "what is the price of a compressor?"',
        "Then the session is the same",
        "When the customer goes to tab 1",
        'When the customer says "yes"',
        "Then exactly 1 order is placed",
    ],
    "time": [
        CONFIRMING,
        "When 31 minutes pass",
        'When the customer says "yes"',
        'Then the turn was served from "store"',
        "When 1 hour passes",
        "When 0.5 seconds pass",
    ],
    "impersonation": [
        CONFIRMING,
        "When Mallory presents the customer's session ID",
        'When Mallory says "yes"',
        "Then Mallory's session is not the customer's",
        "Then Mallory's session is never another customer's",
        "Then no order is placed",
        'Then Mallory\'s reply does not mention "Hari"',
    ],
    "a transcript that somebody else asks for": [
        CONFIRMING,
        "When the customer asks for the conversation so far",
        "When Mallory presents the customer's session ID",
        "When Mallory asks for the conversation so far",
        'Then Mallory\'s reply does not mention "9876543210"',
    ],
    "a user ID that somebody else sends": [
        CONFIRMING,
        'When Mallory says "hello"',
        "When Mallory's page sends the customer's user ID",
        'When Mallory says "yes"',
        "Then Mallory's session is new",
        "Then no order is placed",
    ],
    "a page without a user": [
        CONFIRMING,
        "When the customer's page sends no user ID",
        'When the customer says "yes"',
        "Then the session is the same",
    ],
    "a store outage": [
        CONFIRMING,
        "Given the store is unreachable",
        'When the customer says "yes"',
        "Then the customer is told to try again",
        "Then the reply has status 503",
        "Then the message is refused",
        "When the store is reachable again",
        'When the customer says "yes"',
        "Then the message is accepted",
        "Then the session is the same",
        "Then exactly 1 order is placed",
        "Then every turn had the same session",
    ],
    "a sweep": [
        CONFIRMING,
        "When 25 hours pass",
        "When old sessions are swept",
    ],
    "replies": [
        'When the customer says "I need 11 remote controls"',
        'Then the reply mentions "AC REMOTE control"',
        'Then the reply does not mention "delivery"',
        "Then the reply asks for the name, the phone number and the email",
        'Then the reply does not ask for the location or "delivery address"',
        'Then the reply offers "Cancel order"',
        "When the customer's last message is delivered again",
        "Then the reply is the same as in turn 1",
        'When Hari says "hello"',
        "Then the customer's reply is the same as in turn 1",
    ],
    "what is kept": [
        CONFIRMING,
        'Then the session keeps "bulk_order.contact.name" as "Hari"',
        'Then the session keeps "bulk_order.lines.0.quantity" as 11',
        'Then the session keeps "bulk_order.contact_reused" as false',
        'Then the collected name is "Hari"',
        'Then the collected phone is "98765 43210"',
        'Then the collected quantity is "11"',
        'Then nothing was collected of "Ravi"',
    ],
    "events and metrics": [
        'When the customer says "I need 11 remote controls"',
        'Then the event "session.created" is logged',
        'Then exactly 1 event "session.created" is logged',
        'Then no event "session.restored" is logged',
        'Then the metric "coolwind_sessions_created_total" is 1',
        'Then the metric "coolwind_sessions_created_total" has grown by 1',
        'Then the metric "coolwind_flows_cancelled_total{flow="callback"}" has grown by 0',
    ],
    "the language model": [
        'Given the language model answers "Forty-two." to "What is the answer?"',
        'When the customer says "What is the answer?"',
        'Then the reply is "Forty-two."',
    ],
    "arrangements": [
        "Given memory holds at most 1 session",
        'Given sessions expire after "2 hours"',
        "Given memory keeps a silent session for 10 minutes",
        'Given the language model fails with "500"',
        CONFIRMING,
        'When Ravi says "hello"',
        'When the customer says "what do you sell?"',
        'Then the turn was served from "store"',
        "When 2 hours pass",
        'When the customer says "yes"',
        "Then the session is new",
    ],
    "every fault": [
        CONFIRMING,
        "When the server restarts",
        "When another node takes over",
        "When a new version is deployed",
        'When the customer says "what do you sell?"',
        "Then the session is the same",
        "When the customer's session is evicted from memory",
        'When the customer says "yes"',
        "Then exactly 1 order is placed",
        "When the customer clears the chat",
    ],
}

FAILS = {
    "another session": (
        ['When Hari says "a"', "When Hari clears the chat", 'When Hari says "b"'],
        "Then the session is the same",
        r"expected the session '.+' of the turn before, found '.+' \(Hari, turn 2\)",
    ),
    "the same session": (
        ['When Hari says "a"', 'When Hari says "b"'],
        "Then the session is new",
        r"expected a new session, found '.+', as in turn 1 of Hari \(Hari, turn 2\)",
    ),
    "two sessions of one customer": (
        ['When Hari says "a"', "When Hari clears the chat", 'When Hari says "b"'],
        "Then every turn had the same session",
        r"expected the session '.+' of turn 1, found '.+' \(Hari, turn 2\)",
    ),
    "another tier": (
        ['When Hari says "a"'],
        'Then the turn was served from "memory"',
        r"expected a turn served from 'memory', found 'new' \(Hari, turn 1\)",
    ),
    "another step": (
        [CONFIRMING],
        'Then the conversation is at step "complete" of "bulk_order"',
        r"expected step 'complete' of 'bulk_order', found step 'confirming' of 'bulk_order' \(the",
    ),
    "an active flow": (
        [CONFIRMING],
        "Then no flow is active",
        "expected no active flow, found step 'confirming' of 'bulk_order'",
    ),
    "a step of no flow": (
        [CONFIRMING],
        'Then the conversation is at step "confirming" of no flow',
        "expected step 'confirming' of no flow, found step 'confirming' of 'bulk_order'",
    ),
    "a flow": ([CONFIRMING], "Then the customer is in no flow", "expected no flow, found step"),
    "too few orders": (
        [CONFIRMING],
        "Then exactly 1 order is placed",
        "expected exactly 1 effects of kind 'order', found 0",
    ),
    "too many orders": (COMPLETE, "Then no order is placed", "found 1: .*CW-"),
    "too few emails to somebody": (
        COMPLETE,
        'Then exactly 1 email is sent to "ravi@example.com"',
        "expected exactly 1 emails to ravi@example.com, found 0",
    ),
    "another reply": (
        ['When Hari says "hello"'],
        'Then the reply is "hello"',
        r'expected "hello", found the reply ".+" \(Hari, turn 1\)',
    ),
    "a reply that repeats nothing": (
        ['When Hari says "hello"', 'When Hari says "I need 11 remote controls"'],
        "Then the reply is the same as in turn 1",
        "expected the reply of turn 1",
    ),
    "words that are not there": (
        ['When Hari says "hello"'],
        'Then the reply mentions "moon"',
        'expected a reply with "moon"',
    ),
    "words that are there": (
        ['When Hari says "hello"'],
        'Then the reply does not mention "COOL"',
        'expected a reply without "COOL"',
    ),
    "a question that was not asked": (
        [CONFIRMING],
        "Then the reply asks for the location",
        'expected a reply that asks for "location"',
    ),
    "a question that was asked": (
        [CONFIRMING],
        "Then the reply does not ask for confirmation",
        'expected a reply that does not ask for "confirmation"',
    ),
    "a quick reply that is not there": (
        [CONFIRMING],
        'Then the reply offers "moon"',
        'expected the quick reply "moon", found .*Cancel order',
    ),
    "no new start": (
        [CONFIRMING],
        "Then the reply says that it starts afresh",
        "expected a reply that starts afresh",
    ),
    "a new start": (
        [
            CONFIRMING,
            "When the customer's session reaches its expiry",
            'When the customer says "x"',
        ],
        "Then the reply does not say that it starts afresh",
        "expected a reply that goes on",
    ),
    "an accepted message": (
        ['When Hari says "hello"'],
        "Then the message is refused",
        "expected a refused message, found status 200",
    ),
    "a refused message": (
        ["Given the store is unreachable", 'When Hari says "hello"'],
        "Then the message is accepted",
        "expected an accepted message, found status 503",
    ),
    "another status": (
        ['When Hari says "hello"'],
        "Then the reply has status 404",
        "expected status 404, found status 200",
    ),
    "no advice to try again": (
        ['When Hari says "hello"'],
        "Then Hari is told to try again",
        "expected a clean error .*found status 200",
    ),
    "another value": (
        [CONFIRMING],
        'Then the session keeps "bulk_order.contact.name" as "Ravi"',
        'expected "Ravi" at \'bulk_order.contact.name\', found "Hari"',
    ),
    "no value": (
        [CONFIRMING],
        'Then the session keeps "bulk_order.moon" as 1',
        "expected 1 at 'bulk_order.moon', found no 'moon' in {",
    ),
    "a flag": (
        [CONFIRMING],
        'Then the session keeps "bulk_order.contact_reused" as 0',
        "expected 0 at 'bulk_order.contact_reused', found false",
    ),
    "something kept": ([CONFIRMING], "Then the session keeps nothing", "expected nothing kept"),
    "another detail": (
        [CONFIRMING],
        'Then the collected name is "Ravi"',
        r"expected the name Ravi, found Hari \(the customer, turn 2\)",
    ),
    "a detail that was collected": (
        [CONFIRMING],
        'Then nothing was collected of "hari@EXAMPLE.com"',
        "expected nothing kept of 'hari@EXAMPLE.com'",
    ),
    "no event": (
        ['When Hari says "hello"'],
        'Then the event "session.restored" is logged',
        "expected the event 'session.restored', found only .*session.created",
    ),
    "another number of events": (
        ['When Hari says "hello"'],
        'Then exactly 2 events "session.created" are logged',
        "expected 2 events 'session.created', found 1",
    ),
    "another metric value": (
        ['When Hari says "hello"'],
        'Then the metric "coolwind_sessions_created_total" is 2',
        "expected coolwind_sessions_created_total 2, found 1",
    ),
    "no metric": (
        ['When Hari says "hello"'],
        'Then the metric "coolwind_turns_total{tier="store"}" is 2',
        "expected the metric .*, found only coolwind_turns_total{tier=.new.}, .* and .* others",
    ),
    "another growth": (
        ['When Hari says "hello"'],
        'Then the metric "coolwind_sessions_created_total" has grown by 2',
        "expected coolwind_sessions_created_total to grow by 2, found 1",
    ),
    "another outcome": (
        [CONFIRMING, "When the server crashes", 'When the customer says "yes"'],
        'Then the outcome is "silent-reset"',
        "expected the outcome 'silent-reset', found 'restored'",
    ),
    "a session in common": (
        [CONFIRMING],
        "Then the session is not the customer's",
        "expected another session than the customer's, found",
    ),
    "a fault that cannot strike": (
        [],
        "When the customer reloads the page",
        "the fault 'reload' did not strike: .*; put the step where it can",
    ),
    "an opening on a service that was set up otherwise": (
        ['Given the language model answers "x" to "y"', 'When the customer says "cancel"', CALLED],
        'Given Ravi is at step "confirming" of "bulk_order"',
        "expected the opening messages to lead to step 'confirming' of 'bulk_order', found step",
    ),
}

MISTAKES = {
    "nobody wrote": (
        [],
        "Then exactly 0 orders are placed",
        "nobody has written anything yet; let",
    ),
    "one of them did not write": (
        ['When Hari says "a"'],
        "Then Ravi's session is the same",
        "Ravi has written nothing yet; let a When step say something first",
    ),
    "one turn alone": (
        ['When Hari says "a"'],
        "Then the session is the same",
        "Hari had no session before turn 1; let two turns be made",
    ),
    "one turn of one customer": (
        ['When Hari says "a"', 'When Ravi says "a"', 'When Ravi says "b"'],
        "Then every turn of Hari had the same session",
        "Hari has made one turn alone; let two be made",
    ),
    "one turn of everybody": (
        ['When Hari says "a"', 'When Ravi says "a"'],
        "Then every turn had the same session",
        "nobody has made more than one turn; let two be made",
    ),
    "no other customer": (
        ['When Hari says "a"'],
        "Then Hari's session is never another customer's",
        "nobody has written but Hari; let another customer write",
    ),
    "an outcome of no fault": (
        ['When Hari says "a"', "When 31 minutes pass", 'When Hari says "b"'],
        'Then the outcome is "restored"',
        "no fault has struck yet; let one strike, and a message follow",
    ),
    "an outcome that no message shows": (
        ['When Hari says "a"', "When the server crashes"],
        'Then the outcome is "restored"',
        "nobody has written since the last fault struck",
    ),
    "an outcome that is asked for too early": (
        [
            'When Hari says "a"',
            "When Hari's last message is delivered again",
            "When Hari clears the chat",
        ],
        'Then the outcome is "fresh"',
        "nobody has written since the last fault struck",
    ),
    "no such tier": (
        ['When Hari says "a"'],
        'Then the turn was served from "cache"',
        "'cache' is no tier; write one of memory, store, new",
    ),
    "no such outcome": (
        ['When Hari says "a"'],
        'Then the outcome is "restored or fine"',
        "'fine' is no outcome; write one of restored, ",
    ),
    "no such turn": (
        ['When Hari says "a"'],
        "Then the reply is the same as in turn 7",
        "there is no turn 7; the conversation has 1",
    ),
    "set up too late": (
        ['When Hari says "a"'],
        "Given memory holds at most 1 session",
        "the service is running already; set it up before",
    ),
    "no memory": ([], "Given memory holds at most 0 sessions", "write 1 or more"),
    "no lifetime": ([], "Given sessions expire after 0 minutes", "write 1 second or more"),
    "no such failure": (
        [],
        'Given the language model fails with "sadness"',
        "write one of 429, 500, timeout, empty",
    ),
    "an event that there is not": (
        ['When Hari says "a"'],
        'Then exactly 0 events "session.restord" are logged',
        "the service knows no event 'session.restord'; did you mean 'session.restored'",
    ),
    "an effect that there is not": (
        ['When Hari says "a"'],
        'Then exactly 0 "ordre" effects',
        "the service knows no effect 'ordre'; did you mean 'order'",
    ),
    "an effect of another shop": (
        ['When Hari says "a"'],
        'Then exactly 0 "ticket" effects',
        "the service knows no effect 'ticket'; write one of order, callback, email",
    ),
    "a metric that there is not": (
        ['When Hari says "a"'],
        'Then the metric "coolwind_sessions_create_total" is 2',
        "the service knows no metric 'coolwind_sessions_create_total'; did you mean"
        " 'coolwind_sessions_created_total'",
    ),
    "the growth of a metric that there is not": (
        ['When Hari says "a"'],
        'Then the metric "coolwind_turn_total{tier="new"}" has grown by 0',
        "the service knows no metric 'coolwind_turn_total'; did you mean 'coolwind_turns_total'",
    ),
    "a thing that is misspelt and so never asked for": (
        ['When the customer says "I need 5 remotes"'],
        "Then the reply does not ask for the phone numbr",
        "the service knows no detail 'phone numbr'; did you mean 'phone number'",
    ),
    "another one in a list": (
        ['When the customer says "I need 5 remotes"'],
        "Then the reply does not ask for the location or the eamil",
        "the service knows no detail 'eamil'; did you mean 'email'",
    ),
    "no JSON": (
        [CONFIRMING],
        'Then the session keeps "customer" as Hari',
        'Hari is not JSON; write a text in quotes, as in "Hari"',
    ),
    "JSON without end": (
        [CONFIRMING],
        f'Then the session keeps "customer" as {"[" * 5_000}',
        f'{"[" * 199}… is not JSON; write a text in quotes, as in "Hari"',
    ),
    "an endless time": ([], f"When {'9' * 400} days pass", "write a shorter duration"),
}


@pytest.mark.parametrize("lines", HOLDS.values(), ids=HOLDS.keys())
def test_a_scenario_holds(say: Any, lines: list[str]) -> None:
    for line in lines:
        say(line)


@pytest.mark.parametrize(("lines", "check", "message"), FAILS.values(), ids=FAILS.keys())
def test_a_check_that_fails_says_what_it_expected_and_found(
    say: Any, lines: list[str], check: str, message: str
) -> None:
    for line in lines:
        say(line)
    with pytest.raises(CheckFailed, match=message):
        say(check)


@pytest.mark.parametrize(("lines", "step", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_step_that_makes_no_sense_says_what_to_write(
    say: Any, lines: list[str], step: str, message: str
) -> None:
    for line in lines:
        say(line)
    with pytest.raises(ScenarioError, match=re.escape(message)):
        say(step)


def test_a_step_that_nobody_knows_the_way_to_is_told(say: Any) -> None:
    with pytest.raises(UsageError, match="choose one of"):
        say('Given a conversation at step "x" of "y"')


def test_a_step_is_known_where_no_flow_is_told(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver = ReferenceTarget.deliver
    monkeypatch.setattr(
        ReferenceTarget,
        "deliver",
        lambda target, delivery: replace(deliver(target, delivery), flow=None),
    )
    say('When the customer says "I need 11 remote controls"')
    say('Then the conversation is at step "collecting_contact" of no flow')
    with pytest.raises(CheckFailed, match="'x' of no flow, found step 'collecting_contact' of no"):
        say('Then the conversation is at step "x" of no flow')


@pytest.mark.parametrize(
    ("field", "meant"), [("phnoe", "phone"), ("last_name", "name"), ("contact.emial", "email")]
)
def test_a_detail_that_is_never_kept_is_not_one_that_was_not_collected(
    say: Any, field: str, meant: str
) -> None:
    say(CONFIRMING)
    with pytest.raises(ScenarioError, match=f"knows no detail .*; did you mean '{meant}'"):
        say("Then the collected data includes", (("field", "value"), (field, "")))


def test_a_word_of_a_reply_can_be_one_that_the_reply_does_not_ask_for(say: Any) -> None:
    say("Given the language model answers:", (("message", "answer"), ("Who?", "A nice brand.")))
    say('When the customer says "Who?"')
    say("Then the reply does not ask for the brand")


def test_contact_details_are_given_in_one_message(say: Any) -> None:
    say('When the customer says "I need 11 remote controls"')
    say("When the customer gives the contact details:", CONTACT)
    say('Then the conversation is at step "confirming" of "bulk_order"')


def test_a_detail_that_the_service_does_not_take_is_told(say: Any) -> None:
    with pytest.raises(ScenarioError, match="knows no detail 'nmae'; did you mean 'name'"):
        say("When the customer gives the contact details", [["nmae"], ["Hari"]])


def test_a_long_message_is_said_word_for_word(say: Any) -> None:
    say("When the customer says:", text='two\n  "lines"\n')
    assert say.play.last(None).text == 'two\n  "lines"\n'


def test_a_long_reply_is_compared_word_for_word(say: Any) -> None:
    say('When the customer says "hello"')
    text = say.play.last(None).answer.text
    say("Then the reply is:", text=text)
    with pytest.raises(CheckFailed):
        say("Then the reply is:", text=text + " ")


def test_a_message_reaches_to_the_last_quote(say: Any) -> None:
    say('When Hari says "She said "hello" and left"')
    assert say.play.last("Hari").text == 'She said "hello" and left'


def test_the_catalogue_can_be_set_up(say: Any) -> None:
    say(
        "Given the catalogue",
        (("part", "price", "bulk price", "stock"), ("Sail", "100", "90.50", "7")),
    )
    say('When the customer says "I need 5 sails"')
    say('Then the reply mentions "₹90.50"')


def test_answers_of_the_language_model_can_be_set_up_in_a_table(say: Any) -> None:
    say("Given the language model answers:", (("message", "answer"), ("Who?", "Me."), ("x", "y")))
    say('When the customer says "Who?"')
    say('Then the reply is "Me."')


@pytest.mark.parametrize(
    ("sentence", "rows", "holds"),
    [
        ("Then the collected data includes", [("name", "Hari")], True),
        ("Then the collected data includes", [("name", "Ravi")], False),
        ("Then the collected data includes", [("problem", "")], True),
        ("Then the collected data includes", [("name", "")], False),
        (
            "Then the collected data is",
            [("name", "Hari"), ("phone", "9876543210"), ("email", "hari@example.com")],
            True,
        ),
        ("Then the collected data is", [("name", "Hari"), ("phone", "9876543210")], False),
        ("Then the collected data is", [("quantity", "11"), ("part id", "remote")], True),
    ],
)
def test_collected_data_is_compared_with_a_table(
    say: Any, sentence: str, rows: list[tuple[str, str]], holds: bool
) -> None:
    say(CONFIRMING)
    table = (("field", "value"), *rows)
    if holds:
        say(sentence, table)
    else:
        with pytest.raises(CheckFailed):
            say(sentence, table)


@pytest.mark.parametrize(
    ("sentence", "table", "holds"),
    [
        ("Then the order has", (("name", "quantity"), ("Hari", "11")), True),
        ("Then the order has", (("contact.name",), ("Hari",)), True),
        ("Then the order has", (("quantity",), ("12",)), False),
        ("Then the email has", (("recipient",), ("hari@example.com",)), True),
        ("Then the callback task has", (("name",), ("Hari",)), False),
        ('Then an effect "order" has', (("pickup_location",), ("Thiruvalla, Kerala",)), True),
    ],
)
def test_fields_of_effects_are_compared_with_a_table(
    say: Any, sentence: str, table: Any, holds: bool
) -> None:
    for line in COMPLETE:
        say(line)
    if holds:
        say(sentence, table)
    else:
        with pytest.raises(CheckFailed, match="expected an effect of kind"):
            say(sentence, table)


@pytest.mark.parametrize(("flow", "holds"), [("bulk_order", True), ("callback", False)])
def test_fields_of_events_are_compared_with_a_table(say: Any, flow: str, holds: bool) -> None:
    say('When the customer says "I need 11 remote controls"')
    table = (("field", "value"), ("flow", flow))
    if holds:
        say('Then the event "flow.started" is logged', table)
    else:
        with pytest.raises(CheckFailed, match=r"with \{'flow': 'callback'\}, found"):
            say('Then the event "flow.started" is logged', table)


def test_a_swept_session_is_no_longer_kept(say: Any) -> None:
    say(CONFIRMING)
    say("When 25 hours pass")
    say("When old sessions are swept")
    session_id = say.play.last(None).answer.session_id
    assert say.play.target.observe(session_id).kept is None


def test_checks_on_the_outcome_leave_the_conversation_alone(say: Any) -> None:
    say(CONFIRMING)
    say("When the server crashes")
    say('When the customer says "what do you sell?"')
    say('Then the outcome is "restored"')
    say('When the customer says "yes"')
    say("Then exactly 1 order is placed")


class NeverEmptied(ReferenceTarget):
    """Has, in every conversation, the orders of an earlier one, too."""

    def __init__(self) -> None:
        super().__init__("never emptied")

    def observe(self, session_id: str | None) -> Observation:
        seen = super().observe(session_id)
        return replace(seen, effects={**seen.effects, "order": ({"number": 1}, {"number": 2})})


def test_effects_of_an_earlier_conversation_are_told_as_such(say: Any) -> None:
    say.play.choose = NeverEmptied
    say(CONFIRMING)
    with pytest.raises(CheckFailed, match=r"found 2: .*; 2 of them from turn 1 on: .* \(reset in"):
        say("Then exactly 1 order is placed")
    with pytest.raises(CheckFailed, match=r"found 2: (?!.*from turn 1 on)"):
        say("Then exactly 3 orders are placed")


def test_a_fault_of_the_service_shows_what_is_kept_of_who_wrote_last(say: Any) -> None:
    say("When the server restarts")
    say('When Hari says "I need 11 remote controls"')
    say("When the server crashes")
    before, after = say.play.trace.strikes
    assert (before.customer, before.seen.kept) == ("the customer", None)
    assert after.customer == "Hari"
    assert "bulk_order" in after.seen.kept


@pytest.mark.parametrize(
    "check",
    ["Then exactly 1 order is placed", 'Then exactly 1 email is sent to "hari@example.com"'],
)
def test_an_effect_that_a_worker_brings_about_is_waited_for(
    say: Any, monkeypatch: pytest.MonkeyPatch, check: str
) -> None:
    for line in COMPLETE:
        say(line)
    target, looks = say.play.target, iter([Observation(), Observation()])
    observe, capabilities = target.observe, target.capabilities - {Capability.EXACT_TIME}
    monkeypatch.setattr(ReferenceTarget, "capabilities", capabilities)
    monkeypatch.setattr(target, "observe", lambda one: next(looks, None) or observe(one))
    say(check)
    assert next(looks, None) is None
