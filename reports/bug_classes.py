"""The known classes of bugs that lose conversations, and which of them a finding is of.

Each was seen in a product that shipped; the places are projects and numbers of their public
trackers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.record import FindingFound


@dataclass(frozen=True, slots=True)
class BugClass:
    """What usually lies behind a finding. `seen_in` may be empty.

    A finding is of the class when its law, its field and one of the faults that struck are among
    those named; none named means any.
    """

    name: str
    what: str
    seen_in: str = ""
    laws: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()


def bug_class_of(finding: FindingFound) -> BugClass | None:
    """The first class of the finding's outcome that fits; None where none is known."""
    struck = set(_struck(finding))
    for known in BUG_CLASSES.get(finding.outcome, ()):
        fits = not known.laws or finding.law in known.laws
        fits &= not known.fields or finding.field in known.fields
        if fits and (not known.faults or not known.faults.isdisjoint(struck)):
            return known
    return None


def _struck(finding: FindingFound) -> Iterator[str]:
    """The faults that struck; inside a turn, by `inside a turn` as well."""
    for line in finding.faulted:
        if line.fault is not None:
            yield line.fault
            if line.circumstances is not None and line.circumstances.point is not None:
                yield _INSIDE


_INSIDE = "inside a turn"
_STORE_ERRORS = frozenset({"store-error", "store-error-after", "store-timeout"})
_PAGES = frozenset({"reload", "new-tab"})
_BEFORE = frozenset({"before-idle-timeout", "before-expiry"})

BUG_CLASSES: Mapping[str, tuple[BugClass, ...]] = {
    "silent-reset": (
        BugClass(
            "a new start that nobody tells of",
            "The conversation had to begin anew, and the customer reads nothing of it.",
            laws=frozenset({"Expiry"}),
        ),
        BugClass(
            "the page is asked, the cookie is not",
            "The page forgot the session ID, the cookie still had it, and the service did not look"
            " there.",
            faults=_PAGES,
        ),
        BugClass(
            "a store error taken for no session",
            "The store did not answer, and the service took the session for unknown.",
            faults=_STORE_ERRORS,
        ),
        BugClass(
            "not in memory, so taken for new",
            "Memory does not have the session any more and the store does: what it has is not taken"
            " up, and a new session is made without a word.",
            "Maestro PR 802, hive PR 37, switchboard 86, botkit 251 and 330",
        ),
    ),
    "loud-reset": (
        BugClass(
            "a deadline that comes too early",
            "It counts from another moment than the last turn, is rounded, or is another one in"
            " cookie and store.",
            faults=_BEFORE,
        ),
        BugClass(
            "no way back to the stored session",
            "The conversation starts over and says so, although what was kept would have sufficed.",
        ),
    ),
    "wedged": (
        BugClass(
            "what a broken turn leaves behind",
            "A turn that ended half-way leaves a lock, a claim or a step that nobody clears away.",
            faults=frozenset({_INSIDE}),
        ),
        BugClass(
            "a dead session ID is kept",
            "The service holds on to a session that is gone, and every later message fails.",
            "rocketmq-dashboard 4694, Maestro PR 802",
        ),
    ),
    "zombie": (
        BugClass(
            "the end reaches one tier only",
            "Memory forgot the conversation and the store did not, or the other way round: what was"
            " over comes back.",
            "n8n 38685",
        ),
    ),
    "lost-turn": (
        BugClass(
            "an effect between its record and its hand-over",
            "It was noted as done before it was, or its record was lost with the process.",
            laws=frozenset({"Effect"}),
        ),
        BugClass(
            "restored without its history",
            "The state comes back from the store, and not all of what was said.",
            fields=frozenset({"history"}),
        ),
        BugClass(
            "memory is relied on alone",
            "What the customer gave is in memory only, or looked for only there: it goes with the"
            " process, or with an eviction.",
            "vellum-assistant PR 23348, langgraph 8764 and 8298, Rasa FailSafeTrackerStore",
        ),
    ),
    "restored-stale": (
        BugClass(
            "the store lags behind the acknowledged turn",
            "The customer was answered before the turn was durable.",
            "langgraph 8298",
        ),
    ),
    "duplicated-effect": (
        BugClass(
            "a message that is taken twice",
            "A second delivery counts as another message: its ID is not kept, or not for long"
            " enough.",
            "telegram-bot-api 126, chatwoot 11901",
            faults=frozenset({"duplicate", "late-duplicate", "double-click", "old-node-lives-on"}),
        ),
        BugClass(
            "an effect before its record",
            "A crash between effect and save, or a retry, makes it happen again.",
            "langgraph 8039, Cogtrix 2053, evolution-api 2737",
            laws=frozenset({"Effect"}),
        ),
        BugClass(
            "what is restored is added to what is there",
            "Nothing replaces anything: each restore adds the same once more.",
        ),
    ),
    "interleaved": (
        BugClass(
            "two writers on one session",
            "Both read, both write, and one update is lost.",
            "adk-python 4751 and 3717, Rasa 9213 and 6290, teams-sdk 2540",
        ),
    ),
    "half-expired": (
        BugClass(
            "parts with expiries of their own",
            "Some parts of a session are gone while others are still there.",
            "langchain-mongodb 151, langgraph-redis PR 139, daiv PR 981",
        ),
    ),
    "version-skew": (
        BugClass(
            "stored by the old version, read by the new one",
            "A new deployment cannot read the state that the one before it stored.",
            "botbuilder-dotnet 5007",
        ),
    ),
    "leaked": (
        BugClass(
            "a session ID that proves nothing",
            "Whoever presents a session ID gets the conversation, whosever it is.",
            fields=frozenset({"session ID"}),
        ),
        BugClass(
            "an answer made of somebody else's data",
            "What one customer wrote stands in a place that all conversations read.",
        ),
    ),
}
"""The classes by outcome, the most special first."""
