"""The faults that strike inside a turn, at a call that the service makes to one of its ports.

Where nothing durable has changed in between, two places to crash in are one (B3, CrashMonkey): a
turn with w changes has w + 1 of them, before its first call and after each change.
"""

from collections.abc import Callable

from simulators.faults.fault import Contract, Fault, Fired, Inside, Stage
from simulators.targets.stores.file_calls import is_of_a_file
from simulators.targets.target import Capability

_GOES_ON = "Whether the message is sent again or not, the turn happens once, or not at all."
_TRY_AGAIN = "A clean error now; when the message is sent again, all is as if nothing had happened."
_SAYS_SORRY = "A sentence that says sorry in the place of the answer; the turn is not lost."


def _not_between(stage: Stage, customer: str) -> Fired:
    del stage, customer
    return Fired(False, "it strikes inside a turn, at a call that the service makes")


def _of_store(only_changes: bool) -> Callable[[str, bool, bool], bool]:
    return lambda name, changes, _: name.startswith("store.") and (changes or not only_changes)


def _on_the_way_to_a_store(only_changes: bool) -> Callable[[str, bool, bool], bool]:
    """A file is changed or is not: no answer can be lost or late."""
    at = _of_store(only_changes)
    return lambda name, changes, is_first: at(name, changes, is_first) and not is_of_a_file(name)


def _inside(
    name: str,
    sentence: str,
    contract: Contract,
    does: str,
    owes: str,
    inside: Inside,
    needs: Capability = Capability.POINTS,
) -> Fault:
    both = frozenset({Capability.POINTS, needs})
    return Fault(name, sentence, contract, does, owes, both, _not_between, inside)


def _of_model(what: str, does: str) -> Fault:
    return _inside(
        f"model-{what.replace(' ', '-')}",
        f'the language model fails with "{what}" at "{{point}}" in turn {{turn}}',
        Contract.RETRYABLE,
        does,
        _SAYS_SORRY,
        Inside(
            f"model {what}",
            lambda name, _, __: name.startswith("model.complete #"),
            spoils_reply=True,
        ),
        Capability.MODEL_FAILURE,
    )


INSIDE_TURNS: tuple[Fault, ...] = (
    _inside(
        "crash-before",
        'the server crashes before "{point}" in turn {turn}',
        Contract.TRANSPARENT,
        "The server dies with the message in its hands, before it has done anything.",
        _GOES_ON,
        Inside("crash before", lambda _, __, is_first: is_first, kills=True),
    ),
    _inside(
        "crash-after",
        'the server crashes after "{point}" in turn {turn}',
        Contract.TRANSPARENT,
        "The server dies in the middle of a turn, right after it has changed something durable.",
        _GOES_ON,
        Inside("crash after", lambda _, changes, __: changes, kills=True),
    ),
    _inside(
        "store-error",
        'the store fails before "{point}" in turn {turn}',
        Contract.RETRYABLE,
        "The store refuses a call, and does nothing of it.",
        _TRY_AGAIN,
        Inside("error before", _of_store(only_changes=False)),
        Capability.STORE_FAILURE,
    ),
    _inside(
        "store-error-after",
        'the store fails after "{point}" in turn {turn}',
        Contract.RETRYABLE,
        "The store does what it was asked for, and the service sees a failure.",
        _TRY_AGAIN,
        Inside("error after", _on_the_way_to_a_store(only_changes=True)),
        Capability.STORE_SILENCE,
    ),
    _inside(
        "store-timeout",
        'the store does not answer "{point}" in turn {turn}',
        Contract.RETRYABLE,
        "The store does nothing for ten seconds, and then the call fails.",
        _TRY_AGAIN,
        Inside("timeout", _on_the_way_to_a_store(only_changes=False)),
        Capability.STORE_SILENCE,
    ),
    _inside(
        "slow-store",
        'the store is slow at "{point}" in turn {turn}',
        Contract.TRANSPARENT,
        "The store takes ten seconds for a call.",
        "The message is answered, and the conversation goes on as if nothing had happened.",
        Inside("slow", _of_store(only_changes=False)),
        Capability.STORE_FAILURE,
    ),
    _of_model("429", "The language model has had too many requests."),
    _of_model("500", "The language model fails."),
    _of_model("timeout", "The language model does not answer in time."),
    _of_model("cut off", "The language model's answer ends in the middle."),
    _of_model("empty", "The language model's answer has no words."),
    _of_model("malformed", "The language model's answer cannot be read."),
)
"""Every fault of this kind."""
