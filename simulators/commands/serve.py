"""`coolwind serve`: the reference chat service."""

import argparse
import logging
import socket

import uvicorn

from simulators.errors import TargetError, UsageError

APPLICATION = "coolwind.app:create_app"

_ERRORS = "coolwind.errors"

_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"journal": {"()": "coolwind.journal.LibraryLog"}},
    "root": {"handlers": ["journal"], "level": "WARNING"},
    "loggers": {"uvicorn": {"level": "INFO"}},
}
"""What the server logs goes where the application's events go. Its record of access is theirs."""


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it.

    Raises `UsageError` for settings with which it cannot work, and `TargetError` where its address
    or its store cannot be used. The names of the application, of its errors and of its log are
    texts: the simulator does not import the core.
    """
    logging.captureWarnings(True)
    with _listening(options.host, options.port) as listening:
        startup = _Startup(f"http://{_written(listening)}")
        logging.getLogger("uvicorn.error").addFilter(startup)
        config = uvicorn.Config(
            APPLICATION, factory=True, ws="none", log_config=_LOGGING, access_log=False
        )
        try:
            config.load()
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            return 0
        except SystemExit:
            raise startup.trouble() from None
        except Exception as error:
            if type(error).__module__ != _ERRORS:
                raise
            raise UsageError("; ".join(str(error).splitlines())) from error
    return 0


def _listening(host: str, port: int) -> socket.socket:
    """A socket at that address; who connects waits until the service is ready."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        family, kind, protocol, _, place = min(found, key=lambda each: each[0])
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(place)
            listening.listen()
        except OSError:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        raise TargetError(
            f"Port {port} of {host} cannot be listened at ({error}): end the program that has it, "
            "or choose another with --port and --host."
        ) from error
    return listening


def _written(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if listening.family == socket.AF_INET6 else f"{host}:{port}"


class _Startup:
    """Keeps what the server logs until the service is ready: of a start that fails, only why."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_over = False
        self._said = ""

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether the record is to be logged; the one that ends the start tells the address."""
        if self._is_over:
            return True
        message = record.getMessage()
        if message == "Application startup complete.":
            self._is_over = True
            record.msg = f"Uvicorn running on {self._address} (Press CTRL+C to quit)"
            record.args = ()
            return True
        if record.levelno >= logging.ERROR:
            self._said = self._said or message.strip()
        return False

    def trouble(self) -> Exception:
        """Why the start failed; what is not raised on purpose comes with its traceback."""
        last = self._said.rpartition("\n")[2]
        if last.startswith(f"{_ERRORS}."):
            return TargetError(last.partition(": ")[2])
        return RuntimeError(f"The service did not start.\n{self._said}")
