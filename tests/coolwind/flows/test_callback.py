"""The dialogue of a callback, message by message."""

from collections.abc import Callable
from dataclasses import asdict, replace

import pytest

from coolwind.effects import CallbackTask, Correction, Notification
from coolwind.errors import UnreadableState
from coolwind.flows import Callback, Facts, Flow, Outcome, State

OPENING = "I called three times and nobody picked up"
ANSWERS = ("Hari", "98765 43210", "Thiruvalla", "AC not cooling")
STEPS = ("collecting_name", "collecting_phone", "collecting_location", "collecting_problem")
TASK = CallbackTask("CB-20261122-001", "Hari", "+919876543210", "Thiruvalla", "AC not cooling")

Talk = Callable[..., Outcome]


@pytest.fixture
def flow() -> Flow:
    return Callback()


def up_to(step: str) -> tuple[str, ...]:
    return (OPENING, *ANSWERS[: STEPS.index(step)])


@pytest.mark.parametrize("step", STEPS)
def test_every_step_asks_for_what_it_is_named_after(step: str, talk: Talk, flow: Flow) -> None:
    outcome = talk(*up_to(step))

    assert outcome.state["step"] == step
    assert (outcome.reply.flow, outcome.reply.step) == ("callback", step)
    assert outcome.effects == ()
    assert flow.is_active(outcome.state)
    assert flow.reminder(outcome.state).endswith(outcome.reply.text.rsplit("\n")[-1])


def test_the_last_answer_makes_one_task_and_keeps_it(talk: Talk, flow: Flow) -> None:
    outcome = talk(OPENING, *ANSWERS)

    task, to_shop = outcome.effects
    assert task == TASK
    assert isinstance(to_shop, Notification)
    assert (to_shop.key, to_shop.recipient) == (
        "callback/CB-20261122-001/shop",
        "orders@example.com",
    )
    assert outcome.state == {"step": "initial", "arranged": {**asdict(TASK), "corrections": 0}}
    assert (outcome.reply.flow, outcome.reply.step) == ("callback", "complete")
    assert "CB-20261122-001" in outcome.reply.text
    assert not flow.is_active(outcome.state)


@pytest.mark.parametrize(
    "texts",
    [
        (f"{OPENING}. I'm Hari, 9876543210, from Thiruvalla, AC not cooling",),
        ("nobody answers my calls. AC not cooling", "Hari, 9876543210, Thiruvalla"),
        (
            "please call me back",
            "AC not cooling",
            "Thiruvalla is my place, I am from Thiruvalla",
            "my number is 98765 43210",
            "hari",
        ),
        ("I called twice, no answer", "Hari from Thiruvalla", "9876543210", "AC not cooling"),
        ("Call me on 9876543210, AC not cooling, Hari, Thiruvalla",),
        ("pls call back 9876543210", "Hari", "Thiruvalla. AC not cooling. Come fast"),
        (
            "please call me back on 9876543210",
            "name is Hari",
            "I live in Thiruvalla",
            "The problem is AC not cooling",
        ),
    ],
)
def test_details_come_in_any_order_and_several_at_once(texts: tuple[str, ...], talk: Talk) -> None:
    assert talk(*texts).effects[0] == TASK


