"""Every error that the reports raise on purpose; the text says what, where and what to do."""


class RecordError(Exception):
    """A run record cannot be written or read; one line with the file, the place and the remedy."""
