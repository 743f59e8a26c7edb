"""What stands in for an attribute is taken away, and put where it stood."""

from collections.abc import Callable

import pytest

from simulators.targets.application.patches import Patches


class Driver:
    """Of somebody else's."""

    def execute(self) -> str:
        return "executed"


def watched(execute: Callable[[object], str]) -> object:
    return lambda driver: f"watched and {execute(driver)}"


@pytest.fixture
def patches() -> Patches:
    patches = Patches()
    patches.put(Driver, "execute", watched)
    patches.remove()
    return patches


def test_what_was_removed_is_put_again(patches: Patches) -> None:
    assert Driver().execute() == "executed"
    assert patches.put_again()
    assert Driver().execute() == "watched and executed"
    patches.remove()
    assert Driver().execute() == "executed"


def test_what_stands_in_already_is_put_once(patches: Patches) -> None:
    patches.put_again()
    patches.put(Driver, "execute", watched)
    assert Driver().execute() == "watched and executed"
    patches.remove()


def test_nothing_takes_the_place_of_what_came_meanwhile(
    patches: Patches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Driver, "execute", lambda _: "done otherwise")
    assert not patches.put_again()
    assert Driver().execute() == "done otherwise"
    patches.put(Driver, "execute", watched)
    assert Driver().execute() == "watched and done otherwise"
    patches.remove()
    assert Driver().execute() == "done otherwise"
