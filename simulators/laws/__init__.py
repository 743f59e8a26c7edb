"""The laws: what must hold after a fault."""

from simulators.laws.law import Breach, Case, Law, case_of
from simulators.laws.session import EXPIRY, ISOLATION, LIVENESS, SESSION, TIER
from simulators.laws.state import DATA, EFFECT, REPLY, STEP

LAWS: tuple[Law, ...] = (ISOLATION, SESSION, EXPIRY, LIVENESS, EFFECT, STEP, DATA, REPLY, TIER)
"""Every law. Of several broken in one turn, the first one here is nearest to the cause."""

__all__ = [
    "DATA",
    "EFFECT",
    "EXPIRY",
    "ISOLATION",
    "LAWS",
    "LIVENESS",
    "REPLY",
    "SESSION",
    "STEP",
    "TIER",
    "Breach",
    "Case",
    "Law",
    "case_of",
]
