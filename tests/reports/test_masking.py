"""Personal data masked."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.escapes import read
from reports.masking import masked_text, masked_together
from reports.personal import PERSONAL, names_in, personal_in
from reports.record import (
    Circumstances,
    Exploration,
    LawBroken,
    Line,
    PlanClass,
    Record,
    RunEnded,
    ServerLog,
    Varying,
    WrittenStep,
)
from reports.record_lines import line_of
from tests.reports.alone import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 9876543210", "call ••••••••10"),
        ("+91 98765-43210.", "+•• •••••-•••10."),
        ("(0484) 234 5678", "(••••) ••• ••78"),
        ("No-9876543210", "No-••••••••10"),
        ("९८७६५४३२१०", "••••••••१०"),
        ("98765\u200b43210", "•••••\u200b•••10"),
        ("phone: 555-0100", "phone: •••-••00"),
        ("9876543210, 9876543211", "••••••••10, ••••••••11"),
        ("hari@example.com", "h•••@•••"),
        ("<hari.k@mail.example.com>", "<h•••@•••>"),
        ("Name is Hari and email is hari@example.com", "Name is H••• and email is h•••@•••"),
        ("my name is Asha Nair. Thanks, asha!", "my name is A••• N•••. Thanks, a•••!"),
        ("{'name': 'Hari K. Menon', 'phone': '9876543210'}", None),
        ("| name | Hari |\n| phone | 9876543210 |", "| name | H••• |\n| phone | ••••••••10 |"),
        ("| name | phone |\n| Hari | 9876543210 |", "| name | phone |\n| H••• | ••••••••10 |"),
        ("asks for the name: expected 9876543210", "asks for the name: expected ••••••••10"),
        ("Name: Hari\nPhone: 9876543210", "Name: H•••\nPhone: ••••••••10"),
        ("I'm Priya Nair, and I’m late", "I'm P••• N•••, and I’m late"),
        ("my name is priya", "my name is p•••"),
        ("my name is priya nair and I wait", "my name is p••• n••• and I wait"),
        ("My name is Hari cancel my order", "My name is H••• cancel my order"),
        ("my name is Mary-Jane Watson. Mary!", "my name is M•••-J••• W•••. M•••!"),
        ("My name is Will Grace. I will come", "My name is W••• G•••. I will come"),
        ("no, my name is actually Ravi", "no, my name is actually R•••"),
        ("my name is bill, I have a bill. Hi Bill", "my name is b•••, I have a bill. Hi B•••"),
        ("mera naam Anu hai", "mera naam A••• hai"),
        ("എന്റെ പേര് ഹരി മേനോൻ, ഹരി", "എന്റെ പേര് ഹ••• മ•••, ഹ•••"),
        ("എന്റെ പേര് ഹരി എനിക്ക് 11 വേണം", "എന്റെ പേര് ഹ••• എനിക്ക് 11 വേണം"),
        ("मेरा नाम प्रिया है। प्रिया", "मेरा नाम प••• है। प•••"),
        ("আমার নাম অনিতা", "আমার নাম অ•••"),
        ("call 2630123", "call •••••23"),
        ("Ph 2345678", "Ph •••••78"),
        ("call 2630123, or 2630123 again", "call •••••23, or •••••23 again"),
        ("Order 9876543210", "Order ••••••••10"),
        ("priya＠example.com", "p•••@•••"),
        ('"priya nair"@example.com', "p•••@•••"),
        ("priya at example dot com", "p•••@•••"),
        ("priya [at] example.com", "p•••@•••"),
        ("9876543210, 1234567890, 9123456710", "••••••••10, ••••••••90, ••••••••10₂"),
        ("9876543210, +91 98765 43210, 09876543210", "••••••••10, +•• ••••• •••10, •••••••••10"),
        ("hari@example.com, hema@example.com", "h•••@•••, h•••@•••₂"),
        ("my name is Hari, my name is Hema, Hari", "my name is H•••, my name is H•••₂, H•••"),
    ],
)
def test_contact_details_are_masked(text: str, shown: str | None) -> None:
    hidden = masked_text(text)
    if shown is not None:
        assert hidden == shown
    assert "Hari" not in hidden
    assert "Menon" not in hidden
    assert "98765" not in hidden
    assert masked_text(hidden) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "session b840918e-9665-48be-9533-a000bfceb596",
        "session 00000000-0000-0000-0000-000000000001",
        "Your order CW-20251016-001 is placed.",
        "at 2025-10-16 12:30:00",
        "11 × remote control at ₹1,250 is ₹13,750",
        "name: remote control",
        "the name is wrong",
        "ready in 2 to 4 hours",
        "my name is wrong",
        "I'm sorry, I'm Interested in 3 fans. This is Coolwind.",
        "Order 123456789012",
        "call me about CW-20251016-001",
        "call me on 2026-11-27 10:00",
        "Connect call failed ('127.0.0.1', 6399)",
        "I will call, it is ₹2,50,000",
        "meet me at the shop dot",
    ],
)
def test_everything_else_stays_readable(text: str) -> None:
    assert masked_text(text) == text


def test_a_product_in_the_json_of_a_text_keeps_its_name() -> None:
    kept = '{"contact": {"name": "Meera", "phone": "9876543210"}, "line": {"name": "Fan belt"}}'
    shown = masked_text(f"expected a fan belt for Meera, found {kept} of Meera (name: Hari)")
    assert shown == (
        'expected a fan belt for M•••, found {"contact": {"name": "M•••", "phone": "••••••••10"},'
        ' "line": {"name": "Fan belt"}} of M••• (name: H•••)'
    )


def test_json_that_is_cut_short_hides_every_name_to_be_on_the_safe_side() -> None:
    cut = '{"customer": {"name": "Meera"}, "contact": {"phone": "9876543210", "email": "'
    assert "Meera" not in masked_text(f"found {cut}")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "Calls [I am Meera-9876543210-in Kochi-my AC does not cool]",
            "Calls [I am M•••-••••••••10-in Kochi-my AC does not cool]",
        ),
        ("Calls [I am Anne-Marie-in 5 minutes]", "Calls [I am A•••-M•••-in 5 minutes]"),
    ],
)
def test_the_values_of_a_row_beside_a_name_stay_readable(name: str, shown: str) -> None:
    assert masked_text(name) == shown


_GIVEN = "My name is Zoë, phone ९८७६५४३२१०, email zoe@example.com\nConfirm this order?"
_HIDDEN = "My name is Z•••, phone ••••••••१०, email z•••@•••\nConfirm this order?"


@pytest.mark.parametrize("as_ascii", [True, False])
def test_what_is_escaped_in_json_is_masked_as_it_reads(as_ascii: bool) -> None:
    inner = json.dumps({"text": _GIVEN}, ensure_ascii=as_ascii)
    hidden = masked_text(
        json.dumps({"told": [{"text": _GIVEN}], "sent": inner, _GIVEN: 11}, ensure_ascii=as_ascii)
    )
    kept = json.loads(hidden)
    assert kept["told"] == [{"text": _HIDDEN}]
    assert kept[_HIDDEN] == 11
    assert json.loads(kept["sent"]) == {"text": _HIDDEN}
    assert masked_text(hidden) == hidden


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r'{"a": "My name is Hari.\tHari \"Hari\""}', r'{"a": "My name is H•••.\tH••• \"H•••\""}'),
        (r'found {"name is Zo\u00eb": "\tZo\u00eb"}', r'found {"name is Z•••": "\tZ•••"}'),
        (r"found 'my name is \u0905nu', '\u0905nu'", r"found 'my name is \u0905•••', '\u0905•••'"),
        (r"found 'my name is Zo\xeb\nMenon'", r"found 'my name is Z•••\nMenon'"),
        (r'log {"to": "hari@example.com\nOrder"}', r'log {"to": "h•••@•••\nOrder"}'),
        (r"hari@example.com\kept", r"h•••@•••\kept"),
        (r"My name is Nora, of C:\nora", r"My name is N•••, of C:\n•••"),
        (
            r'{"a": "call\t234\t5678", "b": "\u20b9380"}',
            r'{"a": "call\t•••\t••78", "b": "\u20b9380"}',
        ),
        (r'{"a": "\ud83d\ude00 98765\u200b43210"}', '{"a": "\\ud83d\\ude00 •••••\u200b•••10"}'),
        (
            '{"a": 9876543210, "b": [11, 9876543210]}',
            '{"a": "••••••••10", "b": [11, "••••••••10"]}',
        ),
        ('{"text":"@asha"}', '{"text":"@asha"}'),
    ],
)
def test_an_escape_ends_a_word_and_is_left_as_it_was(written: str, shown: str) -> None:
    assert masked_text(written) == shown
    assert masked_text(shown) == shown


@pytest.mark.parametrize("name", ["Zoë", "ഹരി"])
def test_nothing_personal_is_left_in_what_is_kept_of_a_session(failing: Record, name: str) -> None:
    said = f"My name is {name}, phone ൯൮൭൬൫൪൩൨൧൦"
    kept = json.dumps({"history": [{"text": said}], name: {"phone": "+91 98765 43210"}})
    (finding, *_) = failing.findings
    line = replace(finding.faulted[-1], text=said, kept=kept, effects={"email": (kept,)})
    shown = masked(
        replace(
            failing,
            scenarios=(),
            findings=(
                replace(
                    finding,
                    faulted=(line,),
                    expected=json.dumps(said),
                    actual=repr({"text": ascii(said)}),
                    gherkin=f"Then {json.dumps(json.dumps(said))}",
                    logs=(ServerLog("node 1", f"{kept}\n{kept}"),),
                ),
            ),
        )
    )
    seen = read(line_of(shown.findings[0]).decode())
    assert name not in seen
    assert "98765" not in seen
    assert "൯൮" not in seen


@pytest.mark.parametrize(
    "part",
    [
        "order ",
        "x",
        '"',
        "a@",
        "[",
        "my name is a ",
        '{"',
        '{"a":',
        "call ",
        "\\u005c",
        "u005c\\",
        "\\n9",
        "123456\n",
        "| name ",
        "| name | phone |\n",
    ],
)
def test_a_hostile_text_is_masked_in_no_more_time_than_its_length_asks_for(part: str) -> None:
    """One that took the square of it would never end."""
    assert masked_text(part + " " * 100_000).endswith(" " * 100_000)
    assert masked_text(part * 20_000)


_WRITTEN = (
    *("9876543210", "+91 98765-43210", "98765 43210", "1234567", "123456", "12", "2026-01-01"),
    *("hari@example.com", "hari at example dot com", '"a b"@c.d', "＠", "( at )", "(dot)", "AT"),
    *("call", "telephone", "my number", "contact\n\n\n", "order 123456", "CW-20260101-001"),
    *("c9f6afff-37e2-426a-bda6-edca77bb49a4", "\n", "\r\n", "\r", " ", ": ", "-", "₹", "(0)"),
)


@given(st.lists(st.sampled_from(_WRITTEN), max_size=14).map("".join))
def test_what_is_personal_is_found_in_the_lines_that_can_have_it(text: str) -> None:
    everywhere = [(one.span(), one.lastgroup) for one in PERSONAL.finditer(text)]
    found = [(one.span(), one.lastgroup) for one in personal_in(text)]
    # What is kept stands in the way of the rest, and is of no use by itself.
    assert [one for one in found if one[1] != "kept"] == [
        one for one in everywhere if one[1] != "kept"
    ]


@pytest.mark.parametrize(
    "gives",
    [
        *(
            "my name is",
            "My name’s",
            "MY NAME=",
            "i am called",
            "mera naam",
            "mera nam",
            "ente per",
        ),
        *("ENTE PERU", "amar naam", "എന്റെ പേര്", "मेरा नाम", "আমার নাম", "என் பெயர்", "నా పేరు"),
        *("ನನ್ನ ಹೆಸರು", "I'm", "ıʼm".replace("ʼ", "’"), "İm", "i am", "This is", "thıſ is"),
    ],
)
def test_a_name_is_seen_however_it_is_given(gives: str) -> None:
    assert [*names_in(f"{gives} Zacharias")] == ["Zacharias"]


def test_a_transcript_of_many_findings_is_masked_once(failing: Record) -> None:
    first = failing.findings[0]
    again = replace(first, finding_id="another", plan="another plan")
    one, other = masked(replace(failing, findings=(first, again))).findings
    assert one.clean is other.clean
    assert one.faulted is other.faulted
    assert one.broken is other.broken


def test_nothing_personal_is_left_in_a_record(failing: Record) -> None:
    hidden = masked(failing)
    lines = (hidden.started, *hidden.scenarios, *hidden.findings)
    text = b"".join(line_of(line) for line in lines).decode()
    assert "9876543210" not in text
    assert "hari@example.com" not in text
    assert "Hari" not in text


def test_a_name_given_in_one_message_is_masked_in_every_other(passing: Record) -> None:
    said = Line(1, "the customer", "my name is Hari", "Thank you.")
    later = Line(2, "the customer", "done", "Goodbye, Hari!")
    scenario = replace(passing.scenarios[0], transcript=(said, later))
    (hidden, *_) = masked(replace(passing, scenarios=(scenario,))).scenarios
    assert hidden.transcript[1].reply == "Goodbye, H•••!"


def test_what_is_masked_in_one_place_of_a_record_is_masked_in_every_other(failing: Record) -> None:
    """Each of three tokens is given as contact once, in different places."""
    everywhere = "hari Hari 2630123 hari@example.com"
    circumstances = Circumstances(everywhere, quick_replies=(everywhere,), intent=everywhere)
    line = replace(
        failing.findings[0].faulted[0],
        customer=everywhere,
        text=everywhere,
        reply=everywhere,
        session_id=everywhere,
        kept=everywhere,
        effects={"order": (everywhere,)},
        calls=(everywhere,),
        circumstances=replace(circumstances, point=everywhere),
    )
    finding = replace(
        failing.findings[0],
        scenario=everywhere,
        field=everywhere,
        plan=f"lost-cookie of {everywhere} after turn 1",
        sentence=everywhere,
        expected="my name is hari",
        actual="call 2630123",
        gherkin=everywhere,
        clean=(line,),
        faulted=(line,),
        logs=(ServerLog("node 1", everywhere),),
        broken=(LawBroken("Data", 1, everywhere, everywhere, everywhere, everywhere),),
        varying=(Varying(1, everywhere, (-1,)),),
    )
    explored = Exploration(
        "fail",
        1,
        1,
        reasons=(everywhere,),
        notes=(everywhere,),
        classes=(PlanClass(everywhere, "lost-turn", 1),),
        masks=(everywhere,),
    )
    scenario = replace(
        failing.scenarios[0],
        name=everywhere,
        tags=(everywhere,),
        message=everywhere,
        transcript=(line,),
        exploration=explored,
    )
    ended = RunEnded("fail", 1.0, (everywhere,))
    hidden = masked(Record(failing.started, (scenario,), (finding,), ended))
    assert hidden.ended is not None
    text = b"".join(map(line_of, (*hidden.scenarios, *hidden.findings, hidden.ended))).decode()
    assert re.search("hari|2630123|example", text, re.IGNORECASE) is None
    assert hidden.findings[0].plan == "lost-cookie of h••• H••• •••••23 h•••@••• after turn 1"


def test_two_customers_stay_two(failing: Record) -> None:
    turns = (
        Line(1, "Hari", "my name is Hari, 9876543210", "Hello Hari", session_id="9876543210"),
        Line(2, "Hema", "my name is Hema, 9123454310", "Hello Hema", session_id="9123454310"),
    )
    scenario = replace(failing.scenarios[0], transcript=turns)
    (seen, *_) = masked(replace(failing, scenarios=(scenario,))).scenarios
    first, second = seen.transcript
    assert (first.customer, second.customer) == ("H•••", "H•••₂")
    assert (first.reply, second.reply) == ("Hello H•••", "Hello H•••₂")
    assert (first.session_id, second.session_id) == ("••••••••10", "••••••••10₂")


def test_a_customer_who_gives_no_name_keeps_the_one_that_the_scenario_calls_them(
    passing: Record,
) -> None:
    turns = (Line(1, "Asha", "I'd like a fan", "Sure."), Line(2, "Hari", "my name is Hari", "Hi."))
    scenario = replace(passing.scenarios[0], name="Asha and Hari", transcript=turns)
    (seen, *_) = masked(replace(passing, scenarios=(scenario,))).scenarios
    assert seen.name == "Asha and H•••"
    assert [line.customer for line in seen.transcript] == ["Asha", "H•••"]


def test_a_person_has_the_same_mask_in_several_records(passing: Record) -> None:
    def said(name: str) -> Record:
        line = Line(1, "the customer", f"my name is {name}", "Hello")
        scenario = replace(passing.scenarios[0], transcript=(line,))
        return replace(passing, scenarios=(scenario,))

    seen = masked_together((said("Hari"), said("Hema"), said("Hari")))
    assert [one.scenarios[0].transcript[0].text for one in seen] == [
        *("my name is H•••", "my name is H•••₂", "my name is H•••")
    ]


def test_a_step_that_tells_of_somebody_is_masked_wherever_it_stands(failing: Record) -> None:
    step = "calls 9876543210"
    scenario = failing.scenarios[0]
    assert scenario.exploration is not None
    cells = tuple(replace(one, step=step) for one in scenario.exploration.cells)
    line = replace(scenario.transcript[0], flow="of hari@example.com", step=step)
    told = replace(scenario.exploration, cells=cells)
    scenario = replace(scenario, transcript=(line,), exploration=told)
    (seen,) = masked(replace(failing, scenarios=(scenario,), findings=())).scenarios
    assert (seen.transcript[0].flow, seen.transcript[0].step) == ("of h•••@•••", "calls ••••••••10")
    assert seen.exploration is not None
    assert {one.step for one in seen.exploration.cells} == {"calls ••••••••10"}


def test_the_steps_of_a_feature_file_are_masked_with_what_stands_below_them(
    passing: Record,
) -> None:
    step = WrittenStep("When", "Meera is called", 3, (("name", "Meera"),), "my name is Meera")
    scenario = replace(passing.scenarios[0], steps=(step,))
    (seen, *_) = masked(replace(passing, scenarios=(scenario,))).scenarios
    (told,) = seen.steps
    assert (told.text, told.table) == ("M••• is called", (("name", "M•••"),))
    assert told.doc_string == "my name is M•••"


def test_a_name_in_a_table_that_was_never_played_is_masked_where_it_stands_by_a_contact(
    passing: Record,
) -> None:
    contact = (("part", "name", "phone"), ("remote", "Meera", "9876543211"))
    shop = (("name", "price"), ("Remote", "300"))
    steps = (WrittenStep("Given", "", 3, contact), WrittenStep("Given", "", 6, shop))
    scenario = replace(passing.scenarios[0], steps=steps)
    (seen, *_) = masked(replace(passing, scenarios=(scenario,))).scenarios
    assert [step.table[1] for step in seen.steps] == [
        ("remote", "M•••", "••••••••11"),
        ("Remote", "300"),
    ]


def test_masking_leaves_structure_alone(failing: Record) -> None:
    hidden = masked(failing)
    assert hidden.started == failing.started
    assert hidden.ended == failing.ended
    assert hidden.findings[0].expected == failing.findings[0].expected
    assert [line.session_id for line in hidden.findings[0].faulted] == [
        line.session_id for line in failing.findings[0].faulted
    ]


def test_masking_twice_changes_nothing_more(failing: Record) -> None:
    assert masked(masked(failing)) == masked(failing)


def test_an_empty_record_has_nothing_to_mask(empty: Record) -> None:
    assert masked(empty) == empty


def test_a_product_that_is_kept_beside_a_contact_keeps_its_name(failing: Record) -> None:
    kept = '{"contact": {"name": "Meera", "phone": "9876543210"}, "line": {"name": "Fan belt"}}'
    line = replace(failing.scenarios[0].transcript[0], kept=kept, text="Meera needs a fan belt")
    scenario = replace(failing.scenarios[0], transcript=(line,))
    (seen,) = masked(replace(failing, scenarios=(scenario,), findings=())).scenarios
    assert seen.transcript[0].text == "M••• needs a fan belt"
    assert "Fan belt" in (seen.transcript[0].kept or "")
    assert "Meera" not in (seen.transcript[0].kept or "")
