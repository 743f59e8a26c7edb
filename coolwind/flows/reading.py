"""Reading a flow's stored state: shapes that no release wrote are errors, never guesses."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeGuard

from coolwind.errors import UnreadableState
from coolwind.flows.flow import JsonValue, State


@dataclass(frozen=True, slots=True)
class StateReader:
    """Takes typed values out of the state of the flow `flow`.

    Every method raises `UnreadableState`, naming flow, step and key, where the value has another
    shape.
    """

    flow: str
    steps: Collection[str]
    state: State

    @property
    def step(self) -> str:
        """The step, one of `steps`."""
        step = self.state.get("step")
        if not isinstance(step, str) or step not in self.steps:
            raise UnreadableState(
                f"flow {self.flow!r} has no step {step!r}; "
                f"migrate the stored state, or clear the conversation"
            )
        return step

    def text(self, key: str) -> str:
        """A string."""
        value = self.state.get(key)
        return value if isinstance(value, str) else self._refuse(key)

    def optional_text(self, key: str) -> str | None:
        """A string or null; a missing key is null."""
        return None if self.state.get(key) is None else self.text(key)

    def optional_number(self, key: str) -> int | None:
        """A whole number or null; a missing key is null."""
        return None if self.state.get(key) is None else self.number(key)

    def number(self, key: str) -> int:
        """A whole number."""
        value = self.state.get(key)
        return value if _is_number(value) else self._refuse(key)

    def numbers(self, key: str) -> Mapping[str, int]:
        """The whole numbers of the object under the key; a missing key is an empty one."""
        value = self.state.get(key, {})
        if not isinstance(value, Mapping):
            self._refuse(key)
        return {
            name: number if _is_number(number) else self._refuse(key)
            for name, number in value.items()
        }

    def flag(self, key: str) -> bool:
        """Whether a flag is set; a missing key is not."""
        value = self.state.get(key, False)
        return value if isinstance(value, bool) else self._refuse(key)

    def object(self, key: str) -> "StateReader":
        """A reader of the object under the key."""
        return self._reader_of(self.state.get(key), key)

    def objects(self, key: str) -> Iterator["StateReader"]:
        """Readers of the objects in the list under the key."""
        value = self.state.get(key)
        if not isinstance(value, list | tuple):
            self._refuse(key)
        for each in value:
            yield self._reader_of(each, key)

    def _reader_of(self, value: JsonValue, key: str) -> "StateReader":
        if not isinstance(value, Mapping):
            self._refuse(key)
        return StateReader(self.flow, self.steps, {"step": self.state.get("step"), **value})

    def _refuse(self, key: str) -> NoReturn:
        raise UnreadableState(
            f"flow {self.flow!r}, step {self.state.get('step')!r}: "
            f"the key {key!r} holds {type(self.state.get(key)).__name__}; "
            f"migrate the stored state, or clear the conversation"
        )


def _is_number(value: JsonValue) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
