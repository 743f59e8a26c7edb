"""A service that is running already, somewhere: broken by commands of the user's."""

import socket
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

from simulators.errors import TargetError, Unsupported
from simulators.targets.clocks.clock import Clock
from simulators.targets.configuration.tables import Configuration, names
from simulators.targets.configuration.templates import Values, filled
from simulators.targets.configuration.upstreams import upstream_of_table
from simulators.targets.probes.sources import environment_of
from simulators.targets.processes.commands import carry_out
from simulators.targets.processes.programs import run_command
from simulators.targets.servers.cluster import job
from simulators.targets.servers.vigil import Vigil, is_closed
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.wire import Request
from simulators.targets.target import Capability


class Remote:
    """The one node of an `http` target."""

    def __init__(self, configuration: Configuration, clock: Clock) -> None:
        self._configuration = configuration
        self._table = configuration.target
        self._clock = clock

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What there is a command for."""
        return frozenset(one for one, key in _KEYS.items() if getattr(self._table, key) is not None)

    @property
    def folder(self) -> Path:
        """The folder in which commands start."""
        return self._configuration.folder / self._table.cwd

    @property
    def stores(self) -> None:
        """A service that is running already calls its stores where they are."""

    def begin(self) -> None:
        """Run setup, where it was not yet, and reset."""
        for key in ("setup", "reset"):
            self._carry_out(key)
        self._await_ready("is not there")
        self._clock.found(self.nodes())

    def node(self, customer_id: str | None) -> Values:
        """The one that there is."""
        del customer_id
        url = (self._table.url or "").rstrip("/")
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return {**_store_ports(self._configuration), "url": url, "port": port, "job": job()}

    def node_beside(self, node: Values) -> Values:
        """The same."""
        return node

    def nodes(self) -> Sequence[Values]:
        """The one that there is."""
        return [self.node(None)]

    def served(self, customer_id: str) -> None:
        """The next message goes to the same place."""

    def break_(self, capability: Capability) -> bool:
        """Run the command for it, and wait until the service is there again."""
        if capability not in self.capabilities:
            raise Unsupported(
                f"nothing can do {capability.value} to this service; write a command into [target]"
            )
        has_ended = self._ends_by(_KEYS[capability])
        self._await_ready("did not come back")
        self._clock.started(self.nodes())
        return has_ended

    def unseen(self, capability: Capability) -> str:
        """What was looked for in vain."""
        key = _KEYS.get(capability)
        if key is None:
            return ""
        if self._table.incarnation is not None:
            return f"incarnation printed the same before and after it; mend {key} in [target]"
        return (
            f"the command ended well, but the service at {self._table.url} closed no connection and"
            f" refused none; mend {key} in [target], or write incarnation there where connections"
            " are not the service's own, as behind a load balancer"
        )

    def unanswered(self) -> None:
        """Nothing can be known of it."""

    def revive(self) -> bool:
        """Whatever watches over it has to."""
        return False

    def kill(self, server: str) -> None:
        """Raises `Unsupported`."""
        raise Unsupported(
            f"node {server} runs by itself; let a command crash it, between two turns"
        )

    def last_words(self) -> str:
        """Nothing can be heard of it."""
        return ""

    def logs(self) -> Mapping[str, str]:
        """None: they are elsewhere."""
        return {}

    def environment(self, names: Values) -> Mapping[str, str]:
        """The environment of commands."""
        return environment_of(self._table.env, names)

    def close(self) -> None:
        """The service goes on."""
        self._clock.left(self.nodes())
        self._clock.close()

    def _ends_by(self, key: str) -> bool:
        """Whether the process that serves was seen to end by the command of that key."""
        if self._table.incarnation is None:
            with Vigil(self._table.url or "") as vigil:
                self._carry_out(key)
                return vigil.has_seen_it(_LAST_BREATH)
        before, deadline = self._incarnation(), monotonic() + _LAST_BREATH
        self._carry_out(key)
        while self._incarnation() == before:
            if monotonic() > deadline:
                return False
            sleep(_BETWEEN_LOOKS)
        return True

    def _incarnation(self) -> str:
        names = self.node(None)
        texts = (filled(argument, names) for argument in self._table.incarnation or ())
        known = [text for text in texts if text is not None]
        return run_command(known, self.folder, self.environment(names), "incarnation of [target]")

    def _carry_out(self, key: str) -> None:
        names = self.node(None)
        command = getattr(self._table, key)
        carry_out(key, command, names, self.folder, self.environment(names))

    def _await_ready(self, what: str) -> None:
        patience = self._table.ready.timeout.total_seconds()
        deadline = monotonic() + patience
        reason: str | None = "nothing was tried"
        while monotonic() < deadline:
            if (reason := self._unreadiness()) is None:
                return
            sleep(_BETWEEN_LOOKS)
        raise TargetError(
            f"the service at {self._table.url} {what} ({reason}); start it, or mend url or ready"
            " in [target]"
        )

    def _unreadiness(self) -> str | None:
        """Why the service cannot be said to be there; None where it is. One whose file names no
        path is asked for nothing, which might leave something."""
        ready, node = self._table.ready, self.node(None)
        if ready.path is None:
            address = urlsplit(str(node["url"])).hostname or "127.0.0.1", int(node["port"] or 0)
            try:
                with socket.create_connection(address, ready.timeout.total_seconds()) as line:
                    # Who is about to die may be connected to, until the system has closed all that
                    # was open there.
                    return "it closed a connection at once" if is_closed(line, _MOMENT) else None
            except OSError as error:
                return f"{type(error).__name__}: {error}"
        try:
            response = Line(str(node["url"]), ready.timeout).send(Request("GET", ready.path))
        except Unanswered as error:
            return str(error)
        return f"status {response.status}" if response.status >= HTTPStatus.BAD_REQUEST else None


def _store_ports(configuration: Configuration) -> Mapping[str, int]:
    """What the names of the ports of stores stand for where nothing is between: the stores' own.

    Raises `TargetError` for a store without a port.
    """
    ports = {}
    for name, store in configuration.stores.items():
        for port in names(store.listen or ""):
            ports[port] = upstream_of_table(name, store).port
    return ports


_BETWEEN_LOOKS = 0.02
_MOMENT = 0.05
_LAST_BREATH = 2.0
_KEYS = {Capability.RESTART: "restart", Capability.CRASH: "crash"}
