"""The known classes of bugs that lose conversations, by the outcome they come to.

Each was seen in a product that shipped; the places are projects and numbers of their public
trackers.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BugClass:
    """What usually lies behind an outcome. `seen_in` may be empty."""

    name: str
    what: str
    seen_in: str = ""


BUG_CLASSES: Mapping[str, BugClass] = {
    "silent-reset": BugClass(
        "memory is asked, the store is not",
        "The store knows the session ID and memory does not: a new session is made without a word.",
        "Maestro PR 802, hive PR 37, switchboard 86, botkit 251 and 330",
    ),
    "loud-reset": BugClass(
        "no way back to the stored session",
        "The conversation starts over and says so, although what was kept would have sufficed.",
    ),
    "wedged": BugClass(
        "a dead session ID is kept",
        "The service holds on to a session that is gone, and every later message fails.",
        "rocketmq-dashboard 4694, Maestro PR 802",
    ),
    "zombie": BugClass(
        "the end reaches one tier only",
        "Memory forgot the conversation and the store did not, or the other way round: a restart"
        " brings it back.",
        "n8n 38685",
    ),
    "lost-turn": BugClass(
        "state that lives in memory only",
        "What the customer gave was not in the store when the process died or evicted it.",
        "vellum-assistant PR 23348, langgraph 8764 and 8298, Rasa FailSafeTrackerStore",
    ),
    "restored-stale": BugClass(
        "the store lags behind the acknowledged turn",
        "The customer was answered before the turn was durable.",
        "langgraph 8298",
    ),
    "duplicated-effect": BugClass(
        "an effect before its record",
        "A crash between effect and save, or a second delivery, makes it happen again.",
        "langgraph 8039, Cogtrix 2053, evolution-api 2737, chatwoot 11901, telegram-bot-api 126",
    ),
    "interleaved": BugClass(
        "two writers on one session",
        "Both read, both write, and one update is lost.",
        "adk-python 4751 and 3717, Rasa 9213 and 6290, teams-sdk 2540",
    ),
    "half-expired": BugClass(
        "parts with expiries of their own",
        "Some parts of a session are gone while others are still there.",
        "langchain-mongodb 151, langgraph-redis PR 139, daiv PR 981",
    ),
    "version-skew": BugClass(
        "stored by the old version, read by the new one",
        "A new deployment cannot read the state that the one before it stored.",
        "botbuilder-dotnet 5007",
    ),
    "leaked": BugClass(
        "a session ID that proves nothing",
        "Whoever presents a session ID gets the conversation, whosever it is.",
    ),
}
"""The classes by outcome."""
