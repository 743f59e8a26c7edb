"""The identity port: the only source of randomness in the core."""

import secrets
import uuid
from typing import Protocol

GUEST = "guest-"
"""How every invented customer ID begins, also in the store."""


class Ids(Protocol):
    """Makes identifiers. No two calls return the same one."""

    def session_id(self) -> str:
        """A new session ID: a UUID in its canonical form of 36 characters."""
        ...

    def customer_id(self) -> str:
        """A name for a customer who did not give one; it begins with `GUEST`."""
        ...

    def proof(self) -> str:
        """A secret of at least 128 bits that proves whose a session is."""
        ...


def is_invented(customer_id: str) -> bool:
    """Whether the name stands for a customer who gave none."""
    return customer_id.startswith(GUEST)


class RandomIds:
    """Identifiers from the operating system's random source."""

    def session_id(self) -> str:
        return str(uuid.uuid4())

    def customer_id(self) -> str:
        return f"{GUEST}{uuid.uuid4()}"

    def proof(self) -> str:
        return secrets.token_urlsafe(32)
