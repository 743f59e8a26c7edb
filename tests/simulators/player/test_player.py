"""Playing a conversation, and the stage that faults strike at."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from reports.record import NO_RETRY
from simulators.conversation import (
    THE_CUSTOMER,
    Break,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Pause,
    Read,
    Resend,
    Say,
    Script,
    SwitchTab,
)
from simulators.errors import ScenarioError, TargetError, UsageError
from simulators.faults.catalogue import named
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer, Exchange, Life, Strike

Toy = Callable[..., Target]
HELLO = Say(THE_CUSTOMER, "hello")
YES = Say(THE_CUSTOMER, "yes")
SUMMARY = (
    Say(THE_CUSTOMER, "I need 11 remote controls"),
    Say(THE_CUSTOMER, "My name is Hari, phone 9876543210, email hari@example.com"),
)
SNAPSHOTS = pytest.mark.parametrize("variants", [(), ("no-snapshot",)])


@pytest.fixture
def play(toy: Toy) -> Callable[..., Player]:
    """Plays a script on a toy of some variants."""

    def start(*script: object, variants: tuple[str, ...] = ()) -> Player:
        player = Player(toy(*variants))
        player.begin(Arrangement())
        player.play(script)
        return player

    return start


class Recorder:
    """Keeps what is delivered to a target."""

    def __init__(self, target: Target) -> None:
        self.deliveries: list[Delivery] = []
        self._deliver = target.deliver
        target.deliver = self

    def __call__(self, delivery: Delivery) -> Answer:
        self.deliveries.append(delivery)
        return self._deliver(delivery)


class TestTurns:
    """What customers do."""

    def test_a_message_makes_a_turn(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Say("Hari", "hi"), Say(THE_CUSTOMER, "yes"))
        turns = player.trace.turns
        assert [(n, one.customer, one.text) for n, one in turns.items()] == [
            (1, THE_CUSTOMER, "hello"),
            (2, "Hari", "hi"),
            (3, THE_CUSTOMER, "yes"),
        ]
        assert player.turn == player.executions == 3
        assert player.customers == (THE_CUSTOMER, "Hari")

    def test_an_exchange_shows_what_the_service_holds_after_it(
        self, play: Callable[..., Player]
    ) -> None:
        (exchange,) = play(HELLO).trace.exchanges
        assert exchange.seen.kept == {"step": "contact", "history": ["hello"]}
        assert exchange.seen.effects == {"order": ()}
        assert (exchange.life, exchange.presented) == (Life.NONE, False)

    def test_each_customer_has_cookies_and_a_name_of_their_own(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        names = [
            THE_CUSTOMER,
            "customer",
            "Customer",
            "the Customer",
            "a b",
            "a-b",
            'a"b',
            "\ud800",
        ]
        player.play(tuple(Say(name, "hello") for name in names))
        assert len({one.customer_id for one in recorder.deliveries}) == len(names)
        assert len({one.message_id for one in recorder.deliveries}) == len(names)
        assert len({one.answer.session_id for one in player.trace.exchanges}) == len(names)

    def test_a_message_has_the_number_of_its_turn_whenever_that_is_made(self, toy: Toy) -> None:
        """As where a reference has two turns in the other order."""
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        for number in (2, 1):
            player.number_next(number)
            player.perform(HELLO)
        assert [one.number for one in recorder.deliveries] == [2, 1]

    def test_a_browser_presents_what_it_was_given(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        player.play((HELLO, HELLO))
        first, second = recorder.deliveries
        assert (first.session_id, first.cookies) == (None, {})
        assert second.session_id == "session-0-1"
        assert second.cookies == {"session": "session-0-1", "proof": "session-0-1"}

    def test_time_passes_in_a_pause(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Pause(timedelta(minutes=31)), HELLO)
        first, second = player.trace.exchanges
        assert second.at - first.at == timedelta(minutes=31)
        assert (second.life, second.answer.served_from) == (Life.LOST, "store")

    def test_a_customer_goes_to_another_tab_and_back(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Break("new-tab"), HELLO, SwitchTab(THE_CUSTOMER, 1), HELLO)
        assert [one.tab for one in player.trace.exchanges] == [1, 2, 1]

    def test_an_impostor_presents_the_session_id_and_not_the_cookies(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        player.play((HELLO, Impersonate("Mallory", THE_CUSTOMER), Say("Mallory", "hello")))
        assert recorder.deliveries[-1].session_id == "session-0-1"
        assert recorder.deliveries[-1].cookies == {}
        assert player.last("Mallory").answer.session_id == "session-0-2"

    def test_a_page_sends_no_user_id_from_then_on(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        player.play((HELLO, OmitUser(THE_CUSTOMER), HELLO, Break("new-tab"), HELLO))
        player.replace_customer(THE_CUSTOMER)
        player.perform(HELLO)
        player.perform(Say("Mallory", "hello"))
        named = [delivery.names_user for delivery in recorder.deliveries]
        assert named == [True, False, False, False, True]

    def test_a_page_sends_the_user_id_of_another_beside_its_own_cookies(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        mallory = Say("Mallory", "hello")
        player.play((HELLO, mallory, ClaimUser("Mallory", THE_CUSTOMER), mallory))
        player.replace_customer("Mallory")
        player.perform(mallory)
        own, before, *claiming = recorder.deliveries
        assert [one.user_id for one in claiming] == [own.user_id, own.user_id] != [before.user_id]
        assert claiming[0].cookies["session"] == "session-0-2"
        assert {one.customer_id for one in claiming} == {before.customer_id}

    def test_the_script_is_what_the_scenario_did_and_no_more(
        self, play: Callable[..., Player]
    ) -> None:
        script = (HELLO, Break("reload"), Pause(timedelta(1)), HELLO)
        player = play(*script)
        player.strike(named("crash"), THE_CUSTOMER)
        player.resend(2)
        player.replace_customer(THE_CUSTOMER)
        assert player.script == script

    def test_a_huge_reply_and_message_go_through(self, toy: Toy) -> None:
        target = toy()
        player = Player(target)
        player.begin(Arrangement())
        target.deliver = lambda delivery: Answer(200, delivery.text)
        player.perform(Say(THE_CUSTOMER, "x" * 1_000_000))
        assert len(player.last().answer.text) == 1_000_000


class TestClearMistakes:
    """A scenario that cannot be played says why, and what to do."""

    @pytest.mark.parametrize(
        ("script", "message"),
        [
            ((HELLO, SwitchTab(THE_CUSTOMER, 2)), "there is no tab 2.*open it with a step before"),
            ((SwitchTab("Hari", 0),), "there is no tab 0"),
            (
                (Impersonate("Mallory", "Hari"),),
                "Hari has no session that Mallory could steal; let Hari say something first",
            ),
            ((ClaimUser("Mallory", "Hari"),), "Hari has no session that Mallory could steal"),
        ],
    )
    def test_an_action_that_cannot_be(
        self, play: Callable[..., Player], script: Script, message: str
    ) -> None:
        with pytest.raises(ScenarioError, match=message):
            play(*script)

    def test_a_fault_that_does_not_exist(self, play: Callable[..., Player]) -> None:
        with pytest.raises(UsageError, match="did you mean crash"):
            play(Break("crush"))

    @pytest.mark.parametrize("customer", [None, "Hari"])
    def test_asking_for_an_exchange_before_there_is_one(
        self, play: Callable[..., Player], customer: str | None
    ) -> None:
        with pytest.raises(ScenarioError, match="yet; let a When step"):
            play().last(customer)

    def test_sending_a_message_again_that_is_not_the_last(
        self, play: Callable[..., Player]
    ) -> None:
        with pytest.raises(ScenarioError, match="the message of turn 1 is nobody's last one"):
            play(HELLO, HELLO).resend(1)

    def test_trouble_of_the_target_is_passed_on(self, toy: Toy) -> None:
        target = toy()
        player = Player(target)
        player.begin(Arrangement())

        def refuse(delivery: Delivery) -> Answer:
            raise TargetError(f"no way to deliver {delivery.text!r}")

        target.deliver = refuse
        with pytest.raises(TargetError, match="no way to deliver 'hello'"):
            player.perform(HELLO)
        assert player.trace.happenings == ()


class TestResending:
    """The customer tries once more."""

    def test_it_is_the_same_delivery_of_the_same_turn(self, toy: Toy) -> None:
        target = toy("cold")
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        player.play((HELLO, Break("crash"), Say(THE_CUSTOMER, "Hari")))
        assert player.last().answer.status == 503
        player.resend(2)
        assert recorder.deliveries[-1] == recorder.deliveries[-2]
        assert player.trace.turns[2].answer.status == 200
        assert not player.last().repeats

    def test_a_refused_message_may_have_brought_the_session_back_into_memory(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, Break("crash"), HELLO, variants=("cold",))
        assert player.last().life is Life.LOST
        assert player.life(THE_CUSTOMER) is Life.UNKNOWN
        player.resend(2)
        assert player.last().life is Life.UNKNOWN
        assert player.life(THE_CUSTOMER) is Life.HELD


class TestInsideATurn:
    """A fault strikes while the service has a message in its hands."""

    @pytest.fixture
    def player(self) -> Iterator[Player]:
        """Plays on the reference target, up to the summary of an order."""
        player = Player(ReferenceTarget())
        player.begin(Arrangement())
        player.play(SUMMARY)
        yield player
        player.target.close()

    def test_an_armed_fault_strikes_in_the_next_delivery_alone(self, player: Player) -> None:
        player.arm(named("crash-after"), "store.commit #1")
        player.perform(YES)
        exchange, strike = player.trace.happenings[-2:]
        assert isinstance(exchange, Exchange)
        assert (exchange.answer.is_missing, exchange.interrupted) == (True, True)
        assert isinstance(strike, Strike)
        assert (strike.fault, strike.after_turn, strike.point) == (
            *("crash-after", 3),
            "store.commit #1",
        )
        assert (strike.fired, strike.is_unsettled) == (True, True)
        again = player.resend(3)
        assert (again.turn, again.answer.step, again.interrupted) == (3, "complete", False)
        assert len(player.trace.strikes) == 1

    def test_a_service_that_does_not_come_to_the_call_is_not_struck(self, player: Player) -> None:
        player.arm(named("model-500"), "model.complete #1")
        player.perform(YES)
        strike = _last_strike(player)
        assert not player.last().interrupted
        assert (strike.fired, strike.evidence) == (
            False,
            "the service did not come to model.complete #1",
        )

    def test_a_session_that_expires_while_the_service_waits_is_no_proof(self) -> None:
        player = Player(ReferenceTarget())
        player.begin(Arrangement(session_expiry=timedelta(minutes=1)))
        player.play((*SUMMARY, Pause(timedelta(seconds=55))))
        player.arm(named("store-timeout"), "store.commit #1")
        player.perform(YES)
        strike = _last_strike(player)
        assert (strike.fired, strike.evidence) == (
            False,
            "the session expired while the service was waiting",
        )
        player.target.close()

    def test_a_session_that_may_have_expired_while_the_service_waits_is_no_proof(self) -> None:
        """Its life counts from before a slow turn, or from behind it."""
        player = Player(ReferenceTarget())
        player.begin(Arrangement())
        player.arm(named("slow-store"), "store.commit #1")
        player.perform(SUMMARY[0])
        assert player.strike(named("before-expiry"), THE_CUSTOMER).fired
        player.arm(named("store-timeout"), "store.load #1")
        player.perform(SUMMARY[1])
        strike = _last_strike(player)
        assert (strike.fired, strike.evidence) == (
            False,
            "the session expired while the service was waiting",
        )
        player.target.close()

    def test_deadlines_may_count_from_a_try_that_got_an_error(self) -> None:
        """The server committed, and a repeated message that is answered from the record does not
        begin a life anew."""
        player = Player(ReferenceTarget())
        player.begin(Arrangement())
        began = player.now
        player.arm(named("store-error-after"), "store.commit #1")
        player.perform(SUMMARY[0])
        player.arm(named("store-timeout"), "store.load_opened_by #1")
        player.resend(1)
        player.resend(1)
        assert player.now > began
        assert player.strike(named("before-expiry"), THE_CUSTOMER).fired
        assert player.now - began == timedelta(hours=24) - timedelta.resolution
        assert player.perform(SUMMARY[1]).answer.served_from == "store"
        player.target.close()

    def test_no_time_jumps_to_where_the_customers_own_session_may_be_over(self) -> None:
        player = Player(ReferenceTarget())
        player.begin(Arrangement())
        player.perform(SUMMARY[0])
        player.strike(named("before-expiry"), THE_CUSTOMER)
        player.arm(named("store-error"), "store.load #1")
        player.perform(SUMMARY[1])
        player.give_up(THE_CUSTOMER)
        strike = player.strike(named("idle-timeout"), THE_CUSTOMER)
        assert (strike.fired, strike.evidence) == (
            False,
            "the customer's session may have expired by then, or not",
        )
        player.target.close()

    def test_memory_may_have_a_session_or_not_after_an_error_inside_its_turn(
        self, player: Player
    ) -> None:
        player.arm(named("store-error"), "store.commit #1")
        player.perform(YES)
        assert player.last().answer.status == 503
        assert player.life(THE_CUSTOMER) is Life.UNKNOWN

    def test_memory_is_gone_after_a_crash_inside_a_turn(self, player: Player) -> None:
        player.arm(named("crash-before"), "store.commit #1")
        player.perform(YES)
        assert player.life(THE_CUSTOMER) is Life.LOST

    def test_a_message_that_was_not_answered_can_be_left_alone(self, player: Player) -> None:
        player.arm(named("crash-before"), "store.commit #1")
        player.perform(YES)
        strike = player.give_up(THE_CUSTOMER)
        assert (strike.fault, strike.fired, strike.is_unsettled) == (NO_RETRY, True, False)
        player.perform(Say(THE_CUSTOMER, "What are your opening hours?"))
        assert player.turn == 4
        assert player.last().seen.effects["order"] == ()

    def test_the_network_repeats_no_message_that_was_not_answered(self, player: Player) -> None:
        player.arm(named("crash-before"), "store.commit #1")
        player.perform(YES)
        strike = player.strike(named("duplicate"), THE_CUSTOMER)
        assert (strike.fired, strike.evidence) == (
            False,
            "the last message was not answered, and is to be sent again first",
        )

    def test_a_turn_that_is_left_out_has_its_number(self, player: Player) -> None:
        player.number_next(4)
        player.perform(YES)
        assert sorted(player.trace.turns) == [1, 2, 4]

    def test_a_scenario_can_interrupt_a_turn_and_its_repetition(self, player: Player) -> None:
        player.play((Interrupt("crash-before", "store.commit #1", 3), YES))
        player.play((Interrupt("crash-after", "store.commit #1", 3), Resend(THE_CUSTOMER)))
        assert player.last().answer.is_missing
        player.perform(Resend(THE_CUSTOMER))
        assert [strike.fault for strike in player.trace.strikes] == ["crash-before", "crash-after"]
        assert player.last().answer.step == "complete"
        assert len(player.last().seen.effects["order"]) == 1

    def test_a_message_that_was_answered_is_not_sent_again_where_that_is_asked(
        self, player: Player
    ) -> None:
        again = Resend(THE_CUSTOMER, unless_answered=True)
        player.perform(YES)
        assert player.perform(again) is None
        player.play((Interrupt("store-error", "store.commit #1", 4), YES))
        sent_again = player.perform(again)
        assert isinstance(sent_again, Exchange)
        assert not sent_again.answer.is_error

    def test_going_back_without_a_snapshot_takes_every_step_again(self, player: Player) -> None:
        player.arm(named("crash-before"), "store.commit #1")
        player.perform(YES)
        player.give_up(THE_CUSTOMER)
        player.number_next(5)
        player.play((Interrupt("store-error", "store.commit #1", 5), YES, Resend(THE_CUSTOMER)))
        here, trace = replace(player.checkpoint(), snapshot=None), player.trace
        player.play((YES, YES))
        player.go_back(here)
        assert player.trace == trace
        assert player.checkpoint().standing == here.standing

    @pytest.mark.parametrize("turn", [0, 1, 2, 4])
    def test_another_turn_than_the_next_one_is_refused(self, player: Player, turn: int) -> None:
        with pytest.raises(ScenarioError, match=rf"the next turn is 3, not {turn}; put the step"):
            player.perform(Interrupt("crash-after", "store.commit #1", turn))

    def test_a_second_fault_in_one_delivery_is_refused(self, player: Player) -> None:
        player.perform(Interrupt("store-error", "store.commit #1", 3))
        told = r"the fault 'store-error' is to strike inside the same delivery at store\.commit #1,"
        with pytest.raises(ScenarioError, match=told):
            player.perform(Interrupt("crash-after", "store.commit #1", 3))

    @pytest.mark.parametrize("point", ["", " "])
    def test_a_fault_at_no_call_is_refused(self, player: Player, point: str) -> None:
        with pytest.raises(ScenarioError, match=r"at no call; name one, such as .store\.commit #1"):
            player.perform(Interrupt("crash-after", point, 3))

    def test_a_fault_between_turns_is_refused(self, player: Player) -> None:
        with pytest.raises(ScenarioError, match="the fault 'crash' does not strike inside a turn"):
            player.perform(Interrupt("crash", "store.commit #1", 3))

    def test_a_target_that_shows_no_calls_is_refused(self, play: Callable[..., Player]) -> None:
        with pytest.raises(ScenarioError, match="cannot do points inside a turn, which the fault"):
            play(Interrupt("crash-after", "store.commit #1", 1))

    def test_between_turns_a_fault_inside_them_does_nothing(self, player: Player) -> None:
        strike = player.strike(named("crash-after"), THE_CUSTOMER)
        assert (strike.fired, strike.evidence) == (
            False,
            "it strikes inside a turn, at a call that the service makes",
        )


class TestTheStage:
    """What faults do to customers and to the service, and how they prove it."""

    def test_a_reload_empties_the_page_in_front(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Break("reload"))
        assert player.customer(THE_CUSTOMER).browser.page_session_id is None
        assert player.customer(THE_CUSTOMER).browser.cookies

    def test_a_page_that_remembers_nothing_cannot_forget(self, play: Callable[..., Player]) -> None:
        strike = _last_strike(play(HELLO, Break("reload"), Break("reload")))
        assert (strike.fired, strike.evidence) == (False, "the page had nothing to forget")

    def test_a_new_tab_shares_the_cookies(self, play: Callable[..., Player]) -> None:
        browser = play(HELLO, Break("new-tab")).customer(THE_CUSTOMER).browser
        assert (browser.tab, browser.pages) == (2, ("session-0-1", None))
        assert browser.cookies

    def test_lost_cookies_are_gone_and_the_page_remembers(
        self, play: Callable[..., Player]
    ) -> None:
        browser = play(HELLO, Break("lost-cookies")).customer(THE_CUSTOMER).browser
        assert not browser.cookies
        assert browser.page_session_id == "session-0-1"

    def test_an_empty_jar_cannot_be_emptied(self, play: Callable[..., Player]) -> None:
        strike = _last_strike(play(HELLO, Break("lost-cookies"), Break("lost-cookies")))
        assert (strike.fired, strike.evidence) == (False, "the cookie jar was empty")

    def test_a_repeated_message_is_the_same_delivery(self, toy: Toy) -> None:
        target = toy()
        player, recorder = Player(target), Recorder(target)
        player.begin(Arrangement())
        player.play((HELLO, Say(THE_CUSTOMER, "Hari"), Break("duplicate")))
        assert recorder.deliveries[-1] == recorder.deliveries[-2]
        repeated = player.last()
        assert (repeated.repeats, repeated.turn) == (True, 2)
        assert player.turn == 2

    def test_nobody_reads_the_answer_to_a_repeated_message(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, Break("duplicate"))
        assert player.last().answer.session_id == "session-0-2"
        assert player.customer(THE_CUSTOMER).browser.page_session_id == "session-0-1"

    def test_a_cleared_chat_is_announced_and_over(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Break("clear-chat"))
        strike = _last_strike(player)
        assert (strike.fired, strike.announced) == (True, True)
        assert player.life(THE_CUSTOMER) is Life.ENDED
        assert player.customer(THE_CUSTOMER).browser.page_session_id is None

    def test_a_chat_that_could_not_be_cleared_is_not_cleared(self, toy: Toy) -> None:
        target = toy()
        player = Player(target)
        player.begin(Arrangement())
        player.perform(HELLO)
        target.clear = lambda _: Answer(503, "later")
        strike = player.strike(named("clear-chat"), THE_CUSTOMER)
        assert (strike.fired, strike.announced) == (False, False)
        assert strike.evidence == "clearing the chat was answered with status 503"
        assert player.life(THE_CUSTOMER) is Life.HELD

    @pytest.mark.parametrize(
        ("fault", "silence"),
        [
            ("before-idle-timeout", timedelta(minutes=30) - timedelta.resolution),
            ("idle-timeout", timedelta(minutes=30)),
            ("after-idle-timeout", timedelta(minutes=30) + timedelta.resolution),
            ("before-expiry", timedelta(hours=24) - timedelta.resolution),
            ("expiry", timedelta(hours=24)),
            ("after-expiry", timedelta(hours=24) + timedelta.resolution),
        ],
    )
    def test_time_jumps_to_the_deadline_of_the_customers_last_turn(
        self, play: Callable[..., Player], fault: str, silence: timedelta
    ) -> None:
        player = play(HELLO, Pause(timedelta(minutes=10)), Say("Hari", "hi"), Break(fault))
        assert player.now - player.trace.turns[1].at == silence
        assert _last_strike(player).fired

    @pytest.mark.parametrize(
        ("faults", "evidence"),
        [
            (("expiry", "expiry"), "the customer's session has no expiry ahead"),
            (("clear-chat", "idle-timeout"), "the customer's session has no idle timeout ahead"),
            (("idle-timeout", "idle-timeout"), "the idle timeout had passed already"),
            (("idle-timeout", "before-idle-timeout"), "the idle timeout had passed already"),
        ],
    )
    def test_a_deadline_is_reached_once(
        self, play: Callable[..., Player], faults: tuple[str, ...], evidence: str
    ) -> None:
        strike = _last_strike(play(HELLO, *map(Break, faults)))
        assert (strike.fired, strike.evidence) == (False, evidence)

    def test_time_that_was_not_seen_to_pass_did_not(self, play: Callable[..., Player]) -> None:
        strike = _last_strike(play(HELLO, Break("expiry"), variants=("frozen",)))
        assert strike.evidence == "the target's time was not seen to pass"
        assert not strike.fired

    def test_a_crash_that_was_not_seen_did_not_take_place(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, Break("crash"), variants=("never-crashes",))
        strike = _last_strike(player)
        assert (strike.fired, strike.evidence) == (False, "no crash was seen to take place")
        assert player.life(THE_CUSTOMER) is Life.HELD

    def test_a_session_that_left_memory_cannot_be_evicted(
        self, play: Callable[..., Player]
    ) -> None:
        assert not _last_strike(play(HELLO, Break("crash"), Break("eviction"))).fired

    def test_a_strike_shows_what_the_service_holds_of_its_victim(
        self, play: Callable[..., Player]
    ) -> None:
        strike = _last_strike(play(HELLO, Break("crash")))
        assert strike.seen.kept == {"step": "contact", "history": ["hello"]}


class TestTheLifeOfASession:
    """How it stands when a message is delivered, as far as can be known from outside."""

    @pytest.mark.parametrize(
        ("between", "life"),
        [
            ((), Life.HELD),
            ((Break("reload"),), Life.HELD),
            ((Break("new-tab"),), Life.HELD),
            ((Break("duplicate"),), Life.HELD),
            ((Break("before-idle-timeout"),), Life.HELD),
            ((Break("restart"),), Life.LOST),
            ((Break("crash"),), Life.LOST),
            ((Break("deploy"),), Life.LOST),
            ((Break("eviction"),), Life.LOST),
            ((Break("memory-pressure"),), Life.LOST),
            ((Break("idle-timeout"),), Life.UNKNOWN),
            ((Break("after-idle-timeout"),), Life.LOST),
            ((Break("before-expiry"),), Life.LOST),
            ((Break("failover"),), Life.LOST),
            ((Break("failover"), Break("failover")), Life.UNKNOWN),
            ((Break("failover"), Break("crash")), Life.LOST),
            ((Break("crash"), Break("duplicate")), Life.UNKNOWN),
            ((Break("idle-timeout"), Break("duplicate")), Life.UNKNOWN),
            ((Break("crash"), Break("duplicate"), Break("crash")), Life.LOST),
            ((Break("idle-timeout"), Break("duplicate"), Break("crash")), Life.LOST),
            ((Break("eviction", "Hari"),), Life.HELD),
            ((Break("memory-pressure", "Hari"),), Life.UNKNOWN),
            ((Break("lost-cookies", "Hari"),), Life.HELD),
            ((Break("expiry"),), Life.EXPIRED),
            ((Break("after-expiry"),), Life.EXPIRED),
            ((Break("expiry", "Hari"),), Life.EXPIRED),
            ((Pause(timedelta(hours=24)),), Life.EXPIRED),
            ((Break("before-expiry"), Pause(timedelta.resolution)), Life.EXPIRED),
            ((Break("clear-chat"),), Life.ENDED),
            ((Break("lost-cookies"),), Life.ENDED),
            ((Break("lost-cookies"), Break("crash")), Life.ENDED),
            ((Break("clear-chat"), Break("duplicate")), Life.ENDED),
        ],
        ids=lambda value: "-then-".join(map(_short, value)) if isinstance(value, tuple) else None,
    )
    def test_it_follows_from_what_happened(
        self, play: Callable[..., Player], between: Script, life: Life
    ) -> None:
        player = play(Say("Hari", "hi"), HELLO, *between)
        assert all(strike.fired for strike in player.trace.strikes)
        assert player.life(THE_CUSTOMER) is life
        exchange = player.perform(HELLO)
        assert isinstance(exchange, Exchange)
        assert exchange.life is life
        assert player.life(THE_CUSTOMER) is Life.HELD

    def test_another_customer_who_presents_it_may_bring_it_back_into_memory(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, Break("crash"), Impersonate("Hari", THE_CUSTOMER), Say("Hari", "hi"))
        assert player.life(THE_CUSTOMER) is Life.UNKNOWN

    def test_a_message_of_another_customer_leaves_it_as_it_stands(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(Say("Hari", "hi"), HELLO, Break("crash"), Say("Hari", "hi"))
        assert player.life(THE_CUSTOMER) is Life.LOST

    def test_a_repeated_message_of_another_customer_may_push_it_out_of_memory(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(Say("Hari", "hi"), HELLO, Break("duplicate", "Hari"))
        assert player.life(THE_CUSTOMER) is Life.UNKNOWN

    def test_no_message_of_an_expired_session_is_repeated(
        self, play: Callable[..., Player]
    ) -> None:
        strike = _last_strike(play(HELLO, Break("expiry"), Break("duplicate")))
        assert not strike.fired
        assert strike.evidence.startswith("the session expired")

    def test_a_service_that_takes_its_time_counts_from_a_moment_in_it(self, toy: Toy) -> None:
        target = toy()
        deliver = target.deliver

        def slow(delivery: Delivery) -> Answer:
            target.advance(timedelta(seconds=10))
            return deliver(delivery)

        target.deliver = slow
        player = Player(target)
        player.begin(Arrangement())
        player.play((HELLO, Break("before-idle-timeout")))
        assert player.life(THE_CUSTOMER) is Life.HELD
        player.perform(Pause(timedelta.resolution))
        assert player.life(THE_CUSTOMER) is Life.UNKNOWN
        player.perform(Break("after-idle-timeout"))
        assert player.life(THE_CUSTOMER) is Life.LOST

    def test_who_has_not_written_has_none(self, play: Callable[..., Player]) -> None:
        player = play(Say("Hari", "hi"), Break("crash"), Break("new-tab"))
        assert player.life(THE_CUSTOMER) is Life.NONE

    def test_a_session_without_end_never_ends(self, toy: Toy) -> None:
        target = toy()
        endless = type(target.lifetimes())()
        target.lifetimes = lambda: endless
        player = Player(target)
        player.begin(Arrangement())
        player.play((HELLO, Pause(timedelta(days=4000))))
        assert player.life(THE_CUSTOMER) is Life.HELD
        assert not player.strike(named("expiry"), THE_CUSTOMER).fired


class TestGoingBack:
    """A place in a play is reached again, with a snapshot or without one."""

    @SNAPSHOTS
    def test_the_play_goes_on_as_it_would_have(
        self, play: Callable[..., Player], variants: tuple[str, ...]
    ) -> None:
        player = play(HELLO, Break("new-tab"), Say("Hari", "hi"), variants=(*variants, "cold"))
        player.strike(named("crash"), THE_CUSTOMER)
        player.perform(Say(THE_CUSTOMER, "9876543210"))
        player.resend(3)
        player.replace_customer("Hari")
        here = player.checkpoint()
        rest = (Say("Hari", "again"), Pause(timedelta(hours=1)), Say(THE_CUSTOMER, "yes"))
        player.play(rest)
        first = player.trace
        for _ in range(2):
            player.go_back(here)
            assert player.checkpoint().standing == here.standing
            player.play(rest)
            assert player.trace == first

    def test_a_snapshot_saves_executions(self, play: Callable[..., Player]) -> None:
        counts = []
        for variants in ((), ("no-snapshot",)):
            player = play(HELLO, HELLO, variants=variants)
            player.go_back(player.checkpoint())
            counts.append(player.executions)
        assert counts == [2, 4]

    def test_without_the_capability_no_snapshot_is_asked_for(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, variants=("no-snapshot",))
        assert Capability.SNAPSHOT not in player.target.capabilities
        assert player.checkpoint().snapshot is None

    def test_beginning_again_forgets_everything(self, play: Callable[..., Player]) -> None:
        player = play(HELLO, Break("failover"))
        first = player.trace.exchanges
        player.begin(Arrangement())
        assert player.trace.happenings == player.script == ()
        player.perform(HELLO)
        assert player.trace.exchanges == first

    def test_another_seed_makes_other_identifiers(self, toy: Toy) -> None:
        ids = []
        for seed in (0, 1):
            player = Player(toy(), seed)
            player.begin(Arrangement())
            exchange = player.perform(HELLO)
            assert isinstance(exchange, Exchange)
            ids.append((exchange.message_id, exchange.answer.session_id))
        assert ids[0][0] != ids[1][0]
        assert ids[0][1] != ids[1][1]

    def test_somebody_new_has_as_many_tabs_and_nothing_in_them(
        self, play: Callable[..., Player]
    ) -> None:
        player = play(HELLO, Break("new-tab"), HELLO)
        player.replace_customer(THE_CUSTOMER)
        browser = player.customer(THE_CUSTOMER).browser
        assert (browser.pages, browser.tab, dict(browser.cookies)) == ((None, None), 2, {})
        assert player.life(THE_CUSTOMER) is Life.NONE

    def test_whoever_presents_a_foreign_session_may_have_brought_it_back_into_memory(
        self, play: Callable[..., Player]
    ) -> None:
        script = (
            Say("Hari", "hello"),
            Say("Priya", "hello"),
            Pause(timedelta(minutes=29)),
            Impersonate("Priya", "Hari"),
            Say("Priya", "yes"),
            Pause(timedelta(minutes=2)),
        )
        assert play(*script).life("Hari") is Life.UNKNOWN
        alone = tuple(action for action in script if not isinstance(action, Impersonate))
        assert play(*alone).life("Hari") is Life.LOST


def _last_strike(player: Player) -> Strike:
    return player.trace.strikes[-1]


def _short(action: object) -> str:
    match action:
        case Break():
            return action.fault + ("" if action.customer == THE_CUSTOMER else "-of-another")
        case Pause():
            return str(action.duration)
    return str(action)


def test_who_asks_for_the_conversation_makes_no_turn() -> None:
    target = ReferenceTarget()
    player = Player(target)
    player.begin(Arrangement())
    player.play((HELLO, Read(THE_CUSTOMER), Impersonate("Mallory", THE_CUSTOMER), Read("Mallory")))
    own, foreign = player.trace.exchanges[1:]
    assert (own.turn, own.repeats, own.answer.status) == (0, True, 200)
    assert own.answer.text.startswith(HELLO.text)
    assert foreign.answer.status == 404
    assert player.turn == 1
    target.close()


def test_a_target_that_cannot_be_asked_for_a_conversation_says_so(toy: Toy) -> None:
    player = Player(toy())
    player.begin(Arrangement())
    with pytest.raises(ScenarioError, match="cannot be asked for a conversation"):
        player.perform(Read(THE_CUSTOMER))
