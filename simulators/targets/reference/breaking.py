"""How the calls of the chat service to its ports fail, by the name of the break."""

from collections.abc import Callable
from functools import partial

from coolwind.errors import ModelUnavailable, StoreUnavailable
from simulators.errors import UsageError
from simulators.targets.interruption import Interruption, Kind


def _store_error() -> Exception:
    return StoreUnavailable("The store failed: send the message again.")


def _model_error(what: str) -> Exception:
    return ModelUnavailable(f"the language model {what}")


def _model_fails(what: str) -> Callable[[str], Interruption]:
    """It fails for the whole turn: what fails once is tried again."""
    return lambda point: Interruption(
        Kind.ERROR_BEFORE, point, partial(_model_error, what), every=True
    )


def _fails(kind: Kind) -> Callable[[str], Interruption]:
    return lambda point: Interruption(kind, point, _store_error)


_BREAKS: dict[str, Callable[[str], Interruption]] = {
    **{kind.value: _fails(kind) for kind in Kind},
    "model 429": _model_fails("answered 429: too many requests"),
    "model 500": _model_fails("answered 500: internal error"),
    "model timeout": _model_fails("did not answer in time"),
    "model cut off": _model_fails("was cut off in the middle of its answer"),
    "model empty": _model_fails("answered without any words"),
    "model malformed": _model_fails("answered what nobody can read"),
}


def interruption_of(break_: str, point: str) -> Interruption:
    """The break of that name, at that call. Raises `UsageError` where there is none."""
    if break_ not in _BREAKS:
        raise UsageError(f"there is no break {break_!r}; there are {', '.join(_BREAKS)}")
    return _BREAKS[break_](point)
