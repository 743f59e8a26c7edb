"""Correct services of different design: none of them may raise an alarm."""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from simulators.campaign.campaign import Explored
from simulators.faults.catalogue import FAULTS, named
from simulators.faults.fault import Fault
from simulators.faults.together import TWO_TURNS_AT_ONCE
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Target
from tests.defects.clearing import KeepsTheCookies
from tests.defects.conversations import Conversation
from tests.defects.designs.carried import CarriedSessions
from tests.defects.designs.events import EventStore
from tests.defects.designs.leasing import LeasedNode, LeaseStore
from tests.defects.designs.modelled import RECORDED, FormByModel
from tests.defects.designs.nothing import RemembersNothing
from tests.defects.gallery import explored
from tests.defects.plain_service import PlainService


@dataclass(frozen=True, slots=True)
class Correct:
    """A service without a defect; `impossible` are the faults that its design leaves no place.

    `recorded` are the answers of the language model that it works with.
    """

    name: str
    design: str
    target: Callable[[], Target]
    impossible: tuple[str, ...] = ()
    recorded: Mapping[str, str] = field(default_factory=dict)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault that can strike it."""
        return tuple(fault for fault in FAULTS if fault.name not in self.impossible)

    def explored(
        self, conversation: Conversation, depth: int, faults: tuple[Fault, ...] | None = None
    ) -> Explored:
        """What the simulator finds of it in a conversation, with every fault or with these."""
        arrangement = replace(conversation.arrangement, model_answers=self.recorded)
        set_up = replace(conversation, arrangement=arrangement)
        return explored(self.target(), set_up, self.faults if faults is None else faults, depth)


def _correct(
    name: str,
    design: object,
    target: Callable[..., Target],
    impossible: tuple[str, ...] = (),
    recorded: Mapping[str, object] | None = None,
) -> Correct:
    words = str(inspect.getdoc(design)).split("\n\n")[0].replace("\n", " ")
    answers = {text: json.dumps(answer) for text, answer in (recorded or {}).items()}
    return Correct(name, words, partial(target, name), impossible, answers)


_WITHOUT_MEMORY = ("eviction", "memory-pressure")
# What reads every message by its model can go on without it, and cannot know what was said.
_WITHOUT_WORDS = tuple(fault.name for fault in FAULTS if fault.name.startswith("model-"))

CORRECT: tuple[Correct, ...] = (
    _correct("reference", ReferenceTarget, ReferenceTarget),
    _correct("memory-and-store", PlainService, partial(ReferenceTarget, build=PlainService)),
    _correct(
        "store-only",
        RemembersNothing,
        partial(ReferenceTarget, memory=RemembersNothing),
        _WITHOUT_MEMORY,
    ),
    _correct("events", EventStore, partial(ReferenceTarget, store=EventStore)),
    _correct(
        "signed-cookies",
        CarriedSessions,
        CarriedSessions,
        (
            *_WITHOUT_MEMORY,
            # A message that comes again carries the cookie of then, and is answered anew.
            *("duplicate", "late-duplicate"),
            *(fault.name for fault in TWO_TURNS_AT_ONCE),
        ),
    ),
    _correct(
        "leased-nodes",
        LeasedNode,
        partial(ReferenceTarget, build=LeasedNode, store=LeaseStore),
    ),
    _correct(
        "language-model",
        FormByModel,
        partial(ReferenceTarget, build=FormByModel),
        _WITHOUT_WORDS,
        RECORDED,
    ),
    _correct("keeps-the-cookies", KeepsTheCookies, partial(KeepsTheCookies, build=PlainService)),
)
"""Every correct service; the first is the reference core."""

OF_EACH_KIND = tuple(
    named(name)
    for name in (
        "crash",
        "failover",
        "before-idle-timeout",
        "before-expiry",
        "expiry",
        "lost-cookies",
        "duplicate",
    )
)
"""One fault of each kind: two of all that there are take minutes in a long conversation."""
