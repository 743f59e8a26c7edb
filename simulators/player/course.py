"""Walks a script on a player, turn by turn, with faults in their places."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from operator import itemgetter

from simulators.conversation import THE_CUSTOMER, Action, Interrupt, Pause, Resend, Say, Script
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Fault, Together
from simulators.laws.mask import Mask
from simulators.plan import Placed, Plan
from simulators.player.place import Place, Reference
from simulators.player.player import Checkpoint, Player
from simulators.player.references import References
from simulators.player.repetition import Delivered
from simulators.player.spoiling import with_spoilt_reply
from simulators.targets.overlap import Move
from simulators.targets.target import Arrangement, Capability, Point
from simulators.trace import Exchange, Life, Strike, Trace
from simulators.values import replace


class Course:
    """One script on its way through one player's target. Actions of the `foreign` types are no
    part of what it has to equal. `lived` tells, of several references, the one that the play has
    agreed with so far, and `mask` what differs from one clean run to the next."""

    def __init__(
        self,
        player: Player,
        script: Script,
        arrangement: Arrangement,
        foreign: tuple[type[Action], ...] = (),
        lived: Callable[[Sequence[Reference]], Reference] = itemgetter(0),
        mask: Callable[[], Mask] = dict,
    ) -> None:
        self._player = player
        self._script = script
        self._arrangement = arrangement
        self._foreign = foreign
        self._lived = lived
        self._mask = mask
        self._references = References(player, script, foreign, lived, mask)

    def against(self, *foreign: type[Action]) -> "Course":
        """The same course, held against what it would be without actions of these types."""
        return Course(
            self._player, self._script, self._arrangement, foreign, self._lived, self._mask
        )

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return self._player.trace

    @property
    def now(self) -> datetime:
        """The time in which the target stands."""
        return self._player.now

    def play_through(self, player: Player) -> Trace:
        """The whole script on that player, and nothing beside it."""
        player.begin(self._arrangement)
        player.play(self._script)
        return player.trace

    def begin(self, reference: Reference) -> Place:
        """A service that has seen nobody, before the first action."""
        self._player.begin(self._arrangement)
        return Place(0, 0, THE_CUSTOMER, (reference,))

    def advance(self, place: Place, fault: Fault | None = None, point: str = "") -> Place | None:
        """Play on up to the end of the next turn, or of the script; None where that is reached.

        A message that was not answered is sent once more; and so is one that is refused where the
        reference has an answer, unless a fault struck inside that delivery. `fault` is to strike
        inside the next delivery, at that call, or to let two of them overlap in that order.
        """
        self._player.expect(place.references)
        if place.tries:
            self._arm(fault, point)
            resent = self._player.resend(place.turn)
            placed = None
            if fault is not None:
                placed = Placed(place.turn, fault.name, point=point, tries=place.tries)
            return with_spoilt_reply(place, resent, fault).arrived(resent, placed)
        if place.position == len(self._script):
            return None
        player, place = self._player, self._sent_again(place)
        not_made = self._references.not_made_as_written(place)
        place = self._references.in_either_order(place, fault)
        afresh = self._references.ended_before(place, fault)
        asked, before = fault, place
        for position in range(place.position, len(self._script)):
            action = self._script[position]
            if not isinstance(action, Say):
                place, asked = self._act(place, action, asked)
                continue
            if not player.holds_a_message:
                place = self._references.as_they_live(place, position)
            player.expect(place.references)
            if not player.holds_a_message:
                self._arm(fault, point)
            exchange = player.perform(action)
            if exchange is None:
                continue
            assert isinstance(exchange, Exchange)
            expected = (one.get(player.turn) for one in place.references)
            if not exchange.interrupted and exchange.answer.is_error and _expects_answer(expected):
                exchange = player.resend(player.turn)
            place = replace(
                place, position=position + 1, turn=player.turn, customer=action.customer
            )
            if afresh is not None:
                is_over = player.life(action.customer).is_over
                place = self._references.ended(place, exchange, afresh, is_over=is_over)
            if not_made is not None and exchange.interrupted and exchange.answer.is_error:
                player.give_up(action.customer)
                place = place.also(not_made)
            placed = None if fault is None else Placed(before.turn + 1, fault.name, point=point)
            after = with_spoilt_reply(place, exchange, asked).arrived(exchange, placed)
            # What two messages that overlap have to send again is part of that fault.
            return after if fault is None or fault.together is None else replace(after, tries=0)
        if player.holds_a_message:
            raise ScenarioError(
                "the last message is to overlap with the next one, and there is none; add another"
            )
        return replace(place, position=len(self._script), has_ended=True)

    def _sent_again(self, place: Place) -> Place:
        """The place behind what the script sends again before its next message: that is of the turn
        before, and what is legal of the next one is found from there."""
        ahead = takewhile(lambda one: not isinstance(one, Say), self._script[place.position :])
        ends = [end for end, one in enumerate(ahead, place.position + 1) if isinstance(one, Resend)]
        if not ends:
            return place
        asked: Fault | None = None
        for action in self._script[place.position : ends[-1]]:
            place, asked = self._act(place, action, asked)
        return replace(place, position=ends[-1])

    def _act(self, place: Place, action: Action, asked: Fault | None) -> tuple[Place, Fault | None]:
        """The place after an action that is no new message, and the fault that is to strike in what
        comes next: the one asked for so far, or by the action."""
        if isinstance(action, Interrupt) and isinstance(action, self._foreign):
            asked = named(action.fault)
        player, again = self._player, self._player.perform(action)
        if isinstance(again, Exchange):
            expected = (one.get(player.turn) for one in place.references)
            if player.is_spared(again) and _expects_answer(expected):
                again = player.resend(player.turn)
            place = with_spoilt_reply(place, again, asked)
        return place, asked

    def is_done(self, place: Place) -> bool:
        """Whether the script has nothing more, and no message waits to be sent again."""
        return place.position == len(self._script) and not place.tries

    def finish(self, place: Place) -> Place:
        """Play on to the end of the script."""
        while (after := self.advance(place)) is not None:
            place = after
        return place

    def points(self, place: Place) -> Sequence[Point]:
        """What the service calls in the next delivery, if nothing strikes; none where the script
        has no more. The play goes on from after it."""
        after = self.advance(place)
        return () if after is None or after.has_ended else self._player.target.points()

    def delivered(self) -> Delivered:
        """The last delivery."""
        target = self._player.target
        points = target.points() if Capability.POINTS in target.capabilities else ()
        return Delivered(self._player.last(), points)

    def strike(self, place: Place, fault: Fault, customer: str) -> tuple[Place, Strike]:
        """Let a fault strike here."""
        self._player.expect(place.references)
        strike = self._player.strike(fault, customer)
        whose = customer if fault.strikes_a_customer else THE_CUSTOMER
        placed = Placed(place.turn, fault.name, whose, tries=place.tries)
        return replace(place, plan=(*place.plan, placed)), strike

    def without_next_turn(self, place: Place) -> Reference:
        """What is legal where the next turn is never made. The play stays where it is."""
        return self._references.without_next_turn(place)

    def lets_time_pass(self, place: Place) -> bool:
        """Whether time passes before the customer writes again: a session that expires in between
        would expire or not, depending on whether the last turn was made."""
        for action in self._script[place.position :]:
            if isinstance(action, Say) and action.customer == place.customer:
                return False
            if isinstance(action, Pause):
                return True
        return False

    def give_up(self, place: Place, not_made: Reference) -> Place:
        """The customer leaves a message alone that was not answered. The turn was made or not;
        `not_made` is what is legal where it was not."""
        self._player.expect((*place.references, not_made))
        self._player.give_up(place.customer)
        *before, last = place.plan
        plan = (*before, replace(last, is_given_up=True))
        return replace(place.also(not_made), plan=plan, tries=0)

    def follow(self, plan: Plan, reference: Reference) -> tuple[Place, Strike | None]:
        """Play the script from its beginning to its end, with the faults of a plan in their
        places: the place at the end, and the first fault that did not fire.

        Raises `ScenarioError` for a plan with a fault in a place that the script does not have.
        """
        place = self.begin(reference)
        waiting = list(plan)
        missed: list[Strike] = []
        while True:
            while waiting and self._is_here(waiting[0], place):
                placed = waiting.pop(0)
                fault = named(placed.fault)
                customer = placed.customer if fault.strikes_a_customer else place.customer
                place, strike = self.strike(place, fault, customer)
                missed += [] if strike.fired else [strike]
            inside = waiting[0] if waiting and self._is_next(waiting[0], place) else None
            if inside is None:
                after = self.advance(place)
            else:
                waiting.pop(0)
                not_made = self.without_next_turn(place) if inside.is_given_up else None
                after = self.advance(place, named(inside.fault), inside.point)
                strike = self._player.trace.strikes[-1]
                missed += [] if strike.fired else [strike]
                if after is not None and after.tries and not_made is not None:
                    after = self.give_up(after, not_made)
            if after is None:
                break
            place = after
        if waiting:
            raise ScenarioError(
                f"there is no place for '{waiting[0]}'; the conversation has {place.turn} turns"
            )
        return place, missed[0] if missed else None

    def checkpoint(self) -> Checkpoint:
        """Where the play stands now."""
        return self._player.checkpoint()

    def go_back(self, checkpoint: Checkpoint) -> None:
        """Go on from there."""
        self._player.go_back(checkpoint)

    @staticmethod
    def _is_here(placed: Placed, place: Place) -> bool:
        where = (placed.after_turn, placed.tries, placed.point)
        return where == (place.turn, place.tries, "") and not place.has_ended and place.turn > 0

    def _is_next(self, placed: Placed, place: Place) -> bool:
        comes = any(isinstance(action, Say) for action in self._script[place.position :])
        turn = place.turn if place.tries else place.turn + 1
        together = named(placed.fault).together
        if together is not None and not self.can_overlap(place, together):
            return False
        return (
            bool(placed.point)
            and (place.tries > 0 or comes)
            and (placed.after_turn, placed.tries) == (turn, place.tries)
        )

    def _arm(self, fault: Fault | None, point: str) -> None:
        if fault is not None:
            self._player.arm(fault, point)

    def can_overlap(self, place: Place, together: Together) -> bool:
        """Whether the next message can be served at once with itself, with the one after it, or
        with the end of its session.

        It has to follow the last turn directly. Who has no session, or one that is over, may get
        two new ones by two messages, and has none to end: only whoever sends the same one twice
        has to get one. Who leaves a message alone has to have a session, and nobody pauses then.
        """
        ahead = self._script[place.position : place.position + 2]
        if place.tries or not ahead or not isinstance(ahead[0], Say):
            return False
        life = self._player.life(ahead[0].customer)
        if together.beside is Beside.COPY:
            return not life.is_over
        if not together.beside.is_message:
            return not life.is_over and life is not Life.NONE
        if len(ahead) < 2 or not isinstance(ahead[1], Say):
            return False
        other = self._player.life(ahead[1].customer)
        is_alone = ahead[0].customer == ahead[1].customer and life is Life.NONE
        if together.leaves_alone and (Life.NONE in (life, other) or self._pauses(place.position)):
            return False
        return not (life.is_over or other.is_over or is_alone)

    def _pauses(self, position: int) -> bool:
        """Whether time passes from that action on."""
        return any(isinstance(action, Pause) for action in self._script[position:])

    def moves(self) -> Sequence[Move]:
        """What the last two messages did that were served at once."""
        return self._player.moves


def _expects_answer(expected: Iterator[Exchange | None]) -> bool:
    return any(one is not None and not one.answer.is_error for one in expected)
