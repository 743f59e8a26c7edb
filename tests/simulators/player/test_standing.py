"""What is known of a customer."""

import pytest

from simulators.conversation import Browser, Cookie, Storage
from simulators.player.standing import Customer


@pytest.mark.parametrize(
    ("storage", "cookie", "is_known"),
    [
        (Storage.PAGE, "s-4711", True),
        (Storage.PAGE, "s%3As-4711.signature", True),
        (Storage.LOCAL_STORAGE, "en", False),
        (Storage.PAGE, None, False),
        (None, "en", True),
        (None, None, False),
    ],
)
def test_cookies_say_which_session_it_is(
    storage: Storage | None, cookie: str | None, is_known: bool
) -> None:
    jar = () if cookie is None else (Cookie("a", cookie),)
    customer = Customer(Browser(storage=storage).keep(jar), "s-4711")
    assert customer.is_known_by_cookies is is_known


def test_a_short_session_id_is_in_no_longer_cookie() -> None:
    jar = (Cookie("token", "a7b"),)
    assert not Customer(Browser().keep(jar), "7").is_known_by_cookies
    assert Customer(Browser().keep((Cookie("id", "7"),)), "7").is_known_by_cookies
