"""Who no longer needs a call, and who still does."""

import pytest

from coolwind.understanding.good_news import needs_no_call


@pytest.mark.parametrize(
    "text",
    [
        "no need",
        "no need, my son repaired it",
        "no need my son repaired it",
        "not needed anymore, neighbour fixed it",
        "my son repaired it",
        "my son has repaired it",
        "Raju repaired it",
        "I fixed it myself",
        "already fixed by another technician",
        "somebody already repaired it",
        "got it repaired from another shop",
        "electrician came and fixed",
        "my problem is solved",
        "we got another technician",
        "too late, I called another technician",
        "AC is cooling now",
        "it started working",
        "it's cooling fine now, no need to call",
        "working now, don't call",
        "problem over",
        "never mind it's working now",
        "you already called me, thanks",
        "I got a call from your staff",
        "I don't want a call",
        "I do not want any callback",
        "I don't want you to call me",
        "don't call me anymore",
        "do not call",
        "no call needed",
        "I will visit tomorrow, no call needed",
        "venda",
        "ini venda",
        "sheriyayi, venda",
        "nahi chahiye",
    ],
)
def test_a_call_that_is_turned_down_or_outdated_is_not_needed(text: str) -> None:
    assert needs_no_call(text)


@pytest.mark.parametrize(
    "text",
    [
        "my son repaired it last year, now not cooling again",
        "my son repaired it but it stopped again",
        "technician repaired it yesterday but still leaking",
        "your technician repaired it last week, same noise again",
        "repaired but not cooling",
        "the repaired AC is not cooling",
        "needs to be repaired",
        "please get it repaired",
        "my son could not repair it",
        "nobody repaired it yet",
        "remote fixed on the wall fell",
        "no need to hurry, AC not cooling",
        "no need of new AC, just repair the old one",
        "AC working but cooling is low",
        "cooling",
        "the AC is working, blue lamp blinks",
        "you do not call back",
        "nobody called me",
        "don't call me at night",
        "is it solved?",
        "no",
        "ok thanks",
        "no problem",
        "",
    ],
)
def test_who_still_has_a_problem_or_says_nothing_still_needs_the_call(text: str) -> None:
    assert not needs_no_call(text)
