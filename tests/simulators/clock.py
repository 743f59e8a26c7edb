"""A clock that stands still until it is put forward."""


class Clock:
    """Tells the seconds that it was put to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds
