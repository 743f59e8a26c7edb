"""The `Set-Cookie` header, read as a browser does (RFC 6265, section 5.2)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from simulators.conversation import Cookie

LONGEST_LIFE = timedelta(days=400)
"""Browsers keep no cookie for longer, whatever a service asks for."""

TAKEN_AWAY = timedelta(microseconds=-1)
"""The life of a cookie that a service takes away."""


def read_set_cookie(header: str, now: datetime) -> Cookie | None:
    """The cookie that a header sets at that moment; None where a browser ignores the header.

    A cookie that is taken away comes back with an `expires_at` that has passed. A secure one is
    kept: a browser takes the loopback for a safe place.
    """
    pair, *attributes = header.split(";")
    name, equals, value = pair.partition("=")
    name = name.strip()
    if not equals or not name:
        return None
    return Cookie(name, _unquoted(value.strip()), _expires_at(attributes, now))


def read_attribute(header: str, name: str) -> str | None:
    """The last value of an attribute of a header; None where there is none."""
    value = None
    for attribute in header.split(";")[1:]:
        key, _, text = attribute.partition("=")
        if key.strip().lower() == name:
            value = text.strip()
    return value


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def _expires_at(attributes: list[str], now: datetime) -> datetime | None:
    """When the cookie ends; `Max-Age` counts before `Expires`, and the last of each counts."""
    max_age = expires = None
    for attribute in attributes:
        name, _, value = attribute.partition("=")
        match name.strip().lower():
            case "max-age":
                max_age = _seconds(value.strip()) or max_age
            case "expires":
                expires = _moment(value.strip()) or expires
    if max_age is not None:
        return now + max_age
    return None if expires is None else min(expires, now + LONGEST_LIFE)


def _seconds(text: str) -> timedelta | None:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    if text.startswith("-") or not digits.strip("0"):
        return TAKEN_AWAY
    return min(timedelta(seconds=int(digits[:12])), LONGEST_LIFE)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
