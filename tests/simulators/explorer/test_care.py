"""The exploration checks itself: what it merges, and what it goes back to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import count

import pytest

from coolwind.effects import Notification
from coolwind.messages import Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.errors import HarnessError
from simulators.explorer.care import PARANOID, USUAL, Care, Twins
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.explorer.state import States
from simulators.faults.catalogue import named, select
from simulators.plan import Placed
from simulators.player.player import Player
from simulators.targets.hidden import replayed
from simulators.targets.hidden_state import hidden_state_of
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Point, Target
from simulators.trace import Answer
from tests.defects.conversations import BULK_ORDER
from tests.defects.plain_service import Move, PlainService
from tests.simulators import services
from tests.simulators.services import Hiding, HidingAndForgetful

Toy = Callable[..., Target]
ORDER = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari 9876543210", "yes"))


class ForgetsAtTheSecondRestore(PlainService):
    """Counts in a generator how many sessions its process has restored."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._restores = (number for number in count(1))

    def restored(self, session: Session) -> Session:
        return replace(session, history=()) if next(self._restores) == 2 else session


class Wearying(PlainService):
    """Counts in a generator what its process has done, and says so when that was much."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._done = (number for number in count(1))

    def restored(self, session: Session) -> Session:
        next(self._done)
        return session

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        is_tired = next(self._done) > len(BULK_ORDER.script)
        return replace(move, reply=replace(move.reply, text="Enough.")) if is_tired else move


@pytest.fixture
def reference() -> Iterator[ReferenceTarget]:
    target = ReferenceTarget()
    yield target
    target.close()


def run(
    target: Target, faults: str, depth: Depth = 1, care: Care = USUAL, script: Sequence[Say] = ORDER
) -> Explored:
    try:
        chosen = tuple(select(faults, target.capabilities))
        options = Options(0, depth, chosen, care=care)
        return explore("An order", tuple(script), Arrangement(), target, options)
    finally:
        target.close()


class TestMerges:
    """States with one digest are compared whole."""

    def test_a_collision_names_both_plans_and_what_is_different(self) -> None:
        twins = Twins(PARANOID, 0)
        twins.check(b"digest", (Placed(1, "crash"),), lambda: "step\x02contact")
        with pytest.raises(
            HarnessError,
            match="after 'crash after turn 1' and that after 'reload after turn 2', which have"
            " 'contact' and 'confirming' as piece 2",
        ):
            twins.check(b"digest", (Placed(2, "reload"),), lambda: "step\x02confirming")

    def test_one_more_piece_is_a_collision_too(self) -> None:
        twins = Twins(PARANOID, 0)
        twins.check(b"digest", (), lambda: "step")
        with pytest.raises(HarnessError, match="which have 1 and 2 pieces"):
            twins.check(b"digest", (), lambda: "step\x02more")

    def test_equal_states_and_other_digests_are_none(self) -> None:
        twins = Twins(PARANOID, 0)
        for digest in (b"one", b"one", b"other"):
            twins.check(digest, (), lambda digest=digest: digest.decode())

    def test_the_seed_chooses_the_share_that_is_compared(self) -> None:
        def compared(seed: int) -> list[int]:
            chosen: list[int] = []
            twins = Twins(USUAL, seed)
            for number in range(800):
                twins.check(b"%d" % number, (), lambda number=number: chosen.append(number) or "")
            return chosen

        assert 30 < len(compared(0)) < 70
        assert compared(0) == compared(0) != compared(1)

    def test_a_state_that_lacks_something_ends_the_exploration(
        self, reference: Target, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The digest leaves out what the target says of itself."""
        whole = States.whole
        monkeypatch.setattr(States, "here", lambda self, *state: whole(self, *state)[:40].encode())
        with pytest.raises(HarnessError, match="two different states are taken for one"):
            run(reference, "crash,failover,duplicate", 2, PARANOID)

    def test_a_correct_exploration_is_not_stopped_and_finds_the_same(self) -> None:
        faults = "crash,reload,duplicate,crash-after"
        usual, paranoid = (
            run(ReferenceTarget(), faults, 2, care, BULK_ORDER.script) for care in (USUAL, PARANOID)
        )
        assert replace(usual.exploration, executions=0) == replace(
            paranoid.exploration, executions=0
        )
        assert usual.findings == paranoid.findings == ()
        assert usual.exploration.executions < paranoid.exploration.executions
        assert paranoid.exploration.verdict == "pass"


