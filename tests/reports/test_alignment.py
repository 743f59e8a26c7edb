"""Two transcripts side by side."""

from dataclasses import replace

from reports.alignment import Pair, aligned
from reports.record import LawBroken, Line

Lines = tuple[Line, ...]


def places(clean: Lines, faulted: Lines, turn: int = 2) -> list[tuple[int | None, int | None]]:
    return [(pair.clean, pair.faulted) for pair in aligned(clean, faulted, turn).pairs]


def test_a_fault_has_a_row_of_its_own(clean: Lines, faulted: Lines) -> None:
    assert places(clean, faulted) == [(0, 0), (None, 1), (1, 2), (2, 3)]


def test_the_first_difference_is_in_the_turn_that_broke_a_law(clean: Lines, faulted: Lines) -> None:
    alignment = aligned(clean, faulted, 2)
    assert alignment.first == 2
    assert alignment.pairs[2] == Pair(1, 2, ("reply", "session", "flow", "step"))


def test_another_reply_alone_is_not_where_they_part(clean: Lines) -> None:
    later = tuple(replace(line, reply=f"at noon {line.reply}") for line in clean)
    assert aligned(clean, later, 2).first == 1
    assert aligned(clean, later, 9).first is None


def test_the_same_relation_of_other_session_ids_is_no_difference(clean: Lines) -> None:
    renamed = tuple(replace(line, session_id="other") for line in clean)
    assert all(pair.differs == () for pair in aligned(clean, renamed, 1).pairs)


def test_another_tier_is_no_difference(clean: Lines) -> None:
    from_store = tuple(replace(line, served_from="store") for line in clean)
    assert all(pair.differs == () for pair in aligned(clean, from_store, 1).pairs)


def test_a_missing_turn_leaves_a_gap(clean: Lines) -> None:
    alignment = aligned(clean, (clean[0], clean[2]), 2)
    assert [(pair.clean, pair.faulted) for pair in alignment.pairs] == [(0, 0), (1, None), (2, 1)]
    assert alignment.first == 1


def test_turns_that_were_never_reached_come_last(clean: Lines) -> None:
    assert places(clean, clean[:1]) == [(0, 0), (1, None), (2, None)]


def test_a_message_delivered_again_stands_alone(clean: Lines) -> None:
    assert places(clean, (clean[0], clean[0], *clean[1:])) == [(0, 0), (None, 1), (1, 2), (2, 3)]


def test_a_fault_of_the_scenario_itself_stands_in_both(faulted: Lines) -> None:
    assert places(faulted, faulted) == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_of_nothing_there_is_nothing() -> None:
    assert aligned((), (), 1).pairs == ()


def broken(law: str, field: str, turn: int = 2, customer: str = "the customer") -> LawBroken:
    return LawBroken(law, turn, customer, field, "this", "that")


def test_the_tier_is_a_difference_where_its_law_was_broken(clean: Lines) -> None:
    from_store = tuple(replace(line, served_from="store") for line in clean)
    alignment = aligned(clean, from_store, 2, (broken("Tier", "served from"),))
    assert [pair.differs for pair in alignment.pairs] == [(), ("tier",), ()]
    assert alignment.first == 1


def test_what_is_kept_and_effects_are_told_with_both_values(clean: Lines) -> None:
    other = (clean[0], replace(clean[1], kept="{}", effects={"order": ("{}",)}), clean[2])
    laws = (broken("Data", "contact.name"), broken("Effect", "order"))
    pair = aligned(clean, other, 2, laws).pairs[1]
    assert pair.differs == ("kept", "effects")
    assert pair.changed == (("contact.name", "this", "that"), ("order", "this", "that"))


def test_of_two_deliveries_the_one_that_changed_something_differs(clean: Lines) -> None:
    again = replace(clean[1], repeats=True, kept="{}")
    alignment = aligned(clean, (*clean[:2], again, clean[2]), 2, (broken("Data", "history"),))
    assert [pair.differs for pair in alignment.pairs] == [(), (), ("kept",), ()]
    assert alignment.first == 2


def test_a_harmless_second_delivery_is_not_the_first_difference(clean: Lines) -> None:
    again = replace(clean[0], repeats=True)
    wrong = replace(clean[1], repeats=True, reply="One moment, please.")
    lines = (clean[0], again, clean[1], wrong, clean[2])
    alignment = aligned(clean, lines, 2, (broken("Reply", "repeated reply"),))
    assert alignment.first == 3
    assert alignment.pairs[3] == Pair(None, 3, ("reply",))


def test_where_no_line_tells_what_was_broken_its_turn_is_where_they_differ(clean: Lines) -> None:
    again = replace(clean[1], session_id="another")
    lines = (clean[0], again, clean[2])
    assert aligned(clean, lines, 2, (broken("Data", "history"),)).first == 1


def test_a_law_is_broken_for_one_customer(clean: Lines) -> None:
    mine = aligned(clean, clean, 2, (broken("Isolation", "session ID", customer="Priya"),))
    assert all(pair.differs == () for pair in mine.pairs)


def test_the_shape_of_a_reply_is_told_where_a_law_asks_for_it(clean: Lines) -> None:
    pair = aligned(clean, clean, 2, (broken("Expiry", "announcement"),)).pairs[1]
    assert (pair.differs, pair.changed) == (("shape",), (("announcement", "this", "that"),))
