"""Servers that get ready for the next conversation while one is played elsewhere."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from simulators.targets.clocks.clock import Clock
from simulators.targets.servers.running import Running


@dataclass(frozen=True, slots=True)
class Site:
    """The servers of a service, with stores of their own, and their time."""

    running: Running
    clock: Clock

    def begin(self) -> None:
        """A service that has seen nobody. Raises `TargetError`."""
        self.running.begin()


class Reserve:
    """So many sites of one service, which take turns. What is played at which makes no difference:
    each conversation begins at one that has seen nobody.

    `make` makes the site of a number, from 0.
    """

    def __init__(self, make: Callable[[int], Site], sites: int = 1) -> None:
        self._make = make
        self._wanted = sites
        self.site = make(0)
        """Where the conversation is."""
        self._threads: ThreadPoolExecutor | None = None
        self._next: deque[tuple[Site, Future[None]]] = deque()

    def begin(self) -> None:
        """Go on at the site that is ready first. Raises `TargetError` where it cannot be."""
        if self._wanted == 1:
            self.site.begin()
        elif self._threads is None:
            # What is set up once is set up by the first.
            self.site.begin()
            self._threads = ThreadPoolExecutor(self._wanted - 1, "servers")
            for number in range(1, self._wanted):
                self._prepare(self._make(number), self._threads)
        else:
            self._prepare(self.site, self._threads)
            self.site, ready = self._next.popleft()
            ready.result()

    def close(self) -> None:
        """Leave nothing behind, at any site."""
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(cancel_futures=True)
        waiting, self._next = self._next, deque()
        with ExitStack() as closing:
            for site in (self.site, *(one for one, _ in waiting)):
                closing.callback(site.running.close)

    def _prepare(self, site: Site, threads: ThreadPoolExecutor) -> None:
        self._next.append((site, threads.submit(site.begin)))
