"""The lives of one application: made by its factory, ended, and made again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Final

from simulators.errors import NotStarted, TargetError
from simulators.targets.application.calling import Application
from simulators.targets.application.incarnation import PATIENCE, Incarnation, Unanswered, Wait
from simulators.targets.application.life import Died
from simulators.targets.application.outliving import Outliving
from simulators.targets.clocks.wall_clock import WallClock
from simulators.targets.drivers.calls import Calls
from simulators.targets.drivers.watching import Drivers
from simulators.targets.patience import Patience
from simulators.targets.speech.mid_stream import MidStream
from simulators.targets.speech.wire import Request, Response
from simulators.targets.target import Capability

_QUIET: Final = 0.5
"""Seconds after which one in which nothing goes on is given up, once something has struck."""
_LAST: Final = 3
"""How many errors of an application are logged: the last."""
_MEND: Final = "mend it first"
_OWN_CONNECTION: Final = (
    "mend it first, or let it open a connection of its own: those of an application that has ended"
    " are closed"
)
_TIMES_AS_LONG: Final = 3
"""How many times as long as its slowest answer it has at least."""


class Lives:
    """One incarnation of an application after another, in this process.

    `factory` makes the application that goes by this name, `home` names the factory's module, where
    that does not tell it. The `clock` stands still while one lives. What dies is abandoned where it
    stands, its `calls` fenced, until the conversation is over. One that does not answer although
    nothing has struck is trouble (`TargetError`); later it is waited for as long as anything goes
    on in it, or until the `timeout` is over.
    """

    def __init__(
        self,
        name: str,
        factory: Callable[[], object],
        home: str | None,
        clock: WallClock,
        calls: Calls,
        timeout: timedelta,
    ) -> None:
        self.outliving = Outliving(home or getattr(factory, "__module__", None))
        """What outlived its restarts."""
        self.was_struck = False
        """Whether anything has struck in this conversation."""
        self._name = name
        self._factory = factory
        self._clock = clock
        self._calls = calls
        self._drivers = Drivers(calls)
        self._patience = Patience(timeout)
        self._living: Incarnation | None = None
        self._refusals: list[str] = []
        self._errors: list[list[str]] = []
        self._abandoned: list[Incarnation] = []
        self._has_lived = False

    @property
    def logs(self) -> Mapping[str, str]:
        """What each application of this conversation raised for a request and did not catch, and
        why it did not start again, each time."""
        errors = enumerate(self._errors, start=1)
        raised = {f"application {number}": "\n".join(one[-_LAST:]) for number, one in errors if one}
        refusals = enumerate(self._refusals, start=1)
        return {
            **raised,
            **{f"application, start in vain {number}": why for number, why in refusals},
        }

    @property
    def missed(self) -> Sequence[str]:
        """Calls that could not be struck so far, as sentences with the remedy."""
        return self._drivers.missed

    def begin(self) -> None:
        """Another conversation begins, with an application that has seen nobody."""
        self.was_struck = False
        self._patience.begins()
        self._refusals.clear()
        self._errors.clear()
        self.watch()
        self.outliving.begin()
        self._start()

    def reset(self, reset: Callable[[], object]) -> None:
        """Let the service forget every conversation."""
        with naming("reset", remedy=_OWN_CONNECTION if self._has_lived else _MEND):
            reset()

    def watch(self) -> None:
        """See what the application calls, by drivers that it has imported by now, too."""
        self._drivers.watch()

    def living(self) -> Incarnation | None:
        """The application; None where it did not start again after a fault."""
        if self._living is None and not self._refusals:
            raise TargetError(f"the target {self._name} has not begun; call begin first")
        return self._living

    def struck(self, break_: str) -> None:
        """A break of that name strikes."""
        self.was_struck = True
        self._patience.struck(break_)

    def wait(self) -> Wait:
        """How long an answer is waited for."""
        slowest = self._patience.longest.total_seconds()
        quiet = max(_QUIET, _TIMES_AS_LONG * slowest) if self.was_struck else None
        return Wait(self._patience.lasts().total_seconds(), quiet)

    def send(self, request: Request, mid_stream: MidStream) -> Response | None:
        """Send a request, and wait for the answer."""
        living = self.living()
        if living is None:
            return None
        heard = partial(mid_stream.heard, partial(self._calls.die, living.life))
        began = perf_counter()
        try:
            with self.without_the_dead():
                response = living.send(request, self.wait(), self._calls.answered, heard)
        except Unanswered as error:
            if not self.was_struck:
                raise
            self._patience.left(waited_in_vain=True)
            return error.response
        self._patience.answered(timedelta(seconds=perf_counter() - began))
        return response

    def kill(self) -> None:
        """The application dies where it waits for a store; called in another thread."""
        if self._living is not None:
            self._calls.bury(self._living.life)

    def end(self, how: Capability) -> None:
        """Stop the application, or abandon it where it stands, and start another."""
        living, self._living = self._living, None
        # Whatever watches over one that does not come to its end kills it.
        if living is not None and (how is Capability.CRASH or living.hangs):
            living.come_to_rest()
            self._calls.bury(living.life)
            self._abandoned.append(living)
        elif living is not None:
            self._stop(living)
        self.start_again()

    def replace_if_dead(self, living: Incarnation) -> None:
        """Start another application where this one died meanwhile."""
        if living.life.is_over:
            self._living = None
            self._abandoned.append(living)
            self.start_again()

    def start_again(self) -> None:
        """After a fault: what does not come back is what its customers see."""
        try:
            self._start()
        except NotStarted as error:
            self._refusals.append(str(error))

    @contextmanager
    def without_the_dead(self) -> Iterator[None]:
        """In here, nothing may go on with what a dead incarnation has left."""
        try:
            yield
        except Died as error:
            raise TargetError(
                f"the application {self._name} goes on with a connection of one before it;"
                " let the factory open its connections"
            ) from error

    def close(self) -> None:
        """Stop the application, close the abandoned ones, and let time go on."""
        living, self._living = self._living, None
        abandoned, self._abandoned = self._abandoned, []
        try:
            if living is not None:
                self._stop(living)
        finally:
            for dead in abandoned:
                # Its time is over; whatever it still has to say is no news.
                with suppress(Exception, Died):
                    self._stop(dead)
            self._drivers.pools.empty()
            self._drivers.leave()
            self._clock.release()

    def _stop(self, living: Incarnation) -> None:
        try:
            living.stop()
        finally:
            self._calls.connections.close(living.life)

    def _start(self) -> None:
        self.outliving.starts()
        self._drivers.pools.empty()
        living = Incarnation()
        wait = replace(self.wait(), most=PATIENCE)
        try:
            with self.without_the_dead():
                living.start(self._made(living), wait)
        except BaseException:
            living.let_go()
            raise
        self._living, self._calls.living = living, living.life
        self._has_lived = True
        self._errors.append(living.errors)
        self._patience.renewed()
        self.outliving.started()

    def _made(self, living: Incarnation) -> Application:
        # A factory defines routes and models, which pydantic cannot do with a frozen clock.
        with self._clock.released(), naming("factory", NotStarted):
            application = living.create(self._factory)
        if not callable(application):
            raise TargetError(
                f"the factory of {self._name} returned a {type(application).__name__}; let it"
                " return an ASGI application"
            )
        self.outliving.made(application)
        self._clock.hold()
        self.watch()
        return application


@contextmanager
def naming(what: str, kind: type[TargetError] = TargetError, remedy: str = _MEND) -> Iterator[None]:
    """Say which part of the application failed, where one does, and what to do about it."""
    try:
        yield
    except NotStarted:
        raise
    except Exception as error:
        raise kind(
            f"the application's {what} failed with {type(error).__name__}: {error}; {remedy}"
        ) from error
