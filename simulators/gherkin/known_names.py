"""A name of the service in a step, held to those that the service knows."""

from collections.abc import Collection
from difflib import get_close_matches

from simulators.errors import ScenarioError


def check_known(what: str, name: str, known: Collection[str]) -> None:
    """Raise `ScenarioError` for a name that is none of these: a check would pass by it, whatever
    the service does."""
    if name in known:
        return
    near = get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]!r}" if near else f"write one of {', '.join(known)}"
    raise ScenarioError(f"the service knows no {what} {name!r}; {remedy}")
