"""Plays one conversation on one target, step by step, and keeps the trace of it."""

import hashlib
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
from simulators.faults.fault import TICK, Contract, Fault, Fired, Inside, Moment, Together
from simulators.repetition import first_difference
from simulators.standing import (
    Armed,
    Customer,
    GaveUp,
    Held,
    Numbered,
    Replaced,
    Resent,
    Sent,
    Standing,
    Struck,
)
from simulators.targets.overlap import Move, overlap_of
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import NO_RETRY, Answer, Exchange, Life, Strike, Trace


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
        self.moves: tuple[Move, ...] = ()
        """What the last two messages did that were delivered at once."""
        self.strayed: str | None = None
        """What was not the same when the way to a checkpoint was played anew, in words."""
        self.seed = seed
        self._standing = Standing()
        self._took: float | None = None

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
            if not isinstance(step, Struck | Resent | Replaced | Armed | GaveUp | Numbered)
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
        self.target.begin(self.seed, arrangement)

    def customer(self, name: str) -> Customer:
        """A customer as they stand; who has not written yet has an empty browser."""
        return self._standing.customer(name)

    @property
    def customers(self) -> tuple[str, ...]:
        """Who has written, in order of first appearance."""
        return tuple(self._standing.customers)

    @property
    def holds_a_message(self) -> bool:
        """Whether a message waits for the next one, to be delivered together."""
        return self._standing.held is not None

    @property
    def has_failed_over(self) -> bool:
        """Whether another node than the first one has served."""
        return self._standing.failovers > 0

    def life(self, name: str) -> Life:
        """How a customer's session stands now, as far as can be known from outside."""
        return self.customer(name).life(self.now, self.target.lifetimes())

    def last(self, customer: str | None = None) -> Exchange:
        """The newest exchange, of that customer or of anybody; of a message that was sent twice at
        once, the one that stands for both. Raises `ScenarioError` where there is none, or where a
        message still waits for the next one."""
        if self._standing.held is not None:
            raise ScenarioError(
                f"the message of turn {self._standing.held.turn} is to overlap with the next one;"
                " let somebody say that one first"
            )
        for happening in reversed(self._standing.happenings):
            if not isinstance(happening, Exchange) or (happening.repeats and happening.interrupted):
                continue
            if customer in (None, happening.customer):
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
        if self._standing.held is not None and not isinstance(action, Say):
            raise ScenarioError(
                f"the message of turn {self._standing.held.turn} is to overlap with the next one;"
                " let nothing stand between the two"
            )
        self._standing = self._standing.note(action)
        match action:
            case Say():
                return self._say(action)
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

    def number_next(self, turn: int) -> None:
        """Let the next turn bear that number."""
        self._standing = self._standing.note(Numbered(turn))
        self._standing = replace(self._standing, turn=turn - 1)

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
                case Numbered():
                    self.number_next(step.turn)
                case _:
                    self.perform(step)
        if self.strayed is None:
            before = checkpoint.standing.happenings
            self.strayed = first_difference(before, self._standing.happenings)

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
        return self._repeat(customer, Sent(who.sent, who.turn))

    def repeat_earlier_message(self, customer: str) -> Fired:
        """Deliver the message before the customer's last one once more, byte for byte; it was late
        on its way."""
        who = self.customer(customer)
        if who.earlier is None:
            return Fired(False, f"{customer} has sent no message before in this session")
        return self._repeat(customer, who.earlier)

    def _repeat(self, customer: str, sent: Sent) -> Fired:
        who = self.customer(customer)
        if who.is_unanswered:
            return Fired(False, "the last message was not answered, and is to be sent again first")
        if self.life(customer) is Life.EXPIRED:
            return Fired(False, "the session expired, and with it the promise to know its messages")
        message = self._held(customer, sent.delivery, sent.turn)
        answer = self._send(message)
        if not answer.is_error:
            self._put(customer, who.recalled(message.life, self.now))
        self._standing = self._standing.after_repetition(customer)
        self._record(message, answer, repeats=True)
        return Fired(True, f"the message of turn {sent.turn} was delivered again")

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
        return self._deliver(self._held(exchange.customer, sent, turn))

    def _say(self, action: Say) -> Exchange | None:
        turn = self.turn + 1
        self._standing = replace(self._standing, turn=turn)
        message = self._held(
            action.customer, self._delivery(action.customer, action.text, turn), turn
        )
        armed, first = self._standing.armed, self._standing.held
        together = None if armed is None else named(armed.fault).together
        if armed is None or together is None:
            return self._deliver(message)
        if together.repeats:
            return self._deliver_both(armed, together, message, message)
        if first is not None:
            return self._deliver_both(armed, together, first, message)
        self._standing = replace(self._standing, held=message)
        return None

    def _held(self, customer: str, delivery: Delivery, turn: int) -> Held:
        return Held(customer, delivery, turn, self.life(customer), self.now)

    def _deliver(self, message: Held) -> Exchange:
        customer, armed = message.customer, self._standing.armed
        if armed is not None:
            self.target.interrupt(_inside(armed).breaks, armed.point)
        answer = self._send(message)
        was_interrupted = armed is not None and self.target.was_interrupted()
        before, after = self.customer(customer), self._after(message, answer)
        is_unanswered = was_interrupted and answer.is_error
        if was_interrupted:
            after = after.interrupted(message.life, self.now, is_unanswered=is_unanswered)
        self._put(customer, after)
        self._standing = replace(self._standing, is_unsettled=is_unanswered)
        if armed is not None and was_interrupted and _inside(armed).kills:
            self._standing = self._standing.after_break(Capability.CRASH, customer)
        exchange = self._record(message, answer, interrupted=was_interrupted)
        if armed is not None:
            evidence = f"{_inside(armed).breaks} at {armed.point}"
            if not was_interrupted:
                evidence = f"the service did not come to {armed.point}"
            has_expired = not message.life.is_over and self._has_expired(before)
            self._note_interruption(
                armed, message, evidence, has_struck=was_interrupted, has_expired=has_expired
            )
        return exchange

    def _after(self, message: Held, answer: Answer) -> Customer:
        """A customer after the answer to a message."""
        before = self.customer(message.customer)
        browser = before.browser.keep(answer.cookies)
        if answer.session_id is not None:
            browser = browser.remember(answer.session_id)
        after = replace(
            before,
            browser=browser,
            sent=message.delivery,
            turn=message.turn,
            earlier=_earlier(before, message, answer),
            is_unanswered=False,
        )
        if answer.is_error:
            # A message that is refused may have brought the session back into memory.
            return after.recalled(message.life, self.now)
        return replace(
            after,
            session_id=answer.session_id or before.session_id,
            noted=Life.HELD,
            wrote_at=message.wrote_at,
            heard_at=self.now,
            recalled_at=None,
        )

    def _deliver_both(
        self, armed: Armed, together: Together, first: Held, second: Held
    ) -> Exchange:
        """Deliver two messages at once. What is answered with an error, or not at all, is sent
        again when both were served."""
        before = self.customer(first.customer)
        overlap = overlap_of(together, armed.point)
        served = self.target.deliver_both(first.delivery, second.delivery, overlap)
        self.executions += 2
        self.moves = served.moves
        for message, answer in zip((first, second), served.answers, strict=True):
            self._recall(message)
            after = self._after(message, answer)
            if together.on_two_nodes or answer.is_error:
                after = after.interrupted(message.life, self.now, is_unanswered=False)
            self._put(message.customer, after)
        self._standing = replace(self._standing.after_overlap(together), held=None)
        deliveries = self._with_retries(together, first, second, served.answers)
        # Of two at once, nobody can say how long each took, or what was asked for which.
        self._took = None
        for position, one in enumerate(deliveries, start=1):
            exchange = self._record(
                one.message,
                one.answer,
                repeats=one.repeats,
                interrupted=not one.is_retry,
                overlapped=position < len(deliveries),
            )
        evidence = f"two messages were served at once, in the order {armed.point}"
        if not served.was_kept:
            evidence = f"the service did not come to the end of the order {armed.point}"
        has_expired = not first.life.is_over and self._has_expired(before)
        self._note_interruption(
            armed, first, evidence, has_struck=served.was_kept, has_expired=has_expired
        )
        return exchange

    def _with_retries(
        self, together: Together, first: Held, second: Held, answers: tuple[Answer, Answer]
    ) -> "Sequence[_Delivered]":
        """What came back, each message with the answer that its customer read last behind it; of
        one message that was sent twice, the copy that was taken comes first."""
        one, other = (
            _Delivered(message, answer)
            for message, answer in zip((first, second), answers, strict=True)
        )
        if not together.repeats:
            return [*self._tried_until_answered(one), *self._tried_until_answered(other)]
        if one.answer.is_error:
            one, other = other, one
        tries = [one, replace(other, repeats=True)]
        return [*tries, *self._tried_until_answered(one)[1:]]

    def _tried_until_answered(self, delivered: "_Delivered") -> "Sequence[_Delivered]":
        message = delivered.message
        if not delivered.answer.is_error:
            return [delivered]
        answer = self._send(message)
        self._put(message.customer, self._after(message, answer))
        return [delivered, _Delivered(message, answer, is_retry=True)]

    def _has_expired(self, customer: Customer) -> bool:
        return customer.life(self.now, self.target.lifetimes()) is Life.EXPIRED

    def _note_interruption(
        self, armed: Armed, message: Held, evidence: str, *, has_struck: bool, has_expired: bool
    ) -> None:
        if has_struck and has_expired:
            evidence = "the session expired while the service was waiting"
        strike = Strike(
            armed.fault,
            message.customer,
            message.turn,
            has_struck and not has_expired,
            evidence,
            point=armed.point,
            is_unsettled=True,
        )
        self._standing = replace(self._standing.append(strike), armed=None)

    def _send(self, message: Held) -> Answer:
        self.executions += 1
        began = time.perf_counter()
        answer = self.target.deliver(message.delivery)
        self._took = time.perf_counter() - began
        self._recall(message)
        return answer

    def _recall(self, message: Held) -> None:
        """A message, even one that is refused, may have brought somebody else's session back into
        memory."""
        delivery = message.delivery
        presented = (delivery.session_id, *delivery.cookies.values())
        for name, other in self._standing.customers.items():
            if name == message.customer or other.session_id is None:
                continue
            if other.session_id in presented:
                self._put(name, other.recalled(self.life(name), self.now))

    def _record(
        self,
        message: Held,
        answer: Answer,
        *,
        repeats: bool = False,
        interrupted: bool = False,
        overlapped: bool = False,
    ) -> Exchange:
        who, delivery = self.customer(message.customer), message.delivery
        has_points = Capability.POINTS in self.target.capabilities and self._took is not None
        calls = tuple(point.name for point in self.target.points()) if has_points else ()
        exchange = Exchange(
            message.turn,
            message.customer,
            delivery.text,
            delivery.message_id,
            answer,
            self.target.observe(who.session_id),
            self.now,
            who.browser.tab,
            repeats,
            message.life,
            presented=bool(delivery.session_id or delivery.cookies),
            interrupted=interrupted,
            overlapped=overlapped,
            took=self._took,
            calls=calls,
        )
        self._standing = self._standing.append(exchange)
        return exchange

    def _delivery(self, customer: str, text: str, turn: int) -> Delivery:
        browser = self.customer(customer).browser
        return Delivery(
            text,
            customer_id=_identifier(f"customer {customer}"),
            message_id=_identifier(f"message {turn} of seed {self.seed}"),
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
        fault = named(action.fault)
        if fault.strikes_between_turns:
            raise ScenarioError(f"the fault {fault.name!r} does not strike inside a turn")
        if missing := fault.needs - self.target.capabilities:
            raise ScenarioError(
                f"the target {self.target.name} cannot do {', '.join(sorted(missing))}, which the"
                f" fault {fault.name!r} needs; leave the step out, or use another target"
            )
        self._standing = replace(self._standing, armed=Armed(action.fault, action.point))

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


@dataclass(frozen=True, slots=True)
class _Delivered:
    """What came back for a message: of one that was sent again, for that try alone."""

    message: Held
    answer: Answer
    repeats: bool = False
    is_retry: bool = False


def _earlier(before: Customer, message: Held, answer: Answer) -> Sent | None:
    """The message before a customer's last one, once the last one has that answer."""
    if answer.session_id not in (None, before.session_id):
        return None
    if message.turn == before.turn:
        return before.earlier
    if before.sent is None or before.is_unanswered:
        return None
    return Sent(before.sent, before.turn)


def _inside(armed: Armed) -> Inside:
    inside = named(armed.fault).inside
    assert inside is not None
    return inside


_AGAINST_A_SESSION = frozenset({Capability.EVICT, Capability.CROWD})


def _identifier(text: str) -> str:
    """The same random-looking UUID for the same text; two texts never share one."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
