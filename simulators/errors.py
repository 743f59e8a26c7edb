"""Every error that the simulator raises on purpose; the text says what happened and what to do."""


class SimulatorError(Exception):
    """Base of the simulator's errors."""


class UsageError(SimulatorError):
    """The user asked for something that does not exist or does not fit together."""


class TargetError(SimulatorError):
    """The target gave trouble that says nothing about its conversations."""


class Unsupported(TargetError):
    """The target was asked for something that it does not declare."""


class Unrecorded(TargetError):
    """A language model that answers from a file was asked what is not in it."""


class NotStarted(TargetError):
    """A service did not get ready to serve. `has_ended` says that it ended by itself."""

    def __init__(self, text: str, *, has_ended: bool = False) -> None:
        super().__init__(text)
        self.has_ended = has_ended


class Unseen(TargetError):
    """Whoever was asked what is kept, at that port, does not tell now, or `is_silent` and does not
    answer at all."""

    def __init__(self, text: str, port: int | None, *, is_silent: bool = False) -> None:
        super().__init__(text)
        self.port = port
        self.is_silent = is_silent


def not_arranged(target: str) -> Unsupported:
    """The target of that name was to be set up by a scenario, and cannot be."""
    return Unsupported(
        f"the target {target} cannot be set up by a scenario; take the step out that arranges its"
        " catalogue, memory, expiry or language model"
    )


class ScenarioError(SimulatorError):
    """A feature file says something that cannot be played; the text names file and line."""


class HarnessError(SimulatorError):
    """Coolwind itself is at fault, so that nothing it finds can be trusted."""


class RecordError(SimulatorError):
    """A run record cannot be written or read."""
