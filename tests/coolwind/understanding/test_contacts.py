"""Name, phone, email and location out of what customers write."""

import pytest

from coolwind.understanding.contacts import details_in, details_to_change
from coolwind.understanding.details import Detail
from coolwind.understanding.phones import phone_in

NAME, PHONE, EMAIL, LOCATION = Detail
ALL = tuple(Detail)

COMPLETE = [
    "Name is Hari and phone number is 9876543210 and email is hari@example.com",
    "name: Hari\nphone: 9876543210\nemail: hari@example.com",
    "Hari, 9876543210, hari@example.com",
    "hari@example.com 98765-43210 Hari",
    "I'm Hari, you can call me on +91 98765 43210 or write to hari@example.com",
    "hari here, 098765 43210, my mail: hari@example.com",
    "My name is hari. My mobile no. is 98765 43210. My mail id is hari@Example.com.",
    "phone 9876543210 email hari@example.com name Hari",
    "Myself Hari, contact number 9876543210, e-mail hari@example.com",
    "Hari is my name, 9876543210, hari@example.com",
    "please put it in the name of Hari, 9876543210, hari@example.com",
    "my mail id hari@example.com and number 9876543210, Hari",
    "Mr. Hari from Thiruvalla, 9876543210, hari@example.com",
    "call me Hari; 9876543210; hari @ example.com",
    "hari@example.com / 9876543210 / Hari",
    "Contact person Hari, contact no 9876543210, contact mail hari@example.com",
    "My name's Hari. Ph: 9876543210. Email: hari@example.com",
    "Name-Hari Mob-9876543210 Mail id-hari@example.com",
]

PHONES = [
    "9876543210",
    "98765 43210",
    "98765-43210",
    "987 654 3210",
    "+919876543210",
    "+91 98765 43210",
    "+91-98765-43210",
    "(+91) 98765 43210",
    "09876543210",
    "919876543210",
    "0091 98765 43210",
    "९८७६५४३२१०",
    "98765.43210",
    "nine eight seven six five four three two one zero",
    "nine eight seven six, five four three two, one zero",
    "98765 four three two one zero",
]

NO_NAMES = [
    "what are your opening hours?",
    "what are your opening hours",
    "I am waiting",
    "I'm not sure",
    "I am from Thiruvalla",
    "this is urgent",
    "thank you",
    "good morning",
    "yes",
    "no",
    "ok sure",
    "cancel",
    "call me back later",
    "call me fast",
    "I want 12 remotes",
    "what is your name?",
    "my name and number",
    "9876543210",
    "delivery",
    "opening hours",
    "looking for parts",
    "the price is too high",
    "tell me the price",
    "🙂",
    "Hari?",
    "one two three four five",
    "hari.example.net",
    "x" * 31,
    " ".join(["Abcdefghijklmnopqrstuv"] * 4),
]


@pytest.mark.parametrize("text", COMPLETE)
def test_a_contact_is_understood_in_any_order_and_wording(text: str) -> None:
    details = details_in(text, ALL, (NAME, PHONE, EMAIL))

    assert (details.name, details.phone, details.email) == (
        "Hari",
        "+919876543210",
        "hari@example.com",
    )
    assert details.complaints == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is A B Nair", "A B Nair"),
        ("A. P. J. Kumar", "A. P. J. Kumar"),
        ("A.P.J. Kumar", "A.P.J. Kumar"),
        ("my name is K.S. Nair", "K.S. Nair"),
        ("K P Hari", "K P Hari"),
        ("my name is Hari I", "Hari I"),
        ("Mohammed Ashraf P K", "Mohammed Ashraf P K"),
        ("Will Smith", "Will Smith"),
        ("Will Smith, 9876543210", "Will Smith"),
        ("May Thomas", "May Thomas"),
        ("Name: Will Smith", "Will Smith"),
        ("Name: May Thomas", "May Thomas"),
        ("Name: Bill Thomas", "Bill Thomas"),
        ("My Name Is Hari And My Phone Is 9876543210", "Hari"),
        ("regards,\nHari Nair", "Hari Nair"),
        ("Thanks and regards,\nHari Nair", "Hari Nair"),
        ("my name is spelled Hary", "Hary"),
        ("name spelling is Hary", "Hary"),
        ("my name is will smith", "Will Smith"),
        ("my name is will smith and my phone is 9876543210", "Will Smith"),
        ("my name is will", "Will"),
        ("my name is bill", "Bill"),
        ("i am will smith, 9876543210", "Will Smith"),
        ("may thomas", "May Thomas"),
        ("Fr. Thomas", "Thomas"),
        ("Adv. Hari Nair, 9876543210", "Hari Nair"),
        ("ente peru Hari", "Hari"),
        ("mera naam Hari hai", "Hari"),
        ("mera naam hari hai aur number 9876543210 hai", "Hari"),
        ("booking in name of Hari", "Hari"),
        ("name hari ph 9876543210", "Hari"),
        ("Name Hari Age 30", "Hari"),
    ],
)
def test_unusual_names_are_names(text: str, name: str) -> None:
    assert details_in(text, ALL, (NAME, PHONE, EMAIL)).name == name


