"""What the record keeps of a finding is enough to play it again, and says the same."""

import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.reproducer import Arranged, Reproducer, ScriptedAction
from reports.shape import fields_of
from simulators.conversation import (
    Action,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Read,
    Resend,
    Say,
    StockedPart,
    SwitchTab,
)
from simulators.explorer.replaying import Example
from simulators.faults.catalogue import FAULTS
from simulators.plan import Placed
from simulators.shrinker.reproducer import arrangement_of, example_of, reproducer_of
from simulators.targets.target import Arrangement

NAMES = st.text(min_size=1)
PAUSES = st.timedeltas(timedelta(), timedelta(days=36_500))
COUNTS = st.integers(0)
FAULT_NAMES = st.sampled_from([fault.name for fault in FAULTS])
INSIDE_NAMES = [fault.name for fault in FAULTS if fault.inside is not None]
POINTS = st.from_regex(r"[a-z_]+\.[a-z_]+ #[0-9]+", fullmatch=True)
PARTS = st.builds(StockedPart, NAMES, COUNTS, COUNTS, COUNTS)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, NAMES, st.text()),
    st.builds(SwitchTab, NAMES, COUNTS),
    st.builds(Pause, PAUSES),
    st.builds(Break, FAULT_NAMES, NAMES),
    st.builds(Impersonate, NAMES, NAMES),
    st.builds(OmitUser, NAMES),
    st.builds(ClaimUser, NAMES, NAMES),
    st.builds(Read, NAMES),
    st.builds(Operate, st.sampled_from(Operation)),
    st.builds(ChangeCatalogue, st.lists(PARTS).map(tuple)),
    st.builds(Interrupt, st.sampled_from(INSIDE_NAMES), POINTS, COUNTS),
    st.builds(Resend, NAMES, st.booleans()),
)
EXAMPLES = st.builds(
    Example,
    st.lists(ACTIONS).map(tuple),
    st.lists(
        st.builds(Placed, COUNTS, FAULT_NAMES, NAMES, tries=COUNTS)
        | st.builds(
            Placed, COUNTS, FAULT_NAMES, point=POINTS, tries=COUNTS, is_given_up=st.booleans()
        )
    ).map(tuple),
)
ARRANGEMENTS = st.builds(
    Arrangement,
    st.none() | st.lists(PARTS).map(tuple),
    st.none() | COUNTS,
    st.none() | PAUSES,
    st.none() | PAUSES,
    st.none() | st.dictionaries(st.text(), st.text()),
    st.none() | st.text(),
)
REPRODUCER = Reproducer("reference", 0, Arranged(), (), ())


@given(EXAMPLES, ARRANGEMENTS, st.text(), st.integers())
def test_it_goes_through_the_record_and_back(
    example: Example, arrangement: Arrangement, target: str, seed: int
) -> None:
    shape = fields_of(Reproducer)
    written = json.dumps(shape.encode(reproducer_of(example, arrangement, target, seed)))
    read = shape.decode(json.loads(written))
    assert isinstance(read, Reproducer)
    assert (read.target, read.seed) == (target, seed)
    assert example_of(read) == example
    assert arrangement_of(read.arranged) == arrangement


def test_nothing_of_an_arrangement_is_forgotten() -> None:
    assert [one.name for one in fields(Arranged)] == [one.name for one in fields(Arrangement)]


def test_names_stand_in_it_and_no_positions() -> None:
    example = Example(
        (Say("Hari", "hello"), Break("new-tab", "Hari")), (Placed(1, "reload", "Hari"),)
    )
    kept = reproducer_of(example, Arrangement(), "reference", 7)
    assert kept.faults == ("reload of Hari after turn 1",)
    assert kept.script == (
        ScriptedAction("say", "Hari", "hello"),
        ScriptedAction("break", "Hari", "new-tab"),
    )


@pytest.mark.parametrize(
    "scripted",
    [
        ScriptedAction("say", "Hari"),
        ScriptedAction("say", text="hello"),
        ScriptedAction("switch tab", "Hari"),
        ScriptedAction("pause"),
        ScriptedAction("break", "Hari"),
        ScriptedAction("impersonate", "Hari"),
        ScriptedAction("omit user"),
        ScriptedAction("claim user", "Hari"),
        ScriptedAction("operate"),
        ScriptedAction("change catalogue"),
        ScriptedAction("interrupt", "Hari"),
        ScriptedAction("resend"),
        ScriptedAction("dance", "Hari"),
    ],
)
def test_an_action_that_lacks_a_part_is_refused(scripted: ScriptedAction) -> None:
    kept = replace(REPRODUCER, script=(ScriptedAction("say", "Hari", "hello"), scripted))
    with pytest.raises(ValueError, match=rf"action 2 of its script, '{scripted.does}', lacks"):
        example_of(kept)


@pytest.mark.parametrize(
    ("kept", "complaint"),
    [
        (replace(REPRODUCER, faults=("crash",)), "not a fault in its place: 'crash'"),
        (replace(REPRODUCER, script=(ScriptedAction("operate", text="x"),)), "'x' is not a valid"),
        (
            replace(REPRODUCER, script=(ScriptedAction("interrupt", text="x"),)),
            "not a fault in its place: 'x'",
        ),
        (
            replace(REPRODUCER, script=(ScriptedAction("pause", seconds=1e300),)),
            r"1e\+300 seconds are no duration",
        ),
    ],
)
def test_what_no_run_has_written_is_refused(kept: Reproducer, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        example_of(kept)


def test_a_lifetime_beyond_all_time_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1e\+300 seconds are no duration"):
        arrangement_of(Arranged(session_expiry=1e300))
