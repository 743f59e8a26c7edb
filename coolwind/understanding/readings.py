"""What was read of one detail in a message: the customer's, or others that are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from coolwind.understanding.corrections import Said, is_given_up, meant_of
from coolwind.understanding.strangers import is_beside_theirs, is_of_another


@dataclass(frozen=True, slots=True)
class Reading:
    """The customer's own value, if one is told, and the text without all that was read.

    `complaints` are sentences for the customer. `gives_up` says that the known one is given up.
    """

    value: str | None
    rest: str
    complaints: tuple[str, ...] = ()
    gives_up: bool = False


def read(said: Sequence[Said], text: str, rest: str, known: str | None) -> Reading:
    """What the values that are `said` tell, where `known` is the one so far.

    One that is to be used beside the customer's own is taken only as long as none is known.
    """
    theirs = [one for one in said if not is_of_another(one, text)]
    beside = [one for one in theirs if known is not None and is_beside_theirs(one, text)]
    own = [one for one in theirs if one not in beside]
    value = meant_of(own, text)
    return Reading(
        value,
        rest,
        tuple(_not_noted(one.value) for one in beside if one.value != known),
        gives_up=value is None
        and any(one.value == known and is_given_up(one, text) for one in own),
    )


def _not_noted(value: str) -> str:
    return f"I can note one phone number and one email address, so {value} is not noted."
