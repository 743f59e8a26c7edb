"""A service that takes no message at all is broken, unless a scenario has to do with that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from simulators.cli import Exit, main
from simulators.conversation import Operation

SCENARIO = """Feature: F
  {tag}Scenario: A message is sent
    {given}
    When the customer says "I need 11 remotes"
    {then}
"""
OWN_STEP = """
from pytest_bdd import then

@then("all is well")
def all_is_well():
    pass
"""

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Plays a scenario with such steps on a service that refuses each message."""
    monkeypatch.chdir(tmp_path)
    Path("conftest.py").write_text(OWN_STEP)

    def play(given: str = "", then: str = "", tag: str = "") -> int:
        Path("a.feature").write_text(SCENARIO.format(given=given, then=then, tag=tag))
        return main(["run", "a.feature", "--target", "tests.simulators.services:Refusing"])

    return play


@pytest.mark.parametrize(
    "then",
    [
        "",
        'Then the reply does not mention "order"',
        "Then exactly 0 orders are placed",
        "Then exactly 1 order is placed",
        'Then the conversation is at step "confirming" of "bulk_order"',
    ],
)
@pytest.mark.parametrize("tag", ["", "@survives\n  "])
def test_it_is_trouble_where_nobody_expects_it(
    run: Run, capsys: pytest.CaptureFixture[str], then: str, tag: str
) -> None:
    assert run(then=then, tag=tag) == Exit.TROUBLE
    assert (
        "A message is sent: the service refused every message with status 501, although nothing had"
        " struck (There is no such method.); mend it, or the request that it gets, or let the"
        " scenario expect that: Then the reply has status 501"
    ) in capsys.readouterr().err


@pytest.mark.parametrize(
    "then",
    [
        "Then the reply has status 501",
        "Then the customer's message is refused",
        'Then the reply mentions "no such method"',
        "Then all is well",
    ],
)
def test_a_check_may_expect_it(run: Run, then: str) -> None:
    assert run(then=then) == Exit.INCONCLUSIVE


@pytest.mark.parametrize(
    "given",
    [
        f"Given {Operation.STORE_OUTAGE.value}",
        "Given the server crashes",
        'Given the language model fails with "500"',
    ],
)
def test_what_struck_before_may_have_done_it(run: Run, given: str) -> None:
    assert run(given=given) == Exit.PASS


def test_a_check_that_expects_another_refusal_fails(run: Run) -> None:
    assert run(then="Then the reply has status 503") == Exit.FAIL
