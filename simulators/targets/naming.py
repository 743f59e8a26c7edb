"""Puts names in the place of identifiers, so that runs differing in identifiers alone are equal."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

_UUID = r"(?:guest-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DIGEST = r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
_NUMBER = r"C[WB]-\d{8}-\d{3,}"
_SHORTEST = len("CW-20260105-001")
_IDENTIFIER = re.compile(f"({_UUID}|{_DIGEST}|{_NUMBER})")


def digest(pieces: Iterable[str], names: Mapping[str, str], made: Collection[str]) -> str:
    """A digest of the pieces in order, under other names.

    An identifier in `names` goes by its name there. Any other one in `made` is known to nobody
    outside, so that it matters only where it stands: it goes by its place of first sight.
    """
    unknown: dict[str, str] = {}
    text: list[str] = []
    for piece in pieces:
        if len(piece) < _SHORTEST:
            text += (piece, "\x02")
            continue
        literal = True
        for part in _split(piece):
            if literal or (part not in names and part not in made):
                text.append(part)
            elif part in names:
                text.append(_as_name(names[part]))
            else:
                text.append(unknown.setdefault(part, f"\x01{len(unknown)}\x01"))
            literal = not literal
        text.append("\x02")
    whole = "".join(text)
    others = [name for name in names if not _IDENTIFIER.fullmatch(name)]
    if others:
        whole = _rename(whole, names, others)
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _as_name(name: str) -> str:
    # The pieces hold no control character, so a name cannot be taken for what a customer wrote.
    return f"\x00{name}\x00"


def _rename(text: str, names: Mapping[str, str], identifiers: Iterable[str]) -> str:
    longest_first = sorted(filter(None, identifiers), key=lambda each: (-len(each), each))
    pattern = "|".join(map(re.escape, longest_first))
    return re.sub(
        rf"(?<![\w\x00-])(?:{pattern})(?![\w-])", lambda found: _as_name(names[found[0]]), text
    )


@lru_cache(maxsize=20_000)
def _split(piece: str) -> tuple[str, ...]:
    """Text and identifiers in turn, beginning with text."""
    return tuple(_IDENTIFIER.split(piece))
