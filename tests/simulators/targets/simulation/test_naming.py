"""Digests that are blind to identifiers, and to nothing else."""

import pytest

from simulators.targets.simulation.naming import digest, readable, renamed

ONE = "dbe8f453-146c-4482-9794-83917633c192"
OTHER = "b62a7617-ecc0-4619-9f0a-54e12b8cbd16"
PROOF = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("one", "other"),
    [(ONE, OTHER), (f"guest-{ONE}", f"guest-{OTHER}"), (PROOF, PROOF[::-1])],
)
def test_an_identifier_goes_by_its_place(one: str, other: str) -> None:
    assert digest([f"session {one}"]) == digest([f"session {other}"])


def test_the_same_identifier_goes_by_the_same_name_in_every_piece() -> None:
    pieces = [f"{ONE} and {OTHER}", f"again {ONE}"]
    swapped = [f"{OTHER} and {ONE}", f"again {OTHER}"]
    assert digest(pieces) == digest(swapped)
    assert digest(pieces) != digest([pieces[0], f"again {OTHER}"])


def test_one_identifier_twice_is_not_two() -> None:
    assert digest([ONE, ONE]) != digest([ONE, OTHER])


def test_a_name_is_not_taken_for_what_somebody_wrote() -> None:
    assert digest([f"session {ONE}"]) != digest(["session 0"])


def test_pieces_do_not_run_into_each_other() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"])


def test_an_order_number_is_an_identifier() -> None:
    assert digest(["placed CW-20260105-001"]) == digest(["placed CW-20260106-001"])


def test_a_longer_run_of_digits_is_text() -> None:
    assert digest([f"{PROOF}a"]) != digest([f"{PROOF[::-1]}a"])


def test_what_is_compared_can_be_read() -> None:
    assert ONE not in renamed([f"session {ONE}"])
    assert "session " in renamed([f"session {ONE}"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 2026-01-05T09:00:10+00:00", "at 2026-01-05 09:30:00.000001"),
        ("at datetime.datetime(2026, 1, 5, 9, 0)", "at datetime.datetime(2026, 1, 5, 9, 0, 7, 1)"),
        ("at 1767603600", "at 1767603610.5"),
        ("cookie eyJzY2hlbWEiOjIsInNlc3Np.x", "cookie eyJzY2hlbWEiOjIsInNlc3Nq.x"),
    ],
)
def test_exact_moments_and_words_without_a_meaning_are_alike(one: str, other: str) -> None:
    assert readable([one]) == readable([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("at 2026-01-05T09:00", "at 2026-01-05T09:30"),
        ("on 2026-01-05", "on 2026-01-06"),
        ("mail-of-2026-01-05T09-00", "mail-of-2026-01-05T09-30"),
        ("opening-hours-of-today", "opening-hours-of-monday"),
    ],
)
def test_a_minute_or_a_day_is_not_left_out(one: str, other: str) -> None:
    assert readable([one]) != readable([other])
