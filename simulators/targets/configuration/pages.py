"""What the pages of a described service send of their session, and where they keep it."""

from typing import Final

from simulators.conversation import Storage
from simulators.targets.configuration.rules.texts import calls, texts_of_call
from simulators.targets.configuration.tables import Configuration, names

_CUSTOMER: Final = "customer_id"
_SESSION: Final = frozenset({"session_id", "conversation_id", "conversation_number"})


def kept_in(configuration: Configuration) -> Storage | None:
    """Where the pages keep the session ID; None where no request of theirs says whose it is, so
    that cookies alone do. Where nothing ever tells a session, and a request says who writes, that
    says it: all of a customer's pages know it."""
    requests = [text for path, call in calls(configuration) for text in texts_of_call(path, call)]
    named = {name for _, text in requests for name in names(text)}
    if not _SESSION.isdisjoint(named):
        return Storage.PAGE if configuration.reply is None else configuration.reply.kept_in
    is_of_customer = _CUSTOMER in named and not _tells_a_session(configuration)
    return Storage.LOCAL_STORAGE if is_of_customer else None


def _tells_a_session(configuration: Configuration) -> bool:
    reply, opening = configuration.reply, configuration.open
    told = (
        *((reply.session_id, reply.session_cookie) if reply is not None else ()),
        opening.session_id if opening is not None else None,
    )
    return any(told)
