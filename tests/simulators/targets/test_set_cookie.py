"""Set-Cookie headers, as a browser reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from simulators.conversation import Cookie
from simulators.targets.set_cookie import LONGEST_LIFE, read_set_cookie

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "cookie"),
    [
        ("a=b", Cookie("a", "b")),
        (" a = b ; Path=/; HttpOnly; Secure; SameSite=Lax", Cookie("a", "b")),
        ('a="b c"', Cookie("a", "b c")),
        ("a=", Cookie("a", "")),
        ("a=b=c", Cookie("a", "b=c")),
        ("a=b; Max-Age=60", Cookie("a", "b", NOW + timedelta(minutes=1))),
        ("a=b; max-age=60; Max-Age=soon", Cookie("a", "b", NOW + timedelta(minutes=1))),
        ("a=b; Max-Age=9999999999999999999", Cookie("a", "b", NOW + LONGEST_LIFE)),
        (
            "a=b; Expires=Mon, 05 Jan 2026 10:00:00 GMT",
            Cookie("a", "b", NOW + timedelta(hours=1)),
        ),
        (
            "a=b; Expires=Mon, 05 Jan 2026 10:00:00 -0000",
            Cookie("a", "b", NOW + timedelta(hours=1)),
        ),
        (
            "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            Cookie("a", "b", NOW + timedelta(minutes=1)),
        ),
        ("a=b; Expires=Fri, 05 Jan 2126 10:00:00 GMT", Cookie("a", "b", NOW + LONGEST_LIFE)),
        ("a=b; Expires=tomorrow", Cookie("a", "b")),
    ],
)
def test_a_cookie_is_read(header: str, cookie: Cookie) -> None:
    assert read_set_cookie(header, NOW) == cookie


@pytest.mark.parametrize("header", ["", "a", "=b", " ; a=b"])
def test_what_is_no_cookie_is_ignored(header: str) -> None:
    assert read_set_cookie(header, NOW) is None


@pytest.mark.parametrize(
    "attribute",
    ["Max-Age=0", "Max-Age=-1", "Max-Age=000", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
)
def test_a_cookie_that_is_taken_away_has_expired(attribute: str) -> None:
    cookie = read_set_cookie(f"a=b; {attribute}", NOW)
    assert cookie is not None
    assert cookie.expires_at is not None
    assert cookie.expires_at < NOW
