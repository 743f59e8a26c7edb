"""The wordings in which customers tell how they are reached, and what is nobody's name in them."""

import pytest

from coolwind.understanding.contacts import details_in
from coolwind.understanding.details import Detail

CONTACT = (Detail.NAME, Detail.PHONE, Detail.EMAIL)

COMPLETE = [
    "My details: Hari, hari@example.com, 9876543210",
    "Details: Hari, 9876543210, hari@example.com",
    "Contact details: Hari, hari@example.com, 9876543210",
    "Here you go: Hari 9876543210 hari@example.com",
    "my info - Hari, hari@example.com, 9876543210",
    "Please use Hari, hari@example.com, 9876543210",
    "You can call Hari on 9876543210, mail hari@example.com",
    "Order for Hari, 9876543210, hari@example.com",
    "9876543210 hari@example.com\nYours truly, Hari",
    "it's under Hari, 9876543210, hari@example.com",
    "my details are Hari, 9876543210, hari@example.com",
    "my details are as follows: Hari, 9876543210, hari@example.com",
    "my details as below\nHari\n9876543210\nhari@example.com",
    "Here are my details: hari, 9876543210, hari@example.com",
    "here it is - Hari / 9876543210 / hari@example.com",
    "Sure! Hari, 9876543210, hari@example.com",
    "Sure, here you go: hari 9876543210 hari@example.com",
    "Contact: Hari, 9876543210, hari@example.com",
    "Contact - Hari - 9876543210 - hari@example.com",
    "Hari - 9876543210 - hari@example.com",
    "Hari: 9876543210, hari@example.com",
    "Hari | 9876543210 | hari@example.com",
    "Hari (9876543210, hari@example.com)",
    "Hari <hari@example.com> 9876543210",
    "customer: Hari, phone: 9876543210, email: hari@example.com",
    "Customer name: Hari, Ph no: 9876543210, E-mail ID: hari@example.com",
    "Full name: Hari. Phone: 9876543210. Email: hari@example.com",
    "Name - Hari, Phone - 9876543210, Email - hari@example.com",
    "Naem: Hari phone 9876543210 mail hari@example.com",
    "nmae is hari, 9876543210, hari@example.com",
    "name hari phn 9876543210 mail hari@example.com",
    "it is for Hari, 9876543210, hari@example.com",
    "The order is for Hari, 9876543210, hari@example.com",
    "please book it for Hari, 9876543210, hari@example.com",
    "make it out to Hari, 9876543210, hari@example.com",
    "put Hari, 9876543210, hari@example.com",
    "write Hari, 9876543210, hari@example.com",
    "take down: Hari, 9876543210, hari@example.com",
    "note down please: Hari, 9876543210, hari@example.com",
    "Ask for Hari on 9876543210, hari@example.com",
    "Contact Hari at 9876543210 or hari@example.com",
    "Reach Hari on 9876543210 / hari@example.com",
    "reach me: Hari, 9876543210, hari@example.com",
    "you can reach me on 9876543210 or hari@example.com. Regards, Hari",
    "Regards Hari 9876543210 hari@example.com",
    "9876543210, hari@example.com. Thanks, Hari",
    "9876543210, hari@example.com\nThank you\nHari",
    "thanks! Hari 9876543210 hari@example.com",
    "9876543210 hari@example.com - Hari",
    "hari@example.com is my mail, 9876543210 is my number and I am Hari",
    "Hari is the name, 9876543210 the number, hari@example.com the mail",
    "they call me Hari, 9876543210, hari@example.com",
    "everybody calls me Hari. 9876543210. hari@example.com",
    "I go by Hari, 9876543210, hari@example.com",
    "My good name is Hari, 9876543210, hari@example.com",
    "Good name Hari, mobile 9876543210, mail hari@example.com",
    "this is hari, 9876543210, hari@example.com",
    "Hari this side, 9876543210, hari@example.com",
    "Hari speaking, 9876543210, hari@example.com",
    "its hari 9876543210 hari@example.com",
    "im hari 9876543210 hari@example.com",
    "i am hari and my number is 9876543210 and mail hari@example.com",
    "hello hari here 9876543210 hari@example.com",
    "Hello, Hari. 9876543210. hari@example.com",
    "ok my name hari my number 9876543210 my email hari@example.com",
    "Hari 9876543210 hari@example.com thank you",
    "Hari 9876543210 hari@example.com please confirm",
    "Please note my details. Name Hari. Number 9876543210. Mail hari@example.com.",
    "1. Hari\n2. 9876543210\n3. hari@example.com",
    "1) Hari 2) 9876543210 3) hari@example.com",
    "- Hari\n- 9876543210\n- hari@example.com",
    "* Name: Hari\n* Phone: 9876543210\n* Email: hari@example.com",
    "name=Hari;phone=9876543210;email=hari@example.com",
    "Name:Hari,Phone:9876543210,Email:hari@example.com",
    "Phone number is 9876543210, email is hari@example.com, and the name is Hari",
    "email me at hari@example.com or call 9876543210, ask for Hari",
    "whatsapp 9876543210, mail hari@example.com, Hari",
    "Hari. WhatsApp: 9876543210. hari@example.com",
    "My number's 9876543210, mail's hari@example.com, name's Hari",
    "Billing name: Hari, contact number: 9876543210, contact email: hari@example.com",
    "Attn: Hari, 9876543210, hari@example.com",
    "c/o Hari, 9876543210, hari@example.com",
    "order in Hari's name, 9876543210, hari@example.com",
    "under the name Hari, 9876543210, hari@example.com",
    "under the name of hari, 9876543210, hari@example.com",
    "in the name of hari 9876543210 hari@example.com",
    "Use these: Hari, 9876543210, hari@example.com",
    "use my details: hari, 9876543210, hari@example.com",
    "same as before: Hari, 9876543210, hari@example.com",
    "as requested: Hari, 9876543210, hari@example.com",
    "ok here: Hari, 9876543210, hari@example.com",
    "mine: Hari, 9876543210, hari@example.com",
    "PFB my details - Hari, 9876543210, hari@example.com",
    "find my details below: Hari, 9876543210, hari@example.com",
    "Yours sincerely,\nHari\n9876543210\nhari@example.com",
    "Yours faithfully, Hari, 9876543210, hari@example.com",
    "Cheers, Hari 9876543210 hari@example.com",
    "Warm regards, Hari, 9876543210, hari@example.com",
    "Best, Hari, 9876543210, hari@example.com",
    "With regards Hari 9876543210 hari@example.com",
    "send the bill to Hari, 9876543210, hari@example.com",
    "bill to Hari, 9876543210, hari@example.com",
    "call Hari 9876543210 mail hari@example.com",
    "speak to Hari, 9876543210, hari@example.com",
    "talk to Hari at 9876543210, hari@example.com",
    "you may contact Hari (9876543210, hari@example.com)",
    "Buyer Hari, 9876543210, hari@example.com",
    "person to contact is Hari, 9876543210, hari@example.com",
    "the person is Hari, 9876543210, hari@example.com",
    "Hari will collect it, 9876543210, hari@example.com",
    "Hari will pick up, 9876543210, hari@example.com",
    "peru Hari, number 9876543210, mail hari@example.com",
    "en peyar Hari, 9876543210, hari@example.com",
    "mera naam hari, number 9876543210, email hari@example.com",
    "nanna hesaru Hari, 9876543210, hari@example.com",
    "naa peru Hari, 9876543210, hari@example.com",
    "njan Hari, 9876543210, hari@example.com",
    "main Hari, 9876543210, hari@example.com",
    "Hi sir, Hari here from Kochi. 9876543210, hari@example.com",
    "Dear sir, my name is Hari, my phone is 9876543210 and my id is hari@example.com",
]

