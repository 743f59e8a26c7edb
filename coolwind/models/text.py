"""Text that can be stored and shown, whoever wrote it."""

import re

MAX_ANSWER = 2_000
"""Characters of a model's answer that reach the customer; the rest is cut."""

# Unpaired surrogates cannot be stored as UTF-8, NUL not in every database, and the marks that
# turn the writing direction make a text read as another one. Joiners stay: Malayalam needs them.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def storable(text: str) -> str:
    """The text without control characters (newline and tab stay) and unpaired surrogates."""
    return _UNFIT.sub("", text)


def presentable(text: str) -> str:
    """A model's text as a customer may see it: storable, trimmed, at most `MAX_ANSWER` long."""
    clean = storable(text).strip()
    if len(clean) <= MAX_ANSWER:
        return clean
    return clean[: MAX_ANSWER - 1].rstrip() + "…"
