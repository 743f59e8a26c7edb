"""What a check says when it fails."""

from simulators.trace import Exchange


class CheckFailed(AssertionError):
    """A check of a scenario does not hold; the text says what was expected, found, and where."""


def expect(holds: bool, expected: object, found: object, exchange: Exchange | None = None) -> None:
    """Raise `CheckFailed` unless it holds. Both sides are told in words or as values."""
    __tracebackhide__ = True
    if not holds:
        raise CheckFailed(f"expected {expected}, found {found}{where(exchange)}")


def where(exchange: Exchange | None) -> str:
    """Whose turn it was, in brackets."""
    if exchange is None:
        return ""
    again = ", delivered again" if exchange.repeats else ""
    return f" ({exchange.customer}, turn {exchange.turn}{again})"
