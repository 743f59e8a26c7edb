"""The words of two texts side by side, and which of them stand for one another alone."""

from collections.abc import Sequence

from simulators.laws.identifiers import WORD


def side_by_side(one: object, other: object) -> Sequence[tuple[int, str, str]]:
    """The words of two texts, each with its position and the one in its place; none where one of
    the two is no text, or has more of them."""
    if not isinstance(one, str) or not isinstance(other, str):
        return ()
    words, others = WORD.findall(one), WORD.findall(other)
    if len(words) != len(others):
        return ()
    return [(position, *pair) for position, pair in enumerate(zip(words, others, strict=True))]


class Pairing:
    """Which words stood in the places of which."""

    def __init__(self) -> None:
        self._forth: dict[str, set[str]] = {}
        self._back: dict[str, set[str]] = {}

    def note(self, one: str, other: str) -> None:
        """The one stood where the other did."""
        self._forth.setdefault(one, set()).add(other)
        self._back.setdefault(other, set()).add(one)

    def is_one_to_one(self, one: str) -> bool:
        """Whether one word alone stood for that one wherever it was, and for nothing else."""
        others = self._forth[one]
        return len(others) == 1 and all(len(self._back[other]) == 1 for other in others)