@pytest.mark.parametrize(
    ("texts", "name", "location", "problem"),
    [
        (("Kochi", "Meera", "9876543210", "AC not cooling"), "Meera", "Kochi", "AC not cooling"),
        (("Meera", "adoor", "9876543210", "AC not cooling"), "Meera", "Adoor", "AC not cooling"),
        (("ac not cooling, Adoor", "Meera", "9876543210"), "Meera", "Adoor", "ac not cooling"),
        (
            ("AC not working at Pandalam, Meera 9876543210",),
            "Meera",
            "Pandalam",
            "AC not working at Pandalam",
        ),
        (
            ("Meera 9876543210 Pandalam ac not working",),
            "Meera",
            "Pandalam",
            "Pandalam ac not working",
        ),
        (("Meera Adoor 9876543210", "AC dead"), "Meera", "Adoor", "AC dead"),
        (
            ("I am calling from Adoor", "Meera", "9876543210", "AC dead"),
            "Meera",
            "Adoor",
            "AC dead",
        ),
        (
            ("Meera, Flat 4B, Skyline, Kochi, 9876543210", "AC dead"),
            "Meera",
            "Flat 4B, Skyline, Kochi",
            "AC dead",
        ),
        (
            (
                "my husband's name is Raju, call him on 9876543210",
                "he is in Kollam",
                "fan motor dead",
            ),
            "Raju",
            "Kollam",
            "fan motor dead",
        ),
    ],
)
def test_a_place_and_whom_to_call_are_taken_before_they_are_asked_for(
    texts: tuple[str, ...], name: str, location: str, problem: str, talk: Talk
) -> None:
    task = talk(OPENING, *texts).effects[0]

    assert task == CallbackTask(TASK.number, name, "+919876543210", location, problem)


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("T.K. Road, Thiruvalla", "T.K. Road, Thiruvalla"),
        ("M.G. Road, Kochi", "M.G. Road, Kochi"),
        ("My house is behind the post office at Kumbanad", "behind the post office at Kumbanad"),
        ("Ward no 5 Kallooppara", "Ward no 5 Kallooppara"),
        ("Chengannur side", "Chengannur side"),
        ("MG Road", "MG Road"),
        ("opp. SBI, Adoor", "opp. SBI, Adoor"),
    ],
)
def test_a_place_is_taken_as_people_write_it(text: str, location: str, talk: Talk) -> None:
    assert talk(*up_to("collecting_location"), text).state["location"] == location


@pytest.mark.parametrize(
    "text",
    [
        "the AC was bought from Kollam and is not cooling",
        "the AC bought from Kollam is not cooling",
        "I will go to Kochi on Friday",
        "my AC is a Kochi model of last year",
        "she is in hospital",
    ],
)
def test_a_town_that_is_spoken_of_is_no_place_to_come_to(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = talk(*up_to("collecting_phone")).state
    outcome = flow.advance(state, text, facts)

    assert (state if outcome is None else outcome.state)["location"] is None


@pytest.mark.parametrize(
    "text",
    [
        "No need, the AC works again",
        "it is solved now",
        "not needed",
        "please do not bother",
        "no need, my son looked at it",
        "Thanks, it works again.",
        "my problem is solved",
        "I don't want a callback any more",
        "no need, my son repaired it",
        "I got a call from your staff",
        "venda",
    ],
)
def test_a_callback_that_is_no_longer_needed_is_cancelled(text: str, talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), text)

    assert outcome.reply.intent == "callback_cancelled"
    assert outcome.effects == ()


@pytest.mark.parametrize(
    "text",
    [
        "There is no problem",
        "bye",
        "ok, good bye",
        "nothing",
        "urgent",
        "pls hurry",
        "you people never call",
        "remote price",
        "price list please",
        "give me your best price",
        "how much is a compressor",
    ],
)
def test_what_tells_no_problem_creates_no_task(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(*up_to("collecting_problem")).state, text, facts) is None


@pytest.mark.parametrize(
    "text", ["let me check and tell you", "I will tell you later", "i will ask my wife"]
)
def test_whoever_puts_it_off_is_asked_again(text: str, talk: Talk) -> None:
    before = talk(*up_to("collecting_problem"))
    outcome = talk(text, state=before.state)

    assert (outcome.state, outcome.effects) == (before.state, ())
    assert outcome.reply.text.startswith("All right, nothing is lost.")


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("it is not Hari", "collecting_name"),
        ("my name is not hari", "collecting_name"),
        ("not Thiruvalla", "collecting_location"),
        ("sorry, it is not in Thiruvalla", "collecting_location"),
    ],
)
def test_a_detail_that_is_denied_is_asked_for_again(text: str, step: str, talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), text)

    assert outcome.effects == ()
    assert outcome.state["step"] == step


