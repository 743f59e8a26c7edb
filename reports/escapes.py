"""Text within text: JSON, and the escapes by which programs write what is not plain.

What is looked for in such a text is found as it reads, and changed where it is written, so that
all the rest stays as it was to the letter.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MOST_DEEP = 4
"""How often a text is escaped within another at most, to be read."""

_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"""\\(?:
        u(?P<high>[dD][89abAB]{_HEX}{{2}})\\u(?P<low>[dD][c-fC-F]{_HEX}{{2}})
      | (?:u(?={_HEX}{{4}})|U(?=000{_HEX}{{5}})|x(?={_HEX}{{2}}))
        (?P<code>(?<=u){_HEX}{{4}}|(?<=U)00(?:0{_HEX}|10){_HEX}{{4}}|(?<=x){_HEX}{{2}})
      | (?P<mark>["'\\/bfnrt])
    )""",
    re.VERBOSE,
)
_MARKS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"')
_BARE = re.compile(rf'{_TEXT.pattern}|[^\s,:\[\]{{}}"]+')
_NEEDS_ESCAPE = re.compile(r'["\\\x00-\x1f]')


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to stand between two places of a text, in place of what stands there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it reads, beside the one that is written. `places` has where in `text` a
    character stands that was escaped, and `ends` where its escape ends in what is written."""

    text: str
    written: str
    places: tuple[int, ...]
    ends: tuple[int, ...]

    def edit_of_written(self, edit: Edit) -> Edit:
        """The same change to what is written."""
        start, end = self._written_place(edit.start), self._written_place(edit.end)
        text = edit.text
        if "\\" in self.written[start:end]:
            text = _NEEDS_ESCAPE.sub(lambda match: json.dumps(match[0])[1:-1], text)
        return Edit(start, end, text)

    def _written_place(self, place: int) -> int:
        before = bisect_left(self.places, place)
        if not before:
            return place
        return self.ends[before - 1] + place - self.places[before - 1] - 1


def readings(text: str) -> Sequence[Reading]:
    """How a text reads, from what is written to what is escaped deepest in it; none where it reads
    as it is written."""
    found: list[Reading] = []
    if is_json(text):
        # A quotation mark around a text is none that somebody wrote.
        found.append(_unescaped(_TEXT.sub(lambda match: f"\n{match[0][1:-1]}\n", text), text))
    while len(found) < _MOST_DEEP:
        outer = found[-1].text if found else text
        if "\\" not in outer or (inner := _unescaped(outer, outer)).text == outer:
            break
        found.append(inner)
    return found


def read(text: str) -> str:
    """A text as it reads, with nothing escaped."""
    found = readings(text)
    return found[-1].text if found else text


def is_json(text: str) -> bool:
    """Whether a text is JSON as a whole, a list or a table."""
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def edited(text: str, edits: Iterable[Edit]) -> str:
    """A text with some changes, which come in the order of their places."""
    pieces: list[str] = []
    place = 0
    for edit in edits:
        pieces += (text[place : edit.start], edit.text)
        place = edit.end
    return "".join((*pieces, text[place:]))


def quoted_where(mark: str, text: str) -> str:
    """JSON in which each number that has a mark in it, and so is none any more, is a text."""

    def quoted(match: re.Match[str]) -> str:
        return f'"{match[0]}"' if match[0][0] != '"' and mark in match[0] else match[0]

    return _BARE.sub(quoted, text)


def _unescaped(text: str, written: str) -> Reading:
    pieces: list[str] = []
    places: list[int] = []
    ends: list[int] = []
    length = end = 0
    for match in _ESCAPE.finditer(text):
        before = text[end : match.start()]
        end = match.end()
        pieces += (before, _meant(match))
        places.append(length + len(before))
        ends.append(end)
        length = places[-1] + 1
    return Reading("".join((*pieces, text[end:])), written, tuple(places), tuple(ends))


def _meant(match: re.Match[str]) -> str:
    if (mark := match["mark"]) is not None:
        return _MARKS.get(mark, mark)
    if (code := match["code"]) is not None:
        return chr(int(code, 16))
    high, low = int(match["high"], 16), int(match["low"], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
