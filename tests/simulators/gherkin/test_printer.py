"""A finding as a scenario in Gherkin."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import dedent, indent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulators.campaign.campaign import Options, explore
from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Say,
    Script,
    StockedPart,
    SwitchTab,
)
from simulators.errors import UsageError
from simulators.faults.catalogue import select
from simulators.gherkin.arrangement_text import given_steps
from simulators.gherkin.feature_file import read_feature
from simulators.gherkin.play import Play
from simulators.gherkin.printer import print_scenario
from simulators.gherkin.vocabulary import contexts
from simulators.gherkin.wording import customer_name, duration_text, text_argument
from simulators.laws import Breach
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed, Plan
from simulators.targets.target import Arrangement, Target
from simulators.trace import Exchange, Life, Observation, Strike, Trace
from simulators.varying import Varies
from tests.pasting import failure_of, perform, play_on, steps_of

Toy = Callable[..., Target]
Make = Callable[..., Exchange]
Happened = Callable[[Script], list[Exchange | Strike]]
CRASH = Break("crash")
ORDER = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari 9876543210", "yes"))
TWO_CUSTOMERS = tuple(
    Say(name, text) for text in ("hello", "my number", "yes") for name in ("Anu", "Hari")
)


def found(
    breach: Breach,
    *reference: Exchange,
    plan: Plan = (),
    trace: Sequence[Exchange | Strike] = (),
    shown: int | None = None,
) -> Judged:
    """A play that broke a law once, which came to light in so many happenings of its trace."""
    turns = {exchange.turn: exchange for exchange in reference}
    happened = tuple(trace or reference)
    beginning = Trace(happened[:shown])
    return Judged(
        plan, Trace(happened), turns, (breach,), Outcome.LOST_TURN, beginning, Outcome.LOST_TURN
    )


@pytest.fixture
def happened(exchange: Make) -> Happened:
    """What a script brings about: an exchange a message, and a strike a fault."""

    def happen(script: Script) -> list[Exchange | Strike]:
        happenings: list[Exchange | Strike] = []
        turn = 0
        for action in script:
            if isinstance(action, Say):
                turn += 1
                happenings.append(exchange(turn, action.text, customer=action.customer))
            if isinstance(action, Break):
                happenings.append(Strike(action.fault, action.customer, turn, True, "seen"))
        return happenings

    return happen


def breach(law: str, field: str, expected: str = "x", actual: str = "y") -> Breach:
    return Breach(law, 1, THE_CUSTOMER, field, expected, actual)


def printed(
    script: Script,
    result: Judged,
    arrangement: Arrangement | None = None,
    varying: Collection[str] = (),
) -> str:
    mask = {(1, path): {1: Varies.FREELY} for path in varying}
    return print_scenario("An order", script, arrangement or Arrangement(), result, mask)


def check_of(result: Judged, *varying: str) -> str:
    """The lines of the check, without its keyword, where something varies in turn 1."""
    lines = printed(ORDER[:1], result, varying=varying).split("\n  Then ")[1]
    return lines.replace("\n  ", "\n").removesuffix("\n")


def played(text: str, folder: Path, target: Callable[[], Target]) -> Play:
    """Play a printed scenario with the step library; raises what its check raises."""
    play = play_on(target)
    for step in steps_of(text, folder):
        perform(play, step)
    return play


class TestAWholeScenario:
    """The steps up to the breach, the faults in their places, the check that fails."""

    def test_one_fault(self, happened: Happened) -> None:
        result = found(
            Breach("Session", 2, THE_CUSTOMER, "session ID", "the session of turn 1", "a new one"),
            plan=(Placed(1, "crash"),),
            trace=happened((ORDER[0], CRASH, *ORDER[1:])),
            shown=3,
        )
        assert printed(ORDER, result) == dedent(
            """\
            Scenario: An order, lost-turn at turn 2
              When the customer says "hello"
              And the server crashes
              And the customer says "Hari 9876543210"
              # Session law: the clean run has the session of turn 1
              Then the customer's session is the same
            """
        )

    def test_several_faults_and_customers(self, happened: Happened) -> None:
        first, second, *later = TWO_CUSTOMERS
        played = (first, Break("reload", "Anu"), CRASH, second, Break("eviction", "Hari"), *later)
        result = found(
            Breach("Liveness", 2, "Hari", "status", "200", "500"),
            plan=(Placed(1, "reload", "Anu"), Placed(1, "crash"), Placed(2, "eviction", "Hari")),
            trace=happened(played),
            shown=5,
        )
        assert printed(TWO_CUSTOMERS, result) == dedent(
            """\
            Scenario: An order, lost-turn at turn 2
              When Anu says "hello"
              And Anu reloads the page
              And the server crashes
              And Hari says "hello"
              And Hari's session is evicted from memory
              # Liveness law: the clean run has 200
              Then Hari's message is accepted
            """
        )

    def test_every_action_and_an_arrangement(self, happened: Happened) -> None:
        script: tuple[Action, ...] = (
            Say("Anu", "hello"),
            Break("new-tab", "Anu"),
            SwitchTab("Anu", 2),
            Pause(timedelta(minutes=31)),
            Impersonate("the shop's cat", "Anu"),
            OmitUser("Anu"),
            ClaimUser("the shop's cat", "Anu"),
            Operate(Operation.SWEEP),
            ChangeCatalogue((StockedPart("Fan", 45_000, 40_050, 20),)),
            Say("the shop's cat", "two\nlines"),
        )
        result = found(
            Breach("Isolation", 2, "the shop's cat", "session ID", "a\nsession", "another"),
            trace=happened(script),
        )
        arrangement = Arrangement(memory_capacity=1, session_expiry=timedelta(hours=1))
        assert printed(script, result, arrangement) == dedent(
            '''\
            Scenario: An order, lost-turn at turn 2
              Given memory holds at most 1 session
              And sessions expire after 1 hour
              When Anu says "hello"
              And Anu opens a new tab
              And Anu goes to tab 2
              And 31 minutes pass
              And "the shop's cat" presents Anu's session ID
              And Anu's page sends no user ID
              And "the shop's cat"'s page sends Anu's user ID
              And old sessions are swept
              And the shop changes the catalogue to
                | part | price | bulk price | stock |
                | Fan  | 450   | 400.50     | 20    |
              And "the shop's cat" says:
              """
              two
              lines
              """
              # Isolation law: the clean run has a session
              Then "the shop's cat"'s session is never another customer's
            '''
        )

    @pytest.mark.parametrize(
        ("shown", "steps"),
        [
            (1, "says"),
            (2, "says reloads"),
            (3, "says reloads passes crashes"),
            (4, "says reloads passes crashes says"),
            (5, "says reloads passes crashes says swept evicted"),
        ],
    )
    def test_the_steps_end_with_the_one_that_broke_the_law(
        self, happened: Happened, shown: int, steps: str
    ) -> None:
        script = (
            *(ORDER[0], Pause(timedelta(minutes=1)), CRASH),
            *(ORDER[1], Operate(Operation.SWEEP), Break("eviction"), Pause(timedelta(minutes=1))),
        )
        played = (ORDER[0], Break("reload"), *script[1:])
        result = found(
            breach("Liveness", "status"),
            plan=(Placed(1, "reload"),),
            trace=happened(played),
            shown=shown,
        )
        lines = printed(script, result).split("\n  #")[0].splitlines()[1:]
        words = [[word for word in line.split() if word in steps.split()] for line in lines]
        assert words == [[word] for word in steps.split()]

    def test_a_fault_of_the_script_that_found_nothing_to_strike_is_left_out(
        self, happened: Happened
    ) -> None:
        script = (ORDER[0], Break("reload"), ORDER[1])
        first, reload, *rest = happened((ORDER[0], Break("reload"), *script[1:]))
        missed = replace(rest.pop(0), fired=False)
        result = found(
            breach("Liveness", "status"),
            plan=(Placed(1, "reload"),),
            trace=(first, reload, missed, *rest),
        )
        assert printed(script, result).count("reloads the page") == 1

    @pytest.mark.parametrize(
        ("life", "count"), [(Life.LOST, 1), (Life.HELD, 1), (Life.ENDED, 0), (Life.EXPIRED, 0)]
    )
    def test_a_chat_that_was_not_cleared_is_told_where_there_was_one(
        self, happened: Happened, exchange: Make, life: Life, count: int
    ) -> None:
        script = (ORDER[0], Break("clear-chat"), Say("Anu", "hello"), ORDER[1])
        first, cleared, other, _ = happened(script)
        trace = (first, replace(cleared, fired=False), other, exchange(3, life=life))
        result = found(breach("Liveness", "status"), trace=trace)
        assert printed(script, result).count("clears the chat") == count

    def test_a_name_of_many_lines_stays_on_one(self) -> None:
        text = print_scenario(
            "An\n order\u2028\ud800", ORDER, Arrangement(), found(breach("Session", "session ID"))
        )
        assert text.startswith("Scenario: An order \\ud800, lost-turn at turn 1\n")

    def test_a_long_value_of_the_clean_run_is_cut(self) -> None:
        text = printed(ORDER, found(breach("Reply", "text", "a\n" * 500_000)))
        assert len(text) < 1_000


class TestChecks:
    """Each breach has a check that asks for the very value that differs."""

    @pytest.mark.parametrize(
        ("one", "step"),
        [
            (breach("Session", "session ID"), "the customer's session is the same"),
            (breach("Expiry", "session ID"), "the customer's session is new"),
            (
                breach("Expiry", "announcement"),
                "the customer's reply says that it starts afresh",
            ),
            (
                breach("Expiry", "served from", "new"),
                'the customer\'s turn was served from "new"',
            ),
            (
                breach("Expiry", "text", actual="98765 43210"),
                'the customer\'s reply does not mention "98765 43210"',
            ),
            (
                breach("Tier", "served from", "store"),
                'the customer\'s turn was served from "store"',
            ),
            (breach("Tier", "served from", "memory or store"), 'the outcome is "restored"'),
            (breach("Liveness", "status"), "the customer's message is accepted"),
            (breach("Liveness", "status of the first try"), "the customer's message is accepted"),
            (breach("Effect", "order", "1", "2"), 'exactly 1 "order" effect'),
            (breach("Effect", "order", "n 1", "n 2"), 'the outcome is "restored"'),
            (
                breach("Isolation", "session ID"),
                "the customer's session is never another customer's",
            ),
            (
                breach("Isolation", "text", actual="hari@example.com"),
                'the customer\'s reply does not mention "hari@example.com"',
            ),
            (breach("Reply", "repeated reply"), 'the outcome is "restored"'),
            (breach("Data", "name"), 'the outcome is "restored"'),
            (breach("Step", "step"), 'the outcome is "restored"'),
        ],
        ids=lambda value: (
            f"{value.law} {value.field} {value.expected}" if isinstance(value, Breach) else None
        ),
    )
    def test_without_a_reference(self, one: Breach, step: str) -> None:
        assert check_of(found(one)) == step

    def test_the_step(self, exchange: Make) -> None:
        expected = exchange(1, flow="bulk_order", step="confirming")
        assert check_of(found(breach("Step", "step"), expected)) == (
            'the customer\'s conversation is at step "confirming" of "bulk_order"'
        )

    @pytest.mark.parametrize(
        ("customer", "step"),
        [("Hari", 'exactly 1 "order" effect'), ("Anu", 'the outcome is "restored"')],
    )
    def test_effects_of_one_session_are_counted_where_it_wrote_last(
        self, exchange: Make, customer: str, step: str
    ) -> None:
        last = exchange(1, customer="Hari")
        last = replace(last, seen=replace(last.seen, own=frozenset({"order"})))
        one = replace(breach("Effect", "order", "1", "2"), customer=customer)
        assert check_of(found(one, last)) == step

    def test_a_step_of_no_flow(self, exchange: Make) -> None:
        expected = exchange(1, step="street")
        assert check_of(found(breach("Step", "step"), expected)) == (
            'the customer\'s conversation is at step "street" of no flow'
        )

    def test_no_flow(self, exchange: Make) -> None:
        assert check_of(found(breach("Step", "flow"), exchange(1))) == "the customer is in no flow"

    @pytest.mark.parametrize(
        ("field", "kept", "step"),
        [
            ("name", {"name": "Hari"}, '"name" as "Hari"'),
            ("bulk.quantity", {"bulk": {"quantity": 11}}, '"bulk.quantity" as 11'),
            ("said", {"said": ["a", {"b": None}]}, '"said" as ["a", {"b": null}]'),
            ("name", {"name": "ഹരി"}, '"name" as "ഹരി"'),
            ("name", {"name": "\ud800\n"}, '"name" as "\\ud800\\n"'),
            ("is_done", {"is_done": False}, '"is_done" as false'),
        ],
    )
    def test_kept_data(
        self, exchange: Make, field: str, kept: dict[str, object], step: str
    ) -> None:
        result = found(breach("Data", field), exchange(1, kept=kept))
        assert check_of(result) == f"the customer's session keeps {step}"

    @pytest.mark.parametrize("field", ["phone", "a.b", "odd\nkey", "name.first", "\ud800"])
    def test_kept_data_that_no_sentence_can_ask_for(self, exchange: Make, field: str) -> None:
        kept = {"name": "Hari", "a.b": 1, "odd\nkey": 1, "\ud800": 1}
        result = found(breach("Data", field), exchange(1, kept=kept))
        assert check_of(result) == 'the outcome is "restored"'

    def test_kept_words_that_a_word_of_a_new_start_may_precede(self, exchange: Make) -> None:
        over = exchange(1, life=Life.EXPIRED)
        said = exchange(1, reply="Hello!\nWelcome", kept={"said": ["hello", "Hello!\nWelcome"]})
        result = found(breach("Data", "said"), said, trace=(over,))
        assert check_of(result) == 'the outcome is "fresh"'
        other = exchange(1, reply="Hello!", kept={"name": "Hari"})
        result = found(breach("Data", "name"), other, trace=(over,))
        assert check_of(result) == 'the customer\'s session keeps "name" as "Hari"'

    @pytest.mark.parametrize("told", ["CW-20260105-001", "on 2026-01-05"])
    def test_a_day_of_the_clean_run_after_a_fault_that_lets_time_pass(
        self, exchange: Make, told: str
    ) -> None:
        """A correct service has another one."""
        said = exchange(1, reply=told, kept={"said": told})
        for one in (breach("Data", "said"), breach("Reply", "text")):
            later = found(one, said, plan=(Placed(1, "before-expiry"),))
            assert check_of(later) == 'the outcome is "restored"'
            assert told in check_of(found(one, said, plan=(Placed(1, "crash"),)))

    @pytest.mark.parametrize(
        ("one", "varying", "is_exact"),
        [
            (breach("Reply", "text"), "text", False),
            (breach("Reply", "text"), "kept.number", True),
            (breach("Data", "number"), "kept.number", False),
            (breach("Data", "said"), "kept.said.0", False),
            (breach("Data", "number"), "kept.number_of_lines", True),
            (breach("Step", "step"), "step", False),
            (breach("Effect", "order", "n 4821"), "effects.order.0.n", False),
            (breach("Effect", "order", "1", "2"), "effects.order.0.n", True),
        ],
        ids=str,
    )
    def test_no_value_that_a_correct_service_draws_anew(
        self, exchange: Make, one: Breach, varying: str, is_exact: bool
    ) -> None:
        kept = {"number": "4821", "said": ["4821"]}
        rows = {"order": ({"n": "4821"},)}
        said = exchange(1, reply="Order 4821", step="order-4821", kept=kept, effects=rows)
        result = found(one, said, trace=(replace(said, seen=Observation()),))
        assert check_of(result) != 'the outcome is "restored"'
        assert (check_of(result, varying) == check_of(result)) is is_exact
        assert is_exact or check_of(result, varying) == 'the outcome is "restored"'

    @pytest.mark.parametrize("law", ["Isolation", "Expiry"])
    def test_no_session_id_of_one_play(self, exchange: Make, law: str) -> None:
        said = exchange(1, session_id="9c2f51e0")
        result = found(breach(law, "text", actual="9c2f51e0"), said)
        assert check_of(result) == 'the outcome is "restored"'

    @pytest.mark.parametrize(
        ("reply", "step"),
        [
            ("Welcome", ' "Welcome"'),
            ('Say "yes"', ' "Say "yes""'),
            ("two\nlines", ':\n"""\ntwo\nlines\n"""'),
            ("tab\there", ':\n"""json\n"tab\\there"\n"""'),
            ("", ' ""'),
        ],
    )
    def test_the_reply(self, exchange: Make, reply: str, step: str) -> None:
        result = found(breach("Reply", "text"), exchange(1, reply=reply))
        assert check_of(result) == f"the customer's reply is{step}"

    def test_a_reply_that_a_word_of_a_new_start_may_precede(self, exchange: Make) -> None:
        over = exchange(1, life=Life.EXPIRED)
        result = found(breach("Reply", "text"), exchange(1), trace=(over,))
        assert check_of(result) == 'the outcome is "fresh"'


class TestPasted:
    """A printed scenario fails on the service that it was found on, and on no correct one."""

    @pytest.mark.parametrize("script", [ORDER, TWO_CUSTOMERS], ids=["one", "two customers"])
    @pytest.mark.parametrize(
        "variant",
        [
            *("memory-only", "no-history", "no-dedupe", "trusts-anybody", "never-expires"),
            *("half-expires", "silent-expiry", "wedged", "cold", "skewed"),
            *("restores-latest", "undead", "numbers-in-memory", "not-remembered"),
        ],
    )
    def test_it_fails_the_same_way(
        self, toy: Toy, tmp_path: Path, variant: str, script: Script
    ) -> None:
        target = toy(variant)
        faults = tuple(select("all", target.capabilities))
        findings = explore("Any", script, Arrangement(), target, Options(0, 1, faults)).findings
        for finding in findings:
            failed = failure_of(finding, lambda: toy(variant), tmp_path)
            assert failed == (finding.law, finding.outcome)
            played(finding.gherkin, tmp_path, toy)

    @pytest.mark.parametrize("variant", ["stale-store", "skewed"])
    def test_two_faults_fail_the_same_way(self, toy: Toy, tmp_path: Path, variant: str) -> None:
        target = toy(variant)
        faults = tuple(select("all", target.capabilities))
        findings = explore("Any", ORDER, Arrangement(), target, Options(0, 2, faults)).findings
        assert any("," in finding.plan for finding in findings)
        for finding in findings:
            failed = failure_of(finding, lambda: toy(variant), tmp_path)
            assert failed == (finding.law, finding.outcome)


ODD_TEXTS = st.text() | st.text(alphabet=' \t\n\r"\\|#@<>ab\u2028\u00a0\ud800').map(str)


class TestValuesReadBack:
    """What is written in a step is what the step library reads."""

    @given(text=ODD_TEXTS)
    @example(text='"""\x1f')
    @example(text='\\"""\\\n\x1f\\')
    def test_any_text(self, tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
        step = _read(f"When the customer says{text_argument(text)}", tmp_path_factory)
        argument = step.docstring if step.docstring is not None else step.name[19:-1]
        assert argument == text

    @given(st.text(min_size=1).filter(lambda name: name.isprintable() and '"' not in name))
    def test_any_name_that_a_feature_file_can_hold(self, name: str) -> None:
        assert _argument(f"{customer_name(name)} goes to tab 2", "customer") == name

    def test_the_customer_and_capitalised_words_stand_bare(self) -> None:
        assert customer_name(THE_CUSTOMER) == "the customer"
        assert customer_name("Anna-Maria2") == "Anna-Maria2"
        assert customer_name("hari") == '"hari"'
        assert customer_name("Hari Om") == '"Hari Om"'
        assert customer_name('Hari "Om"') == "\"Hari 'Om'\""

    @given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4_000)))
    def test_any_duration(self, duration: timedelta) -> None:
        assert _argument(f"{duration_text(duration)} pass", "duration") == duration

    @pytest.mark.parametrize(
        ("duration", "text"),
        [
            (timedelta(0), "0 seconds"),
            (timedelta(seconds=1), "1 second"),
            (timedelta(seconds=90), "90 seconds"),
            (timedelta(minutes=31), "31 minutes"),
            (timedelta(hours=1), "1 hour"),
            (timedelta(hours=24), "1 day"),
            (timedelta(hours=25), "25 hours"),
            (timedelta(microseconds=1), "0.000001 seconds"),
            (timedelta(hours=24) - timedelta.resolution, "86399.999999 seconds"),
        ],
    )
    def test_a_duration_is_told_in_the_largest_unit(self, duration: timedelta, text: str) -> None:
        assert duration_text(duration) == text