def test_a_part_that_is_needed_is_a_problem(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), "need a new remote")

    assert outcome.state["arranged"]["problem"] == "need a new remote"


def test_a_company_is_nobodys_name(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_name"), "ABC Traders Pvt Ltd")

    assert outcome.state["step"] == "collecting_name"
    assert '"ABC Traders Pvt Ltd" is the name of a company' in outcome.reply.text


@pytest.mark.parametrize(
    "text",
    [
        "nothing works",
        "no cold air",
        "the AC is working, blue lamp blinks",
        "I need 2 remotes repaired",
        "it was solved but now it leaks again",
        "no problem with the fan, but it is leaking",
        "the remote works now but the AC is not cooling",
    ],
)
def test_a_problem_beside_good_news_is_still_one(text: str, talk: Talk) -> None:
    assert talk(*up_to("collecting_problem"), text).reply.intent == "callback_created"


def test_the_problem_may_be_said_in_any_words(talk: Talk) -> None:
    task = talk(*up_to("collecting_problem"), "blue lamp blinks since monday").effects[0]

    assert isinstance(task, CallbackTask)
    assert task.problem == "blue lamp blinks since monday"


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("no, my number is 91234 56780", "phone", "+919123456780"),
        ("my name is Ravi", "name", "Ravi"),
        ("change the location to Kottayam", "location", "Kottayam"),
        ("It's Ravi not Hari", "name", "Ravi"),
        ("not Hari but Ravi", "name", "Ravi"),
        ("name wrong, Ravi", "name", "Ravi"),
        ("my number is wrong, it is 91234 56780", "phone", "+919123456780"),
        ("91234 56780 not 98765 43210", "phone", "+919123456780"),
        ("Kottayam not Thiruvalla", "location", "Kottayam"),
        ("my location is wrong, it is Kottayam", "location", "Kottayam"),
    ],
)
def test_a_detail_can_be_corrected(text: str, key: str, value: str, talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), text)

    assert outcome.state[key] == value
    assert outcome.state["step"] == "collecting_problem"


def test_a_slip_is_put_right_at_the_next_question(talk: Talk) -> None:
    assert talk(*up_to("collecting_phone"), "sorry, Ravi").state["name"] == "Ravi"


def test_a_correction_beside_the_problem_counts(talk: Talk) -> None:
    task = talk(*up_to("collecting_problem"), "it's Ravi not Hari, AC not cooling").effects[0]

    assert isinstance(task, CallbackTask)
    assert (task.name, task.problem) == ("Ravi", "AC not cooling")


def test_a_detail_that_is_called_wrong_is_asked_for_again(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_location"), "change my name")

    assert outcome.state["step"] == "collecting_name"
    assert outcome.state["phone"] == "+919876543210"


def test_a_detail_that_is_called_wrong_is_no_problem_to_be_solved(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), "my number is wrong")

    assert outcome.state["step"] == "collecting_phone"
    assert outcome.effects == ()


@pytest.mark.parametrize(
    "text",
    ["Called you, no response", "I called twice, no reply", "I phoned, nobody attended"],
)
def test_the_words_for_a_missed_call_are_nobodys_name(text: str, talk: Talk) -> None:
    assert talk(text).state["step"] == "collecting_name"


def test_a_wrong_phone_is_said_with_what_is_wrong(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_phone"), "12345")

    assert "5 digits" in outcome.reply.text
    assert outcome.state["step"] == "collecting_phone"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("text", ["cancel", "please cancel the callback", "no need to call me"])
def test_a_cancelled_callback_leaves_nothing_behind(step: str, text: str, talk: Talk) -> None:
    outcome = talk(*up_to(step), text)

    assert outcome.state == {"step": "initial"}
    assert outcome.effects == ()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "text", ["please don't cancel", "no", "ok", "nope", "nah", "n", "wait", "not now", "one sec"]
)
def test_a_plain_answer_that_tells_nothing_is_asked_again(step: str, text: str, talk: Talk) -> None:
    before = talk(*up_to(step))

    outcome = talk(text, state=before.state)

    assert outcome.state == before.state
    assert outcome.effects == ()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "text", ["what are your opening hours?", "do you repair ACs?", "how do I cancel?", "🙂", ""]
)
def test_what_is_not_for_the_flow_is_left_to_others(
    step: str, text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(*up_to(step)).state, text, facts) is None


