"""Whether a clause says what the customer wants now."""

from coolwind.understanding.sentences import Clause, contains_any, phrases, vocabulary

_NEGATIONS = phrases("not, never, none, neither, nor, without, no, no need")
_PAST = phrases(
    "yesterday, ago, last week, last month, last year, last time, last night, earlier",
    "previously, already, bought, ordered, purchased, had, was, were, did, saw, got, received",
    "paid, took, used to, placed",
)
_HYPOTHESES = phrases(
    "if, suppose, supposing, assume, assuming, imagine, unless, until, would, might, maybe",
    "perhaps, thinking, whether, could, wonder, wondering, someday, may need, may want, may buy",
    "may order, may require, may take, probably, possibly",
)
_COURTEOUS = {
    ("if", "possible"): (),
    ("if", "you", "can"): (),
    ("if", "available"): (),
    ("if", "you", "have"): (),
    ("wanted",): ("want",),
    ("was", "looking"): ("am", "looking"),
    ("was", "thinking", "to"): ("want", "to"),
    ("would", "like"): ("want",),
    ("would", "love"): ("want",),
    ("would", "need"): ("need",),
    ("would", "take"): ("want",),
    ("let", "me", "have"): ("give", "me"),
    ("if", "yes"): (),
    ("if", "so"): (),
    ("would", "be", "needing"): ("need",),
    ("would", "be", "interested"): ("am", "interested"),
    ("to", "have"): ("to", "get"),
    ("can", "i", "have"): ("can", "i", "get"),
    ("can", "we", "have"): ("can", "we", "get"),
    ("could", "i", "have"): ("could", "i", "get"),
    ("may", "i", "have"): ("may", "i", "get"),
}
"""Politeness, and what it means: neither past nor supposed."""
_REQUESTS = phrases(
    "can i, can we, could i, could we, may i, may we, can you, could you, would you, will you",
    "is it possible to, can someone, can somebody, can anyone, could someone, could somebody",
    "will someone, will somebody",
)
ASKING = vocabulary("how when where what which why who whom whose")
"""Makes a question of a request: "how can I get" 11 remotes."""
_POSTPONING = phrases("will, going to, plan to, planning to, have to ask, need to ask")
_LATER = phrases(
    "tomorrow, later, soon, next week, next month, next time, another day, another time, some day",
    "afterwards, after, when, once",
)
_PUT_OFF = phrases("next month, next year, next time, next season, some day, in future")
_GREETINGS = vocabulary("hi hello hey so and also ok")
_LEADS_INTO = vocabulary("i we my it its make change only the please sorry actually want")


def is_meant(clause: Clause) -> bool:
    """Whether the clause says what the customer wants now.

    Not so what is denied, past, supposed, put off or asked. A request in a question's clothes
    ("can I get 11 remotes?") is meant.
    """
    if is_question(clause):
        return False
    words = in_the_present(clause.words)
    rest = without_lead(without_request(words))
    postponed = contains_any(rest, _PUT_OFF) or (
        contains_any(rest, _POSTPONING) and contains_any(rest, _LATER)
    )
    return not postponed and not contains_any(rest, _NEGATIONS | _PAST | _HYPOTHESES)


def is_question(clause: Clause) -> bool:
    """Whether the clause asks for an answer, and not for a thing ("can you make it 12?")."""
    words = in_the_present(clause.words)
    return clause.asked and not _request_in(words) and not _is_statement(words)


def is_request(clause: Clause) -> bool:
    """Whether the clause asks for a thing to be done: "can you cancel it"."""
    return bool(_request_in(clause.words))


def is_denied(clause: Clause) -> bool:
    """Whether the clause turns something down, here and now."""
    words = without_lead(in_the_present(clause.words))
    return (
        not clause.asked
        and contains_any(words, _NEGATIONS)
        and not contains_any(words, _PAST | _HYPOTHESES)
    )


def is_supposed(clause: Clause) -> bool:
    """Whether the clause only supposes something: "maybe 10 remotes"."""
    return contains_any(without_request(in_the_present(clause.words)), _HYPOTHESES)


def is_affirmed(clause: Clause) -> bool:
    """Whether the clause denies nothing and supposes nothing."""
    return not contains_any(clause.words, _NEGATIONS | _HYPOTHESES)


def is_about_now(clause: Clause) -> bool:
    """Whether the clause tells nothing of the past and supposes nothing."""
    words = in_the_present(clause.words)
    return not contains_any(without_request(words), _PAST | _HYPOTHESES)


def after_negation(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words behind the first negation, or none."""
    return next((words[at + 1 :] for at in range(len(words)) if (words[at],) in _NEGATIONS), ())


def in_the_present(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the past and the "if" that politeness puts in ("I wanted to order")."""
    for past, present in _COURTEOUS.items():
        for at in range(len(words) if past[0] in words else 0):
            if words[at : at + len(past)] == past:
                words = words[:at] + present + words[at + len(past) :]
    return words


def without_request(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the form of a request: "can I get" 11 remotes."""
    return words[len(_request_in(words)) :]


def without_lead(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a leading "no" that only opens a correction ("no my number is …")."""
    if len(words) > 1 and words[0] == "no" and words[1] in _LEADS_INTO:
        return words[1:]
    return words


def _request_in(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words up to and with the form of a request, or none."""
    for at in range(min(3, len(words))):
        for form in _REQUESTS:
            if words[at : at + len(form)] == form and ASKING.isdisjoint(words[:at]):
                return words[: at + len(form)]
    return ()


def _is_statement(words: tuple[str, ...]) -> bool:
    """Whether it begins as a statement of the customer's, whatever mark it ends with."""
    return next((word for word in words if word not in _GREETINGS), "") in ("i", "we")
