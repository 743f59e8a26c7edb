"""What the module globals of a service hold: its own in words, and the session IDs in the rest."""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Final, NamedTuple, cast

from simulators.targets.application.constants import is_constant
from simulators.targets.application.kinds import (
    BASES,
    Kind,
    attributes_of,
    is_beside_the_point,
    kind_of,
    referents_of,
)

_MOST_LOOKED_AT: Final = 5_000
"""Objects of others that are looked into behind one global."""
_MOST_ELSEWHERE: Final = 200
"""The same behind a container in a module of others: those of a conversation are few."""
_LONG_ENOUGH: Final = 8
"""Characters of an ID that is found in the middle of a text, too."""

_PLAIN: Final = frozenset({type(None), bool, int, float, complex, str, bytes})
_TEXTS: Final = (str, bytes)
_HOLDS_NOTHING: Final = _PLAIN - {bytes}


@dataclass(frozen=True, slots=True)
class Held:
    """What one global holds: what is of the service's own, in words, and which of the session IDs
    were seen."""

    words: tuple[str, ...]
    session_ids: frozenset[str]

    @property
    def is_nothing(self) -> bool:
        """Whether it is still to be filled."""
        return self.words == ("None",)

    def differs_from(self, before: "Held | None") -> bool:
        """Whether it holds something else than before."""
        return before is None or self.words != before.words


class Looked(NamedTuple):
    """What a global was seen to hold when this was its value."""

    value: object
    held: Held