@pytest.mark.parametrize("text", ["I need a technician", "my AC is not cooling", "yes", "cancel"])
def test_nothing_begins_without_a_missed_call(text: str, flow: Flow, facts: Facts) -> None:
    assert flow.advance(None, text, facts) is None


@pytest.mark.parametrize(
    "texts",
    [
        ("call me back after 6 pm",),
        ("call me back", "Priya", "call me tomorrow morning"),
        ("call me on 9876543210 in the evening, I am Priya in Kochi, AC leaking",),
    ],
)
def test_a_time_that_cannot_be_noted_is_not_passed_over(texts: tuple[str, ...], talk: Talk) -> None:
    assert "I cannot note a time" in talk(*texts).reply.text


@pytest.mark.parametrize(
    "text", ["I called in the morning and nobody answered", "call me back, my shop is in MG road"]
)
def test_a_time_of_something_else_is_none_of_a_call(text: str, talk: Talk) -> None:
    assert "I cannot note a time" not in talk(text).reply.text


@pytest.mark.parametrize("step", STEPS)
def test_an_order_waits_for_the_callback_and_the_customer_reads_so(step: str, talk: Talk) -> None:
    outcome = talk(*up_to(step), "I need 11 remotes")

    assert outcome.state["step"] == step
    assert "I take your order once the callback is noted" in outcome.reply.text
    assert outcome.effects == ()


@pytest.mark.parametrize(
    ("step", "text", "problem", "said"),
    [
        ("collecting_name", "I'm Hari, I need 6 remotes", None, "I take your order once"),
        ("collecting_location", "AC leaks, I need 6 remotes", "AC leaks", "I take your order once"),
        ("collecting_problem", "AC leaks, I need 6 remotes", "AC leaks", "Nothing is ordered yet"),
        ("collecting_problem", "AC leaks, I need a remote", "AC leaks, I need a remote", None),
    ],
)
def test_an_order_beside_an_answer_is_not_passed_over(
    step: str, text: str, problem: str | None, said: str | None, talk: Talk
) -> None:
    outcome = talk(*up_to(step), text)

    kept = outcome.state.get("arranged") or outcome.state
    assert isinstance(kept, dict)
    assert kept["problem"] == problem
    assert said is None or said in outcome.reply.text
    assert said is not None or "order" not in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        ("call me on 91234 56780 instead", {"phone": "+919123456780"}),
        ("91234 56780", {"phone": "+919123456780"}),
        ("can you call me on 9123456780 instead?", {"phone": "+919123456780"}),
        ("my number is wrong, it is 91234 56780", {"phone": "+919123456780"}),
        ("don't call 9876543210, call 9123456780", {"phone": "+919123456780"}),
        ("it's Ravi not Hari", {"name": "Ravi"}),
        ("my name is Ravi", {"name": "Ravi"}),
        ("my place is Kottayam", {"location": "Kottayam"}),
        ("actually I'm in Aluva", {"location": "Aluva"}),
        ("sorry, i am in aluva", {"location": "Aluva"}),
        ("I’m in Aluva now", {"location": "Aluva"}),
        ("my house is near Aluva", {"location": "Aluva"}),
        ("we have shifted to Aluva", {"location": "Aluva"}),
        ("actually I'm Ravi", {"name": "Ravi"}),
        ("no, I am Ravi", {"name": "Ravi"}),
        ("my name is Ravi and my number is 9123456780", {"name": "Ravi", "phone": "+919123456780"}),
        ("change the complaint to gas leak", {"problem": "gas leak"}),
        (
            "please change my problem from AC not cooling to it is too loud",
            {"problem": "too loud"},
        ),
        ("sorry, the problem is water dripping", {"problem": "water dripping"}),
        (
            "my number is 9123456780. change the complaint to gas leak",
            {"phone": "+919123456780", "problem": "gas leak"},
        ),
    ],
)
def test_a_detail_can_be_corrected_after_the_callback_is_arranged(
    text: str, corrected: dict[str, str], talk: Talk, flow: Flow
) -> None:
    outcome = talk(OPENING, *ANSWERS, text)

    correction, to_shop = outcome.effects
    assert correction == Correction(replace(TASK, **corrected))
    assert isinstance(to_shop, Notification)
    assert all(value in to_shop.body for value in corrected.values())
    assert outcome.reply.intent == "callback_corrected"
    assert not flow.is_active(outcome.state)


