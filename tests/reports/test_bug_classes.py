"""Which known class of bugs a finding is of."""

from dataclasses import replace

import pytest

from reports.bug_classes import BUG_CLASSES, bug_class_of
from reports.outcomes import SIGNS
from reports.record import Circumstances, FindingFound, Line


def of(finding: FindingFound, **told: str) -> str:
    fault = told.pop("fault", "crash")
    point = Circumstances(point=told.pop("point", None))
    struck = Line(1, "the customer", "", "", fault=fault, circumstances=point)
    known = bug_class_of(replace(finding, faulted=(struck,), **told))  # type: ignore[arg-type]
    return "" if known is None else known.name


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"outcome": "silent-reset"}, "not in memory, so taken for new"),
        ({"outcome": "silent-reset", "fault": "reload"}, "the page is asked, the cookie is not"),
        (
            {"outcome": "silent-reset", "fault": "store-error"},
            "a store error taken for no session",
        ),
        (
            {"outcome": "silent-reset", "law": "Expiry"},
            "a new start that nobody tells of",
        ),
        (
            {"outcome": "lost-turn", "law": "Effect"},
            "an effect between its record and its hand-over",
        ),
        ({"outcome": "lost-turn", "field": "history"}, "restored without its history"),
        ({"outcome": "lost-turn", "field": "step"}, "memory is relied on alone"),
        ({"outcome": "wedged", "point": "store.commit #1"}, "what a broken turn leaves behind"),
        ({"outcome": "wedged"}, "a dead session ID is kept"),
        ({"outcome": "duplicated-effect", "fault": "duplicate"}, "a message that is taken twice"),
        ({"outcome": "restored"}, ""),
    ],
)
def test_a_finding_is_of_the_first_class_that_fits(
    finding: FindingFound, told: dict[str, str], name: str
) -> None:
    plain = replace(finding, law="Session", field="session ID")
    assert of(plain, **told) == name


def test_every_class_is_of_an_outcome_that_there_is() -> None:
    assert BUG_CLASSES.keys() <= SIGNS.keys()
