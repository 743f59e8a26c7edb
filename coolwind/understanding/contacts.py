"""Name, phone, email and location out of what customers write, in any order and wording."""

import re
from collections.abc import Collection, Sequence

from coolwind.understanding.bare_answers import bare_answers
from coolwind.understanding.companies import company_in
from coolwind.understanding.corrections import SLIP, without_denial
from coolwind.understanding.details import Detail, Details, Known
from coolwind.understanding.dictated import in_signs
from coolwind.understanding.emails import email_told
from coolwind.understanding.glossary import written_out
from coolwind.understanding.introductions import name_told, place_told
from coolwind.understanding.meaning import is_question
from coolwind.understanding.phones import phone_told
from coolwind.understanding.sentences import (
    CUT,
    Clause,
    clauses,
    contains_any,
    phrase_at,
    phrases,
    tidy,
    vocabulary,
    without_list_marks,
)

_NOTHING: Known = {}


def details_in(
    text: str,
    collected: Sequence[Detail],
    missing: Sequence[Detail] = (),
    known: Known = _NOTHING,
) -> Details:
    """Every detail of the `collected` ones that a message tells.

    `missing` are those still to be had, the one that was asked for first; a bare answer ("Hari")
    counts for them alone. `known` are those that can be corrected ("Ravi, not Hari").
    """
    plain = in_signs(without_list_marks(_ORDER_NUMBER.sub(CUT, tidy(text))))
    email = email_told(plain, missing, known.get(Detail.EMAIL))
    phone = phone_told(email.rest, missing, known.get(Detail.PHONE))
    rest = written_out(phone.rest)
    name, location = None, None
    if Detail.NAME in collected:
        name, rest = name_told(rest, missing, known.get(Detail.NAME))
    if Detail.LOCATION in collected:
        location, rest = place_told(rest, known.get(Detail.LOCATION))
    told: dict[Detail, str | None] = {
        Detail.NAME: name,
        Detail.PHONE: phone.value,
        Detail.EMAIL: email.value if Detail.EMAIL in collected else None,
        Detail.LOCATION: location,
    }
    called_wrong = set(details_to_change(text))
    if phone.gives_up:
        called_wrong.add(Detail.PHONE)
    if email.gives_up:
        called_wrong.add(Detail.EMAIL)
    for detail in {Detail.NAME, Detail.LOCATION}.intersection(known):
        denied = without_denial(known[detail], rest) if told[detail] is None else None
        if denied is not None:
            called_wrong.add(detail)
            rest = denied
    unwanted = [d for d in collected if d in called_wrong and told[d] is None]
    asked = (*unwanted, *_slipped(text, collected, missing), *missing)
    bare, rest = bare_answers(rest, [detail for detail in asked if told[detail] is None])
    told |= bare
    company = company_in(rest) if Detail.NAME in asked and told[Detail.NAME] is None else None
    return Details(
        name=told[Detail.NAME],
        phone=told[Detail.PHONE],
        email=told[Detail.EMAIL],
        location=told[Detail.LOCATION],
        unwanted=tuple(detail for detail in unwanted if told[detail] is None),
        complaints=(*phone.complaints, *email.complaints, *_of_company(company)),
        rest=rest,
    )


def _of_company(company: str | None) -> tuple[str, ...]:
    """What to say where a company is told in the place of a name."""
    if company is None:
        return ()
    return (f'"{company}" is the name of a company: please tell me yours, too.',)


def details_to_change(text: str) -> tuple[Detail, ...]:
    """The details that a customer wants changed or calls wrong."""
    said = [clause.words for clause in clauses(text) if not is_question(clause)]
    return tuple(
        detail
        for detail, labels in _LABELS.items()
        if any(_is_called_wrong(words, labels) for words in said)
    )


def details_spoken_of(clause: Clause) -> tuple[Detail, ...]:
    """The details that a clause calls by their names, where it speaks of nobody else's."""
    if not _OF_ANOTHER.isdisjoint(clause.words):
        return ()
    return tuple(d for d, labels in _LABELS.items() if contains_any(clause.words, labels))


_ORDER_NUMBER = re.compile(r"\b(?:CW|CB)-\d{8}-\d+\b", re.IGNORECASE)
_LABELS = {
    Detail.NAME: phrases("name, surname"),
    Detail.PHONE: phrases("phone, mobile, number, whatsapp, contact"),
    Detail.EMAIL: phrases("email, mail, e mail"),
    Detail.LOCATION: phrases("location, address, place"),
}
_CHANGING = phrases(
    "change, correct, update, edit, replace, modify, wrong, incorrect, mistake in, another",
    "different",
)
_NOT_USING = phrases("not use, not using, no longer use, no longer using, stopped using")
_BEFORE_LABEL = vocabulary(
    "my the our this that old and phone mobile contact e email mail name address"
)
_AFTER_LABEL = vocabulary(
    "id address number details no is was are were seems looks also the given and my phone mobile "
    "name email mail"
)
_WRONG = phrases(
    "wrong, incorrect, not correct, not right, not mine, changed, has changed, a mistake",
    "different, old, expired, outdated, out of date, not in use, no longer in use, deactivated",
)
_OF_ANOTHER = vocabulary("his her their your")
_OF_SOMETHING_ELSE = vocabulary("order house flat door room email mail e")


def _slipped(
    text: str, collected: Sequence[Detail], missing: Sequence[Detail]
) -> tuple[Detail, ...]:
    """The name, where it was asked for last and the message puts a slip right: "sorry, Ravi"."""
    is_next = tuple(collected[1:2]) == tuple(missing[:1]) and collected[:1] == (Detail.NAME,)
    return (Detail.NAME,) if missing and is_next and SLIP.match(text) else ()


def _is_called_wrong(words: tuple[str, ...], labels: Collection[tuple[str, ...]]) -> bool:
    """Whether the words want a detail changed ("change my number") or call it wrong."""
    for at in range(len(words)):
        label = phrase_at(words, at, labels)
        if not label or _OF_SOMETHING_ELSE.issuperset(words[at - 1 : at] or ("",)):
            continue
        if not _OF_ANOTHER.isdisjoint(words[:at]):
            continue
        if _begins_change(words[:at]) or _turns_out_wrong(words[at + len(label) :]):
            return True
    return False


def _begins_change(words: tuple[str, ...]) -> bool:
    """Whether a wish for a change stands before a label, with nothing else between them."""
    if words[-2:] == ("not", "my"):
        return True
    while words and words[-1] in _BEFORE_LABEL:
        words = words[:-1]
    if any(words[-len(phrase) :] == phrase for phrase in _NOT_USING):
        return True
    ends = any(words[-len(phrase) :] == phrase for phrase in _CHANGING)
    return ends and not contains_any(words, phrases("not, never, no"))


def _turns_out_wrong(words: tuple[str, ...]) -> bool:
    """Whether it is called wrong behind a label, with nothing else between them."""
    while words and words[0] in _AFTER_LABEL:
        words = words[1:]
    return bool(phrase_at(words, 0, _WRONG))
