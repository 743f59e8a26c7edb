"""The flow `callback`: who called in vain, where they are and what is wrong; then one task.

Its state is a JSON object, stored for days and migrated between releases:

    step       one of `Callback.steps`; never `complete`, because a finished callback is cleared
    name       a string or null
    phone      a string in E.164 form or null
    location   a string or null
    problem    a string in the customer's words or null

The step `initial` has another key only after a callback was arranged:

    arranged   {"number", "name", "phone", "location", "problem"}, each a string: the task as the
               shop has it; "corrections", how often it was corrected
"""

import re
from dataclasses import asdict, dataclass, replace

from coolwind.effects import CallbackTask, Correction, Effect, Notification
from coolwind.flows.flow import Facts, JsonValue, Outcome, State
from coolwind.flows.reading import StateReader
from coolwind.messages import Reply
from coolwind.understanding.contacts import details_in
from coolwind.understanding.corrections import SLIP, put_in_place_of
from coolwind.understanding.details import Detail, Known
from coolwind.understanding.glossary import written_out
from coolwind.understanding.good_news import needs_no_call
from coolwind.understanding.meaning import is_question
from coolwind.understanding.missed_calls import called_in_vain, misses_answer, names_a_time
from coolwind.understanding.problems import (
    problem_from,
    problem_in,
    problem_put_right,
    wants_other_problem,
    without_problem,
)
from coolwind.understanding.purchases import purchase_in
from coolwind.understanding.questions import questions_beside
from coolwind.understanding.sentences import clauses, said_and_asked, tidy
from coolwind.understanding.summaries import asks_for_offer
from coolwind.understanding.wishes import CALLBACK_WORDS, Wish, wish_in

_DETAILS = (Detail.NAME, Detail.PHONE, Detail.LOCATION)
_QUESTIONS = {
    "collecting_name": "What is your name?",
    "collecting_phone": "Which mobile number shall we call?",
    "collecting_location": "Where are you? The town or area is enough.",
    "collecting_problem": "What is the problem?",
}
_CANCEL = "Cancel callback"
_NO_TIME = "I cannot note a time: we call back as soon as we can."
_ORDER_LATER = (
    'One thing after the other: I take your order once the callback is noted, or after "cancel '
    'callback". Please tell me then what you need.'
)
_ORDER_NEXT = "Nothing is ordered yet: please tell me again what you need, now that I can take it."
_CALLS_IT_OFF = re.compile(r"\b(?:cancel\w*|call\w*|request)\b", re.IGNORECASE)
"""Says that what is given up is the callback, or says no more than "cancel"."""

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


@dataclass(frozen=True, slots=True)
class _Draft:
    """A callback task in the making."""

    name: str | None = None
    phone: str | None = None
    location: str | None = None
    problem: str | None = None

    @property
    def known(self) -> Known:
        """The details that the customer has given."""
        values = {detail: getattr(self, detail) for detail in _DETAILS}
        return {detail: value for detail, value in values.items() if value is not None}

    @property
    def missing(self) -> tuple[Detail, ...]:
        """The details still to be had, in the order in which they are asked for."""
        return tuple(detail for detail in _DETAILS if detail not in self.known)

    @property
    def step(self) -> str:
        """Where the dialogue stands with what is known."""
        if self.missing:
            return f"collecting_{self.missing[0]}"
        return "collecting_problem" if self.problem is None else "complete"


