"""Nothing collected is lost or changed."""

from collections.abc import Callable

import pytest

from simulators.laws import DATA, Breach
from simulators.trace import Exchange, Life, Observation, Strike

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]
KEPT = {"name": "Hari", "lines": [{"part": "remote", "quantity": 11}]}


def test_the_same_data_is_right(exchange: Make, broken: Check) -> None:
    turn = exchange(1, kept=KEPT)
    assert broken(DATA, [turn], [turn]) == []


@pytest.mark.parametrize(
    ("kept", "field", "expected", "actual"),
    [
        ({**KEPT, "name": "Anu"}, "name", "Hari", "Anu"),
        ({"lines": KEPT["lines"]}, "name", "Hari", "nothing"),
        ({**KEPT, "phone": 1}, "phone", "nothing", "1"),
        ({**KEPT, "lines": [{"part": "remote", "quantity": 1}]}, "lines", "11", "1"),
    ],
)
def test_changed_data_is_a_breach(
    exchange: Make,
    broken: Check,
    kept: dict[str, object],
    field: str,
    expected: str,
    actual: str,
) -> None:
    (breach,) = broken(DATA, [exchange(1, kept=kept)], [exchange(1, kept=KEPT)])
    assert breach == Breach("Data", 1, "the customer", field, expected, actual)


def test_a_flag_that_became_a_number_is_a_breach(exchange: Make, broken: Check) -> None:
    clean, other = (exchange(1, kept={**KEPT, "is_urgent": flag}) for flag in (True, 1))
    assert broken(DATA, [other], [clean]) == [
        Breach("Data", 1, "the customer", "is_urgent", "True", "1")
    ]


@pytest.mark.parametrize(
    "kept",
    [
        {**KEPT, "lines": [{"part": "remote", "quantity": 11.0}]},
        {**KEPT, "phone": None},
        {**KEPT, "notes": []},
    ],
)
def test_what_nobody_told_and_how_a_number_is_written_is_no_data(
    exchange: Make, broken: Check, kept: dict[str, object]
) -> None:
    clean, other = exchange(1, kept=KEPT), exchange(1, kept=kept)
    assert broken(DATA, [other], [clean]) == broken(DATA, [clean], [other]) == []


def test_a_session_that_is_gone_has_lost_everything(exchange: Make, broken: Check) -> None:
    fields = [one.field for one in broken(DATA, [exchange(1)], [exchange(1, kept=KEPT)])]
    assert fields == ["lines", "lines", "name"]


def test_what_the_customer_told_is_missed_before_flags_and_what_was_empty(
    exchange: Make, broken: Check
) -> None:
    clean = exchange(1, kept={"asked": False, "call": None, "email": "", **KEPT})
    fields = [one.field for one in broken(DATA, [exchange(1)], [clean])]
    assert fields[:3] == ["lines", "lines", "name"]
    assert set(fields[3:]) == {"asked", "email"}


def test_a_row_too_many_is_told_by_what_tells_most_of_it(exchange: Make, broken: Check) -> None:
    said = [{"author": "customer", "text": "11 remotes"}]
    more = [*said, {"author": "customer", "text": "yes, please"}, {"author": "shop", "text": "ok"}]
    breaches = broken(DATA, [exchange(1, kept={"said": more})], [exchange(1, kept={"said": said})])
    assert [breach.actual for breach in breaches] == ["yes, please", "customer", "shop", "ok"]


def test_a_repeated_message_leaves_the_data_alone(exchange: Make, broken: Check) -> None:
    clean = [exchange(1, kept=KEPT)]
    assert broken(DATA, [*clean, exchange(1, kept=KEPT, repeats=True)], clean) == []
    (breach,) = broken(DATA, [*clean, exchange(1, kept={**KEPT, "name": "x"}, repeats=True)], clean)
    assert breach.field == "name"


def test_a_repeated_message_of_an_expired_session_may_change_it(
    exchange: Make, broken: Check
) -> None:
    clean = [exchange(1, kept=KEPT)]
    again = exchange(1, kept=None, repeats=True, life=Life.EXPIRED)
    assert broken(DATA, [*clean, again], clean) == []


def test_a_repeated_message_is_held_against_its_customers_own_last_turn(
    exchange: Make, broken: Check
) -> None:
    clean = [exchange(1, kept=KEPT), exchange(2, kept={"name": "Anu"}, customer="Anu")]
    assert broken(DATA, [*clean, exchange(1, kept=KEPT, repeats=True)], clean) == []


def test_what_is_kept_right_after_a_fault_is_the_services_own_affair(
    exchange: Make, broken: Check
) -> None:
    clean = [exchange(1, kept=KEPT)]
    strike = Strike("crash", "the customer", 1, True, "crash", seen=Observation())
    assert broken(DATA, [*clean, strike], clean) == []


def test_data_after_a_refused_message_is_not_judged(exchange: Make, broken: Check) -> None:
    assert broken(DATA, [exchange(1, status=503)], [exchange(1, kept=KEPT)]) == []
