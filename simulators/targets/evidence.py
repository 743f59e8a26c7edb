"""What is told of a break that nobody saw take place."""

from typing import Protocol, runtime_checkable

from simulators.targets.target import Capability, Target


@runtime_checkable
class _Looking(Protocol):
    def unseen(self, capability: Capability) -> str:
        """What was looked for in vain, with the remedy; empty where no more is known."""
        ...


def unseen(target: Target, capability: Capability) -> str:
    """That it was not seen and, where the target knows, what to do about that."""
    told = f"no {capability.value} was seen to take place"
    why = target.unseen(capability) if isinstance(target, _Looking) else ""
    return f"{told}: {why}" if why else told
