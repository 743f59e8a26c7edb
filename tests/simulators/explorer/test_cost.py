"""What an exploration costs grows with the turns of a conversation, and no faster."""

from contextlib import closing

import pytest

from simulators.conversation import THE_CUSTOMER, Say
from simulators.explorer.explorer import Explorer
from simulators.faults.catalogue import named
from simulators.laws import law
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement


def test_each_turn_more_is_held_against_the_clean_run_as_often_as_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = []
    with_one_more = law._with

    def counting(*arguments: object) -> law.Case:
        held.append(None)
        return with_one_more(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(law, "_with", counting)
    counts = []
    with closing(ReferenceTarget()) as target:
        for turns in (6, 12, 18):
            held.clear()
            script = (Say(THE_CUSTOMER, "Where is your shop?"),) * turns
            explorer = Explorer(Player(target), script, Arrangement())
            clean = explorer.clean(Player(target, 1))
            assert len([*explorer.explore(clean, (named("restart"),), 1)]) == turns
            counts.append(len(held))
    few, more, most = counts
    assert most - more == more - few