class TestHiddenState:
    """A service that keeps state where no snapshot holds it is found out, and played anew."""

    def test_it_is_explored_by_replay_and_the_reason_names_the_global(self) -> None:
        found = run(Hiding(), "crash", 2, script=BULK_ORDER.script).exploration
        assert found.verdict == "pass"
        [note] = found.notes
        assert note.startswith(
            "every plan was played from its beginning, because a snapshot does not hold all that"
            " the service keeps: "
        )
        assert note.endswith("; state was found in tests.simulators.services._REMEMBERED")

    def test_a_global_that_is_never_emptied_is_named_too(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What it holds of a session is the same after each play of one seed."""
        monkeypatch.setattr(services, "SERVED", {}, raising=False)

        class Hoarding(PlainService):
            async def find(self, session_id: str, now: datetime) -> Resumed | None:
                if session_id in services.SERVED:
                    return Resumed(services.SERVED[session_id], Tier.MEMORY)
                return await super().find(session_id, now)

            def remember(self, served: Resumed, now: datetime) -> None:
                super().remember(served, now)
                services.SERVED[served.session.session_id] = served.session

        Hoarding.__module__ = services.__name__
        target = ReferenceTarget("hoarding", build=Hoarding)
        [note] = run(target, "all", script=BULK_ORDER.script).exploration.notes
        assert note.endswith("; state was found in tests.simulators.services.SERVED")

    def test_a_finding_from_a_snapshot_that_the_beginning_does_not_show_is_none(self) -> None:
        """A generator is no part of a snapshot, and says something at the second restore alone."""
        target = ReferenceTarget("counting", build=ForgetsAtTheSecondRestore)
        explored = run(target, "crash,eviction,failover,duplicate", 1, script=BULK_ORDER.script)
        assert explored.findings == ()
        [note] = explored.exploration.notes
        assert note.startswith(
            "every plan was played from its beginning, because a snapshot does not hold all that"
            " the service keeps: '"
        )
        assert note.endswith(
            "and from the beginning it did in 0 of 10 plays; state was found in"
            f" {__name__}.ForgetsAtTheSecondRestore._restores"
        )

    def test_what_changes_behind_a_fault_alone_is_found_out_there(self) -> None:
        """In the clean run nothing is restored."""
        target = ReferenceTarget("counting", build=ForgetsAtTheSecondRestore)
        explored = run(target, "crash,eviction,failover,duplicate", 2, script=BULK_ORDER.script)
        assert [(one.plan, one.reproduced) for one in explored.findings] == [
            ("eviction after turn 1, eviction after turn 2", 10)
        ]
        [note] = explored.exploration.notes
        assert "the service keeps: kept.history" in note

    def test_states_that_were_never_one_are_told_apart_where_there_are_no_snapshots(self) -> None:
        class WithoutSnapshots(ReferenceTarget):
            @property
            def capabilities(self) -> frozenset[Capability]:
                return super().capabilities - {Capability.SNAPSHOT}

        target = WithoutSnapshots("tiring", build=Wearying)
        faults = "eviction,duplicate,reload"
        explored = run(target, faults, 2, PARANOID, BULK_ORDER.script)
        assert [one.plan for one in explored.findings] == ["eviction after turn 1"]
        [note] = explored.exploration.notes
        assert note.startswith("every plan was played from its beginning")

    def test_it_has_as_many_plans_as_one_that_hides_nothing(self) -> None:
        hiding = run(Hiding(), "crash", 2, script=BULK_ORDER.script).exploration
        open_ = run(ReferenceTarget(), "crash", 2, script=BULK_ORDER.script).exploration
        assert hiding.plans == open_.plans
        assert hiding.executions > open_.executions
        assert open_.notes == ()

    def test_its_bugs_are_found_all_the_same(self) -> None:
        explored = run(HidingAndForgetful(), "crash", script=BULK_ORDER.script)
        assert [one.outcome for one in explored.findings] == ["loud-reset"]
        assert [one.plan for one in explored.findings] == ["crash after turn 1"]

    def test_a_target_that_runs_elsewhere_has_no_globals(self, toy: Toy) -> None:
        assert hidden_state_of(toy()) == {}

    def test_a_replayed_target_makes_no_snapshots(self, reference: Target) -> None:
        target = replayed(reference)
        assert reference.capabilities - target.capabilities == {
            Capability.SNAPSHOT,
            Capability.FINGERPRINT,
        }
        assert target.name == reference.name


def changing(
    target: Target, monkeypatch: pytest.MonkeyPatch, after: int, **change: object
) -> Target:
    """The target, which answers in another way from a delivery on."""
    deliver, deliveries = target.deliver, count(1)

    def changed(delivery: Delivery) -> Answer:
        answer = deliver(delivery)
        return replace(answer, **change) if next(deliveries) > after else answer

    monkeypatch.setattr(target, "deliver", changed)
    return target


class TestRepetition:
    """What is played again from one state comes out the same, or nothing is decided."""

    @pytest.mark.parametrize("variant", [(), ("no-snapshot",)], ids=("snapshots", "replay"))
    @pytest.mark.parametrize(
        ("change", "what"),
        [
            ({"text": "What?"}, "text of turn 2 was 'Next: confirming' at first and then 'What?'"),
            ({"status": 503}, "status of turn 2 was 200 at first and then 503"),
            ({"served_from": "disk"}, "tier of turn 2 was 'memory' at first and then 'disk'"),
        ],
        ids=("text", "status", "tier"),
    )
    def test_another_answer_than_the_first_time_is_named(
        self,
        toy: Toy,
        monkeypatch: pytest.MonkeyPatch,
        variant: tuple[str, ...],
        change: dict[str, object],
        what: str,
    ) -> None:
        """The clean runs are alike, and what changes comes later."""
        target = changing(toy(*variant), monkeypatch, 3 * len(ORDER), **change)
        explorer = Explorer(Player(target), ORDER, Arrangement(), care=PARANOID)
        clean = explorer.clean(Player(target, 1))
        assert clean.wavering == ()
        list(explorer.explore(clean, [named("crash")], 2))
        assert explorer.strayed == what

    def test_a_target_that_does_not_repeat_itself_is_no_pass_and_has_no_findings(
        self, toy: Toy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = changing(toy("no-snapshot"), monkeypatch, 5 * len(ORDER), text="What?")
        explored = run(target, "crash", depth=2)
        assert explored.findings == ()
        assert explored.exploration.verdict == "inconclusive"
        assert explored.exploration.reasons[0].startswith("the target does not repeat itself: text")
        ends = {one.outcome for one in explored.exploration.classes}
        assert ends <= {"restored", "inconclusive"}

    def test_another_call_than_the_first_time_is_named(
        self, reference: Target, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        points = reference.points

        def more() -> Sequence[Point]:
            return (*points(), Point("store.peek #1", False, False))

        explorer = Explorer(Player(reference), ORDER, Arrangement())
        clean = explorer.clean(Player(reference, 1))
        monkeypatch.setattr(reference, "points", more)
        list(explorer.explore(clean, [named("crash-after")], 1))
        assert explorer.strayed is not None
        assert explorer.strayed.endswith("was none at first and then store.peek #1")

    def test_another_call_before_a_fault_than_without_it_is_named(self) -> None:
        """It comes now and then, and never where a turn is made again without a fault."""
        turns = count(1)

        class Wavering(PlainService):
            async def advance(self, resumed: Resumed, text: str) -> Move:
                if next(turns) % 13 == 0:
                    await self.parts.store.load(resumed.session.session_id)
                return await super().advance(resumed, text)

        target = ReferenceTarget("wavering", build=Wavering)
        found = run(target, "crash-after", script=BULK_ORDER.script).exploration
        assert found.verdict == "inconclusive"
        assert "the target does not repeat itself" in found.reasons[0]

    def test_a_fault_that_fires_in_one_play_alone_is_named(self, toy: Toy) -> None:
        player = Player(toy("no-snapshot"))
        player.begin(Arrangement())
        player.play(ORDER[:1])
        player.strike(named("crash"), THE_CUSTOMER)
        there = player.checkpoint()
        player.target.variants = frozenset({"no-snapshot", "never-crashes"})
        player.go_back(there)
        assert player.strayed == "crash after turn 1 fired at first and then did not"

    def test_a_fault_that_misses_its_point_on_the_way_back_is_tried_again(
        self, toy: Toy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        player = Player(toy("no-snapshot"))
        player.begin(Arrangement())
        player.play(ORDER[:1])
        player.strike(named("crash"), THE_CUSTOMER)
        there, strike, strikes = player.checkpoint(), player.target.strike, count()

        def missing_at_first(capability: Capability, session_id: str | None) -> bool:
            return strike(capability, session_id) and next(strikes) > 0

        monkeypatch.setattr(player.target, "strike", missing_at_first)
        player.go_back(there)
        assert player.strayed is None
        assert player.trace.strikes[-1].fired


class Closing(PlainService):
    """Takes no order any more from twenty past nine on, though it had let the customer write on."""

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        if text == "yes" and self.parts.clock.now().time() >= time(9, 20):
            return Move(replace(move.reply, text="We are closed."), resumed.session.states)
        return move


class KeyedByMinute(PlainService):
    """Lets its emails be one where they are written in the same minute of any hour."""

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        minute = f"{self.parts.clock.now():%M}"
        keyed = (
            replace(effect, key=f"{effect.recipient} at {minute}")
            if isinstance(effect, Notification)
            else effect
            for effect in move.effects
        )
        return replace(move, effects=tuple(keyed))


class Stamped(PlainService):
    """Keeps when an order was confirmed, to the second, for the books alone."""

    confirmed: tuple[str, ...] = ()

    async def advance(self, resumed: Resumed, text: str) -> Move:
        if text == "yes":
            now = self.parts.clock.now()
            self.confirmed = (*self.confirmed, f"{now.isoformat()} {now!r} {now.timestamp()}")
        return await super().advance(resumed, text)


class Tiring(PlainService):
    """Ends a session 45 minutes after it began, however busy it is."""

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        is_old = now - found.session.started_at > timedelta(minutes=45)
        return is_old or super().is_expired(found, now)


class Forgetting(PlainService):
    """Restores what was said in the last 45 minutes."""

    def restored(self, session: Session) -> Session:
        begin = self.parts.clock.now() - timedelta(minutes=45)
        return replace(session, history=tuple(each for each in session.history if each.at > begin))


class TestSequels:
    """Plays go on from states that are alike in the same way, or the states hold the moment."""

    @pytest.mark.parametrize("care", [USUAL, PARANOID], ids=("usual", "paranoid"))
    @pytest.mark.parametrize(
        ("service", "what"),
        [
            (
                Closing,
                "that of the clean run and that after 'idle-timeout after turn 1', and call 4 in"
                " turn 3 was mail.deliver #1 at first and then",
            ),
            (
                KeyedByMinute,
                "that of the clean run and that after 'idle-timeout after turn 1', and"
                " effects.email.0.key of turn 3 was 'hari@example.com at 00' at first",
            ),
        ],
    )
    def test_a_service_that_goes_by_the_time_of_day_is_told_of(
        self, service: type[PlainService], what: str, care: Care
    ) -> None:
        target = ReferenceTarget("timely", build=service)
        explored = run(target, "crash,idle-timeout", 2, care, BULK_ORDER.script)
        [note] = explored.exploration.notes
        assert note.startswith(
            "states of two moments were explored one by one, because the service goes by more than"
            f" how long ago something was: two states are alike, {what}"
        )
        assert [one.plan for one in explored.findings] == ["idle-timeout after turn 1"]

    @pytest.mark.parametrize("service", [Closing, KeyedByMinute])
    def test_it_has_as_many_plans_as_without_any_merging(self, service: type[PlainService]) -> None:
        merged, apart = (
            run(
                target(ReferenceTarget("timely", build=service)),
                "crash,idle-timeout",
                2,
                USUAL,
                BULK_ORDER.script,
            )
            for target in (lambda target: target, replayed)
        )
        assert merged.exploration.plans == apart.exploration.plans

    def test_when_something_was_is_no_difference(self) -> None:
        target = ReferenceTarget("stamped", build=Stamped)
        explored = run(target, "crash,idle-timeout", 2, PARANOID, BULK_ORDER.script)
        assert explored.exploration.verdict == "pass"
        assert explored.exploration.notes == ()

    def test_what_a_turn_leaves_is_compared_too(self) -> None:
        class Dating(Stamped):
            """Keeps the hour, which it may go by later on."""

            async def advance(self, resumed: Resumed, text: str) -> Move:
                move = await super().advance(resumed, text)
                self.confirmed = tuple(each[11:16] for each in self.confirmed)
                return move

        target = ReferenceTarget("dating", build=Dating)
        [note] = run(target, "idle-timeout", 1, script=BULK_ORDER.script).exploration.notes
        left = """and turn 3 left "tuple( '09:00' )" at first and then "tuple( '09:30' )\""""
        assert note.endswith(left)

    @pytest.mark.parametrize("depth", [2, ANY])
    @pytest.mark.parametrize(
        ("service", "outcome"), [(Tiring, "loud-reset"), (Forgetting, "lost-turn")]
    )
    def test_a_service_that_goes_by_all_the_time_of_a_conversation_is_told_of(
        self, service: type[PlainService], outcome: str, depth: Depth
    ) -> None:
        """No single pause is long enough, and after each turn all that stands in the state is how
        long ago that was."""
        target = ReferenceTarget("ageing", build=service)
        explored = run(target, "crash,idle-timeout", depth, script=BULK_ORDER.script)
        [note] = explored.exploration.notes
        assert note.startswith("states of two moments were explored one by one")
        [finding] = explored.findings
        plan = "idle-timeout after turn 1, idle-timeout after turn 2"
        assert (finding.outcome, finding.plan) == (outcome, plan)
