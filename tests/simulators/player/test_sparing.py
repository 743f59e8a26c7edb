"""A service that spares its store: after an error of it, it takes no message for some seconds, and
says for how long."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Resend, Say, Script
from simulators.faults.catalogue import select
from simulators.player.player import Player
from simulators.targets.reference.target import ReferenceTarget
from simulators.targets.target import Arrangement, Delivery, Point
from simulators.trace import Answer
from tests.pasting import failure_of

SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in ("I need 6 remotes", "cancel"))
SECONDS = 5.0


class Sparing(ReferenceTarget):
    """The reference core behind a circuit breaker; `epilogue` is what each reply ends with once the
    breaker has been open."""

    def __init__(self, epilogue: str = "") -> None:
        super().__init__()
        self._epilogue = epilogue
        self._opens_at: datetime | None = None
        self._is_refusing = False

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        super().begin(seed, arrangement)
        self._opens_at, self._is_refusing = None, False

    def deliver(self, delivery: Delivery) -> Answer:
        self._is_refusing = self._opens_at is not None and self.now() < self._opens_at
        if self._is_refusing:
            return Answer(503, "Please try again later.", retry_after=SECONDS)
        answer = super().deliver(delivery)
        if answer.is_error:
            self._opens_at = self.now() + timedelta(seconds=SECONDS)
        elif self._opens_at is not None and self._epilogue:
            answer = Answer(answer.status, answer.text + self._epilogue, answer.session_id)
        return answer

    def points(self) -> Sequence[Point]:
        return () if self._is_refusing else super().points()

    def was_interrupted(self) -> bool:
        return not self._is_refusing and super().was_interrupted()

    def snapshot(self) -> object:
        return super().snapshot(), self._opens_at

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, tuple)
        begun, self._opens_at = snapshot
        super().restore(begun)

    def describe(self) -> Sequence[str]:
        left = None if self._opens_at is None else self._opens_at - self.now()
        return [*super().describe(), str(left)]


def options(target: ReferenceTarget, depth: int) -> Options:
    return Options(0, depth, tuple(select("store-error", target.capabilities)))


def test_a_service_that_keeps_its_word_is_correct() -> None:
    target = Sparing()
    explored = explore("Any", SCRIPT, Arrangement(), target, options(target, 1))
    assert explored.findings == ()
    assert explored.exploration.verdict == "pass"


def test_what_is_pasted_fails_the_same_way(tmp_path: Path) -> None:
    target = Sparing(" (slowly)")
    findings = explore("Any", SCRIPT, Arrangement(), target, options(target, 2)).findings
    assert findings
    for finding in findings:
        assert "sends the last message again" in finding.gherkin
        failed = failure_of(finding, lambda: Sparing(" (slowly)"), tmp_path)
        assert failed == (finding.law, finding.outcome)


def test_who_is_told_to_wait_does_so_in_a_scenario_as_well() -> None:
    target = Sparing()
    player = Player(target)
    player.begin(Arrangement())
    began = target.now()
    player.arm(*select("store-error", target.capabilities), "store.load_opened_by #1")
    tries = [player.perform(action) for action in (SCRIPT[0], *[Resend(THE_CUSTOMER)] * 2)]
    assert [one.answer.status for one in tries if one is not None] == [503, 503, 200]
    assert target.now() - began == timedelta(seconds=SECONDS)