@pytest.mark.parametrize(
    "text",
    [
        "Will Call",
        "May I Ask",
        "I Will Call Later",
        "Will Smith?",
        "will you",
        "Regards",
        "my name is will be told later",
        "i am will be late",
        "i will come",
        "may be tomorrow",
        "his name is Ravi",
        "my brother's name is Ravi",
        "ente number 9876543210",
        "nahi chahiye",
        "call me fast",
    ],
)
def test_words_that_only_begin_like_a_name_are_none(text: str) -> None:
    assert details_in(text, ALL, (NAME, PHONE, EMAIL)).name is None


@pytest.mark.parametrize(
    "text",
    [
        "It's Ravi not Hari",
        "it is ravi not hari",
        "no, it is Ravi, not Hari",
        "Ravi not Hari",
        "not Hari but Ravi",
        "not Hari, it's Ravi",
        "not Hari its Ravi",
        "Hari is wrong, Ravi is right",
        "Hari alla, Ravi",
        "change Hari to Ravi",
        "replace Hari with Ravi",
        "Ravi instead of Hari Krishnan",
        "my name is wrong, it should be Ravi",
        "name wrong, Ravi",
    ],
)
def test_a_name_can_be_set_against_the_wrong_one(text: str) -> None:
    told = details_in(text, (NAME, PHONE, EMAIL), known={NAME: "Hari Krishnan"})

    assert told.told == {NAME: "Ravi"}


@pytest.mark.parametrize(
    "text",
    [
        "I am in Kottayam not Thiruvalla",
        "Kottayam not Thiruvalla",
        "It's Kottayam, not Thiruvalla",
        "not Thiruvalla but Kottayam",
        "not in Thiruvalla, in Kottayam",
        "my location is wrong, it is Kottayam",
        "my place is not Thiruvalla, it is Kottayam",
        "change the location from Thiruvalla to Kottayam",
    ],
)
def test_a_location_can_be_set_against_the_wrong_one(text: str) -> None:
    told = details_in(text, ALL, known={NAME: "Hari", LOCATION: "Thiruvalla"})

    assert told.told == {LOCATION: "Kottayam"}


@pytest.mark.parametrize(
    "text", ["the fridge, not the AC", "not cooling but leaking", "I like it not Hari", "Ravi not"]
)
def test_what_is_set_against_something_else_is_no_detail(text: str) -> None:
    assert details_in(text, ALL, known={NAME: "Hari", LOCATION: "Thiruvalla"}).told == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hari, sorry Ravi", {NAME: "Ravi"}),
        ("my name is Hari, sorry Ravi", {NAME: "Ravi"}),
        ("I am Latha, I mean lata", {NAME: "Lata"}),
        ("my name is Latha, sorry monday", {NAME: "Latha"}),
        ("my name is Latha, sorry for the delay", {NAME: "Latha"}),
        ("Hari, no, Ravi, Kochi", {NAME: "Ravi", LOCATION: "Kochi"}),
        ("Hari, Kochi, sorry Thrissur", {NAME: "Hari", LOCATION: "Thrissur"}),
        ("Hari, sorry for the delay", {NAME: "Hari"}),
        ("Hari, no idea", {NAME: "Hari"}),
    ],
)
def test_an_answer_can_be_put_right_in_one_breath(text: str, told: dict[Detail, str]) -> None:
    assert details_in(text, ALL, (NAME, LOCATION)).told == told


@pytest.mark.parametrize(
    "text", ["sorry, Ravi", "oops, ravi", "*Ravi", "i meant Ravi", "no, Ravi", "actually Ravi"]
)
def test_a_slip_is_put_right_after_the_next_question(text: str) -> None:
    collected = (NAME, PHONE, EMAIL)

    assert details_in(text, collected, (PHONE, EMAIL), {NAME: "Hari"}).name == "Ravi"
    assert details_in(text, collected, (EMAIL,), {NAME: "Hari"}).name is None


