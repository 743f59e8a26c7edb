"""A callback in the making, one that is arranged, and the state in which each is kept.

The state is a JSON object, stored for days and migrated between releases:

    step       a step of `callback`; never `complete`, because a finished callback is cleared
    name       a string or null
    phone      a string in E.164 form or null
    location   a string or null
    problem    a string in the customer's words or null

The step `initial` has another key only after a callback was arranged:

    arranged   {"number", "name", "phone", "location", "problem"}, each a string: the task as the
               shop has it; "corrections", how often it was corrected
"""

from dataclasses import asdict, dataclass

from coolwind.effects import CallbackTask
from coolwind.flows.flow import JsonValue
from coolwind.flows.reading import StateReader
from coolwind.understanding.details import Detail, Known

WHERE_TO_CALL = (Detail.NAME, Detail.PHONE, Detail.LOCATION)
"""The details that a callback needs beside the problem, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class CallbackDraft:
    """A callback task in the making."""

    name: str | None = None
    phone: str | None = None
    location: str | None = None
    problem: str | None = None

    @property
    def known(self) -> Known:
        """The details that the customer has given."""
        values = {detail: getattr(self, detail) for detail in WHERE_TO_CALL}
        return {detail: value for detail, value in values.items() if value is not None}

    @property
    def missing(self) -> tuple[Detail, ...]:
        """The details still to be had, in the order in which they are asked for."""
        return tuple(detail for detail in WHERE_TO_CALL if detail not in self.known)

    @property
    def step(self) -> str:
        """Where the dialogue stands with what is known."""
        if self.missing:
            return f"collecting_{self.missing[0]}"
        return "collecting_problem" if self.problem is None else "complete"


@dataclass(frozen=True, slots=True)
class Arranged:
    """A callback task that the shop has, and how often it was corrected."""

    task: CallbackTask
    corrections: int = 0

    @property
    def known(self) -> Known:
        """The details of the task."""
        return {detail: getattr(self.task, detail) for detail in WHERE_TO_CALL}

    @property
    def state(self) -> dict[str, JsonValue]:
        """The state of the flow behind it."""
        return {
            "step": "initial",
            "arranged": {**asdict(self.task), "corrections": self.corrections},
        }


def draft_in(reader: StateReader) -> CallbackDraft:
    """The callback in the making that a state holds."""
    return CallbackDraft(*(reader.optional_text(key) for key in (*WHERE_TO_CALL, "problem")))


def arranged_in(reader: StateReader) -> Arranged | None:
    """The callback that is arranged, if a state holds one."""
    if reader.state.get("arranged") is None:
        return None
    kept = reader.object("arranged")
    fields = (kept.text(key) for key in ("number", *WHERE_TO_CALL, "problem"))
    return Arranged(CallbackTask(*fields), kept.number("corrections"))
