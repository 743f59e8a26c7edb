"""Two transcripts beside each other."""

from dataclasses import replace

import pytest

from reports.printable import width
from reports.record import NO_RETRY, Circumstances, LawBroken, Line
from reports.side_by_side import LONGEST, NARROWEST, side_by_side
from reports.terminal import plain
from reports.transcript import transcript_text

HELLO = Line(1, "Hari", "hello", "Welcome!", 200, "s-1", "new", "order", "contact")
CRASH = Line(1, "Hari", "", "it died", fault="crash")
YES = Line(2, "Hari", "yes", "Placed.", 200, "s-1", "memory", "order", "complete")
LOST = replace(YES, reply="What?", session_id="s-2", served_from="new", flow=None, step=None)


def shown(clean: tuple[Line, ...], faulted: tuple[Line, ...], columns: int) -> str:
    return plain(side_by_side(clean, faulted, "crash after turn 1", columns))


def test_turns_stand_beside_each_other_and_a_fault_alone() -> None:
    assert shown((HELLO, YES), (HELLO, CRASH, replace(YES, served_from="store")), 80) == (
        "clean run                              │ with crash after turn 1\n"
        "                                       │\n"
        "turn 1, Hari: hello                    │ turn 1, Hari: hello\n"
        "reply: Welcome!                        │ reply: Welcome!\n"
        "session s-1, new, contact of order     │ session s-1, new, contact of order\n"
        "                                       │\n"
        "                                       │ fault crash (Hari): it died\n"
        "                                       │\n"
        "turn 2, Hari: yes                      │ turn 2, Hari: yes\n"
        "reply: Placed.                         │ reply: Placed.\n"
        "session s-1, memory, complete of order │ session s-1, store, complete of order\n"
    )


def test_a_fault_inside_a_turn_stands_before_the_messages_that_it_struck() -> None:
    inside = replace(
        CRASH, turn=1, fault="crash-after", circumstances=Circumstances(point="store.save #1")
    )
    over = replace(HELLO, reply="", status=0, circumstances=Circumstances(is_overlapped=True))
    left = Line(2, "Hari", "", "nothing was sent again", fault=NO_RETRY)
    faulted = (over, replace(LOST), left, inside)
    for columns in (NARROWEST - 1, NARROWEST, 110):
        text = shown((HELLO, YES), faulted, columns)
        assert text.index("fault crash-after (Hari): it died") < text.index("turn 1, Hari: hello")
        assert text.index("What?") < text.index("left alone (Hari)")
    told = transcript_text(faulted)
    assert told.index("fault crash-after") < told.index("turn 1, Hari") < told.index("left alone")


def test_a_line_that_a_transcript_has_twice_stays_in_both_places() -> None:
    inside = replace(CRASH, circumstances=Circumstances(point="store.save #1"))
    lines = transcript_text((HELLO, CRASH, HELLO, inside)).splitlines()
    firsts = [line[:12] for line in lines if not line.startswith(" ")]
    assert firsts == ["turn 1, Hari", "fault crash ", "fault crash ", "turn 1, Hari"]


def test_what_differs_is_marked() -> None:
    lines = shown((YES,), (LOST,), 80).splitlines()[2:]
    assert lines == [
        "turn 2, Hari: yes                      ≠ turn 2, Hari: yes",
        "reply: Placed.                         ≠ reply: What?",
        "session s-1, memory, complete of order ≠ session s-2, new, no flow",
    ]


def test_a_step_without_a_flow_stands_alone() -> None:
    here, there = (replace(YES, flow=None, step=step) for step in ("street", "dish"))
    assert "session s-1, memory, street" in shown((here,), (there,), 110)
    assert "session s-1, memory, dish" in shown((here,), (there,), 110)


def test_an_identifier_that_reads_the_same_and_is_another_one_is_told_as_such() -> None:
    again = replace(YES, effects={"order": ("number 1",)})
    broken = (LawBroken("Effect", 2, "Hari", "order", "number 1", "number 1"),)
    told = plain(side_by_side((YES,), (again,), "crash", 110, broken))
    assert "≠ order: number 1 is not the one told before" in told


def test_what_a_law_was_broken_by_is_marked_and_told() -> None:
    lost = replace(YES, kept="{}")
    broken = tuple(LawBroken("Data", 2, "Hari", f"part {number}", "9", "1") for number in range(8))
    lines = plain(side_by_side((YES,), (lost,), "crash", 80, broken)).splitlines()[2:]
    assert lines[:4] == [
        "turn 2, Hari: yes                      ≠ turn 2, Hari: yes",
        "reply: Placed.                         ≠ reply: Placed.",
        "session s-1, memory, complete of order ≠ session s-1, memory, complete of order",
        "                                       ≠ part 0: 9 became 1",
    ]
    assert lines[-1].endswith("≠ and 2 more")
    assert "part 0: 9 became 1" in plain(side_by_side((YES,), (lost,), "crash", 44, broken))


def test_an_error_is_told_with_its_status() -> None:
    failed = replace(YES, status=503, session_id=None, served_from=None, flow=None, step=None)
    assert "status 503, session unknown, unknown tier, no flow" in shown((YES,), (failed,), 110)


def test_what_one_of_them_lacks_leaves_its_place_empty() -> None:
    assert shown((HELLO, YES), (HELLO,), 80).splitlines()[-3:] == [
        "turn 2, Hari: yes                      │",
        "reply: Placed.                         │",
        "session s-1, memory, complete of order │",
    ]


def test_on_a_narrow_terminal_what_differs_stands_below() -> None:
    assert shown((HELLO, YES), (HELLO, CRASH, LOST), 44) == (
        "\n"
        "turn 1, Hari: hello\n"
        "reply: Welcome!\n"
        "session s-1, new, contact of order\n"
        "\n"
        "fault crash (Hari): it died\n"
        "\n"
        "turn 2, Hari: yes\n"
        "in the clean run:\n"
        "reply: Placed.\n"
        "session s-1, memory, complete of order\n"
        "with faults:\n"
        "reply: What?\n"
        "session s-2, new, no flow\n"
    )


def test_on_a_narrow_terminal_what_is_missing_is_told() -> None:
    assert shown((YES,), (), 44).endswith("complete of order\nwith faults: nothing\n")


def test_a_reference_without_a_turn_is_no_clean_run() -> None:
    """A message that nobody sends again may have had its turn, or not."""
    not_made = replace(YES, reply="", status=0, session_id=None)
    heading, _, *rest = shown((not_made,), (LOST,), 160).splitlines()
    assert heading.startswith("clean run without turn 2, which may not have happened")
    assert any(line.startswith("no answer ") for line in rest)


def test_a_message_that_comes_again_or_from_another_tab_is_told_as_such() -> None:
    again = replace(HELLO, repeats=True, tab=2)
    told = "turn 1, Hari in tab 2 (delivered again): hello"
    assert told in transcript_text((HELLO, again))
    assert told in shown((HELLO,), (HELLO, again), 160)


@pytest.mark.parametrize("columns", [10, NARROWEST - 1, NARROWEST, 200])
def test_nothing_is_wider_than_the_terminal(columns: int) -> None:
    long = replace(LOST, text="很长的文字 " * 50, reply="x" * 3_000 + "\n\x1b[31m red")
    lines = shown((YES,), (long,), columns).splitlines()
    assert max(map(width, lines)) <= columns
    assert not any("\x1b" in line for line in lines)


def test_a_reply_of_a_megabyte_is_cut() -> None:
    text = shown((YES,), (replace(YES, reply="word " * 200_000),), 80)
    assert len(text) < 5 * LONGEST
