"""The harness is broken in one place after the other, and each time a check turns red.

A check is a small exploration of which it is known what it finds. A mutant takes something away
from the harness: a crash point, a part of the fingerprint, a law, a fault, a restore.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from coolwind.messages import Tier
from simulators.campaign.campaign import Options, explore
from simulators.conversation import Browser
from simulators.explorer import state
from simulators.explorer.explorer import Explorer
from simulators.explorer.orders import Orders
from simulators.explorer.tally import Tally
from simulators.faults.catalogue import select
from simulators.faults.fault import Fault, Fired
from simulators.laws import LAWS, judge
from simulators.player.player import Player
from simulators.player.stage import TargetStage
from simulators.player.standing import Customer
from simulators.targets.interruption import Calls
from simulators.targets.overlap import Order
from simulators.targets.reference import ReferenceTarget
from simulators.targets.reference.description import Describer
from simulators.targets.reference.nodes import Nodes
from simulators.targets.reference.world import Snapshot, World
from simulators.targets.target import Arrangement, Delivery, Target
from simulators.trace import Answer
from tests.defects.conversations import BULK_ORDER, PAUSES, SUMMARY, Conversation
from tests.defects.correct import CORRECT
from tests.defects.gallery import DEFECTS
from tests.defects.test_golden_counts import GOLDEN, counts_of

pytestmark = pytest.mark.long

_DEFECTS = {defect.name: defect for defect in DEFECTS}


class CookiesOfADayAndAHalf(ReferenceTarget):
    """Lets cookies end while the session goes on, which it restores for a day from each message."""

    def deliver(self, delivery: Delivery) -> Answer:
        answer = super().deliver(delivery)
        if answer.served_from != Tier.NEW:
            return replace(answer, cookies=())
        end = self.now() + timedelta(hours=36)
        return replace(answer, cookies=tuple(replace(c, expires_at=end) for c in answer.cookies))


class AnotherVoice(ReferenceTarget):
    """Says the same in other words, once memory is lost."""

    def deliver(self, delivery: Delivery) -> Answer:
        answer = super().deliver(delivery)
        text = f"{answer.text} Sir." if answer.served_from == Tier.STORE else answer.text
        return replace(answer, text=text)


def causes(
    target: Target, conversation: Conversation, faults: str, depth: int
) -> Mapping[tuple[str, str], int]:
    """By law and outcome, how many plans break it."""
    try:
        explorer = Explorer(Player(target), conversation.script, conversation.arrangement)
        clean = explorer.clean(Player(target, 1))
        chosen = tuple(select(faults, target.capabilities))
        tally = Tally(chosen)
        for tried in explorer.explore(clean, chosen, depth):
            tally.note(tried)
        found = tally.causes(explorer.space.arrivals(depth))
        broken: Counter[tuple[str, str]] = Counter()
        for cause, _, plans in found:
            broken[cause.law, cause.outcome.value] += plans
        return broken
    finally:
        target.close()


def golden() -> None:
    """The reference core is explored as far as ever, and comes back as it was."""
    assert counts_of(CORRECT[0]) == GOLDEN["reference"]


def restores() -> None:
    """No play of the reference core is stopped because going back led elsewhere."""
    target = ReferenceTarget()
    try:
        explorer = Explorer(Player(target), SUMMARY.script, Arrangement())
        clean = explorer.clean(Player(target, 1))
        list(explorer.explore(clean, select("crash", target.capabilities), 1))
        assert explorer.strayed is None
    finally:
        target.close()


def exposes(name: str) -> Callable[[], None]:
    """A defect of the gallery is taken for what it is."""
    defect = _DEFECTS[name]

    def check() -> None:
        found = causes(defect.target(), defect.conversation, defect.fault, defect.depth)
        assert (defect.law, defect.outcome.value) in found

    return check


def hears_another_voice() -> None:
    found = causes(AnotherVoice(), SUMMARY, "crash", 1)
    assert found == {("Reply", "lost-turn"): 1}


def passes() -> None:
    """A correct service survives a crash, and that is said because it crashed."""
    target = ReferenceTarget()
    try:
        chosen = tuple(select("crash", target.capabilities))
        explored = explore("", SUMMARY.script, Arrangement(), target, Options(0, 1, chosen))
        assert explored.exploration.verdict == "pass"
    finally:
        target.close()


def counts_what_ages() -> None:
    defect = _DEFECTS["counts-from-the-first-use"]
    assert causes(defect.target(), PAUSES, defect.fault, 2) == {("Tier", "restored"): 1}


def sees_an_email_twice() -> None:
    target = _DEFECTS["emails-before-it-commits"].target()
    found = causes(target, BULK_ORDER, "crash-before,crash-after", 1)
    assert found == {("Effect", "duplicated-effect"): 4}


def sees_cookies_end() -> None:
    found = causes(CookiesOfADayAndAHalf(), BULK_ORDER, "before-expiry", 2)
    assert found == {("Session", "loud-reset"): 1}


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is broken, how, and which check has to turn red."""

    name: str
    break_: Callable[[pytest.MonkeyPatch], None]
    check: Callable[[], None]


def skip_a_crash_point(patch: pytest.MonkeyPatch) -> None:
    points = ReferenceTarget.points
    patch.setattr(ReferenceTarget, "points", lambda self: points(self)[:-1])


def forget_the_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(state, "_age", lambda *_: "")
    patch.setattr(Describer, "_age", lambda *_: "")