@dataclass(frozen=True, slots=True)
class _Arranged:
    """A callback task that the shop has, and how often it was corrected."""

    task: CallbackTask
    corrections: int = 0

    @property
    def known(self) -> Known:
        """The details of the task."""
        return {detail: getattr(self.task, detail) for detail in _DETAILS}

    @property
    def state(self) -> dict[str, JsonValue]:
        """The state of the flow behind it."""
        return {
            "step": "initial",
            "arranged": {**asdict(self.task), "corrections": self.corrections},
        }


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
            arranged = self._arranged(state)
            corrected = None if arranged is None else self._corrected(arranged, text)
            begins = corrected is None and misses_answer(text)
            return _with_aside(self._begun(text, facts), text, facts) if begins else corrected
        draft = self._draft(state)
        wish = wish_in(text, CALLBACK_WORDS)
        if wish is Wish.CANCEL or needs_no_call(text):
            return self._cancelled()
        told = _told(draft, text, wish, facts)
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
            return self._asking(draft, (_ORDER_LATER,))
        return self._asking(draft, ()) if wish in (Wish.CONFIRM, Wish.ASSENT) else None

    def reminder(self, state: State) -> str:
        question = _QUESTIONS.get(self._reader(state).step, "Tell me when we missed your call.")
        return f"Back to your callback: {question}"

    def _begun(self, text: str, facts: Facts) -> Outcome:
        draft, remarks = _told(_Draft(), text, None, facts) or (_Draft(), ())
        if draft.step == "complete":
            return self._taken(draft, remarks, facts)
        sorry = "Sorry that we missed your call. We will call you back."
        return self._asking(draft, (sorry, *remarks))

    def _asking(self, draft: _Draft, remarks: tuple[str, ...]) -> Outcome:
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

    def _taken(self, draft: _Draft, remarks: tuple[str, ...], facts: Facts) -> Outcome:
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
            _Arranged(task), "callback_created", (thanks, *remarks), (task, to_shop)
        )

    def _corrected(self, arranged: _Arranged, text: str) -> Outcome | None:
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
        details = details_in(rest, _DETAILS, known=arranged.known)
        told = {
            detail.value: value
            for detail, value in details.told.items()
            if _is_about(detail, text, arranged.known)
        }
        put_right = {**told, **({} if problem is None else {"problem": problem})}
        if put_right and put_right.items() <= asdict(arranged.task).items():
            noted = f"We will call you back on {arranged.task.phone}, as callback {number} has it."
            return self._told_of(arranged, "callback_kept", (noted, *_remarks(text)))
        if not put_right:
            is_wrong = details.complaints and misses_answer(text)
            complaints = details.complaints if is_wrong else ()
            if not (complaints or details.unwanted or wants_other_problem(text)):
                return None
            remedy = f"Tell me what is right, and I change callback {number}."
            return self._told_of(arranged, "callback_kept", (*complaints, remedy))
        task = replace(arranged.task, **put_right)
        corrected = _Arranged(task, arranged.corrections + 1)
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
            (changed, *_remarks(text)),
            (Correction(task), to_shop),
        )

    def _told_of(
        self,
        arranged: _Arranged,
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

    def _arranged(self, state: State | None) -> _Arranged | None:
        reader = self._reader(state)
        if reader.state.get("arranged") is None:
            return None
        kept = reader.object("arranged")
        fields = (kept.text(key) for key in ("number", *_DETAILS, "problem"))
        return _Arranged(CallbackTask(*fields), kept.number("corrections"))

    def _draft(self, state: State | None) -> _Draft:
        reader = self._reader(state)
        return _Draft(*(reader.optional_text(key) for key in (*_DETAILS, "problem")))


def _with_aside(outcome: Outcome, text: str, facts: Facts) -> Outcome:
    return replace(outcome, aside=" ".join(questions_beside(text, facts.parts)))


def _remarks(text: str) -> tuple[str, ...]:
    """What to say of a message beside what it tells."""
    return (_NO_TIME,) if names_a_time(text) else ()


def _summary(task: CallbackTask) -> str:
    return (
        f"Name: {task.name}\nPhone: {task.phone}\n"
        f"Location: {task.location}\nProblem: {task.problem}"
    )


def _is_about(detail: Detail, text: str, known: Known) -> bool:
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


def _told(
    draft: _Draft, text: str, wish: Wish | None, facts: Facts
) -> tuple[_Draft, tuple[str, ...]] | None:
    """The draft after a message that adds to it or corrects it, and remarks about what does not.

    None: the message does neither.
    """
    missing = draft.missing if wish in (None, Wish.DECLINE) else ()
    details = details_in(without_problem(text), _DETAILS, missing, draft.known)
    said = " ".join(piece for piece, opens in said_and_asked(text) if not opens)
    asked = any(clause.asked for clause in clauses(said))
    is_answer = draft.step == "collecting_problem" and not (asked or details.says_something or wish)
    is_of_shop = is_answer and (_orders(text, facts) or asks_for_offer(text, facts.parts))
    problem = problem_from(said) if is_answer and not is_of_shop else None
    problem = problem_put_right(text) or problem or problem_in(text)
    remarks = (*details.complaints, *_remarks(text))
    if problem is None and not details.says_something and not remarks:
        return None
    known = {detail.value: value for detail, value in details.added_to(draft.known).items()}
    after = _Draft(**known, problem=problem or draft.problem)
    if _orders(text, facts):
        remarks = (*remarks, _ORDER_NEXT if after.step == "complete" else _ORDER_LATER)
    return after, remarks


def _orders(text: str, facts: Facts) -> bool:
    """Whether a message orders parts: of one who only needs a part, that is the problem."""
    requests = purchase_in(text, facts.parts)
    return requests is not None and (
        not requests or any(request.quantity is not None for request in requests)
    )
