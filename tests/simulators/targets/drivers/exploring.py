"""Explorations of applications on drivers."""

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.targets.asgi import AsgiTarget
from simulators.targets.target import Arrangement


def explored(target: AsgiTarget, texts: str, faults: str) -> Explored:
    """What one of these faults finds where a customer writes these letters, one a turn; the target
    is closed afterwards."""
    talk = tuple(Say(THE_CUSTOMER, text) for text in texts)
    options = Options(0, 1, tuple(map(named, faults.split())))
    try:
        return explore("Orders", talk, Arrangement(), target, options)
    finally:
        target.close()


def assert_told(found: Explored, outcomes: set[str]) -> None:
    """Exactly those outcomes are found, and the verdict says so."""
    assert {one.outcome for one in found.findings} == outcomes
    assert found.exploration.verdict == ("fail" if outcomes else "pass")
