"""How a message is read that adds to a callback or corrects one."""

import re

from coolwind.flows.callback_draft import WHERE_TO_CALL, CallbackDraft
from coolwind.flows.flow import Facts
from coolwind.understanding.contacts import details_in
from coolwind.understanding.corrections import SLIP, put_in_place_of
from coolwind.understanding.details import Detail, Known
from coolwind.understanding.glossary import written_out
from coolwind.understanding.missed_calls import names_a_time
from coolwind.understanding.problems import (
    problem_from,
    problem_in,
    problem_put_right,
    without_problem,
)
from coolwind.understanding.purchases import purchase_in
from coolwind.understanding.sentences import clauses, said_and_asked, tidy
from coolwind.understanding.summaries import asks_for_offer
from coolwind.understanding.wishes import Wish

_NO_TIME = "I cannot note a time: we call back as soon as we can."
ORDER_LATER = (
    'One thing after the other: I take your order once the callback is noted, or after "cancel '
    'callback". Please tell me then what you need.'
)
_ORDER_NEXT = "Nothing is ordered yet: please tell me again what you need, now that I can take it."

_LABELS = {
    Detail.NAME: re.compile(r"\b(?:name|naam|peru)\b", re.IGNORECASE),
    Detail.LOCATION: re.compile(r"\b(?:location|place|address|town|city)\b", re.IGNORECASE),
}
_ARE_IN = (
    r"(?i:\b(?:(?:i|we|(?:my|our|the)\s+(?:house|home|shop|office|ac))\s+(?:am|are|is|live|stay)"
    r"(?:\s+now)?\s+(?:in|at|near)|(?:moved|shifted)\s+to)\s+)"
)
_IS_SOMEWHERE = re.compile(_ARE_IN)
_IS_IN_TOWN = re.compile(rf"{_ARE_IN}(?=[^a-z\W])")
"""Where the customer is, the second with a capital, which the name of a town has."""


def told_in(
    draft: CallbackDraft, text: str, wish: Wish | None, facts: Facts
) -> tuple[CallbackDraft, tuple[str, ...]] | None:
    """The draft after a message that adds to it or corrects it, and remarks about what does not.

    None: the message does neither.
    """
    missing = draft.missing if wish in (None, Wish.DECLINE) else ()
    details = details_in(without_problem(text), WHERE_TO_CALL, missing, draft.known)
    said = " ".join(piece for piece, opens in said_and_asked(text) if not opens)
    asked = any(clause.asked for clause in clauses(said))
    is_answer = draft.step == "collecting_problem" and not (asked or details.says_something or wish)
    is_of_shop = is_answer and (_orders(text, facts) or asks_for_offer(text, facts.parts))
    problem = problem_from(said) if is_answer and not is_of_shop else None
    problem = problem_put_right(text) or problem or problem_in(text)
    remarks = (*details.complaints, *remarks_on(text))
    if problem is None and not details.says_something and not remarks:
        return None
    known = {detail.value: value for detail, value in details.added_to(draft.known).items()}
    after = CallbackDraft(**known, problem=problem or draft.problem)
    if _orders(text, facts):
        remarks = (*remarks, _ORDER_NEXT if after.step == "complete" else ORDER_LATER)
    return after, remarks


def is_about(detail: Detail, text: str, known: Known) -> bool:
    """Whether a message is about a detail of the callback, long after it was asked for: a name or a
    place can be told of anything else, unless it is called so or set against the old one, or puts
    something right, or says in which town the customer is.
    """
    label = _LABELS.get(detail)
    if label is None or label.search(text):
        return True
    puts_right = SLIP.match(text) is not None
    if detail is Detail.NAME and puts_right:
        return True
    where = _IS_SOMEWHERE if puts_right else _IS_IN_TOWN
    if detail is Detail.LOCATION and where.search(written_out(tidy(text))):
        return True
    return next(put_in_place_of(known[detail], text), None) is not None


def remarks_on(text: str) -> tuple[str, ...]:
    """What to say of a message beside what it tells."""
    return (_NO_TIME,) if names_a_time(text) else ()


def _orders(text: str, facts: Facts) -> bool:
    """Whether a message orders parts: of one who only needs a part, that is the problem."""
    requests = purchase_in(text, facts.parts)
    return requests is not None and (
        not requests or any(request.quantity is not None for request in requests)
    )
