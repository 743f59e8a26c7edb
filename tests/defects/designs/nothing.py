"""A process memory that keeps nothing."""

from datetime import datetime

from coolwind.memory import SessionMemory
from coolwind.session import Session


class RemembersNothing(SessionMemory):
    """Keeps sessions in the store alone, and reads them anew for each message."""

    def put(self, session: Session, now: datetime) -> None:
        """Keep nothing."""
