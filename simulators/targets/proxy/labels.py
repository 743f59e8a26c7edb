"""Words for what a store is asked, the same in every run: no identifier is part of them."""

import re

_LONGEST = 48
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_TEMPORARY = re.compile(r"tmp[a-z0-9_]{8}")
"""What Python's tempfile calls a file."""
_DRAWN = re.compile(r"[a-z0-9_]{8}$")
"""What it draws of such a name, between a prefix and a suffix."""
_LONG_ENOUGH_TO_BE_RANDOM = 8
_BETWEEN_PIECES = re.compile(r"([:/.|])")
_WORD = re.compile(r"[A-Z]?[a-z]{1,20}(?:[A-Z][a-z]{1,20})*(?:[_-][a-z]{1,20})*|[A-Z]{1,20}|")
_TELLING_WORD = re.compile(r"[A-Z]?[a-z]{3,20}(?:[A-Z][a-z]{1,20})*|[A-Z]{3,20}")
_SEVERAL = re.compile(r"\*(?:[-_]\*)+")
ANY = "*"
"""Stands for what differs from run to run."""


def stable(word: str) -> str:
    """The word, or `*` where it looks like an identifier: a number, a UUID, or eight characters
    and more with a digit among them."""
    if _UUID.search(word) or word.isdigit():
        return ANY
    has_digit = any(character.isdigit() for character in word)
    return ANY if has_digit and len(word) >= _LONG_ENOUGH_TO_BE_RANDOM else word


def of_path(path: str) -> str:
    """A path without its query, each piece of it stable."""
    return short("/".join(map(stable, path.partition("?")[0].split("/"))))


def of_key(key: str) -> str:
    """A key such as `shop:session:4711` with its constant pieces: the first one as it is, unless it
    looks like an identifier, and behind it those that are words."""
    first, *rest = _BETWEEN_PIECES.split(key)
    words = (
        piece if index % 2 == 0 or _WORD.fullmatch(piece) else ANY
        for index, piece in enumerate(rest)
    )
    return short("".join((stable(first), *words)))


def of_file(name: str) -> str:
    """The name of a file, with `*` for what looks like an identifier in it; also where that has
    the signs in it that stand between words elsewhere, in one run and not in the next."""
    return short("".join(map(_of_part, re.split(r"([.~])", name))))


def of_temporary_file(name: str) -> str:
    """As `of_file`, for a name that Python's tempfile has drawn, with whatever prefix: eight
    letters may be a word by chance. They end the last part that is long enough."""
    parts = re.split(r"([.~])", name)
    for index in reversed(range(len(parts))):
        if _DRAWN.search(parts[index]):
            if not _TEMPORARY.fullmatch(parts[index]):
                parts[index] = _DRAWN.sub(ANY, parts[index])
            break
    return of_file("".join(parts))


def _of_part(part: str) -> str:
    if _TEMPORARY.fullmatch(part):
        return ANY
    pieces = [stable(piece) for piece in re.split(r"([-_])", _UUID.sub(ANY, part))]
    if ANY in pieces:
        pieces[::2] = [one if _TELLING_WORD.fullmatch(one) else ANY for one in pieces[::2]]
    return _SEVERAL.sub(ANY, "".join(pieces))


def short(text: str) -> str:
    """One printable line that fits into a name, and into a sentence between quotes."""
    printable = "".join(one if one.isprintable() and one not in '"()' else "_" for one in text)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"


def of_words(*words: str) -> str:
    """The words that are there, as a label."""
    return short(" ".join(filter(None, words)))


def method_of(point: str) -> str:
    """What comes before the number: `store.write` of `store.write #2 (INSERT orders)`."""
    return point.partition(" #")[0]
