"""Puts names in the place of identifiers, so that runs differing in identifiers alone are equal."""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

_UUID = r"(?:guest-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DIGEST = r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
_NUMBER = r"C[WB]-\d{8}-\d{3,}"
_SHORTEST = len("CW-20260105-001")
_LONGEST_SHAPE = 64
_IDENTIFIER = re.compile(f"({_UUID}|{_DIGEST}|{_NUMBER})")
_MOMENT = re.compile(
    r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|datetime\.datetime\(20\d\d(?:, \d+){4,6}"
    r"|\b1[6-9]\d{8}(?:\d{3})?(?:\.\d+)?\b"
)
_OPAQUE = re.compile(
    r"(\b(?=[\w-]*[a-zA-Z])(?=[\w-]*\d)(?![\w-]*20\d\d-?[01]\d-?[0-3]\d)[\w-]{20,})", re.ASCII
)


def digest(pieces: Iterable[str]) -> bytes:
    """A digest of the pieces in order, 16 bytes, in which each identifier goes by its place of
    first sight.

    Two texts are equal but for their identifiers where piece by piece the shapes are equal, and
    the identifiers of the pieces in a row are equal but for their names.
    """
    names = _Names()
    text: list[str] = []
    for piece in pieces:
        if len(piece) < _SHORTEST:
            text.append(piece)
            continue
        shape, identifiers = _shape(piece)
        text.append(shape)
        if identifiers:
            text += map(names.__getitem__, identifiers)
    return _digest("\x02".join(text)).digest()


def renamed(pieces: Iterable[str]) -> str:
    """The pieces in order, as one text in which each identifier goes by its place of first
    sight."""
    names = _Names()
    return "\x02".join(
        _with_names(piece, names) if len(piece) >= _SHORTEST else piece for piece in pieces
    )


def readable(pieces: Iterable[str]) -> list[str]:
    """The same piece by piece. Long words without a meaning, such as signed cookies, may hold an
    identifier, and go by their place of first sight, too, but none with a date in it. A moment that
    is exact to the second says when something was, and goes for any other; a day or a minute may be
    what a service goes by, and stays."""
    names = _Names()
    return [_joined(_split_by_words(_with_names(piece, names)), names) for piece in pieces]


class _Names(dict[str, str]):
    """Names in order of first sight. The pieces hold no control character, so that none can be
    taken for what a customer wrote."""

    def __missing__(self, identifier: str) -> str:
        name = self[identifier] = f"\x01{len(self)}\x01"
        return name


@lru_cache(maxsize=20_000)
def _shape(piece: str) -> tuple[str, tuple[str, ...]]:
    """What stands for a piece where its identifiers are left out, and those identifiers, each once,
    in order of first sight."""
    names = _Names()
    text = _with_names(piece, names)
    return text if len(text) <= _LONGEST_SHAPE else _digest(text).hexdigest(), tuple(names)


def _with_names(piece: str, names: _Names) -> str:
    return _joined(_split(piece), names)


def _joined(split: tuple[str, ...], names: _Names) -> str:
    parts = list(split)
    parts[1::2] = map(names.__getitem__, parts[1::2])
    return "".join(parts)


@lru_cache(maxsize=20_000)
def _split(piece: str) -> tuple[str, ...]:
    """Text and identifiers in turn, beginning with text."""
    return tuple(_IDENTIFIER.split(piece))


@lru_cache(maxsize=4_000)
def _split_by_words(piece: str) -> tuple[str, ...]:
    """Text and words without a meaning in turn, beginning with text; what is exact to the second is
    one moment. Much of a state is as it was in the one before."""
    return tuple(_OPAQUE.split(_MOMENT.sub("\x01then\x01", piece)))


def _digest(text: str) -> "hashlib.blake2b":
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
