"""What stays of a session that has ended: enough to recognise who comes back to it and what comes
again, and nothing that was said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coolwind.proofs import is_proof
from coolwind.session import Session

COOKIE_SURPLUS = timedelta(days=7)
"""How much longer than a session its cookies live, and its tombstone.

An expiry can be announced only to a browser that still presents the session ID, and only as long
as the store can tell that it is the customer's own.
"""


class Ending(StrEnum):
    """How a session ended."""

    CLEARED = "cleared"
    SWEPT = "swept"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A session that has ended.

    `proof` is a digest of the session's proof. `marks` recognise the messages that it answered:
    those of a session that was cleared must not happen again, until it would have expired. One
    that was swept has expired, and leaves none.
    """

    session_id: str
    proof: str
    ending: Ending
    last_turn_at: datetime
    marks: frozenset[str] = frozenset()

    def is_proven_by(self, proof: str | None) -> bool:
        """Whether the proof shows that the session belonged to whoever presents it."""
        return is_proof(proof, self.proof)

    def is_expired(self, now: datetime, expiry: timedelta) -> bool:
        """Whether the session would be over by now if it had not ended before."""
        return now - self.last_turn_at >= expiry


def tombstone_of(session: Session, ending: Ending) -> Tombstone:
    """What stays of this session when it ends in that way."""
    return Tombstone(
        session_id=session.session_id,
        proof=session.proof,
        ending=ending,
        last_turn_at=session.last_turn_at,
        marks=session.marks if ending is Ending.CLEARED else frozenset(),
    )