@pytest.mark.parametrize("text", PHONES)
def test_an_indian_mobile_number_is_kept_in_international_form(text: str) -> None:
    assert details_in(text, ALL, (PHONE,)).phone == "+919876543210"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12345", "it has 5 digits"),
        ("my number is 98765", "it has 5 digits"),
        ("98765 43210 12", "it has 12 digits"),
        ("Hari, 98765432", "it has 8 digits"),
        ("5876543210", "begins with 6, 7, 8 or 9"),
        ("+44 7911 123456", "not an Indian number"),
        ("phone: 0469 2601234", "begins with 6, 7, 8 or 9"),
    ],
)
def test_a_wrong_phone_is_said_with_what_is_wrong(text: str, reason: str) -> None:
    details = details_in(text, ALL, (PHONE,))

    assert details.phone is None
    (complaint,) = details.complaints
    assert reason in complaint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hari@example", "domain such as example.com"),
        ("my mail: @example.com", "nothing stands before the @"),
        ("hari.example.com", "it has no @"),
        ("hari@example,com", "domain such as example.com"),
        ("my email is hari.example.com", "it has no @"),
        ("hari..k@example.com", "look like name@example.com"),
        ("hari@-example.com", "look like name@example.com"),
        ("a" * 65 + "@example.com", "look like name@example.com"),
    ],
)
def test_a_wrong_email_is_said_with_what_is_wrong(text: str, reason: str) -> None:
    details = details_in(text, ALL, (EMAIL,))

    assert details.email is None
    (complaint,) = details.complaints
    assert reason in complaint


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert details_in(text, ALL, (NAME, PHONE, EMAIL)).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hari", "Hari"),
        ("hari krishnan", "Hari Krishnan"),
        ("Hari K. Nair", "Hari K. Nair"),
        ("it's Hari", "Hari"),
        ("ഹരി", "ഹരി"),
        ("D'Souza", "D'Souza"),
        ("K.N.Nair", "K.N.Nair"),
        ("Yes, Hari", "Hari"),
    ],
)
def test_a_bare_answer_is_a_name_when_the_name_was_asked_for(text: str, name: str) -> None:
    assert details_in(text, ALL, (NAME,)).name == name


@pytest.mark.parametrize("text", ["Hari", "hari here", "blue sky"])
def test_a_bare_word_is_no_name_when_no_name_was_asked_for(text: str) -> None:
    assert details_in(text, ALL).name is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ravi", "Ravi"),
        ("no, my name is actually Ravi Kumar", "Ravi Kumar"),
        ("change the name to Ravi", "Ravi"),
        ("change the name from Hari to Ravi", "Ravi"),
        ("my name is not Hari but Ravi", "Ravi"),
        ("my name is not Hari, it's Ravi", "Ravi"),
        ("I am Ravi", "Ravi"),
    ],
)
def test_a_name_can_be_corrected_at_any_time(text: str, name: str) -> None:
    assert details_in(text, ALL).name == name


@pytest.mark.parametrize(
    "text",
    [
        "no, my number is 91234 56780",
        "my phone is not 98765 43210, it is 91234 56780",
        "my number is 91234 56780 not 98765 43210",
        "change it from 9876543210 to 9123456780",
        "9876543210, sorry, 9123456780",
        "9876543210 no 9123456780",
        "9876543210 oops it's 9123456780",
        "9876543210 is my old number, new one is 9123456780",
        "9876543210 wrong, correct one is 9123456780",
        "my number is wrong, it is 9123456780",
        "don't call 9876543210, call 9123456780",
        "9123456780 or 9876543210",
        "9123456780 / 9876543210",
        "9123456780 9876543210",
        "my number is 9123456780 and my wife's is 9876543210",
    ],
)
def test_of_two_numbers_the_one_that_is_meant_counts(text: str) -> None:
    assert details_in(text, ALL).phone == "+919123456780"


