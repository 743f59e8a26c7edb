"""Two messages of a play are served at once, or one while its session ends."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from coolwind.errors import Conflict, NoSuchSession, StoreUnavailable
from coolwind.messages import Answer, Message
from reports.record import NO_RETRY
from simulators import trace as told
from simulators.campaign.campaign import Options, as_written, explore
from simulators.conversation import THE_CUSTOMER, Break, Interrupt, Pause, Say, Script
from simulators.errors import ScenarioError
from simulators.explorer import orders, striking
from simulators.explorer.crash_points import CrashPoints
from simulators.explorer.explorer import Explorer
from simulators.explorer.orders import Orders
from simulators.explorer.tally import Cause, cause_of
from simulators.faults.catalogue import named
from simulators.faults.together import TWO_TURNS_AT_ONCE
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.player.course import Course
from simulators.player.place import Place
from simulators.player.player import Player
from simulators.targets.overlap import Move, Overlap, Overlapped, Who
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Delivery
from simulators.trace import Exchange, Life, Strike
from tests.defects.conversations import BULK_ORDER, ORDER_AND_QUESTION, Conversation
from tests.defects.gallery import DEFECTS, Defect
from tests.defects.overlapping import SellsWhatItSaw
from tests.defects.plain_service import PlainService

ORDER = Say(THE_CUSTOMER, "I need 11 remote controls")
CONTACT = Say(THE_CUSTOMER, "My name is Hari, 9876543210, hari@example.com")
YES = Say(THE_CUSTOMER, "yes")
ASIDE = Say(THE_CUSTOMER, "What are your opening hours?")


class BeginsTwice(ReferenceTarget):
    """To this service two copies of a message are two messages."""

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Each has an ID of its own."""
        other = replace(second, message_id="00000000-0000-4000-8000-999999999999")
        return super().deliver_both(first, other, overlap)


class Watched(ReferenceTarget):
    """Its replies say no step: that is seen of the session, when all that came is answered."""

    def __init__(self) -> None:
        super().__init__("watched")

    def deliver(self, delivery: Delivery) -> told.Answer:
        return self._seen(super().deliver(delivery))

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        both = super().deliver_both(first, second, overlap)
        one, other = map(self._seen, both.answers)
        return replace(both, answers=(one, other))

    def _seen(self, answer: told.Answer) -> told.Answer:
        return replace(at_present(self, answer), place_is_seen=True)


class RecordsWords(ReferenceTarget):
    """Answers a repeated message with the words of before, and the step of now."""

    def __init__(self) -> None:
        super().__init__("records words")

    def deliver(self, delivery: Delivery) -> told.Answer:
        return at_present(self, super().deliver(delivery))


def at_present(target: ReferenceTarget, answer: told.Answer) -> told.Answer:
    """The answer with the flow and the step in which the session is now."""
    if answer.is_error:
        return answer
    order = (target.observe(answer.session_id).kept or {}).get("bulk_order")
    step = str(order["step"]) if isinstance(order, Mapping) else None
    return replace(answer, flow=None if step is None else "bulk_order", step=step)


@pytest.fixture
def player() -> Iterator[Player]:
    """Plays on the reference target, on which an order has begun."""
    player = Player(ReferenceTarget())
    player.begin(Arrangement())
    player.perform(ORDER)
    yield player
    player.target.close()


def exchanges(player: Player) -> list[Exchange]:
    return [one for one in player.trace.exchanges if one.turn > 1]


def strike_of(player: Player) -> Strike:
    return player.trace.strikes[-1]


def test_a_message_that_is_sent_twice_at_once_makes_one_turn(player: Player) -> None:
    player.play((Interrupt("double-click", "store.commit #1", 2), CONTACT))
    first, second = exchanges(player)
    assert (first.repeats, first.overlapped, second.repeats, second.overlapped) == (
        *(False, True),
        *(True, False),
    )
    assert first.answer.text == second.answer.text
    assert first.answer.step == "confirming"
    assert (strike_of(player).fired, strike_of(player).after_turn) == (True, 2)


