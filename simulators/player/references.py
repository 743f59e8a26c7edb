"""What is legal where a play departs from the clean run: somebody new in a customer's place, a turn
that is not made, two turns in the other order, a session that ends meanwhile."""

from collections.abc import Callable, Collection, Hashable, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar, cast

from simulators.conversation import Action, Break, Interrupt, Resend, Say, Script
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Contract, Fault, Together
from simulators.laws.counterparts import in_names_of
from simulators.laws.mask import Mask
from simulators.laws.masking import varying_as, words_are_drawn
from simulators.player.carrying_over import carries_over, may_carry_over, one_turn_longer
from simulators.player.place import Place, Reference
from simulators.player.player import Checkpoint, Player
from simulators.player.standing import Standing
from simulators.trace import NO_ANSWER, Exchange, Life
from simulators.values import replace

_T = TypeVar("_T")
_PLAYS_OF_DRAWN_WORDS: Final = 4
"""How often it is played once more where replies are worded anew: two may draw the same words."""

_Seat: TypeAlias = Callable[[str], None]
"""Seats somebody new in a customer's place."""


class References:
    """Finds out what is legal from where a script's player stands: plays the rest of the script on
    it without faults, and goes back. Actions of the `foreign` types are left out. `lived` tells, of
    several references, the one that the play has agreed with so far, and `mask` what differs from
    one clean run to the next."""

    def __init__(
        self,
        player: Player,
        script: Script,
        foreign: tuple[type[Action], ...],
        lived: Callable[[Sequence[Reference]], Reference],
        mask: Callable[[], Mask],
    ) -> None:
        self._lived = lived
        self._mask = mask
        self._player = player
        self._script = script
        self._foreign = foreign
        # With the place itself, so that no other object can get its identity.
        self._found: tuple[Place, dict[Hashable, Any]] | None = None

    def without_next_turn(self, place: Place) -> Reference:
        """What is legal where the next turn is never made. The play stays where it is."""
        return self._without(place, frozenset(self._messages_from(place.position)[:1]))

    def not_made_as_written(self, place: Place) -> Reference | None:
        """What is legal without the next turn, where the script itself interrupts a customer who
        has written before, and does not send the message again."""
        messages = self._messages_from(place.position) if Interrupt in self._foreign else ()
        if not messages:
            return None
        following = [*messages[1:], len(self._script)][0]
        before = self._script[place.position : messages[0]]
        after = self._script[messages[0] + 1 : following]
        is_interrupted = any(
            isinstance(action, Interrupt) and named(action.fault).inside for action in before
        )
        is_sent_again = any(isinstance(action, Resend) for action in after)
        writer = self._writer(messages[0])
        if not is_interrupted or is_sent_again or self._player.customer(writer).turn == 0:
            return None
        return self.without_next_turn(place)

    def in_either_order(self, place: Place, fault: Fault | None) -> Place:
        """The place with what is legal where the next two turns are made in the other order, too,
        if they are to overlap: because of that fault, or as the script itself has it. Where nobody
        sends again what has no answer, either may not be made; where it is sent again, the turn
        that was made first may be answered last, with the step of then."""
        together = self._together(place, fault)
        messages = self._messages_from(place.position)[:2]
        if len(messages) < 2 or together is None or together.beside is not Beside.NEXT:
            return place

        def found() -> Sequence[Reference]:
            swapped = self._with_turns_swapped(place, *messages)
            legal = [swapped]
            if together.kills and not together.leaves_alone:
                legal.append(_with_the_step_of_then(swapped, place.turn + 1))
            if together.leaves_alone:
                not_made = {messages[0]}, {messages[1]}, set(messages)
                legal += [self._without(place, left_out) for left_out in not_made]
            return legal

        legal = self._once(place, (together.kills, together.leaves_alone), found)
        return replace(place, references=(*place.references, *legal))

    def as_they_live(self, place: Place, position: int) -> Place:
        """The place with what is legal where the conversation that the message there belongs to is
        over, or where it goes on, although by then the clean run had ended it along with another
        one: a fault that takes time can bring it out of the reach of that. The play stays where it
        is."""
        writer, turn = self._writer(position), self._player.turn + 1
        life = self._player.life(writer)
        is_new = all(turn in one and one[turn].life is Life.NONE for one in place.references)
        goes_on = is_new and life is not Life.NONE and not self._is_ended(writer, position)
        if not (life.is_over or goes_on):
            return place
        if life.is_over:
            turns = self._afresh(
                place, position, lambda seat: self.undisturbed(position, seat=seat)
            )
        else:
            turns = self.undisturbed(position)
            turns = {**turns, turn: replace(turns[turn], departs=True)}
        return replace(place, references=tuple({**one, **turns} for one in place.references))

    def _is_ended(self, writer: str, position: int) -> bool:
        """Whether the script ends this customer's own conversation between their last message and
        that action."""
        for action in reversed(self._script[:position]):
            if isinstance(action, Say) and action.customer == writer:
                return False
            match action:
                case Break(fault, customer) if customer == writer:
                    if named(fault).contract is Contract.FRESH:
                        return True
        return False

    def ended_before(self, place: Place, fault: Fault | None) -> Reference | None:
        """What is legal where the session of the next message is to end while that is served,
        because of that fault or as the script itself has it, and the end comes first: the message
        opens a new conversation. The play stays where it is."""
        together = self._together(place, fault)
        if together is None or together.beside.is_message:
            return None
        player, (first, *_) = self._player, self._messages_from(place.position)
        here, writer = player.checkpoint(), self._writer(first)

        def later(seat: _Seat) -> Reference:
            if together.beside is Beside.CLEARING:
                # The page chooses another name for what comes then.
                player.strike(named("clear-chat"), writer)
            seat(writer)
            turns = self.undisturbed(place.position, seat=seat)
            player.go_back(here)
            return turns

        found = partial(self._afresh, place, first, later)
        return self._once(place, together.beside, found)

    def _once(self, place: Place, what: Hashable, find: Callable[[], _T]) -> _T:
        """What is legal there, found once: a fault strikes from one place again and again, and
        without snapshots it takes several plays to find that out."""
        if self._found is None or self._found[0] is not place:
            self._found = place, {}
        known: dict[Hashable, Any] = self._found[1]
        if what not in known:
            known[what] = find()
        return cast(_T, known[what])

    def _afresh(
        self, place: Place, message: int, played: Callable[[_Seat], Reference]
    ) -> Reference:
        """What is legal where a conversation is over, played by somebody new in the customer's
        place, who begins with that message. Where the service would go on with the old one because
        it knows the customer, that is as a stranger would live through it."""
        player, went_on, mask = self._player, self._lived(place.references), self._mask()
        turns = played(player.replace_customer)
        if not may_carry_over(turns, went_on, mask):
            return turns
        by_a_stranger = played(player.seat_stranger)
        if not carries_over(turns, went_on, mask, by_a_stranger):
            return turns
        later = self._one_turn_later(message, played)
        is_of_old = carries_over(turns, went_on, mask, by_a_stranger, later)
        return by_a_stranger if is_of_old else turns

    def _one_turn_later(self, message: int, played: Callable[[_Seat], Reference]) -> Reference:
        """The same where the conversation that is over had that message, too, before its end."""
        player, here, said = self._player, self._player.checkpoint(), self._script[message]
        assert isinstance(said, Say)
        steps = one_turn_longer(
            here.standing.steps, said, is_over=player.life(said.customer).is_over
        )
        # Nothing that came about can be as it was.
        longer = replace(here.standing, steps=steps, happenings=())
        player.go_back(Checkpoint(longer, None))
        turns = played(player.replace_customer)
        player.go_back(here)
        return turns

    def ended(self, place: Place, exchange: Exchange, afresh: Reference, *, is_over: bool) -> Place:
        """The place after a message whose session was to end meanwhile; `afresh` is what is legal
        where it opened a new conversation. Where it bears the name of the old one and that is over
        now, it belongs to the old one, or to a new one that the page, which chooses the names, has
        left behind with the old: nothing is kept of it."""
        if exchange.life.is_over:
            return replace(place, references=tuple({**one, **afresh} for one in place.references))
        if not is_over:
            return place
        turn, (first, *_) = place.turn, place.references
        opened = {**self._lived(place.references), turn: replace(afresh[turn], departs=True)}
        references = [*place.references, *([opened] if turn in first else [])]
        return replace(place, references=tuple(_with_nothing_kept(one, turn) for one in references))

    def _together(self, place: Place, fault: Fault | None) -> Together | None:
        """How something is to be served at once with the next message, because of that fault, or as
        the script itself has it."""
        messages = self._messages_from(place.position)
        if fault is None and Interrupt in self._foreign and messages:
            before = self._script[place.position : messages[0]]
            asked = [one for one in before if isinstance(one, Interrupt)]
            fault = named(asked[-1].fault) if asked else None
        return None if fault is None else fault.together

    def undisturbed(
        self,
        position: int,
        left_out: Collection[int] = (),
        swapped: tuple[int, int] | None = None,
        seat: _Seat | None = None,
    ) -> Reference:
        """The turns from that action on, as somebody new lives through them in the place of every
        customer whose conversation is over; without those that are left out, or with two of them
        in the other order. The play stays where it is."""
        player = self._player
        here, seat = player.checkpoint(), seat or player.replace_customer
        turns = self._turns_from(position, left_out, swapped, seat)
        player.go_back(here)
        if not player.makes_snapshots:
            # No two clean runs came here: what varies is known from other plays alone.
            more = []
            for _ in range(_PLAYS_OF_DRAWN_WORDS if words_are_drawn(self._mask()) else 1):
                more.append(self._turns_from(position, left_out, swapped, seat))
                player.go_back(here)
            turns = varying_as(turns, more)
        turns = {turn: self._from(here.standing, exchange) for turn, exchange in turns.items()}
        named = in_names_of(player.standing.happenings, turns)
        return {turn: self._from(player.standing, exchange) for turn, exchange in named.items()}

    def _turns_from(
        self,
        position: int,
        left_out: Collection[int],
        swapped: tuple[int, int] | None,
        seat: _Seat,
    ) -> Reference:
        """Those turns, played."""
        player, turn = self._player, self._player.turn
        # What the script lets strike inside the turn ahead may wait for it already.
        player.disarm()
        for number in range(position, len(self._script)):
            action = self._script[number]
            if isinstance(action, self._foreign) or _owes_nothing_new(action):
                continue
            if number in left_out:
                player.number_next(player.turn + 2)
            elif swapped is None or number not in swapped:
                self._perform(number, seat)
            elif number == swapped[0]:
                for ahead, other in ((2, swapped[1]), (1, number)):
                    player.number_next(turn + ahead)
                    self._perform(other, seat)
                player.number_next(turn + 3)
        turns = player.trace.turns
        return {number: exchange for number, exchange in turns.items() if number > turn}

    def _from(self, standing: Standing, exchange: Exchange) -> Exchange:
        """The exchange with where that play stands as its origin, where no play comes there again
        in the same names."""
        if self._player.makes_snapshots:
            return exchange
        return replace(exchange, origin=standing.happenings)

    def _without(self, place: Place, left_out: Collection[int]) -> Reference:
        """What is legal where of the next two turns those are never made. The play stays where it
        is."""
        turns = self.undisturbed(place.position, left_out)
        reference = {**self._lived(place.references), **turns}
        before: dict[str, Exchange] = {}
        last, turn = self._player.last(), self._player.turn
        for number, position in enumerate(self._messages_from(place.position)[:2], turn + 1):
            writer = self._writer(position)
            if position in left_out:
                own = before.get(writer) or self._player.last(writer)
                seen = own.seen.when(last.seen)
                own = replace(own, turn=number, answer=NO_ANSWER, seen=seen, repeats=False)
                reference[number] = self._from(self._player.standing, own)
            else:
                last = before[writer] = reference[number]
        reference[turn + 1] = replace(reference[turn + 1], departs=True)
        return reference

    def _with_turns_swapped(self, place: Place, first: int, second: int) -> Reference:
        """What is legal where the next turn is made after the one that follows it. The play stays
        where it is."""
        turns = self.undisturbed(place.position, swapped=(first, second))
        turn = self._player.turn + 1
        earlier, later = turns[turn + 1], turns[turn]
        is_own = earlier.customer == later.customer
        both = later.seen if is_own else earlier.seen.when(later.seen)
        swapped = {
            **self._lived(place.references),
            **turns,
            turn: replace(later, departs=True),
            turn + 1: replace(earlier, seen=both),
        }
        place_is_seen = earlier.answer.place_is_seen
        return _with_the_step_of_then(swapped, turn) if place_is_seen else swapped

    def _perform(self, number: int, seat: _Seat) -> None:
        action = self._script[number]
        if isinstance(action, Say) and self._player.life(action.customer).is_over:
            seat(action.customer)
        self._player.perform(action)

    def _messages_from(self, position: int) -> Sequence[int]:
        """Where the messages are from that action on."""
        ahead = range(position, len(self._script))
        return [number for number in ahead if isinstance(self._script[number], Say)]

    def _writer(self, position: int) -> str:
        action = self._script[position]
        assert isinstance(action, Say)
        return action.customer


def _owes_nothing_new(action: Action) -> bool:
    """Whether a correct service goes on after it as if it had not been: what a broken one loses by
    it is not legal anywhere else."""
    if not isinstance(action, Break):
        return False
    fault = named(action.fault)
    return fault.contract is Contract.TRANSPARENT and not fault.strikes_a_customer


def _with_the_step_of_then(reference: Reference, turn: int) -> Reference:
    """The reference, of which the turn behind that one was made before it, where that is answered
    with the flow and the step in which both have left the session."""
    later, earlier = reference[turn], reference[turn + 1]
    if earlier.customer != later.customer:
        return reference
    answer = replace(earlier.answer, flow=later.answer.flow, step=later.answer.step)
    return {**reference, turn + 1: replace(earlier, answer=answer)}


def _with_nothing_kept(reference: Reference, turn: int) -> Reference:
    """The reference, where nothing is kept of the session of that turn any more."""
    if turn not in reference:
        return reference
    one = reference[turn]
    gone = replace(one, answer=one.answer.as_said, seen=one.seen.of_all)
    return {**reference, turn: gone}