WITH_A_CAPITAL = [text for text in COMPLETE if "Hari" in text]

NAMES = [
    ("it's under Hari", "Hari"),
    ("Yours truly, Hari", "Hari"),
    ("My details: Lakshmi Menon, 9876543210", "Lakshmi Menon"),
    ("details: mohammed rafi, 9876543210", "Mohammed Rafi"),
    ("Order for Priya Nair, 9876501234", "Priya Nair"),
    ("Please use O'Brien, 9876543210", "O'Brien"),
    ("You can call Anjali S. on 9876543210", "Anjali S."),
    ("contact details: Jean-Luc Picard, 9876543210", "Jean-Luc Picard"),
    ("Here you go: K. P. Hari, 9876543210", "K. P. Hari"),
    ("my info - D'Souza, 9876543210", "D'Souza"),
    ("Details - Sreekumar V., 9876543210", "Sreekumar V"),
    ("Contact: José García, jose@example.com", "José García"),
    ("My details: ഹരി, 9876543210", "ഹരി"),
    ("it's under nair", "Nair"),
    ("under Hari please", "Hari"),
    ("booked under Hari", "Hari"),
    ("My details are: Fathima Beevi", "Fathima Beevi"),
    ("my details: hari", "Hari"),
    ("9123456780, Suresh Kumar", "Suresh Kumar"),
    ("suresh@example.com, Suresh Kumar", "Suresh Kumar"),
    ("Order for Will Smith, 9876543210", "Will Smith"),
    ("Message Hari on 9876543210", "Hari"),
    ("It is for my brother Ravi, 9876543210", "Ravi"),
    ("for my company, Ravi, 9876543210", "Ravi"),
    ("Pickup by Ravi, 9876543210", "Ravi"),
    ("Ravi will come, 9876543210", "Ravi"),
    ("Mr Ravi 9876543210", "Ravi"),
    ("Order for Mrs. Leela Thomas, 9876543210", "Leela Thomas"),
    ("Ms Anu", "Anu"),
    ("my name: anu", "Anu"),
    ("anu", "Anu"),
    ("I'm anu, 9876543210", "Anu"),
    ("this is Anu", "Anu"),
    ("Ann Mary, 9876543210", "Ann Mary"),
    ("Matt Joseph, 9876543210", "Matt Joseph"),
    ("Vinod da Costa, 9876543210", "Vinod da Costa"),
    ("Karen Thomas, 9876543210", "Karen Thomas"),
    ("Lovely Joseph, 9876543210", "Lovely Joseph"),
]