def test_of_two_sessions_that_one_message_began_the_page_goes_on_with_one() -> None:
    target = BeginsTwice()
    script = (Interrupt("double-click", "answer", 1), ORDER, CONTACT, YES)
    judged = as_written(script, Arrangement(), target, 0)
    target.close()
    assert judged is not None
    sessions = [one.answer.session_id for one in judged.trace.exchanges if not one.repeats]
    (left,) = (one.answer.session_id for one in judged.trace.exchanges if one.repeats)
    assert len(set(sessions)) == 1
    assert left not in (None, *sessions)
    assert (judged.breaches, judged.outcome) == ((), Outcome.RESTORED)


def test_two_messages_make_two_turns_in_one_order_or_the_other(player: Player) -> None:
    here = player.checkpoint()
    steps = []
    for order in ("answer", "arrival"):
        player.go_back(here)
        player.play((Interrupt("concurrent-turn", order, 2), CONTACT, YES))
        steps.append([one.answer.step for one in exchanges(player)])
        assert player.turn == 3
    assert steps == [["confirming", "complete"], ["confirming", "collecting_contact"]]


def test_a_step_that_is_seen_when_both_were_answered_is_where_both_have_led() -> None:
    target = Watched()
    script = (ORDER, Interrupt("concurrent-turn", "answer", 2), CONTACT, YES)
    judged = as_written(script, Arrangement(), target, 0)
    target.close()
    assert judged is not None
    assert [one.answer.step for one in judged.trace.exchanges][1:] == ["complete", "complete"]
    assert judged.breaches == ()


@pytest.mark.parametrize("made", [Watched, RecordsWords])
@pytest.mark.parametrize(
    "fault", ["double-click", "concurrent-turn", "concurrent-crash", "concurrent-clear"]
)
def test_a_correct_service_is_accused_of_no_step_that_is_seen_later(
    fault: str, made: Callable[[], ReferenceTarget]
) -> None:
    target = made()
    explored = explore(
        "An order", (ORDER, CONTACT, YES), Arrangement(), target, Options(0, 1, (named(fault),))
    )
    target.close()
    assert (explored.exploration.verdict, explored.findings) == ("pass", ())


def test_what_a_crash_left_without_an_answer_is_sent_again(player: Player) -> None:
    player.play((Interrupt("concurrent-crash", "arrival then store.commit #1", 2), CONTACT, YES))
    tries = [(one.turn, one.answer.is_missing, one.interrupted) for one in exchanges(player)]
    assert tries == [(2, True, True), (2, False, False), (3, True, True), (3, False, False)]
    assert [one.overlapped for one in exchanges(player)] == [True, True, True, False]
    assert player.life(THE_CUSTOMER) is Life.HELD


def test_what_was_asked_for_each_of_two_messages_is_told_of_that_one(player: Player) -> None:
    player.play((Interrupt("concurrent-turn", "store.commit #1", 2), CONTACT, YES))
    for who, exchange in zip(Who, exchanges(player), strict=True):
        made = [move.call for move in player.moves if move.who is who]
        assert made == ["arrival", *exchange.calls]
        assert exchange.writes is not None
        assert "store.commit #1" in exchange.writes
        assert set(exchange.writes) < set(exchange.calls)
        assert exchange.took is None


def test_what_is_sent_again_tells_of_its_own_calls(player: Player) -> None:
    player.play((Interrupt("concurrent-crash", "arrival then store.commit #1", 2), CONTACT, YES))
    _, first_again, died, second_again = exchanges(player)
    assert died.writes == ("store.commit #1",)
    assert "store.load #1" in second_again.calls
    assert first_again.writes == ("store.commit #1",)


def test_what_a_crash_left_without_an_answer_can_be_left_alone(player: Player) -> None:
    order = "arrival then store.commit #1"
    player.play((Interrupt("concurrent-crash-unsent", order, 2), CONTACT, YES))
    tries = [(one.turn, one.answer.is_missing, one.interrupted) for one in exchanges(player)]
    assert tries == [(2, True, True), (3, True, True)]
    assert player.trace.strikes[-2].fault == NO_RETRY
    assert strike_of(player).fired
    assert player.customer(THE_CUSTOMER).is_unanswered


