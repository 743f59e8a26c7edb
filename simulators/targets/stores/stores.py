"""The stores of a service: proxies before them, eyes on their files, and what strikes there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from simulators.targets.configuration.tables import Configuration, StoreTable, names
from simulators.targets.configuration.tables import Protocol as Spoken
from simulators.targets.configuration.templates import Values, filled
from simulators.targets.configuration.upstreams import upstream_of_table
from simulators.targets.overlap import Overlap
from simulators.targets.processes.processes import is_at_work
from simulators.targets.proxy.dialect import Dialect
from simulators.targets.proxy.http import Http, completing, storing
from simulators.targets.proxy.listener import Store
from simulators.targets.proxy.postgres import Postgres
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.recordings import Recordings
from simulators.targets.proxy.redis import Redis
from simulators.targets.proxy.redis_deadlines import Deadlines
from simulators.targets.proxy.strike import Crash
from simulators.targets.proxy.tcp import Tcp
from simulators.targets.stores.breaks import strike_of
from simulators.targets.stores.file_calls import is_of_a_file
from simulators.targets.stores.file_store import FileStore
from simulators.targets.stores.side_by_side import HeldAtCalls, Pace
from simulators.targets.stores.silence import Silent, heard_of_files, heard_on_the_network, together
from simulators.targets.stores.strace import why_not
from simulators.targets.target import Capability, Point


class Servers(Protocol):
    """The servers whose stores these are."""

    def processes(self) -> Mapping[str, Sequence[int]]:
        """The processes of each server, by its name."""
        ...

    def kill(self, server: str) -> None:
        """Kill a server, and wait until it is dead."""
        ...


class Stores:
    """What the tables [stores.*] of a target say.

    Each server has ports of its own at which it finds the stores, so that it is known who dies
    with a round trip. Round trips are counted from `begin` to `end`.
    """

    def __init__(self, configuration: Configuration, servers: Servers) -> None:
        self._tables = configuration.stores
        self._servers = servers
        self._folder = configuration.folder
        self._proxy: StoreProxy | None = None
        self._ports: dict[str, Mapping[str, int]] = {}
        self._files: dict[str, Mapping[str, FileStore]] = {}
        self._silent: Silent = {}
        self._timed: dict[str, set[str]] = {name: set() for name in self._tables}
        self._deadlines = {name: Deadlines() for name in self._tables}
        self._state: str | None = None
        self._waiting: tuple[str, str] | None = None
        self._has_crashed = False

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What can be done where there are stores."""
        networked = {one.role for one in self._networked.values()}
        files = {one.role for one in self._tables.values() if self._are_files(one)}
        can = set()
        if networked | files:
            can.add(Capability.POINTS)
        if "store" in networked | files:
            can.add(Capability.STORE_FAILURE)
        if "store" in networked:
            can |= {Capability.STORE_SILENCE, Capability.STORE_OUTAGE, Capability.STORE_RECOVERY}
        if "model" in networked:
            can.add(Capability.MODEL_FAILURE)
        return frozenset(can)

    @property
    def uncovered(self) -> Sequence[str]:
        """Why there are stores at whose points nothing can strike, as sentences."""
        reason = (
            why_not() if any(one.protocol is Spoken.FILE for one in self._tables.values()) else None
        )
        return () if reason is None else (reason,)

    def ports(self, server: str) -> Mapping[str, int]:
        """Where that server finds its stores, by the names of the tables' ports. Raises
        `TargetError` where no port can be had, and `UsageError` for recorded answers that are
        none."""
        if server not in self._ports:
            ports = {}
            for name, table in self._networked.items():
                proxy = self._proxy = self._proxy or StoreProxy()
                for port in names(table.listen or ""):
                    ports[port] = proxy.open(self._store(name, table, server))
            self._ports[server] = ports
        return self._ports[server]

    def watch(self, server: str, known: Values, mark: Mapping[str, str]) -> None:
        """The files of that server's stores are where these names tell. What watches them has the
        mark of the server's own processes."""
        self._files[server] = {
            name: FileStore(self._patterns(table, known), server, table.role, mark)
            for name, table in self._tables.items()
            if self._are_files(table)
        }
        self._state = filled("{state_dir}", known)

    def interrupt(self, break_: str, point: str) -> None:
        """Let that break strike at that point in the next delivery. Raises `UsageError` for one
        that does not exist, or not there."""
        strike_of(break_, point, lambda _: None)
        self._waiting = (break_, point)

    def begin(self) -> None:
        """A delivery begins."""
        waiting, self._waiting = self._waiting, None
        self._has_crashed = False
        strike = None if waiting is None else strike_of(*waiting, self._kill)
        is_in_file = strike is not None and is_of_a_file(strike.point)
        if self._proxy is not None:
            self._proxy.begin(None if is_in_file else strike)
        for server, processes in self._servers.processes().items():
            for files in self._files.get(server, {}).values():
                files.begin(processes, strike if is_in_file else None)

    @property
    def can_hold(self) -> bool:
        """Whether round trips can be held, so that they come in an order that is asked for."""
        return bool(self._networked)

    def pace(self, overlap: Overlap) -> Pace:
        """What lets two messages pass each other at the round trips, instead of one delivery."""
        assert self._proxy is not None
        self._has_crashed = False
        return HeldAtCalls(self._proxy, overlap, self._are_busy, Crash(self._kill))

    def end(self) -> None:
        """The delivery is over. Raises `TargetError` for trouble that is not the service's own."""
        for files in self._all_files:
            files.end()
        if self._proxy is not None:
            self._proxy.end()
            for trouble in self._proxy.troubles():
                raise trouble
        self._listen()

    def points(self) -> Sequence[Point]:
        """The round trips of the last delivery in order, and after them the changes of files."""
        points = list(self._proxy.points()) if self._proxy is not None else []
        for files in self._all_files:
            for point in files.points():
                is_first = point.is_first and not points
                points.append(Point(point.name, point.changes, is_first))
        return points

    def linger(self, seconds: float) -> None:
        """What a reply has set off in the background belongs to its turn, up to where it rests when
        that long has passed."""
        if self._proxy is not None:
            self._proxy.linger(seconds)

    def late(self) -> frozenset[str]:
        """What the service has changed over the network beside deliveries, as far as nobody has
        asked before."""
        return frozenset() if self._proxy is None else self._proxy.late()

    def has_struck(self) -> bool:
        """Whether what was waiting was seen to strike in the last delivery."""
        is_struck = self._proxy is not None and self._proxy.has_struck()
        return is_struck or any(files.has_struck() for files in self._all_files)

    def has_crashed(self) -> bool:
        """Whether a server was killed in the last delivery."""
        return self._has_crashed

    def break_(self, capability: Capability) -> bool:
        """The stores go down, or come up again."""
        if self._proxy is None:
            return False
        if capability is Capability.STORE_OUTAGE:
            self._proxy.shut()
        else:
            self._proxy.reopen()
        return True

    def pass_time(self, duration: timedelta) -> None:
        """Let time pass for the keys of Redis's that the servers named. Raises `TargetError`."""
        for name, table in self._tables.items():
            if table.protocol is Spoken.REDIS:
                self._deadlines[name].bring_nearer(upstream_of_table(name, table), duration)

    @property
    def timed(self) -> Sequence[str]:
        """What the own time of a database decided so far, as sentences with the remedy."""
        return [
            f"the own time of the store {name} decides {label}, and no clock moves that: what is"
            " found of idle timeouts and expiries may come of it; let the service bring the time"
            " with its query"
            for name, labels in self._timed.items()
            for label in sorted(labels)
        ]

    def restore(self) -> None:
        """All stores are up, and nothing waits."""
        self._waiting = None
        for deadlines in self._deadlines.values():
            deadlines.forget()
        if self._proxy is not None:
            self._proxy.end()
            self._proxy.reopen()

    def close(self) -> None:
        """Leave no port, no thread and no strace behind."""
        for files in self._all_files:
            files.end()
        self._files.clear()
        self._ports.clear()
        proxy, self._proxy = self._proxy, None
        if proxy is not None:
            proxy.close()

    @property
    def silent(self) -> Silent:
        """Which of the stores were called in a delivery so far."""
        return self._silent

    def _listen(self) -> None:
        """Take note of which were called in this delivery."""
        if self._silent and not any(self._silent.values()):
            return
        called = () if self._proxy is None else self._proxy.called()
        heard = [heard_on_the_network(self._networked, called)]
        for watched in self._files.values():
            heard += [heard_of_files(self._tables, watched, self._state)]
        self._silent = reduce(together, heard, self._silent)

    def _kill(self, server: str) -> None:
        self._has_crashed = True
        self._servers.kill(server)

    def _are_busy(self) -> bool:
        processes = self._servers.processes().values()
        return any(is_at_work(process) for group in processes for process in group)

    @property
    def _networked(self) -> Mapping[str, StoreTable]:
        tables = self._tables.items()
        return {name: table for name, table in tables if table.protocol is not Spoken.FILE}

    @property
    def _all_files(self) -> Sequence[FileStore]:
        return [files for each in self._files.values() for files in each.values()]

    def _are_files(self, table: StoreTable) -> bool:
        return table.protocol is Spoken.FILE and why_not() is None

    def _patterns(self, table: StoreTable, known: Values) -> Sequence[str]:
        patterns = (filled(pattern, known) for pattern in table.paths)
        return [str(self._folder / pattern) for pattern in patterns if pattern is not None]

    def _store(self, name: str, table: StoreTable, server: str) -> Store:
        upstream = None if table.replay else upstream_of_table(name, table)
        return Store(table.role, server, upstream, self._dialect(name, table), name)

    def _dialect(self, name: str, table: StoreTable) -> Callable[[], Dialect]:
        match table.protocol:
            case Spoken.POSTGRES:
                return lambda: Postgres(self._timed[name])
            case Spoken.REDIS:
                return lambda: Redis(self._deadlines[name])
            case Spoken.HTTP:
                call_of = completing if table.role == "model" else storing
                host = urlsplit(table.upstream or "").netloc or None
                recordings = self._recordings(table)
                return lambda: Http(call_of, host, recordings)
            case _:
                return Tcp

    def _recordings(self, table: StoreTable) -> Recordings | None:
        path = table.replay or table.record
        if path is None:
            return None
        return Recordings(self._folder / Path(path), may_ask=table.replay is None)
