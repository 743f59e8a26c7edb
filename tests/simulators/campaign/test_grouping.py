"""One cause is one finding, whichever field shows it first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from coolwind.errors import Conflict, StoreUnavailable
from coolwind.messages import Answer, Message, Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from simulators.campaign.campaign import Explored, Options, explore
from simulators.campaign.grouping import sign_of
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.faults.catalogue import named
from simulators.laws import Breach
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, Trace
from tests.defects.plain_service import Move, PlainService, Turn

Make = Callable[..., Exchange]

ORDER: Script = tuple(
    Say(THE_CUSTOMER, text)
    for text in ("I need 11 remote controls", "Hari, 9876543210, hari@example.com", "yes")
)


class SwallowsSaveErrors(PlainService):
    """Goes on in memory where the store has not taken a turn."""

    async def save(self, turn: Turn) -> None:
        try:
            await super().save(turn)
        except StoreUnavailable:
            return


class TriesAgainWithoutTheOrder(PlainService):
    """Takes a turn again that lost against another one, and leaves out what it sets off."""

    has_lost = False

    async def save(self, turn: Turn) -> None:
        if self.has_lost:
            turn = replace(turn, effects=())
        try:
            await super().save(turn)
        except Conflict:
            self.has_lost = True
            raise


class SharesTheSessionAtHand(PlainService):
    """Keeps whose message is at hand in an attribute, across a look at the stock."""

    current: str | None = None

    async def resume(self, message: Message, now: datetime) -> Resumed:
        self.current = message.session_id
        await self.parts.store.shelf(now.date())
        found = None if self.current == message.session_id else self.current
        session = None if found is None else await self.find(found, now)
        return session or await super().resume(message, now)


class SharesTheTextAtHand(PlainService):
    """Keeps the text that is at hand in an attribute, across a look into the store."""

    text = ""

    async def take_turn(self, message: Message) -> Answer:
        self.text = message.text
        return await super().take_turn(message)

    async def advance(self, resumed: Resumed, text: str) -> Move:
        del text
        return await super().advance(resumed, self.text)


class KeepsTheLastExchange(PlainService):
    """Restores a session with its last exchange alone."""

    def restored(self, session: Session) -> Session:
        return replace(session, history=session.history[-2:])


class ForgetsFlowsItCouldNotLookUp(PlainService):
    """Remembers a restored session without its flows where its turn came to nothing."""

    async def advance(self, resumed: Resumed, text: str) -> Move:
        try:
            return await super().advance(resumed, text)
        except StoreUnavailable:
            if resumed.tier is Tier.STORE:
                bare = replace(resumed.session, states={})
                self.remember(replace(resumed, session=bare), self.parts.clock.now())
            raise


class ForgetsHistoryItCouldNotSave(ForgetsFlowsItCouldNotLookUp):
    """Remembers a restored session without its history, too, where it is not saved."""

    async def save(self, turn: Turn) -> None:
        try:
            await super().save(turn)
        except StoreUnavailable:
            if self.restored_for == turn.after.session_id:
                bare = replace(turn.before, history=())
                self.parts.memory.put(bare, self.parts.clock.now())
            raise

    restored_for = ""

    async def resume(self, message: Message, now: datetime) -> Resumed:
        resumed = await super().resume(message, now)
        is_restored = resumed.tier is Tier.STORE
        self.restored_for = resumed.session.session_id if is_restored else ""
        return resumed


def explored(build: type[PlainService], script: Script, *faults: str, depth: int = 1) -> Explored:
    target = ReferenceTarget("grouped", build)
    options = Options(0, depth, tuple(map(named, faults)))
    try:
        return explore("An order", script, Arrangement(), target, options)
    finally:
        target.close()


def test_an_error_that_is_swallowed_in_each_turn_is_one_finding() -> None:
    (finding,) = explored(SwallowsSaveErrors, ORDER, "store-error").findings
    assert finding.plan == "store-error at store.commit #1 in turn 1"
    assert finding.sentence.endswith(" It shows in bulk_order.contact.email and order, too.")
    assert finding.plans == 3


def test_one_cause_is_told_by_the_fewest_faults_that_show_it() -> None:
    """Two failovers do what one double click does, and nothing overlaps then."""
    found = explored(TriesAgainWithoutTheOrder, ORDER, "double-click", "failover", depth=2)
    (finding,) = found.findings
    assert (finding.law, finding.outcome) == ("Effect", "interleaved")
    assert finding.plan == "double-click at store.commit #1 in turn 1"


def test_two_messages_in_one_order_are_one_finding_whoever_writes() -> None:
    texts = ("I need 11 remote controls", "I need 12 remote controls")
    contacts = ("Hari, 9876543210, hari@example.com", "Priya, 9876543211, priya@example.com")
    script = tuple(
        Say(name, text)
        for both in (texts, contacts)
        for name, text in zip(("Hari", "Priya"), both, strict=True)
    )
    found = explored(SharesTheSessionAtHand, script, "concurrent-crash").findings
    plans = [finding.plan for finding in found]
    assert len(plans) == len(set(plans))
    assert [(one.law, one.outcome) for one in found] == [
        ("Data", "interleaved"),
        ("Isolation", "leaked"),
    ]


def test_an_attribute_that_two_messages_share_is_one_finding() -> None:
    question = Say(THE_CUSTOMER, "What are your opening hours?")
    script = (*ORDER[:2], question, ORDER[2])
    found = explored(SharesTheTextAtHand, script, "eviction", "concurrent-turn", depth=2).findings
    (finding,) = found
    assert finding.plan == "eviction after turn 1, concurrent-turn at store.load #1 in turn 2"
    assert finding.sentence.endswith(" It shows in history, text and order, too.")


def test_two_messages_are_held_against_the_order_that_they_came_in() -> None:
    """What is lost by either order is no other step than the one that the other order leads to."""
    question = Say(THE_CUSTOMER, "What are your opening hours?")
    script = (*ORDER[:2], question, ORDER[2])
    found = explored(KeepsTheLastExchange, script, "eviction", "concurrent-turn").findings
    assert [(one.law, one.field) for one in found] == [("Data", "history")]


def test_a_fault_between_two_turns_and_one_at_a_call_are_one_finding_in_each_turn() -> None:
    found = explored(ForgetsFlowsItCouldNotLookUp, ORDER, "eviction", "store-error", depth=2)
    (finding,) = found.findings
    assert finding.plan == "eviction after turn 1, store-error at store.shelf #1 in turn 2"
    assert finding.sentence.endswith(" It shows in order, too.")


def test_with_the_same_fault_between_two_turns_another_call_is_another_finding() -> None:
    found = explored(ForgetsHistoryItCouldNotSave, ORDER, "eviction", "store-error", depth=2)
    assert [(one.field, one.plan) for one in found.findings] == [
        ("flow", "eviction after turn 1, store-error at store.shelf #1 in turn 2"),
        ("history", "eviction after turn 1, store-error at store.commit #1 in turn 2"),
    ]


class TestTheSign:
    """What has no sign, or another one, is told by itself."""

    @staticmethod
    def judged(
        exchange: Make,
        *plan: Placed,
        law: str = "Data",
        flow: str | None = "bulk_order",
    ) -> Judged:
        breach = Breach(law, 1, THE_CUSTOMER, "name", "Hari", "nothing")
        turns = {number: exchange(number, flow=flow) for number in (1, 2)}
        trace, lost = Trace(tuple(turns.values())), Outcome.LOST_TURN
        return Judged(plan, trace, turns, (breach,), lost, trace, lost)

    def sign(
        self, exchange: Make, *plan: Placed, outcome: Outcome = Outcome.LOST_TURN, **told: Any
    ) -> object:
        return sign_of(self.judged(exchange, *plan, **told), outcome)

    def test_turn_field_and_law_make_no_difference(self, exchange: Make) -> None:
        one = self.sign(exchange, Placed(1, "store-error", point="store.commit #1"))
        other = Placed(2, "store-error", point="store.commit #1")
        assert one is not None
        assert self.sign(exchange, other, law="Effect") == one

    @pytest.mark.parametrize(
        ("fault", "point", "told"),
        [
            ("store-error-after", "store.commit #1", {}),
            ("store-error", "store.commit #2", {}),
            ("store-error", "store.commit #1", {"flow": "callback"}),
            ("store-error", "store.commit #1", {"outcome": Outcome.DUPLICATED_EFFECT}),
            ("store-error", "store.commit #1", {"law": "Isolation"}),
        ],
    )
    def test_another_place_or_outcome_is_another_cause(
        self, exchange: Make, fault: str, point: str, told: dict[str, Any]
    ) -> None:
        one = self.sign(exchange, Placed(1, "store-error", point="store.commit #1"))
        assert self.sign(exchange, Placed(1, fault, point=point), **told) != one

    def test_it_is_all_the_same_which_of_two_messages_comes_between_the_calls_of_the_other(
        self, exchange: Make
    ) -> None:
        one, other, third = (
            self.sign(exchange, Placed(turn, "eviction"), Placed(turn, "concurrent-turn", point=at))
            for turn, at in (
                (1, "store.load #1"),
                (2, "arrival then store.load #1"),
                (1, "store.load #1 then store.commit #1"),
            )
        )
        assert one is not None
        assert one == other != third

    @pytest.mark.parametrize(
        ("before", "point", "is_same"),
        [
            ("eviction", "store.shelf #1", True),
            ("restart", "store.shelf #1", False),
            ("eviction", "store.commit #1", False),
        ],
    )
    def test_a_fault_between_two_turns_is_known_by_what_it_needs_at_a_call(
        self, exchange: Make, before: str, point: str, is_same: bool
    ) -> None:
        one, other = (
            self.sign(exchange, Placed(turn - 1, fault), Placed(turn, "store-error", point=at))
            for turn, fault, at in ((1, "eviction", "store.shelf #1"), (2, before, point))
        )
        assert one is not None
        assert (one == other) is is_same

    def test_a_death_is_of_its_order(self, exchange: Make) -> None:
        one, other = (
            self.sign(exchange, Placed(1, "concurrent-crash", point=at))
            for at in ("arrival then store.commit #1", "store.commit #1")
        )
        assert one != other

    @pytest.mark.parametrize(
        "plan", [(), (Placed(1, "restart"),), (Placed(1, "restart"), Placed(2, "crash"))]
    )
    def test_faults_between_two_turns_have_none(
        self, exchange: Make, plan: tuple[Placed, ...]
    ) -> None:
        assert self.sign(exchange, *plan) is None
