"""Telephone numbers: the Indian mobile numbers that the shop can call."""

import re
from collections.abc import Sequence

import phonenumbers

from coolwind.understanding.corrections import Said, cut_out
from coolwind.understanding.details import Detail
from coolwind.understanding.readings import Reading, read
from coolwind.understanding.sentences import CUT

_DIGITS = re.compile(r"(?<![\w@+])(?:\(?\+\s?)?\(?\d(?:[\s().-]{0,3}\d)+(?![\w@])")
_CUE = re.compile(
    r"(?:phone|mobile|cell|number|contact|whatsapp|ph|mob|tel|call me (?:at|on))"
    r"(?:\s*(?:no|number|is|to|:|=|-|\.))*\s*$",
    re.IGNORECASE,
)

_LAST_DIGITS = re.compile(
    r"\blast\s+(?:\w+\s+)?digits?\b[^.;!?\n\d]*?\b(?:should\s+be|must\s+be|is|are)\s*:?\s*(\d{1,6})\b",
    re.IGNORECASE,
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


def phone_told(text: str, missing: Sequence[Detail], known: str | None) -> Reading:
    """The phone number, or what is wrong with an attempt at one; `known` is the one so far."""
    runs = [Said(match.group(), match.start(), match.end()) for match in _DIGITS.finditer(text)]
    numbers = [number for run in runs if (number := _number_of(run)) is not None]
    ending = _LAST_DIGITS.search(text)
    if known is not None and ending is not None and not numbers:
        corrected = phone_in(known[: -len(ending[1])] + ending[1])
        return Reading(corrected, text.replace(ending.group(), CUT, 1))
    attempts = [run for run in runs if _number_of(run) is None and _is_attempt(run, text, missing)]
    rest = cut_out(sorted((*numbers, *attempts), key=lambda said: said.start), text)
    if numbers or not attempts:
        return read(numbers, text, rest, known)
    return Reading(None, rest, (_complaint(attempts[0].value.strip()),))


def _number_of(run: Said) -> Said | None:
    """The number that a run of digits is, or that stands in it beside other digits."""
    number = phone_in(run.value)
    if number is not None:
        return Said(number, run.start, run.end)
    for word in re.finditer(r"\S+", run.value):
        number = phone_in(word.group())
        if number is not None:
            return Said(number, run.start + word.start(), run.start + word.end())
    return None


def _is_attempt(run: Said, text: str, missing: Sequence[Detail]) -> bool:
    """Whether digits that are no number are meant to be one."""
    digits = sum(character.isdigit() for character in run.value)
    is_whole_answer = not re.search(r"[^\W_]", text.replace(run.value, ""))
    return (
        _CUE.search(text[: run.start]) is not None
        or (is_whole_answer and tuple(missing[:1]) == (Detail.PHONE,))
        or (Detail.PHONE in missing and digits >= 7)
        or 10 <= digits <= 13
    )


def _complaint(wrong: str) -> str:
    digits = re.sub(r"\D", "", wrong)
    national = re.sub(r"^(?:91(?=\d{10})|0)", "", digits)
    if wrong.lstrip("(").startswith("+") and not digits.startswith("91"):
        reason = "it is not an Indian number (+91)"
    elif len(national) != 10:
        reason = f"it has {len(national)} digits, and a mobile number has 10"
    else:
        reason = "an Indian mobile number begins with 6, 7, 8 or 9"
    return f'"{wrong[:30]}" is not a mobile number that the shop can call: {reason}.'
