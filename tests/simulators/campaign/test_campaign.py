"""One scenario under its fault plans: findings, doubts, and what goes to the record."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from coolwind.errors import StoreUnavailable
from simulators.campaign.campaign import Explored, Options, explore, outcome_of
from simulators.campaign.transcribing import transcript
from simulators.conversation import (
    THE_CUSTOMER,
    Break,
    Cookie,
    Interrupt,
    Operate,
    Operation,
    Pause,
    Resend,
    Say,
    Script,
    Storage,
    SwitchTab,
)
from simulators.errors import TargetError, Unrecorded
from simulators.explorer.depths import depth_of
from simulators.explorer.sampling import Budget
from simulators.faults.catalogue import BETWEEN_TURNS, named, select
from simulators.laws.outcome import Outcome
from simulators.numbers import depth, depth_text
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Delivery, Target
from simulators.trace import Answer, Observation
from tests.defects.conversations import BULK_ORDER
from tests.defects.plain_service import PlainService, Turn

Toy = Callable[..., Target]
ORDER = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari 9876543210", "yes"))
TWO_CUSTOMERS = tuple(
    Say(name, text) for text in ("hello", "my number", "yes") for name in ("Anu", "Hari")
)
CORRECT = ("recalls", "numbers-by-clock")


def run(
    target: Target,
    script: Script = ORDER,
    faults: Sequence[str] | None = None,
    depth: int = 1,
    name: str = "A bulk order",
) -> Explored:
    chosen = select("all", target.capabilities) if faults is None else map(named, faults)
    return explore(name, script, Arrangement(), target, Options(0, depth, tuple(chosen)))


class Asking(ReferenceTarget):
    """Asks a model that answers from a file, and something else than usual under each fault."""

    def deliver(self, delivery: Delivery) -> Answer:
        answer = super().deliver(delivery)
        if answer.served_from == "store" or self.was_interrupted():
            raise Unrecorded("no answer to this is in the file; record it")
        return answer


class TestWhatNobodyHasRecorded:
    """A service that asks a model something else under a fault, where its answers are replayed."""

    def test_such_a_plan_is_no_pass_and_the_others_are_judged(self) -> None:
        exploration = run(Asking(), BULK_ORDER.script, ["crash", "reload"]).exploration
        assert exploration.verdict == "inconclusive"
        assert exploration.reasons[0] == (
            "2 plans could not be judged, such as 'crash after turn 1': no answer to this is in the"
            " file; record it"
        )
        assert {cell.fault: cell.plans for cell in exploration.cells} == {"crash": 1, "reload": 1}

    def test_nor_is_a_fault_inside_a_turn(self) -> None:
        exploration = run(Asking(), BULK_ORDER.script, ["slow-store"]).exploration
        assert exploration.verdict == "inconclusive"
        assert "such as a fault inside turn 1: no answer" in exploration.reasons[0]

    def test_nor_is_a_sample(self) -> None:
        clock = iter([0.0, 2.0, 2.0, 2.0, 4.0]).__next__
        options = Options(0, 3, (named("slow-store"),), budget=Budget(3.0, clock))
        explored = explore("It", BULK_ORDER.script, Arrangement(), Asking(), options)
        assert "such as one that was drawn: no answer" in " ".join(explored.exploration.reasons)


class TestWhereThePageKeepsItsSession:
    """What a reload and a new tab do to a service without cookies."""

    @pytest.mark.parametrize(
        ("storage", "resets"),
        [
            (Storage.PAGE, {"reload", "new-tab"}),
            (Storage.SESSION_STORAGE, {"new-tab"}),
            (Storage.LOCAL_STORAGE, set()),
        ],
    )
    def test_what_is_kept_there_is_not_reset(
        self, toy: Toy, storage: Storage, resets: set[str]
    ) -> None:
        target = toy("trusts-anybody")
        deliver, target.storage = target.deliver, storage
        target.deliver = lambda delivery: replace(deliver(delivery), cookies=())
        found = {
            fault: [one.outcome for one in run(target, faults=(fault,)).findings]
            for fault in ("reload", "new-tab")
        }
        assert {fault for fault, outcomes in found.items() if "silent-reset" in outcomes} == resets
        assert {fault for fault, outcomes in found.items() if outcomes} == resets

    def test_without_its_cookies_a_page_that_sends_nothing_else_is_owed_no_word(
        self, toy: Toy
    ) -> None:
        target = toy()
        deliver, target.storage = target.deliver, None
        target.deliver = lambda delivery: deliver(replace(delivery, session_id=None))
        explored = run(target, faults=("lost-cookies", "reload", "new-tab"))
        assert (explored.exploration.verdict, explored.findings) == ("pass", ())

    @pytest.mark.parametrize(("are_named", "verdict"), [(False, "pass"), (True, "inconclusive")])
    def test_a_cookie_that_names_no_session_is_nothing_to_lose(
        self, toy: Toy, are_named: bool, verdict: str
    ) -> None:
        target = toy("trusts-anybody")
        deliver, language = target.deliver, (Cookie("language", "en"),)
        target.deliver = lambda delivery: replace(deliver(delivery), cookies=language)
        faults = tuple(named(name) for name in ("crash", "lost-cookies"))
        options = Options(0, 1, faults, are_named=are_named)
        explored = explore("An order", ORDER, Arrangement(), target, options)
        assert (explored.exploration.verdict, explored.findings) == (verdict, ())

    def test_a_chat_that_is_cleared_is_forgotten_there(self, toy: Toy) -> None:
        target = toy("trusts-anybody")
        target.storage = Storage.LOCAL_STORAGE
        player = Player(target)
        player.begin(Arrangement())
        player.play((*ORDER[:1], Break("clear-chat")))
        assert player.customer(THE_CUSTOMER).browser.page_session_id is None


class TestDepth:
    """How many faults the plans have."""

    @pytest.mark.parametrize("asked", [1, 3, None])
    def test_what_is_asked_for_holds(self, toy: Toy, asked: int | None) -> None:
        assert depth(depth_text(asked)) == asked
        assert depth_of(asked, toy("no-snapshot"), None) == asked

    def test_pairs_are_usual_where_they_cost_little(self, toy: Toy) -> None:
        usual = depth("usual")
        assert depth_text(usual) == "usual"
        assert depth_of(usual, toy(), None) == 2
        assert depth_of(usual, toy("no-snapshot"), None) == 1
        assert depth_of(usual, toy("no-snapshot"), 60.0) == 2


class TestCorrectServices:
    """They raise no alarm."""

    @pytest.mark.parametrize("depth", [1, 2])
    @pytest.mark.parametrize("variant", [None, *CORRECT])
    def test_one_customer(self, toy: Toy, variant: str | None, depth: int) -> None:
        explored = run(toy(*[variant] if variant else []), depth=depth)
        assert explored.findings == ()
        assert (explored.exploration.verdict, explored.exploration.reasons) == ("pass", ())

    @pytest.mark.parametrize("variant", [None, "no-snapshot", *CORRECT])
    def test_two_customers(self, toy: Toy, variant: str | None) -> None:
        explored = run(toy(*[variant] if variant else []), TWO_CUSTOMERS)
        assert (explored.exploration.verdict, explored.findings) == ("pass", ())

    def test_two_customers_under_two_faults(self, toy: Toy) -> None:
        faults = ("failover", "expiry", "duplicate", "lost-cookies")
        explored = run(toy(), TWO_CUSTOMERS, faults, depth=2)
        assert (explored.exploration.verdict, explored.findings) == ("pass", ())

    def test_what_was_never_sent_cannot_be_late(self, toy: Toy) -> None:
        faults = tuple(named(name) for name in ("crash", "late-duplicate"))
        script, arrangement = ORDER[:1], Arrangement()
        for are_named, verdict in ((False, "pass"), (True, "inconclusive")):
            options = Options(0, 1, faults, are_named=are_named)
            explored = explore("One message", script, arrangement, toy(), options)
            assert explored.exploration.verdict == verdict

    def test_a_service_without_snapshots(self, toy: Toy) -> None:
        assert run(toy("no-snapshot")).exploration.verdict == "pass"


class TestScenariosWithTroubleOfTheirOwn:
    """The reference core comes through every fault in them, as it does without."""

    @pytest.mark.parametrize(
        ("trouble", "again"),
        [
            (Interrupt("crash-after", "store.commit #1", 3), True),
            (Interrupt("store-timeout", "store.commit #1", 3), True),
            (Interrupt("crash-before", "store.shelf #1", 3), False),
            (Interrupt("concurrent-turn", "store.commit #1", 2), False),
        ],
    )
    def test_a_fault_inside_a_turn(self, trouble: Interrupt, again: bool) -> None:
        order, contact, yes = BULK_ORDER.script
        before, after = (contact, trouble) if trouble.turn == 3 else (trouble, contact)
        script = (order, before, after, yes, *[Resend(THE_CUSTOMER)][: int(again)])
        faults = ("expiry", "clear-chat", "before-expiry", "crash-before", "slow-store")
        explored = run(ReferenceTarget(), script, faults)
        assert (explored.findings, explored.exploration.verdict) == ((), "pass")
        [note] = explored.exploration.notes
        assert note.startswith("explored without the scenario's own faults inside turns and what")
        as_asked = run(ReferenceTarget(), BULK_ORDER.script, faults)
        assert explored.exploration.plans == as_asked.exploration.plans

    @pytest.mark.parametrize("position", [1, 2])
    def test_a_message_that_it_sends_again(self, position: int) -> None:
        script = list(BULK_ORDER.script)
        script[position:position] = [Break("crash"), Resend(THE_CUSTOMER)]
        faults = ("expiry", "clear-chat", "lost-cookies", "clear-on-another-node")
        explored = run(ReferenceTarget(), tuple(script), faults)
        assert (explored.findings, explored.exploration.verdict) == ((), "pass")

    def test_an_end_of_one_session_that_another_comes_too_late_for(self) -> None:
        script = (
            Say("Hari", "I need 11 remote controls"),
            Say("Mallory", "hello"),
            Break("expiry", "Hari"),
            Say("Mallory", "place order"),
            Say("Mallory", "I need 5 gas valves"),
        )
        explored = run(ReferenceTarget(), script, ("before-idle-timeout", "crash"))
        assert (explored.findings, explored.exploration.verdict) == ((), "pass")

    def test_what_was_refused_comes_no_second_time(self) -> None:
        order, contact, _ = BULK_ORDER.script
        outage, recovery = Operate(Operation.STORE_OUTAGE), Operate(Operation.STORE_RECOVERY)
        script = (order, outage, contact, recovery, contact)
        explored = run(ReferenceTarget(), script, ("duplicate", "late-duplicate"))
        assert (explored.findings, explored.exploration.verdict) == ((), "pass")
        struck = {one.last for one in explored.exploration.classes}
        assert struck == {
            "duplicate after turn 1",
            "duplicate after turn 3",
            "late-duplicate after turn 2",
        }


class GivesUpOnASlowStore(PlainService):
    """Refuses what it has stored, where that took long."""

    async def save(self, turn: Turn) -> None:
        began = self.parts.clock.now()
        await super().save(turn)
        if self.parts.clock.now() - began > timedelta(seconds=5):
            raise StoreUnavailable("The store was slow: send the message again.")


def test_whoever_refuses_a_message_because_the_store_is_slow_is_unavailable() -> None:
    target = ReferenceTarget("gives-up", build=GivesUpOnASlowStore)
    [finding] = run(target, BULK_ORDER.script, ("slow-store",)).findings
    assert (finding.law, finding.outcome) == ("Liveness", "unavailable")
    assert finding.plan == "slow-store at store.commit #1 in turn 1"
    assert finding.plans == 3
    # It is no step to send the message again, after which it would be accepted.
    *_, said, comment, check = finding.gherkin.splitlines()
    assert said.endswith('says "Hi so i need to buy 11 remote controls"')
    assert (comment, check) == (
        "  # Liveness law: the clean run has 200",
        "  Then the customer's message is accepted",
    )


class TestCutShort:
    """What an exploration has come to is known while it goes on."""

    @pytest.mark.parametrize("seconds", [None, 0.02])
    def test_it_is_told_after_each_plan(self, toy: Toy, seconds: float | None) -> None:
        told: list[Explored] = []
        last: list[Callable[[], Explored]] = []

        def tell(_: int, __: int | None, so_far: Callable[[], Explored]) -> None:
            if len(told) < 20:
                told.append(so_far())
            last[:] = [so_far]

        target = toy("no-snapshot")
        faults = tuple(select("all", target.capabilities))
        budget = None if seconds is None else Budget(seconds)
        options = Options(0, 2 if seconds else 1, faults, budget=budget)
        whole = explore("An order", ORDER, Arrangement(), target, options, tell).exploration
        end = last[0]().exploration
        parts = [one.exploration for one in (*told, last[0]())]
        assert all(one.is_partial and one.verdict == "inconclusive" for one in parts)
        assert all(
            sum(each.plans for each in one.classes) == one.plans for one in parts if not one.samples
        )
        counts = [one.plans for one in parts]
        assert counts[0] < counts[-1]
        assert counts == sorted(counts)
        assert (end.plans, end.samples, end.states) == (whole.plans, whole.samples, whole.states)
        assert (end.cells, end.classes, end.tiers) == (whole.cells, whole.classes, whole.tiers)
        assert not whole.is_partial

    def test_a_cause_is_shown_when_its_cell_is_known(self, toy: Toy) -> None:
        known: list[Callable[[], Explored]] = []
        shown: list[int] = []
        explore(
            *("An order", ORDER, Arrangement(), toy("memory-only")),
            Options(0, 1, (named("eviction"),)),
            lambda *told: known.append(told[2]),
            lambda _: shown.append(sum(one.fired for one in known[-1]().exploration.cells)),
        )
        assert shown[0] == 1


class TestBugs:
    """Each is found by the fault that shows it, and named."""

    @pytest.mark.parametrize(
        ("variants", "law", "outcome", "field", "plan"),
        [
            (("memory-only",), "Session", "loud-reset", "session ID", "eviction after turn 1"),
            (
                ("memory-only", "silent-expiry"),
                "Session",
                "silent-reset",
                "session ID",
                "eviction after turn 1",
            ),
            (("no-history",), "Data", "lost-turn", "history", "eviction after turn 1"),
            (("no-dedupe",), "Effect", "duplicated-effect", "order", "duplicate after turn 2"),
            (("trusts-anybody",), "Expiry", "zombie", "session ID", "lost-cookies after turn 1"),
            (("never-expires",), "Expiry", "zombie", "session ID", "expiry after turn 1"),
            (("half-expires",), "Data", "half-expired", "history", "lost-cookies after turn 1"),
            (
                ("silent-expiry",),
                "Expiry",
                "silent-reset",
                "announcement",
                "lost-cookies after turn 1",
            ),
            (("wedged",), "Liveness", "wedged", "status", "lost-cookies after turn 1"),
            (
                ("cold",),
                "Liveness",
                "unavailable",
                "status of the first try",
                "restart after turn 1",
            ),
            (("stale-store",), "Data", "lost-turn", "step", "eviction after turn 1"),
            (("skewed",), "Session", "version-skew", "session ID", "deploy after turn 1"),
            (("undead",), "Expiry", "zombie", "session ID", "clear-chat after turn 1"),
            (("not-remembered",), "Tier", "restored", "served from", "eviction after turn 1"),
        ],
    )
    def test_one_customer_is_enough(
        self, toy: Toy, variants: tuple[str, ...], law: str, outcome: str, field: str, plan: str
    ) -> None:
        explored = run(toy(*variants))
        first = explored.findings[0]
        assert (first.law, first.outcome, first.field, first.plan) == (law, outcome, field, plan)
        assert explored.exploration.verdict == "fail"

    @pytest.mark.parametrize(
        ("variant", "law", "outcome", "plan"),
        [
            ("restores-latest", "Isolation", "leaked", "eviction of Anu after turn 1"),
            ("numbers-in-memory", "Effect", "lost-turn", "restart after turn 5"),
        ],
    )
    def test_two_customers_are_needed(
        self, toy: Toy, variant: str, law: str, outcome: str, plan: str
    ) -> None:
        assert run(toy(variant)).findings == ()
        first = run(toy(variant), TWO_CUSTOMERS).findings[0]
        assert (first.law, first.outcome, first.plan) == (law, outcome, plan)

    def test_a_stale_store_loses_the_last_turn(self, toy: Toy) -> None:
        outcomes = {finding.outcome for finding in run(toy("stale-store")).findings}
        assert "restored-stale" in outcomes


class TestFindings:
    """One cause is one finding."""

    def test_plans_that_show_one_cause_are_counted(self, toy: Toy) -> None:
        (finding,) = run(toy("memory-only")).findings
        assert finding.plans == 18
        assert finding.turn == 2
        assert finding.expected == "the session of turn 1"
        assert finding.actual == "a new session"

    def test_the_shortest_plan_that_shows_it_stands_for_all(self, toy: Toy) -> None:
        shallow, deep = (run(toy("memory-only"), depth=depth).findings for depth in (1, 2))
        assert [one.plan for one in deep] == [one.plan for one in shallow]
        assert deep[0].plans > shallow[0].plans

    @pytest.mark.parametrize("depth", [1, 2])
    def test_the_faults_that_show_it_alone_are_named(self, toy: Toy, depth: int) -> None:
        faults = ("reload", "restart", "crash")
        (finding,) = run(toy("memory-only"), faults=faults, depth=depth).findings
        assert finding.plan == "restart after turn 1"
        assert finding.shown_alone_by == ("crash", "restart")

    def test_each_cause_has_an_id_of_its_own_that_stays(self, toy: Toy) -> None:
        ids = [one.finding_id for one in run(toy("no-history"), depth=2).findings]
        assert len(set(ids)) == len(ids) > 1
        assert [one.finding_id for one in run(toy("no-history"), depth=2).findings] == ids

    def test_the_sentence_says_the_loss_and_leaves_the_plan_to_the_plan(self, toy: Toy) -> None:
        (finding, *_) = run(toy("undead"), TWO_CUSTOMERS, ("clear-chat",)).findings
        assert finding.sentence == "A conversation that had ended came back."
        assert finding.plan == "clear-chat of Anu after turn 1"

    def test_both_transcripts_are_there(self, toy: Toy) -> None:
        (finding,) = run(toy("memory-only"), faults=("crash",)).findings
        assert [line.reply for line in finding.clean] == ["Next: contact", "Next: confirming"]
        assert [(line.turn, line.fault) for line in finding.faulted] == [
            (1, None),
            (1, "crash"),
            (2, None),
        ]

    def test_the_gherkin_shows_it(self, toy: Toy) -> None:
        (finding,) = run(toy("memory-only"), faults=("crash",)).findings
        assert finding.gherkin == (
            "Scenario: A bulk order, loud-reset at turn 2\n"
            '  When the customer says "hello"\n'
            "  And the server crashes\n"
            '  And the customer says "Hari 9876543210"\n'
            "  # Session law: the clean run has the session of turn 1\n"
            "  Then the customer's session is the same\n"
        )

    def test_names_that_no_file_could_hold_do_no_harm(self, toy: Toy) -> None:
        script = (Say("\ud800 'x'\n", "\udfff"), *ORDER)
        findings = run(toy("memory-only"), script, ("crash",), name="\ud800").findings
        assert findings
        assert all(finding.gherkin.encode() for finding in findings)

    def test_a_clean_run_that_breaks_a_law_is_one_finding_without_doubts(self, toy: Toy) -> None:
        target = toy()
        target.deliver = lambda _: Answer(200, "hello", "one session for everybody")
        explored = run(target, TWO_CUSTOMERS)
        assert [one.plan for one in explored.findings] == ["no fault"]
        assert explored.exploration.reasons == ("A customer sees what belongs to another.",)


class TestDeployments:
    """A deployment is also a restart."""

    def test_a_restart_that_does_the_same_harm_clears_the_new_version(self, toy: Toy) -> None:
        for faults in (("restart", "deploy"), ("deploy", "restart")):
            (finding,) = run(toy("memory-only"), faults=faults).findings
            assert (finding.outcome, finding.plans) == ("loud-reset", 4)
            assert finding.shown_alone_by == ("deploy", "restart")

    def test_a_restart_that_does_no_harm_does_not(self, toy: Toy) -> None:
        findings = run(toy("skewed"), faults=("restart", "deploy")).findings
        assert [(one.outcome, one.plans) for one in findings] == [("version-skew", 2)]

    def test_two_deployments_are_compared_with_two_restarts(self, toy: Toy) -> None:
        findings = run(
            toy("memory-only"), faults=("deploy", "restart", "new-tab"), depth=2
        ).findings
        assert {one.outcome for one in findings} == {"loud-reset"}


class TestFailingClosed:
    """Nothing passes that was not proven."""

    def test_a_fault_that_never_fires(self, toy: Toy) -> None:
        explored = run(toy("never-crashes"), faults=("crash", "reload"))
        assert explored.exploration.verdict == "inconclusive"
        assert explored.exploration.plans == 3
        assert explored.exploration.reasons == (
            "the fault 'crash' never fired (no crash was seen to take place); leave it out, or"
            " write a scenario in which it can",
        )

    def test_a_fault_that_only_the_script_made_fire(self, toy: Toy) -> None:
        script = (ORDER[0], Break("lost-cookies"), *ORDER[1:], Break("crash"))
        explored = run(toy("never-crashes"), script, ("crash",))
        assert explored.exploration.verdict == "inconclusive"
        script = (ORDER[0], Break("eviction"), Pause(timedelta(minutes=31)))
        explored = run(toy("frozen"), script, ("eviction", "expiry"))
        assert explored.exploration.verdict == "inconclusive"

    def test_a_time_that_does_not_pass(self, toy: Toy) -> None:
        explored = run(toy("frozen"), faults=("reload", "expiry"))
        assert explored.exploration.verdict == "inconclusive"
        assert "the target's time was not seen to pass" in explored.exploration.reasons[0]

    def test_a_clean_run_that_cannot_be_repeated(self, toy: Toy) -> None:
        explored = run(toy("random"))
        assert explored.exploration.verdict == "inconclusive"
        (reason,) = explored.exploration.reasons
        assert reason.startswith("the clean run is not repeatable: text of turn 1 was")

    @pytest.mark.parametrize(
        ("script", "faults", "depth"),
        [
            (ORDER, (), 1),
            (ORDER, (), 0),
            (ORDER, ("crash",), 0),
            (ORDER, ("crash",), -1),
            ((), ("crash",), 1),
            ((), (), 1),
            ((Pause(timedelta(hours=1)),), ("new-tab",), 2),
        ],
    )
    def test_nothing_to_judge(
        self, toy: Toy, script: Script, faults: tuple[str, ...], depth: int
    ) -> None:
        exploration = run(toy(), script, faults, depth).exploration
        assert (exploration.verdict, exploration.plans) == ("inconclusive", 0)
        assert exploration.reasons

    def test_a_fault_without_a_place_to_strike(self, toy: Toy) -> None:
        (reason,) = run(toy(), (), ("crash",)).exploration.reasons
        assert "'crash' never fired (it had no place to strike)" in reason

    def test_findings_stand_beside_doubts(self, toy: Toy) -> None:
        exploration = run(
            toy("memory-only", "never-crashes"), faults=("crash", "restart")
        ).exploration
        assert exploration.verdict == "fail"
        assert len(exploration.reasons) == 2

    def test_trouble_of_the_target(self, toy: Toy) -> None:
        target = toy()

        def refuse(delivery: Delivery) -> Answer:
            raise TargetError(f"nobody answers {delivery.text!r}")

        target.deliver = refuse
        with pytest.raises(TargetError, match="nobody answers 'hello'"):
            run(target)


class TestWhatGoesToTheRecord:
    """Counts, cells and transcripts."""

    def test_counts(self, toy: Toy) -> None:
        exploration = run(toy()).exploration
        assert (exploration.plans, exploration.executions) == (53, 101)
        assert exploration.tiers == {"memory": 26, "new": 8, "store": 18}

    def test_a_restore_is_held_against_memory_in_the_same_turn(self) -> None:
        latencies = run(ReferenceTarget(), faults=["restart", "reload"]).latencies
        assert len(latencies["store"].beyond_memory) == len(ORDER) - 1
        assert latencies["memory"].beyond_memory == ()

    def test_what_comes_after_a_turn_that_was_struck_is_held_against_nothing(self) -> None:
        store = run(ReferenceTarget(), faults=["crash-before", "reload"]).latencies["store"]
        assert store.turns > 0
        assert store.beyond_memory == ()

    def test_a_cell_for_each_step_and_fault(self, toy: Toy) -> None:
        cells = run(toy(), faults=("crash", "expiry")).exploration.cells
        assert [(one.flow, one.step, one.fault, one.outcome) for one in cells] == [
            ("order", "contact", "crash", "restored"),
            ("order", "contact", "expiry", "fresh"),
            ("order", "confirming", "crash", "restored"),
            ("order", "confirming", "expiry", "fresh"),
            ("order", "complete", "crash", "restored"),
            ("order", "complete", "expiry", "restored"),
        ]
        assert {(one.plans, one.fired) for one in cells} == {(1, 1)}

    def test_every_fault_covers_every_step(self, toy: Toy) -> None:
        """But for an earlier message that arrives late: after the first turn there is none."""
        cells = run(toy()).exploration.cells
        everywhere = {
            (step, fault.name)
            for step in ("contact", "confirming", "complete")
            for fault in BETWEEN_TURNS
        }
        covered = {(one.step, one.fault) for one in cells}
        assert covered == everywhere - {("contact", "late-duplicate")}

    def test_the_worst_outcome_of_a_cell_is_shown(self, toy: Toy) -> None:
        cells = run(toy("no-dedupe"), depth=2).exploration.cells
        worst = {(one.step, one.fault): one.outcome for one in cells}
        assert worst["confirming", "duplicate"] == "duplicated-effect"

    def test_a_fault_is_not_blamed_for_what_another_does_alone(self, toy: Toy) -> None:
        cells = run(toy("memory-only"), faults=("reload", "crash"), depth=2).exploration.cells
        outcomes = {(one.fault, one.outcome) for one in cells if one.step != "complete"}
        assert outcomes == {("reload", "restored"), ("crash", "loud-reset")}

    def test_a_fault_stands_where_its_victim_stood(self, toy: Toy) -> None:
        script = (Say("Anu", "hello"), Say("Hari", "hello"), Say("Hari", "again"))
        cells = run(toy(), script, ("reload",)).exploration.cells
        steps = dict.fromkeys(one.step for one in cells)
        plans = {step: sum(one.plans for one in cells if one.step == step) for step in steps}
        assert plans == {"contact": 4, "confirming": 1}

    def test_a_transcript_has_messages_and_faults(self, toy: Toy) -> None:
        player = Player(toy())
        player.begin(Arrangement())
        player.play((ORDER[0], Break("crash")))
        message, fault = transcript(player.trace)
        assert (message.turn, message.text, message.reply) == (1, "hello", "Next: contact")
        assert (message.session_id, message.served_from) == ("session-0-1", "new")
        assert (message.flow, message.step, message.status) == ("order", "contact", 200)
        assert (fault.turn, fault.fault, fault.reply) == (1, "crash", "crash seen to take place")

    def test_a_reply_of_a_quarter_of_a_megabyte(self, toy: Toy) -> None:
        """In the turn in which the law is broken."""
        target = toy("memory-only")
        deliver = target.deliver

        def verbose(delivery: Delivery) -> Answer:
            answer = deliver(delivery)
            if delivery.text != "Hari 9876543210":
                return answer
            text = "word 9876543210 " * 16_384 + answer.text
            return Answer(
                answer.status,
                text,
                answer.session_id,
                answer.flow,
                answer.step,
                answer.served_from,
                answer.fresh,
                cookies=answer.cookies,
            )

        target.deliver = verbose
        explored = run(target, faults=("crash",))
        [finding] = explored.findings
        assert (finding.law, finding.turn) == ("Session", 2)
        assert len(finding.gherkin) < 1_000


class TestTheOutcomeByName:
    """How a conversation came through the faults that its scenario asks for."""

    @pytest.mark.parametrize(
        ("variants", "faults", "outcome"),
        [
            ((), (), Outcome.RESTORED),
            ((), ("crash",), Outcome.RESTORED),
            ((), ("crash", "reload", "duplicate"), Outcome.RESTORED),
            ((), ("expiry",), Outcome.FRESH),
            (("memory-only",), ("crash",), Outcome.LOUD_RESET),
            (("memory-only", "silent-expiry"), ("crash",), Outcome.SILENT_RESET),
            (("no-history",), ("crash",), Outcome.LOST_TURN),
            (("stale-store",), ("crash",), Outcome.LOST_TURN),
            (("half-expires",), ("expiry",), Outcome.HALF_EXPIRED),
            (("never-expires",), ("expiry",), Outcome.ZOMBIE),
            (("cold",), ("crash",), Outcome.UNAVAILABLE),
            (("wedged",), ("expiry",), Outcome.WEDGED),
            (("skewed",), ("deploy",), Outcome.VERSION_SKEW),
            (("random",), ("crash",), Outcome.INCONCLUSIVE),
            (("never-crashes",), ("crash",), Outcome.INCONCLUSIVE),
            ((), ("reload", "reload"), Outcome.INCONCLUSIVE),
        ],
    )
    def test_after_the_first_turn(
        self, toy: Toy, variants: tuple[str, ...], faults: tuple[str, ...], outcome: Outcome
    ) -> None:
        script = (ORDER[0], *map(Break, faults), *ORDER[1:])
        assert outcome_of(script, Arrangement(), toy(*variants), 0) is outcome

    def test_a_message_taken_twice(self, toy: Toy) -> None:
        script = (*ORDER[:2], Break("duplicate"), ORDER[2])
        assert outcome_of(script, Arrangement(), toy("no-dedupe"), 0) is Outcome.DUPLICATED_EFFECT

    def test_the_conversation_of_another(self, toy: Toy) -> None:
        script = (*TWO_CUSTOMERS[:2], Break("crash"), *TWO_CUSTOMERS[2:])
        assert outcome_of(script, Arrangement(), toy("restores-latest"), 0) is Outcome.LEAKED

    def test_a_pause_that_is_long_enough(self, toy: Toy) -> None:
        script = (ORDER[0], Pause(timedelta(hours=25)), *ORDER[1:])
        assert outcome_of(script, Arrangement(), toy(), 0) is Outcome.FRESH
        assert outcome_of(script, Arrangement(), toy("half-expires"), 0) is Outcome.HALF_EXPIRED

    def test_a_fault_after_the_end_is_none_of_the_new_conversation(self, toy: Toy) -> None:
        script = (ORDER[0], Break("expiry"), ORDER[1], Break("crash"), ORDER[2])
        assert outcome_of(script, Arrangement(), toy(), 0) is Outcome.FRESH
        assert outcome_of(script, Arrangement(), toy("no-history"), 0) is Outcome.LOST_TURN

    @pytest.mark.parametrize("ends", [(), (Break("clear-chat"),)])
    def test_a_conversation_over_several_tabs(self, toy: Toy, ends: Script) -> None:
        """The same conversation in one tab is what it is compared with."""
        there, back = SwitchTab(THE_CUSTOMER, 2), SwitchTab(THE_CUSTOMER, 1)
        script = (ORDER[0], *ends, Break("new-tab"), ORDER[1], back, there, ORDER[2])
        expected = Outcome.FRESH if ends else Outcome.RESTORED
        assert outcome_of(script, Arrangement(), toy(), 0) is expected


class TestWhatCanBeSaid:
    """A finding needs a clean run to compare with, and a pass needs something that could show."""

    def test_a_target_that_is_not_repeatable_gives_no_finding(self, toy: Toy) -> None:
        explored = run(toy("random", "memory-only"))
        assert explored.findings == ()
        assert explored.exploration.verdict == "inconclusive"

    def test_a_fault_after_the_last_turn_of_a_blind_target_shows_nothing(self, toy: Toy) -> None:
        target = toy("memory-only")
        target.observe = lambda _: Observation()
        explored = run(target, ORDER[:1], ["crash"])
        assert explored.exploration.verdict == "inconclusive"
        assert "add a turn to the scenario" in explored.exploration.reasons[0]

    def test_what_the_script_ends_may_not_go_on_where_a_fault_hinders_the_end(
        self, toy: Toy
    ) -> None:
        target = toy()
        clear = target.clear
        target.clear = lambda sent: clear(sent) if target.world.memory else Answer(404, "")
        script = (ORDER[0], Break("clear-chat"), *ORDER[1:])
        assert {one.law for one in run(target, script, ["restart"]).findings} == {"Step"}

    def test_a_fault_is_not_said_to_begin_anew_what_the_script_ends(self, toy: Toy) -> None:
        script = (ORDER[0], Break("clear-chat"), *ORDER[1:])
        explored = run(toy(), script, ["restart", "lost-cookies"])
        outcomes = {(cell.fault, cell.outcome) for cell in explored.exploration.cells}
        assert ("restart", "restored") in outcomes
        assert ("restart", "fresh") not in outcomes
        assert ("lost-cookies", "fresh") in outcomes
