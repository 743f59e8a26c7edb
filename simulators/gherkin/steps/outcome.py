"""The check on the outcome."""

from simulators.errors import ScenarioError
from simulators.gherkin.check import expect
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.laws.outcome import Outcome


@then('the outcome is "{outcome}"')
def check_outcome(play: Play, outcome: str) -> None:
    """How the conversation came through the faults of its scenario, in one word, or in one of
    several: `restored or fresh`.

    The same conversation is played once more without them, and compared.
    """
    known, wanted = [one.value for one in Outcome], outcome.split(" or ")
    for one in wanted:
        if one not in known:
            raise ScenarioError(f"{one!r} is no outcome; write one of {', '.join(known)}")
    found = play.outcome()
    expect(found in wanted, f"the outcome {outcome!r}", repr(found))
