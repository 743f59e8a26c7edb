"""The language model that needs no network: it knows the shop's common questions."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from coolwind.catalogue import BULK_QUANTITY, Part, rupees
from coolwind.models import shop
from coolwind.models.model import Completion, Prompt

MAX_LISTED = 12
"""Parts that one answer names at most."""


class ScriptedModel:
    """Answers the same prompt with the same words, always. It never asks for a delivery location
    and never says that an order was placed."""

    async def complete(self, prompt: Prompt) -> Completion:
        text = prompt.text.casefold()
        return next(answer for topic in _TOPICS if (answer := topic.answer(text, prompt)))

    async def close(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class _Topic:
    """Something that customers write about: how to recognise it, and what to say."""

    pattern: re.Pattern[str]
    reply: Callable[[str, Prompt], Completion | None]

    def answer(self, text: str, prompt: Prompt) -> Completion | None:
        return self.reply(text, prompt) if self.pattern.search(text) else None


def _says(intent: str, words: str, *patterns: str) -> _Topic:
    return _Topic(_any_of(patterns), lambda _text, _prompt: Completion(words, intent))


def _hands_over(words: str, *patterns: str) -> _Topic:
    completion = Completion(words, "human", escalated=True)
    return _Topic(_any_of(patterns), lambda _text, _prompt: completion)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))


def _about_parts(text: str, prompt: Prompt) -> Completion | None:
    """Price and stock of every part that the text names."""
    ids = set(_named(text, prompt.parts))
    named = [part for part in prompt.parts if part.part_id in ids]
    if not named:
        return None
    lines = [_offer(part, prompt.stock.get(part.part_id)) for part in named[:MAX_LISTED]]
    return Completion("\n".join((*lines, shop.ORDERING)), "parts")


def _list_of_parts(_text: str, prompt: Prompt) -> Completion:
    """What the shop sells, with prices."""
    if not prompt.parts:
        return Completion("Our price list is not at hand right now; please call the shop.", "parts")
    listed = [f"{part.name}: {rupees(part.price)}" for part in prompt.parts[:MAX_LISTED]]
    more = ["… and more; just name the part."] if len(prompt.parts) > MAX_LISTED else []
    return Completion("\n".join(("We sell:", *listed, *more, shop.ORDERING)), "parts")


def _named(text: str, parts: Sequence[Part]) -> Iterator[str]:
    """The IDs of the parts that a text in lower case names; the longest name wins a place."""
    ids = {word.casefold(): part.part_id for part in reversed(parts) for word in part.words if word}
    if not ids:
        return
    longest_first = sorted(ids, key=lambda word: (-len(word), word))
    words = "|".join(re.escape(word) for word in longest_first)
    for found in re.finditer(rf"\b({words})(?:e?s)?\b", text):
        yield ids[found[1]]


def _offer(part: Part, left: int | None) -> str:
    if left is None:
        stock = "please ask the shop whether it is in stock"
    elif left <= 0:
        stock = "out of stock at the moment"
    else:
        stock = f"{left} in stock"
    return (
        f"{part.name}: {rupees(part.price)} each, {rupees(part.bulk_price)} each from "
        f"{BULK_QUANTITY} pieces; {stock}."
    )


def _help(_text: str, _prompt: Prompt) -> Completion:
    return Completion(
        f"This is {shop.NAME}. I can tell you about prices and stock of spare parts, our opening "
        f"hours, the shop, warranty, payment and technician visits. {shop.ORDERING}",
        "general",
    )


# The first topic that has an answer takes the message, so the particular stand before the
# general: somebody who greets and asks gets an answer to the question.
_TOPICS = (
    _hands_over(
        "I am the shop's chat assistant, not a person. To talk to somebody of the shop, please "
        f"call or visit us. {shop.HOURS}",
        r"are you (?:a |an )?(?:real|human|person|robot|bot|machine|ai|man|woman)",
        r"(?:am i|i am|i'm) (?:talking|chatting|speaking) (?:to|with) (?:a|an) \w+",
        r"(?:talk|speak|chat|connect me|transfer me|hand me over) (?:to|with) "
        r"(?:a |an |the |your |some)?(?:real |human |live )?"
        r"(?:human|person|people|one|body|agent|staff|manager|owner|boss)",
        r"(?:somebody|someone|anyone) (?:real|human)",
        r"(?:real|live) (?:human|person|agent)",
        r"(?:not|don'?t) (?:want|like)(?: to)? (?:talk|speak|chat)(?:ing)? (?:to|with) "
        r"(?:a |the |this )?(?:ro)?bot",
        r"human(?: being)?s? please",
    ),
    _says(
        "placed",
        f"{shop.PLACED} {shop.HOURS}",
        r"where (?:is|are) (?:my|our|the) orders?",
        r"(?:track|status of) (?:\w+ ){0,2}orders?",
        r"orders? (?:\w+ ){0,2}(?:status|number)",
        r"(?:not|never|didn'?t) (?:yet )?(?:got|get|received?) (?:\w+ ){0,2}(?:e-?mail|mail|order)",
        r"i (?:have )?(?:already )?(?:ordered|bought|paid)\b.*\b(?:where|when|status)",
    ),
    _says(
        "delivery",
        shop.PICKUP,
        r"deliver(?:y|s|ed|ing)?",
        r"ship(?:ping|ped|s)?",
        r"courier",
        r"pick ?-?up",
        r"(?:i|we|somebody|someone|anyone|driver|porter|brother|friend|son|staff) "
        r"(?:can |will |to )?(?:collect|come)",
        r"(?:when|how soon|is it|is my order|be) (?:\w+ ){0,4}ready",
        r"where (?:to|do i|can i|shall i|should i|do we|can we) (?:\w+ )?(?:collect|come|pick|get)",
        r"how far|branch(?:es)?",
        r"(?:to|at) my (?:home|house|door(?:step)?|address)",
    ),
    _Topic(_any_of((r"prices?", r"costs?", r"how much", r"rates?", r"stocks?")), _about_parts),
    _says(
        "discount",
        shop.DISCOUNT,
        r"discounts?",
        r"(?:best|last|final|lowest) (?:price|rate)",
        r"negotiable|bargain|too (?:costly|expensive)|cheaper",
        r"(?:reduce|lower|less) (?:\w+ )?(?:price|rate|cost|amount)",
        r"(?:price|rate|cost|amount|total)s? (?:\w+ ){0,2}(?:high|costly|expensive|reduce)",
    ),
    _says(
        "needed",
        shop.NEEDED,
        r"(?:no|without|(?:don'?t|do not|not|won't|cannot|can't) (?:have|want|use|give|share|tell))"
        r" (?:\w+ ){0,4}(?:name|phone|mobile|number|e-?mail|mail)",
    ),
    _says(
        "details",
        shop.DETAILS,
        r"why (?:\w+ ){1,5}(?:name|number|phone|email|mail|details)",
        r"why (?:\w+ ){0,3}(?:need|want|ask|give|share|tell) (?:it|this|that|them|these|all)",
        r"(?:need|use|purpose) (?:for|of) (?:\w+ ){0,2}(?:name|number|phone|email|mail)",
        r"(?:number|phone|email|mail|details|data) (?:\w+ ){0,2}(?:safe|private|secret)",
        r"privacy|spam",
    ),
    _says(
        "hours",
        shop.HOURS,
        r"(?:opening|working|business|office|shop|your) (?:hours?|times?|timings?)",
        r"timings?",
        r"(?:are|r) (?:you|u) (?:open|closed)",
        r"(?:you|u|shop|store) (?:open|close|closed|opens|closes)",
        r"(?:open|closed?) (?:on|at|today|tomorrow|now|till|until)",
        r"what time",
        r"sundays?",
    ),
    _says(
        "location",
        shop.PICKUP,
        r"where (?:is|are|r) (?:the|your|you|u)(?: \w+)?",
        r"address",
        r"(?:your|shop|store) location",
        r"located",
        r"directions?",
        r"how (?:do i|can i|to) (?:reach|get to|find|come to)\b",
    ),
    _says(
        "warranty",
        shop.WARRANTY,
        r"warrant(?:y|ies)",
        r"guarantees?",
        r"defective",
        r"refund|return|exchange",
    ),
    _says("bill", f"{shop.BILL} {shop.PAYMENT}", r"gst", r"bills?", r"invoices?", r"receipts?"),
    _says(
        "payment",
        shop.PAYMENT,
        r"pay(?:ment|ments|ing)?",
        r"upi",
        r"(?:credit |debit )?cards?",
        r"cash",
        r"gpay|google pay|phonepe",
        r"advance",
    ),
    _says(
        "visit",
        f"{shop.VISITS} Please call the shop to agree on a time. {shop.CALLBACK}",
        r"technicians?",
        r"mechanics?",
        r"engineers?",
        r"repair(?:s|ed|ing)?",
        r"servic(?:e|ing)",
        r"install(?:ation|ed|ing)?",
        r"(?:home |site )visits?",
        r"(?:can|could|will|when|how soon) (?:\w+ ){0,4}come",
        r"(?:not|isn't|stopped) (?:cooling|working)",
    ),
    _Topic(re.compile(""), _about_parts),
    _Topic(
        _any_of(
            (
                r"prices?",
                r"pric(?:ing|elist)",
                r"costs?",
                r"how much",
                r"rates?",
                r"(?:in|out of) stock",
                r"stocks?",
                r"available",
                r"availability",
                r"catalogue|catalog",
                r"(?:spare )?parts?",
                r"what (?:all |else )?(?:do )?(?:you|u) (?:all )?(?:sell|have)",
            )
        ),
        _list_of_parts,
    ),
    _says(
        "changing",
        f"{shop.CHANGING} {shop.HOURS}",
        r"cancel(?:s|led|ling|lation)?",
        r"(?:change|modify|edit|update) (?:\w+ ){0,2}order",
    ),
    _says(
        "ordering",
        f"Orders are taken step by step in this chat. {shop.ORDERING}",
        r"orders?",
        r"buy(?:ing)?",
        r"purchase",
        r"confirm",
        r"bulk",
    ),
    _says(
        "callback",
        f"We call back as soon as we can. {shop.HOURS}",
        r"(?:when|what time|how soon) (?:\w+ ){0,4}call",
    ),
    _says("callback", shop.CALLBACK, r"call(?:ed|ing|s)?(?: ?-?back)?", r"phone(?:d)?"),
    _says(
        "thanks",
        "You are welcome! Write again whenever you need a spare part.",
        r"thanks?",
        r"thank you",
        r"thx",
        r"nanni",
    ),
    _says("goodbye", "Goodbye, and thank you for writing to us!", r"(?:good ?)?bye", r"see you"),
    _says(
        "greeting",
        f"Hello! Welcome to {shop.NAME}. How can I help you? {shop.ORDERING}",
        r"h(?:i+|ello|ey|ola)",
        r"namaste|namaskaram|vanakkam",
        r"good (?:morning|afternoon|evening|day)",
        r"greetings",
    ),
    _Topic(re.compile(""), _help),
)
