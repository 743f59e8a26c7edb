"""Name, phone, email and location out of what customers write, in any order and wording."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from coolwind.understanding.glossary import written_out
from coolwind.understanding.meaning import is_meant
from coolwind.understanding.names import (
    as_introduced_name,
    as_name,
    as_place,
    whole_name,
    whole_place,
    without_titles,
)
from coolwind.understanding.sentences import clauses, contains_any, phrases, tidy

CUT = " ; "
"""Stands where a detail was taken out of a text: a customer's words never join across it."""


class Detail(StrEnum):
    """What is asked of a customer to reach them."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Details:
    """What one message tells of its writer; `phone` in E.164 form.

    `complaints` are sentences for the customer about a phone or an email that cannot be one.
    `rest` is the message without what was understood.
    """

    name: str | None
    phone: str | None
    email: str | None
    location: str | None
    complaints: tuple[str, ...]
    rest: str


def details_in(text: str, collected: Sequence[Detail], missing: Sequence[Detail] = ()) -> Details:
    """Every detail of the `collected` ones that a message tells.

    `missing` are those still to be had, the one that was asked for first. A bare answer ("Hari")
    counts for a detail only when everything that was asked for before it is answered.
    """
    rest = _ORDER_NUMBER.sub(CUT, tidy(text))
    email, email_complaint, rest = _email_in(rest, missing)
    phone, phone_complaint, rest = _phone_in(rest, missing)
    rest = written_out(rest)
    name, location = None, None
    if Detail.NAME in collected:
        weak = _WEAK_NAME_CUES if Detail.NAME in missing else _CAPITAL_NAME_CUES
        name, rest = _cued(rest, _NAME_CUES, as_introduced_name)
        if name is None:
            name, rest = _cued(rest, weak, as_name)
        if name is None and Detail.LOCATION not in collected:
            name, rest = _cued(rest, (_CORRECTED_NAME_CUE,), as_name)
    if Detail.LOCATION in collected:
        location, rest = _cued(rest, _PLACE_CUES, as_place)
    bare, rest = _bare_answers(
        rest, missing, {Detail.NAME: name, Detail.PHONE: phone, Detail.EMAIL: email}
    )
    return Details(
        name=name or bare.get(Detail.NAME),
        phone=phone,
        email=email if Detail.EMAIL in collected else None,
        location=location or bare.get(Detail.LOCATION),
        complaints=tuple(c for c in (phone_complaint, email_complaint) if c is not None),
        rest=rest,
    )


def phone_in(text: str) -> str | None:
    """The Indian mobile number that a text is, in E.164 form, or None."""
    digits = re.sub(r"[\s().-]", "", text)
    if not re.fullmatch(r"\+?[0-9]{10,14}", digits):
        return None
    try:
        number = phonenumbers.parse(digits, "IN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if number.country_code != 91 or not re.fullmatch(r"[6-9]\d{9}", national):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def details_to_change(text: str) -> tuple[Detail, ...]:
    """The details that a customer wants changed or calls wrong."""
    return tuple(
        detail
        for detail, labels in _LABELS.items()
        if any(
            is_meant(clause)
            and contains_any(clause.words, labels)
            and contains_any(clause.words, _CHANGES)
            for clause in clauses(text)
        )
    )


_ORDER_NUMBER = re.compile(r"\b(?:CW|CB)-\d{8}-\d+\b", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w@.+-])[a-z0-9._%+'-]+\s?@\s?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
_EMAIL_ATTEMPT = re.compile(r"[^\s,;]*@[^\s,;]*")
_EMAIL_CUE = re.compile(
    r"\b(?:e-?mail|mail)(?:\s+(?:id|address))?\s*(?:is|:|=|-|to)+\s*([^\s,;]+)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w@+])(?:\(?\+\s?)?\(?\d(?:[\s().-]{0,3}\d)+(?![\w@])")
_PHONE_CUE = re.compile(
    r"(?:phone|mobile|cell|number|contact|whatsapp|ph|mob|tel|call me (?:at|on))"
    r"(?:\s*(?:no|number|is|to|:|=|-|\.))*\s*$",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"\b(?:not|instead of|from|old|was|than)\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:and\s+|also\s+|my\s+|the\s+|an?\s+)*(?:phone|mobile|contact|whatsapp|cell|e-?mail|mail"
    r"|name|location|number|ph|mob)(?:\s+(?:number|no|id|address))?\b(?:\s*(?:is|are|:|=|-))*",
    re.IGNORECASE,
)
_LABELS = {
    Detail.NAME: phrases("name"),
    Detail.PHONE: phrases("phone, mobile, phone number, my number, contact number, wrong number"),
    Detail.EMAIL: phrases("email, mail, email id, e mail"),
    Detail.LOCATION: phrases("location, address, place"),
}
_CHANGES = phrases(
    "change, correct, update, edit, wrong, incorrect, mistake, replace, modify, another, different"
)

_NAME_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bname\s+(?:is|was)\s+not\s+[^,;.]+?(?:,|\bbut\b)\s*(?:it\s+is|is)?\s*",
        r"\bname\s+from\s+[^,;.]+?\s+to\s+",
        r"\b(?:my|full|customer|contact|correct|the|new)?\s*\bnames?\s*"
        r"(?:(?:is|was|to|as|should\s+be|actually|spelled|spelt|written)\b\s*|[:=-]\s*)*",
        r"\bin\s+the\s+name\s+of\s+",
        r"(?:^|[.;,!\n]\s*)(?=[^.;,!\n]{1,60}\s+is\s+my\s+name\b)",
    )
)
_I_AM = r"\b(?:i\s+am|myself)\s+"
_CAPITAL_NAME_CUES = (
    re.compile(r"(?i:\b(?:i\s+am|myself|call\s+me|this\s+is)\s+)(?=[A-Z][a-z]|[A-Z]\.)"),
)
_WEAK_NAME_CUES = (
    *_CAPITAL_NAME_CUES,
    re.compile(_I_AM, re.IGNORECASE),
    re.compile(
        r"(?:^|[.;,!\n]\s*)(?:(?:hi|hello|hey)[\s,!]+)?"
        r"(?=[^.;,!\n]{1,60}\s+(?:here|this\s+side|speaking)\b)",
        re.IGNORECASE,
    ),
)
_CORRECTED_NAME_CUE = re.compile(
    r"^\W*(?:(?i:no|sorry)\W+)*(?i:it\s+is)\s+(?=[A-Z]\w+(?:\s[A-Z]\w+)*,?\s+not\s+[A-Z]\w+\W*$)"
)

_PLACE_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:location|place|address|area|town|city|landmark)\s*(?:(?:is|to|in|at)\b\s*|[:=-]\s*)+",
        r"\b(?:live|living|stay|staying|reside|residing|located|based|settled)\s+(?:in|at|near)\s+",
        r"\b(?:i\s+am|we\s+are|it\s+is|house\s+is|home\s+is|shop\s+is|office\s+is|here)"
        r"\s+(?:in|at|near)\s+",
        r"\bfrom\s+(?!\d|the\b)",
        r"(?:^|[.;,\n]\s*)(?:at|in|near)\s+(?!\d)",
    )
)
_WILL_AS_NAME = re.compile(r"(?:^|(?<=[,;\n]))\s*Will(?=\s+[A-Z][a-z]+\s*(?:[,;\n]|$))")
_FROM = re.compile(r"\s+from\s+", re.IGNORECASE)
_COURTESIES = re.compile(
    r"^(?:\s*(?:hi|hello|hey|yes|yeah|ok|okay|sure|sir|madam|please|and|so|it\s+is|is|to|actually|"
    r"sorry|no|its|(?:(?:best|kind|warm)\s+)?regards|thanks(?=\s*$)|thank\s+you(?=\s*$)|this\s+is|that\s+is|wrong|incorrect|of\s+course|in|at|near|from)\b[\s,]*)+",
    re.IGNORECASE,
)


def _email_in(text: str, missing: Sequence[Detail]) -> tuple[str | None, str | None, str]:
    """The email address, or what is wrong with an attempt at one, and the text without it."""
    found = [match for match in _EMAIL.finditer(text) if _is_address(_joined(match.group()))]
    rest = text
    for match in reversed(found):
        rest = rest[: match.start()] + CUT + rest[match.end() :]
    kept = [m for m in found if not _GIVEN_UP.search(text[: m.start()])] or found
    if kept:
        local, _, domain = _joined(kept[-1].group()).rpartition("@")
        return f"{local}@{domain.lower()}", None, rest
    attempt = _EMAIL_ATTEMPT.search(text)
    wrong = attempt.group() if attempt else None
    if wrong is None and (cue := _EMAIL_CUE.search(text)) and "." in cue[1].strip("."):
        wrong = cue[1]
    if wrong is None and Detail.EMAIL in missing:
        wrong = text.strip() if re.fullmatch(r"\S+\.\S*\w", text.strip()) else None
    if wrong is None:
        return None, None, text
    return None, _email_complaint(wrong.strip(".:")), text.replace(wrong, CUT, 1)


def _joined(address: str) -> str:
    return re.sub(r"\s", "", address)


def _is_address(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return (
        len(address) <= 254
        and len(local) <= 64
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and not any(label.startswith("-") or label.endswith("-") for label in domain.split("."))
    )


def _email_complaint(wrong: str) -> str:
    local, at, domain = wrong.partition("@")
    if not at:
        reason = "it has no @"
    elif not local:
        reason = "nothing stands before the @"
    elif "." not in domain:
        reason = "after the @ there has to be a domain such as example.com"
    else:
        reason = "it has to look like name@example.com"
    return f'"{wrong[:60]}" is not an email address: {reason}.'


def _phone_in(text: str, missing: Sequence[Detail]) -> tuple[str | None, str | None, str]:
    """The phone number, or what is wrong with an attempt at one, and the text without it."""
    asked = tuple(missing[:1]) == (Detail.PHONE,)
    good: list[tuple[str, bool]] = []
    wrong: str | None = None
    rest = text
    for match in reversed(list(_PHONE.finditer(text))):
        number = phone_in(match.group()) or next(
            filter(None, map(phone_in, match.group().split())), None
        )
        cued = _PHONE_CUE.search(text[: match.start()]) is not None
        digits = sum(character.isdigit() for character in match.group())
        alone = asked and not re.search(r"[^\W_]", text.replace(match.group(), ""))
        if number is not None:
            good.insert(0, (number, _GIVEN_UP.search(text[: match.start()]) is not None))
        elif cued or alone or (Detail.PHONE in missing and digits >= 7) or 10 <= digits <= 13:
            wrong = match.group().strip()
        else:
            continue
        rest = rest[: match.start()] + CUT + rest[match.end() :]
    if good:
        kept = [number for number, given_up in good if not given_up]
        return (kept or [good[-1][0]])[-1], None, rest
    return None, None if wrong is None else _phone_complaint(wrong), rest


def _phone_complaint(wrong: str) -> str:
    digits = re.sub(r"\D", "", wrong)
    national = re.sub(r"^(?:91(?=\d{10})|0)", "", digits)
    if wrong.lstrip("(").startswith("+") and not digits.startswith("91"):
        reason = "it is not an Indian number (+91)"
    elif len(national) != 10:
        reason = f"it has {len(national)} digits, and a mobile number has 10"
    else:
        reason = "an Indian mobile number begins with 6, 7, 8 or 9"
    return f'"{wrong[:30]}" is not a mobile number that the shop can call: {reason}.'


def _cued(
    text: str, cues: Sequence[re.Pattern[str]], read: Callable[[str], str | None]
) -> tuple[str | None, str]:
    """What stands behind the first cue that has something behind it, and the text without it.

    Of several places with the same cue the last one counts: it corrects the others.
    """
    for cue in cues:
        for match in reversed(list(cue.finditer(text))):
            tail = text[match.end() :]
            value = read(re.split(r"[;!?\n]", tail, maxsplit=1)[0])
            if value is not None:
                return value, text[: match.start()] + CUT + _without(tail, value)
    return None, text


def _without(text: str, value: str) -> str:
    """The text with the first appearance of the value's words taken out."""
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", value))
    return re.sub(words, CUT, text, count=1, flags=re.IGNORECASE)


