"""What an adapter has to bring, so that no run finds out halfway."""

from collections.abc import Mapping
from typing import Final

from simulators.targets.target import Capability

_ALWAYS: Final = ("begin", "deliver", "observe", "now", "lifetimes", "strike", "close")
_FOR: Final[Mapping[Capability, tuple[str, ...]]] = {
    Capability.ARRANGE: ("change_catalogue",),
    Capability.CLEAR: ("clear",),
    Capability.CLOCK: ("advance",),
    Capability.CONCURRENCY: ("deliver_both",),
    Capability.EVENTS: ("events",),
    Capability.FINGERPRINT: ("describe",),
    Capability.METRICS: ("metrics",),
    Capability.NAMES: ("names",),
    Capability.POINTS: ("points", "interrupt", "was_interrupted"),
    Capability.READ: ("read",),
    Capability.SNAPSHOT: ("snapshot", "restore"),
}


def lack_of(target: object) -> str | None:
    """What a target does not have that it needs, and the remedy; None where it has everything."""
    wanted = list(_ALWAYS)
    capabilities: object = getattr(target, "capabilities", None)
    if not isinstance(capabilities, frozenset) or not all(
        isinstance(one, Capability) for one in capabilities
    ):
        return "its capabilities are none; make them a frozenset of Capability"
    for one in sorted(capabilities):
        wanted += _FOR.get(one, ())
    missing = [name for name in wanted if not callable(getattr(target, name, None))]
    if missing:
        return (
            f"it has no {', '.join(missing)}; let it be a simulators.targets.target.Target, or"
            " declare less"
        )
    if not isinstance(getattr(target, "name", None), str):
        return "its name is no text; write what reports are to call it"
    return None
