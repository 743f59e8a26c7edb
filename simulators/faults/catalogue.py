"""The fault catalogue: every fault, once. Steps, plans, help and report columns come from here."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from simulators.errors import UsageError
from simulators.faults.fault import Contract, Fault, Fired, Moment, Stage
from simulators.faults.inside import INSIDE_TURNS
from simulators.faults.together import TWO_TURNS_AT_ONCE
from simulators.targets.target import Capability


def _breaks(capability: Capability) -> Callable[[Stage, str], Fired]:
    return lambda stage, customer: stage.break_service(capability, customer)


def _reaches_idle_timeout(moment: Moment) -> Callable[[Stage, str], Fired]:
    return lambda stage, customer: stage.jump_to_idle_timeout(customer, moment)


def _reaches_expiry(moment: Moment) -> Callable[[Stage, str], Fired]:
    return lambda stage, customer: stage.jump_to_expiry(customer, moment)


_CONTINUES = "The conversation goes on as if nothing had happened."
_RESTORES = "The session is restored from the store, whole, and the conversation goes on."
_STARTS_AFRESH = "A new session, which says that it starts afresh and shows nothing of the old one."

BETWEEN_TURNS: tuple[Fault, ...] = (
    Fault(
        "restart",
        "the server restarts",
        Contract.TRANSPARENT,
        "The server stops in good order and starts again: its memory is empty, the store is kept.",
        _RESTORES,
        frozenset({Capability.RESTART}),
        _breaks(Capability.RESTART),
    ),
    Fault(
        "crash",
        "the server crashes",
        Contract.TRANSPARENT,
        "The server dies where it stands and is started again; nothing gets to tidy up.",
        _RESTORES,
        frozenset({Capability.CRASH}),
        _breaks(Capability.CRASH),
    ),
    Fault(
        "eviction",
        "{customer}'s session is evicted from memory",
        Contract.TRANSPARENT,
        "The server drops this one session from its memory.",
        _RESTORES,
        frozenset({Capability.EVICT}),
        _breaks(Capability.EVICT),
    ),
    Fault(
        "memory-pressure",
        "other customers push {customer}'s session out of memory",
        Contract.TRANSPARENT,
        "So many other customers write that memory has no room left for this session; they are gone"
        " after the next message.",
        _RESTORES,
        frozenset({Capability.CROWD}),
        _breaks(Capability.CROWD),
    ),
    Fault(
        "before-idle-timeout",
        "{customer}'s session is one tick before its idle timeout",
        Contract.TRANSPARENT,
        "The customer pauses, and comes back one tick before the session would leave memory.",
        _CONTINUES,
        frozenset({Capability.CLOCK, Capability.EXACT_TIME, Capability.IDLE_TIMEOUT}),
        _reaches_idle_timeout(Moment.BEFORE),
    ),
    Fault(
        "idle-timeout",
        "{customer}'s session reaches its idle timeout",
        Contract.TRANSPARENT,
        "The customer pauses until the session has left memory.",
        _RESTORES,
        frozenset({Capability.CLOCK, Capability.IDLE_TIMEOUT}),
        _reaches_idle_timeout(Moment.AT),
    ),
    Fault(
        "after-idle-timeout",
        "{customer}'s session is one tick past its idle timeout",
        Contract.TRANSPARENT,
        "The customer comes back one tick after the session left memory.",
        _RESTORES,
        frozenset({Capability.CLOCK, Capability.EXACT_TIME, Capability.IDLE_TIMEOUT}),
        _reaches_idle_timeout(Moment.AFTER),
    ),
    Fault(
        "before-expiry",
        "{customer}'s session is one tick before its expiry",
        Contract.TRANSPARENT,
        "The customer comes back one tick before the session expires in the store.",
        _RESTORES,
        frozenset({Capability.CLOCK, Capability.EXACT_TIME, Capability.EXPIRY}),
        _reaches_expiry(Moment.BEFORE),
    ),
    Fault(
        "failover",
        "another node takes over",
        Contract.TRANSPARENT,
        "The next message reaches another node, which has the store in common and not the memory.",
        _RESTORES,
        frozenset({Capability.FAILOVER}),
        _breaks(Capability.FAILOVER),
    ),
    Fault(
        "deploy",
        "a new version is deployed",
        Contract.TRANSPARENT,
        "The server stops, and a release with a newer state schema starts on what the old stored.",
        "The old state is migrated, and the conversation goes on.",
        frozenset({Capability.DEPLOY}),
        _breaks(Capability.DEPLOY),
    ),
    Fault(
        "reload",
        "{customer} reloads the page",
        Contract.TRANSPARENT,
        "The page loses its memory; cookies, sessionStorage and localStorage stay.",
        _CONTINUES,
        frozenset(),
        lambda stage, customer: stage.reload_page(customer),
    ),
    Fault(
        "new-tab",
        "{customer} opens a new tab",
        Contract.TRANSPARENT,
        "The customer goes on in a new tab, which shares cookies and localStorage, and no more.",
        _CONTINUES,
        frozenset(),
        lambda stage, customer: stage.open_tab(customer),
    ),
    Fault(
        "duplicate",
        "{customer}'s last message is delivered again",
        Contract.TRANSPARENT,
        "The last message arrives a second time, byte for byte.",
        "It gets the recorded reply, and nothing happens twice.",
        frozenset({Capability.REPETITION}),
        lambda stage, customer: stage.repeat_last_message(customer),
    ),
    Fault(
        "late-duplicate",
        "{customer}'s message before the last is delivered again",
        Contract.TRANSPARENT,
        "The message before the last arrives a second time, byte for byte, when the conversation"
        " has gone on.",
        "It gets the recorded reply, and nothing happens twice.",
        frozenset({Capability.REPETITION}),
        lambda stage, customer: stage.repeat_earlier_message(customer),
        needs_history=True,
    ),
    Fault(
        "expiry",
        "{customer}'s session reaches its expiry",
        Contract.FRESH,
        "The customer comes back when the session has just expired.",
        _STARTS_AFRESH,
        frozenset({Capability.CLOCK, Capability.EXPIRY}),
        _reaches_expiry(Moment.AT),
    ),
    Fault(
        "after-expiry",
        "{customer}'s session is one tick past its expiry",
        Contract.FRESH,
        "The customer comes back one tick after the session expired.",
        _STARTS_AFRESH,
        frozenset({Capability.CLOCK, Capability.EXPIRY}),
        _reaches_expiry(Moment.AFTER),
    ),
    Fault(
        "lost-cookies",
        "{customer} loses the cookies",
        Contract.FRESH,
        "The customer's cookie jar is emptied; the page still remembers the session ID.",
        _STARTS_AFRESH,
        frozenset(),
        lambda stage, customer: stage.lose_cookies(customer),
        needs_cookies=True,
    ),
    Fault(
        "clear-chat",
        "{customer} clears the chat",
        Contract.FRESH,
        "The customer asks the service to forget the conversation.",
        "A new session, which shows nothing of the old one.",
        frozenset({Capability.CLEAR}),
        lambda stage, customer: stage.clear_chat(customer),
    ),
)


"""Every fault of this kind."""

FAULTS: tuple[Fault, ...] = (*BETWEEN_TURNS, *INSIDE_TURNS, *TWO_TURNS_AT_ONCE)
"""Every fault, those between turns first."""


USUAL = "survivable"
"""The faults of an exploration where nobody names any."""

GROUPS = ("survivable", "transparent", "all")
"""Words for many faults at once."""


def named(name: str) -> Fault:
    """The fault of that name. Raises `UsageError` that suggests the nearest ones."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    near = get_close_matches(name, [fault.name for fault in FAULTS])
    nearest = f"did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(f"there is no fault {name!r}; {nearest}`coolwind faults` lists them all")


def select(wish: str, capabilities: frozenset[Capability]) -> Sequence[Fault]:
    """The faults that a user asked for: `survivable`, `transparent`, `all`, or names with commas
    between.

    `survivable` are those after which the conversation goes on, at once or when the message is
    sent again. The three words leave out what the target cannot do; a fault asked for by name that
    the target cannot do raises `UsageError`, and so does a name that does not exist.
    """
    possible = [fault for fault in FAULTS if fault.needs <= capabilities]
    match wish.strip():
        case "all":
            return possible
        case "survivable":
            return [fault for fault in possible if fault.contract is not Contract.FRESH]
        case "transparent":
            return [fault for fault in possible if fault.contract is Contract.TRANSPARENT]
    chosen = [named(name.strip()) for name in wish.split(",") if name.strip()]
    for fault in chosen:
        if missing := fault.needs - capabilities:
            raise UsageError(
                f"this target cannot do {', '.join(sorted(missing))}, which the fault"
                f" {fault.name!r} needs; leave the fault out"
            )
    if not chosen:
        raise UsageError(
            "no fault is named; write survivable, transparent, all, or names such as crash,reload"
        )
    return list(dict.fromkeys(chosen))
