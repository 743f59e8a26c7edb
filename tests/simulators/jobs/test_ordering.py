"""What comes in any order goes on in the order of collection."""

from hypothesis import given
from hypothesis import strategies as st

from simulators.jobs.ordering import InOrder

NAMES = ["a", "b", "c", "d", "e"]


@given(st.permutations(NAMES))
def test_things_go_on_in_the_order_of_expectation(arrivals: list[str]) -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    for name in arrivals:
        ordered.note(name, f"{name}1")
        ordered.note(name, f"{name}2")
        ordered.complete(name)
    assert passed == [f"{name}{number}" for name in NAMES for number in (1, 2)]


@given(st.permutations(NAMES), st.integers(0, 5))
def test_what_is_known_in_order_has_gone_on_already(arrivals: list[str], count: int) -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    for name in arrivals[:count]:
        ordered.note(name, name)
        ordered.complete(name)
    missing = next((name for name in NAMES if name not in arrivals[:count]), "f")
    assert passed == [name for name in NAMES if name < missing]


@given(st.permutations(NAMES), st.integers(0, 5))
def test_a_flush_leaves_nothing_behind(arrivals: list[str], count: int) -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    for name in arrivals[:count]:
        ordered.note(name, name)
        ordered.complete(name)
    ordered.flush()
    assert sorted(passed) == sorted(arrivals[:count])
    waited = [name for name in passed if name > min(set(NAMES) - set(passed), default="f")]
    assert waited == sorted(waited)


def test_the_first_that_is_not_complete_need_not_wait() -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    ordered.note("a", "its call")
    assert passed == ["its call"]


def test_expecting_the_same_once_more_changes_nothing() -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    ordered.expect(NAMES)
    ordered.note("b", "b")
    ordered.complete("b")
    ordered.complete("a")
    assert passed == ["b"]


def test_who_is_not_expected_waits_for_nobody() -> None:
    passed: list[str] = []
    ordered = InOrder(passed.append)
    ordered.expect(NAMES)
    ordered.note("z", "z")
    assert passed == ["z"]