def test_each_correction_tells_the_shop_anew_also_the_one_that_takes_another_back(
    talk: Talk,
) -> None:
    texts = (OPENING, *ANSWERS, "call me on 9123456780", "call me on 9876543210")
    keys = [
        effect.key
        for count in (5, 6, 7)
        for effect in talk(*texts[:count]).effects
        if isinstance(effect, Notification)
    ]

    number = TASK.number
    assert keys == [f"callback/{number}/shop{rest}" for rest in ("", "/1", "/2")]
    assert talk(*texts).effects[0] == Correction(TASK)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call me on 9876543210", "We will call you back on +919876543210"),
        ("my number is wrong", "Tell me what is right"),
        ("call me on 12345", "5 digits"),
        ("cancel the callback", "stays with the shop"),
        ("please cancel the callback, someone called me", "stays with the shop"),
        ("cancel", "An order that is placed is cancelled by the shop, too"),
        ("change the complaint to AC not cooling", "We will call you back"),
        ("I want to change the complaint", "Tell me what is right"),
    ],
)
def test_what_corrects_nothing_leaves_the_callback_as_it_is(
    text: str, said: str, talk: Talk
) -> None:
    arranged = talk(OPENING, *ANSWERS)
    outcome = talk(text, state=arranged.state)

    assert outcome.effects == ()
    assert outcome.state == arranged.state
    assert said in outcome.reply.text


@pytest.mark.parametrize(
    "text",
    [
        "I am Ravi",
        "cancel my order",
        "never mind",
        "I bought it from Bismi",
        "actually I bought it from Bismi",
        "actually I'm in trouble",
        "I'm at work",
        "sorry, I'm late",
        "i am in shock",
        "is 9123456780 your number?",
        "thanks",
        "hari@example",
    ],
)
def test_what_is_no_correction_is_left_to_others_when_the_callback_is_arranged(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(OPENING, *ANSWERS).state, text, facts) is None


@pytest.mark.parametrize(
    "text", ["nobody answered again, call me on 9123456780", "call me on 9123456780, fridge leaks"]
)
def test_a_new_trouble_is_another_callback(text: str, talk: Talk) -> None:
    assert talk(OPENING, *ANSWERS, text).state["step"] == "collecting_name"


def test_the_problem_can_be_put_right_before_the_callback_is_arranged(talk: Talk) -> None:
    before = talk(OPENING, "AC not cooling")

    assert (
        talk("change the complaint to gas leak", state=before.state).state["problem"] == "gas leak"
    )


def test_another_callback_can_begin_afterwards(talk: Talk) -> None:
    assert talk(OPENING, *ANSWERS, OPENING).state["step"] == "collecting_name"


def test_the_shops_address_is_an_argument(talk: Talk, facts: Facts) -> None:
    state = talk(*up_to("collecting_problem")).state

    outcome = Callback(shop_address="desk@example.com").advance(state, "AC not cooling", facts)

    assert outcome is not None
    assert isinstance(outcome.effects[1], Notification)
    assert outcome.effects[1].recipient == "desk@example.com"


