"""`coolwind serve`: the reference chat service."""

import argparse
import logging

from simulators.errors import UsageError

APPLICATION = "coolwind.app:create_app"

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"journal": {"()": "coolwind.journal.LibraryLog"}},
    "root": {"handlers": ["journal"], "level": "WARNING"},
    "loggers": {"uvicorn": {"level": "INFO"}},
}
"""What the server logs goes where the application's events go. Its record of access is theirs."""


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it. Raises `UsageError` for settings with which it cannot work.

    The names of the application and of its log are texts: the simulator does not import the core.
    """
    import uvicorn

    logging.getLogger("uvicorn.error").addFilter(_in_one_line)
    logging.captureWarnings(True)
    try:
        uvicorn.run(
            APPLICATION,
            factory=True,
            host=options.host,
            port=options.port,
            ws="none",
            log_config=_LOGGING,
            access_log=False,
        )
    except Exception as error:
        if type(error).__module__ != "coolwind.errors":
            raise
        raise UsageError("; ".join(str(error).splitlines())) from error
    return 0


def _in_one_line(record: logging.LogRecord) -> bool:
    """A mistake of the user's that shows at the start needs no traceback."""
    last = record.getMessage().strip().rpartition("\n")[2]
    if last.startswith("coolwind.errors."):
        record.msg, record.args = last.partition(": ")[2], ()
    return True
