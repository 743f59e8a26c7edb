"""The flow `callback`: who called in vain, where they are and what is wrong; then one task."""

import re
from dataclasses import asdict, replace

from coolwind.effects import CallbackTask, Correction, Effect, Notification
from coolwind.flows.callback_draft import (
    WHERE_TO_CALL,
    Arranged,
    CallbackDraft,
    arranged_in,
    draft_in,
)
from coolwind.flows.callback_hearing import ORDER_LATER, is_about, remarks_on, told_in
from coolwind.flows.flow import Facts, Outcome, State
from coolwind.flows.reading import StateReader
from coolwind.messages import Reply
from coolwind.understanding.contacts import details_in
from coolwind.understanding.good_news import needs_no_call
from coolwind.understanding.meaning import is_question
from coolwind.understanding.missed_calls import called_in_vain, misses_answer
from coolwind.understanding.problems import (
    problem_in,
    problem_put_right,
    wants_other_problem,
    without_problem,
)
from coolwind.understanding.purchases import purchase_in
from coolwind.understanding.questions import questions_beside
from coolwind.understanding.sentences import clauses
from coolwind.understanding.wishes import CALLBACK_WORDS, Wish, wish_in

_QUESTIONS = {
    "collecting_name": "What is your name?",
    "collecting_phone": "Which mobile number shall we call?",
    "collecting_location": "Where are you? The town or area is enough.",
    "collecting_problem": "What is the problem?",
}
_CANCEL = "Cancel callback"
_CALLS_IT_OFF = re.compile(r"\b(?:cancel\w*|call\w*|request)\b", re.IGNORECASE)
"""Says that what is given up is the callback, or says no more than "cancel"."""


