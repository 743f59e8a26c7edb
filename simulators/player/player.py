"""Plays one conversation on one target, step by step, and keeps the trace of it."""

from dataclasses import dataclass
from datetime import datetime

from reports.record import NO_RETRY
from simulators.conversation import (
    Action,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Operate,
    Pause,
    Read,
    Resend,
    Say,
    Script,
    SwitchTab,
)
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import Fault, Fired
from simulators.player.awaiting import Owed, may_come
from simulators.player.deliveries import Deliveries
from simulators.player.repetition import TRIES, first_difference, misfired
from simulators.player.scene import Scene
from simulators.player.stage import TargetStage
from simulators.player.standing import (
    Armed,
    Customer,
    GaveUp,
    Held,
    Numbered,
    Replaced,
    Resent,
    Standing,
    Struck,
)
from simulators.targets.overlap import Move
from simulators.targets.target import Arrangement, Capability, Target
from simulators.trace import Exchange, Life, Strike, Trace
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place in a play that its player can go back to."""

    standing: Standing
    snapshot: object | None


class Player:
    """Plays a conversation on a target: lets its customers write and act, lets faults strike, and
    keeps the steps of both, so that it can go back to any of them."""

    def __init__(self, target: Target, seed: int = 0) -> None:
        self.strayed: str | None = None
        """What was not the same when the way to a checkpoint was played anew, in words."""
        self._scene = Scene(target, seed)
        self._deliveries = Deliveries(self._scene)
        self._stage = TargetStage(self._scene, self._deliveries)

    @property
    def target(self) -> Target:
        """The service that it plays on."""
        return self._scene.target

    @property
    def seed(self) -> int:
        """What tells its messages from those of another player."""
        return self._scene.seed

    @property
    def makes_snapshots(self) -> bool:
        """Whether it goes back to the very same play; otherwise the way there is played anew."""
        return Capability.SNAPSHOT in self.target.capabilities

    @property
    def executions(self) -> int:
        """Messages delivered by this player, in all of its plays."""
        return self._deliveries.executions

    @property
    def moves(self) -> tuple[Move, ...]:
        """What the last two messages did that were delivered at once."""
        return self._deliveries.moves

    @property
    def standing(self) -> Standing:
        """Where the play stands: the same object for as long as nothing comes about."""
        return self._scene.standing

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return self._scene.trace

    @property
    def script(self) -> Script:
        """The actions of the scenario so far; performing them again plays it again."""
        return tuple(
            step
            for step in self._scene.standing.steps
            if not isinstance(step, Struck | Resent | Replaced | Armed | GaveUp | Numbered)
        )

    @property
    def turn(self) -> int:
        """The number of the last turn, 0 before the first."""
        return self._scene.standing.turn

    @property
    def now(self) -> datetime:
        """The target's time."""
        return self._scene.now

    def begin(self, arrangement: Arrangement) -> None:
        """Start over, with a service that has seen nobody."""
        self._scene.begin(arrangement)

    def expect(self, owed: Owed) -> None:
        """Wait for the effects of what the play may have to equal, as long as none of that is
        told again, where they may come late."""
        if self._scene.standing.owed is not owed and may_come(self.target):
            self._scene.standing = replace(self._scene.standing, owed=owed)

    def customer(self, name: str) -> Customer:
        """A customer as they stand; who has not written yet has an empty browser."""
        return self._scene.customer(name)

    @property
    def customers(self) -> tuple[str, ...]:
        """Who has written, in order of first appearance."""
        return tuple(self._scene.standing.customers)

    @property
    def holds_a_message(self) -> bool:
        """Whether a message waits for the next one, to be delivered together."""
        return self._scene.standing.held is not None

    @property
    def has_failed_over(self) -> bool:
        """Whether another node than the first one has served."""
        return self._scene.standing.failovers > 0

    def life(self, name: str) -> Life:
        """How a customer's session stands now, as far as can be known from outside."""
        return self._scene.life(name)

    def last(self, customer: str | None = None) -> Exchange:
        """The newest exchange, of that customer or of anybody; of a message that was sent twice at
        once, the one that stands for both. Raises `ScenarioError` where there is none, or where a
        message still waits for the next one."""
        if held := self._scene.standing.held:
            raise _half_of_two(held, "let somebody say that one first")
        for happening in reversed(self._scene.standing.happenings):
            if not isinstance(happening, Exchange) or (happening.repeats and happening.interrupted):
                continue
            if customer in (None, happening.customer):
                return happening
        raise ScenarioError(
            f"{f'{customer} has written nothing' if customer else 'nobody has written anything'}"
            " yet; let a When step say something first"
        )

    def play(self, script: Script) -> None:
        """Perform a whole script."""
        for action in script:
            self.perform(action)

    def perform(self, action: Action) -> Exchange | Strike | None:
        """Perform one action of the scenario; what it brought about, where it leaves a trace."""
        if (held := self._scene.standing.held) and not isinstance(action, Say):
            raise _half_of_two(held, "let nothing stand between the two")
        self._scene.note(action)
        match action:
            case Say():
                return self._deliveries.say(action.customer, action.text)
            case Break():
                return self._stage.strike(named(action.fault), action.customer)
            case SwitchTab():
                self._switch_tab(action)
            case Pause():
                self.target.advance(action.duration)
            case Impersonate():
                self._impersonate(action)
            case ClaimUser():
                self._claim_user(action)
            case OmitUser():
                who = self.customer(action.customer)
                self._scene.seat(action.customer, replace(who, browser=who.browser.omit_user()))
            case Read():
                self._deliveries.read(action.customer)
            case Operate():
                self._operate(action)
            case ChangeCatalogue():
                self.target.change_catalogue(action.parts)
            case Interrupt():
                self._interrupt(action)
            case Resend():
                who = self.customer(action.customer)
                if who.was_refused or not action.unless_answered:
                    return self._deliveries.send_again(who.turn)
        return None

    def strike(self, fault: Fault, customer: str) -> Strike:
        """Let a fault strike that the scenario does not ask for."""
        self._scene.note(Struck(fault.name, customer))
        return self._stage.strike(fault, customer)

    def arm(self, fault: Fault, point: str) -> None:
        """Let a fault strike inside the next delivery, at that call."""
        armed = Armed(fault.name, point)
        self._scene.note(armed)
        self._scene.standing = replace(self._scene.standing, armed=armed)

    def disarm(self) -> None:
        """Let no fault strike inside the next delivery."""
        self._scene.standing = replace(self._scene.standing, armed=None)

    def resend(self, turn: int) -> Exchange:
        """The customer sends the message of a turn once more, because it was answered with an
        error, or not at all; what comes back takes the place of that turn's answer. One that is
        refused for a time comes once more after that."""
        self._scene.note(Resent(turn))
        return self._deliveries.insist(turn)

    def is_spared(self, exchange: Exchange) -> bool:
        """Whether a message was refused for a time after which the customer sends it again."""
        return self._deliveries.is_spared(exchange)

    def give_up(self, customer: str) -> Strike:
        """The customer leaves the last message alone, which was not answered."""
        self._scene.note(GaveUp(customer))
        self._scene.standing = replace(self._scene.standing, is_unsettled=False)
        fired = Fired(True, "the message was not sent again")
        return self._scene.keep_strike(NO_RETRY, customer, fired)

    def number_next(self, turn: int) -> None:
        """Let the next turn bear that number."""
        self._scene.note(Numbered(turn))
        self._scene.standing = replace(self._scene.standing, turn=turn - 1)

    def replace_customer(self, name: str) -> None:
        """Seat somebody new in a customer's place, with as many tabs and nothing in the browser, of
        whom the service is told that it is that customer."""
        self._replace(Replaced(name))

    def seat_stranger(self, name: str) -> None:
        """The same, but of this one the service is told that it has never seen them."""
        self._replace(Replaced(name, is_stranger=True))

    def checkpoint(self) -> Checkpoint:
        """Where the play stands now: a snapshot where the target can make one, else the steps
        that lead here."""
        snapshot = self.target.snapshot() if self.makes_snapshots else None
        return Checkpoint(self._scene.standing, snapshot)

    def go_back(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of this player; without a snapshot, its steps are played anew,
        once more where a fault did not strike that had struck."""
        if checkpoint.snapshot is not None:
            self._scene.standing = checkpoint.standing
            self.target.restore(checkpoint.snapshot)
            return
        before = checkpoint.standing.happenings
        for _ in range(TRIES):
            self._play_anew(checkpoint.standing)
            if not misfired(before, self._scene.standing.happenings):
                break
        if self.strayed is None:
            self.strayed = first_difference(before, self._scene.standing.happenings)

    def _play_anew(self, standing: Standing) -> None:
        self.begin(standing.arrangement)
        self.expect(standing.owed)
        for step in standing.steps:
            match step:
                case Struck():
                    self.strike(named(step.fault), step.customer)
                case Resent():
                    self.resend(step.turn)
                case Replaced():
                    self._replace(step)
                case Armed():
                    self.arm(named(step.fault), step.point)
                case GaveUp():
                    self.give_up(step.customer)
                case Numbered():
                    self.number_next(step.turn)
                case _:
                    self.perform(step)

    def _replace(self, step: Replaced) -> None:
        self._scene.note(step)
        browser = self.customer(step.customer).browser
        emptied = replace(browser, cookies={}, pages=(None,) * len(browser.pages))
        self._scene.seat(step.customer, Customer(emptied, is_stranger=step.is_stranger))

    def _switch_tab(self, action: SwitchTab) -> None:
        who = self.customer(action.customer)
        try:
            browser = who.browser.switch(action.tab)
        except ValueError as error:
            raise ScenarioError(f"{error}; open it with a step before") from error
        self._scene.seat(action.customer, replace(who, browser=browser))

    def _operate(self, action: Operate) -> None:
        if not self.target.strike(Capability[action.operation.name], None):
            raise ScenarioError(
                f"it was not seen that {action.operation.value}; take the step out, or put it"
                " where it can take place"
            )

    def _interrupt(self, action: Interrupt) -> None:
        is_unanswered = action.turn == self.turn and self._scene.standing.is_unsettled
        if action.turn != self.turn + 1 and not is_unanswered:
            raise ScenarioError(
                f"the next turn is {self.turn + 1}, not {action.turn}; put the step right before"
                f" the message of turn {action.turn}"
            )
        if not action.point.strip():
            raise ScenarioError(
                f"the fault {action.fault!r} is to strike at no call; name one, such as"
                " 'store.commit #1'"
            )
        fault, waiting = named(action.fault), self._scene.standing.armed
        if waiting is not None:
            raise ScenarioError(
                f"the fault {waiting.fault!r} is to strike inside the same delivery at"
                f" {waiting.point}, and one delivery takes one; leave out one of the two steps"
            )
        if fault.strikes_between_turns:
            raise ScenarioError(f"the fault {fault.name!r} does not strike inside a turn")
        if missing := fault.needs - self.target.capabilities:
            raise ScenarioError(
                f"the target {self.target.name} cannot do {', '.join(sorted(missing))}, which the"
                f" fault {fault.name!r} needs; leave the step out, or use another target"
            )
        armed = Armed(action.fault, action.point)
        self._scene.standing = replace(self._scene.standing, armed=armed)

    def _impersonate(self, action: Impersonate) -> None:
        session_id = self._session_of(action)
        who = self.customer(action.customer)
        self._scene.seat(action.customer, replace(who, browser=who.browser.remember(session_id)))

    def _claim_user(self, action: ClaimUser) -> None:
        self._session_of(action)
        who = self.customer(action.customer)
        browser = who.browser.claim_user(action.victim)
        self._scene.seat(action.customer, replace(who, browser=browser))

    def _session_of(self, action: Impersonate | ClaimUser) -> str:
        """The session of the victim: without one there is nothing to steal."""
        session_id = self.customer(action.victim).session_id
        if session_id is None:
            raise ScenarioError(
                f"{action.victim} has no session that {action.customer} could steal;"
                f" let {action.victim} say something first"
            )
        return session_id


def _half_of_two(held: Held, remedy: str) -> ScenarioError:
    return ScenarioError(
        f"the message of turn {held.turn} is to overlap with the next one; {remedy}"
    )