def _as_written(text: str, place: str) -> str:
    """A place with the customer's own punctuation, where the message is nothing else."""
    written = _COURTESIES.sub("", text.strip()).strip(" .,")
    return place if written.lower() == place.lower() else written


def _bare_answers(
    text: str, missing: Sequence[Detail], known: Mapping[Detail, str | None]
) -> tuple[Mapping[Detail, str], str]:
    """The missing details that a message answers without saying which they are."""
    if any(clause.asked for clause in clauses(_WILL_AS_NAME.sub("", text))):
        return {}, text
    pieces = [
        answer
        for piece in re.split(
            r"[;,!?\n]+|(?<=\w\w)\.(?=\s|$)|\band\b", without_titles(_LABEL.sub(CUT, text))
        )
        if (answer := _COURTESIES.sub("", piece.strip() + " ").strip(" .:-"))
    ]
    answers: dict[Detail, str] = {}
    for detail in missing:
        if known.get(detail) is not None:
            continue
        if detail is Detail.NAME and pieces and (name := whole_name(_FROM.split(pieces[0])[0])):
            answers[detail] = name
            pieces = pieces[1:]
        elif detail is Detail.LOCATION and pieces and (place := whole_place(pieces)):
            answers[detail] = place if answers or CUT.strip() in text else _as_written(text, place)
            pieces = []
        elif not answers:
            break
    return answers, CUT.join(pieces) if answers else text
