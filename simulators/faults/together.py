"""The faults that let two things be served at once: a double click, two tabs, two nodes, a chat
that is cleared meanwhile, or that expires.

Every order of what the two ask of store, language model and mail server is one place to strike.
Where a process dies meanwhile, that is right after something durable has changed (B3, CrashMonkey):
to die before anything has is as if the messages had never come.
"""

from dataclasses import replace

from simulators.faults.fault import Beside, Contract, Fault, Fired, Stage, Together
from simulators.targets.target import Capability

_TWO_MESSAGES = frozenset({Capability.CONCURRENCY})
_TWO_COPIES = _TWO_MESSAGES | {Capability.REPETITION}
_A_CLEARING = _TWO_MESSAGES | {Capability.CLEAR}
_A_SWEEP = _TWO_MESSAGES | {Capability.SWEEP, Capability.EXACT_TIME, Capability.EXPIRY}
_ONCE = "The turn happens once; where the second message is refused, it is for this time alone."
_IN_TURN = (
    "Each message has its turn, in one order or the other; one that is refused meanwhile can be"
    " sent again."
)
_FORGOTTEN = (
    "The message belongs to the old conversation, which is over, or opens the new one; nothing of"
    " the old one comes back."
)
_IN_TIME = (
    "A message that comes one tick before the session expires goes on with all of it, or opens a"
    " new one."
)
_MADE_OR_NOT = (
    "Each turn without an answer has happened whole, or not at all; the rest goes on from there."
)
_OWED = {
    Beside.COPY: (Contract.RETRYABLE, _ONCE, _TWO_COPIES),
    Beside.NEXT: (Contract.RETRYABLE, _IN_TURN, _TWO_MESSAGES),
    Beside.CLEARING: (Contract.FRESH, _FORGOTTEN, _A_CLEARING),
    Beside.SWEEP: (Contract.FRESH, _IN_TIME, _A_SWEEP),
}


def _not_between(stage: Stage, customer: str) -> Fired:
    del stage, customer
    return Fired(False, "it strikes while two messages are served")


def _together(name: str, sentence: str, does: str, together: Together) -> Fault:
    contract, owes, needs = _OWED[together.beside]
    if together.on_two_nodes:
        needs |= {Capability.NODES}
    if together.kills:
        needs |= {Capability.ORDER}
    owes = _MADE_OR_NOT if together.leaves_alone else owes
    return Fault(name, sentence, contract, does, owes, needs, _not_between, together=together)


TWO_TURNS_AT_ONCE: tuple[Fault, ...] = (
    _together(
        "double-click",
        'the message of turn {turn} is sent twice at once, in the order "{point}"',
        "The message arrives a second time while the service is still at the first.",
        Together(Beside.COPY, on_two_nodes=False),
    ),
    _together(
        "concurrent-turn",
        'the next message overlaps turn {turn}, in the order "{point}"',
        "The next message, from another tab or another customer, arrives while the service is"
        " still at this one.",
        Together(Beside.NEXT, on_two_nodes=False),
    ),
    _together(
        "old-node-lives-on",
        'another node is sent the message of turn {turn}, too, in the order "{point}"',
        "The node that was taken for dead goes on with the message that another one got as well.",
        Together(Beside.COPY, on_two_nodes=True),
    ),
    _together(
        "concurrent-nodes",
        'the next message overlaps turn {turn} on another node, in the order "{point}"',
        "The next message arrives at another node while the first is still at this one.",
        Together(Beside.NEXT, on_two_nodes=True),
    ),
    _together(
        "concurrent-crash",
        'the server crashes while the next message overlaps turn {turn}, after "{point}"',
        "The server dies with two messages in its hands, right after it has changed something"
        " durable for one of them.",
        Together(Beside.NEXT, on_two_nodes=False, kills=True),
    ),
    _together(
        "concurrent-node-crash",
        'a node crashes while the next message overlaps turn {turn}, after "{point}"',
        "One of two nodes that serve a message each dies, right after it has changed something"
        " durable; the other goes on.",
        Together(Beside.NEXT, on_two_nodes=True, kills=True),
    ),
    _together(
        "concurrent-crash-unsent",
        "the server crashes while the next message overlaps turn {turn}, and nothing is sent again,"
        ' after "{point}"',
        "The server dies with two messages in its hands, and what has no answer is left alone.",
        Together(Beside.NEXT, on_two_nodes=False, kills=True, leaves_alone=True),
    ),
    _together(
        "concurrent-node-crash-unsent",
        "a node crashes while the next message overlaps turn {turn}, and nothing is sent again,"
        ' after "{point}"',
        "One of two nodes that serve a message each dies, and what has no answer is left alone.",
        Together(Beside.NEXT, on_two_nodes=True, kills=True, leaves_alone=True),
    ),
    _together(
        "concurrent-clear",
        'the chat is cleared while turn {turn} is served, in the order "{point}"',
        "The customer clears the chat while the service is still at a message of theirs.",
        Together(Beside.CLEARING, on_two_nodes=False),
    ),
    _together(
        "clear-on-another-node",
        'the chat is cleared on another node while turn {turn} is served, in the order "{point}"',
        "The customer clears the chat at another node than the one that is still at a message of"
        " theirs.",
        Together(Beside.CLEARING, on_two_nodes=True),
    ),
    _together(
        "concurrent-sweep",
        'a tick later old sessions are swept while turn {turn} is served, in the order "{point}"',
        "A tick goes by and the service forgets its expired sessions while it is still at a"
        " message.",
        Together(Beside.SWEEP, on_two_nodes=False),
    ),
)
"""Every fault of this kind."""


def without_a_crash(together: Together) -> Fault:
    """The fault that lets the two be served at once in the same way, and nobody dies."""
    way = replace(together, kills=False, leaves_alone=False)
    return next(fault for fault in TWO_TURNS_AT_ONCE if fault.together == way)
