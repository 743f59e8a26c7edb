"""What a crash and a restart of a real server cost, beside the start of the server itself."""

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from simulators.targets.choice import choose
from simulators.targets.processes.ports import free_port
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.wire import Request
from simulators.targets.target import Arrangement, Capability, Target

_STRIKES = (Capability.CRASH, Capability.RESTART)
_BETWEEN_LOOKS = 0.002
_SHOP = Path(__file__).parents[1] / "examples" / "node"


@dataclass(frozen=True, slots=True)
class Restart:
    """Seconds on the clock, each the median of several rounds: the start of a server until it
    answers; a crash, and a restart in good order, each until the next process answers."""

    start: float
    crash: float
    restart: float

    @property
    def times_the_start(self) -> float:
        """How many times as long a crash takes as the start of the server itself."""
        return self.crash / self.start


def restarts(rounds: int) -> Restart:
    """Of the example on Node, each way in turn in each round."""
    target = choose(str(_SHOP / "coolwind.toml"))
    try:
        target.begin(0, Arrangement())
        seconds = [
            (_start_by_hand(), *(_struck(target, one) for one in _STRIKES)) for _ in range(rounds)
        ]
    finally:
        target.close()
    return Restart(*(median(column) for column in zip(*seconds, strict=True)))


def _struck(target: Target, capability: Capability) -> float:
    began = perf_counter()
    target.strike(capability, None)
    return perf_counter() - began


def _start_by_hand() -> float:
    """How long the same server takes until it answers."""
    port = free_port()
    with tempfile.TemporaryDirectory() as state:
        command = ["node", "shop.js", "--port", str(port), "--state", state]
        began = perf_counter()
        with subprocess.Popen(command, cwd=_SHOP) as server:
            line = Line(f"http://127.0.0.1:{port}", timedelta(seconds=1))
            while not _answers(line):
                sleep(_BETWEEN_LOOKS)
            took = perf_counter() - began
            server.kill()
    return took


def _answers(line: Line) -> bool:
    try:
        return line.send(Request("GET", "/health")).status < HTTPStatus.BAD_REQUEST
    except Unanswered:
        return False
