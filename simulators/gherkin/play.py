"""The conversation that a scenario plays: what its steps act on and ask about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from simulators.conversation import (
    FAULTS_ASKED_FOR,
    THE_CUSTOMER,
    Action,
    Break,
    Operate,
    Say,
    Script,
)
from simulators.errors import ScenarioError
from simulators.gherkin.check import CheckFailed
from simulators.laws.outcome import Outcome
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Capability, Names, Target
from simulators.trace import Exchange, Strike, Trace

Judge = Callable[[Script, Arrangement, Target, int], str]
"""Says how a conversation came through, in the word of an outcome."""


@dataclass(slots=True)
class Play:
    """One conversation on one target, which is made when the first step needs it.

    `choose` makes a target; whoever holds the play closes it with `close`.
    """

    choose: Callable[[], Target]
    judge: Judge
    seed: int = 0
    arrangement: Arrangement = field(default_factory=Arrangement)
    _player: Player | None = field(default=None, repr=False)
    _has_looked: bool = field(default=False, repr=False)
    _metrics_before: Mapping[str, float] = field(default_factory=dict, repr=False)

    @property
    def has_begun(self) -> bool:
        """Whether the service was started."""
        return self._player is not None

    @property
    def player(self) -> Player:
        """The player, on a service that was set up as the scenario wants it."""
        if self._player is None:
            target = self.choose()
            self._player = Player(target, self.seed)
            self._player.begin(self.arrangement)
            if Capability.METRICS in target.capabilities:
                self._metrics_before = dict(target.metrics())
        return self._player

    @property
    def target(self) -> Target:
        """The service under test."""
        return self.player.target

    @property
    def trace(self) -> Trace:
        """What has come about so far; empty before the first action."""
        return self._player.trace if self._player is not None else Trace()

    @property
    def script(self) -> Script:
        """What was performed so far."""
        return self._player.script if self._player is not None else ()

    def arrange(self, **wishes: object) -> None:
        """Set the service up. Raises `ScenarioError` when the conversation has begun."""
        if self.has_begun:
            raise ScenarioError(
                "the service is running already; set it up before the first message or fault"
            )
        self.arrangement = replace(self.arrangement, **wishes)  # type: ignore[arg-type]

    def perform(self, action: Action) -> Exchange | Strike | None:
        """Perform an action. Raises `CheckFailed` for a fault that did not strike."""
        happening = self.player.perform(action)
        last = self.trace.happenings[-1] if self.trace.happenings else None
        if isinstance(last, Strike) and not last.fired:
            raise CheckFailed(
                f"the fault {last.fault!r} did not strike: {last.evidence};"
                " put the step where it can, or use a target that can do it"
            )
        return happening

    def say(self, customer: str, text: str) -> None:
        """A customer writes a message."""
        self.perform(Say(customer, text))

    def strike(self, fault: str, customer: str = THE_CUSTOMER) -> None:
        """Let a fault of the catalogue strike."""
        self.perform(Break(fault, customer))

    def last(self, customer: str | None) -> Exchange:
        """The last exchange of that customer, or of whoever wrote last."""
        return self.player.last(customer)

    def expected(self, customer: str | None) -> Exchange:
        """The same, for a check that says what has come back: a refusal is what was wanted."""
        self._has_looked = True
        return self.last(customer)

    @property
    def was_struck(self) -> bool:
        """Whether anything struck, because the scenario asks for it: a fault, an outage of the
        store, a failure of the language model."""
        return (
            bool(self.trace.strikes)
            or self.arrangement.model_failure is not None
            or any(isinstance(action, Operate) for action in self.script)
        )

    @property
    def refusal(self) -> Exchange | None:
        """The first turn, where every turn was refused although nothing has struck, and no check
        has said what was to come back."""
        turns = list(self.trace.turns.values())
        if self._has_looked or self.was_struck or not all(turn.answer.is_error for turn in turns):
            return None
        return turns[0] if turns else None

    def earlier(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """What the same customer exchanged before."""
        exchanges = self.trace.exchanges
        position = next(i for i, one in enumerate(exchanges) if one is exchange)
        return tuple(one for one in exchanges[:position] if one.customer == exchange.customer)

    def turn(self, number: int) -> Exchange:
        """The exchange of a turn. Raises `ScenarioError` where there is none of that number."""
        turns = self.trace.turns
        if number not in turns:
            raise ScenarioError(f"there is no turn {number}; the conversation has {len(turns)}")
        return turns[number]

    def names(self) -> Names | None:
        """Every name that the service knows; None where the target cannot tell."""
        target = self.target
        return target.names() if Capability.NAMES in target.capabilities else None

    def metric_growth(self, metric: str) -> float:
        """By how much a metric grew since the service was started; one not seen yet is 0."""
        now = self.target.metrics()
        return now.get(metric, 0.0) - self._metrics_before.get(metric, 0.0)

    def outcome(self) -> str:
        """How the conversation came through what its scenario did to the service.

        Raises `ScenarioError` where nothing could show that it did not.
        """
        self.player.last()
        if not any(isinstance(action, FAULTS_ASKED_FOR) for action in self.script):
            raise ScenarioError(
                "no fault has struck yet; let one strike, and a message follow, before the outcome"
            )
        # There is one target, since some hold what the process has once, such as its clock.
        here = self.player.checkpoint()
        try:
            found = self.judge(self.script, self.arrangement, self.target, self.seed)
        finally:
            self.player.go_back(here)
        if found in (Outcome.RESTORED, Outcome.FRESH) and not self._is_shown:
            raise ScenarioError(
                "nobody has written since the last fault struck, which would show what came of it;"
                " let a When step say something before the outcome"
            )
        return found

    @property
    def _is_shown(self) -> bool:
        """Whether a message was delivered behind the last fault, or by it."""
        before, last = (None, *self.trace.happenings)[-2:]
        if isinstance(before, Exchange) and before.repeats and before.turn:
            return True
        return isinstance(last, Exchange) or (last is not None and not last.is_between_turns)

    def close(self) -> None:
        """Close the target, if one was made."""
        if self._player is not None:
            self._player.target.close()
