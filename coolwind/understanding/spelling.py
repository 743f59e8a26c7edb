"""Words as they are written in a hurry: plurals and slips of the finger."""

from itertools import takewhile

_SHORTEST = 6
"""Letters of a word in which a slip leaves it recognisable."""

_LONG = 8
"""Letters of a word that no other English word resembles."""


def is_form_of(word: str, singular: str) -> bool:
    """Whether the word is the singular or its plural, with one slip in a longer word."""
    if word[:1] != singular[:1]:
        return False
    return word in _forms(singular) or is_slip_of(word.removesuffix("s"), singular)


def is_slip_of(word: str, right: str) -> bool:
    """Whether one slip of the finger makes the word out of the right one.

    A letter is left out, doubled, or changes places with its neighbour. In a long word any letter
    can be another or too much; in a short one that would make "remove" a "remote".
    """
    if len(right) < _SHORTEST or word[:1] != right[:1] or abs(len(word) - len(right)) > 1:
        return False
    is_long = len(right) >= _LONG
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, right, strict=False)))
    if len(word) < len(right):
        return word[at:] == right[at + 1 :]
    if len(word) > len(right):
        return word[at + 1 :] == right[at:] and (is_long or word[at] == word[at - 1])
    swapped = right[at + 1 : at + 2] + right[at : at + 1] + right[at + 2 :]
    return word[at:] == swapped or (is_long and word[at + 1 :] == right[at + 1 :])


def _forms(singular: str) -> tuple[str, ...]:
    plurals = (singular, singular + "s", singular + "es")
    return (*plurals, singular[:-1] + "ies") if singular.endswith("y") else plurals
