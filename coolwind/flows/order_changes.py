"""How a message changes an order in the making."""

from dataclasses import replace

from coolwind.effects import Contact
from coolwind.flows.basket import WHAT_CHANGES, WHICH_PART, Lines, Remarks, with_requests
from coolwind.flows.flow import Facts
from coolwind.flows.order_contact import told_in
from coolwind.flows.order_draft import CONTACT, Draft
from coolwind.flows.order_questions import noted
from coolwind.understanding.contacts import details_in, details_spoken_of
from coolwind.understanding.details import Details
from coolwind.understanding.meaning import is_question
from coolwind.understanding.parts import mentions_in, names_in
from coolwind.understanding.purchases import only_supposes_parts
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.requests import Change, counts_in, requests_in, takes_all
from coolwind.understanding.sentences import clauses, contains_any, phrase_at, phrases, vocabulary
from coolwind.understanding.shopping import hints_at_quantity, strange_words
from coolwind.understanding.unknown_things import unknown_things
from coolwind.understanding.wishes import WHETHER, Wish

_OBJECTING = phrases(
    "spelled, spelt, spelling, digit, digits, wrong, incorrect, mistake, not correct, not right"
)

_SUPPOSING = vocabulary("what if about how would can could may might shall am")


def changed(
    draft: Draft, text: str, facts: Facts, wish: Wish | None
) -> tuple[Draft, Remarks] | None:
    """The order after a message that adds to it or corrects it, and what to say about that.

    None: the message does neither.
    """
    told = told_in(draft, text, facts, wish)
    confirming = draft.step == "confirming"
    is_open = confirming and only_supposes_parts(told.rest, facts.parts)
    too_many = _count_out_of_reach(draft.lines, told.rest, facts) if confirming else None
    if too_many is not None:
        stays = f"We do not have {too_many} pieces, so the order stays as it is."
        return with_details(draft, told), (*told.complaints, stays)
    said = None if is_open else _lines_said(draft.lines, told.rest, facts)
    lines, unclear = said or (draft.lines, ())
    after = replace(with_details(draft, told), lines=lines)
    if said is None and confirming and not is_open and (told.says_something or told.complaints):
        unclear = _passed_over(told.rest, facts)
    remarks = (*noted(after, told), *told.complaints, *unclear)
    if said is not None or remarks or told.says_something:
        return after, remarks
    is_number = confirming and hints_at_quantity(told.rest)
    if not is_number or is_unclear(draft, text, facts):
        return None
    return draft, (WHICH_PART if len(draft.lines) > 1 else WHAT_CHANGES,)


def _passed_over(text: str, facts: Facts) -> Remarks:
    """What to say where pieces of a part are counted beside a contact, and not understood."""
    counts = any(
        mention.quantity is not None and not is_question(clause)
        for clause in clauses(text)
        for mention in mentions_in(clause.words, facts.parts)
    )
    return (WHAT_CHANGES,) if counts else ()


def is_unclear(draft: Draft, text: str, facts: Facts) -> bool:
    """Whether a message speaks of the order's parts or contact, or objects to something, be it
    understood or not.
    """
    ordered = {line.part_id for line in draft.lines}
    return any(
        not is_question(clause)
        and (
            clause.words[:1] == ("no",)
            or contains_any(clause.words, _OBJECTING)
            or any(
                mention.part.part_id in ordered for mention in names_in(clause.words, facts.parts)
            )
            or not set(CONTACT).isdisjoint(details_spoken_of(clause))
        )
        for clause in clauses(text)
    )


def asks_whether_to_change(draft: Draft, text: str, facts: Facts) -> bool:
    """Whether the customer asks if the order is to be another one: "should I take 12?"."""
    ordered = {line.quantity for line in draft.lines}
    for clause in clauses(text):
        named = mentions_in(clause.words, facts.parts)
        if not clause.asked or strange_words(clause, named) - _SUPPOSING:
            continue
        asks_what_to_do = any(phrase_at(clause.words, at, WHETHER) for at in (0, 1))
        counts = {number.value for number in numbers_in(clause.words)}
        if counts - ordered or (named and asks_what_to_do):
            return True
    return False


def begun_anew(draft: Draft, text: str, facts: Facts) -> tuple[Draft, Remarks] | None:
    """The order that a message wants in the place of the one that it cancels, if it wants one."""
    told = details_in(text, CONTACT, known=draft.known)
    wanted = [
        request
        for request in requests_in(told.rest, facts.parts)
        if request.quantity is not None and request.change is not Change.REMOVE
    ]
    if not wanted:
        return None
    kept = () if any(request.part is not None for request in wanted) else draft.lines
    lines, unclear = with_requests(kept, wanted)
    return replace(with_details(draft, told), lines=lines), (*told.complaints, *unclear)


def _lines_said(lines: Lines, text: str, facts: Facts) -> tuple[Lines, Remarks] | None:
    """The lines after what a message says of parts and quantities, or None if it says nothing."""
    waiting = [line for line in lines if line.quantity is None]
    counts = counts_in(text, facts.parts)
    if len(counts) == len(waiting) > 1:
        given = dict(zip(waiting, counts, strict=True))
        return tuple(replace(line, quantity=given.get(line, line.quantity)) for line in lines), ()
    requests = requests_in(text, facts.parts)
    if requests:
        changed_lines, unclear = with_requests(lines, requests)
        names_parts = any(request.part is not None for request in requests)
        return changed_lines, (*unclear, *(not_understood(text, facts) if names_parts else ()))
    if not takes_all(text) or not waiting:
        return None
    return tuple(
        replace(line, quantity=facts.stock.get(line.part_id, 0)) if line.quantity is None else line
        for line in lines
    ), ()


def _count_out_of_reach(lines: Lines, text: str, facts: Facts) -> int | None:
    """The number that a message says without a part, where it is more than is left of any that is
    ordered: an amount of money, more likely than a wish that gives up what was agreed.
    """
    left = max(facts.stock.get(line.part_id, 0) for line in lines)
    counts = [
        request.quantity
        for request in requests_in(text, facts.parts)
        if request.change is Change.SET and request.part is None and request.quantity is not None
    ]
    return next((count for count in counts if count > left), None)


def not_understood(text: str, facts: Facts) -> Remarks:
    """What to say of things that are asked for beside parts, and that the shop does not know."""
    things = unknown_things(text, facts.parts)
    return tuple(f'I did not understand "{thing}", so it is not in the order.' for thing in things)


def with_details(draft: Draft, told: Details) -> Draft:
    """The order with the contact details that a message tells, and without those that it calls
    wrong, so that they are asked for.
    """
    if not told.says_something:
        return draft
    contact = Contact(**{d.value: value for d, value in told.added_to(draft.known).items()})
    return replace(draft, contact=contact, contact_reused=False)
