"""How far an exploration trusts itself: what it merges and goes back to, it checks in part."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from simulators.errors import HarnessError
from simulators.plan import Plan, describe


@dataclass(frozen=True, slots=True)
class Care:
    """Of `one_in` states, one is compared whole with whatever is merged with it. Where the next
    turn is played again from a state that the play went back to, it has to come out the same; with
    `every_node` it is played again from each of them, and not only where faults are to strike
    inside it, in the clean run, or behind one fault."""

    one_in: int
    every_node: bool


USUAL: Final = Care(one_in=16, every_node=False)
"""Costs a few per cent."""

PARANOID: Final = Care(one_in=1, every_node=True)
"""Costs up to as much again as the exploration itself."""


class Twins:
    """Holds states that have one digest against each other, whole. The seed chooses which."""

    def __init__(self, care: Care, seed: int) -> None:
        self.care = care
        """How many states are checked."""
        self._seed = str(seed).encode()
        self._kept: dict[bytes, tuple[bytes, Plan]] = {}

    def check(self, digest: bytes, plan: Plan, whole: Callable[[], str]) -> None:
        """Another plan led to a state of that digest, which `whole` gives as text.

        Raises `HarnessError` where that is not the text of those before.
        """
        if not self.chooses(digest):
            return
        text = whole().encode("utf-8", "surrogatepass")
        if digest not in self._kept:
            self._kept[digest] = zlib.compress(text, 1), plan
            return
        known, other = self._kept[digest]
        before = zlib.decompress(known)
        if before != text:
            raise HarnessError(
                f"two different states are taken for one: that after '{describe(other)}' and that"
                f" after '{describe(plan)}', which have {_apart(before, text)}; this is a fault of"
                " Coolwind: report it with the scenario"
            )

    def chooses(self, digest: bytes) -> bool:
        """Whether states of that digest are among those that are checked."""
        drawn = hashlib.blake2b(digest, digest_size=8, key=self._seed).digest()
        return int.from_bytes(drawn, "big") % self.care.one_in == 0


def _apart(before: bytes, text: bytes) -> str:
    """The first piece that differs, of both."""
    one, other = (each.decode("utf-8", "surrogatepass").split("\x02") for each in (before, text))
    for number, (piece, counterpart) in enumerate(zip(one, other, strict=False)):
        if piece != counterpart:
            return f"{piece[:200]!r} and {counterpart[:200]!r} as piece {number + 1}"
    return f"{len(one)} and {len(other)} pieces"
