"""Strangers, who write to the same service and push others out of memory."""

import uuid
from functools import cache

from simulators.targets.target import Delivery

_PREFIX = "stranger-"


@cache
def greeting_of(number: int) -> Delivery:
    """How the stranger of that number begins; always in the same words, so that the same few
    strangers come whenever there is a crowd."""
    name = f"{_PREFIX}{number}"
    return Delivery("Hello", name, str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.example.com")))


def is_stranger(customer_id: str) -> bool:
    """Whether it is the name of one of them."""
    return customer_id.startswith(_PREFIX)
