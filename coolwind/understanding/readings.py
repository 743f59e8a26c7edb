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

    One that is to be used beside the customer's own is taken only as long as there is no other.
    """
    theirs = [one for one in said if not is_of_another(one, text)]
    beside = [one for one in theirs if is_beside_theirs(one, text)]
    if known is None and len(beside) == len(theirs):
        beside = []
    own = [one for one in theirs if one not in beside]
    value = meant_of(own, text)
    kept = [one for one in own if not is_given_up(one, text)]
    more = kept if kept and kept[0].value == value else []
    left = dict.fromkeys(one.value for one in (*beside, *more) if one.value not in (value, known))
    return Reading(
        value,
        rest,
        tuple(map(_not_noted, left)),
        gives_up=value is None
        and any(one.value == known and is_given_up(one, text) for one in own),
    )


def _not_noted(value: str) -> str:
    return f"I can note one phone number and one email address, so {value} is not noted."
