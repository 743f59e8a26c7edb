"""Which service is tested: from the text of `--target` to a target."""

from collections.abc import Callable
from importlib.metadata import EntryPoint

from simulators.errors import UsageError
from simulators.targets.adapter import lack_of
from simulators.targets.origin import attribute_of, brought, module_and_name, origin_of
from simulators.targets.target import Target

REFERENCE = "reference"
_ASGI = "asgi:"
_TOML = ".toml"


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
    for adapter in brought().select(name=text):
        return _usable(text, adapter.value, _called(text, adapter.value, _loaded(text, adapter)))
    module, name = module_and_name(text, text)
    return _usable(text, name, _called(text, name, attribute_of(text, module, name)))


def _usable(text: str, name: str, target: object) -> Target:
    lack = lack_of(target)
    if lack is not None:
        raise UsageError(
            f"the target {text!r} cannot be used: {name}() returned a {type(target).__name__}, and"
            f" {lack}"
        )
    return target  # type: ignore[return-value]


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


def _called(text: str, name: str, factory: Callable[[], object]) -> object:
    try:
        return factory()
    except (Exception, SystemExit) as error:
        what = " ".join(str(error).split())
        raise UsageError(
            f"the target {text!r} cannot be used: {name}() failed with {type(error).__name__}:"
            f" {what}; name a function that takes no arguments and returns a target"
        ) from error
