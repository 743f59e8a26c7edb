"""Services that read the wrong thing of what a browser presents, or ask it for no proof."""

from collections.abc import Mapping
from dataclasses import replace

from coolwind.http.incoming import SESSION_COOKIE
from coolwind.messages import Message
from coolwind.resumption import Resumed
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService


class TrustsTheSessionId(PlainService):
    """Continues the session that the page names, whoever asks.

    Seen in: any service that does not bind a session to its customer.
    """

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        del found, message
        return True


class IgnoresTheCookie(ReferenceTarget):
    """Reads the session ID in the JSON body and never the cookie: a reload begins anew.

    Seen in: the seed ("the server was ignoring it").
    """

    def deliver(self, delivery: Delivery) -> Answer:
        return super().deliver(replace(delivery, cookies=_without_session(delivery.cookies)))


class ReadsTheCookieOnly(ReferenceTarget):
    """Reads the cookie and never the session ID in the body, so that it cannot know that a
    conversation was lost.

    Seen in: chat widgets behind a browser that drops cookies of third parties.
    """

    def deliver(self, delivery: Delivery) -> Answer:
        return super().deliver(replace(delivery, session_id=None))


def _without_session(cookies: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in cookies.items() if name != SESSION_COOKIE}
