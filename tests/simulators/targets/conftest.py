"""A reference target, and customers who write to it."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from simulators.conversation import Browser
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Delivery, Target
from simulators.trace import Answer


@dataclass
class Writer:
    """A customer with a browser, who writes one message after the other."""

    target: Target
    name: str = "hari"
    browser: Browser = field(default_factory=Browser)
    written: int = 0
    session_id: str | None = None

    def delivery(self, text: str) -> Delivery:
        jar = self.browser.live_cookies(self.target.now())
        self.written += 1
        message_id = f"00000000-0000-4000-8000-{sum(map(ord, self.name)):06d}{self.written:06d}"
        return Delivery(text, self.name, message_id, self.browser.page_session_id, jar)

    def say(self, text: str) -> Answer:
        return self.deliver(self.delivery(text))

    def deliver(self, delivery: Delivery) -> Answer:
        answer = self.target.deliver(delivery)
        self.browser = self.browser.keep(answer.cookies)
        if answer.session_id is not None:
            self.browser = self.browser.remember(answer.session_id)
            self.session_id = answer.session_id
        return answer


@pytest.fixture
def need() -> Callable[[str | None], None]:
    """Skips the test where there is a reason why it cannot run here; in CI it has to run."""

    def check(reason: str | None) -> None:
        if reason is not None and os.environ.get("CI"):
            pytest.fail(reason)
        if reason is not None:
            pytest.skip(reason)

    return check


@pytest.fixture
def need_store(need: Callable[[str | None], None]) -> Callable[[str, int], None]:
    """Skips the test where that store does not run at that port of this machine."""

    def check(what: str, port: int) -> None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError as error:
            need(f"{what} does not run at port {port} ({error})")

    return check


@pytest.fixture
def target() -> Iterator[ReferenceTarget]:
    """The reference target, begun."""
    target = ReferenceTarget()
    target.begin(0, Arrangement())
    yield target
    target.close()


@pytest.fixture
def begun() -> Iterator[Callable[[Target], Target]]:
    """Begins any target, and closes it after the test."""
    targets: list[Target] = []

    def begin(target: Target) -> Target:
        targets.append(target)
        target.begin(0, Arrangement())
        return target

    yield begin
    for target in targets:
        target.close()


@pytest.fixture
def writer() -> type[Writer]:
    """Makes customers."""
    return Writer


@pytest.fixture
def hari(target: ReferenceTarget) -> Writer:
    """A customer of the reference target."""
    return Writer(target)
