"""How a conversation came through a fault, in one word. Each was seen in a real product."""

from enum import StrEnum

from reports.outcomes import SIGNS


class Outcome(StrEnum):
    """The outcomes, from the best to the worst: of two, the later one is reported."""

    RESTORED = "restored"
    FRESH = "fresh"
    UNAVAILABLE = "unavailable"
    INCONCLUSIVE = "inconclusive"
    LOUD_RESET = "loud-reset"
    RESTORED_STALE = "restored-stale"
    LOST_TURN = "lost-turn"
    SILENT_RESET = "silent-reset"
    HALF_EXPIRED = "half-expired"
    VERSION_SKEW = "version-skew"
    WEDGED = "wedged"
    ZOMBIE = "zombie"
    INTERLEAVED = "interleaved"
    DUPLICATED_EFFECT = "duplicated-effect"
    LEAKED = "leaked"

    @property
    def means(self) -> str:
        """What the customer lives through, in one sentence."""
        return SIGNS[self.value].means
