"""The `Set-Cookie` header, read as a browser does (RFC 6265, section 5.2)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from simulators.conversation import Cookie
from simulators.targets.cookies.dates import cookie_date
from simulators.targets.cookies.places import Place

LONGEST_LIFE: Final = timedelta(days=400)
"""Browsers keep no cookie for longer, whatever a service asks for."""

TAKEN_AWAY: Final = timedelta(microseconds=-1)
"""The life of a cookie that a service takes away."""

LONGEST: Final = 4096
"""Browsers ignore a cookie of which name and value have more bytes than these together."""


def read_set_cookie(header: str, place: Place, now: datetime) -> Cookie | None:
    """The cookie that a header of an answer from that place sets at that moment; None where a
    browser ignores the header.

    A cookie that is taken away comes back with an `expires_at` that has passed. Quotes belong to
    the value. A header holds bytes, each of them one letter.
    """
    pair, *rest = header.split(";")
    name, equals, value = (part.strip(" \t") for part in pair.partition("="))
    if not equals or not name or len(name) + len(value) > LONGEST:
        return None
    attributes = _attributes(rest)
    is_refused = "secure" in attributes and not place.is_safe
    if is_refused or not place.is_in(attributes.get("domain")):
        return None
    path = attributes.get("path", "")
    return Cookie(
        name,
        value,
        _expires_at(attributes, now),
        path if path.startswith("/") else place.default_path,
    )


def _attributes(texts: list[str]) -> Mapping[str, str]:
    """The last of each name, but for those that are no time where a time has to be."""
    attributes: dict[str, str] = {}
    for text in texts:
        name, _, value = (part.strip(" \t") for part in text.partition("="))
        name = name.lower()
        is_read = {"max-age": _seconds, "expires": cookie_date}.get(name, str)(value)
        if is_read is not None:
            attributes[name] = value
    return attributes


def _expires_at(attributes: Mapping[str, str], now: datetime) -> datetime | None:
    """When the cookie ends; `Max-Age` counts before `Expires`."""
    seconds = _seconds(attributes.get("max-age", ""))
    if seconds is not None:
        return now + seconds
    moment = cookie_date(attributes.get("expires", ""))
    return None if moment is None else min(moment, now + LONGEST_LIFE)


def _seconds(text: str) -> timedelta | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    number = digits.lstrip("0")
    if text.startswith("-") or not number:
        return TAKEN_AWAY
    return min(timedelta(seconds=int(number[:12])), LONGEST_LIFE)