@pytest.mark.parametrize(
    ("text", "own", "left"),
    [
        ("a@example.com is my wife's, use b@example.com", "b@example.com", ["a@example.com"]),
        ("b@example.com, a@example.com is my wife's", "b@example.com", ["a@example.com"]),
        ("my wife's is a@example.com, mine b@example.com", "b@example.com", ["a@example.com"]),
        ("b@example.com a@example.com", "b@example.com", ["a@example.com"]),
        ("b@example.com, you can also use a@example.com", "b@example.com", ["a@example.com"]),
        ("b@example.com, cc a@example.com", "b@example.com", ["a@example.com"]),
        ("a@example.com is at work, but use b@example.com", "b@example.com", []),
        ("a@example.com, sorry, b@example.com", "b@example.com", []),
        ("b@example.com, not a@example.com", "b@example.com", []),
        ("b@example.com b@example.com", "b@example.com", []),
        ("b@example.com is my wife's", "b@example.com", []),
    ],
)
def test_one_of_two_addresses_is_the_customers_and_the_other_is_not_passed_over(
    text: str, own: str, left: list[str]
) -> None:
    told = details_in(text, ALL)

    assert told.email == own
    assert [complaint.split()[-4] for complaint in told.complaints] == left


@pytest.mark.parametrize(
    "text",
    [
        "Pincode 689101, Biju, 9876543210",
        "pin: 689 101, biju, 9876543210",
        "PIN 689101 Biju 9876543210",
    ],
)
def test_a_name_is_understood_behind_a_pin_code(text: str) -> None:
    assert details_in(text, ALL, ALL).name == "Biju"


@pytest.mark.parametrize("text", ["my email is not old@example.com", "old@example.com is wrong"])
def test_an_address_that_is_given_up_is_unwanted(text: str) -> None:
    told = details_in(text, ALL, known={EMAIL: "old@example.com"})

    assert (told.email, told.unwanted) == (None, (EMAIL,))


@pytest.mark.parametrize("text", ["don't call me on 9876543210", "my number is not 98765 43210"])
def test_a_number_that_is_given_up_is_unwanted(text: str) -> None:
    told = details_in(text, ALL, known={PHONE: "+919876543210"})

    assert (told.phone, told.unwanted) == (None, (PHONE,))


def test_a_quantity_beside_a_number_is_left_in_the_text() -> None:
    told = details_in("remotes 10 9876543210", ALL)

    assert told.phone == "+919876543210"
    assert "remotes 10" in told.rest


@pytest.mark.parametrize(
    "text",
    [
        "change the email to new@example.com",
        "change my mail from old@example.com to new@example.com",
        "new@example.com not old@example.com",
    ],
)
def test_of_two_addresses_the_one_that_is_meant_counts(text: str) -> None:
    assert details_in(text, ALL).email == "new@example.com"


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("Thiruvalla", "Thiruvalla"),
        ("kuttoor, thiruvalla", "Kuttoor, Thiruvalla"),
        ("it's in Kottayam", "Kottayam"),
        ("I live near the temple in Kuttoor", "the temple in Kuttoor"),
        ("12/3 MG Road, Thiruvalla 689101", "12/3 MG Road, Thiruvalla 689101"),
        ("my location is Thiruvalla and my name is Hari", "Thiruvalla"),
        ("opp. St. Johns church, Kochi - 682001", "opp. St. Johns church, Kochi - 682001"),
        ("calling from Thiruvalla", "Thiruvalla"),
        ("തിരുവല്ല", "തിരുവല്ല"),
        ("I'm at Kochi now", "Kochi"),
        ("kottayam aanu", "Kottayam"),
        ("Thiruvalla 😊", "Thiruvalla"),
        (
            "Kuttapuzha, near Marthoma college, Thiruvalla 689103",
            "Kuttapuzha, near Marthoma college, Thiruvalla 689103",
        ),
        ("H.No 12/345, TC road, Kottayam", "H.No 12/345, TC road, Kottayam"),
        ("Flat 5B, Skyline, Kottayam", "Flat 5B, Skyline, Kottayam"),
        ("Service Road, Edappally", "Service Road, Edappally"),
        ("I am at home in Kottayam", "Kottayam"),
        ("near St. Mary's Church, Aluva", "St. Mary's Church, Aluva"),
        ("place Aluva", "Aluva"),
        ("Kollam", "Kollam"),
        ("Ward 5, Kuttoor", "Ward 5, Kuttoor"),
        ("West Fort, Thrissur", "West Fort, Thrissur"),
        ("Welcome hotel, Adoor", "Welcome hotel, Adoor"),
        ("682 001", "682 001"),
        ("Kochi. sorry, Thrissur", "Thrissur"),
        ("Kochi instead", "Kochi"),
        ("9847012345 instead, Kochi", "Kochi"),
        ("in the morning, Kochi", "Kochi"),
        ("in Kochi in the evening", "Kochi"),
        ("I am at work in Kochi", "Kochi"),
        ("we have shifted to Kochi", "Kochi"),
        ("My name is Asha, 9876501234, Kochi", "Kochi"),
        ("my name is asha, 9876501234, kochi", "Kochi"),
        ("near the temple", "The Temple"),
        ("Main Road", "Main Road"),
    ],
)
def test_a_location_is_understood(text: str, location: str) -> None:
    assert details_in(text, ALL, (LOCATION,)).location == location


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow morning",
        "I waited from yesterday",
        "in 2 hours",
        "where are you?",
        "yes",
        "???",
        "come fast",
        "call me on 9847012345 instead",
        "9847012345 instead",
        "rather 9847012345",
        "in the evening",
        "in ten minutes",
        "I am at work",
        "at the office",
        "from work",
        "at lunch",
        "in the evening, bring a ladder",
    ],
)
def test_what_is_no_place_is_not_taken_for_one(text: str) -> None:
    assert details_in(text, ALL, (LOCATION,)).location is None


