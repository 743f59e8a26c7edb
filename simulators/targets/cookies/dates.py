"""The moment at which a cookie expires, read as a browser does (RFC 6265, section 5.1.1): in any
order and with anything between, and always in UTC."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

_BETWEEN: Final = re.compile(r"[\t -/;-@\[-`{-~]+")
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_PARTS: Final[Mapping[str, Callable[[str], re.Match[str] | None]]] = {
    "time": re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])").match,
    "day": re.compile(r"([0-9]{1,2})(?![0-9])").match,
    "month": re.compile(_MONTHS, re.IGNORECASE).match,
    "year": re.compile(r"([0-9]{2,4})(?![0-9])").match,
}
_FIRST_YEAR: Final = 1601


def cookie_date(text: str) -> datetime | None:
    """The moment that a text means; None where it means none."""
    found: dict[str, re.Match[str]] = {}
    for token in _BETWEEN.split(text):
        for name, match in _PARTS.items():
            if name not in found and (part := match(token)) is not None:
                found[name] = part
                break
    if len(found) < len(_PARTS):
        return None
    hour, minute, second = map(int, found["time"].groups())
    month = _MONTHS.split("|").index(found["month"][0].lower()) + 1
    try:
        moment = datetime(
            _year(int(found["year"][1])), month, int(found["day"][1]), hour, minute, second, 0, UTC
        )
    except ValueError:
        return None
    return None if moment.year < _FIRST_YEAR else moment


def _year(year: int) -> int:
    if year < 70:
        return year + 2000
    return year + 1900 if year < 100 else year
