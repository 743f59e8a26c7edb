"""The simpler forms of an example, in the order in which the shrinker tries them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate, permutations
from typing import Final

from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Pause,
    Read,
    Resend,
    Say,
    Script,
    SwitchTab,
    turns_of,
)
from simulators.explorer.replaying import Example
from simulators.faults.catalogue import named
from simulators.faults.fault import Fault
from simulators.plan import Placed
from simulators.targets.overlap import Order

LIGHTEST_FIRST: Final = (
    *("reload", "new-tab", "duplicate", "late-duplicate"),
    *("eviction", "memory-pressure"),
    *("before-idle-timeout", "idle-timeout", "after-idle-timeout"),
    *("restart", "crash", "failover", "deploy"),
    *("before-expiry", "lost-cookies", "clear-chat", "expiry", "after-expiry"),
    *("double-click", "concurrent-turn", "old-node-lives-on", "concurrent-nodes"),
    *("concurrent-sweep", "concurrent-clear", "clear-on-another-node"),
    *("model-429", "model-500", "model-timeout", "model-empty", "model-cut-off"),
    *("model-malformed", "slow-store", "store-error", "store-timeout", "store-error-after"),
    *("crash-before", "crash-after", "concurrent-crash", "concurrent-node-crash"),
    *("concurrent-crash-unsent", "concurrent-node-crash-unsent"),
)
"""The faults by weight: what customers do to themselves, what costs one session its place in
memory, what stops the whole service, what takes a day or ends the conversation, what lets two turns
overlap, and what strikes in the middle of one."""

_NUMBER: Final = " #"
_SHORT_PAUSES = tuple(timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def simpler(example: Example, shown: int, faults: Sequence[Fault]) -> Iterator[Example]:
    """Every form that is simpler by one step: with fewer faults, fewer tabs, a fault in an earlier
    place, fewer turns, a plainer order of two messages, a lighter fault, an earlier call, a shorter
    pause.

    `shown` is the last turn that it takes to see what is wrong; a lighter fault is one of
    `faults`.
    """
    yield from _with_fewer_faults(example)
    yield from _with_fewer_tabs(example)
    # Turns that come after what is wrong are the easiest to leave out.
    yield from _with_an_earlier_fault(example)
    yield from _with_fewer_turns(example, shown)
    yield from _with_a_plainer_order(example)
    yield from _with_a_lighter_fault(example, faults)
    yield from _with_an_earlier_call(example)
    yield from _with_a_shorter_pause(example)


def _with_fewer_faults(example: Example) -> Iterator[Example]:
    for position, left_out in enumerate(example.plan):
        rest = (*example.plan[:position], *example.plan[position + 1 :])
        yield _with_plan(example, [_after(left_out, placed) for placed in rest])
    for position, action in enumerate(example.script):
        if isinstance(action, Break | Interrupt):
            yield from _without(example, {position})
    for position, placed in enumerate(example.plan):
        if placed.is_given_up:
            yield _with_another(example, position, replace(placed, is_given_up=False))


def _with_fewer_tabs(example: Example) -> Iterator[Example]:
    positions = [at for at, action in enumerate(example.script) if _is_about_tabs(action)]
    if positions:
        yield from _without(example, positions)
    for position in positions:
        yield from _without(example, {position})


def _with_an_earlier_fault(example: Example) -> Iterator[Example]:
    """Faults of one turn go together, or each by itself."""
    for turn in dict.fromkeys(placed.after_turn for placed in example.plan):
        for earlier in range(1, turn):
            yield _with_plan(example, [_moved(placed, turn, earlier) for placed in example.plan])
    for position, placed in enumerate(example.plan):
        for earlier in range(1, placed.after_turn):
            yield _with_another(example, position, replace(placed, after_turn=earlier))


def _with_fewer_turns(example: Example, shown: int) -> Iterator[Example]:
    """Without what comes after what is wrong; without one of several customers; then without
    halves, quarters, and so on down to single actions, the last ones first (Zeller and
    Hildebrandt's delta debugging)."""
    script = example.script
    if shown < turns_of(script):
        turns = list(accumulate(int(isinstance(action, Say)) for action in script))
        yield from _without(example, range(turns.index(shown) + 1, len(script)))
    yield from _with_fewer_customers(example)
    size = len(script) // 2
    while size:
        for start in range(len(script) - size, -1, -size):
            yield from _without(example, range(start, start + size))
        size //= 2


def _with_fewer_customers(example: Example) -> Iterator[Example]:
    """A fault that struck the customer who is left out strikes one of the others instead."""
    customers = dict.fromkeys(one.customer for one in example.script if isinstance(one, Say))
    for customer, other in permutations(reversed(customers), 2):
        plan = tuple(
            replace(placed, customer=other) if placed.customer == customer else placed
            for placed in example.plan
        )
        positions = [at for at, one in enumerate(example.script) if customer in _people(one)]
        yield from _without(Example(example.script, plan), positions)


def _with_a_plainer_order(example: Example) -> Iterator[Example]:
    """With fewer switches between two messages that overlap."""
    for position, placed in enumerate(example.plan):
        if named(placed.fault).together is None:
            continue
        switches = Order.parse(placed.point).switches
        for left_out in range(len(switches)):
            rest = Order((*switches[:left_out], *switches[left_out + 1 :]))
            yield _with_another(example, position, replace(placed, point=str(rest)))


def _with_a_lighter_fault(example: Example, faults: Sequence[Fault]) -> Iterator[Example]:
    for position, placed in enumerate(example.plan):
        for fault in sorted(faults, key=_weight):
            if _weight(fault) < _weight(named(placed.fault)):
                for lighter in _instead(example.script, placed, fault):
                    yield _with_another(example, position, lighter)


def _with_an_earlier_call(example: Example) -> Iterator[Example]:
    """With a fault inside a turn at an earlier call of the same name. What stands behind the
    number of a call, such as its table, may be another one there: that one is left alone."""
    for position, placed in enumerate(example.plan):
        name, _, number = placed.point.rpartition(_NUMBER)
        if named(placed.fault).inside is not None and number.isdecimal():
            for earlier in range(1, int(number)):
                point = f"{name}{_NUMBER}{earlier}"
                yield _with_another(example, position, replace(placed, point=point))


def _with_a_shorter_pause(example: Example) -> Iterator[Example]:
    for position, action in enumerate(example.script):
        if isinstance(action, Pause):
            for duration in _SHORT_PAUSES:
                if duration < action.duration:
                    script = (*example.script[:position], Pause(duration))
                    yield Example((*script, *example.script[position + 1 :]), example.plan)


def _with_another(example: Example, position: int, instead: Placed) -> Example:
    """With another fault in the place of one of the plan's."""
    return _with_plan(example, [*example.plan[:position], instead, *example.plan[position + 1 :]])


def _with_plan(example: Example, plan: Iterable[Placed]) -> Example:
    """With these faults, in the order in which they strike."""
    return replace(example, plan=tuple(sorted(plan, key=_moment)))


def _moment(placed: Placed) -> tuple[int, bool, int, bool]:
    """When a fault strikes: inside the deliveries of a turn, before each but the first, at last
    after the turn."""
    is_after = not placed.point and not placed.tries
    return placed.after_turn, is_after, placed.tries, bool(placed.point)


def _after(left_out: Placed, placed: Placed) -> Placed:
    """A fault of a plan from which another one was left out. Without one inside a turn, its
    message is sent once less."""
    is_later = placed.after_turn == left_out.after_turn and placed.tries > left_out.tries
    return replace(placed, tries=placed.tries - 1) if left_out.point and is_later else placed


def _moved(placed: Placed, turn: int, earlier: int) -> Placed:
    return replace(placed, after_turn=earlier) if placed.after_turn == turn else placed


def _without(example: Example, positions: Collection[int]) -> Iterator[Example]:
    """Without some actions, as long as a turn is left. A fault after a turn that is left out
    strikes after the turn before it, or else after the first."""
    kept = [(action, at not in positions) for at, action in enumerate(example.script)]
    left = list(accumulate(int(is_kept) for action, is_kept in kept if isinstance(action, Say)))
    if left and left[-1]:
        plan = [
            replace(placed, after_turn=max(1, left[placed.after_turn - 1]))
            for placed in example.plan
        ]
        script = _numbered(action for action, is_kept in kept if is_kept)
        yield _with_plan(Example(script, ()), plan)


def _numbered(actions: Iterable[Action]) -> Script:
    """A script whose faults inside turns name the turn that comes next."""
    script: list[Action] = []
    turn = 1
    for action in actions:
        turn += isinstance(action, Say)
        if isinstance(action, Interrupt):
            action = replace(action, turn=turn)
        script.append(action)
    return tuple(script)


def _is_about_tabs(action: Action) -> bool:
    return isinstance(action, SwitchTab) or (
        isinstance(action, Break) and action.fault == "new-tab"
    )


def _people(action: Action) -> tuple[str, ...]:
    """Whom an action is about, where it is about somebody."""
    match action:
        case (
            Say(customer)
            | SwitchTab(customer)
            | Break(_, customer)
            | OmitUser(customer)
            | Read(customer)
            | Resend(customer)
        ):
            return (customer,)
        case Impersonate(customer, victim) | ClaimUser(customer, victim):
            return customer, victim
        case _:
            return ()


def _weight(fault: Fault) -> int:
    """How heavy a fault is; one without a place in the list is heavier than all others."""
    names = [*LIGHTEST_FIRST, fault.name]
    return names.index(fault.name)


def _instead(script: Script, placed: Placed, fault: Fault) -> Iterator[Placed]:
    """A fault in the place of another one: after the same turn, before it where that one strikes
    inside it, or at the same call, if it can strike there."""
    known = named(placed.fault)
    if fault.strikes_between_turns:
        earlier = (placed.after_turn - 1,) if placed.point and placed.after_turn > 1 else ()
        for turn in (*earlier, placed.after_turn):
            for customer in _struck(script, turn, placed, fault):
                yield Placed(turn, fault.name, customer)
    elif fault.together is not None:
        if known.together is not None:
            yield replace(placed, fault=fault.name)
    elif fault.inside is not None and (before := known.inside) is not None:
        # All that is known of the call is what the fault in the plan needed.
        changes = not before.at(placed.point, False, True)
        is_first = not before.at(placed.point, True, False)
        if fault.inside.at(placed.point, changes, is_first):
            yield replace(placed, fault=fault.name)


def _struck(script: Script, turn: int, placed: Placed, fault: Fault) -> Sequence[str]:
    """Whom a fault can strike after a turn, in the place of another one: the same customer, or
    else whoever has written by then, the last one first."""
    if not fault.strikes_a_customer:
        return (THE_CUSTOMER,)
    if named(placed.fault).strikes_a_customer:
        return (placed.customer,)
    writers = [action.customer for action in script if isinstance(action, Say)]
    return tuple(dict.fromkeys(reversed(writers[:turn])))