NO_NAMES = [
    "Yes please, 9876543210",
    "call me on 9876543210",
    "thanks, 9876543210",
    "Thanks, hari@example.com",
    "Delivery to Chennai, 9876543210",
    "Order for Chennai, 9876543210",
    "Delivery for Kochi, 9876543210",
    "pickup in Thiruvalla, 9876543210",
    "Send to Kochi, 9876543210",
    "call me anytime, 9876543210",
    "Call anytime on 9876543210",
    "you can call anytime on 9876543210",
    "ring me on 9876543210",
    "Contact details: 9876543210",
    "My details: 9876543210, hari@example.com",
    "Here you go: 9876543210",
    "Here it is: hari@example.com",
    "details below: 9876543210",
    "Details as follows, 9876543210",
    "My number: 9876543210",
    "WhatsApp only: 9876543210",
    "Office number: 9876543210",
    "Office: 9876543210",
    "Home: 9876543210",
    "Alternate number 9876543210",
    "Please use 9876543210",
    "Please use this number 9876543210",
    "Please use WhatsApp, 9876543210",
    "You can call my office on 9876543210",
    "You can call after 5 on 9876543210",
    "Order for office, 9876543210",
    "Order for our new office, 9876543210",
    "order for my shop, 9876543210",
    "Order for Monday, 9876543210",
    "Order for Diwali, 9876543210",
    "Order for next week, 9876543210",
    "It is for Onam, 9876543210",
    "Urgent! 9876543210",
    "Urgently needed, 9876543210",
    "As soon as possible, 9876543210",
    "Great, 9876543210",
    "Perfect. 9876543210",
    "Awesome, 9876543210",
    "Super, 9876543210",
    "Cool, 9876543210",
    "Fine, use 9876543210",
    "Certainly. 9876543210",
    "Definitely, 9876543210",
    "Absolutely! hari@example.com",
    "Noted, 9876543210",
    "Done, 9876543210",
    "Alright, 9876543210",
    "No problem, 9876543210",
    "Of course, 9876543210",
    "Good evening, 9876543210",
    "Namaste, 9876543210",
    "Namaskaram, 9876543210",
    "Vanakkam 9876543210",
    "Hello there, 9876543210",
    "Hi team, 9876543210",
    "Hi Coolwind, 9876543210",
    "Hello Cool Wind, 9876543210",
    "Dear team, 9876543210",
    "Text me: 9876543210",
    "SMS 9876543210",
    "Ping me on 9876543210",
    "Reach me on 9876543210",
    "Reach me at hari@example.com",
    "Write to hari@example.com",
    "You can reach us at 9876543210",
    "Contact us on 9876543210",
    "My brother will collect, 9876543210",
    "My son will pick up, 9876543210",
    "Someone will collect it, 9876543210",
    "I will collect tomorrow, 9876543210",
    "Collection on Saturday, 9876543210",
    "Pickup please, 9876543210",
    "Pickup tomorrow, 9876543210",
    "Home delivery, 9876543210",
    "Cash on delivery, 9876543210",
    "Bill needed, 9876543210",
    "With GST, 9876543210",
    "Same number as before",
    "same as last time",
    "as before",
    "I already gave it",
    "i told you already",
    "told you before, 9876543210",
    "You have it already",
    "Why do you need my name?",
    "Is my email required?",
    "Do I have to give my email?",
    "my email: hari@example.com",
    "E-mail hari@example.com",
    "mail id hari@example.com",
    "Gmail: hari@example.com",
    "gmail hari@example.com",
    "Personal email hari@example.com",
    "Work email: hari@example.com",
    "Official mail - hari@example.com",
    "Landline not available, 9876543210",
    "No email, 9876543210",
    "I have no email",
    "no mail id",
    "don't have email",
    "Don't have one",
    "I don't use email",
    "not using email, 9876543210",
    "Number is correct, 9876543210",
    "The number again: 9876543210",
    "Sorry for the delay, 9876543210",
    "sorry, typo, 9876543210",
    "typo: 9876543210",
    "Correction: 9876543210",
    "Updated number: 9876543210",
    "New number 9876543210",
    "Primary: 9876543210",
    "Alternate: 9876543210",
    "Confirm the order, 9876543210",
    "Book it, 9876543210",
    "Place it, 9876543210",
    "Proceed, 9876543210",
    "Go ahead, 9876543210",
    "Ok done 9876543210",
    "Wait, 9876543210",
    "Hmm 9876543210",
    "Hold, 9876543210",
    "Delivery address Kochi, 9876543210",
    "From Kochi, 9876543210",
    "Near Aluva, 9876543210",
    "In Thiruvalla, 9876543210",
    "at Kochi, 9876543210",
    "Thanks a lot",
    "Many thanks",
    "Thank you so much",
    "Take care",
    "See you",
    "Talk soon",
    "Best wishes",
    "Best regards",
    "Yours truly",
    "Yours sincerely",
    "Warm regards",
    "With love",
    "Any discount?",
    "Too costly",
    "How long",
    "Hurry up",
    "Very urgent",
    "Please hurry",
    "Quick please",
    "Be quick",
    "What next",
    "Whats next",
    "and then",
    "Next step",
    "Then what",
    "Go on",
    "Continue",
    "Carry on",
    "Okay then",
    "All right then",
    "Fair enough",
    "Sounds good",
    "Makes sense",
    "Understood",
    "Got it",
    "I see",
    "Oh",
    "Oh no",
    "Wow",
    "Excellent",
    "Please proceed",
    "Kindly confirm",
    "kindly help",
    "Need help",
    "Help me",
    "Excuse me",
    "Pardon",
    "Sorry",
    "Apologies",
    "My apologies",
    "Never mind",
    "Forget it",
    "Skip",
    "Not sure",
    "Dunno",
    "idk",
    "lol",
    "haha",
    "Hiii",
    "Heyy",
    "jaldi",
    "sheri",
    "acha",
    "adipoli",
    "call cheyyu",
    "Thanq",
    "Re: Order",
    "for Kitchen",
    "Watchman will collect",
]


