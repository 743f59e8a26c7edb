"""A real service as a target: spoken to over HTTP, and described by `coolwind.toml`."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter
from typing import Final

from simulators.conversation import StockedPart, Storage
from simulators.errors import TargetError, Unsupported, UsageError, not_arranged
from simulators.faults.fault import Beside
from simulators.targets.clocks.clock import Clock
from simulators.targets.configuration.pages import kept_in
from simulators.targets.configuration.tables import Configuration, Kind
from simulators.targets.configuration.templates import Values
from simulators.targets.overlap import Overlap, Overlapped, Who
from simulators.targets.patience import Patience
from simulators.targets.processes.programs import PATIENCE
from simulators.targets.servers.behind import Behind
from simulators.targets.servers.eviction import evict
from simulators.targets.servers.reserve import Reserve
from simulators.targets.servers.running import Running
from simulators.targets.servers.sight import Sight
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.mid_stream import POINT as MID_STREAM
from simulators.targets.speech.mid_stream import MidStream
from simulators.targets.speech.speaker import Speaker, Understanding
from simulators.targets.speech.wire import Request, Response
from simulators.targets.stores.side_by_side import AtOnce, Pace, Sending, send_both
from simulators.targets.stores.silence import Silent, together
from simulators.targets.stores.stores import Stores
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Names, Point
from simulators.targets.tolerance import Tolerance
from simulators.trace import Answer, Observation, Row

_EVICTED_UNSEEN: Final = (
    "nothing shows that evict in [target] drops a session from memory, and its command is taken at"
    " its word; write served_from in [reply], or evict in [faults], where the service can tell"
)
_ALREADY_THERE: Final = (
    "no fault strikes inside a turn, as nothing of ours stands before the stores of a service that"
    ' is running already; let Coolwind start it, with kind = "process" and a command'
)
_NO_STORE: Final = (
    "no fault strikes inside a turn at a store, as the file names none; write a table [stores.*]"
    " for each database, API or folder of files that the service keeps something in"
)
_NO_DEADLINE: Final = (
    "no idle timeout and no expiry strikes, although the clock can be moved, as nobody told when"
    " they come; write idle_timeout or expiry into [faults]"
)
_NO_CLOCK: Final = (
    "no idle timeout and no expiry strikes, although the file tells when they come, as nothing"
    " moves the service's time; write clock into [faults]"
)


class ServedTarget:
    """A service of servers that run for themselves.

    A service that does not answer although nothing has struck is trouble (`TargetError`); after a
    fault it is what its customers see.
    """

    def __init__(self, name: str, configuration: Configuration, reserve: Reserve) -> None:
        self._name = name
        self._configuration = configuration
        self._reserve = reserve
        self._speaker: Speaker | None = None
        self._understanding = Understanding()
        request = configuration.request
        self._patience = Patience(request.timeout if request is not None else PATIENCE)
        """With each node, by its URL."""
        self._sight = Sight(configuration, reserve, self._patience)
        self._mid_stream = MidStream()
        self._silent: Silent = {}
        self._timed: frozenset[str] = frozenset()
        self._behind = Behind()

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def tolerance(self) -> Tolerance:
        """How often a plan is played, and how often the laws have to hold."""
        table = self._configuration.target
        return Tolerance(table.repeat, table.need)

    @property
    def uncovered(self) -> Sequence[str]:
        """What its file asks for and cannot be done here, each as a sentence with the remedy."""
        faults, stores = self._configuration.faults, self._running.stores
        is_timeless = faults.idle_timeout is None and faults.expiry is None
        is_unseen = self._configuration.target.evict is not None and (
            self._configuration.reply is None or self._configuration.reply.served_from is None
        )
        return (
            *self._clock.uncovered,
            *((_NO_DEADLINE,) if self._clock.moves and is_timeless else ()),
            *((_NO_CLOCK,) if faults.clock == "none" and not is_timeless else ()),
            *(stores.uncovered if stores is not None else ()),
            *((_EVICTED_UNSEEN,) if is_unseen else ()),
            *self._closed_turns,
        )

    @property
    def _closed_turns(self) -> Sequence[str]:
        """Why nothing strikes inside a turn at a store."""
        if self._configuration.target.kind is Kind.HTTP:
            return (_ALREADY_THERE,)
        return () if self._configuration.stores else (_NO_STORE,)

    @property
    def silent(self) -> Silent:
        """Which of its stores were called so far, at any site."""
        return self._silent

    @property
    def uncounted(self) -> Silent:
        """What was never found where the file looks for it."""
        return {**self._understanding.finds.silent, **self._sight.lists.silent}

    @property
    def missed(self) -> Sequence[str]:
        """Which time passes for its servers alone, what they change when no fault can strike there,
        and which effects had nothing to be counted in, as sentences with the remedy."""
        timed = sorted(self._timed) if self._clock.moves else ()
        return (*timed, *self._behind.told, *self._sight.lists.absent)

    @property
    def outlived(self) -> Sequence[str]:
        """Why a restart so far was none, as sentences with the remedy."""
        return self._sight.presence.doubts

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What the tables say how to do."""
        faults, stores = self._configuration.faults, self._running.stores
        can = {
            Capability.EVICT: bool(faults.evict or self._configuration.target.evict),
            Capability.CLEAR: self._configuration.clear is not None,
            Capability.READ: self._configuration.read is not None,
            Capability.CLOCK: self._clock.moves,
            Capability.EXACT_TIME: self._clock.stands_still,
            Capability.IDLE_TIMEOUT: faults.idle_timeout is not None,
            Capability.EXPIRY: faults.expiry is not None,
            Capability.REPETITION: faults.retries,
            Capability.CONCURRENCY: True,
            Capability.ORDER: stores is not None and stores.can_hold,
            Capability.POINTS: self._can_break_off,
        }
        return self._running.capabilities | {one for one, is_possible in can.items() if is_possible}

    @property
    def storage(self) -> Storage | None:
        """Where the pages keep the session ID; None where they send none."""
        return kept_in(self._configuration)

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """A service that has seen nobody; one that cannot be made to forget gets customers whom it
        has not seen."""
        if arrangement != Arrangement():
            raise not_arranged(self._name)
        self._sight.begins()
        self._patience.begins()
        self._reserve.begin()
        self._behind.pass_over(self._running.stores)
        table = self._configuration.target
        forgets = table.kind is Kind.PROCESS or table.reset is not None
        salt = str(seed) if forgets else f"{seed} {uuid.uuid4()}"
        self._speaker = Speaker(self._configuration, salt, self._understanding)

    def change_catalogue(self, parts: Sequence[StockedPart]) -> None:
        """Raises `Unsupported`."""
        del parts
        raise not_arranged(self._name)

    def deliver(self, delivery: Delivery) -> Answer:
        """Send one message to the node whose turn it is."""
        speaker = self._begun()
        self._revive()
        names = self._running.node(delivery.customer_id)
        if self._running.stores is not None:
            self._running.stores.begin()
        self._mid_stream.begin()
        with self._struck_inside():
            answer = speaker.deliver(delivery, lambda one: self._send(names, one), self.now)
            self._behind.wait(self._running.stores, self._sight.lateness.lasts)
        self._running.served(delivery.customer_id)
        return self._completed(answer, names)

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Send two messages at once. Where a proxy is before a store, they pass each other at its
        round trips in the order that is given; elsewhere it is left to the servers what comes
        first, and the order says only who was sent first."""
        speaker, stores = self._begun(), self._running.stores
        self._sight.was_struck = True
        self._revive()
        node = self._running.node(first.customer_id)
        nodes = (node, self._running.node_beside(node) if overlap.on_two_nodes else node)
        deliveries = (first, second)
        # A conversation is opened once, before either is sent.
        refusals = [
            speaker.open(delivery, partial(self._send, names), self.now)
            for delivery, names in zip(deliveries, nodes, strict=True)
        ]
        carry = (
            speaker.deliver,
            speaker.clear if overlap.beside is Beside.CLEARING else speaker.deliver,
        )

        def sending(who: Who) -> Sending[Answer]:
            def send(departed: Callable[[], None]) -> Answer:
                line = partial(self._send, nodes[who], departed=departed)
                return refusals[who] or carry[who](deliveries[who], line, self.now)

            return send

        pace: Pace = AtOnce(overlap)
        if stores is not None and stores.can_hold:
            pace = stores.pace(overlap)
        self._mid_stream.begin()
        with self._struck_inside():
            answers, last = send_both((sending(Who.FIRST), sending(Who.SECOND)), pace)
        for delivery in deliveries:
            self._running.served(delivery.customer_id)
        one, other = map(self._completed, answers, nodes)
        return Overlapped((one, other), last, tuple(pace.moves), pace.was_kept)

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        speaker = self._begun()
        self._revive()
        names = self._running.node(delivery.customer_id)
        answer = speaker.clear(delivery, lambda one: self._send(names, one), self.now)
        self._behind.pass_over(self._running.stores)
        return answer

    def read(self, delivery: Delivery) -> Answer:
        """The customer asks for the conversation so far."""
        if Capability.READ not in self.capabilities:
            raise self._unsupported(Capability.READ)
        speaker = self._begun()
        self._revive()
        names = self._running.node(delivery.customer_id)
        answer = speaker.read(delivery, lambda one: self._send(names, one), self.now)
        self._behind.pass_over(self._running.stores)
        return answer

    def observe(self, session_id: str | None) -> Observation:
        """What the probe and the effects show."""
        self._revive()
        seen = self._sight.observe(self._begun(), session_id)
        self._behind.note(self._running.stores, is_calm=not self._sight.was_struck)
        return seen

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """Raises `UsageError`: nothing is known of this service's flows."""
        raise UsageError(
            f"nobody told how to come to step {step!r} of {flow!r} on the target {self._name};"
            " let the scenario write the messages that lead there"
        )

    def now(self) -> datetime:
        """The service's time."""
        return self._clock.now()

    def advance(self, duration: timedelta) -> None:
        """Let time pass on every node, and for what its stores keep for a time where no hook of
        the service has to do that."""
        self._sight.was_struck = True
        self._revive()
        self._clock.advance(duration, self._running.nodes())
        stores = self._running.stores
        if stores is not None and self._configuration.faults.clock == "faketime":
            stores.pass_time(duration)

    def lifetimes(self) -> Lifetimes:
        """What [faults] says."""
        faults = self._configuration.faults
        return Lifetimes(faults.idle_timeout, faults.expiry)

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break the service."""
        if capability not in self.capabilities:
            raise self._unsupported(capability)
        self._sight.was_struck = True
        self._patience.struck(capability.value)
        self._patience.renewed()
        if capability is Capability.EVICT:
            self._revive()
            return evict(self._configuration, self._running, self._begun(), session_id)
        self._sight.presence.struck(capability)
        return self._running.break_(capability)

    def unseen(self, capability: Capability) -> str:
        """What was looked for in vain when a break was not seen to take place."""
        return self._running.unseen(capability)

    def points(self) -> Sequence[Point]:
        """The round trips to stores, the changes of files, and the middle of a reply."""
        return [*self._stores().points(), *self._mid_stream.points]

    def interrupt(self, break_: str, point: str) -> None:
        """Let a break strike there in the next delivery."""
        if point == MID_STREAM and self._can_break_off:
            self._mid_stream.interrupt(break_)
        else:
            self._stores().interrupt(break_, point)
        self._sight.was_struck = True
        self._patience.struck(break_)

    def was_interrupted(self) -> bool:
        """Whether it was seen to strike."""
        return self._mid_stream.has_struck or self._stores().has_struck()

    def events(self) -> Sequence[tuple[str, Row]]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.EVENTS)

    def metrics(self) -> Mapping[str, float]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.METRICS)

    def names(self) -> Names:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.NAMES)

    def snapshot(self) -> object:
        """Raises `Unsupported`: what a server holds cannot be copied."""
        raise self._unsupported(Capability.SNAPSHOT)

    def restore(self, snapshot: object) -> None:
        """Raises `Unsupported`."""
        del snapshot
        raise self._unsupported(Capability.SNAPSHOT)

    def describe(self) -> Sequence[str]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.FINGERPRINT)

    def logs(self) -> Mapping[str, str]:
        """The end of what each process wrote."""
        return self._running.logs()

    def close(self) -> None:
        """Leave no process, no port and no folder behind."""
        self._speaker = None
        self._reserve.close()

    @property
    def _running(self) -> Running:
        return self._reserve.site.running

    @property
    def _clock(self) -> Clock:
        return self._reserve.site.clock

    def _send(
        self, names: Values, request: Request, departed: Callable[[], None] = lambda: None
    ) -> Response | None:
        url, began = str(names["url"]), perf_counter()
        patience = self._patience.lasts(url)
        line = Line(url, patience, departed=departed)
        if request.stream is not None:
            kill = partial(self._running.kill, str(names.get("node")))
            line = replace(line, heard=partial(self._mid_stream.heard, kill))
        try:
            response = line.send(request)
            self._patience.answered(timedelta(seconds=perf_counter() - began), url)
            # The end of a stream may be the end of its server.
            return None if request.stream and self._mid_stream.has_struck else response
        except Unanswered as error:
            took = timedelta(seconds=perf_counter() - began)
            self._patience.left(url, waited_in_vain=took >= patience)
            self._running.unanswered()
            if self._sight.was_struck:
                return None
            words = self._running.last_words()
            said = f"; its last words: {words}" if words else ""
            raise TargetError(
                f"the service did not answer, although nothing had struck: {error}{said}; mend it"
                " first"
            ) from error

    def _completed(self, answer: Answer, names: Values) -> Answer:
        """The answer with the flow and the step that the probe tells, and with its node where
        there are several."""
        if self._configuration.target.nodes > 1:
            answer = replace(answer, node=f"node {names['node']}")
        return self._sight.completed(answer, self._begun(), names)

    @contextmanager
    def _struck_inside(self) -> Iterator[None]:
        """A delivery inside which a break may strike. A server that died is started again."""
        stores = self._running.stores
        try:
            yield
        finally:
            self._mid_stream.end()
            if stores is not None:
                stores.end()
                self._silent = together(self._silent, stores.silent)
                self._timed |= frozenset(stores.timed)
        if self._mid_stream.has_killed or (stores is not None and stores.has_crashed()):
            self._revive()

    @property
    def _can_break_off(self) -> bool:
        """Whether the server can die in the middle of a reply."""
        request, kind = self._configuration.request, self._configuration.target.kind
        return kind is Kind.PROCESS and request is not None and request.stream is not None

    def _stores(self) -> Stores:
        if self._running.stores is None or Capability.POINTS not in self.capabilities:
            raise self._unsupported(Capability.POINTS)
        return self._running.stores

    def _revive(self) -> None:
        if self._sight.was_struck and self._running.revive():
            self._patience.renewed()

    def _begun(self) -> Speaker:
        if self._speaker is None:
            raise TargetError(f"the target {self._name} has not begun; call begin first")
        return self._speaker

    def _unsupported(self, capability: Capability) -> Unsupported:
        return Unsupported(
            f"the target {self._name} cannot do {capability.value}; ask only for what it declares"
        )
