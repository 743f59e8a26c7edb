"""What a run tells of a scenario that was played as written."""

from collections import Counter

from reports.totals import rates_of
from simulators.conversation import THE_CUSTOMER
from simulators.gherkin.play import Play
from simulators.plugin.telling import counts_of
from simulators.targets.choice import choose


def test_the_rates_of_a_run_are_those_of_the_cores_metrics() -> None:
    play = Play(lambda: choose("reference"), lambda *_: "", 0)
    for text, fault in (
        ("I need 11 remotes", "eviction"),
        ("Hari, 9876543210, hari@example.com", "restart"),
        ("what are your opening hours?", "duplicate"),
        ("yes", "clear-chat"),
        ("I called and nobody answered", "crash"),
        ("Hari", "reload"),
    ):
        play.say(THE_CUSTOMER, text)
        play.strike(fault, THE_CUSTOMER)
    metrics = play.target.metrics()
    rates = {rate.name: rate.part / rate.whole for rate in rates_of(counts_of(play), Counter())}
    play.close()
    assert rates == {
        "restoration": metrics["coolwind_session_restoration_ratio"],
        "creation": metrics["coolwind_session_creation_ratio"],
        "bulk_order completion": metrics['coolwind_flow_completion_ratio{flow="bulk_order"}'],
        "callback completion": metrics['coolwind_flow_completion_ratio{flow="callback"}'],
    }
    assert 0 < rates["creation"] < rates["restoration"] < 1
