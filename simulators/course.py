"""Walks a script on a player, turn by turn, and knows what each turn has to equal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from simulators.conversation import THE_CUSTOMER, Action, Interrupt, Pause, Resend, Say, Script
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import Fault, Together
from simulators.plan import Placed, Plan
from simulators.player import Checkpoint, Player
from simulators.repetition import Delivered
from simulators.standing import Standing
from simulators.targets.overlap import Move
from simulators.targets.target import Arrangement, Capability, Point
from simulators.trace import NO_ANSWER, Exchange, JsonValue, Life, Observation, Row, Strike, Trace

Reference: TypeAlias = Mapping[int, Exchange]
"""By turn, what each exchange has to equal."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a play: after `plan`, before `script[position]`.

    `turn` is the last one, and `customer` who wrote it. Each of the `references` is legal: the
    clean run; from where a conversation is over, what somebody new lives through; and where a
    message was left alone that was not answered, the conversation with that turn and without it.
    `tries` is how often the message of that turn was sent without an answer; 0 once it has one.
    `has_ended` says that the script had more to do after that turn, which is done.
    """

    position: int
    turn: int
    customer: str
    references: tuple[Reference, ...]
    plan: Plan = ()
    tries: int = 0
    has_ended: bool = False

    @property
    def progress(self) -> int:
        """How far on in the script it is; further where the last message has its answer."""
        return 2 * self.position + (self.tries == 0)


class Course:
    """One script on its way through one player's target. Actions of the `foreign` types are no
    part of what it has to equal."""

    def __init__(
        self,
        player: Player,
        script: Script,
        arrangement: Arrangement,
        foreign: tuple[type[Action], ...] = (),
    ) -> None:
        self._player = player
        self._script = script
        self._arrangement = arrangement
        self._foreign = foreign
        # With the standing before it, so that no other object can get its identity.
        self._swapped: tuple[Standing, Reference] | None = None

    def against(self, *foreign: type[Action]) -> "Course":
        """The same course, held against what it would be without actions of these types."""
        return Course(self._player, self._script, self._arrangement, foreign)

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return self._player.trace

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
        if place.tries:
            self._arm(fault, point)
            resent = self._player.resend(place.turn)
            placed = None
            if fault is not None:
                placed = Placed(place.turn, fault.name, point=point, tries=place.tries)
            return _arrived(_answered(place, resent, fault), resent, placed)
        if place.position == len(self._script):
            return None
        player = self._player
        not_made = self._not_made_as_written(place)
        place = self._in_either_order(place, fault)
        asked, before = fault, place
        for position in range(place.position, len(self._script)):
            action = self._script[position]
            if isinstance(action, Interrupt) and isinstance(action, self._foreign):
                asked = named(action.fault)
            if not isinstance(action, Say):
                again = player.perform(action)
                if isinstance(again, Exchange):
                    place = _answered(place, again, asked)
                continue
            if player.life(action.customer).is_over and not player.holds_a_message:
                fresh = self._undisturbed(position)
                place = replace(
                    place, references=tuple({**one, **fresh} for one in place.references)
                )
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
            if not_made is not None and exchange.interrupted and exchange.answer.is_error:
                place = replace(place, references=(*place.references, not_made))
            placed = None if fault is None else Placed(before.turn + 1, fault.name, point=point)
            return _arrived(_answered(place, exchange, asked), exchange, placed)
        if player.holds_a_message:
            raise ScenarioError(
                "the last message is to overlap with the next one, and there is none; add another"
            )
        return replace(place, position=len(self._script), has_ended=True)

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
        strike = self._player.strike(fault, customer)
        whose = customer if fault.strikes_a_customer else THE_CUSTOMER
        placed = Placed(place.turn, fault.name, whose, tries=place.tries)
        return replace(place, plan=(*place.plan, placed)), strike

    def without_next_turn(self, place: Place) -> Reference:
        """What is legal where the next turn is never made. The play stays where it is."""
        position = next(
            number
            for number in range(place.position, len(self._script))
            if isinstance(self._script[number], Say)
        )
        left_out = place.turn + 1
        own = self._player.last(self._writer(position))
        effects = self._player.last().seen.effects
        standstill = replace(
            own,
            turn=left_out,
            answer=NO_ANSWER,
            seen=Observation(own.seen.kept, effects),
            departs=True,
        )
        later = self._undisturbed(place.position, left_out=position)
        return {**place.references[0], **later, left_out: standstill}

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
        self._player.give_up(place.customer)
        *before, last = place.plan
        plan = (*before, replace(last, is_given_up=True))
        return replace(place, references=(*place.references, not_made), plan=plan, tries=0)

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
                f"the plan does not apply any more: there is no place for '{waiting[0]}'; the"
                f" conversation has {place.turn} turns"
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

    def _not_made_as_written(self, place: Place) -> Reference | None:
        """What is legal without the next turn, where the script itself interrupts a customer who
        has written before, and does not send the message again."""
        ahead = self._script[place.position :]
        says = [number for number, action in enumerate(ahead) if isinstance(action, Say)]
        if not says or Interrupt not in self._foreign:
            return None
        before, after = ahead[: says[0]], ahead[says[0] + 1 : [*says[1:], len(ahead)][0]]
        is_interrupted = any(
            isinstance(action, Interrupt) and named(action.fault).inside for action in before
        )
        is_sent_again = any(isinstance(action, Resend) for action in after)
        writer = self._writer(place.position + says[0])
        if not is_interrupted or is_sent_again or self._player.customer(writer).turn == 0:
            return None
        return self.without_next_turn(place)

    def can_overlap(self, place: Place, together: Together) -> bool:
        """Whether the next message can be served at once with itself, or with the one after it.

        It has to follow the last turn directly. Who has no session, or one that is over, may get
        two new ones by two messages: only whoever sends the same one twice has to get one.
        """
        ahead = self._script[place.position : place.position + 2]
        if place.tries or not ahead or not isinstance(ahead[0], Say):
            return False
        life = self._player.life(ahead[0].customer)
        if together.repeats:
            return not life.is_over
        if len(ahead) < 2 or not isinstance(ahead[1], Say):
            return False
        other = self._player.life(ahead[1].customer)
        is_alone = ahead[0].customer == ahead[1].customer and life is Life.NONE
        return not (life.is_over or other.is_over or is_alone)

    def moves(self) -> Sequence[Move]:
        """What the last two messages did that were served at once."""
        return self._player.moves

    def _in_either_order(self, place: Place, fault: Fault | None) -> Place:
        """With what is legal where the next two turns are made in the other order, if they are to
        overlap: because of that fault, or as the script itself has it."""
        ahead = self._script[place.position :]
        says = [number for number, action in enumerate(ahead) if isinstance(action, Say)]
        if len(says) < 2:
            return place
        if fault is None and Interrupt in self._foreign:
            asked = [one for one in ahead[: says[0]] if isinstance(one, Interrupt)]
            fault = named(asked[-1].fault) if asked else None
        if fault is None or fault.together is None or fault.together.repeats:
            return place
        first, second = (place.position + number for number in says[:2])
        swapped = self._with_turns_swapped(place, first, second)
        return replace(place, references=(*place.references, swapped))

    def _with_turns_swapped(self, place: Place, first: int, second: int) -> Reference:
        """What is legal where the next turn is made after the one that follows it. The play stays
        where it is."""
        standing = self._player.checkpoint().standing
        if self._swapped is None or self._swapped[0] is not standing:
            turns = self._undisturbed(place.position, swapped=(first, second))
            turn = self._player.turn + 1
            earlier, later = turns[turn + 1], turns[turn]
            is_own = earlier.customer == later.customer
            kept = later.seen.kept if is_own else earlier.seen.kept
            both = Observation(kept, later.seen.effects)
            swapped = {
                **place.references[0],
                **turns,
                turn: replace(later, departs=True),
                turn + 1: replace(earlier, seen=both),
            }
            self._swapped = standing, swapped
        return self._swapped[1]

    def _writer(self, position: int) -> str:
        action = self._script[position]
        assert isinstance(action, Say)
        return action.customer

    def _undisturbed(
        self,
        position: int,
        left_out: int | None = None,
        swapped: tuple[int, int] | None = None,
    ) -> Reference:
        """The turns from here on, as somebody new lives through them in the place of every
        customer whose conversation is over; without the one that is left out, or with two of them
        in the other order."""
        player, turn = self._player, self._player.turn
        here = player.checkpoint()
        for number in range(position, len(self._script)):
            if isinstance(self._script[number], self._foreign):
                continue
            if number == left_out:
                player.number_next(player.turn + 2)
            elif swapped is None or number not in swapped:
                self._perform_undisturbed(number)
            elif number == swapped[0]:
                for ahead, other in ((2, swapped[1]), (1, number)):
                    player.number_next(turn + ahead)
                    self._perform_undisturbed(other)
                player.number_next(turn + 3)
        turns = player.trace.turns
        player.go_back(here)
        return {number: exchange for number, exchange in turns.items() if number > turn}

    def _perform_undisturbed(self, number: int) -> None:
        action = self._script[number]
        if isinstance(action, Say) and self._player.life(action.customer).is_over:
            self._player.replace_customer(action.customer)
        self._player.perform(action)


def _arrived(place: Place, exchange: Exchange, placed: Placed | None) -> Place:
    """The place after a delivery, in which that fault struck."""
    if placed is None:
        return replace(place, tries=0)
    is_unanswered = exchange.interrupted and exchange.answer.is_error
    tries = placed.tries + 1 if is_unanswered else 0
    return replace(place, plan=(*place.plan, placed), tries=tries)


def _answered(place: Place, exchange: Exchange, fault: Fault | None) -> Place:
    """The place after an answer: where the fault in its delivery may spoil a reply, that is the
    one to be expected."""
    spoils = fault is not None and fault.inside is not None and fault.inside.spoils_reply
    if not spoils or not exchange.interrupted or exchange.answer.is_error:
        return place
    return replace(place, references=tuple(_with_reply(one, exchange) for one in place.references))


def _expects_answer(expected: Iterator[Exchange | None]) -> bool:
    return any(one is not None and not one.answer.is_error for one in expected)


def _with_reply(reference: Reference, exchange: Exchange) -> Reference:
    """The reference of a play in which a turn got another reply than in the clean run."""
    turn = exchange.turn
    if turn not in reference:
        return reference
    expected = reference[turn]
    usual, actual = expected.answer.text, exchange.answer.text
    before = [one for number, one in reference.items() if number < turn]
    own = [one.seen.kept for one in before if one.customer == exchange.customer]
    # A conversation that begins anew has nothing from before.
    kept = None if exchange.life.is_over or not own else own[-1]
    since = [one for number, one in sorted(reference.items()) if number >= turn]
    held = [one.seen.kept for one in since if one.customer == exchange.customer]
    # What is not stored at once may be stored with a later turn.
    found = (_new_places(kept, one, usual) for one in held)
    spoilt = next((places for places in found if places), frozenset())
    later = {
        number: replace(one, seen=replace(one.seen, kept=_spoilt(one.seen.kept, spoilt, actual)))
        for number, one in reference.items()
        if number >= turn and one.customer == exchange.customer
    }
    told = exchange.answer
    answer = replace(
        expected.answer,
        text=actual,
        quick_replies=told.quick_replies,
        intent=told.intent,
        escalated=told.escalated,
    )
    return {**reference, **later, turn: replace(later[turn], answer=answer)}


_Path: TypeAlias = tuple[str | int, ...]


def _new_places(before: JsonValue, after: JsonValue, text: str) -> frozenset[_Path]:
    """Where a text stands that did not stand there before."""
    return frozenset(_places(after, text)) - frozenset(_places(before, text))


def _places(value: JsonValue, text: str, path: _Path = ()) -> Iterator[_Path]:
    match value:
        case str():
            if value == text:
                yield path
        case Mapping():
            for key, item in value.items():
                yield from _places(item, text, (*path, key))
        case Sequence():
            for position, item in enumerate(value):
                yield from _places(item, text, (*path, position))


def _spoilt(value: Row | None, places: frozenset[_Path], text: str) -> Row | None:
    """The value with that text in those places."""
    return None if value is None else {key: _put(value[key], (key,), places, text) for key in value}


def _put(value: JsonValue, path: _Path, places: frozenset[_Path], text: str) -> JsonValue:
    if path in places:
        return text
    match value:
        case str():
            return value
        case Mapping():
            return {key: _put(item, (*path, key), places, text) for key, item in value.items()}
        case Sequence():
            return tuple(_put(item, (*path, at), places, text) for at, item in enumerate(value))
        case _:
            return value
