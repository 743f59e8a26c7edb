"""The defect gallery: services with one known bug each, and what must be found of each."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from coolwind.memory import SessionMemory
from coolwind.stores.in_memory import InMemoryStore
from simulators.campaign.campaign import Explored, Options, explore
from simulators.faults.catalogue import select
from simulators.faults.fault import Fault
from simulators.laws.outcome import Outcome
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Target
from tests.defects import (
    clearing,
    counting,
    delivering,
    expiring,
    inside,
    migrating,
    overlapping,
    owning,
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
    CALLBACK_AT_ONCE,
    FOREIGN_SESSION,
    FOREIGN_TRANSCRIPT,
    FOREIGN_USER,
    LONG_PAUSES,
    NAMELESS,
    NEW_PRICE,
    ORDER_AND_QUESTION,
    OUTAGE,
    PAUSES,
    PIECEMEAL,
    SECOND_THOUGHTS,
    SHORT_SESSIONS,
    SUMMARY,
    SUMMARY_AND_QUESTION,
    THE_LAST_ONES,
    TWO_CUSTOMERS,
    TWO_ORDERS,
    TWO_TABS,
    Conversation,
)
from tests.defects.designs.leasing import LeaseStore
from tests.defects.plain_service import PlainService

EXPECTED = Path(__file__).parent / "expected"
"""Where the expected scenarios are, one file a defect."""

_LISTS: Final = tuple(
    f"tests.defects.{name}"
    for name in ("gallery", "conversations", "correct", "test_gallery", "test_pasted_findings")
)
"""The modules beside the services that only list them: nothing of a conversation is kept there, and
to look through the lists takes longer than many a service."""


@dataclass(frozen=True, slots=True)
class Defect:
    """A service with one bug; `family` says in a sentence what it and those beside it do.

    `fault` must expose it, as the law and the outcome named, and at no smaller depth than `depth`;
    of a plan with several kinds of faults it names all, with commas between. The reference core
    comes through the expected scenario, unless that strikes at a call that the service alone makes
    (`own_call`).
    """

    name: str
    family: str
    story: str
    seen_in: str
    target: Callable[[], Target]
    conversation: Conversation
    fault: str
    law: str
    outcome: Outcome
    depth: int
    own_call: bool = False

    @property
    def feature_file(self) -> Path:
        """The file with the shortest scenario that shows the bug."""
        return EXPECTED / f"{self.name}.feature"

    def feature(self, scenario: str) -> str:
        """A printed scenario as a feature file that can be run."""
        tag = "@xfail\n" if self.own_call else ""
        return f"Feature: {self.name}\n  {self.story}\n\n{tag}{scenario}"


def explored(
    target: Target, conversation: Conversation, faults: tuple[Fault, ...], depth: int
) -> Explored:
    """What the simulator finds; the target is closed afterwards."""
    if isinstance(target, ReferenceTarget):
        target.trusted = (*target.trusted, *_LISTS)
    try:
        return explore(
            conversation.name,
            conversation.script,
            conversation.arrangement,
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
    bug: type,
    fault: str,
    law: str,
    outcome: Outcome,
    conversation: Conversation = BULK_ORDER,
    depth: int = 1,
    *,
    own_call: bool = False,
    **others: type,
) -> Defect:
    """The defect of that piece: its name is that of the class, and its story the docstring.

    `others` are the pieces that it needs beside it, as `ReferenceTarget` calls them.
    """
    name = re.sub(r"(?<=.)(?=[A-Z])", "-", bug.__name__).lower()
    family = str(inspect.getdoc(inspect.getmodule(bug)))
    story, seen_in = str(inspect.getdoc(bug)).replace("\n", " ").split("  Seen in: ")
    target = _target(bug, name, **others)
    return Defect(
        name, family, story, seen_in, target, conversation, fault, law, outcome, depth, own_call
    )


_PIECES = {PlainService: "build", InMemoryStore: "store", SessionMemory: "memory", object: "outbox"}


def _target(bug: type, name: str, **others: type) -> Callable[[], Target]:
    if issubclass(bug, ReferenceTarget):
        return partial(bug, name, **others)
    piece = next(piece for kind, piece in _PIECES.items() if issubclass(bug, kind))
    return partial(others.pop("target", ReferenceTarget), name, **{piece: bug}, **others)


DEFECTS: tuple[Defect, ...] = (
    _defect(seed_old_code.SeedOldCode, "crash", "Session", Outcome.SILENT_RESET),
    _defect(restoring.RestoresWithoutHistory, "restart", "Data", Outcome.LOST_TURN),
    _defect(restoring.RestoresForAnybody, "crash", "Isolation", Outcome.LEAKED, FOREIGN_SESSION),
    _defect(restoring.RestoresWithoutTheCustomer, "restart", "Data", Outcome.LOST_TURN, NAMELESS),
    _defect(restoring.RestoresBulkOrdersOnly, "restart", "Session", Outcome.LOUD_RESET, CALLBACK),
    _defect(restoring.RestoresIntoNoMemory, "eviction", "Tier", Outcome.RESTORED),
    _defect(restoring.RestoresTheLastExchange, "eviction", "Data", Outcome.LOST_TURN),
    _defect(restoring.RestoresTheStepBefore, "restart", "Effect", Outcome.RESTORED_STALE),
    _defect(restoring.ForgetsSlotsWhenItAsksAgain, "crash", "Data", Outcome.LOST_TURN, PIECEMEAL),
    _defect(restoring.RestoresFlagsAsNumbers, "crash", "Data", Outcome.LOST_TURN, SUMMARY),
    _defect(restoring.KeepsPricesByNumber, "crash", "Effect", Outcome.RESTORED_STALE),
    _defect(
        restoring.RestoresAtTodaysPrices,
        "crash",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        NEW_PRICE,
    ),
    _defect(restoring.RestoresAtStartUpOnly, "failover", "Session", Outcome.LOUD_RESET, PAUSES),
    _defect(restoring.DoublesHistory, "restart", "Data", Outcome.DUPLICATED_EFFECT),
    _defect(restoring.RefusesWhatMemoryForgot, "crash", "Liveness", Outcome.WEDGED),
    _defect(expiring.RestoresExpiredState, "expiry", "Expiry", Outcome.ZOMBIE),
    _defect(expiring.ExpiresATickLate, "expiry", "Expiry", Outcome.ZOMBIE),
    _defect(
        expiring.RefreshesExpiryInMemoryOnly,
        "crash",
        "Session",
        Outcome.LOUD_RESET,
        SHORT_SESSIONS,
    ),
    _defect(expiring.RenewsNoCookies, "before-expiry", "Session", Outcome.LOUD_RESET, LONG_PAUSES),
    _defect(expiring.ExpiresWithoutAWord, "after-expiry", "Expiry", Outcome.SILENT_RESET),
    _defect(expiring.RoundsToWholeSeconds, "before-expiry", "Session", Outcome.LOUD_RESET),
    _defect(
        expiring.ExpiresFromTheFirstTurn, "before-expiry", "Session", Outcome.LOUD_RESET, PAUSES
    ),
    _defect(expiring.ExpiresButForItsHistory, "expiry", "Data", Outcome.HALF_EXPIRED),
    _defect(expiring.RefusesExpiredSessions, "expiry", "Liveness", Outcome.WEDGED),
    _defect(expiring.QuotesTheOldConversation, "expiry", "Expiry", Outcome.HALF_EXPIRED),
    _defect(expiring.CookiesOfHalfAnHour, "idle-timeout", "Session", Outcome.LOUD_RESET),
    _defect(
        expiring.StoresWhatATurnChanged,
        "before-expiry,concurrent-sweep",
        "Data",
        Outcome.HALF_EXPIRED,
        SUMMARY_AND_QUESTION,
        depth=2,
    ),
    _defect(
        expiring.SweepsFromAList,
        "before-expiry,concurrent-sweep",
        "Data",
        Outcome.HALF_EXPIRED,
        depth=2,
        store=expiring.ListingStore,
    ),
    _defect(remembering.ForgetsNobody, "after-idle-timeout", "Tier", Outcome.RESTORED),
    _defect(
        remembering.ExpiresInTheStoreOnly,
        "expiry",
        "Expiry",
        Outcome.ZOMBIE,
        memory=remembering.ForgetsNobody,
    ),
    _defect(
        remembering.CountsFromTheFirstUse, "before-idle-timeout", "Tier", Outcome.RESTORED, PAUSES
    ),
    _defect(remembering.DeletesWhatItEvicts, "memory-pressure", "Session", Outcome.LOUD_RESET),
    _defect(
        remembering.SavesWhatFlowsChange,
        "crash",
        "Data",
        Outcome.RESTORED_STALE,
        ASIDE,
        store=storing.LastWriteWins,
    ),
    _defect(proving.TrustsTheSessionId, "lost-cookies", "Expiry", Outcome.ZOMBIE),
    _defect(
        proving.ShowsWhatMemoryForgot, "crash", "Isolation", Outcome.LEAKED, FOREIGN_TRANSCRIPT
    ),
    _defect(
        proving.ForgetsTheOwnerFirst, "idle-timeout", "Isolation", Outcome.LEAKED, FOREIGN_SESSION
    ),
    _defect(
        proving.KnowsCustomersByTheirAddress,
        "lost-cookies",
        "Isolation",
        Outcome.LEAKED,
        TWO_CUSTOMERS,
    ),
    _defect(
        proving.TrustsTheUserId,
        "restart",
        "Isolation",
        Outcome.LEAKED,
        FOREIGN_USER,
        store=proving.UsersStore,
    ),
    _defect(proving.PrefersThePage, "expiry", "Session", Outcome.LOUD_RESET, TWO_TABS),
    _defect(proving.IgnoresTheCookie, "reload", "Session", Outcome.SILENT_RESET),
    _defect(proving.ReadsTheCookieOnly, "lost-cookies", "Expiry", Outcome.SILENT_RESET),
    _defect(
        clearing.ClearsMemoryOnly,
        "clear-chat",
        "Expiry",
        Outcome.ZOMBIE,
        target=clearing.KeepsTheCookies,
    ),
    _defect(
        clearing.ClearsTheStoreOnly,
        "clear-chat",
        "Expiry",
        Outcome.ZOMBIE,
        target=clearing.KeepsTheCookies,
        store=storing.LastWriteWins,
    ),
    _defect(
        clearing.ClearsUntilTheRestart,
        "clear-chat,restart",
        "Expiry",
        Outcome.ZOMBIE,
        depth=2,
        target=clearing.KeepsTheCookies,
    ),
    _defect(
        clearing.InsertsWhatIsGone,
        "clear-chat,failover",
        "Expiry",
        Outcome.ZOMBIE,
        depth=3,
        target=clearing.KeepsTheCookies,
        build=PlainService,
    ),
    _defect(
        clearing.LooksForTheSessionFirst,
        "concurrent-clear",
        "Expiry",
        Outcome.ZOMBIE,
        store=clearing.InsertsWhatIsGone,
    ),
    _defect(delivering.TakesEveryDelivery, "duplicate", "Data", Outcome.DUPLICATED_EFFECT),
    _defect(
        delivering.RecordsRepliesInMemory,
        "crash,duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(delivering.RecordsNoReplies, "duplicate", "Reply", Outcome.DUPLICATED_EFFECT),
    _defect(
        delivering.RecordsTheLastReplyOnly,
        "late-duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
    ),
    _defect(
        delivering.TakesBackWhatCameSince,
        "late-duplicate",
        "Data",
        Outcome.RESTORED_STALE,
    ),
    _defect(
        delivering.ForgetsMessagesAfterTenMinutes,
        "before-idle-timeout,duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(
        delivering.BeginsForEachDelivery,
        "duplicate",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        CALLBACK_AT_ONCE,
    ),
    _defect(
        delivering.EmailsBeforeItCommits,
        "failover",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        SECOND_THOUGHTS,
        depth=2,
    ),
    _defect(
        delivering.RemembersWhatItSent,
        "restart",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        ORDER_AND_QUESTION,
    ),
    _defect(
        delivering.ClaimsAfterItSends, "old-node-lives-on", "Effect", Outcome.DUPLICATED_EFFECT
    ),
    _defect(delivering.MarksBeforeItSends, "crash-after", "Effect", Outcome.LOST_TURN),
    _defect(storing.LastWriteWins, "failover", "Effect", Outcome.RESTORED_STALE, depth=2),
    _defect(storing.ReadsFromAReplica, "crash", "Effect", Outcome.RESTORED_STALE),
    _defect(
        storing.FallsBackToMemory,
        "crash",
        "Session",
        Outcome.LOUD_RESET,
        OUTAGE,
        store=storing.LastWriteWins,
    ),
    _defect(storing.WritesBehind, "crash", "Effect", Outcome.RESTORED_STALE),
    _defect(
        storing.SavesOpenFlowsOnly,
        "crash,duplicate",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(
        owning.LeasesWithoutEnd, "crash", "Liveness", Outcome.WEDGED, store=owning.LeasingStore
    ),
    _defect(
        owning.BelievesItsLock,
        "failover",
        "Effect",
        Outcome.RESTORED_STALE,
        depth=2,
        store=owning.LastOwner,
    ),
    _defect(owning.KeepsItsStaleMemory, "failover", "Liveness", Outcome.WEDGED, depth=2),
    _defect(
        owning.AnswersFromAStaleMemory,
        "failover",
        "Step",
        Outcome.RESTORED_STALE,
        SUMMARY_AND_QUESTION,
        2,
    ),
    _defect(counting.NumbersOrdersInMemory, "restart", "Liveness", Outcome.WEDGED, TWO_ORDERS),
    _defect(counting.NumbersEmailsInMemory, "restart", "Effect", Outcome.LOST_TURN, TWO_ORDERS),
    _defect(counting.NumbersMessagesInMemory, "restart", "Step", Outcome.RESTORED_STALE, SUMMARY),
    _defect(
        counting.CountsStockInMemory,
        "restart",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        THE_LAST_ONES,
        store=counting.SellsWithoutStock,
    ),
    _defect(migrating.MigratesTwice, "deploy,crash", "Data", Outcome.LOST_TURN, SECOND_THOUGHTS, 2),
    _defect(
        migrating.MigratesWithoutRecordedReplies,
        "deploy,duplicate",
        "Data",
        Outcome.DUPLICATED_EFFECT,
        depth=2,
    ),
    _defect(migrating.ReadsItsOwnSchemaOnly, "deploy", "Liveness", Outcome.VERSION_SKEW),
    _defect(migrating.MigratesWithoutContact, "deploy", "Effect", Outcome.VERSION_SKEW),
    _defect(
        inside.PlacesTheOrderFirst,
        "crash-after",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        store=storing.LastWriteWins,
    ),
    _defect(
        inside.RecordsRepliesAfterwards,
        "crash-after",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        CALLBACK_AT_ONCE,
        store=storing.LastWriteWins,
    ),
    _defect(inside.RemembersBeforeItStores, "store-error", "Data", Outcome.LOST_TURN),
    _defect(
        inside.StepsBeforeItStores,
        "store-error-after",
        "Liveness",
        Outcome.WEDGED,
        CALLBACK_AT_ONCE,
    ),
    _defect(
        inside.NotesAFailureAsNothing, "store-error", "Session", Outcome.LOUD_RESET, LONG_PAUSES
    ),
    _defect(
        inside.BeginsAnewOnAStoreError, "store-error", "Session", Outcome.SILENT_RESET, LONG_PAUSES
    ),
    _defect(
        inside.DeletesBeforeItInserts,
        "store-error",
        "Session",
        Outcome.LOUD_RESET,
        store=inside.RowStore,
    ),
    _defect(
        inside.LocksWithoutEnd,
        "crash-after",
        "Liveness",
        Outcome.WEDGED,
        own_call=True,
        store=inside.LockingStore,
    ),
    _defect(
        inside.GivesUpAtTheSecondTry,
        "crash-after",
        "Liveness",
        Outcome.WEDGED,
        own_call=True,
        store=inside.CountingStore,
    ),
    _defect(inside.CountsOpenTurns, "store-error", "Liveness", Outcome.WEDGED, depth=2),
    _defect(inside.NamesEachAttempt, "crash-after", "Effect", Outcome.DUPLICATED_EFFECT),
    _defect(inside.ForgetsTheFormWhenTheModelFails, "model-500", "Data", Outcome.LOST_TURN, ASIDE),
    _defect(
        inside.CallsTheToolAgain,
        "model-500",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        own_call=True,
        store=storing.LastWriteWins,
    ),
    _defect(
        overlapping.LeasesToTheProcess,
        "double-click",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        store=LeaseStore,
    ),
    _defect(
        overlapping.StandsInLineAlone,
        "old-node-lives-on",
        "Effect",
        Outcome.DUPLICATED_EFFECT,
        store=storing.LastWriteWins,
    ),
    _defect(
        overlapping.TakesAConflictForSuccess, "concurrent-turn", "Data", Outcome.INTERLEAVED, ASIDE
    ),
    _defect(overlapping.NotesMessagesOnArrival, "double-click", "Reply", Outcome.INTERLEAVED),
    _defect(
        overlapping.SellsWhatItSaw, "concurrent-turn", "Effect", Outcome.INTERLEAVED, THE_LAST_ONES
    ),
    _defect(
        overlapping.NumbersOrdersAsItReads,
        "concurrent-turn",
        "Effect",
        Outcome.INTERLEAVED,
        TWO_CUSTOMERS,
    ),
)
"""Every defect, by family."""

FIRST_OF_FAMILY: Final = tuple({one.family: one for one in reversed(DEFECTS)}.values())
"""One defect of each family."""

TARGETS = SimpleNamespace(**{defect.name.replace("-", "_"): defect.target for defect in DEFECTS})
"""Each service of the gallery: `--target tests.defects.gallery:TARGETS.writes_behind`."""