@pytest.mark.parametrize(("at_once", "who"), [("double-click", None), ("concurrent-turn", "Priya")])
def test_a_message_that_arrives_touches_one_of_its_own_session_alone(
    at_once: str, who: str | None
) -> None:
    player = Player(ReferenceTarget())
    player.begin(Arrangement())
    player.play((Interrupt(at_once, "answer", 1), Say("Hari", "Hello")))
    if who is not None:
        player.perform(Say(who, "Hello"))
    first, second = (next(move for move in player.moves if move.who is each) for each in Who)
    player.target.close()
    assert (first.call, second.call) == ("arrival", "arrival")
    assert first.touches(second) is (who is None)


def test_an_order_that_the_service_does_not_come_to_is_not_fired(player: Player) -> None:
    player.play((Interrupt("double-click", "store.lock #7", 2), CONTACT))
    assert not strike_of(player).fired
    assert strike_of(player).evidence.endswith("the end of the order store.lock #7")


def test_nothing_may_stand_between_two_messages_that_overlap(player: Player) -> None:
    player.play((Interrupt("concurrent-turn", "arrival", 2), CONTACT))
    with pytest.raises(ScenarioError, match="let nothing stand between the two"):
        player.perform(Break("crash"))
    with pytest.raises(ScenarioError, match="turn 2 is to overlap with the next one"):
        player.last()


def test_a_script_that_ends_before_the_second_message_is_refused() -> None:
    target = ReferenceTarget()
    script = (ORDER, Interrupt("concurrent-turn", "arrival", 2), CONTACT)
    with pytest.raises(ScenarioError, match="there is none; add another"):
        as_written(script, Arrangement(), target, 0)
    target.close()


def test_going_back_without_a_snapshot_plays_them_again(player: Player) -> None:
    player.arm(named("concurrent-nodes"), "store.commit #1")
    player.play((CONTACT, YES))
    here, trace = replace(player.checkpoint(), snapshot=None), player.trace
    player.perform(ORDER)
    player.go_back(here)
    assert player.trace == trace


class TestClearedMeanwhile:
    """A customer clears the chat while the service is at a message of theirs."""

    def test_a_message_that_comes_first_belongs_to_the_old_conversation(
        self, player: Player
    ) -> None:
        old = player.customer(THE_CUSTOMER).session_id
        player.play((Interrupt("concurrent-clear", "answer", 2), CONTACT))
        (message,) = exchanges(player)
        assert (message.answer.session_id, message.life) == (old, Life.HELD)
        assert message.seen.kept is None
        assert player.life(THE_CUSTOMER) is Life.ENDED
        assert strike_of(player).announced

    def test_a_message_that_comes_second_opens_a_new_one(self, player: Player) -> None:
        old = player.customer(THE_CUSTOMER).session_id
        player.play((Interrupt("concurrent-clear", "store.commit #1", 2), CONTACT))
        (message,) = exchanges(player)
        assert message.answer.session_id not in (None, old)
        assert message.life is Life.ENDED
        assert message.seen.kept is not None
        assert player.life(THE_CUSTOMER) is Life.HELD

    @pytest.mark.parametrize(("order", "is_empty"), [("answer", True), ("store.commit #1", False)])
    def test_the_browser_takes_the_answers_as_they_come(
        self, player: Player, order: str, *, is_empty: bool
    ) -> None:
        player.play((Interrupt("clear-on-another-node", order, 2), CONTACT))
        browser = player.customer(THE_CUSTOMER).browser
        assert (browser.page_session_id is None) is is_empty
        assert (not browser.live_cookies(player.now)) is is_empty

    def test_a_message_that_was_refused_meanwhile_is_sent_again(self) -> None:
        player = Player(ReferenceTarget(build=LosesEveryRace))
        player.begin(Arrangement())
        player.play((ORDER, Interrupt("concurrent-clear", "store.commit #1", 2), CONTACT))
        refused, answered = exchanges(player)
        assert (refused.answer.status, refused.interrupted) == (503, True)
        assert (answered.life, answered.interrupted) == (Life.ENDED, False)
        assert player.life(THE_CUSTOMER) is Life.HELD
        player.target.close()

    def test_a_chat_that_is_not_cleared_is_not_fired(self) -> None:
        player = Player(ReferenceTarget(build=ClearsNothing))
        player.begin(Arrangement())
        player.play((ORDER, Interrupt("concurrent-clear", "arrival", 2), CONTACT))
        assert not strike_of(player).fired
        assert strike_of(player).evidence.endswith("clear the chat was answered with status 404")
        assert player.life(THE_CUSTOMER) is Life.HELD
        player.target.close()

    def test_going_back_without_a_snapshot_plays_it_again(self, player: Player) -> None:
        player.arm(named("concurrent-clear"), "store.commit #1")
        player.perform(CONTACT)
        here, trace = replace(player.checkpoint(), snapshot=None), player.trace
        player.perform(YES)
        player.go_back(here)
        assert player.trace == trace


