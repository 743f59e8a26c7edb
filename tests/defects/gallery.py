"""The defect gallery: services with one known bug each, and what must be found of each."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

from simulators.campaign import Explored, Options, explore
from simulators.faults.catalogue import select
from simulators.faults.fault import Fault
from simulators.outcome import Outcome
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Target
from tests.defects import (
    clearing,
    delivering,
    expiring,
    proving,
    remembering,
    restoring,
    seed_old_code,
    storing,
)
from tests.defects.conversations import (
    ASIDE,
    BULK_ORDER,
    CALLBACK,
    FOREIGN_SESSION,
    ORDER_AND_QUESTION,
    PAUSES,
    Conversation,
)

EXPECTED = Path(__file__).parent / "expected"
"""Where the expected scenarios are, one file a defect."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A service with one bug.

    `fault` must expose it, as the law and the outcome named, and at no smaller depth than `depth`;
    of a plan with several kinds of faults it names all, with commas between.
    """

    name: str
    story: str
    seen_in: str
    target: Callable[[], Target]
    conversation: Conversation
    fault: str
    law: str
    outcome: Outcome
    depth: int = 1

    @property
    def feature_file(self) -> Path:
        """The file with the shortest scenario that shows the bug."""
        return EXPECTED / f"{self.name}.feature"

    def feature(self, scenario: str) -> str:
        """A printed scenario as a feature file that can be run."""
        return f"Feature: {self.name}\n  {self.story}\n\n{scenario}"


def explored(
    target: Target, conversation: Conversation, faults: tuple[Fault, ...], depth: int
) -> Explored:
    """What the simulator finds; the target is closed afterwards."""
    try:
        return explore(
            conversation.name,
            conversation.script,
            Arrangement(),
            target,
            Options(seed=0, depth=depth, faults=faults),
        )
    finally:
        target.close()


def with_expected_fault(defect: Defect, depth: int) -> Explored:
    """What the simulator finds with the fault that must expose the defect."""
    target = defect.target()
    faults = tuple(select(defect.fault, target.capabilities))
    return explored(target, defect.conversation, faults, depth)


def complaint(defect: Defect) -> str | None:
    """What is not found as it must be; None where everything is."""
    findings = with_expected_fault(defect, defect.depth).findings
    expected = (defect.law, defect.outcome.value)
    found = [(finding.law, finding.outcome) for finding in findings]
    if not found:
        return f"{defect.fault} exposes nothing"
    if found[0] != expected:
        return f"{defect.fault} exposes {' '.join(found[0])}, not {' '.join(expected)}"
    if others := {outcome for _, outcome in found} - {defect.outcome.value}:
        return f"it is taken for {', '.join(sorted(others))} as well"
    if defect.feature(findings[0].gherkin) != defect.feature_file.read_text("utf-8"):
        return f"the shortest scenario is not that of {defect.feature_file.name}"
    if with_expected_fault(defect, defect.depth - 1).findings:
        return f"a plan of fewer than {defect.depth} faults exposes it"
    return None


def _defect(
    name: str,
    bug: type,
    target: Callable[[str], Target],
    conversation: Conversation,
    fault: str,
    law: str,
    outcome: Outcome,
    depth: int = 1,
) -> Defect:
    """A defect whose story stands in the docstring of the piece with the bug."""
    story, seen_in = str(inspect.getdoc(bug)).replace("\n", " ").split("  Seen in: ")
    made = partial(target, name)
    return Defect(name, story, seen_in, made, conversation, fault, law, outcome, depth)


def _serving(service: type) -> Callable[[str], Target]:
    return partial(ReferenceTarget, build=service)


DEFECTS: tuple[Defect, ...] = (
    _defect(
        "seed-old-code",
        seed_old_code.SeedOldCode,
        lambda _: seed_old_code.target(),
        BULK_ORDER,
        "crash",
        "Session",
        Outcome.SILENT_RESET,
    ),
    _defect(
        "restores-without-history",
        restoring.RestoresWithoutHistory,
        _serving(restoring.RestoresWithoutHistory),
        BULK_ORDER,
        "restart",
        "Data",
        Outcome.LOST_TURN,
    ),
    _defect(
        "restores-for-anybody",
        restoring.RestoresForAnybody,
        _serving(restoring.RestoresForAnybody),
        FOREIGN_SESSION,
        "crash",
        "Isolation",
        Outcome.LEAKED,
    ),
    _defect(
        "restores-bulk-orders-only",
        restoring.RestoresBulkOrdersOnly,
        _serving(restoring.RestoresBulkOrdersOnly),
        CALLBACK,
        "restart",
        "Session",
        Outcome.LOUD_RESET,
    ),
    _defect(
        "restores-into-no-memory",
        restoring.RestoresIntoNoMemory,
        _serving(restoring.RestoresIntoNoMemory),
        BULK_ORDER,
        "eviction",
        "Tier",
        Outcome.RESTORED,
    ),
    _defect(
        "doubles-history",
        restoring.DoublesHistory,
        _serving(restoring.DoublesHistory),
        BULK_ORDER,
        "restart",
        "Data",
        Outcome.LOST_TURN,
    ),
    _defect(
        "refuses-what-memory-forgot",
        restoring.RefusesWhatMemoryForgot,
        _serving(restoring.RefusesWhatMemoryForgot),
        BULK_ORDER,
        "crash",
        "Liveness",
        Outcome.WEDGED,
    ),
    _defect(
        "restores-expired-state",
        expiring.RestoresExpiredState,
        _serving(expiring.RestoresExpiredState),
        BULK_ORDER,
        "expiry",
        "Expiry",
        Outcome.ZOMBIE,
    ),
    _defect(
        "expires-without-a-word",
        expiring.ExpiresWithoutAWord,
        _serving(expiring.ExpiresWithoutAWord),
        BULK_ORDER,
        "after-expiry",
        "Expiry",
        Outcome.SILENT_RESET,
    ),
    _defect(
        "rounds-to-whole-seconds",
        expiring.RoundsToWholeSeconds,
        _serving(expiring.RoundsToWholeSeconds),
        BULK_ORDER,
        "before-expiry",
        "Session",
        Outcome.LOUD_RESET,
    ),
    _defect(
        "expires-from-the-first-turn",
        expiring.ExpiresFromTheFirstTurn,
        _serving(expiring.ExpiresFromTheFirstTurn),
        PAUSES,
        "before-expiry",
        "Session",
        Outcome.LOUD_RESET,
    ),
    _defect(
        "expires-but-for-its-history",
        expiring.ExpiresButForItsHistory,
        _serving(expiring.ExpiresButForItsHistory),
        BULK_ORDER,
        "expiry",
        "Data",
        Outcome.HALF_EXPIRED,
    ),
    _defect(
        "refuses-expired-sessions",
        expiring.RefusesExpiredSessions,
        _serving(expiring.RefusesExpiredSessions),
        BULK_ORDER,
        "expiry",
        "Liveness",
        Outcome.WEDGED,
    ),
    _defect(
        "cookies-of-half-an-hour",
        expiring.CookiesOfHalfAnHour,
        expiring.CookiesOfHalfAnHour,
        BULK_ORDER,
        "idle-timeout",
        "Session",
        Outcome.LOUD_RESET,
    ),
    _defect(
        "forgets-nobody",
        remembering.ForgetsNobody,
        partial(ReferenceTarget, memory=remembering.ForgetsNobody),
        BULK_ORDER,
        "idle-timeout",
        "Tier",
        Outcome.RESTORED,
    ),
    _defect(
        "expires-in-the-store-only",
        remembering.ExpiresInTheStoreOnly,
        partial(
            ReferenceTarget,
            build=remembering.ExpiresInTheStoreOnly,
            memory=remembering.ForgetsNobody,
        ),
        BULK_ORDER,
        "expiry",
        "Expiry",
        Outcome.ZOMBIE,
    ),
    _defect(
        "counts-from-the-first-use",
        remembering.CountsFromTheFirstUse,
        partial(ReferenceTarget, memory=remembering.CountsFromTheFirstUse),
        PAUSES,
        "before-idle-timeout",
        "Tier",
        Outcome.RESTORED,
    ),
    _defect(
        "deletes-what-it-evicts",
        remembering.DeletesWhatItEvicts,
        _serving(remembering.DeletesWhatItEvicts),
        BULK_ORDER,
        "memory-pressure",
        "Session",
        Outcome.LOUD_RESET,
    ),
    _defect(
        "saves-what-flows-change",
        remembering.SavesWhatFlowsChange,
        partial(
            ReferenceTarget,
            build=remembering.SavesWhatFlowsChange,
            store=storing.LastWriteWins,
        ),
        ASIDE,
        "crash",
        "Data",
        Outcome.RESTORED_STALE,
    ),
    _defect(
        "trusts-the-session-id",
        proving.TrustsTheSessionId,
        _serving(proving.TrustsTheSessionId),
        BULK_ORDER,
        "lost-cookies",
        "Expiry",
        Outcome.ZOMBIE,
    ),
    _defect(
        "ignores-the-cookie",
        proving.IgnoresTheCookie,
        proving.IgnoresTheCookie,
        BULK_ORDER,
        "reload",
        "Session",
        Outcome.SILENT_RESET,
    ),
    _defect(
        "reads-the-cookie-only",
        proving.ReadsTheCookieOnly,
        proving.ReadsTheCookieOnly,
        BULK_ORDER,
        "lost-cookies",
        "Expiry",
        Outcome.SILENT_RESET,
    ),
    _defect(
        "clears-memory-only",
        clearing.ClearsMemoryOnly,
        partial(clearing.KeepsTheCookies, build=clearing.ClearsMemoryOnly),
        BULK_ORDER,
        "clear-chat",
        "Expiry",
        Outcome.ZOMBIE,
    ),
    _defect(
        "clears-the-store-only",
        clearing.ClearsTheStoreOnly,
        partial(
            clearing.KeepsTheCookies,
            build=clearing.ClearsTheStoreOnly,
            store=storing.LastWriteWins,
        ),
        BULK_ORDER,
        "clear-chat",
        "Expiry",
        Outcome.ZOMBIE,
    ),
    _defect(
        "takes-every-delivery",
        delivering.TakesEveryDelivery,
        _serving(delivering.TakesEveryDelivery),
        BULK_ORDER,
        "duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
    ),
    _defect(
        "records-replies-in-memory",
        delivering.RecordsRepliesInMemory,
        _serving(delivering.RecordsRepliesInMemory),
        BULK_ORDER,
        "crash,duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(
        "remembers-what-it-sent",
        delivering.RemembersWhatItSent,
        partial(ReferenceTarget, outbox=delivering.RemembersWhatItSent),
        ORDER_AND_QUESTION,
        "restart",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
    ),
    _defect(
        "marks-before-it-sends",
        delivering.MarksBeforeItSends,
        partial(ReferenceTarget, outbox=delivering.MarksBeforeItSends),
        ORDER_AND_QUESTION,
        "crash",
        "Effect",
        Outcome.LOST_TURN,
    ),
    _defect(
        "last-write-wins",
        storing.LastWriteWins,
        partial(ReferenceTarget, store=storing.LastWriteWins),
        BULK_ORDER,
        "failover",
        "Effect",
        Outcome.LOST_TURN,
        depth=2,
    ),
    _defect(
        "writes-behind",
        storing.WritesBehind,
        _serving(storing.WritesBehind),
        BULK_ORDER,
        "crash",
        "Effect",
        Outcome.RESTORED_STALE,
    ),
    _defect(
        "saves-open-flows-only",
        storing.SavesOpenFlowsOnly,
        _serving(storing.SavesOpenFlowsOnly),
        BULK_ORDER,
        "crash,duplicate",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(
        "reads-its-own-schema-only",
        storing.ReadsItsOwnSchemaOnly,
        partial(ReferenceTarget, store=storing.ReadsItsOwnSchemaOnly),
        BULK_ORDER,
        "deploy",
        "Liveness",
        Outcome.VERSION_SKEW,
    ),
    _defect(
        "migrates-without-contact",
        storing.MigratesWithoutContact,
        partial(ReferenceTarget, store=storing.MigratesWithoutContact),
        BULK_ORDER,
        "deploy",
        "Effect",
        Outcome.VERSION_SKEW,
    ),
    _defect(
        "leases-without-end",
        storing.LeasesWithoutEnd,
        partial(ReferenceTarget, build=storing.LeasesWithoutEnd, store=storing.LeasingStore),
        BULK_ORDER,
        "crash",
        "Liveness",
        Outcome.WEDGED,
    ),
)
"""Every defect, by family."""

TARGETS = SimpleNamespace(**{defect.name.replace("-", "_"): defect.target for defect in DEFECTS})
"""Each service of the gallery: `--target tests.defects.gallery:TARGETS.writes_behind`."""
