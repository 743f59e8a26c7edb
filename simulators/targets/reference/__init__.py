"""Coolwind's own chat service as a target: in this process, in virtual time, with snapshots.

It is the one place of the simulator that knows the chat core.
"""

from simulators.targets.reference.parts import (
    Deliverer,
    Parts,
    Service,
    build_outbox,
    build_service,
)
from simulators.targets.reference.target import ReferenceTarget

__all__ = ["Deliverer", "Parts", "ReferenceTarget", "Service", "build_outbox", "build_service"]
