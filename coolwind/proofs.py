"""The proof of a session: a secret that the customer's browser has, and of which the service keeps
no more than a digest.
"""

import hashlib
import hmac


def digest_of(proof: str) -> str:
    """What is kept of a proof: enough to recognise it, and nothing to present."""
    return hashlib.sha256(proof.encode("utf-8", "surrogatepass")).hexdigest()


def is_proof(proof: str | None, digest: str) -> bool:
    """Whether it is the proof with that digest."""
    return hmac.compare_digest(digest_of(proof or ""), digest)


def opening_proof(salt: str, message_id: str) -> str:
    """The proof of a session that the message with this ID, a UUID, has opened.

    Whoever repeats the message gets it again. The salt alone, which is kept, does not tell it.
    """
    key, message = salt.encode(), message_id.encode("utf-8", "surrogatepass")
    return hmac.digest(key, message, "sha256").hex()
