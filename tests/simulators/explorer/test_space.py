"""Counts the plans that lead through a space of states."""

import pytest

from simulators.explorer.space import NOWHERE, Space


@pytest.fixture
def space() -> Space:
    """Two turns, between which one fault leads on beside the clean run, and one to nowhere."""
    space = Space()
    for number, progress in enumerate((1, 3, 5, 3)):
        assert space.meet(progress, (bytes([number]), False)) == number
    space.turns([0, 1, 2])
    space.turns([3, 2])
    space.strike(1, 3)
    space.strike(1, NOWHERE)
    space.strike(3, 3)
    return space


@pytest.mark.parametrize(
    ("depth", "plans"), [(1, [1, 1, 1, 0]), (2, [1, 1, 2, 1]), (3, [1, 1, 3, 2])]
)
def test_plans_of_fewer_faults_lead_to_each_state(
    space: Space, depth: int, plans: list[int]
) -> None:
    assert space.arrivals(depth) == plans


def test_a_state_is_known_by_its_digest_and_by_whether_a_fault_may_strike(space: Space) -> None:
    assert space.find((bytes([3]), False)) == 3
    assert space.find((bytes([3]), True)) is None


def test_from_a_doomed_state_on_a_law_is_broken(space: Space) -> None:
    assert not space.is_doomed(3)
    space.doom([3])
    assert [space.is_doomed(state) for state in range(len(space))] == [False, False, False, True]
