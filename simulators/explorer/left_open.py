"""Plans of which nobody can say what comes of them, because the language model answers from a file,
and the service asked it what is not in there. Each by itself is no reason to give up the others."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.sentences import counted
from simulators.errors import Unrecorded
from simulators.explorer.striking import Standpoint, Struck
from simulators.plan import Plan, describe


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Such a plan, in words, and what was not recorded."""

    what: str
    why: str


def unjudged(plan: Plan, error: Unrecorded) -> Unjudged:
    """That came of a plan."""
    return Unjudged(f"'{describe(plan)}'", str(error))


def as_far_as_known(struck: Iterator[Struck], here: Standpoint) -> Iterator[Struck | Unjudged]:
    """What faults do from there on, and at last the one whose delivery asked for something else."""
    try:
        yield from struck
    except Unrecorded as error:
        behind = f" after '{describe(here.place.plan)}'" if here.place.plan else ""
        yield Unjudged(f"a fault inside turn {here.place.turn + 1}{behind}", str(error))


class LeftOpen:
    """Counts them."""

    def __init__(self) -> None:
        self._first: Unjudged | None = None
        self._count = 0

    def note(self, one: Unjudged) -> None:
        """One more."""
        self._first = self._first or one
        self._count += 1

    def in_words(self) -> Iterator[str]:
        """How many there are, with the first one and why; nothing where there is none."""
        if self._first is not None:
            plans = counted(self._count, "plan")
            yield f"{plans} could not be judged, such as {self._first.what}: {self._first.why}"
