"""What a target cannot be put through, in sentences."""

from types import SimpleNamespace
from typing import cast

from simulators.faults.catalogue import named
from simulators.targets.target import Capability, Target
from simulators.targets.uncovered import uncovered_of

OVERLAP = [named("concurrent-turn")]


def target(*capabilities: Capability, **more: object) -> Target:
    return cast(Target, SimpleNamespace(capabilities=frozenset(capabilities), **more))


def test_what_a_target_tells_of_itself_is_told() -> None:
    assert uncovered_of(target(uncovered=("no strace",))) == ("no strace",)
    assert uncovered_of(target()) == ()


def test_two_messages_in_no_given_order_are_told_of_where_they_are_asked_for() -> None:
    (reason,) = uncovered_of(target(), OVERLAP)
    assert "was left to chance" in reason
    assert uncovered_of(target(Capability.ORDER), OVERLAP) == ()
    assert uncovered_of(target(), [named("crash")]) == ()


def test_two_messages_that_a_target_cannot_serve_at_once_are_told_of() -> None:
    (reason,) = uncovered_of(target(), wished=[named("crash"), *OVERLAP, named("double-click")])
    assert "which leaves out concurrent-turn, double-click; test the service" in reason
    assert uncovered_of(target(Capability.CONCURRENCY, Capability.ORDER), wished=OVERLAP) == ()
    assert uncovered_of(target(), wished=[named("crash")]) == ()
