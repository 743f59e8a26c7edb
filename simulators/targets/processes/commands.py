"""The commands of a target's file: some are run for each conversation, one once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.configuration.templates import Values, filled
from simulators.targets.processes.programs import run_command

ONCE: Final = "setup"
"""The key of the command that is run once in the life of this process."""

_PATIENCE: Final = timedelta(minutes=10)
"""Setting a service up may install it first."""


def carry_out(
    key: str,
    command: Sequence[str] | None,
    names: Values,
    folder: Path,
    environment: Mapping[str, str],
) -> None:
    """Run the command of that key in [target], where there is one. Raises `TargetError` where it
    fails; one that is run once is then tried again the next time."""
    if command is None:
        return
    texts = [filled(argument, names) for argument in command]
    known = tuple(text for text in texts if text is not None)
    if len(known) < len(texts):
        raise TargetError(
            f"{key} of [target] has a name that stands for nothing here; mend the command"
        )
    what = f"{key} of [target]"
    if key == ONCE:
        _run_once(known, folder, what, _Unseen(environment))
    else:
        run_command(known, folder, environment, what)


class _Unseen:
    """An environment by which two calls do not differ."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unseen)

    def __hash__(self) -> int:
        return 0


@cache
def _run_once(command: tuple[str, ...], folder: Path, what: str, unseen: _Unseen) -> None:
    run_command(command, folder, unseen.environment, what, _PATIENCE)
