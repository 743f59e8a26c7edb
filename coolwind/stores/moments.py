"""Moments as whole numbers: a column of them is sorted as time is."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """The moment, aware, as microseconds since 1970-01-01T00:00Z."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_at(microseconds: int) -> datetime:
    """The moment that `microseconds` made a number of, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)