class Callback:
    """Takes the callback of a missed call; `shop_address` is where the shop reads of it."""

    def __init__(self, *, shop_address: str = "orders@example.com") -> None:
        self._shop_address = shop_address

    @property
    def name(self) -> str:
        return "callback"

    @property
    def steps(self) -> tuple[str, ...]:
        return ("initial", *_QUESTIONS, "complete")

    def is_active(self, state: State | None) -> bool:
        return self._reader(state).step not in ("initial", "complete")

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        if not self.is_active(state):
            arranged = arranged_in(self._reader(state))
            corrected = None if arranged is None else self._corrected(arranged, text)
            begins = corrected is None and misses_answer(text)
            return _with_aside(self._begun(text, facts), text, facts) if begins else corrected
        draft = draft_in(self._reader(state))
        wish = wish_in(text, CALLBACK_WORDS)
        if wish is Wish.CANCEL or needs_no_call(text):
            return self._cancelled()
        told = told_in(draft, text, wish, facts)
        if told is not None:
            draft, remarks = told
            complete = draft.step == "complete"
            asking = (
                self._taken(draft, remarks, facts) if complete else self._asking(draft, remarks)
            )
            return _with_aside(asking, text, facts)
        if wish is Wish.DECLINE:
            return self._asking(draft, ("All right, nothing is lost.",))
        if purchase_in(text, facts.parts) is not None:
            return self._asking(draft, (ORDER_LATER,))
        return self._asking(draft, ()) if wish in (Wish.CONFIRM, Wish.ASSENT) else None

    def reminder(self, state: State) -> str:
        question = _QUESTIONS.get(self._reader(state).step, "Tell me when we missed your call.")
        return f"Back to your callback: {question}"

    def _begun(self, text: str, facts: Facts) -> Outcome:
        draft, remarks = told_in(CallbackDraft(), text, None, facts) or (CallbackDraft(), ())
        if draft.step == "complete":
            return self._taken(draft, remarks, facts)
        sorry = "Sorry that we missed your call. We will call you back."
        return self._asking(draft, (sorry, *remarks))

    def _asking(self, draft: CallbackDraft, remarks: tuple[str, ...]) -> Outcome:
        """The outcome that asks for the next thing, whatever that is."""
        step = draft.step
        return Outcome(
            {
                "step": step,
                "name": draft.name,
                "phone": draft.phone,
                "location": draft.location,
                "problem": draft.problem,
            },
            Reply("\n".join([*remarks, _QUESTIONS[step]]), "callback", self.name, step, (_CANCEL,)),
        )

    def _taken(self, draft: CallbackDraft, remarks: tuple[str, ...], facts: Facts) -> Outcome:
        task = CallbackTask(
            number=facts.callback_number,
            name=str(draft.name),
            phone=str(draft.phone),
            location=str(draft.location),
            problem=str(draft.problem),
        )
        thanks = (
            f"Thank you, {task.name}! We will call you back on {task.phone}. "
            f"Your callback number is {task.number}."
        )
        to_shop = Notification(
            key=f"callback/{task.number}/shop",
            recipient=self._shop_address,
            subject=f"Call back {task.name}, {task.phone} ({task.number})",
            body=f"{_summary(task)}\n",
        )
        return self._told_of(
            Arranged(task), "callback_created", (thanks, *remarks), (task, to_shop)
        )

    def _corrected(self, arranged: Arranged, text: str) -> Outcome | None:
        """The outcome of a message about the details of a callback that is arranged; None where it
        is about something else, or about another callback.
        """
        if any(map(is_question, clauses(text))) or called_in_vain(text):
            return None
        number = arranged.task.number
        if wish_in(text, CALLBACK_WORDS) is Wish.CANCEL and _CALLS_IT_OFF.search(text):
            stays = (
                f"Callback {number} stays with the shop: say so when we call, and it is done. "
                "An order that is placed is cancelled by the shop, too: please call or visit us."
            )
            return self._told_of(arranged, "callback_kept", (stays,))
        problem = problem_put_right(text)
        if problem is None and problem_in(text) is not None:
            return None
        rest = text if problem is None else without_problem(text)
        details = details_in(rest, WHERE_TO_CALL, known=arranged.known)
        told = {
            detail.value: value
            for detail, value in details.told.items()
            if is_about(detail, text, arranged.known)
        }
        put_right = {**told, **({} if problem is None else {"problem": problem})}
        if put_right and put_right.items() <= asdict(arranged.task).items():
            noted = f"We will call you back on {arranged.task.phone}, as callback {number} has it."
            return self._told_of(arranged, "callback_kept", (noted, *remarks_on(text)))
        if not put_right:
            is_wrong = details.complaints and misses_answer(text)
            complaints = details.complaints if is_wrong else ()
            if not (complaints or details.unwanted or wants_other_problem(text)):
                return None
            remedy = f"Tell me what is right, and I change callback {number}."
            return self._told_of(arranged, "callback_kept", (*complaints, remedy))
        task = replace(arranged.task, **put_right)
        corrected = Arranged(task, arranged.corrections + 1)
        changed = f"I changed callback {number}: we will call {task.name} back on {task.phone}."
        to_shop = Notification(
            key=f"callback/{number}/shop/{corrected.corrections}",
            recipient=self._shop_address,
            subject=f"Changed: call back {task.name}, {task.phone} ({number})",
            body=f"{_summary(task)}\n",
        )
        return self._told_of(
            corrected,
            "callback_corrected",
            (changed, *remarks_on(text)),
            (Correction(task), to_shop),
        )

    def _told_of(
        self,
        arranged: Arranged,
        intent: str,
        remarks: tuple[str, ...],
        effects: tuple[Effect, ...] = (),
    ) -> Outcome:
        """The outcome that tells how a callback is arranged."""
        text = "\n".join([*remarks, _summary(arranged.task)])
        reply = Reply(text, intent, self.name, "complete", ("Place a bulk order",))
        return Outcome(arranged.state, reply, effects)

    def _cancelled(self) -> Outcome:
        return Outcome(
            {"step": "initial"},
            Reply(
                "Your callback is cancelled and nothing of it is kept.",
                "callback_cancelled",
                self.name,
                "initial",
                ("Call me back",),
            ),
        )

    def _reader(self, state: State | None) -> StateReader:
        return StateReader(self.name, self.steps, {"step": "initial"} if state is None else state)


def _with_aside(outcome: Outcome, text: str, facts: Facts) -> Outcome:
    return replace(outcome, aside=" ".join(questions_beside(text, facts.parts)))


def _summary(task: CallbackTask) -> str:
    return (
        f"Name: {task.name}\nPhone: {task.phone}\n"
        f"Location: {task.location}\nProblem: {task.problem}"
    )
