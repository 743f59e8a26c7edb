"""Which service is tested: from the text of `--target` to a target."""

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from operator import attrgetter
from pathlib import Path
from types import ModuleType

from simulators.errors import UsageError
from simulators.targets.adapter import lack_of
from simulators.targets.target import Target

REFERENCE = "reference"
_ASGI = "asgi:"
_TOML = ".toml"
_GROUP = "coolwind.targets"
_FORMS = "give reference, a TOML file, asgi:MODULE:FACTORY, or MODULE:ATTRIBUTE"


def choose(text: str, sites: int = 1) -> Target:
    """The target of that name. A service that is started here may stand at so many sites, to get
    ready for one conversation while another is played.

    `reference` is Coolwind's own chat service; a file that ends in `.toml` describes a service;
    `asgi:MODULE:FACTORY` is an ASGI application that the factory makes; `MODULE:ATTRIBUTE` whatever
    target the attribute, called without arguments, returns; any other name that of an entry point
    of the group `coolwind.targets`, called in the same way. Modules are looked for in the working
    directory, too. Raises `UsageError`.
    """
    if text == REFERENCE:
        from simulators.targets.reference import ReferenceTarget

        return ReferenceTarget()
    if text.startswith(_ASGI):
        return _asgi(text)
    if text.endswith(_TOML):
        from simulators.targets.described import described

        return described(text, sites)
    for adapter in entry_points(group=_GROUP, name=text):
        return _usable(text, adapter.value, _called(text, adapter.value, _loaded(text, adapter)))
    module, name = _split(text, text)
    return _usable(text, name, _called(text, name, _attribute(text, module, name)))


def _usable(text: str, name: str, target: object) -> Target:
    lack = lack_of(target)
    if lack is not None:
        raise UsageError(
            f"the target {text!r} cannot be used: {name}() returned a {type(target).__name__}, and"
            f" {lack}"
        )
    return target  # type: ignore[return-value]


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
        module, name = _split(text, place)
    factory = _attribute(text, module, name)
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


def _loaded(text: str, adapter: EntryPoint) -> Callable[[], object]:
    try:
        loaded: object = adapter.load()
    except (Exception, SystemExit) as error:
        what = " ".join(str(error).split())
        raise UsageError(
            f"the target {text!r} cannot be used: loading {adapter.value} failed with"
            f" {type(error).__name__}: {what}; mend the package that has it"
        ) from error
    if not callable(loaded):
        raise UsageError(
            f"the target {text!r} cannot be used: {adapter.value} is a {type(loaded).__name__}; let"
            " the entry point name a function that takes no arguments"
        )
    return loaded


def _asgi(text: str) -> Target:
    from simulators.targets.asgi import AsgiTarget

    origin = origin_of(text, text.removeprefix(_ASGI))
    return AsgiTarget(text, origin.factory, origin.reset, home=origin.home)


def _split(text: str, place: str) -> tuple[ModuleType, str]:
    module_name, colon, name = place.partition(":")
    parts = [*module_name.split("."), *name.split(".")]
    if not colon or not all(part.isidentifier() for part in parts):
        raise UsageError(f"there is no target {text!r}; {_FORMS}{_brought()}")
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


def _brought() -> str:
    """The targets that packages bring, as the end of a sentence."""
    names = sorted({adapter.name for adapter in entry_points(group=_GROUP)})
    return f", or {', '.join(names)}" if names else ""


def _attribute(text: str, module: ModuleType, name: str) -> Callable[[], object]:
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


def _called(text: str, name: str, factory: Callable[[], object]) -> object:
    try:
        return factory()
    except (Exception, SystemExit) as error:
        what = " ".join(str(error).split())
        raise UsageError(
            f"the target {text!r} cannot be used: {name}() failed with {type(error).__name__}:"
            f" {what}; name a function that takes no arguments and returns a target"
        ) from error
