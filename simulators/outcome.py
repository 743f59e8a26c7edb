"""How a conversation came through a fault, in one word. Each was seen in a real product."""

from enum import StrEnum


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
        return _MEANINGS[self]


_MEANINGS = {
    Outcome.RESTORED: "The conversation goes on as if nothing had happened.",
    Outcome.FRESH: "The conversation was over, as it had to be, and another one began.",
    Outcome.UNAVAILABLE: "The customer reads a clean error, and trying again works.",
    Outcome.INCONCLUSIVE: "It could not be decided.",
    Outcome.LOUD_RESET: "The conversation is lost, and the customer is told.",
    Outcome.RESTORED_STALE: "The conversation goes on without its last turn.",
    Outcome.LOST_TURN: "The session goes on, but something the customer gave is gone.",
    Outcome.SILENT_RESET: "The conversation is lost without a word: a new session answers.",
    Outcome.HALF_EXPIRED: "Part of an expired conversation is still there, part is gone.",
    Outcome.VERSION_SKEW: "The new version cannot read what the old one stored.",
    Outcome.WEDGED: "Every later message fails.",
    Outcome.ZOMBIE: "A conversation that had ended came back.",
    Outcome.INTERLEAVED: "Two turns overwrote each other.",
    Outcome.DUPLICATED_EFFECT: "Something that must happen once happened twice.",
    Outcome.LEAKED: "A customer sees what belongs to another.",
}