@pytest.mark.parametrize("text", COMPLETE)
def test_a_whole_contact_is_read(text: str) -> None:
    told = details_in(text, CONTACT, CONTACT)

    assert (told.name, told.phone, told.email) == ("Hari", "+919876543210", "hari@example.com")
    assert told.complaints == ()


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_name_is_read_among_other_words(text: str, name: str) -> None:
    assert details_in(text, CONTACT, CONTACT).name == name


@pytest.mark.parametrize(
    "name",
    [
        "Mohammed Rafi",
        "A. P. J. Kumar",
        "K.S. Nair",
        "ഹരി",
        "Anu",
        "D'Souza",
        "Jean-Luc Picard",
        "Xu Li",
    ],
)
def test_another_name_is_read_like_hari(name: str) -> None:
    texts = [text.replace("Hari", name) for text in WITH_A_CAPITAL]

    assert {details_in(text, CONTACT, CONTACT).name for text in texts} == {name}


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_people_say_beside_their_name_is_none(text: str) -> None:
    assert details_in(text, CONTACT, CONTACT).name is None


COMPANIES = [
    ("Sharma Electronics", "Sharma Electronics"),
    ("sharma electronics", "sharma electronics"),
    ("we are ABC Traders Pvt Ltd", "ABC Traders Pvt Ltd"),
    ("This is Sharma Electronics, 9876543210", "Sharma Electronics"),
    ("My name is Sharma Electronics", "Sharma Electronics"),
    ("Name: Kerala Cooling Systems", "Kerala Cooling Systems"),
    ("M/s Kerala Traders", "Kerala Traders"),
    ("Royal Refrigeration Works, Adoor", "Royal Refrigeration Works"),
    ("Hotel Sea View", "Hotel Sea View"),
    ("St. Mary's Hospital", "St. Mary's Hospital"),
    ("we are from abc refrigeration", "abc refrigeration"),
    ("G. Mathew & Sons", "G. Mathew & Sons"),
    ("Best Cool Care", "Best Cool Care"),
]