def forget_effects(patch: pytest.MonkeyPatch) -> None:
    describe = World.describe

    def without_effects(self: World) -> Sequence[str]:
        mail, stored = self._mail.delivered, self._store.snapshot()
        self._mail.delivered = {}
        self._store.restore(replace(stored, orders={}, callback_tasks={}, outbox={}))
        try:
            return describe(self)
        finally:
            self._mail.delivered = mail
            self._store.restore(stored)

    patch.setattr(World, "describe", without_effects)


def forget_cookies(patch: pytest.MonkeyPatch) -> None:
    described = state._browser

    def without_cookies(name: str, one: Customer, *others: object) -> Iterator[str]:
        browser: Browser = replace(one.browser, cookies={})
        return described(name, replace(one, browser=browser), *others)

    patch.setattr(state, "_browser", without_cookies)


def forget_what_laws_remember(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(state, "remembered", lambda _: iter(()))


def ignore(law: str) -> Callable[[pytest.MonkeyPatch], None]:
    left = [one for one in LAWS if one.name != law]
    return lambda patch: patch.setattr(judge, "LAWS", left)


def never_fire(patch: pytest.MonkeyPatch) -> None:
    """A fault says that it did not fire."""

    def nothing(self: TargetStage, fault: Fault, customer: str) -> object:
        return self._scene.keep_strike(fault.name, customer, Fired(False, "nothing"))

    patch.setattr(TargetStage, "strike", nothing)


def pretend_to_fire(patch: pytest.MonkeyPatch) -> None:
    """A crash says that it took place, and the process lives on."""
    patch.setattr(Nodes, "crash", lambda _: True)


def never_strike_inside(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Calls, "_is_met", lambda *_: False)


def merge_inside_a_window(patch: pytest.MonkeyPatch) -> None:
    """Two messages are taken to stand where another order of them stood, whatever they changed."""
    note = Orders.note
    patch.setattr(
        Orders,
        "note",
        lambda self, moves: note(self, [replace(move, changes=frozenset()) for move in moves]),
    )


def skip_an_order(patch: pytest.MonkeyPatch) -> None:
    """Of the orders of two messages, the first one is all."""
    patch.setattr(Orders, "next", lambda self: None if self.tried else Order())


def restore_no_store(patch: pytest.MonkeyPatch) -> None:
    """What was stored since stays in the store."""
    restore = World.restore

    def forgetting(self: World, snapshot: Snapshot) -> None:
        stored = self._store.snapshot()
        restore(self, snapshot)
        self._store.restore(stored)

    patch.setattr(World, "restore", forgetting)


def restore_no_memory(patch: pytest.MonkeyPatch) -> None:
    """What was remembered since stays in memory."""
    restore = World.restore

    def forgetting(self: World, snapshot: Snapshot) -> None:
        remembered = [node.parts.memory.snapshot() for node in self._nodes.running.nodes]
        restore(self, snapshot)
        for node, one in zip(self._nodes.running.nodes, remembered, strict=True):
            node.parts.memory.restore(one)

    patch.setattr(World, "restore", forgetting)


def restore_no_image(patch: pytest.MonkeyPatch) -> None:
    """Nothing that lives comes back: the play goes on from where it is."""
    patch.setattr("simulators.targets.simulation.image.Camera.put_back", lambda *_: None)


LAW_AND_DEFECT = {
    "Session": "seed-old-code",
    "Step": "answers-from-a-stale-memory",
    "Data": "restores-without-history",
    "Effect": "restores-the-step-before",
    "Tier": "restores-into-no-memory",
    "Expiry": "restores-expired-state",
    "Isolation": "restores-for-anybody",
    "Liveness": "refuses-what-memory-forgot",
}

MUTANTS = (
    Mutant("skip a crash point", skip_a_crash_point, golden),
    Mutant("drop the clock from the fingerprint", forget_the_clock, counts_what_ages),
    Mutant("drop effects from the fingerprint", forget_effects, sees_an_email_twice),
    Mutant("drop cookies from the fingerprint", forget_cookies, sees_cookies_end),
    Mutant("drop the laws' memory from the fingerprint", forget_what_laws_remember, golden),
    *(Mutant(f"ignore {law}", ignore(law), exposes(name)) for law, name in LAW_AND_DEFECT.items()),
    Mutant("ignore Reply", ignore("Reply"), hears_another_voice),
    Mutant("never fire a fault", never_fire, passes),
    Mutant("never fire a fault, and say so", pretend_to_fire, exposes("seed-old-code")),
    Mutant("never fire a fault inside a turn", never_strike_inside, golden),
    Mutant("merge inside a window", merge_inside_a_window, exposes("leases-to-the-process")),
    Mutant("skip all orders but one", skip_an_order, exposes("leases-to-the-process")),
    Mutant("restore that does not go back to the store", restore_no_store, restores),
    Mutant("restore that does not go back to memory", restore_no_memory, restores),
    Mutant("replay instead of restore", restore_no_image, restores),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_of_the_harness_turns_a_check_red(
    mutant: Mutant, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant.break_(monkeypatch)
    with pytest.raises(AssertionError):
        mutant.check()


@pytest.mark.parametrize(
    "mutant",
    [mutant for mutant in MUTANTS if mutant.check is not golden],
    ids=lambda mutant: mutant.name,
)
def test_the_check_is_green_on_the_harness_as_it_is(mutant: Mutant) -> None:
    """The golden counts have a test of their own."""
    mutant.check()


def test_each_law_is_ignored_once() -> None:
    assert {*LAW_AND_DEFECT, "Reply"} == {law.name for law in LAWS}
