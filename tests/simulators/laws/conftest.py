"""Laws applied to traces made by hand."""

from collections.abc import Callable, Sequence

import pytest

from simulators.laws import Breach, Law, case_of
from simulators.trace import Exchange, Strike, Trace

Happenings = Sequence[Exchange | Strike]


@pytest.fixture
def broken() -> Callable[[Law, Happenings, Sequence[Exchange]], list[Breach]]:
    """The breaches of a law by what happened, against the exchanges that had to come about."""

    def check(law: Law, happened: Happenings, expected: Sequence[Exchange]) -> list[Breach]:
        reference = {exchange.turn: exchange for exchange in expected}
        return list(law.check(case_of(Trace(tuple(happened)), reference, {})))

    return check