class TestExpiresMeanwhile:
    """A tick goes by and old sessions are swept while the service is at a message."""

    def test_a_message_that_comes_in_time_goes_on(self, player: Player) -> None:
        old = player.customer(THE_CUSTOMER).session_id
        player.strike(named("before-expiry"), THE_CUSTOMER)
        player.play((Interrupt("concurrent-sweep", "answer", 2), CONTACT))
        (message,) = exchanges(player)
        assert strike_of(player).fired
        assert (message.answer.session_id, message.answer.step) == (old, "confirming")
        assert player.life(THE_CUSTOMER) is Life.HELD

    def test_one_that_the_sweep_overtakes_opens_another_conversation(self, player: Player) -> None:
        old = player.customer(THE_CUSTOMER).session_id
        player.strike(named("before-expiry"), THE_CUSTOMER)
        player.play((Interrupt("concurrent-sweep", "store.commit #1", 2), CONTACT))
        (message,) = exchanges(player)
        assert strike_of(player).fired
        assert message.answer.session_id not in (None, old)
        assert message.life is Life.EXPIRED
        assert player.life(THE_CUSTOMER) is Life.HELD

    def test_a_sweep_that_ends_a_session_before_its_time_breaks_a_law(self) -> None:
        target, script = ReferenceTarget(build=SweepsEverything), (ORDER, CONTACT, YES)
        found = explore(
            "An order", script, Arrangement(), target, Options(0, 1, (named("concurrent-sweep"),))
        )
        target.close()
        assert {one.law for one in found.findings} == {"Session", "Data"}


class TestTwoOutboxes:
    """What is handed over behind the first message overlaps with what comes next."""

    @pytest.fixture(autouse=True)
    def confirming(self, player: Player) -> None:
        player.perform(CONTACT)

    @staticmethod
    def calls(player: Player, who: Who) -> list[str]:
        return [move.call for move in player.moves if move.who is who]

    @staticmethod
    def emails(player: Player) -> int:
        return len(player.last().seen.effects["email"])

    def test_the_next_message_is_served_while_emails_leave(self, player: Player) -> None:
        player.play((Interrupt("concurrent-turn", "mail.deliver #2", 3), YES, ASIDE))
        assert "mail.deliver #2" in self.calls(player, Who.FIRST)
        assert player.moves[-1].who is Who.FIRST
        assert not any(call.startswith("mail.") for call in self.calls(player, Who.SECOND))
        assert self.emails(player) == 2

    def test_a_second_node_hands_over_what_still_waits(self, player: Player) -> None:
        player.play((Interrupt("old-node-lives-on", "store.mark_delivered #1", 3), YES))
        for who in Who:
            assert "mail.deliver #1" in self.calls(player, who)
        assert self.emails(player) == 2

    def test_a_node_that_dies_while_emails_leave_loses_none(self, player: Player) -> None:
        point = "store.mark_delivered #1 then store.pending #1 then store.mark_delivered #1"
        player.play((Interrupt("concurrent-node-crash", point, 3), YES, ASIDE))
        assert strike_of(player).fired
        assert [one.answer.is_error for one in exchanges(player)[1:]] == [False, False]
        assert self.emails(player) == 2

    def test_emails_of_both_are_not_in_two_hands_at_once(self, player: Player) -> None:
        """Else two customers who order at once have more orders than can be tried."""
        texts = ("I need 6 air filters", "My name is Priya, 9876543211, priya@example.com")
        player.play(tuple(Say("Priya", text) for text in texts))
        player.play((Interrupt("concurrent-nodes", "store.pending #1", 5), YES))
        player.perform(Say("Priya", "yes"))
        assert "mail.deliver #4" in self.calls(player, Who.FIRST)
        assert not any(call.startswith("mail.") for call in self.calls(player, Who.SECOND))

    @pytest.mark.parametrize("fault", ["old-node-lives-on", "concurrent-clear"])
    def test_where_both_are_served_at_once_emails_leave_behind_them(
        self, player: Player, fault: str
    ) -> None:
        player.play((Interrupt(fault, "store.commit #1", 3), YES))
        assert strike_of(player).fired
        assert not any(move.call.startswith("mail.") for move in player.moves)


