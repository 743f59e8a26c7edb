"""Commands that a target needs done once, however many conversations are played."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from simulators.targets.sources import run_command

_PATIENCE: Final = timedelta(minutes=10)
"""Setting a service up may install it first."""


def run_once(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], what: str
) -> str:
    """What a command prints that is run once in the life of this process. Raises `TargetError`
    where it fails, and then tries again the next time."""
    return _run(tuple(command), folder, what, _Unseen(environment))


class _Unseen:
    """An environment by which two calls do not differ."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unseen)

    def __hash__(self) -> int:
        return 0


@cache
def _run(command: tuple[str, ...], folder: Path, what: str, unseen: _Unseen) -> str:
    return run_command(command, folder, unseen.environment, what, _PATIENCE)
