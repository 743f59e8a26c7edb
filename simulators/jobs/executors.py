"""Where else a run can be played: from the text of `--executor` to an executor."""

from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from simulators.errors import UsageError

_DASK: Final = "dask://"
PATIENCE: Final = "5s"
"""How long a scheduler may take to answer."""


@contextmanager
def opened(text: str) -> Generator[Executor]:
    """The executor of that name: `dask://HOST:PORT` is the Dask cluster of that scheduler.

    On leaving, what was not played yet is called off. Raises `UsageError`.
    """
    if not _names_a_scheduler(text):
        raise UsageError(f"there is no executor {text!r}; give dask://HOST:PORT")
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            f"the executor {text!r} needs dask.distributed; install coolwind[dask]"
        ) from error
    try:
        client = Client(f"tcp://{text.removeprefix(_DASK)}", timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"the executor {text!r} cannot be used: no scheduler answers there; start one, or give"
            " its address"
        ) from error
    try:
        # The same batch played twice may come out differently, so nothing is to be remembered.
        executor = client.get_executor(pure=False)
        try:
            yield executor
        finally:
            # Where the scheduler is gone, there is nothing left to call off.
            with suppress(Exception):
                executor.shutdown(wait=False)
    finally:
        client.close()


def _names_a_scheduler(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return text.startswith(_DASK) and None not in (parts.hostname, parts.port)
    except ValueError:
        return False
