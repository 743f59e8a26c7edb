"""The fault catalogue: every fault once."""

from collections.abc import Callable

import pytest

from simulators.conversation import THE_CUSTOMER, Say
from simulators.errors import UsageError
from simulators.faults.catalogue import BETWEEN_TURNS, FAULTS, named, select
from simulators.faults.fault import Contract, Fault
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Capability, Target
from simulators.trace import Life

EVERYTHING = frozenset(Capability)
FAULT = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
BETWEEN = pytest.mark.parametrize("fault", BETWEEN_TURNS, ids=lambda fault: fault.name)


def test_names_and_sentences_are_unique() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({fault.sentence for fault in FAULTS}) == len(FAULTS)


@FAULT
def test_every_fault_says_what_it_does_and_what_a_service_owes(fault: Fault) -> None:
    assert fault.does.endswith(".")
    assert fault.owes.endswith(".")
    assert fault.strikes_a_customer is ("{customer}" in fault.sentence)


@BETWEEN
def test_every_fault_fires_on_a_correct_service(toy: Callable[..., Target], fault: Fault) -> None:
    player = _spoken_to(toy())
    strike = player.strike(fault, THE_CUSTOMER)
    assert strike.fired
    assert strike.evidence
    assert (strike.fault, strike.after_turn) == (fault.name, player.turn)


@BETWEEN
def test_no_fault_claims_to_fire_before_anybody_wrote_unless_it_could(
    toy: Callable[..., Target], fault: Fault
) -> None:
    player = Player(toy())
    player.begin(Arrangement())
    strike = player.strike(fault, THE_CUSTOMER)
    needs_nobody = not fault.strikes_a_customer or fault.name == "new-tab"
    assert strike.fired is needs_nobody
    assert strike.evidence


@BETWEEN
def test_a_conversation_is_over_after_a_fault_with_a_fresh_contract_and_no_other(
    toy: Callable[..., Target], fault: Fault
) -> None:
    player = _spoken_to(toy())
    player.strike(fault, THE_CUSTOMER)
    assert player.life(THE_CUSTOMER).is_over is (fault.contract is Contract.FRESH)


@BETWEEN
def test_a_fault_does_without_capabilities_that_it_does_not_name(
    toy: Callable[..., Target], fault: Fault
) -> None:
    target = toy()
    target.capabilities = fault.needs
    assert _spoken_to(target).strike(fault, THE_CUSTOMER).fired


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.inside], ids=lambda f: f.name)
def test_a_fault_inside_a_turn_does_nothing_between_turns(
    toy: Callable[..., Target], fault: Fault
) -> None:
    strike = _spoken_to(toy()).strike(fault, THE_CUSTOMER)
    assert not strike.fired
    assert "inside a turn" in strike.evidence


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.name.startswith("model-")], ids=lambda f: f.name
)
def test_a_language_model_fails_at_each_of_its_calls(fault: Fault) -> None:
    """As of a service that carries out what the model calls a tool for, and then asks for words."""
    assert fault.inside is not None
    calls = ("model.complete #1", "model.complete #2", "store.commit #1")
    struck = [fault.inside.at(call, False, call is calls[0]) for call in calls]
    assert struck == [True, True, False]


def test_restart_and_crash_take_the_session_out_of_memory(toy: Callable[..., Target]) -> None:
    player = _spoken_to(toy())
    player.strike(named("crash"), THE_CUSTOMER)
    assert player.life(THE_CUSTOMER) is Life.LOST


class TestSelection:
    """What a user asks for."""

    def test_all_are_all_that_the_target_can_do(self) -> None:
        assert list(select("all", EVERYTHING)) == list(FAULTS)
        without = select("all", EVERYTHING - {Capability.CRASH})
        assert {fault.name for fault in FAULTS} - {fault.name for fault in without} == {"crash"}

    def test_transparent_leaves_out_what_ends_a_conversation(self) -> None:
        chosen = select("transparent", EVERYTHING)
        assert {fault.contract for fault in chosen} == {Contract.TRANSPARENT}
        assert len(chosen) == sum(fault.contract is Contract.TRANSPARENT for fault in FAULTS)

    def test_survivable_are_those_after_which_the_conversation_goes_on(self) -> None:
        chosen = select("survivable", EVERYTHING)
        assert {fault.contract for fault in chosen} == {Contract.TRANSPARENT, Contract.RETRYABLE}

    def test_what_no_store_and_no_model_is_there_for_is_left_out(self) -> None:
        lacking = {
            Capability.STORE_FAILURE: {"store-error", "slow-store"},
            Capability.STORE_SILENCE: {"store-error-after", "store-timeout"},
            Capability.MODEL_FAILURE: {one.name for one in FAULTS if one.name[:6] == "model-"},
        }
        for capability, faults in lacking.items():
            assert faults == {one.name for one in FAULTS} - {
                one.name for one in select("all", EVERYTHING - {capability})
            }

    def test_a_target_that_can_do_nothing_is_left_with_what_customers_do(self) -> None:
        names = {fault.name for fault in select("all", frozenset())}
        assert names == {"reload", "new-tab", "lost-cookies"}

    def test_names_are_taken_in_the_order_given_and_once(self) -> None:
        chosen = select(" reload, crash,,reload ", EVERYTHING)
        assert [fault.name for fault in chosen] == ["reload", "crash"]

    def test_blanks_around_a_wish_do_not_matter(self) -> None:
        assert select(" all ", EVERYTHING) == select("all", EVERYTHING)

    def test_a_name_that_does_not_exist_gets_the_nearest(self) -> None:
        with pytest.raises(UsageError, match=r"no fault 'crsh'; did you mean crash"):
            select("crsh", EVERYTHING)

    def test_a_name_like_no_other_is_told_where_all_of_them_are(self) -> None:
        with pytest.raises(UsageError, match=r"'zzz'; `coolwind faults` lists them all"):
            named("zzz")

    def test_a_fault_that_the_target_cannot_do_is_refused(self) -> None:
        with pytest.raises(UsageError, match=r"cannot do crash, which the fault 'crash' needs"):
            select("reload,crash", frozenset())

    @pytest.mark.parametrize("wish", ["", " ", ",", " , "])
    def test_no_name_at_all_is_refused(self, wish: str) -> None:
        with pytest.raises(UsageError, match="no fault is named; write survivable, transp"):
            select(wish, EVERYTHING)


def _spoken_to(target: Target) -> Player:
    player = Player(target)
    player.begin(Arrangement())
    player.play((Say(THE_CUSTOMER, "hello"), Say(THE_CUSTOMER, "and again")))
    return player