class LosesEveryRace(PlainService):
    """Does not try a turn again that lost against something else."""

    async def handle(self, message: Message) -> Answer:
        try:
            return await self.take_turn(message)
        except Conflict:
            raise StoreUnavailable("Send the message again.") from None


class RefusesTheSlower(PlainService):
    """Refuses a message whose session went on meanwhile, and forgets what it remembers of that."""

    async def handle(self, message: Message) -> Answer:
        try:
            return await self.take_turn(message)
        except Conflict as conflict:
            if message.session_id is not None:
                self.parts.memory.drop(message.session_id)
            raise StoreUnavailable("Send it again.") from conflict


class SweepsEverything(PlainService):
    """Forgets every session that there is."""

    async def sweep(self) -> int:
        return await self.parts.store.sweep(self.parts.clock.now())


class ClearsNothing(PlainService):
    """Knows of no conversation that could be cleared."""

    async def clear(self, session_id: str, proof: str | None) -> None:
        del session_id, proof
        raise NoSuchSession("There is no such conversation.")


class TestWhatIsLegal:
    """Either order is, as it would be without the overlap."""

    @pytest.mark.parametrize("fault", [one.name for one in TWO_TURNS_AT_ONCE])
    def test_the_reference_core_serves_both_in_every_order(self, fault: str) -> None:
        target = ReferenceTarget()
        exploring = Explorer(Player(target), (ORDER, CONTACT, YES), Arrangement())
        clean = exploring.clean(Player(target, 1))
        tried = [one.result for one in exploring.explore(clean, [named(fault)], 1)]
        assert tried
        assert not any(result.breaches for result in tried)  # type: ignore[union-attr]
        # What comes when the first has its answer is another message, or no overlap.
        comes_later = any(result.plan[-1].point == "answer" for result in tried)
        assert comes_later is (fault in ("concurrent-turn", "concurrent-nodes"))
        target.close()

    @pytest.mark.parametrize("fault", ["double-click", "concurrent-turn"])
    def test_the_slower_of_two_may_be_refused_and_cost_the_session_its_memory(
        self, fault: str
    ) -> None:
        target = ReferenceTarget("refusing", build=RefusesTheSlower)
        options = Options(0, 1, (named(fault),))
        explored = explore("An order", BULK_ORDER.script, Arrangement(), target, options)
        target.close()
        assert explored.findings == ()

    def test_more_orders_than_are_tried_leave_the_verdict_open(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(orders, "MOST_ORDERS", 2)
        target = ReferenceTarget()
        options = Options(0, 1, (named("double-click"),))
        found = explore("A bulk order", (ORDER, CONTACT), Arrangement(), target, options)
        target.close()
        assert found.exploration.verdict == "inconclusive"
        assert "have more than" in found.exploration.reasons[0]

    def test_turns_in_the_other_order_keep_their_numbers(self) -> None:
        target = ReferenceTarget()
        player = Player(target)
        course = Course(player, (ORDER, CONTACT, YES), Arrangement())
        place = course.advance(course.begin({}))
        assert place is not None
        here = course.advance(place, named("concurrent-turn"), "arrival")
        assert here is not None
        _, swapped = here.references
        assert [swapped[turn].text for turn in (2, 3)] == [CONTACT.text, YES.text]
        assert swapped[2].departs
        assert swapped[2].seen == swapped[3].seen
        assert here.plan == (Placed(2, "concurrent-turn", point="arrival"),)
        target.close()

    def test_of_two_that_are_left_alone_each_was_made_or_not(self) -> None:
        target = ReferenceTarget()
        player = Player(target)
        course = Course(player, (ORDER, CONTACT, YES, ASIDE), Arrangement())
        place = course.advance(course.begin({}))
        assert place is not None
        order = "arrival then store.commit #1"
        here = course.advance(place, named("concurrent-crash-unsent"), order)
        assert here is not None
        assert here.tries == 0
        made = [
            [not one[turn].answer.is_missing for turn in (2, 3) if turn in one]
            for one in here.references[1:]
        ]
        assert made == [[True, True], [False, True], [True, False], [False, False]]
        steps = [one[4].answer.step for one in here.references[1:]]
        assert steps == ["confirming", "collecting_contact", "confirming", "collecting_contact"]
        target.close()

    def test_a_scenario_that_asks_for_it_is_judged_in_both_orders(self) -> None:
        outcomes = []
        for store in (SellsWhatItSaw, None):
            target = ReferenceTarget() if store is None else ReferenceTarget(store=store)
            judged = as_written(LAST_ONES, Arrangement(), target, 0)
            assert judged is not None
            outcomes.append(judged.outcome)
            target.close()
        assert outcomes == [Outcome.INTERLEAVED, Outcome.RESTORED]


class TestWhoCanOverlap:
    """Only messages for which one answer is right."""

    @staticmethod
    def can_overlap(script: Script, turns: int, fault: str) -> bool:
        target = ReferenceTarget()
        course = Course(Player(target), script, Arrangement())
        place: Place | None = course.begin({})
        for _ in range(turns):
            assert place is not None
            place = course.advance(place)
        together = named(fault).together
        assert place is not None
        assert together is not None
        try:
            return course.can_overlap(place, together)
        finally:
            target.close()

    def test_two_messages_of_a_customer_without_a_session_cannot(self) -> None:
        assert not self.can_overlap((ORDER, CONTACT), 0, "concurrent-turn")
        assert self.can_overlap((ORDER, CONTACT), 0, "double-click")
        assert self.can_overlap((ORDER, CONTACT, YES), 1, "concurrent-turn")

    def test_those_of_two_customers_can_from_the_first_on(self) -> None:
        assert self.can_overlap((ORDER, Say("Priya", "Hello")), 0, "concurrent-turn")

    def test_who_leaves_a_message_alone_has_a_session_and_nobody_pauses(self) -> None:
        fault, guest = "concurrent-crash-unsent", Say("Priya", "Hello")
        assert not self.can_overlap((ORDER, guest), 0, fault)
        assert self.can_overlap((ORDER, CONTACT, YES), 1, fault)
        pause = Pause(timedelta(minutes=1))
        assert not self.can_overlap((ORDER, CONTACT, YES, pause, ASIDE), 1, fault)

    def test_who_has_no_session_has_no_chat_to_clear(self) -> None:
        assert not self.can_overlap((ORDER, CONTACT), 0, "concurrent-clear")
        assert self.can_overlap((ORDER, CONTACT), 1, "concurrent-clear")

    def test_a_message_after_a_pause_cannot(self) -> None:
        script = (ORDER, Pause(timedelta(minutes=1)), CONTACT, YES)
        assert not self.can_overlap(script, 1, "concurrent-turn")

    def test_the_last_message_cannot_overlap_with_another(self) -> None:
        assert not self.can_overlap((ORDER, CONTACT), 1, "concurrent-turn")
        assert self.can_overlap((ORDER, CONTACT), 1, "old-node-lives-on")


LAST_ONES: Script = (
    Say("Hari", "I need 8 compressors"),
    Say("Hari", "My name is Hari, 9876543210, hari@example.com"),
    Say("Priya", "I need 8 compressors"),
    Say("Priya", "My name is Priya, 9876543211, priya@example.com"),
    Interrupt("concurrent-turn", "store.commit #1", 5),
    Say("Hari", "yes"),
    Say("Priya", "yes"),
)


@pytest.mark.long
class TestReduction:
    """The orders that matter find what all orders find."""

    @pytest.mark.parametrize(
        "name",
        [
            "takes-a-conflict-for-success",
            "notes-messages-on-arrival",
            "last-write-wins",
            "looks-for-the-session-first",
        ],
    )
    def test_all_orders_give_the_same_findings(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        defect = next(one for one in DEFECTS if one.name == name)
        names = ("double-click", "concurrent-turn", "concurrent-nodes")
        if defect.fault == "concurrent-clear":
            names = (defect.fault,)
        reduced, tried = self.findings(defect, defect.conversation, *names)
        monkeypatch.setattr(striking, "Orders", EveryOrder)
        full, all_tried = self.findings(defect, defect.conversation, *names)
        assert reduced
        assert reduced == full
        assert tried < all_tried

    def test_all_places_to_die_give_the_same_findings(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        defect = next(one for one in DEFECTS if one.name == "steps-before-it-stores")
        names = ("concurrent-crash", "concurrent-crash-unsent", "concurrent-node-crash-unsent")
        merged, tried = self.findings(defect, ORDER_AND_QUESTION, *names)
        monkeypatch.setattr(striking, "CrashPoints", EveryCrashPoint)
        full, all_tried = self.findings(defect, ORDER_AND_QUESTION, *names)
        assert merged
        assert merged == full
        assert tried < all_tried

    @staticmethod
    def findings(defect: Defect, conversation: Conversation, *names: str) -> tuple[set[Cause], int]:
        target = defect.target()
        script, arrangement = conversation.script, conversation.arrangement
        exploring = Explorer(Player(target), script, arrangement)
        clean = exploring.clean(Player(target, 1))
        faults = [named(name) for name in names]
        results = [one.result for one in exploring.explore(clean, faults, 1)]
        target.close()
        judged = [one for one in results if isinstance(one, Judged)]
        return {cause_of(one) for one in judged if one.breaches}, len(judged)


def test_what_was_answered_is_held_against_a_turn_that_was_made() -> None:
    defect = next(one for one in DEFECTS if one.name == "seed-old-code")
    names = ("failover", "concurrent-node-crash-unsent")
    causes, _ = TestReduction.findings(defect, BULK_ORDER, *names)
    assert causes == {Cause("Session", Outcome.SILENT_RESET, "session ID")}


def test_of_two_legal_orders_a_play_is_held_against_the_one_it_misses_in_fewer_fields() -> None:
    """In as many places one is missed in its history alone, and the other in its step, too."""
    defect = next(one for one in DEFECTS if one.name == "stores-what-a-turn-changed")
    target, script = defect.target(), defect.conversation.script
    explorer = Explorer(Player(target), script, Arrangement())
    plan = (Placed(2, "concurrent-nodes", point="store.commit #1"),)
    judged = explorer.follow(explorer.clean(Player(target, 1)), plan)
    target.close()
    assert isinstance(judged, Judged)
    assert {breach.field for breach in judged.breaches} == {"history"}


class EveryOrder(Orders):
    """Takes it that every move touches every other one."""

    def note(self, moves: Sequence[Move]) -> bool:
        one = frozenset({"the world"})
        return super().note([replace(move, changes=one) for move in moves])


class EveryCrashPoint(CrashPoints):
    """Sees nothing of what a process leaves behind."""

    def note(self, moves: Sequence[Move]) -> None:
        super().note([replace(move, left=None) for move in moves])
