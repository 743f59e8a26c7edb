"""How reports show an outcome."""

from pathlib import Path

from reports.outcomes import SIGNS, UNCOVERED, sign_of, worst
from simulators.laws.outcome import Outcome

DOCS = Path(__file__).parents[2] / "docs"


def test_every_outcome_has_a_sign_and_the_same_place_between_best_and_worst() -> None:
    assert list(SIGNS) == [outcome.value for outcome in Outcome]


def test_no_two_outcomes_share_a_letter() -> None:
    letters = {sign.letter for sign in SIGNS.values()} | {UNCOVERED, sign_of("unheard of").letter}
    assert len(letters) == len(SIGNS) + 2


def test_an_unknown_outcome_is_worse_than_any_other() -> None:
    assert worst(["leaked", "unheard of", "restored"]) == "unheard of"


def test_of_nothing_there_is_no_worst() -> None:
    assert worst([]) is None


def test_the_letters_are_documented() -> None:
    documented = (DOCS / "run-record.md").read_text("utf-8")
    assert all(f"| {sign.letter} | {sign.outcome} |" in documented for sign in SIGNS.values())