@pytest.mark.parametrize(("text", "company"), COMPANIES)
def test_a_company_is_nobodys_name_and_the_customer_reads_so(text: str, company: str) -> None:
    told = details_in(text, CONTACT, CONTACT)

    assert told.name is None
    assert told.complaints == (f'"{company}" is the name of a company: please tell me yours, too.',)


@pytest.mark.parametrize(
    "text",
    [
        "Hari, Sharma Electronics",
        "Hari from Sharma Electronics",
        "Hari of Sharma Electronics",
        "Sharma Electronics\nHari",
        "Sharma Electronics, contact person: Hari",
        "bill to Kerala Traders, my name is Hari",
        "company name: Kerala Traders\nperson: Hari",
        "my name is not Ravi it is Hari",
        "pickup by Hari tomorrow",
        "Hari S/o Ravi",
        "ok hari here",
        "this is hari speaking from kollam",
    ],
)
def test_a_name_is_read_beside_what_is_none(text: str) -> None:
    told = details_in(text, CONTACT, CONTACT)

    assert (told.name, told.complaints) == ("Hari", ())


@pytest.mark.parametrize(
    "text",
    ["ok works for me", "deliver to 12 MG Road", "we have a hotel", "my fridge works", "take care"],
)
def test_what_is_no_company_is_not_complained_of(text: str) -> None:
    assert details_in(text, CONTACT, CONTACT).complaints == ()


@pytest.mark.parametrize("text", ["I am Hari's brother", "this is Hari's driver", "nobody here"])
def test_somebody_whose_name_is_not_told_has_none(text: str) -> None:
    assert details_in(text, CONTACT, CONTACT).name is None


def test_nobody_is_asked_for_a_name_beside_the_company_once_it_is_known() -> None:
    told = details_in("Sharma Electronics", CONTACT, (Detail.EMAIL,), {Detail.NAME: "Hari"})

    assert (told.name, told.complaints) == (None, ())


@pytest.mark.parametrize(
    "text",
    [
        "customer name Hari, his number is 9876543210 and his email hari@example.com",
        "his name is Hari, 9876543210 is his number and his mail id is hari@example.com",
        "my wife will pick up, her name is Hari, number 9876543210, email hari@example.com",
        "my brother's name is Hari, call him on 9876543210 or mail to hari@example.com",
    ],
)
def test_somebody_elses_details_are_taken_where_there_are_no_own(text: str) -> None:
    told = details_in(text, CONTACT, CONTACT)

    assert (told.name, told.phone, told.email) == ("Hari", "+919876543210", "hari@example.com")
    assert told.complaints == ()


def test_the_number_beside_another_persons_name_stays_the_own() -> None:
    told = details_in("my brother's name is Ravi, my number is 9876543210", CONTACT, CONTACT)

    assert (told.name, told.phone) == (None, "+919876543210")


@pytest.mark.parametrize(
    "text",
    [
        "add my friends number also 9876501234",
        "my sons no 9876501234",
        "his number is 9876501234",
        "9876501234 is her number",
    ],
)
def test_the_number_of_another_is_not_noted_beside_the_own(text: str) -> None:
    told = details_in(text, CONTACT, (), {Detail.PHONE: "+919876543210"})

    assert told.phone is None
    assert "+919876501234 is not noted" in told.complaints[0]
