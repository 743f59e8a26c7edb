"""Any ASGI application as a target: in this process, restarted through its factory."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from simulators.conversation import StockedPart, Storage
from simulators.errors import Unsupported, UsageError, not_arranged
from simulators.faults.fault import Beside
from simulators.targets.clocks.wall_clock import WallClock
from simulators.targets.drivers.calls import Calls, Reach
from simulators.targets.lives import Lives
from simulators.targets.overlap import Overlap, Overlapped, Who
from simulators.targets.presence import Presence
from simulators.targets.probes.sources import Leniency
from simulators.targets.proxy.strike import Crash
from simulators.targets.simulation.simulation import beginning
from simulators.targets.speech.mid_stream import POINT as MID_STREAM
from simulators.targets.speech.mid_stream import MidStream
from simulators.targets.speech.seed_speech import SeedSpeech
from simulators.targets.speech.speech import Speech
from simulators.targets.speech.wire import Request, Response, Wire
from simulators.targets.stores.side_by_side import HeldAtCalls, Sending, send_both
from simulators.targets.stores.silence import Silent
from simulators.targets.stores.stores import Servers, Stores
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Names, Point
from simulators.targets.tolerance import Tolerance
from simulators.trace import NO_ANSWER, Answer, Observation, Row

_CAPABILITIES = frozenset(
    {
        Capability.RESTART,
        Capability.CRASH,
        Capability.CLOCK,
        Capability.EXACT_TIME,
        Capability.CLEAR,
        Capability.READ,
        Capability.REPETITION,
        Capability.POINTS,
        Capability.STORE_FAILURE,
        Capability.STORE_SILENCE,
        Capability.CONCURRENCY,
        Capability.ORDER,
    }
)
_IN_THE_LOOP: Final = (
    "two messages at once did not pass each other at calls that block the event loop, where nothing"
    " can come between; what several servers do to each other there is seen with"
    ' kind = "process" and nodes'
)


class AsgiTarget:
    """An ASGI application in this process, on an event loop of its own.

    `factory` makes the application, as it stands after a fresh start; `reset` forgets every
    conversation and runs before each one. The wall clock is held at a virtual moment. After a
    crash the abandoned application stands still until the conversation is over; then it is closed.
    One that does not answer although nothing has struck is trouble (`TargetError`); after a fault
    it is what its customers see, as soon as nothing goes on in it any more, or when the `timeout`
    of their browsers is over.
    `speech` makes, for a seed, the pages of one conversation, which speak the JSON of `wire` unless
    told otherwise; `look` looks at what is kept of a session, with leniency, and `place` at which
    flow and step that is in, for an answer that does not say it; `lacks` is what cannot be done to
    it after all; `leave` is called at the end. `stores` makes what stands before the
    stores that it calls over the network, given how the application dies. `home` names the module
    of the factory, where the factory does not tell it.
    """

    def __init__(
        self,
        name: str,
        factory: Callable[[], object],
        reset: Callable[[], object] | None = None,
        *,
        wire: Wire | None = None,
        lifetimes: Lifetimes | None = None,
        speech: Callable[[int], Speech] | None = None,
        look: Callable[[Speech, str | None, Leniency], Observation] | None = None,
        place: Callable[[Speech, Answer, Leniency], Answer] | None = None,
        lacks: frozenset[Capability] = frozenset(),
        leave: Callable[[], None] | None = None,
        tolerance: Tolerance | None = None,
        stores: Callable[[Servers], Stores] | None = None,
        home: str | None = None,
        uncounted: Callable[[], Silent] | None = None,
        storage: Storage | None = Storage.PAGE,
        timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        self._name = name
        self._reset = reset
        self._new_speech = speech or (lambda _: SeedSpeech(wire or Wire()))
        self._speech: Speech = self._new_speech(0)
        self._look = look or (lambda _, __, ___: Observation())
        self._place = place or (lambda _, answer, __: answer)
        self._lacks = lacks
        self.tolerance = tolerance
        """How often a plan is played, and how often the laws have to hold; None for an application
        that has to be repeatable."""
        self.storage = storage
        """Where the pages keep the session ID; None where they send none."""
        self._uncounted = uncounted or (lambda: {})
        self._leave = leave or (lambda: None)
        self._lifetimes = lifetimes or Lifetimes()
        self._clock = WallClock(beginning(0))
        self._stores = stores(self) if stores is not None else None
        # What a proxy sees is not counted again.
        is_proxied = self._stores is not None and self._stores.can_hold
        reaches = frozenset({Reach.HERE} if is_proxied else Reach)
        self._calls = Calls(lambda duration: self.advance(duration), reaches)
        self._lives = Lives(name, factory, home, self._clock, self._calls, timeout)
        self._mid_stream = MidStream()
        self._has_missed = False
        self._presence = Presence()

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def outlived(self) -> Sequence[str]:
        """Why a restart so far was none, as sentences with the remedy."""
        return (*self._lives.outliving.reasons, *self._presence.doubts)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What an application can be put through from outside; a deadline can be met when the
        target was told of it."""
        told = {
            Capability.IDLE_TIMEOUT: self._lifetimes.idle,
            Capability.EXPIRY: self._lifetimes.expiry,
        }
        deadlines = (deadline for deadline, lifetime in told.items() if lifetime is not None)
        networked = self._stores.capabilities if self._stores is not None else ()
        return _CAPABILITIES.union(deadlines, networked).difference(self._lacks)

    @property
    def missed(self) -> Sequence[str]:
        """Calls that could not be struck or held so far, as sentences with the remedy."""
        return (*self._lives.missed, *([_IN_THE_LOOP] if self._has_missed else []))

    @property
    def silent(self) -> Silent:
        """Which of the stores over the network were called so far."""
        return self._stores.silent if self._stores is not None else {}

    @property
    def uncounted(self) -> Silent:
        """What was found so far where a file looks for it, and what was not."""
        return self._uncounted()

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """Start an application that has seen nobody. Its identifiers are its own affair."""
        if arrangement != Arrangement():
            raise not_arranged(self._name)
        self.close()
        if self._reset is not None:
            self._lives.reset(self._reset)
        self._presence.begins()
        self._clock.turn_to(beginning(seed))
        self._speech = self._new_speech(seed)
        self._lives.begin()

    def change_catalogue(self, parts: Sequence[StockedPart]) -> None:
        """Raises `Unsupported`."""
        del parts
        raise not_arranged(self._name)

    def deliver(self, delivery: Delivery) -> Answer:
        """Send one message over HTTP and wait for the answer. Another application takes the place
        of one that died meanwhile."""
        living = self._lives.living()
        if living is None:
            self._presence.answered(NO_ANSWER)
            return NO_ANSWER
        self._lives.watch()
        self._calls.begin()
        self._mid_stream.begin()
        if self._stores is not None:
            self._stores.begin()
        try:
            answer = self._speech.deliver(delivery, self._send, self.now)
        finally:
            self._calls.end()
            self._mid_stream.end()
            if self._stores is not None:
                self._stores.end()
        self._presence.answered(answer)
        self._lives.outliving.heard(answer.session_id)
        self._lives.replace_if_dead(living)
        return self._placed(answer)

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        return self._speech.clear(delivery, self._send, self.now)

    def read(self, delivery: Delivery) -> Answer:
        """The customer asks for the conversation so far."""
        if Capability.READ not in self.capabilities:
            raise self._unsupported(Capability.READ)
        return self._speech.read(delivery, self._send, self.now)

    def observe(self, session_id: str | None) -> Observation:
        """What the target was told to look at; nothing, where it was not."""
        self._presence.seen(is_there=self._lives.living() is not None)
        return self._look(self._speech, session_id, self._leniency)

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """Raises `UsageError`: nothing is known of this application's flows."""
        raise UsageError(
            f"nobody told how to come to step {step!r} of {flow!r} on the target {self._name};"
            " let the scenario write the messages that lead there"
        )

    def now(self) -> datetime:
        """The moment at which the wall clock is held."""
        return self._clock.now()

    def advance(self, duration: timedelta) -> None:
        """Move the wall clock."""
        self._lives.was_struck = True
        self._clock.advance(duration)

    def lifetimes(self) -> Lifetimes:
        """What the target was told of the application's promises."""
        return self._lifetimes

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Restart the application, or abandon it where it stands and start another."""
        del session_id
        before = self._lives.living()
        self._lives.struck(capability.value)
        if self._stores is not None and capability in self._stores.capabilities:
            self._presence.struck(capability)
            is_broken = self._stores.break_(capability)
            if before is None:
                # What did not start without its store may start with it.
                self._lives.start_again()
            return is_broken
        if capability not in (Capability.RESTART, Capability.CRASH):
            raise self._unsupported(capability)
        self._lives.end(capability)
        return before is not None

    def events(self) -> Sequence[tuple[str, Row]]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.EVENTS)

    def metrics(self) -> Mapping[str, float]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.METRICS)

    def logs(self) -> Mapping[str, str]:
        """What it raised and did not catch, and why it did not start again, each time."""
        return self._lives.logs

    def names(self) -> Names:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.NAMES)

    def points(self) -> Sequence[Point]:
        """What the application asked of its SQLite databases, and of stores over the network, and
        the middle of a reply."""
        networked = self._stores.points() if self._stores is not None else ()
        return (*self._calls.points, *networked, *self._mid_stream.points)

    def interrupt(self, break_: str, point: str) -> None:
        """Let a break strike there in the next delivery."""
        self._lives.struck(break_)
        if point == MID_STREAM:
            self._mid_stream.interrupt(break_)
            return
        if self._stores is not None:
            self._stores.interrupt(break_, point)
        if point.startswith("store."):
            self._calls.interrupt(break_, point)

    def was_interrupted(self) -> bool:
        """Whether it was seen to strike."""
        is_struck = self._stores is not None and self._stores.has_struck()
        return is_struck or self._calls.has_struck or self._mid_stream.has_struck

    def processes(self) -> Mapping[str, Sequence[int]]:
        """None: the application is in this one."""
        return {}

    def kill(self, server: str) -> None:
        """The application dies where it waits for a store; called in another thread."""
        del server
        self._lives.kill()

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Send two messages at once. They pass each other at their calls to stores, in the order
        that is given."""
        if overlap.on_two_nodes:
            raise self._unsupported(Capability.NODES)
        living, deliveries = self._lives.living(), (first, second)
        if living is None:
            self._presence.answered(NO_ANSWER)
            return Overlapped((NO_ANSWER, NO_ANSWER), Who.SECOND, (), was_kept=False)
        self._lives.was_struck = True
        self._lives.watch()
        # A conversation is opened once, before either is sent.
        refusals = [self._speech.open(delivery, self._send, self.now) for delivery in deliveries]
        clears = overlap.beside is Beside.CLEARING
        carry = (self._speech.deliver, self._speech.clear if clears else self._speech.deliver)
        answered: list[Who] = []
        with (
            self._lives.without_the_dead(),
            self._calls.held() as holding,
            living.serving(self._lives.wait()) as send,
        ):

            def sending(who: Who) -> Sending[Answer]:
                def send_one(request: Request) -> Response | None:
                    serving = partial(holding.serving, who)
                    return send(request, serving, partial(answered.append, who))

                return lambda _: refusals[who] or carry[who](deliveries[who], send_one, self.now)

            pace = HeldAtCalls(holding, overlap, living.is_busy, Crash(self.kill))
            answers, last = send_both((sending(Who.FIRST), sending(Who.SECOND)), pace)
        self._has_missed |= holding.has_missed
        for answer in answers:
            self._presence.answered(answer)
            self._lives.outliving.heard(answer.session_id)
        self._lives.replace_if_dead(living)
        last = answered[-1] if answered else last
        one, other = map(self._placed, answers)
        return Overlapped((one, other), last, tuple(pace.moves), pace.was_kept)

    def snapshot(self) -> object:
        """Raises `Unsupported`: what an application holds cannot be copied."""
        raise self._unsupported(Capability.SNAPSHOT)

    def restore(self, snapshot: object) -> None:
        """Raises `Unsupported`."""
        del snapshot
        raise self._unsupported(Capability.SNAPSHOT)

    def describe(self) -> Sequence[str]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.FINGERPRINT)

    def close(self) -> None:
        """Stop the application, close the abandoned ones, and let time go on."""
        try:
            self._lives.close()
        finally:
            self._leave()

    def _placed(self, answer: Answer) -> Answer:
        return self._place(self._speech, answer, self._leniency)

    @property
    def _leniency(self) -> Leniency:
        return Leniency(may_lack_tables=self._lives.was_struck)

    def _send(self, request: Request) -> Response | None:
        return self._lives.send(request, self._mid_stream)

    def _unsupported(self, capability: Capability) -> Unsupported:
        return Unsupported(
            f"the target {self._name} cannot do {capability.value}; ask only for what it declares"
        )
