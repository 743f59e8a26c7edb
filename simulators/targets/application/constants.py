"""What can never be anything else, however deep one looks into it."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from types import (
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Final
from uuid import UUID

_ATOMS: Final = frozenset(
    {
        *(type(None), bool, int, float, complex, str, bytes, range),
        *(date, datetime, time, timedelta, timezone, Decimal, Fraction, UUID, re.Pattern),
        # What a module holds is looked at where it is itself, and so is what a class holds.
        *(ModuleType, GetSetDescriptorType, MemberDescriptorType),
        *(MethodDescriptorType, WrapperDescriptorType),
    }
)
_CONTAINERS: Final = frozenset({tuple, frozenset})


def is_constant(item: object) -> bool:
    """Whether it is of Python's own classes, which nobody can change, through and through: an
    object of a subclass may have attributes."""
    waiting, seen = [item], set[int]()
    while waiting:
        one = waiting.pop()
        cls = type(one)
        if cls in _CONTAINERS:
            if id(one) not in seen:
                seen.add(id(one))
                assert isinstance(one, Iterable)
                waiting += one
        elif cls not in _ATOMS:
            return False
    return True
