"""What a service goes on to change in its stores when the customer has the reply."""

from collections.abc import Sequence
from typing import Final

from simulators.targets.stores.stores import Stores

_LATE: Final = (
    "no fault struck at what the service changed in its stores after a reply ({}), which is part of"
    " no turn; where it matters, let it do that before it replies in a test"
)


class Behind:
    """Learned while nothing has struck: a service that was seen to change something behind a reply
    is given until it rests, and what it changes later still is told."""

    def __init__(self) -> None:
        self._goes_on = False
        self._late: frozenset[str] = frozenset()

    @property
    def told(self) -> Sequence[str]:
        """What it changed when no fault can strike there, as a sentence with the remedy."""
        return [_LATE.format(", ".join(sorted(self._late)))] if self._late else []

    def wait(self, stores: Stores | None, seconds: float) -> None:
        """The reply is there: let what it has set off be of its turn; it may come that late."""
        if self._goes_on and stores is not None:
            stores.linger(seconds)

    def pass_over(self, stores: Stores | None) -> None:
        """What was changed up to now is behind no reply to a message."""
        _heard(stores)

    def note(self, stores: Stores | None, *, is_calm: bool) -> None:
        """What was changed up to now is behind a reply; `is_calm` says that nothing has struck."""
        late = _heard(stores)
        if late and is_calm:
            self._late |= late if self._goes_on else frozenset()
            self._goes_on = True


def _heard(stores: Stores | None) -> frozenset[str]:
    return frozenset() if stores is None else stores.late()
