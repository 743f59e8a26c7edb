"""What outlives the processes of one world, part by part."""

from collections.abc import Callable

import pytest

from coolwind.stores.in_memory import InMemoryStore
from simulators.targets.reference.observing import Mail
from simulators.targets.reference.parting import Parting


class Note:
    """Something that a store keeps, and that has no description of its own."""

    def __init__(self) -> None:
        self.text = ""


class Store(InMemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.note = Note()
        self.counted: dict[str, list[int]] = {"hari": []}


def test_the_usual_store_keeps_nothing_beside_its_contents() -> None:
    assert Parting(InMemoryStore(), Mail()).own is None


def _write(store: Store) -> None:
    store.note.text = "tried once"


def _count(store: Store) -> None:
    store.counted["hari"].append(1)


def _begin(store: Store) -> None:
    vars(store)["locked"] = True


@pytest.mark.parametrize("change", [_write, _count, _begin])
def test_what_another_store_keeps_is_another_object_when_it_changes_in_place(
    change: Callable[[Store], None],
) -> None:
    store = Store()
    parting = Parting(store, Mail())
    before = parting.own
    assert parting.own is before
    change(store)
    after = parting.own
    assert after is not before
    assert after != before
    assert parting.own is after
    assert parting.parts()["store.own"] is after
