"""The customer's own name before or behind what a message says: "Hari here, make it 12"."""

import re

_TELLS = r"(?:not|no|instead|is|was|will|would|and|or|said|says|wants|told|has|from|can|does)\b"
"""Behind the name of somebody of whom the message tells something."""


def without_signature(text: str, name: str) -> str | None:
    """What a message says beside the customer's name, or None where it does not bear it so."""
    own = "|".join(map(re.escape, sorted({name, name.split()[0]}, key=len, reverse=True)))
    said = re.fullmatch(
        rf"\W*(?:(?:{own})(?:\s+(?:here|this\s+side))?\b[\s,.:-]+(?!{_TELLS})(?P<behind>.*\w.*)"
        rf"|(?P<before>.*\w.*?)(?<!not)(?<!for)(?<!is)(?<!to)[\s,.:-]+(?:{own}))\W*",
        text,
        re.IGNORECASE | re.DOTALL,
    )
    return None if said is None else said["behind"] or said["before"]