def test_bare_answers_come_in_the_order_in_which_they_were_asked_for() -> None:
    details = details_in("Hari, 9876543210, Thiruvalla", ALL, (NAME, PHONE, LOCATION))

    assert (details.name, details.location) == ("Hari", "Thiruvalla")


def test_a_bare_answer_does_not_jump_over_an_unanswered_question() -> None:
    details = details_in("Muthoor", ALL, (PHONE, LOCATION))

    assert details.location is None


def test_a_detail_that_is_not_collected_is_left_in_the_text() -> None:
    details = details_in("I am from Thiruvalla", (NAME, PHONE, EMAIL))

    assert details.location is None
    assert "Thiruvalla" in details.rest


def test_a_name_that_is_not_collected_is_left_in_the_text() -> None:
    details = details_in("my name is Hari", (PHONE,))

    assert (details.name, details.rest) == (None, "my name is Hari")


@pytest.mark.parametrize(
    "text",
    ["hari dot kumar at example dot com", "mail: hari.kumar at the rate example.com"],
)
def test_an_address_can_be_spelled_out(text: str) -> None:
    details = details_in(text, ALL, (NAME, EMAIL))

    assert (details.name, details.email) == (None, "hari.kumar@example.com")


def test_a_digit_can_be_doubled_in_words() -> None:
    assert details_in(
        "nine eight double seven six five four three two one", ALL, (PHONE,)
    ).phone == ("+919877654321")


@pytest.mark.parametrize("text", ["hari@example,com", "mailto:hari@example.com", "no use 12"])
def test_what_stands_around_a_detail_is_nobodys_name(text: str) -> None:
    assert details_in(text, ALL, (NAME, PHONE, EMAIL)).name is None


def test_an_order_number_is_no_phone_number() -> None:
    details = details_in("my order is CW-20261122-001", ALL, (PHONE,))

    assert (details.phone, details.complaints, details.unwanted) == (None, (), ())


def test_an_address_that_begins_like_a_contraction_is_whole() -> None:
    assert details_in("im@example.com", ALL).email == "im@example.com"


@pytest.mark.parametrize(
    "text",
    ["", "98765", "+91", "98765abcde", "1" * 400, "+0000000000", "+99999999999999"],
)
def test_what_is_no_mobile_number_is_none(text: str) -> None:
    assert phone_in(text) is None


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("change my email", (EMAIL,)),
        ("the phone number is wrong", (PHONE,)),
        ("I want to correct my name and my email", (NAME, EMAIL)),
        ("do not change my email", ()),
        ("how do I change my email?", ()),
        ("my email", ()),
        ("my number is wrong", (PHONE,)),
        ("wrong number", (PHONE,)),
        ("my name is not correct", (NAME,)),
        ("my address changed", (LOCATION,)),
        ("that's not my name", (NAME,)),
        ("my email address is wrong", (EMAIL,)),
        ("name is correct but phone is wrong", (PHONE,)),
        ("my name is correct", ()),
        ("all details are correct", ()),
        ("please update me on the phone", ()),
        ("the number of pieces is wrong", ()),
        ("my order number is wrong", ()),
        ("place another order in my name", ()),
    ],
)
def test_a_detail_can_be_called_wrong_without_the_right_one(
    text: str, details: tuple[Detail, ...]
) -> None:
    assert details_to_change(text) == details
