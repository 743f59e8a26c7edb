"""The flow `bulk_order`: parts, quantities, contact, a confirmation, an order to be picked up."""

from collections.abc import Sequence
from dataclasses import replace

from coolwind.effects import Effect, Notification, Order
from coolwind.flows.basket import (
    WHAT_CHANGES,
    Remarks,
    checked,
    described,
    order_lines,
    with_requests,
)
from coolwind.flows.flow import Facts, Outcome, State
from coolwind.flows.order_changes import (
    asks_whether_to_change,
    begun_anew,
    changed,
    is_unclear,
    not_understood,
    with_details,
)
from coolwind.flows.order_contact import told_at_once
from coolwind.flows.order_draft import (
    CONTACT,
    PICKUP_LOCATION,
    Draft,
    draft_in,
    prices_of,
    state_of,
)
from coolwind.flows.order_hearing import asked_beside, is_confirmed_again, plainly, wanted_in
from coolwind.flows.order_questions import (
    SHOP_NAME,
    noted,
    question_for,
    quote_for,
    reminder_of,
    summary_of,
)
from coolwind.flows.reading import StateReader
from coolwind.messages import Reply
from coolwind.understanding.missed_calls import misses_answer
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.requests import Request
from coolwind.understanding.sentences import clauses
from coolwind.understanding.summaries import asks_for_offer, asks_for_summary
from coolwind.understanding.wishes import ORDER_WORDS, Wish, asks_whether_to_drop, wish_in

_CANCEL = "Cancel order"
_CALLBACK_LATER = (
    "Sorry that we missed your call. One thing after the other: once this order is placed or "
    "cancelled, tell me again, and we call you back."
)
_NOT_CANCELLED = (
    "Nothing is cancelled and nothing is ordered yet. "
    'Say "cancel order" to give it up, or "show my order" to see it once more.'
)
_NOT_CHANGED = (
    "Nothing is changed and nothing is ordered yet. "
    'Tell me what to change, such as "make it 12", or say "show my order" to see it once more.'
)
_WITH_LINES = ("collecting_contact", "confirming")
"""The steps in which every line of the order is finished."""

_SHALL_I = 'Shall I place it? Say "yes" or "place order".'


