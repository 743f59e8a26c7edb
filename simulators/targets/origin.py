"""Where a target comes from: a module that is found by its name, and what that has in it."""

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoints, entry_points
from operator import attrgetter
from pathlib import Path
from types import ModuleType

from simulators.errors import UsageError

_GROUP = "coolwind.targets"
_FORMS = "give reference, a TOML file, asgi:MODULE:FACTORY, or MODULE:ATTRIBUTE"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an ASGI application comes from: the factory that makes it, what forgets every
    conversation, where there is such a function beside it, and the name of their module."""

    factory: Callable[[], object]
    reset: Callable[[], object] | None
    home: str


def origin_of(text: str, place: str, folder: Path | None = None) -> Origin:
    """What `MODULE:FACTORY` names. Modules are looked for in that folder, too. `text` is what the
    user calls the target. Raises `UsageError`."""
    from simulators.targets.drivers.sqlite import opened_for_any_thread

    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    with opened_for_any_thread():
        module, name = module_and_name(text, place)
    factory = attribute_of(text, module, name)
    if not _takes_nothing(factory):
        raise UsageError(
            f"the target {text!r} cannot be used: {name} in {module.__name__} is called with"
            " arguments, as an application is; name a function without any that makes one, or let a"
            ' server run it, with kind = "process" and a command'
        )
    reset = getattr(module, "reset", None)
    if reset is not None and not callable(reset):
        raise UsageError(
            f"the target {text!r} cannot be used: reset in {module.__name__} is no function; "
            "make it one that forgets every conversation, or name it differently"
        )
    return Origin(factory, reset, module.__name__)


def module_and_name(text: str, place: str) -> tuple[ModuleType, str]:
    """The module of `MODULE:NAME`, imported, and the name. Raises `UsageError`."""
    module_name, colon, name = place.partition(":")
    parts = [*module_name.split("."), *name.split(".")]
    if not colon or not all(part.isidentifier() for part in parts):
        raise UsageError(f"there is no target {text!r}; {_FORMS}{_or_brought()}")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(module_name), name
    except (Exception, SystemExit) as error:
        what = " ".join(str(error).split())
        raise UsageError(
            f"the target {text!r} cannot be used: importing {module_name} failed with "
            f"{type(error).__name__}: {what}; start from the folder that holds it, or mend it"
        ) from error


def brought() -> EntryPoints:
    """The entry points by which packages bring targets."""
    return entry_points(group=_GROUP)


def _or_brought() -> str:
    """The names of those, as the end of a sentence."""
    names = sorted(brought().names)
    return f", or {', '.join(names)}" if names else ""


def attribute_of(text: str, module: ModuleType, name: str) -> Callable[[], object]:
    """What the module has under a dotted name, which can be called. Raises `UsageError`."""
    try:
        attribute: object = attrgetter(name)(module)
    except AttributeError:
        raise UsageError(
            f"the target {text!r} cannot be used: {module.__name__} has no {name}; name a function"
            " of that module"
        ) from None
    if not callable(attribute):
        raise UsageError(
            f"the target {text!r} cannot be used: {name} in {module.__name__} is a"
            f" {type(attribute).__name__}; name a function that takes no arguments"
        )
    return attribute


def _takes_nothing(factory: Callable[[], object]) -> bool:
    """Whether it can be called without arguments, as far as it tells."""
    try:
        inspect.signature(factory).bind()
    except ValueError:
        return True
    except TypeError:
        return False
    return True
