"""The servers that Coolwind starts itself: nodes on one store, and which of them gets a message."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from simulators.errors import Unsupported
from simulators.targets.clocks.clock import Clock
from simulators.targets.configuration.tables import Configuration, Routing
from simulators.targets.configuration.templates import Values, filled
from simulators.targets.patience import Patience
from simulators.targets.probes.sources import environment_of
from simulators.targets.processes.commands import carry_out
from simulators.targets.processes.household import Household
from simulators.targets.processes.processes import members
from simulators.targets.processes.server import Launch, Server
from simulators.targets.stores.stores import Stores
from simulators.targets.target import Capability

_LAST_BREATH: Final = 0.1

WORKER: Final = "PYTEST_XDIST_WORKER"


def job() -> int:
    """The number of this process among those of `--jobs`, from 0."""
    return _number(os.environ.get(WORKER, "").removeprefix("gw"), 0)


def jobs() -> int:
    """How many processes of `--jobs` there are."""
    return _number(os.environ.get(f"{WORKER}_COUNT", ""), 1)


def _number(digits: str, otherwise: int) -> int:
    return int(digits) if digits.isdecimal() else otherwise


class Cluster:
    """The nodes of a `process` target. Each conversation has a folder of state of its own, and
    servers that have seen nobody. `number` is what `{job}` stands for."""

    def __init__(self, configuration: Configuration, clock: Clock, number: int) -> None:
        self._configuration = configuration
        self._table = configuration.target
        self._clock = clock
        self._number = number
        self.stores = Stores(configuration, self)
        """The stores of all nodes."""
        self._patience = Patience(configuration.target.ready.timeout)
        """With servers that start."""
        self._household: Household | None = None
        self._servers: list[Server] = []
        self._active = 0
        self._turns = 0
        self._customers: dict[str, int] = {}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Another node can take over where one stands by."""
        can = {Capability.RESTART, Capability.CRASH}
        if self._table.nodes > 1:
            can.add(Capability.NODES)
        if self._table.nodes > 1 and self._table.routing is not Routing.ROUND_ROBIN:
            can.add(Capability.FAILOVER)
        return frozenset(can) | self.stores.capabilities

    @property
    def folder(self) -> Path:
        """The folder in which commands start."""
        return self._configuration.folder / self._table.cwd

    def begin(self) -> None:
        """Kill what ran, empty the state, and start all nodes."""
        for server in self._servers:
            server.leave()
        self._clock.begin()
        self.stores.restore()
        household = self._household or Household()
        self._household = household
        household.empty()
        self._active, self._turns, self._customers = 0, 0, {}
        self._patience.begins()
        self._servers = [
            Server(number, household, self._launch(household, number), self._table.ready)
            for number in range(1, self._table.nodes + 1)
        ]
        for server in self._servers:
            self.stores.watch(str(server.number), self._names(server), household.mark)
        self._run_commands()
        self._start()

    def node(self, customer_id: str | None) -> Values:
        """By the routing of the table."""
        return self._names(self._servers[self._routed(customer_id)])

    def node_beside(self, node: Values) -> Values:
        """The next one by number."""
        nodes = [self._names(server) for server in self._servers]
        numbers = [one["node"] for one in nodes]
        return nodes[(numbers.index(node["node"]) + 1) % len(nodes)]

    def nodes(self) -> Sequence[Values]:
        """All nodes that serve."""
        return [self._names(server) for server in self._servers if server.process is not None]

    def served(self, customer_id: str) -> None:
        """The next message goes to the next node, where they take turns."""
        self._customers.setdefault(customer_id, len(self._customers))
        self._turns += 1

    def break_(self, capability: Capability) -> bool:
        """All nodes restart or die at once; or the messages go to the next node."""
        if capability not in self.capabilities:
            raise Unsupported(f"the servers cannot do {capability.value}; give them more nodes")
        if capability is Capability.FAILOVER:
            self._active += 1
            return True
        if capability in (Capability.STORE_OUTAGE, Capability.STORE_RECOVERY):
            for server in self._servers:
                # What did not start without its store may start with it.
                server.is_given_up = False
            return self.stores.break_(capability)
        before = [server.process for server in self._servers]
        for server in self._servers:
            if capability is Capability.RESTART:
                server.stop(self._table.stop_timeout)
            else:
                server.kill()
        self._start_again(self._servers)
        return all(
            was is not None and server.process != was
            for was, server in zip(before, self._servers, strict=True)
        )

    def unseen(self, capability: Capability) -> str:
        """Nothing: what is done here is done to processes of ours."""
        del capability
        return ""

    def unanswered(self) -> None:
        """A process closes its connections before it is seen to be dead."""
        for server in self._servers:
            if server.dies_within(_LAST_BREATH):
                return

    def revive(self) -> bool:
        """Start the nodes that died by themselves, but none that did not come back before."""
        dead = [one for one in self._servers if one.process is None and not one.is_given_up]
        for server in dead:
            server.kill()
        self._start_again(dead)
        return bool(dead)

    def processes(self) -> Mapping[str, Sequence[int]]:
        """The processes of each node that runs, by its number."""
        groups = ((server.number, server.process) for server in self._servers)
        return {str(number): members(group) for number, group in groups if group is not None}

    def kill(self, server: str) -> None:
        """Kill the node of that number."""
        for one in self._servers:
            if str(one.number) == server:
                one.kill()

    def last_words(self) -> str:
        """Of the first node that is dead, else of the one that has the next message."""
        dead = (server for server in self._servers if server.process is None)
        return next(dead, self._servers[self._routed(None)]).last_words()

    def logs(self) -> Mapping[str, str]:
        """Of each process of each node."""
        return {name: text for server in self._servers for name, text in server.logs()}

    def environment(self, names: Values) -> Mapping[str, str]:
        """The environment that servers have, and commands beside them."""
        mark = self._household.mark if self._household else {}
        return {**environment_of(self._table.env, names), **mark}

    def close(self) -> None:
        """Kill all nodes, and remove the folder."""
        servers, self._servers = self._servers, []
        household, self._household = self._household, None
        try:
            for server in servers:
                server.leave()
        finally:
            self.stores.close()
            if household is not None:
                household.close()
            self._clock.close()

    def _start(self) -> None:
        for server in self._servers:
            server.start()
        for server in self._servers:
            server.await_ready(self._patience)
        self._clock.started(self.nodes())

    def _start_again(self, servers: Sequence[Server]) -> None:
        """After a fault. What does not come back is what its customers see."""
        self._patience.renewed()
        for server in servers:
            server.start()
        for server in servers:
            server.come_back(self._patience)
        serving = [server for server in servers if server.process is not None]
        self._clock.started([self._names(server) for server in serving])

    def _routed(self, customer_id: str | None) -> int:
        match self._table.routing:
            case Routing.ROUND_ROBIN:
                first = self._turns
            case Routing.STICKY:
                first = self._customers.get(customer_id or "", len(self._customers))
            case _:
                first = 0
        return (first + self._active) % len(self._servers)

    def _launch(self, household: Household, number: int) -> Callable[[int], Launch]:
        def launch(port: int) -> Launch:
            values = self._values(household, number, port)
            command = [filled(argument, values) for argument in self._table.command or ()]
            base = self.environment(values)
            environment = {**base, **self._clock.environment(base, household.folder)}
            known = [argument for argument in command if argument is not None]
            return Launch(known, self.folder, environment)

        return launch

    def _names(self, server: Server) -> Values:
        assert self._household is not None
        values = self._values(self._household, server.number, server.port)
        return {**values, "process": server.process}

    def _values(self, household: Household, number: int, port: int) -> Values:
        return {
            **self.stores.ports(str(number)),
            "port": port,
            "node": number,
            "state_dir": str(household.state),
            "job": self._number,
            "url": f"http://127.0.0.1:{port}",
        }

    def _run_commands(self) -> None:
        first = self._names(self._servers[0])
        environment = self.environment(first)
        for key in ("setup", "reset"):
            carry_out(key, getattr(self._table, key), first, self.folder, environment)
