"""Customers' browsers, and scripts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.conversation import (
    THE_CUSTOMER,
    Break,
    Browser,
    Cookie,
    Interrupt,
    Pause,
    Resend,
    Say,
    Storage,
    SwitchTab,
    turns_of,
    uninterrupted,
)

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SESSION_IDS = st.none() | st.text()
COOKIES = st.builds(
    Cookie,
    st.text(max_size=3),
    st.text(),
    st.none() | st.timedeltas().map(lambda one: NOW + one / 10_000),
    st.sampled_from(["/", "/chat"]),
)


@dataclass(frozen=True)
class Visit:
    """A browser after some steps, beside what a list and a number say that it holds."""

    browser: Browser
    pages: list[str | None]
    tab: int


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    browser, pages, tab = Browser(), [None], 1
    for step in draw(st.lists(st.sampled_from(["open", "switch", "remember", "reload"]))):
        match step:
            case "open":
                browser, tab = browser.open_tab(), len(pages) + 1
                pages.append(None)
            case "switch":
                tab = draw(st.integers(1, len(pages)))
                browser = browser.switch(tab)
            case "remember":
                pages[tab - 1] = draw(SESSION_IDS)
                browser = browser.remember(pages[tab - 1])
            case _:
                pages[tab - 1] = None
                browser = browser.reload()
    return Visit(browser, pages, tab)


@given(visits())
def test_each_tab_remembers_for_itself(visit: Visit) -> None:
    assert (list(visit.browser.pages), visit.browser.tab) == (visit.pages, visit.tab)
    assert visit.browser.page_session_id == visit.pages[visit.tab - 1]


@given(visits(), st.lists(COOKIES))
def test_a_reload_keeps_the_cookies_and_the_other_tabs(visit: Visit, cookies: list[Cookie]) -> None:
    browser = visit.browser.keep(cookies)
    reloaded = browser.reload()
    assert reloaded.cookies == browser.cookies
    assert reloaded.page_session_id is None
    others = [page for tab, page in enumerate(browser.pages, 1) if tab != browser.tab]
    assert [page for tab, page in enumerate(reloaded.pages, 1) if tab != browser.tab] == others


def test_session_storage_outlives_a_reload_and_is_empty_in_a_new_tab() -> None:
    browser = Browser(storage=Storage.SESSION_STORAGE).remember("one").reload()
    assert browser.page_session_id == "one"
    assert browser.open_tab().page_session_id is None
    assert browser.open_tab().remember("two").switch(1).page_session_id == "one"


def test_local_storage_outlives_a_reload_and_is_shared_by_all_tabs() -> None:
    browser = Browser(storage=Storage.LOCAL_STORAGE).remember("one").reload()
    assert browser.page_session_id == "one"
    assert browser.open_tab().page_session_id == "one"
    assert browser.open_tab().remember("two").switch(1).page_session_id == "two"
    assert browser.open_tab().remember(None).switch(1).page_session_id is None


@given(visits(), st.lists(COOKIES))
def test_losing_the_cookies_keeps_the_pages(visit: Visit, cookies: list[Cookie]) -> None:
    lost = visit.browser.keep(cookies).lose_cookies()
    assert lost == visit.browser


@given(st.lists(COOKIES))
def test_the_jar_holds_the_last_cookie_of_each_name_and_path(cookies: list[Cookie]) -> None:
    jar = Browser().keep(cookies).cookies
    last = {(cookie.name, cookie.path): cookie for cookie in cookies}
    assert list(jar.values()) == list(last.values())


@given(st.lists(COOKIES))
def test_a_request_carries_no_expired_cookie(cookies: list[Cookie]) -> None:
    browser = Browser().keep(cookies)
    live = browser.live_cookies(NOW)
    for cookie in browser.cookies.values():
        is_live = cookie.expires_at is None or cookie.expires_at > NOW
        assert (replace(cookie, expires_at=None) in live) is is_live


def test_a_cookie_is_gone_at_the_very_moment_of_its_expiry() -> None:
    browser = Browser().keep([Cookie("session", "one", NOW)])
    assert browser.live_cookies(NOW) == ()
    (live,) = browser.live_cookies(NOW - timedelta(microseconds=1))
    assert live.value == "one"


def test_a_cookie_with_a_longer_path_goes_first_and_then_the_older_one() -> None:
    jar = [Cookie("a", "1"), Cookie("b", "2", path="/chat"), Cookie("a", "3", path="/chat")]
    browser = Browser().keep(jar).keep([Cookie("a", "4")])
    assert [cookie.value for cookie in browser.live_cookies(NOW)] == ["2", "3", "4"]


@pytest.mark.parametrize("tab", [0, 3, -1])
def test_a_tab_that_was_never_opened_cannot_come_to_the_front(tab: int) -> None:
    with pytest.raises(ValueError, match=f"there is no tab {tab}: the customer has 2"):
        Browser().open_tab().switch(tab)


def test_only_messages_make_turns() -> None:
    script = (Say(THE_CUSTOMER, "hello"), Pause(timedelta(1)), SwitchTab(THE_CUSTOMER, 1))
    assert turns_of(script) == 1
    assert turns_of(()) == 0


_HELLO, _YES, _PRIYA = Say(THE_CUSTOMER, "hello"), Say(THE_CUSTOMER, "yes"), Say("Priya", "hello")
_CRASH, _AGAIN = Interrupt("crash-after", "store.commit #1", 2), Resend(THE_CUSTOMER)


def test_a_script_without_its_faults_inside_turns_sends_nothing_again() -> None:
    script = (_HELLO, _AGAIN, Break("crash"), _CRASH, _YES, _CRASH, _AGAIN, _PRIYA, _AGAIN)
    assert uninterrupted(script) == (_HELLO, Break("crash"), _YES, _PRIYA)
