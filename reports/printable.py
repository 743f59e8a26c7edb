"""Foreign text made safe to look at: what does not print, or hides what does, is spelled out."""

import unicodedata

_SHOWN_AS = {"\n": "⏎", "\t": " ", "\u00a0": " "}


def one_line(text: str, longest: int | None = None) -> str:
    """The text on one line. Control characters, marks that turn the direction of reading and
    unpaired surrogates appear as escapes; what is longer than `longest` characters is cut, with
    an ellipsis."""
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text.replace("\r\n", "\n"))


def block(text: str, longest: int | None = None) -> str:
    """As `one_line`, and its line breaks are kept."""
    if longest is not None and len(text) > longest:
        text = text[: longest - 1] + "…"
    return "\n".join(one_line(line) for line in text.replace("\r\n", "\n").split("\n"))


def width(text: str) -> int:
    """The columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def fitted(text: str, columns: int) -> str:
    """The text in exactly that many columns, filled with spaces or cut with an ellipsis."""
    text = one_line(text, 4 * columns)
    if width(text) > columns:
        taken = 0
        kept: list[str] = []
        for character in text:
            taken += _width(character)
            if taken > columns - 1:
                break
            kept.append(character)
        text = "".join(kept) + "…"
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """The text in lines of at most that many columns, broken between words where that is
    possible; at least one line."""
    lines = []
    line, *words = one_line(text).split(" ")
    for word in words:
        if width(line) + 1 + width(word) <= columns:
            line = f"{line} {word}"
        else:
            lines += _cut(line, columns)
            line = word
    return [*lines, *_cut(line, columns)]


def _cut(word: str, columns: int) -> list[str]:
    """A word in pieces of at most that many columns, and of one character at least."""
    pieces = [""]
    for character in word:
        if pieces[-1] and width(pieces[-1]) + _width(character) > columns:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if (known := _SHOWN_AS.get(character)) is not None:
        return known
    code = ord(character)
    if character in "\u200c\u200d":  # Indian scripts and emoji are written with these joiners.
        return character
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
