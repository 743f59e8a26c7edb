"""The contact details that a message tells beside the parts and numbers that it asks for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from coolwind.catalogue import Part
from coolwind.flows.flow import Facts
from coolwind.flows.order_draft import CONTACT, Draft
from coolwind.understanding.contacts import details_in
from coolwind.understanding.details import Detail, Details, Known
from coolwind.understanding.names import whole_name
from coolwind.understanding.parts import BETWEEN, names_in
from coolwind.understanding.requests import requests_in
from coolwind.understanding.sentences import CUT, clauses
from coolwind.understanding.unknown_things import unknown_things
from coolwind.understanding.wishes import Wish

_PIECE = re.compile(r"([;,!?\n]|\.(?=\s|$)|\band\b)", re.IGNORECASE)
"""Between two pieces of a message that can each tell something else."""

_FOR_WHOM = re.compile(r"\bfor\s+(?=[A-Z]).*", re.DOTALL)
_HEADING_END = re.compile(r"[:=]\s|\s-\s")
_AROUND_ANSWERS = " \n,;"
_BEFORE_NUMBER = re.compile(r"\d|\S*@")
_CAPITAL = re.compile(r"(?<=\s)(?=[^\W\d_a-z])")


def told_in(draft: Draft, text: str, facts: Facts, wish: Wish | None) -> Details:
    """The contact details that a message tells: bare answers only where they were asked for, or a
    name beside others of them while the quantity is open.
    """
    known = draft.known
    if draft.step == "collecting_contact" and wish in (None, Wish.DECLINE):
        return _with_bare_answers(text, facts, draft.missing, known)
    if draft.step not in ("collecting_parts", "collecting_quantity"):
        return details_in(text, CONTACT, known=known)
    told = told_at_once(text, facts, known)
    # What is left is an answer to "how many", and not the end of a telephone number.
    return replace(told, rest=told.rest.strip(_AROUND_ANSWERS)) if told.told else told


def told_at_once(text: str, facts: Facts, known: Known) -> Details:
    """The contact details in a message that says what is ordered; a bare name beside others of
    them.
    """
    told = details_in(text, CONTACT, known=known)
    if Detail.NAME in {*told.told, *known} or not told.told:
        return told
    beside = _with_bare_answers(text, facts, (Detail.NAME,), known)
    return beside if beside.name is not None else told


def _with_bare_answers(text: str, facts: Facts, missing: Sequence[Detail], known: Known) -> Details:
    """The contact details in a message, with bare answers where nothing is asked for in the same
    piece of it.
    """
    text = _with_names_apart(text, facts.parts)
    plain = details_in(text, CONTACT, known=known)
    kept = "".join(_without_requests(plain.rest, facts.parts))
    if kept == plain.rest:
        return details_in(text, CONTACT, missing, known)
    open_ones = [detail for detail in missing if detail not in plain.told]
    bare = details_in(kept, CONTACT, open_ones, known)
    return replace(
        plain,
        name=plain.name or bare.name,
        phone=plain.phone or bare.phone,
        email=plain.email or bare.email,
        complaints=(*plain.complaints, *bare.complaints),
        rest=plain.rest if bare.name is None else _without_name(plain.rest, bare.name),
    )


def _without_name(text: str, name: str) -> str:
    words = r"\W+".join(map(re.escape, re.findall(r"\w+", name)))
    return re.sub(rf"\b{words}\b\.?", CUT, text, count=1, flags=re.IGNORECASE)


def _with_names_apart(text: str, parts: Sequence[Part]) -> str:
    """The text, cut between what is asked for and a name behind it: "11 remotes Hari"."""
    return "".join(_with_name_apart(piece, parts) for piece in _PIECE.split(text))


def _with_name_apart(piece: str, parts: Sequence[Part]) -> str:
    for capital in _CAPITAL.finditer(piece):
        asked, behind = piece[: capital.start()], piece[capital.start() :]
        said = _BEFORE_NUMBER.split(behind, maxsplit=1)[0].strip()
        words = tuple(word for clause in clauses(said) for word in clause.words)
        if names_in(words, parts) or not requests_in(asked, parts):
            continue
        is_name = whole_name(said) is not None and BETWEEN.isdisjoint(words)
        return f"{asked}{CUT}{behind}" if is_name else piece
    return piece


def _without_requests(text: str, parts: Sequence[Part]) -> Iterator[str]:
    """The pieces of a text that ask for nothing, and of others the person whom they are for."""
    for piece in _PIECE.split(text):
        if not piece.strip() or _PIECE.fullmatch(piece):
            yield piece
            continue
        said = details_in(piece, CONTACT).rest
        if not requests_in(said, parts) and not unknown_things(said, parts):
            yield piece
            continue
        yield from _FOR_WHOM.findall(piece)
        heading = _HEADING_END.search(piece)
        behind = "" if heading is None else piece[heading.end() :]
        if behind and not requests_in(behind, parts):
            yield behind
