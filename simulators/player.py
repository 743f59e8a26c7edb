"""Plays one conversation on one target, step by step, and keeps the trace of it."""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from simulators.conversation import (
    Action,
    Break,
    Browser,
    Impersonate,
    Interrupt,
    Operate,
    Pause,
    Resend,
    Say,
    Script,
    SwitchTab,
)
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import TICK, Contract, Fault, Fired, Inside, Moment
from simulators.standing import (
    Armed,
    Customer,
    GaveUp,
    LeftOut,
    Replaced,
    Resent,
    Standing,
    Struck,
)
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer, Exchange, Life, Strike, Trace

NO_RETRY: Final = "no-retry"
"""Stands in a trace where a customer leaves a message alone that was not answered."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place in a play that its player can go back to."""

    standing: Standing
    snapshot: object | None


class Player:
    """Plays a conversation on a target.

    It is the stage that faults strike at (`faults.fault.Stage`): it holds the customers' browsers,
    and passes the breaks of the service on to the target.
    """

    def __init__(self, target: Target, seed: int = 0) -> None:
        self.target = target
        self.executions = 0
        """Messages delivered by this player, in all of its plays."""
        self._seed = seed
        self._standing = Standing()

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return Trace(self._standing.happenings)

    @property
    def script(self) -> Script:
        """The actions of the scenario so far; performing them again plays it again."""
        return tuple(
            step
            for step in self._standing.steps
            if not isinstance(step, Struck | Resent | Replaced | Armed | GaveUp | LeftOut)
        )

    @property
    def turn(self) -> int:
        """The number of the last turn, 0 before the first."""
        return self._standing.turn

    @property
    def now(self) -> datetime:
        """The target's time."""
        return self.target.now()

    def begin(self, arrangement: Arrangement) -> None:
        """Start over, with a service that has seen nobody."""
        self._standing = Standing(arrangement)
        self.target.begin(self._seed, arrangement)

    def customer(self, name: str) -> Customer:
        """A customer as they stand; who has not written yet has an empty browser."""
        return self._standing.customer(name)

    @property
    def customers(self) -> tuple[str, ...]:
        """Who has written, in order of first appearance."""
        return tuple(self._standing.customers)

    @property
    def has_failed_over(self) -> bool:
        """Whether another node than the first one has served."""
        return self._standing.failovers > 0

    def life(self, name: str) -> Life:
        """How a customer's session stands now, as far as can be known from outside."""
        return self.customer(name).life(self.now, self.target.lifetimes())

    def last(self, customer: str | None = None) -> Exchange:
        """The newest exchange, of that customer or of anybody. Raises `ScenarioError` where there
        is none."""
        for happening in reversed(self._standing.happenings):
            if isinstance(happening, Exchange) and customer in (None, happening.customer):
                return happening
        raise ScenarioError(
            f"{customer or 'nobody'} has written nothing yet; let a When step say something first"
        )

    def play(self, script: Script) -> None:
        """Perform a whole script."""
        for action in script:
            self.perform(action)

    def perform(self, action: Action) -> Exchange | Strike | None:
        """Perform one action of the scenario; what it brought about, where it leaves a trace."""
        self._standing = self._standing.note(action)
        match action:
            case Say():
                turn = self.turn + 1
                self._standing = replace(self._standing, turn=turn)
                delivery = self._delivery(action.customer, action.text, turn)
                return self._deliver(action.customer, delivery, turn)
            case Break():
                return self._strike(named(action.fault), action.customer)
            case SwitchTab():
                self._switch_tab(action)
            case Pause():
                self.target.advance(action.duration)
            case Impersonate():
                self._impersonate(action)
            case Operate():
                self._operate(action)
            case Interrupt():
                self._interrupt(action)
            case Resend():
                return self._send_again(self.customer(action.customer).turn)
        return None

    def strike(self, fault: Fault, customer: str) -> Strike:
        """Let a fault strike that the scenario does not ask for."""
        self._standing = self._standing.note(Struck(fault.name, customer))
        return self._strike(fault, customer)

    def arm(self, fault: Fault, point: str) -> None:
        """Let a fault strike inside the next delivery, at that call."""
        armed = Armed(fault.name, point)
        self._standing = replace(self._standing.note(armed), armed=armed)

    def resend(self, turn: int) -> Exchange:
        """The customer sends the message of a turn once more, because it was answered with an
        error, or not at all; what comes back takes the place of that turn's answer."""
        self._standing = self._standing.note(Resent(turn))
        return self._send_again(turn)

    def give_up(self, customer: str) -> Strike:
        """The customer leaves the last message alone, which was not answered."""
        self._standing = replace(self._standing.note(GaveUp(customer)), is_unsettled=False)
        return self._note_strike(NO_RETRY, customer, Fired(True, "the message was not sent again"))

    def leave_out_a_turn(self) -> None:
        """Go on as if the next turn had been made, with the number after it."""
        self._standing = self._standing.note(LeftOut())
        self._standing = replace(self._standing, turn=self.turn + 1)

    def replace_customer(self, name: str) -> None:
        """Seat somebody new in a customer's place, with as many tabs and nothing in the browser."""
        self._standing = self._standing.note(Replaced(name))
        browser = self.customer(name).browser
        self._put(name, Customer(Browser(pages=(None,) * len(browser.pages), tab=browser.tab)))

    def checkpoint(self) -> Checkpoint:
        """Where the play stands now: a snapshot where the target can make one, else the steps
        that lead here."""
        can_snapshot = Capability.SNAPSHOT in self.target.capabilities
        return Checkpoint(self._standing, self.target.snapshot() if can_snapshot else None)

    def go_back(self, checkpoint: Checkpoint) -> None:
        """Go on from a checkpoint of this player; without a snapshot, its steps are played anew."""
        if checkpoint.snapshot is not None:
            self._standing = checkpoint.standing
            self.target.restore(checkpoint.snapshot)
            return
        self.begin(checkpoint.standing.arrangement)
        for step in checkpoint.standing.steps:
            match step:
                case Struck():
                    self.strike(named(step.fault), step.customer)
                case Resent():
                    self.resend(step.turn)
                case Replaced():
                    self.replace_customer(step.customer)
                case Armed():
                    self.arm(named(step.fault), step.point)
                case GaveUp():
                    self.give_up(step.customer)
                case LeftOut():
                    self.leave_out_a_turn()
                case _:
                    self.perform(step)

    # What follows is the stage that faults strike at.

    def break_service(self, capability: str, customer: str) -> Fired:
        """Break the target in the way of that capability."""
        wanted = Capability(capability)
        session_id = self.customer(customer).session_id
        if wanted in _AGAINST_A_SESSION and session_id is None:
            return Fired(False, f"{customer} has no session yet")
        if not self.target.strike(wanted, session_id):
            return Fired(False, f"no {wanted.value} was seen to take place")
        self._standing = self._standing.after_break(wanted, customer)
        return Fired(True, f"{wanted.value} seen to take place")

    def jump_to_idle_timeout(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session leaves memory."""
        return self._jump(customer, self.target.lifetimes().idle, moment, "idle timeout")

    def jump_to_expiry(self, customer: str, moment: Moment) -> Fired:
        """Let time pass until the session expires in the store."""
        return self._jump(customer, self.target.lifetimes().expiry, moment, "expiry")

    def repeat_last_message(self, customer: str) -> Fired:
        """Deliver the customer's last message once more, byte for byte.

        Nobody reads what comes back: the network sent the message twice, not the customer.
        """
        who = self.customer(customer)
        if who.sent is None:
            return Fired(False, f"{customer} has sent no message yet")
        if who.is_unanswered:
            return Fired(False, "the last message was not answered, and is to be sent again first")
        if self.life(customer) is Life.EXPIRED:
            return Fired(False, "the session expired, and with it the promise to know its messages")
        life, answer = self.life(customer), self._send(customer, who.sent)
        if not answer.is_error:
            self._put(customer, who.recalled(life, self.now))
        self._standing = self._standing.after_repetition(customer)
        self._record(customer, who.turn, who.sent, life, answer, repeats=True)
        return Fired(True, f"the message of turn {who.turn} was delivered again")

    def reload_page(self, customer: str) -> Fired:
        """The page in use loses its memory."""
        who = self.customer(customer)
        if who.browser.page_session_id is None:
            return Fired(False, "the page had nothing to forget")
        self._put(customer, replace(who, browser=who.browser.reload()))
        return Fired(True, "the page forgot its session ID")

    def open_tab(self, customer: str) -> Fired:
        """The customer goes on in a new tab."""
        who = self.customer(customer)
        self._put(customer, replace(who, browser=who.browser.open_tab()))
        return Fired(True, "an empty tab is in front")

    def lose_cookies(self, customer: str) -> Fired:
        """The customer's cookie jar is emptied."""
        who = self.customer(customer)
        if not who.browser.live_cookies(self.now):
            return Fired(False, "the cookie jar was empty")
        self._put(customer, replace(who, browser=who.browser.lose_cookies()))
        return Fired(True, "the cookie jar was emptied")

    def clear_chat(self, customer: str) -> Fired:
        """The customer clears the chat, and the page forgets its session ID."""
        who = self.customer(customer)
        if who.session_id is None:
            return Fired(False, f"{customer} has no session yet")
        answer = self.target.clear(self._delivery(customer, "", self._standing.turn))
        if answer.is_error:
            return Fired(False, f"clearing the chat was answered with status {answer.status}")
        browser = who.browser.keep(answer.cookies).reload()
        self._put(customer, replace(who, browser=browser))
        return Fired(True, "the chat was cleared", announced=True)

    def _strike(self, fault: Fault, customer: str) -> Strike:
        fired = fault.strike(self, customer)
        has_ended = fired.fired and fault.contract is Contract.FRESH
        if has_ended and self.life(customer) is not Life.EXPIRED:
            self._put(customer, replace(self.customer(customer), noted=Life.ENDED))
        return self._note_strike(fault.name, customer, fired)

    def _note_strike(self, fault: str, customer: str, fired: Fired) -> Strike:
        seen = self.target.observe(self.customer(customer).session_id)
        strike = Strike(
            fault,
            customer,
            self._standing.turn,
            fired.fired,
            fired.evidence,
            fired.announced,
            seen,
            is_unsettled=self._standing.is_unsettled,
        )
        self._standing = self._standing.append(strike)
        return strike

    def _send_again(self, turn: int) -> Exchange:
        exchange = self.trace.turns.get(turn)
        sent = None if exchange is None else self.customer(exchange.customer).sent
        if exchange is None or sent is None or self.customer(exchange.customer).turn != turn:
            raise ScenarioError(
                f"the message of turn {turn} is nobody's last one; send it again before another"
            )
        return self._deliver(exchange.customer, sent, turn)

    def _deliver(self, customer: str, delivery: Delivery, turn: int) -> Exchange:
        wrote_at, life = self.now, self.life(customer)
        armed = self._standing.armed
        if armed is not None:
            self.target.interrupt(_inside(armed).breaks, armed.point)
        answer = self._send(customer, delivery)
        was_interrupted = armed is not None and self.target.was_interrupted()
        before = self.customer(customer)
        browser = before.browser.keep(answer.cookies)
        if answer.session_id is not None:
            browser = browser.remember(answer.session_id)
        after = replace(before, browser=browser, sent=delivery, turn=turn, is_unanswered=False)
        if answer.is_error:
            # A message that is refused may have brought the session back into memory.
            after = after.recalled(life, self.now)
        else:
            after = replace(
                after,
                session_id=answer.session_id or before.session_id,
                noted=Life.HELD,
                wrote_at=wrote_at,
                heard_at=self.now,
                recalled_at=None,
            )
        is_unanswered = was_interrupted and answer.is_error
        if was_interrupted:
            after = after.interrupted(life, self.now, is_unanswered=is_unanswered)
        self._put(customer, after)
        self._standing = replace(self._standing, is_unsettled=is_unanswered)
        if armed is not None and was_interrupted and _inside(armed).kills:
            self._standing = self._standing.after_break(Capability.CRASH, customer)
        exchange = self._record(
            customer, turn, delivery, life, answer, repeats=False, interrupted=was_interrupted
        )
        if armed is not None:
            has_expired = not life.is_over and self._has_expired(before)
            self._note_interruption(armed, customer, was_interrupted, has_expired)
        return exchange

    def _has_expired(self, customer: Customer) -> bool:
        return customer.life(self.now, self.target.lifetimes()) is Life.EXPIRED

    def _note_interruption(
        self, armed: Armed, customer: str, has_struck: bool, has_expired: bool
    ) -> None:
        evidence = f"{_inside(armed).breaks} at {armed.point}"
        if not has_struck:
            evidence = f"the service did not come to {armed.point}"
        elif has_expired:
            evidence = "the session expired while the service was waiting"
        strike = Strike(
            armed.fault,
            customer,
            self._standing.turn,
            has_struck and not has_expired,
            evidence,
            point=armed.point,
            is_unsettled=True,
        )
        self._standing = replace(self._standing.append(strike), armed=None)

    def _send(self, sender: str, delivery: Delivery) -> Answer:
        self.executions += 1
        answer = self.target.deliver(delivery)
        presented = (delivery.session_id, *delivery.cookies.values())
        for name, other in self._standing.customers.items():
            if name != sender and other.session_id is not None and other.session_id in presented:
                # A message that is refused may have brought the session back into memory, too.
                self._put(name, other.recalled(self.life(name), self.now))
        return answer

    def _record(
        self,
        customer: str,
        turn: int,
        delivery: Delivery,
        life: Life,
        answer: Answer,
        *,
        repeats: bool,
        interrupted: bool = False,
    ) -> Exchange:
        session_id = self.customer(customer).session_id
        exchange = Exchange(
            turn,
            customer,
            delivery.text,
            delivery.message_id,
            answer,
            self.target.observe(session_id),
            self.now,
            self.customer(customer).browser.tab,
            repeats,
            life,
            presented=bool(delivery.session_id or delivery.cookies),
            interrupted=interrupted,
        )
        self._standing = self._standing.append(exchange)
        return exchange

    def _delivery(self, customer: str, text: str, turn: int) -> Delivery:
        browser = self.customer(customer).browser
        return Delivery(
            text,
            customer_id=_identifier(f"customer {customer}"),
            message_id=_identifier(f"message {turn} of seed {self._seed}"),
            session_id=browser.page_session_id,
            cookies=browser.live_cookies(self.now),
        )

    def _switch_tab(self, action: SwitchTab) -> None:
        who = self.customer(action.customer)
        try:
            browser = who.browser.switch(action.tab)
        except ValueError as error:
            raise ScenarioError(f"{error}; open it with a step before") from error
        self._put(action.customer, replace(who, browser=browser))

    def _operate(self, action: Operate) -> None:
        if not self.target.strike(Capability[action.operation.name], None):
            raise ScenarioError(
                f"it was not seen that {action.operation.value}; take the step out, or put it"
                " where it can take place"
            )

    def _interrupt(self, action: Interrupt) -> None:
        is_unanswered = action.turn == self.turn and self._standing.is_unsettled
        if action.turn != self.turn + 1 and not is_unanswered:
            raise ScenarioError(
                f"the next turn is {self.turn + 1}, not {action.turn}; put the step right before"
                f" the message of turn {action.turn}"
            )
        if Capability.POINTS not in self.target.capabilities:
            raise ScenarioError(
                f"nothing can strike inside a turn of the target {self.target.name}; leave the"
                " step out, or use another target"
            )
        armed = Armed(action.fault, action.point)
        _inside(armed)
        self._standing = replace(self._standing, armed=armed)

    def _impersonate(self, action: Impersonate) -> None:
        victim = self.customer(action.victim)
        if victim.session_id is None:
            raise ScenarioError(
                f"{action.victim} has no session that {action.customer} could present;"
                f" let {action.victim} say something first"
            )
        who = self.customer(action.customer)
        self._put(action.customer, replace(who, browser=who.browser.remember(victim.session_id)))

    def _jump(self, customer: str, lifetime: timedelta | None, moment: Moment, name: str) -> Fired:
        who = self.customer(customer)
        begin = who.wrote_at if moment is Moment.BEFORE else who.heard_at
        if lifetime is None or begin is None or self.life(customer).is_over:
            return Fired(False, f"{customer}'s session has no {name} ahead")
        offset = {Moment.BEFORE: -TICK, Moment.AT: 0 * TICK, Moment.AFTER: TICK}[moment]
        arrival = begin + lifetime + offset
        distance = arrival - self.now
        if any(
            other.may_be_over(arrival, self.target.lifetimes()) for other in self._others(customer)
        ):
            return Fired(False, "another customer's session may have expired by then, or not")
        if distance <= 0 * TICK:
            return Fired(False, f"the {name} had passed already")
        self.target.advance(distance)
        if self.now < arrival:
            return Fired(False, "the target's time was not seen to pass")
        return Fired(True, f"{distance} went by")

    def _others(self, name: str) -> Iterator[Customer]:
        return (one for other, one in self._standing.customers.items() if other != name)

    def _put(self, name: str, customer: Customer) -> None:
        self._standing = self._standing.seat(name, customer)


def _inside(armed: Armed) -> Inside:
    inside = named(armed.fault).inside
    if inside is None:
        raise ScenarioError(f"the fault {armed.fault!r} does not strike inside a turn")
    return inside


_AGAINST_A_SESSION = frozenset({Capability.EVICT, Capability.CROWD})


def _identifier(text: str) -> str:
    """The same random-looking UUID for the same text; two texts never share one."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