class TestArrangements:
    """The Given steps that set a service up."""

    def test_nothing_special_needs_no_step(self) -> None:
        assert list(given_steps(Arrangement())) == []

    def test_everything(self) -> None:
        arrangement = Arrangement(
            parts=(StockedPart("Remote control", 45_000, 40_050, 20), StockedPart("A|b", 5, 0, 0)),
            memory_capacity=3,
            memory_idle_timeout=timedelta(minutes=10),
            session_expiry=timedelta(days=2),
            model_answers={"Are you open?": "Until 6", 'say " to " me': "ok"},
            model_failure="timeout",
        )
        assert "\n".join(given_steps(arrangement)) == dedent(
            """\
            the catalogue
              | part           | price | bulk price | stock |
              | Remote control | 450   | 400.50     | 20    |
              | A\\|b           | 0.05  | 0          | 0     |
            memory holds at most 3 sessions
            memory keeps a silent session for 10 minutes
            sessions expire after 2 days
            the language model answers "Until 6" to "Are you open?"
            the language model answers
              | message       | answer |
              | say " to " me | ok     |
            the language model fails with "timeout\""""
        )

    @given(
        st.builds(
            Arrangement,
            parts=st.none()
            | st.lists(
                st.builds(
                    StockedPart,
                    st.text("ab |\\é-", min_size=1).map(str.strip).filter(bool),
                    *[st.integers(0, 10**9)] * 3,
                ),
                min_size=1,
                max_size=3,
                unique_by=lambda part: part.name.casefold(),
            ).map(tuple),
            memory_capacity=st.none() | st.integers(1, 10**9 - 1),
            memory_idle_timeout=st.none() | st.timedeltas(timedelta.resolution, timedelta(4_000)),
            session_expiry=st.none() | st.timedeltas(timedelta.resolution, timedelta(4_000)),
            model_answers=st.none()
            | st.dictionaries(st.text('ab "to'), st.text('ab "to\\|'), min_size=1, max_size=3),
            model_failure=st.none() | st.sampled_from(["429", "500", "timeout", "empty"]),
        ).filter(lambda one: '" to "' not in "".join(one.model_answers or {}))
    )
    def test_any_arrangement_is_read_back(
        self, tmp_path_factory: pytest.TempPathFactory, arrangement: Arrangement
    ) -> None:
        steps = [f"Given {step}" for step in given_steps(arrangement)]
        text = "Scenario: Any\n" + indent("\n".join(steps), "  ") + "\n"
        if steps:
            play = played(text, tmp_path_factory.mktemp("read"), _no_target)
            assert play.arrangement == arrangement


def _no_target() -> Target:
    raise UsageError("an arrangement alone starts no service")


def _argument(line: str, place: str) -> object:
    (context,) = (
        context
        for context, _ in contexts()
        if context.type == "when" and context.parser.is_matching(line)
    )
    found_there = context.parser.parse_arguments(line)
    assert found_there is not None
    return context.converters[place](found_there[place])


def _read(lines: str, folders: pytest.TempPathFactory) -> object:
    path = folders.mktemp("read") / "any.feature"
    scenario = "Scenario: Any\n" + indent(lines, "  ", lambda _: True)
    path.write_text("Feature: Any\n" + indent(scenario, "  ", lambda _: True), encoding="utf-8")
    (read,) = read_feature(path).feature.scenarios.values()
    (step,) = read.steps
    return step
