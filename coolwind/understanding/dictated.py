"""Numbers and addresses in words: "nine eight double seven", "hari at example dot com"."""

import re

_DIGITS = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split()
}
_TIMES = {"double": 2, "triple": 3}
_DIGIT = rf"(?:(?:double|triple)[\s-]+)?(?:{'|'.join(_DIGITS)}|\d+)"
_NUMBER = re.compile(rf"\b{_DIGIT}(?:[\s,-]+{_DIGIT}){{5,}}\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|\d+", re.IGNORECASE)
_LABEL = r"[a-z0-9][a-z0-9_-]*"
_DOT = r"\s*(?:\bdot\b|\.)\s*"
_ADDRESS = re.compile(
    rf"\b{_LABEL}(?:{_DOT}{_LABEL})*\s+at(?:\s+the\s+rate(?:\s+of)?)?\s+{_LABEL}"
    rf"(?:{_DOT}{_LABEL})*{_DOT}(?:com|in|net|org)\b",
    re.IGNORECASE,
)


def in_signs(text: str) -> str:
    """The text with numbers and addresses that are spelled out as they are commonly written."""
    return _ADDRESS.sub(_address, _NUMBER.sub(_number, text))


def _number(found: re.Match[str]) -> str:
    """The digits that the words say; digits that are written as such stay as they are."""
    if not re.search(r"[a-z]", found.group(), re.IGNORECASE):
        return found.group()
    digits, times = "", 1
    for word in _WORD.findall(found.group().lower()):
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits += _DIGITS.get(word, word) * times
            times = 1
    return digits


def _address(found: re.Match[str]) -> str:
    at = re.sub(r"\s+at(?:\s+the\s+rate(?:\s+of)?)?\s+", "@", found.group(), flags=re.IGNORECASE)
    return re.sub(_DOT, ".", at, flags=re.IGNORECASE)
