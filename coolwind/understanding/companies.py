"""Companies, which customers write for, and which are no person's name."""

import re

from coolwind.understanding.everyday_words import EVERYDAY
from coolwind.understanding.sentences import vocabulary

_KINDS = vocabulary(
    "electronics electricals traders trading enterprise enterprises agency agencies industries "
    "solutions systems technologies engineering engineers constructions builders contractors "
    "refrigeration refrigerators aircon airconditioning hvac works pvt ltd limited llp inc corp "
    "corporation associates bros sons mart supermarket hypermarket bakery restaurant hotel hotels "
    "resort hospital clinic pharmacy textiles jewellers furniture hardware stores distributors "
    "dealers suppliers services school college centre center storage care"
)
_ALSO_VERBS = vocabulary("works services stores sons care centre center")
"""Of these, the ones that say something else where they have no capital."""

_PIECE_END = re.compile(r"[;,:!?\n]|(?<!\b\w)(?<!\bst)\.(?=\s|$)", re.IGNORECASE)
_AROUND = "\"'()[]{}*_-.,"


def company_in(text: str) -> str | None:
    """The first company that a text names, as it is written: a word for a kind of company, and
    words beside it that make a name of it. None where it names none.
    """
    return next((name for piece in _PIECE_END.split(text) if (name := _named_in(piece))), None)


def is_kind_of_company(word: str) -> bool:
    """Whether a word is the one by which the name of a company says that it is one."""
    bare = word.strip(_AROUND)
    return bare.lower() in _KINDS and bare not in _ALSO_VERBS


def _named_in(piece: str) -> str | None:
    words = piece.split()
    kinds = [at for at, word in enumerate(words) if is_kind_of_company(word)]
    if not kinds:
        return None
    start, end = kinds[0], kinds[0] + 1
    while start > 0 and _is_part(words[start - 1]):
        start -= 1
    while end < len(words) and _is_part(words[end]):
        end += 1
    return " ".join(words[start:end]).strip(_AROUND) if end - start > 1 else None


def _is_part(word: str) -> bool:
    """Whether a word can be part of such a name, as an everyday word in lower case cannot."""
    if word == "&":
        return True
    bare = word.strip(_AROUND)
    return bare.replace("'", "").isalpha() and not (bare.islower() and bare in EVERYDAY)
