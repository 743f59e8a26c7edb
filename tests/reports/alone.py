"""One record alone, as reports show it."""

from reports.masking import masked_together
from reports.record import Record


def masked(record: Record) -> Record:
    """The same record with personal data masked."""
    (shown,) = masked_together((record,))
    return shown
