"""Set-Cookie headers, as a browser reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from simulators.conversation import Cookie
from simulators.targets.cookies.dates import cookie_date
from simulators.targets.cookies.places import Place, carried, place_of
from simulators.targets.cookies.set_cookie import LONGEST, LONGEST_LIFE, read_set_cookie

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HERE = Place("/")


@pytest.mark.parametrize(
    ("header", "cookie"),
    [
        ("a=b", Cookie("a", "b")),
        (" a = b ; Path=/; HttpOnly; Secure; SameSite=Lax", Cookie("a", "b")),
        ('a="b c"', Cookie("a", '"b c"')),
        ("a=b, c=d", Cookie("a", "b, c=d")),
        ("a=", Cookie("a", "")),
        ("a=b=c", Cookie("a", "b=c")),
        ("a=b; Max-Age=60", Cookie("a", "b", NOW + timedelta(minutes=1))),
        ("a=b; max-age=60; Max-Age=soon", Cookie("a", "b", NOW + timedelta(minutes=1))),
        ("a=b; Max-Age=00000000000000060", Cookie("a", "b", NOW + timedelta(minutes=1))),
        ("a=b; Max-Age=9999999999999999999", Cookie("a", "b", NOW + LONGEST_LIFE)),
        (
            "a=b; Expires=Mon, 05 Jan 2026 10:00:00 GMT",
            Cookie("a", "b", NOW + timedelta(hours=1)),
        ),
        (
            "a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            Cookie("a", "b", NOW + timedelta(minutes=1)),
        ),
        (
            "a=b; Expires=Mon, 05 Jan 2026 10:00:00 GMT; expires=soon",
            Cookie("a", "b", NOW + timedelta(hours=1)),
        ),
        ("a=b; Expires=Fri, 05 Jan 2126 10:00:00 GMT", Cookie("a", "b", NOW + LONGEST_LIFE)),
        ("a=b; Expires=tomorrow", Cookie("a", "b")),
        ("a=b; Path=/chat; Path=/", Cookie("a", "b")),
        ("a=b; Path=/chat", Cookie("a", "b", path="/chat")),
        (f"a={'b' * (LONGEST - 1)}", Cookie("a", "b" * (LONGEST - 1))),
    ],
)
def test_a_cookie_is_read(header: str, cookie: Cookie) -> None:
    assert read_set_cookie(header, HERE, NOW) == cookie


@pytest.mark.parametrize("header", ["", "a", "=b", " ; a=b", f"a={'b' * LONGEST}"])
def test_what_is_no_cookie_is_ignored(header: str) -> None:
    assert read_set_cookie(header, HERE, NOW) is None


@pytest.mark.parametrize(
    "attribute",
    ["Max-Age=0", "Max-Age=-1", "Max-Age=000", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"],
)
def test_a_cookie_that_is_taken_away_has_expired(attribute: str) -> None:
    cookie = read_set_cookie(f"a=b; {attribute}", HERE, NOW)
    assert cookie is not None
    assert cookie.expires_at is not None
    assert cookie.expires_at < NOW


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 05 Jan 2026 10:00:00 GMT",
        "Mon, 05-Jan-2026 10:00:00 GMT",
        "Monday, 05-Jan-26 10:00:00 GMT",
        "Mon Jan  5 10:00:00 2026",
        "Mon, 05 January 2026 10:00:00 -0530",
        "2026 10:0:0 5 jan",
    ],
)
def test_a_date_is_read_in_every_form_that_services_write(text: str) -> None:
    assert cookie_date(text) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "Mon, 05 Jan 2026",
        "Mon, 31 Feb 2026 10:00:00 GMT",
        "Mon, 05 Jan 2026 24:00:00 GMT",
        "Mon, 05 Jan 2026 10:00:60 GMT",
        "Mon, 05 Jan 1600 10:00:00 GMT",
        "Mon, 05 Jan 20266 10:00:00 GMT",
        "Mon, 05 Jan ٢٠٢٦ 10:00:00 GMT",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert cookie_date(text) is None


@pytest.mark.parametrize(
    ("url", "header"),
    [
        (None, "a=b; Domain=127.0.0.1; Secure"),
        ("http://localhost:3000", "a=b; Domain=localhost; Secure"),
        ("http://shop.localhost", "a=b; Secure"),
        ("http://[::1]:3000", "a=b; Secure"),
        ("http://shop.example.com", "a=b; Domain=.Example.com"),
        ("http://shop.example.com", "a=b; Domain="),
        ("https://shop.example.com", "a=b; Domain=shop.example.com; Secure"),
    ],
)
def test_a_cookie_of_its_own_host_is_kept(url: str | None, header: str) -> None:
    assert read_set_cookie(header, place_of(url, "/"), NOW) == Cookie("a", "b")


@pytest.mark.parametrize(
    ("url", "header"),
    [
        (None, "a=b; Domain=example.com"),
        (None, "a=b; Domain=0.0.1"),
        ("http://localhost", "a=b; Domain=127.0.0.1"),
        ("http://shop.example.com", "a=b; Domain=com"),
        ("http://shop.example.com", "a=b; Domain=chat.example.com"),
        ("http://shop.example.com", "a=b; Domain=p.example.com"),
        ("http://shop.example.com", "a=b; Secure"),
    ],
)
def test_a_cookie_of_another_host_or_for_a_safer_one_is_ignored(
    url: str | None, header: str
) -> None:
    assert read_set_cookie(header, place_of(url, "/"), NOW) is None


@pytest.mark.parametrize(
    ("path", "attribute", "expected"),
    [
        ("/chat/say", "", "/chat"),
        ("/chat", "", "/"),
        ("/", "", "/"),
        ("/chat/say", "; Path=", "/chat"),
        ("/chat/say", "; Path=chat", "/chat"),
        ("/chat/say", "; Path=/other", "/other"),
    ],
)
def test_a_cookie_goes_where_its_path_says(path: str, attribute: str, expected: str) -> None:
    cookie = read_set_cookie(f"a=b{attribute}", Place(path), NOW)
    assert cookie == Cookie("a", "b", path=expected)


@pytest.mark.parametrize(
    ("path", "names"),
    [("/", "1"), ("/chat", "123"), ("/chat/say", "123"), ("/chatter", "1"), ("/cha", "1")],
)
def test_a_request_carries_the_cookies_of_its_path(path: str, names: str) -> None:
    jar = [Cookie("1", ""), Cookie("2", "", path="/chat"), Cookie("3", "", path="/chat")]
    jar.append(Cookie("4", "", path="/chat/"))
    sent = "".join(cookie.name for cookie in carried(jar, path))
    assert sent == (names + "4" if path == "/chat/say" else names)