class BulkOrder:
    """Takes a bulk order; `shop_address` is where the shop reads of placed orders."""

    def __init__(self, *, shop_address: str = "orders@example.com") -> None:
        self._shop_address = shop_address

    @property
    def name(self) -> str:
        return "bulk_order"

    @property
    def steps(self) -> tuple[str, ...]:
        return (
            "initial",
            "collecting_parts",
            "collecting_quantity",
            "collecting_contact",
            "confirming",
            "complete",
        )

    def is_active(self, state: State | None) -> bool:
        return self._reader(state).step not in ("initial", "complete")

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        reader = self._reader(state)
        draft = draft_in(reader)
        if not self.is_active(state):
            begun = self._begun(draft, text, facts)
            return None if begun is None else replace(begun, aside=asked_beside(text, facts))
        text = plainly(draft, text, reader.numbers("prices"), facts)
        wish = wish_in(text, ORDER_WORDS)
        if wish is Wish.CANCEL:
            other = begun_anew(draft, text, facts)
            return self._cancelled() if other is None else self._asking(*other, facts)
        if wish is Wish.ASSENT and draft.step == "confirming":
            return self._asking(draft, (_SHALL_I,), facts)
        change = changed(draft, text, facts, wish)
        if reader.step == draft.step == "confirming" and (
            wish is Wish.CONFIRM or (change == (draft, ()) and is_confirmed_again(text, facts))
        ):
            return self._confirmed(draft, reader, facts)
        if change is not None:
            return replace(self._asking(*change, facts), aside=asked_beside(text, facts))
        return self._unchanged(draft, text, wish, facts)

    def reminder(self, state: State) -> str:
        reader = self._reader(state)
        return f"Back to your bulk order: {reminder_of(reader.step, draft_in(reader).missing)}"

    def _unchanged(
        self, draft: Draft, text: str, wish: Wish | None, facts: Facts
    ) -> Outcome | None:
        """The outcome of a message that changes nothing; None where it is not about the order."""
        if wish is Wish.DECLINE:
            return self._asking(draft, ("All right, nothing is ordered and nothing lost.",), facts)
        if draft.step in _WITH_LINES and asks_for_summary(text, facts.parts):
            return self._asking(draft, _ordered_so_far(draft, facts), facts)
        if draft.step == "collecting_quantity" and asks_for_offer(text):
            return self._asking(draft, (), facts)
        if draft.step in _WITH_LINES and asks_for_offer(text):
            return self._quoted(draft, text, facts)
        if misses_answer(text):
            return self._asking(draft, (_CALLBACK_LATER,), facts)
        if wish in (Wish.CONFIRM, Wish.ASSENT):
            return self._asking(draft, (), facts)
        if draft.step == "confirming" and asks_whether_to_drop(text, ORDER_WORDS):
            return self._left_open(_NOT_CANCELLED, draft, facts)
        if draft.step == "confirming" and asks_whether_to_change(draft, text, facts):
            return self._left_open(_NOT_CHANGED, draft, facts)
        if draft.step == "confirming" and is_unclear(draft, text, facts):
            return self._asking(draft, (WHAT_CHANGES,), facts)
        return None

    def _begun(self, last: Draft, text: str, facts: Facts) -> Outcome | None:
        told = told_at_once(text, facts, last.known)
        requests = wanted_in(told.rest, facts)
        if requests is None or (_counts_nothing(requests) and misses_answer(text)):
            return None
        lines, _ = with_requests((), requests)
        draft = replace(last, lines=lines, contact_reused=not last.missing)
        draft = with_details(draft, told)
        missed = (_CALLBACK_LATER,) if misses_answer(text) else ()
        heard = (*noted(draft, told), *told.complaints)
        remarks = (*missed, *heard, *not_understood(told.rest, facts))
        return self._asking(draft, remarks, facts)

    def _asking(self, draft: Draft, remarks: Remarks, facts: Facts) -> Outcome:
        """The outcome that asks for the next thing, whatever that is."""
        lines, findings = checked(draft.lines, facts)
        draft = replace(draft, lines=lines)
        question, quick_replies = question_for(draft, facts)
        return Outcome(
            state_of(draft, facts),
            Reply(
                text="\n".join([*remarks, *findings, question]),
                intent="bulk_order",
                flow=self.name,
                step=draft.step,
                quick_replies=(*quick_replies, _CANCEL),
            ),
        )

    def _quoted(self, draft: Draft, text: str, facts: Facts) -> Outcome:
        """The outcome that tells what the parts cost, or so many pieces of one."""
        counts = [number.value for clause in clauses(text) for number in numbers_in(clause.words)]
        quote = quote_for(draft, counts, facts)
        if counts and draft.step == "confirming":
            return self._left_open(f"{quote}\n{_NOT_CHANGED}", draft, facts)
        return self._asking(draft, (quote,), facts)

    def _left_open(self, text: str, draft: Draft, facts: Facts) -> Outcome:
        """The outcome of a question to which a "yes" would not order: it shows the order again."""
        state = {key: value for key, value in state_of(draft, facts).items() if key != "prices"}
        reply = Reply(text, "bulk_order", self.name, draft.step, ("Show my order", _CANCEL))
        return Outcome(state, reply)

    def _confirmed(self, draft: Draft, reader: StateReader, facts: Facts) -> Outcome:
        """The outcome that places the order, where each part is left at the price shown for it."""
        _, findings = checked(draft.lines, facts)
        if findings:
            sorry = "I could not place the order, because the stock has changed."
            return self._asking(draft, (sorry,), facts)
        shown = reader.numbers("prices")
        if shown != prices_of(draft.lines, facts):
            changed_since = "The price has changed." if shown else "Please look once more."
            return self._asking(draft, (f"{changed_since} Nothing is ordered yet.",), facts)
        return self._placed(draft, facts)

    def _placed(self, draft: Draft, facts: Facts) -> Outcome:
        order = Order(
            number=facts.order_number,
            lines=order_lines(draft.lines, facts),
            contact=draft.contact,
            pickup_location=PICKUP_LOCATION,
        )
        text = (
            f"Thank you, {draft.contact.name}! Your order {order.number} is placed.\n"
            f"{summary_of(draft, facts)}\n"
            f"The details go to {draft.contact.email} by email."
        )
        return Outcome(
            {**state_of(draft, facts), "step": "complete", "order_number": order.number},
            Reply(text, "order_placed", self.name, "complete", ("Place another bulk order",)),
            self._effects(order, draft, facts),
        )

    def _effects(self, order: Order, draft: Draft, facts: Facts) -> tuple[Effect, ...]:
        summary = summary_of(draft, facts)
        return (
            order,
            Notification(
                key=f"order/{order.number}/customer",
                recipient=str(order.contact.email),
                subject=f"Your order {order.number} at {SHOP_NAME}",
                body=f"Dear {order.contact.name},\n\nthank you for your order.\n\n{summary}\n",
            ),
            Notification(
                key=f"order/{order.number}/shop",
                recipient=self._shop_address,
                subject=f"New bulk order {order.number}",
                body=f"{summary}\n",
            ),
        )

    def _cancelled(self) -> Outcome:
        return Outcome(
            {"step": "initial"},
            Reply(
                "Your order is cancelled and nothing of it is kept. "
                "Tell me whenever you need parts again.",
                "order_cancelled",
                self.name,
                "initial",
                ("Place a bulk order",),
            ),
        )

    def _reader(self, state: State | None) -> StateReader:
        return StateReader(self.name, self.steps, {"step": "initial"} if state is None else state)


def _counts_nothing(requests: Sequence[Request]) -> bool:
    """Whether parts are asked for, and of none it is said how many."""
    return bool(requests) and all(request.quantity is None for request in requests)


def _ordered_so_far(draft: Draft, facts: Facts) -> Remarks:
    """The lines and their total, where the question that follows does not show them."""
    if draft.step == "confirming" or draft.missing == CONTACT:
        return ()
    return (described(order_lines(draft.lines, facts), facts),)
