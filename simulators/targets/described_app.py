"""The ASGI application that a `coolwind.toml` describes, as a target."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from simulators.targets.asgi import AsgiTarget
from simulators.targets.configuration.pages import kept_in
from simulators.targets.configuration.tables import Configuration
from simulators.targets.configuration.templates import Values
from simulators.targets.origin import Origin
from simulators.targets.probes.lists import Lists
from simulators.targets.probes.looking import observed, placed
from simulators.targets.probes.sources import Leniency, environment_of
from simulators.targets.processes.commands import carry_out
from simulators.targets.processes.household import Household
from simulators.targets.servers.cluster import job
from simulators.targets.speech.speaker import Speaker, Understanding
from simulators.targets.speech.speech import Speech
from simulators.targets.stores.stores import Servers, Stores
from simulators.targets.target import Capability, Lifetimes
from simulators.targets.tolerance import Tolerance
from simulators.trace import Answer, Observation


def described_app(name: str, configuration: Configuration, origin: Origin) -> AsgiTarget:
    """The target of that name."""
    faults, request = configuration.faults, configuration.request
    assert request is not None
    surroundings, understanding = _Surroundings(configuration), Understanding()
    possible = {
        Capability.CLEAR: configuration.clear,
        Capability.READ: configuration.read,
        Capability.REPETITION: faults.retries,
    }

    def reset() -> None:
        surroundings.begin()
        if origin.reset is not None:
            origin.reset()

    return AsgiTarget(
        name,
        origin.factory,
        reset,
        lifetimes=Lifetimes(faults.idle_timeout, faults.expiry),
        speech=lambda seed: Speaker(configuration, str(seed), understanding),
        look=surroundings.look,
        uncounted=lambda: {**understanding.finds.silent, **surroundings.lists.silent},
        place=surroundings.place,
        lacks=frozenset(capability for capability, given in possible.items() if not given),
        leave=surroundings.leave,
        stores=surroundings.stores_of if configuration.stores else None,
        storage=kept_in(configuration),
        tolerance=Tolerance(configuration.target.repeat, configuration.target.need),
        home=origin.home,
        timeout=request.timeout,
    )


@contextmanager
def surrounded(variables: Mapping[str, str]) -> Iterator[None]:
    """In here, these variables are in the environment."""
    before = {key: os.environ.get(key) for key in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


class _Surroundings:
    """What is around an application in this process: its folder of state, and its environment."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._household: Household | None = None
        self._stores: Stores | None = None
        self._environment = ExitStack()
        self._seen: dict[str | None, Observation] = {}
        self.lists = Lists()

    def stores_of(self, application: Servers) -> Stores:
        """The stores of the application."""
        self._stores = Stores(self._configuration, application)
        return self._stores

    def begin(self) -> None:
        """Nobody was seen."""
        self.leave()
        self._seen.clear()
        self._household = Household()
        table, names = self._configuration.target, self._names()
        environment = environment_of(table.env, names)
        self._environment.enter_context(surrounded({key: environment[key] for key in table.env}))
        for key in ("setup", "reset"):
            carry_out(key, getattr(table, key), names, self._folder, environment)

    def look(self, speech: Speech, session_id: str | None, leniency: Leniency) -> Observation:
        """What the probe and the effects show."""
        if not isinstance(speech, Speaker):
            return Observation()
        names = speech.names(session_id, self._names())
        environment = environment_of(self._configuration.target.env, names)
        last = self._seen.get(session_id, Observation())
        cleared = last if speech.is_cleared(session_id) else None
        seen = observed(
            *(self._configuration, names, self._folder, environment, leniency, cleared), self.lists
        )
        self._seen[session_id] = seen
        return seen

    def place(self, speech: Speech, answer: Answer, leniency: Leniency) -> Answer:
        """An answer with the flow and the step that the probe tells."""
        if not isinstance(speech, Speaker):
            return answer
        names = speech.names(answer.session_id, self._names())
        environment = environment_of(self._configuration.target.env, names)
        return placed(answer, self._configuration, names, self._folder, environment, leniency)

    def leave(self) -> None:
        """Leave nothing behind."""
        household, self._household = self._household, None
        if self._stores is not None:
            self._stores.close()
        self._environment.close()
        if household is not None:
            household.close()

    @property
    def _folder(self) -> Path:
        return self._configuration.folder / self._configuration.target.cwd

    def _names(self) -> Values:
        state = None if self._household is None else str(self._household.state)
        ports = self._stores.ports("application") if self._stores is not None else {}
        return {**ports, "state_dir": state, "job": job()}
