"""Delivers what customers write: one message, one in which a fault strikes, two at once, or one
while they clear the chat or their session expires."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from reports.record import NO_RETRY
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Fired, Inside, Together
from simulators.player.awaiting import may_wait, wait
from simulators.player.scene import Scene
from simulators.player.standing import Armed, Customer, Held, Sent
from simulators.targets.overlap import ARRIVAL, Move, Overlapped, Who, overlap_of
from simulators.targets.target import Capability, Delivery
from simulators.trace import Answer, Exchange, Life, Strike
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class _Delivered:
    """What came back for a message: of one that was sent again, for that try alone. `took` is how
    long that was, in seconds of real time, `calls` what the service asked of its ports meanwhile,
    and `writes` those of them that changed something durable; None where nobody can say."""

    message: Held
    answer: Answer
    took: float | None = None
    calls: tuple[str, ...] = ()
    writes: tuple[str, ...] | None = None
    repeats: bool = False
    is_retry: bool = False


class Deliveries:
    """The messages of one play, on their way to its target and back."""

    def __init__(self, scene: Scene) -> None:
        self.executions = 0
        """Messages delivered so far, those of earlier plays included."""
        self.moves: tuple[Move, ...] = ()
        """What the last two messages did that were delivered at once."""
        self._scene = scene

    def say(self, customer: str, text: str) -> Exchange | None:
        """A customer writes the message of the next turn; None where it waits for the one after
        it."""
        turn = self._scene.standing.turn + 1
        self._scene.standing = replace(self._scene.standing, turn=turn)
        message = self._written(customer, self._scene.delivery(customer, text, turn), turn)
        armed, first = self._scene.standing.armed, self._scene.standing.held
        together = None if armed is None else named(armed.fault).together
        if armed is None or together is None:
            return self._deliver(message)
        match together.beside:
            case Beside.COPY:
                return self._deliver_both(armed, together, message, message)
            case Beside.CLEARING | Beside.SWEEP:
                return self._deliver_at_its_end(armed, together, message)
            case Beside.NEXT if first is not None:
                return self._deliver_both(armed, together, first, message)
        self._scene.standing = replace(self._scene.standing, held=message)
        return None

    def send_again(self, turn: int) -> Exchange:
        """The customer sends the message of a turn once more: at once, or where that was refused
        before for a time that the service names, after that time.

        Raises `ScenarioError` where it is not the last one of anybody.
        """
        exchange = self._scene.trace.turns.get(turn)
        who = None if exchange is None else self._scene.customer(exchange.customer)
        if exchange is None or who is None or who.sent is None or who.turn != turn:
            raise ScenarioError(
                f"the message of turn {turn} is nobody's last one; send it again before another"
            )
        deliveries = self._scene.trace.exchanges
        tries = [one for one in deliveries if one.turn == turn and not one.repeats]
        if tries[1:] and self.is_spared(exchange):
            wait(self._scene.target, exchange.answer)
        return self._deliver(self._written(exchange.customer, who.sent, turn))

    def insist(self, turn: int) -> Exchange:
        """The same; where it is refused for a time that the service names, as one that has lost its
        store and spares it does, once more after that time."""
        again = self.send_again(turn)
        return self.send_again(turn) if self.is_spared(again) else again

    def is_spared(self, exchange: Exchange) -> bool:
        """Whether a message was refused for a time after which the customer sends it again."""
        return not exchange.interrupted and may_wait(self._scene.target, exchange.answer)

    def repeat(self, customer: str, sent: Sent) -> None:
        """Deliver a customer's message once more, byte for byte.

        Nobody reads what comes back: the network sent the message twice, not the customer.
        """
        message = self._written(customer, sent.delivery, sent.turn)
        delivered = replace(self._send(message), repeats=True)
        if not delivered.answer.is_error:
            who = self._scene.customer(customer)
            self._scene.seat(customer, who.recalled(message.life, self._scene.now))
        self._scene.standing = self._scene.standing.after_repetition(customer)
        self._keep(delivered)

    def read(self, customer: str) -> None:
        """A customer asks for the conversation so far; it makes no turn.

        Raises `ScenarioError` where the target cannot be asked.
        """
        scene = self._scene
        if Capability.READ not in scene.target.capabilities:
            raise ScenarioError(
                f"the target {scene.target.name} cannot be asked for a conversation; leave the step"
                " out, or use another target"
            )
        delivery = scene.delivery(customer, "", scene.standing.turn)
        message = Held(customer, delivery, 0, scene.life(customer), scene.now)
        self._keep(_Delivered(message, scene.target.read(delivery), repeats=True))

    def _written(self, customer: str, delivery: Delivery, turn: int) -> Held:
        scene = self._scene
        return Held(customer, delivery, turn, scene.life(customer), scene.now)

    def _deliver(self, message: Held) -> Exchange:
        scene, customer, armed = self._scene, message.customer, self._scene.standing.armed
        if armed is not None:
            scene.target.interrupt(_inside(armed).breaks, armed.point)
        delivered = self._send(message)
        was_interrupted = armed is not None and scene.target.was_interrupted()
        is_unanswered = was_interrupted and delivered.answer.is_error
        before = scene.customer(customer)
        after = before.answered(message, delivered.answer, scene.now)
        if was_interrupted:
            after = after.interrupted(message.life, scene.now, is_unanswered=is_unanswered)
        scene.seat(customer, after)
        scene.standing = replace(scene.standing, is_unsettled=is_unanswered)
        if armed is not None and was_interrupted and _inside(armed).kills:
            scene.standing = scene.standing.after_break(Capability.CRASH, customer)
        exchange = self._keep(delivered, interrupted=was_interrupted)
        if armed is not None:
            evidence = f"{_inside(armed).breaks} at {armed.point}"
            if not was_interrupted:
                evidence = f"the service did not come to {armed.point}"
            self._keep_strike(armed, message, before, evidence, has_struck=was_interrupted)
        return exchange

    def _deliver_both(
        self, armed: Armed, together: Together, first: Held, second: Held
    ) -> Exchange:
        """Deliver two messages at once. What is answered with an error, or not at all, is sent
        again when both were served, or left alone."""
        scene = self._scene
        before = scene.customer(first.customer)
        overlap = overlap_of(together, armed.point)
        served = scene.target.deliver_both(first.delivery, second.delivery, overlap)
        self.executions += 2
        self.moves = served.moves
        answered = list(zip((first, second), served.answers, strict=True))
        # Whoever refuses a message may drop its session, also after the other one was answered.
        refused = {message.customer for message, answer in answered if answer.is_error}
        for message, answer in answered:
            self._recall(message)
            after = scene.customer(message.customer).answered(message, answer, scene.now)
            if together.on_two_nodes or message.customer in refused:
                is_left = answer.is_error and together.leaves_alone
                after = after.interrupted(message.life, scene.now, is_unanswered=is_left)
            scene.seat(message.customer, after)
        scene.standing = replace(scene.standing.after_overlap(together), held=None)
        one, other = (
            self._served_at_once(served, who, message)
            for who, message in zip(Who, (first, second), strict=True)
        )
        deliveries = self._with_retries(together, one, other)
        for position, one in enumerate(deliveries, start=1):
            # Of two at once, nobody can say how long each took.
            exchange = self._keep(
                replace(one, took=None),
                interrupted=not one.is_retry,
                overlapped=position < len(deliveries),
            )
        if together.leaves_alone:
            self._scene.keep_strike(
                NO_RETRY, second.customer, Fired(True, "nothing was sent again")
            )
        evidence = self._evidence("two messages", served, armed.point)
        self._keep_strike(armed, first, before, evidence, has_struck=served.was_kept)
        return exchange

    def _deliver_at_its_end(self, armed: Armed, together: Together, message: Held) -> Exchange:
        """Deliver a message while its customer clears the chat, or while the session expires.

        The session that answers tells what came first: the one of before has the turn, and another
        one began when that was over. What is answered with an error, or not at all, is sent again
        when the other is done. The browser takes the answers as they come.
        """
        scene, customer = self._scene, message.customer
        before, overlap = scene.customer(customer), overlap_of(together, armed.point)
        clearing = scene.delivery(customer, "", message.turn)
        served = scene.target.deliver_both(message.delivery, clearing, overlap)
        self.executions += 1
        self.moves = served.moves
        self._recall(message)
        answer, ended = served.answers
        clears = together.beside is Beside.CLEARING and not ended.is_error
        after = before.answered(message, answer, scene.now)
        if clears and served.answered_last is Who.FIRST:
            after = before.cleared(ended).answered(message, answer, scene.now)
        elif clears:
            after = after.cleared(ended)
        scene.seat(customer, after)
        scene.standing = scene.standing.after_overlap(together)
        end = Life.ENDED if clears else self._expired(before)
        for one in self._tried_until_answered(self._served_at_once(served, Who.FIRST, message)):
            exchange = self._keep_at_its_end(one, before, end)
        evidence = self._evidence(f"a message and {together.beside}", served, armed.point)
        if ended.is_error:
            evidence = f"{together.beside} was answered with status {ended.status}"
        has_struck = served.was_kept and not ended.is_error
        # Whose session expires here is to have it expire.
        awaited = replace(message, life=end or message.life)
        self._keep_strike(
            armed, awaited, before, evidence, has_struck=has_struck, announced=has_struck and clears
        )
        return exchange

    def _expired(self, before: Customer) -> Life | None:
        """How the session of a customer who stood so may have ended by now; None if not at all."""
        scene = self._scene
        may_be_over = before.may_be_over(scene.now, scene.target.lifetimes())
        return Life.EXPIRED if may_be_over or scene.life_of(before) is Life.EXPIRED else None

    def _keep_at_its_end(
        self, delivered: _Delivered, before: Customer, end: Life | None
    ) -> Exchange:
        """Keep one try of a message whose customer stood so before, and whose session may have come
        to that end meanwhile."""
        scene, message, answer = self._scene, delivered.message, delivered.answer
        began = answer.session_id not in (None, before.session_id)
        is_cleared = end is Life.ENDED
        who = scene.customer(message.customer)
        if is_cleared:
            who = replace(who, noted=Life.HELD if began else Life.ENDED)
        if end is not None and (began or (is_cleared and delivered.is_retry)):
            message = replace(message, life=end)
        scene.seat(message.customer, who)
        if is_cleared and not began:
            answer = answer.as_said
        # Of two at once, nobody can say how long each took.
        told = replace(delivered, message=message, answer=answer, took=None)
        exchange = self._keep(told, interrupted=not delivered.is_retry)
        if is_cleared and began and not who.presents_its_session(scene.now):
            scene.seat(message.customer, replace(who, noted=Life.ENDED))
        return exchange

    @staticmethod
    def _served_at_once(served: Overlapped, who: Who, message: Held) -> _Delivered:
        """What came back for one of two messages, and what was asked for it and not for the
        other."""
        made = [one for one in served.moves if one.who is who and one.call != ARRIVAL]
        writes = tuple(one.call for one in made if one.stores) if made else None
        calls = tuple(one.call for one in made)
        return _Delivered(message, served.answers[who], calls=calls, writes=writes)

    def _with_retries(
        self, together: Together, one: _Delivered, other: _Delivered
    ) -> Sequence[_Delivered]:
        """What came back, each message with the answer that its customer read last behind it; of
        one message that was sent twice, the copy that was taken comes first, or the one with whose
        session the page goes on."""
        if together.leaves_alone:
            return [one, other]
        if together.beside is not Beside.COPY:
            return [*self._tried_until_answered(one), *self._tried_until_answered(other)]
        kept = self._scene.customer(one.message.customer).session_id
        goes_on = kept == other.answer.session_id != one.answer.session_id
        if one.answer.is_error or (goes_on and not other.answer.is_error):
            one, other = other, one
        tries = [one, replace(other, repeats=True)]
        return [*tries, *self._tried_until_answered(one)[1:]]

    def _tried_until_answered(self, delivered: _Delivered) -> Sequence[_Delivered]:
        if not delivered.answer.is_error:
            return [delivered]
        message, again = delivered.message, self._send(delivered.message)
        if may_wait(self._scene.target, again.answer):
            wait(self._scene.target, again.answer)
            message = self._written(message.customer, message.delivery, message.turn)
            again = self._send(message)
        who = self._scene.customer(message.customer)
        self._scene.seat(message.customer, who.answered(message, again.answer, self._scene.now))
        return [delivered, replace(again, is_retry=True)]

    def _send(self, message: Held) -> _Delivered:
        self.executions += 1
        began = time.perf_counter()
        answer = self._scene.target.deliver(message.delivery)
        took = time.perf_counter() - began
        can_tell = Capability.POINTS in self._scene.target.capabilities
        points = self._scene.target.points() if can_tell else ()
        calls = tuple(point.name for point in points)
        writes = tuple(point.name for point in points if point.changes) if can_tell else None
        self._recall(message)
        return _Delivered(message, answer, took, calls, writes)

    def _recall(self, message: Held) -> None:
        """A message, even one that is refused, may have brought somebody else's session back into
        memory."""
        scene, delivery = self._scene, message.delivery
        presented = (delivery.session_id, *(cookie.value for cookie in delivery.jar))
        for name, other in scene.standing.customers.items():
            if name == message.customer or other.session_id is None:
                continue
            if other.session_id in presented:
                scene.seat(name, other.recalled(scene.life(name), scene.now))

    def _keep(
        self, delivered: _Delivered, *, interrupted: bool = False, overlapped: bool = False
    ) -> Exchange:
        scene, message, delivery = self._scene, delivered.message, delivered.message.delivery
        who = scene.customer(message.customer)
        exchange = Exchange(
            message.turn,
            message.customer,
            delivery.text,
            delivery.message_id,
            delivered.answer,
            scene.observe(
                message.customer,
                None if who.noted is Life.ENDED else who.session_id,
                delivered.answer,
            ),
            scene.now,
            who.browser.tab,
            delivered.repeats,
            message.life,
            presented=bool(delivery.session_id or delivery.jar),
            interrupted=interrupted,
            overlapped=overlapped,
            took=delivered.took,
            calls=delivered.calls,
            writes=delivered.writes,
        )
        scene.keep(exchange)
        return exchange

    def _evidence(self, what: str, served: Overlapped, point: str) -> str:
        """What was seen of two that were to be served at once in an order."""
        if not served.was_kept:
            return f"the service did not come to the end of the order {point}"
        if Capability.ORDER in self._scene.target.capabilities:
            return f"{what} were served at once, in the order {point}"
        return (
            f"{what} were sent at once ({point}); in which order the service made its calls was"
            " left to chance"
        )

    def _keep_strike(
        self,
        armed: Armed,
        message: Held,
        before: Customer,
        evidence: str,
        *,
        has_struck: bool,
        announced: bool = False,
    ) -> None:
        """Keep what an armed fault did in the delivery of a message, before which its customer
        stood so; `announced` says that they know of a new start."""
        scene = self._scene
        has_expired = not message.life.is_over and self._expired(before) is not None
        if has_struck and has_expired:
            evidence = "the session expired while the service was waiting"
        strike = Strike(
            armed.fault,
            message.customer,
            message.turn,
            has_struck and not has_expired,
            evidence,
            announced,
            point=armed.point,
            is_unsettled=True,
        )
        scene.keep(strike)
        scene.standing = replace(scene.standing, armed=None)


def _inside(armed: Armed) -> Inside:
    inside = named(armed.fault).inside
    assert inside is not None
    return inside
