"""What a run record keeps of a finding so that it can be played again: written, and read back."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from reports.reproducer import Arranged, ArrangedPart, Reproducer, ScriptedAction
from simulators.conversation import (
    Action,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Read,
    Resend,
    Say,
    StockedPart,
    SwitchTab,
)
from simulators.explorer.replaying import Example
from simulators.plan import Placed
from simulators.targets.target import Arrangement


def reproducer_of(example: Example, arrangement: Arrangement, target: str, seed: int) -> Reproducer:
    """The reproducer of an example that was played on the target of that text."""
    return Reproducer(
        target,
        seed,
        _arranged(arrangement),
        tuple(_scripted(action) for action in example.script),
        tuple(str(placed) for placed in example.plan),
    )


def example_of(reproducer: Reproducer) -> Example:
    """The inverse of `reproducer_of`. Raises ValueError for what no run has written."""
    return Example(
        tuple(_actions(reproducer)), tuple(Placed.parse(text) for text in reproducer.faults)
    )


def arrangement_of(arranged: Arranged) -> Arrangement:
    """How the service has to be set up. Raises ValueError for what no run has written."""
    parts = arranged.parts
    return Arrangement(
        None if parts is None else tuple(_stocked(part) for part in parts),
        arranged.memory_capacity,
        _duration(arranged.memory_idle_timeout),
        _duration(arranged.session_expiry),
        arranged.model_answers,
        arranged.model_failure,
    )


def _scripted(action: Action) -> ScriptedAction:
    match action:
        case Say(customer, text):
            return ScriptedAction("say", customer, text)
        case SwitchTab(customer, tab):
            return ScriptedAction("switch tab", customer, tab=tab)
        case Pause(duration):
            return ScriptedAction("pause", seconds=duration.total_seconds())
        case Break(fault, customer):
            return ScriptedAction("break", customer, fault)
        case Impersonate(customer, victim):
            return ScriptedAction("impersonate", customer, victim)
        case OmitUser(customer):
            return ScriptedAction("omit user", customer)
        case ClaimUser(customer, victim):
            return ScriptedAction("claim user", customer, victim)
        case Read(customer):
            return ScriptedAction("read", customer)
        case Operate(operation):
            return ScriptedAction("operate", text=operation.value)
        case ChangeCatalogue(parts):
            return ScriptedAction("change catalogue", parts=_listed(parts))
        case Interrupt(fault, point, turn):
            return ScriptedAction("interrupt", text=str(Placed(turn, fault, point=point)))
        case Resend(customer, unless_answered=True):
            return ScriptedAction("resend unless answered", customer)
        case Resend(customer):
            return ScriptedAction("resend", customer)


def _actions(reproducer: Reproducer) -> Iterator[Action]:
    for position, scripted in enumerate(reproducer.script, start=1):
        action = _action(scripted)
        if action is None:
            raise ValueError(f"action {position} of its script, {scripted.does!r}, lacks a part")
        yield action


def _action(scripted: ScriptedAction) -> Action | None:
    match scripted:
        case ScriptedAction("say", str(customer), str(text)):
            return Say(customer, text)
        case ScriptedAction("switch tab", str(customer), tab=int(tab)):
            return SwitchTab(customer, tab)
        case ScriptedAction("pause", seconds=int() | float()):
            duration = _duration(scripted.seconds)
            return None if duration is None else Pause(duration)
        case ScriptedAction("break", str(customer), str(fault)):
            return Break(fault, customer)
        case ScriptedAction("impersonate", str(customer), str(victim)):
            return Impersonate(customer, victim)
        case ScriptedAction("omit user", str(customer)):
            return OmitUser(customer)
        case ScriptedAction("claim user", str(customer), str(victim)):
            return ClaimUser(customer, victim)
        case ScriptedAction("read", str(customer)):
            return Read(customer)
        case ScriptedAction("operate", text=str(sentence)):
            return Operate(Operation(sentence))
        case ScriptedAction("change catalogue", parts=tuple(parts)):
            return ChangeCatalogue(tuple(map(_stocked, parts)))
        case ScriptedAction("interrupt", text=str(text)):
            placed = Placed.parse(text)
            return Interrupt(placed.fault, placed.point, placed.after_turn)
        case ScriptedAction("resend", str(customer)):
            return Resend(customer)
        case ScriptedAction("resend unless answered", str(customer)):
            return Resend(customer, unless_answered=True)
        case _:
            return None


def _arranged(arrangement: Arrangement) -> Arranged:
    parts = arrangement.parts
    return Arranged(
        None if parts is None else _listed(parts),
        arrangement.memory_capacity,
        _seconds(arrangement.memory_idle_timeout),
        _seconds(arrangement.session_expiry),
        arrangement.model_answers,
        arrangement.model_failure,
    )


def _listed(parts: Sequence[StockedPart]) -> tuple[ArrangedPart, ...]:
    return tuple(ArrangedPart(one.name, one.price, one.bulk_price, one.stock) for one in parts)


def _stocked(part: ArrangedPart) -> StockedPart:
    return StockedPart(part.name, part.price, part.bulk_price, part.stock)


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _duration(seconds: float | None) -> timedelta | None:
    try:
        return None if seconds is None else timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"{seconds:g} seconds are no duration") from error