@dataclass(slots=True)
class Look:
    """One look at the globals of modules. `owns` tells the service's own modules by their names;
    `session_ids` are looked for, but for what globals hold that are `known` by their names."""

    owns: Callable[[str], bool]
    session_ids: Collection[str]
    known: Mapping[str, Looked] = field(default_factory=dict)
    _looked_at: dict[str, Looked] = field(default_factory=dict)
    _seen: dict[int, object] = field(default_factory=dict)
    _searched: dict[int, object] = field(default_factory=dict)
    _words: list[str] = field(default_factory=list)
    _found: set[str] = field(default_factory=set)
    _locks: dict[int, object] = field(default_factory=dict)
    # Of this look alone: what an application makes anew at each start is not held for longer.
    _kinds: dict[type, Kind] = field(default_factory=dict)

    @property
    def locks(self) -> Collection[object]:
        """The locks that were seen, of threads and of event loops."""
        return self._locks.values()

    def at(self, modules: Mapping[str, ModuleType]) -> Mapping[str, Held]:
        """By name, such as `shop.chat.SESSIONS`, what each holds; `shop.chat.Chat.sessions` for
        what a class does."""
        found = dict[str, Held]()
        for module, content in sorted(modules.items()):
            for name, value in self._named(module, vars(content)):
                looked = self.known.get(name)
                if looked is None or looked.value is not value:
                    looked = Looked(value, self._held(value))
                found[name] = looked.held
                self._looked_at[name] = looked
        return found

    @property
    def constants(self) -> Mapping[str, Looked]:
        """Of what was looked at, what nobody can change, by name."""
        return {name: one for name, one in self._looked_at.items() if is_constant(one.value)}

    def elsewhere(self, modules: Mapping[str, ModuleType]) -> Sequence[str]:
        """The names of the containers in modules of others that hold one of the session IDs, each
        by the first of its names; a short ID may stand there by chance."""
        telling = [one for one in self.session_ids if len(one) >= _LONG_ENOUGH]
        look = Look(self.owns, telling)
        return [
            f"{module}.{variable}"
            for module, content in modules.items()
            if not self.owns(module)
            for variable, value in look._filled(vars(content))
            if look._holds_one(value)
        ]

    def _filled(self, variables: Mapping[str, object]) -> Sequence[tuple[str, object]]:
        """The containers among them, in an order that is always the same."""
        return sorted(
            (variable, value)
            for variable, value in list(variables.items())
            if (self._kinds.get(type(value)) or self._kind(type(value))).is_filled
            and not variable.startswith("__")
        )

    def _holds_one(self, item: object) -> bool:
        self._found = set()
        self._search(item, _MOST_ELSEWHERE)
        return bool(self._found)

    def _named(self, owner: str, variables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        for variable, value in sorted(variables.items()):
            if variable.startswith("__"):
                continue
            name = f"{owner}.{variable}"
            # A proxy would say of itself that it is something else, or fail to.
            if not issubclass(type(value), type):
                yield name, value
            elif name == _full_name(cast(type, value)):
                yield from self._named(name, vars(value))

    def _held(self, value: object) -> Held:
        if type(value) is FunctionType and not _keeps_something(value):
            return _PLAIN_FUNCTION
        self._words, self._found, self._seen = [], set(), {}
        try:
            self._tell(value)
        except (RuntimeError, RecursionError):
            # It changes while it is looked at, or has no end: what was seen until then counts.
            self._words.append("…")
        return Held(tuple(self._words), frozenset(self._found))

    def _tell(self, item: object) -> None:
        # Nearly all of it is plain, or one of Python's own containers.
        cls = type(item)
        if cls in _PLAIN:
            self._words.append(repr(item))
            if self.session_ids:
                self._search_text(item)
            return
        kind = self._kind(cls)
        if kind.is_lock:
            self._locks[id(item)] = item
        if kind.is_value:
            self._words.append(repr(item))
        elif not is_beside_the_point(item, kind) and id(item) not in self._seen:
            if kind.is_own or (issubclass(cls, FunctionType) and self.owns(_module(item))):
                self._words.append(cls.__qualname__)
                self._go_into(item, kind)
            else:
                self._search(item)

    def _kind(self, cls: type) -> Kind:
        known = self._kinds.get(cls)
        if known is None:
            known = self._kinds[cls] = kind_of(cls, self.owns)
        return known

    def _go_into(self, item: object, kind: Kind) -> None:
        self._seen[id(item)] = item
        # What a class of the service's own makes of looking into it is not called.
        match kind.base:
            case base if base is dict:
                for key, value in list(dict.items(cast(dict[object, object], item))):
                    # A registry of classes, and locks by session, hold nothing of a conversation.
                    if type(value) in _PLAIN or not self._is_passed_over(value):
                        self._tell(key)
                        self._tell(value)
            case base if type(item) is frozenset and {str}.issuperset(map(type, item)):
                self._tell_texts(cast(frozenset[str], item))
            case base if base in (set, frozenset):
                for one in sorted(base.__iter__(item), key=repr):
                    self._tell(one)
            case base if base in (list, tuple, deque):
                for one in list(base.__iter__(item)):
                    self._tell(one)
            case base if base is bytearray:
                self._words.append(repr(item))
        if type(item) not in BASES:
            for part in attributes_of(item, kind.slots):
                self._tell(part)

    def _is_passed_over(self, item: object) -> bool:
        """Whether it is beside the point; that a lock was seen counts even so."""
        kind = self._kind(type(item))
        if kind.is_lock:
            self._locks[id(item)] = item
        return is_beside_the_point(item, kind)

    def _search(self, item: object, most: int = _MOST_LOOKED_AT) -> None:
        """Look for session IDs in what libraries keep: what else it is, is their affair."""
        if not self.session_ids:
            return
        waiting, left, before, texts = deque([item]), most, set(self._found), list[str]()
        while waiting and left:
            one = waiting.popleft()
            cls = type(one)
            if issubclass(cls, _TEXTS):
                self._search_text(one)
            elif id(one) not in self._searched and not is_beside_the_point(one, self._kind(cls)):
                self._searched[id(one)] = one
                left -= 1
                # Most is text, which is searched together, or a number.
                held = referents_of(one)
                texts += [each for each in held if type(each) is str]
                waiting += [each for each in held if type(each) not in _HOLDS_NOTHING]
        self._search_texts(texts)
        self._words += sorted(self._found - before)

    def _tell_texts(self, texts: frozenset[str]) -> None:
        """Texts that nobody can change. A service may know thousands, so that they are told by
        their hash, which a set of texts keeps."""
        self._words.append(str(hash(texts)))
        self._search_texts(texts)

    def _search_texts(self, texts: Collection[str]) -> None:
        if texts and self.session_ids:
            self._found.update(one for one in self.session_ids if one in texts)
            self._search_text("\0".join(texts))

    def _search_text(self, text: object) -> None:
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        if isinstance(text, str):
            for one in self.session_ids:
                if one == text or (len(one) >= _LONG_ENOUGH and one in text):
                    self._found.add(one)


_PLAIN_FUNCTION: Final = Held((FunctionType.__qualname__,), frozenset())


def _keeps_something(function: FunctionType) -> bool:
    """Whether it is more than its code: most functions of a module are not."""
    return bool(
        function.__closure__
        or function.__defaults__
        or function.__kwdefaults__
        or function.__dict__
    )


def _full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _module(function: object) -> str:
    return str(cast(FunctionType, function).__module__)
