"""A message without an answer that nobody sends again was taken or not, or is taken later."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import cast

import pytest

from coolwind.effects import Order
from coolwind.errors import Conflict
from coolwind.resumption import Resumed
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.campaign.campaign import Explored, Options, as_written, explore
from simulators.conversation import THE_CUSTOMER, Interrupt, Resend
from simulators.explorer.replaying import Example, Replayer
from simulators.faults.catalogue import select
from simulators.laws.judge import Judged
from simulators.plan import Placed
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement
from tests.defects.conversations import ASIDE, ORDER_AND_QUESTION
from tests.defects.plain_service import PlainService, Turn


class Journal(InMemoryStore):
    """Can note what is to be stored of a session."""

    def __init__(self) -> None:
        super().__init__()
        self._noted: dict[str, Commit] = {}

    async def note(self, commit: Commit) -> None:
        """Note it."""
        self._noted[commit.session.session_id] = commit

    async def noted(self, session_id: str) -> Commit | None:
        """What is still to be stored, or was stored last."""
        return self._noted.get(session_id)


class WritesAhead(PlainService):
    """Notes what a turn changes, and then stores that; the next message of the session sees to it
    where nobody could."""

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        noted = await cast(Journal, self.parts.store).noted(session_id)
        if noted is not None:
            with suppress(Conflict):
                await self.parts.store.commit(noted)
        found = await super().find(session_id, now)
        if found is not None and noted is not None and found.session != noted.session:
            self.parts.memory.drop(session_id)
            return await super().find(session_id, now)
        return found

    async def save(self, turn: Turn) -> None:
        commit = Commit(turn.after, turn.effects)
        if turn.before.version:
            await cast(Journal, self.parts.store).note(commit)
        await self.parts.store.commit(commit)


class WritesAheadTwice(WritesAhead):
    """Places an order that was noted, and not yet stored, once more under a number of its own."""

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        noted = await cast(Journal, self.parts.store).noted(session_id)
        stored = await self.parts.store.load(session_id)
        found = await super().find(session_id, now)
        if noted is None or stored is None or found is None:
            return found
        if stored.version < noted.session.version and noted.effects:
            number = (await self.shelf(now.date())).order_number
            again = [
                replace(effect, number=number)
                for effect in noted.effects
                if isinstance(effect, Order)
            ]
            session = replace(found.session, version=found.session.version + 1)
            await self.parts.store.commit(Commit(session, tuple(again)))
            return replace(found, session=session)
        return found


def found_of(service: type[PlainService]) -> Explored:
    target = ReferenceTarget("ahead", build=service, store=Journal)
    try:
        faults = tuple(select("crash-after,store-error-after", target.capabilities))
        name, script = ORDER_AND_QUESTION.name, ORDER_AND_QUESTION.script
        return explore(name, script, ORDER_AND_QUESTION.arrangement, target, Options(0, 1, faults))
    finally:
        target.close()


def test_a_turn_may_be_made_when_the_next_message_comes() -> None:
    assert found_of(WritesAhead).findings == ()
    assert found_of(WritesAhead).exploration.verdict == "pass"


def test_a_turn_that_is_made_twice_then_is_a_finding() -> None:
    first, *_ = found_of(WritesAheadTwice).findings
    assert (first.law, first.outcome) == ("Effect", "duplicated-effect")


@pytest.mark.parametrize(
    ("fault", "point"),
    [
        ("store-timeout", "store.commit #1"),
        ("concurrent-turn", "arrival"),
        ("concurrent-clear", "store.commit #1"),
        ("concurrent-crash-unsent", "store.shelf #1 then store.commit #1"),
    ],
)
def test_what_is_legal_of_a_message_begins_behind_what_was_sent_again_before(
    fault: str, point: str
) -> None:
    first, *others = ORDER_AND_QUESTION.script
    again = Resend(THE_CUSTOMER)
    at_first = Interrupt("crash-before", "store.load_opened_by #1", 1)
    script = (at_first, first, again, Interrupt(fault, point, 2), *others)
    judged = as_written(script, Arrangement(), ReferenceTarget(), 0)
    assert judged is not None
    assert judged.breaches == ()


FIRST, QUESTION, CONTACT, CONFIRMATION = ASIDE.script
CONTACT_TWICE = (FIRST, CONTACT, QUESTION, CONTACT, CONFIRMATION)


def test_two_messages_that_overlap_go_on_from_what_became_of_one_that_was_left_alone() -> None:
    left_alone = Placed(2, "crash-before", point="store.shelf #1", is_given_up=True)
    overlapping = Placed(4, "concurrent-turn", point="arrival")
    replayer = Replayer(ReferenceTarget(), Arrangement(), 0)
    judged = replayer.replay(Example(CONTACT_TWICE, (left_alone, overlapping)))
    assert isinstance(judged, Judged)
    assert judged.breaches == ()


def test_what_is_known_not_to_have_become_of_a_message_tells_no_states_apart() -> None:
    target = ReferenceTarget()
    faults = tuple(select("crash-before,concurrent-turn", target.capabilities))
    options = Options(0, 2, faults)
    found = explore("Twice", CONTACT_TWICE, Arrangement(), target, options).exploration
    assert (found.verdict, found.plans, found.states) == ("pass", 186, 48)
