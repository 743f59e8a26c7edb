"""Details that are told without saying which they are: "Hari, Thiruvalla"."""

import re
from collections.abc import Mapping, Sequence

from coolwind.understanding.companies import company_in
from coolwind.understanding.corrections import SLIP
from coolwind.understanding.details import Detail
from coolwind.understanding.introductions import name_beside
from coolwind.understanding.names import (
    is_everyday,
    whole_name,
    whole_place,
    without_courtesies,
    without_pin_code,
    without_preposition,
    without_titles,
)
from coolwind.understanding.sentences import CUT, clauses, said_and_asked
from coolwind.understanding.towns import town_among

_WILL_AS_NAME = re.compile(
    r"(?:^|(?<=[,;:!\n-]))\s*will(?=\s+[a-z]+\s*(?:[,;:!|/<(\n-]|$))", re.IGNORECASE
)
_HEADING = re.compile(
    r"(?:^|(?<=[;,.!?\n]))(?P<words>[^;,.!?\n:=]{1,60}?)\s*(?:[:=]|\s-)(?=\s*[^\W\d_])"
)
_BEHIND_NAME = re.compile(r"\s+(?:from|of|[sdwc]/o)\s|\s+(?:on|at)$", re.IGNORECASE)
_OF_ANOTHER = re.compile(r"(?:\b(?:his|her|their|your)|'s)$", re.IGNORECASE)
"""Before a label that was taken out: what it labels is not the customer's."""

_LABEL = re.compile(
    r"\b(?:and\s+|also\s+|my\s+|ente\s+|mera\s+|the\s+|an?\s+)*(?:contact\s+person|phone|mobile|contact|whatsapp"
    r"|cell|e-?mail|mail|name|location|place|town|city|number|ph|phn|phno|mob|details?|info|information"
    r"|call\s+me(?:\s+back)?(?:\s+(?:on|at))?)"
    r"(?:\s+(?:number|no|id|address|details?))?\b(?:\s*(?:is|are|as\s+follows|below|:|=|-))*",
    re.IGNORECASE,
)
_PIECE_END = re.compile(
    r"[;,!?\n|<>]+|:(?=\s)|\s-\s|(?:^|\s)/(?=\s|$)|(?<=\w\w)(?<!\bst)(?<!\bmd)\.(?=\s|$)|\band\b",
    re.IGNORECASE,
)


def bare_answers(text: str, missing: Sequence[Detail]) -> tuple[Mapping[Detail, str], str]:
    """The missing details that a message answers, and the text without them.

    A bare answer counts for a detail only when everything that was asked for before it is
    answered, but for a town, which is a place at any time; `missing` are in the order in which they
    are asked for. A question beside the answers is none of them.
    """
    answering, questions = _without_questions(text)
    answers, rest = _answers_in(answering, missing)
    return answers, CUT.join([*rest, *questions]) if answers else text


def _without_questions(text: str) -> tuple[str, Sequence[str]]:
    """What of a text can answer something, and the questions beside it."""
    if not any(clause.asked for clause in clauses(_WILL_AS_NAME.sub("", text))):
        return text, ()
    pieces = list(said_and_asked(text))
    said = " ".join(piece for piece, opens in pieces if not opens)
    is_open = any(clause.asked for clause in clauses(said))
    return "" if is_open else said, [piece for piece, opens in pieces if opens]


def _answers_in(text: str, missing: Sequence[Detail]) -> tuple[dict[Detail, str], Sequence[str]]:
    """The missing details that a text answers, and the pieces behind them."""
    unlabelled = without_titles(_LABEL.sub(CUT, _HEADING.sub(_without_heading, text)))
    pieces = _put_right(_PIECE_END.split(unlabelled))
    answers, rest = _answers(text, unlabelled, pieces, missing)
    if Detail.LOCATION in missing and Detail.LOCATION not in answers:
        found = town_among(pieces)
        if found is not None:
            town, pieces = found
            others = [detail for detail in missing if detail is not Detail.LOCATION]
            answers, rest = _answers(text, unlabelled, pieces, others)
            answers[Detail.LOCATION] = town
    return answers, rest


def _answers(
    text: str, unlabelled: str, pieces: list[str], missing: Sequence[Detail]
) -> tuple[dict[Detail, str], list[str]]:
    """The details that the pieces of a text answer in their order, and the pieces behind them."""
    answers: dict[Detail, str] = {}
    for detail in missing:
        if detail is Detail.NAME and (named := _name_in(pieces)):
            answers[detail], pieces = named
        elif detail is Detail.LOCATION and (places := _places(pieces)):
            place, rest = places[0]
            is_part = bool(answers or rest) or CUT.strip() in unlabelled
            answers[detail] = place if is_part else _as_written(text, place)
            pieces = rest
        elif not answers:
            break
    return answers, pieces


def _without_heading(found: re.Match[str]) -> str:
    """What stands for words before a colon: nothing, where they only announce ("Here you go:")."""
    return CUT if is_everyday(found["words"]) else found.group()


def _name_in(pieces: Sequence[str]) -> tuple[str, list[str]] | None:
    """The name that the first piece is or speaks of, with the pieces behind it.

    PIN codes are passed over, and so are pieces of everyday words ("Yours truly") and companies; a
    name behind these has a capital.
    """
    said = [(at, bare) for at, piece in enumerate(pieces) if (bare := without_pin_code(piece))]
    for at, piece in said:
        is_written_as_one = at == said[0][0] or not piece.islower()
        name = whole_name(_BEHIND_NAME.split(piece)[0]) if is_written_as_one else None
        name = name or name_beside(piece)
        if name is not None:
            return name, list(pieces[at + 1 :])
        if not (is_everyday(piece) or company_in(piece)) or _OF_ANOTHER.search(piece):
            break
    return None


def _put_right(split: Sequence[str]) -> list[str]:
    """The answers among pieces of a text, each corrected by one behind a "sorry"."""
    pieces: list[str] = []
    corrects = False
    for piece in split:
        corrects = corrects or (bool(pieces) and SLIP.match(piece) is not None)
        answer = without_courtesies(piece)
        if not answer:
            continue
        if corrects and (whole_name(answer) or whole_place([answer])):
            pieces[-1] = answer
        else:
            pieces.append(answer)
        corrects = False
    return pieces


def _places(pieces: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The place that as many of the first pieces as can be are together, with the other pieces.

    Pieces of everyday words ("In the evening") are passed over; a place behind them has a capital.
    """
    found = [
        (place, list(pieces[count:]))
        for count in range(len(pieces), 0, -1)
        if (place := whole_place(pieces[:count])) is not None
    ]
    if found or len(pieces) < 2 or not is_everyday(pieces[0]) or pieces[1].islower():
        return found
    return _places(pieces[1:])


def _as_written(text: str, place: str) -> str:
    """A place with the customer's own punctuation, where the message begins with it."""
    written = without_preposition(without_courtesies(text)).strip(" .,")
    is_plain = written.lower() == place.lower() or SLIP.search(written) is not None
    begins = written.lower().startswith(place.split()[0].strip(",").lower())
    return written if begins and not is_plain else place
