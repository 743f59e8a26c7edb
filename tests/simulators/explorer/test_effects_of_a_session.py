"""A target that counts effects for one session alone is judged as one that counts them for all."""

from dataclasses import asdict, replace

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import Say, Script
from simulators.faults.catalogue import named
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement
from simulators.trace import Observation, Row

_ORDERS: dict[str, tuple[str, str, str]] = {
    "Hari": ("I need 11 remote controls", "Hari, 9876543210, hari@example.com", "yes"),
    "Priya": ("I need 12 remote controls", "Priya, 9876543211, priya@example.com", "yes"),
}
_TURNS = (("Hari", 0), ("Hari", 1), ("Priya", 0), ("Priya", 1), ("Priya", 2), ("Hari", 2))
SCRIPT: Script = (
    *(Say(name, _ORDERS[name][number]) for name, number in _TURNS),
    Say("Priya", "hello"),
)
FAULTS = (
    *("restart", "reload", "new-tab", "duplicate", "lost-cookies", "clear-chat", "expiry"),
    *("crash-before", "crash-after", "concurrent-turn", "concurrent-crash-unsent"),
    *("concurrent-clear", "concurrent-sweep"),
)


class BySession(ReferenceTarget):
    """Shows the emails of one session, and the orders of all customers. `own` is what it says of
    that."""

    own: frozenset[str] = frozenset({"email"})

    def observe(self, session_id: str | None) -> Observation:
        seen, world = super().observe(session_id), self._world
        outbox = world._store.snapshot().outbox
        emails: tuple[Row, ...] = tuple(
            asdict(email)
            for key, email in world._mail.delivered.items()
            if key in outbox and outbox[key].session_id == session_id
        )
        return replace(seen, effects={**seen.effects, "email": emails}, own=self.own)


class SaysNothing(BySession):
    own = frozenset()


def explored(target: BySession, *faults: str) -> Explored:
    options = Options(0, 1, tuple(map(named, faults)))
    try:
        return explore("Two customers", SCRIPT, Arrangement(), target, options)
    finally:
        target.close()


def test_a_correct_service_raises_no_alarm() -> None:
    found = explored(BySession("by session"), *FAULTS)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


def test_one_that_does_not_say_so_is_held_against_what_all_customers_have() -> None:
    found = explored(SaysNothing("by session"), "reload", "crash-before", "concurrent-clear")
    assert {finding.law for finding in found.findings} == {"Effect"}
