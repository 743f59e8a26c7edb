"""What the pages of a described service send of their session, and where they keep it."""

from typing import Final

from simulators.conversation import Storage
from simulators.targets.configuration.rules.texts import calls, texts_of_call
from simulators.targets.configuration.tables import Configuration, names

_SESSION: Final = frozenset({"session_id", "conversation_id", "conversation_number"})


def kept_in(configuration: Configuration) -> Storage | None:
    """Where the pages keep the session ID; None where no request of theirs says whose it is, so
    that cookies alone do."""
    requests = [text for path, call in calls(configuration) for text in texts_of_call(path, call)]
    if _SESSION.isdisjoint(name for _, text in requests for name in names(text)):
        return None
    return Storage.PAGE if configuration.reply is None else configuration.reply.kept_in
