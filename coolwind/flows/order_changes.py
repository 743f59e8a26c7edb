"""How a message changes an order in the making."""

from collections.abc import Collection
from dataclasses import replace

from coolwind.effects import Contact
from coolwind.flows.basket import Lines, Remarks, with_requests
from coolwind.flows.flow import Facts
from coolwind.flows.order_draft import CONTACT, Draft
from coolwind.understanding.contacts import Detail, Details, details_in, details_to_change
from coolwind.understanding.requests import requests_in, takes_all
from coolwind.understanding.wishes import Wish


def changed(
    draft: Draft, text: str, facts: Facts, wish: Wish | None
) -> tuple[Draft, Remarks] | None:
    """The order after a message that adds to it or corrects it, and what to say about that.

    None: the message does neither.
    """
    told = details_in(text, CONTACT)
    answers = draft.step == "collecting_contact" and wish is None
    if answers and not requests_in(told.rest, facts.parts):
        told = details_in(text, CONTACT, draft.missing)
    said = _lines_said(draft.lines, told.rest, facts)
    lines, unclear = said or (draft.lines, ())
    after = replace(with_details(draft, told), lines=lines)
    remarks = (*told.complaints, *unclear)
    if said is None and not remarks and not _tells(told):
        unwanted = details_to_change(text)
        after = _without_details(draft, unwanted)
        after = with_details(after, details_in(text, CONTACT, unwanted))
        return None if after == draft else (after, ())
    return after, remarks


def _lines_said(lines: Lines, text: str, facts: Facts) -> tuple[Lines, Remarks] | None:
    """The lines after what a message says of parts and quantities, or None if it says nothing."""
    requests = requests_in(text, facts.parts)
    if requests:
        return with_requests(lines, requests)
    if not takes_all(text) or all(line.quantity is not None for line in lines):
        return None
    return tuple(
        replace(line, quantity=facts.stock.get(line.part_id, 0)) if line.quantity is None else line
        for line in lines
    ), ()


def with_details(draft: Draft, told: Details) -> Draft:
    """The order with the contact details that a message tells."""
    if not _tells(told):
        return draft
    contact = Contact(
        name=told.name or draft.contact.name,
        phone=told.phone or draft.contact.phone,
        email=told.email or draft.contact.email,
    )
    return replace(draft, contact=contact, contact_reused=False)


def _without_details(draft: Draft, unwanted: Collection[Detail]) -> Draft:
    """The order whose contact misses what the customer wants to change, so that it is asked for."""
    kept = (None if d in unwanted else getattr(draft.contact, d) for d in CONTACT)
    return replace(draft, contact=Contact(*kept))


def _tells(details: Details) -> bool:
    return any(value is not None for value in (details.name, details.phone, details.email))
