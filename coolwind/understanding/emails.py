"""Email addresses, and what is wrong with an attempt at one."""

import re
from collections.abc import Sequence

from coolwind.understanding.corrections import Said, cut_out
from coolwind.understanding.details import Detail
from coolwind.understanding.readings import Reading, read
from coolwind.understanding.sentences import CUT

_EMAIL = re.compile(
    r"(?<![\w@.+-])(?:(?<=mail\s)id-)?"
    r"(?P<address>[a-z0-9._%+'-]+\s?@\s?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
_ATTEMPT = re.compile(
    r"(?=[^\s,;]*[a-z])[^\s,;]*@[^\s,;]*(?:,(?:com|co|in|net|org)\b)?", re.IGNORECASE
)
_CUE = re.compile(
    r"\b(?:e-?mail|mail)(?:\s+(?:id|address))?\s*(?:is|:|=|-|to)+\s*([^\s,;]+)", re.IGNORECASE
)


def email_told(text: str, missing: Sequence[Detail], known: str | None) -> Reading:
    """The email address, or what is wrong with an attempt at one; `known` is the one so far."""
    said = [
        Said(_address(match), match.start(), match.end())
        for match in _EMAIL.finditer(text)
        if _is_address(_address(match))
    ]
    wrong = None if said else _attempt_in(text, missing)
    if wrong is None:
        return read(said, text, cut_out(said, text), known)
    return Reading(None, text.replace(wrong, CUT, 1), (_complaint(wrong.strip(".:")),))


def _address(match: re.Match[str]) -> str:
    local, _, domain = re.sub(r"\s", "", match["address"]).rpartition("@")
    return f"{local}@{domain.lower()}"


def _attempt_in(text: str, missing: Sequence[Detail]) -> str | None:
    """Words that are meant to be an address, and are none."""
    attempt = _ATTEMPT.search(text)
    if attempt is not None:
        return attempt.group()
    cue = _CUE.search(text)
    if cue is not None and "." in cue[1].strip("."):
        return cue[1]
    alone = text.strip()
    return (
        alone
        if Detail.EMAIL in missing and re.fullmatch(r"(?=.*[a-z])\S+\.\S*\w", alone, re.IGNORECASE)
        else None
    )


def _is_address(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return (
        len(address) <= 254
        and len(local) <= 64
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and not any(label.startswith("-") or label.endswith("-") for label in domain.split("."))
    )


def _complaint(wrong: str) -> str:
    local, at, domain = wrong.partition("@")
    if not at:
        reason = "it has no @"
    elif not local:
        reason = "nothing stands before the @"
    elif "." not in domain:
        reason = "after the @ there has to be a domain such as example.com"
    else:
        reason = "it has to look like name@example.com"
    return f'"{wrong[:60]}" is not an email address: {reason}.'
