"""A reference target, and customers who write to it."""

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
        cookies = self.browser.live_cookies(self.target.now())
        self.written += 1
        message_id = f"00000000-0000-4000-8000-{sum(map(ord, self.name)):06d}{self.written:06d}"
        return Delivery(text, self.name, message_id, self.browser.page_session_id, cookies)

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
def target() -> Iterator[ReferenceTarget]:
    """The reference target, begun."""
    target = ReferenceTarget()
    target.begin(0, Arrangement())
    yield target
    target.close()


@pytest.fixture
def begun() -> Iterator[Callable[[ReferenceTarget], ReferenceTarget]]:
    """Begins any reference target, and closes it after the test."""
    targets: list[ReferenceTarget] = []

    def begin(target: ReferenceTarget) -> ReferenceTarget:
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