def test_the_reminder_of_an_inactive_flow_invites(flow: Flow) -> None:
    assert "missed your call" in flow.reminder({"step": "initial"})


@pytest.mark.parametrize(
    ("state", "named"),
    [
        ({"step": "asking_nicely"}, "asking_nicely"),
        ({"step": "collecting_name", "name": 3}, "name"),
    ],
)
def test_a_state_that_no_release_wrote_is_refused(
    state: State, named: str, flow: Flow, facts: Facts
) -> None:
    with pytest.raises(UnreadableState, match=named) as refused:
        flow.advance(state, "Hari", facts)

    assert "callback" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "No one answers your phone! Pathetic",
        "Nobody picks up calls in your shop, useless",
        "called you, no answer, shame",
        "I called but nobody picked up. Ridiculous!",
        "nobody answers the phone. Very unprofessional, poor service",
    ],
)
def test_a_complaint_is_nobodys_name(text: str, talk: Talk) -> None:
    assert talk(text).state["name"] is None


@pytest.mark.parametrize("text", ["useless", "Pathetic", "Useless fellows", "shame on you"])
def test_a_complaint_is_no_answer_to_who_the_customer_is(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = talk("I called you but nobody answered").state

    outcome = flow.advance(state, text, facts)

    assert outcome is None or outcome.state["name"] is None


@pytest.mark.parametrize("name", ["Saiful", "Poornima", "Shameem", "Fathima"])
def test_a_name_that_begins_or_ends_like_a_complaint_is_one(name: str, talk: Talk) -> None:
    assert talk("I called you but nobody answered", name).state["name"] == name


@pytest.mark.parametrize(
    ("text", "name"), [("no it's Harish", "Harish"), ("it is spelled Haree", "Haree")]
)
def test_a_name_is_put_right_without_a_word_for_it(text: str, name: str, talk: Talk) -> None:
    assert talk(OPENING, "Hari", text).state["name"] == name


@pytest.mark.parametrize(
    ("texts", "step"),
    [
        ((f"{OPENING}. When do you close?",), "collecting_name"),
        ((OPENING, "Hari. When do you close?"), "collecting_phone"),
        ((OPENING, "Hari", "9876543210, when do you close?"), "collecting_location"),
        ((*up_to("collecting_location"), "Thiruvalla, when do you close?"), "collecting_problem"),
        ((*up_to("collecting_problem"), "AC not cooling. When do you close?"), "initial"),
        ((*up_to("collecting_problem"), "remote light blinks. When do you close?"), "initial"),
    ],
)
def test_a_question_beside_an_answer_takes_nothing_from_it(
    texts: tuple[str, ...], step: str, talk: Talk
) -> None:
    outcome = talk(*texts)
    assert outcome.state["step"] == step
    assert outcome.aside.lower() == "when do you close?"


def test_a_question_is_no_part_of_the_problem(talk: Talk) -> None:
    outcome = talk(*up_to("collecting_problem"), "remote light blinks. When do you close?")
    assert isinstance(outcome.effects[0], CallbackTask)
    assert outcome.effects[0].problem == "remote light blinks"


@pytest.mark.parametrize(
    "text",
    [
        "My AC at Xyzpuram is not cooling, nobody picks the phone",
        "I rang you from Xyzpuram, no answer",
        "nobody answered my call. please come to Xyzpuram, AC leaking",
    ],
)
def test_a_place_in_no_list_is_kept_before_it_is_asked_for(text: str, talk: Talk) -> None:
    outcome = talk(text)
    assert (outcome.state["location"], outcome.state["name"]) == ("Xyzpuram", None)


@pytest.mark.parametrize(
    "text",
    [
        "Nobody answers. Water Leaking At Indoor Unit",
        "nobody answers, AC trips at Night",
        "nobody answers, noise at Office",
        "nobody answers, leak from Compressor",
    ],
)
def test_no_part_of_a_problem_is_a_place(text: str, talk: Talk) -> None:
    assert talk(text).state["location"] is None
