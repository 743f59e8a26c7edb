"""Whether the end of a conversation leaves a service behind that serves."""

from collections.abc import Sequence
from typing import Final

from simulators.targets.target import Capability
from simulators.trace import Answer

_GONE: Final = (
    "the service did not start again, or did not answer its probe, after the last message of a"
    " conversation, where no message shows what that costs; let the scenario go on for a message"
)


class Presence:
    """What is known of whether a service serves, beside what its customers see of it.

    One that is gone behind the last message costs nobody anything that a law could name, and is no
    pass.
    """

    def __init__(self) -> None:
        self.is_unable = False
        """Whether the last message had no answer but an error."""
        self.is_without_store = False
        """Whether its store is down."""
        self._is_gone = self._was_gone = False

    @property
    def doubts(self) -> Sequence[str]:
        """Why what was seen so far is no pass, with the remedy."""
        return (_GONE,) if self._is_gone or self._was_gone else ()

    def begins(self) -> None:
        """Another conversation begins."""
        self._was_gone |= self._is_gone
        self.is_unable = self.is_without_store = self._is_gone = False

    def answered(self, answer: Answer) -> None:
        """A message shows what its customers see."""
        self.is_unable, self._is_gone = answer.is_error, False

    def struck(self, capability: Capability) -> None:
        """Its store may go, or be back."""
        if capability in (Capability.STORE_OUTAGE, Capability.STORE_RECOVERY):
            self.is_without_store = capability is Capability.STORE_OUTAGE

    def seen(self, *, is_there: bool) -> None:
        """Somebody looked for it."""
        self._is_gone = not (is_there or self.is_unable or self.is_without_store)
