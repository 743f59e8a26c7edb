"""The JSON form of frozen dataclasses, derived from their annotations: written, read, described.

One shape serves the writer, the reader and the JSON Schema, so that the three cannot disagree.
Known annotations are str, int, float, bool, `X | None`, `tuple[X, ...]`, `Mapping[str, X]`,
dataclasses of these, and `Annotated` with a mark of this module.
"""

import marshal
import math
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from hashlib import blake2b
from inspect import getdoc, isclass
from typing import (
    Annotated,
    Protocol,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_Before = TypeVar("_Before")
_After = TypeVar("_After")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Marks a text that is one of a few words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Marks a number that is never below a bound."""

    bound: int


Count: TypeAlias = Annotated[int, AtLeast(0)]
Seconds: TypeAlias = Annotated[float, AtLeast(0)]


class Misfit(ValueError):
    """A value does not have its shape. `path` leads to it, from the outside in.

    In a row the places count from 1.
    """

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        self.problem = problem
        self.path = path
        super().__init__(f"{'.'.join(path)}: {problem}" if path else problem)

    def within(self, name: str) -> "Misfit":
        """The same misfit, seen from one level further out."""
        return Misfit(self.problem, (name, *self.path))


class Shape(Protocol):
    """What one annotation means in JSON."""

    def encode(self, value: object) -> Json:
        """The JSON form. Raises Misfit when the value does not have this shape."""
        ...

    def decode(self, value: Json) -> object:
        """The inverse of `encode`. Raises Misfit when the JSON does not have this shape."""
        ...

    def schema(self) -> dict[str, Json]:
        """The JSON Schema of what `encode` gives."""
        ...

    def parts(self) -> Iterable["Shape"]:
        """The shapes that this one is made of."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text, or one of a few words."""

    words: tuple[str, ...] = ()

    def encode(self, value: object) -> Json:
        """Also takes a subclass of str, such as a member of a StrEnum."""
        if not isinstance(value, str):
            raise Misfit(f"a text is expected, not {_kind_of(value)}")
        if self.words and value not in self.words:
            raise Misfit(f"{_shortened(value)} is none of {', '.join(self.words)}")
        return str(value)

    def decode(self, value: Json) -> object:
        return self.encode(value)

    def schema(self) -> dict[str, Json]:
        return {"type": "string", "enum": list(self.words)} if self.words else {"type": "string"}

    def parts(self) -> Iterable[Shape]:
        return ()


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""

    def encode(self, value: object) -> Json:
        if not isinstance(value, bool):
            raise Misfit(f"true or false is expected, not {_kind_of(value)}")
        return value

    def decode(self, value: Json) -> object:
        return self.encode(value)

    def schema(self) -> dict[str, Json]:
        return {"type": "boolean"}

    def parts(self) -> Iterable[Shape]:
        return ()


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number, or a whole one of any size."""

    whole: bool
    bound: int | None = None

    def encode(self, value: object) -> Json:
        wanted = "a whole number" if self.whole else "a number"
        accepted = int if self.whole else int | float
        if isinstance(value, bool) or not isinstance(value, accepted):
            raise Misfit(f"{wanted} is expected, not {_kind_of(value)}")
        if isinstance(value, float) and not math.isfinite(value):
            raise Misfit("a finite number is expected")
        if self.bound is not None and value < self.bound:
            raise Misfit(f"a number of at least {self.bound} is expected")
        return value

    def decode(self, value: Json) -> object:
        return self.encode(value)

    def schema(self) -> dict[str, Json]:
        kind: dict[str, Json] = {"type": "integer" if self.whole else "number"}
        return kind if self.bound is None else {**kind, "minimum": self.bound}

    def parts(self) -> Iterable[Shape]:
        return ()


@dataclass(frozen=True, slots=True)
class Maybe:
    """The inner shape, or nothing."""

    inner: Shape

    def encode(self, value: object) -> Json:
        return None if value is None else self.inner.encode(value)

    def decode(self, value: Json) -> object:
        return None if value is None else self.inner.decode(value)

    def schema(self) -> dict[str, Json]:
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}

    def parts(self) -> Iterable[Shape]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Row:
    """Any number of values of one shape, in order."""

    inner: Shape

    def encode(self, value: object) -> Json:
        if not isinstance(value, tuple | list):
            raise Misfit(f"a list is expected, not {_kind_of(value)}")
        return [_at(index + 1, self.inner.encode, item) for index, item in enumerate(value)]

    def decode(self, value: Json) -> object:
        if not isinstance(value, list):
            raise Misfit(f"a list is expected, not {_kind_of(value)}")
        return tuple(_at(index + 1, self.inner.decode, item) for index, item in enumerate(value))

    def schema(self) -> dict[str, Json]:
        return {"type": "array", "items": self.inner.schema()}

    def parts(self) -> Iterable[Shape]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Table:
    """Values of one shape by name; written in the order of the names."""

    inner: Shape

    def encode(self, value: object) -> Json:
        if not isinstance(value, Mapping):
            raise Misfit(f"a table is expected, not {_kind_of(value)}")
        if not all(isinstance(name, str) for name in value):
            raise Misfit("every name in the table must be a text")
        return {str(name): _at(name, self.inner.encode, value[name]) for name in sorted(value)}

    def decode(self, value: Json) -> object:
        if not isinstance(value, dict):
            raise Misfit(f"a table is expected, not {_kind_of(value)}")
        return {name: _at(name, self.inner.decode, item) for name, item in value.items()}

    def schema(self) -> dict[str, Json]:
        return {"type": "object", "additionalProperties": self.inner.schema()}

    def parts(self) -> Iterable[Shape]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Fields:
    """A dataclass; its fields are written in the order in which they are declared.

    A field that is not there is read as its default. A name that is no field is a misfit.
    """

    made: type
    shapes: Mapping[str, Shape]
    required: frozenset[str]

    def encode(self, value: object) -> dict[str, Json]:
        if not isinstance(value, self.made):
            raise Misfit(f"{self.made.__name__} is expected, not {_kind_of(value)}")
        return {
            name: _at(name, shape.encode, getattr(value, name))
            for name, shape in self.shapes.items()
        }

    def decode(self, value: Json) -> object:
        if not isinstance(value, dict):
            raise Misfit(f"{self.made.__name__} is expected, not {_kind_of(value)}")
        for name in value:
            if name not in self.shapes:
                raise Misfit(f"{_shortened(name)} is no field of {self.made.__name__}")
        for name in self.shapes:
            if name in self.required and name not in value:
                raise Misfit(f"the field is missing in {self.made.__name__}", (name,))
        return self.made(
            **{name: _at(name, self.shapes[name].decode, item) for name, item in value.items()}
        )

    def schema(self) -> dict[str, Json]:
        return {"$ref": f"#/$defs/{self.made.__name__}"}

    def definition(self, more: Mapping[str, Json] | None = None) -> dict[str, Json]:
        """The JSON Schema of the fields, to which `schema` refers; `more` are required too."""
        more = more or {}
        return {
            "description": " ".join((getdoc(self.made) or "").split()),
            "type": "object",
            "properties": {
                **more,
                **{name: shape.schema() for name, shape in self.shapes.items()},
            },
            "required": [*more, *(name for name in self.shapes if name in self.required)],
            "additionalProperties": False,
        }

    def parts(self) -> Iterable[Shape]:
        return self.shapes.values()


class Once:
    """The inner shape; what is equal in JSON is read as one object. It keeps all that it has read,
    so it is made for one reader alone."""

    def __init__(self, inner: Shape) -> None:
        self._inner = inner
        self._read: dict[str | bytes, object] = {}

    def encode(self, value: object) -> Json:
        return self._inner.encode(value)

    def decode(self, value: Json) -> object:
        try:
            key = value if isinstance(value, str) else _digest(value)
        except ValueError:
            # It is nested deeper than any shape: this says where.
            return self._inner.decode(value)
        if key not in self._read:
            self._read[key] = self._inner.decode(value)
        return self._read[key]

    def schema(self) -> dict[str, Json]:
        return self._inner.schema()

    def parts(self) -> Iterable[Shape]:
        return self._inner.parts()


def sharing(shape: Fields) -> Fields:
    """The same shape for one reader: parts that are equal, however many values they stand in, are
    read as one object, and take the time and the room of one."""
    return replace(shape, shapes={name: _once(part) for name, part in shape.shapes.items()})


def _once(shape: Shape) -> Shape:
    match shape:
        case Text():
            return Once(shape)
        case Fields():
            return Once(sharing(shape))
        case Row() | Table():
            return Once(replace(shape, inner=_once(shape.inner)))
        case Maybe():
            return Maybe(_once(shape.inner))
        case _:
            return shape


def _digest(value: Json) -> bytes:
    # Its second version writes equal values as equal bytes; later ones tell shared objects apart.
    return blake2b(marshal.dumps(value, 2), digest_size=16).digest()


def shape_of(annotation: object) -> Shape:
    """The shape of an annotation. Raises TypeError for one that has no JSON form."""
    if isclass(annotation) and hasattr(annotation, "__dataclass_fields__"):
        return fields_of(annotation)
    if (plain := _PLAIN.get(annotation)) is not None:
        return plain
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _marked(shape_of(arguments[0]), arguments[1])
    if (
        origin in (types.UnionType, Union)
        and len(arguments) == 2
        and arguments[1] is types.NoneType
    ):
        return Maybe(shape_of(arguments[0]))
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return Row(shape_of(arguments[0]))
    if origin is Mapping and arguments[0] is str:
        return Table(shape_of(arguments[1]))
    raise TypeError(f"{annotation!r} has no JSON form; use one of those that shape.py names")


def fields_of(made: type) -> Fields:
    """The shape of a dataclass. Raises TypeError when a field has no JSON form."""
    hints = get_type_hints(made, include_extras=True)
    declared = fields(made)
    return Fields(
        made,
        {one.name: shape_of(hints[one.name]) for one in declared},
        frozenset(one.name for one in declared if _is_required(one)),
    )


_PLAIN: Mapping[object, Shape] = {
    str: Text(),
    bool: Truth(),
    int: Number(whole=True),
    float: Number(whole=False),
}


def _marked(shape: Shape, mark: object) -> Shape:
    if isinstance(shape, Text) and isinstance(mark, OneOf):
        return Text(mark.words)
    if isinstance(shape, Number) and isinstance(mark, AtLeast):
        return Number(shape.whole, mark.bound)
    raise TypeError(f"{mark!r} does not go with {shape!r}")


def _is_required(one: Field[object]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _at(place: str | int, convert: Callable[[_Before], _After], item: _Before) -> _After:
    try:
        return convert(item)
    except Misfit as misfit:
        name = str(place)
        is_plain = isinstance(place, int) or name.isidentifier()
        raise misfit.within(name if is_plain else _shortened(name)) from None


def _kind_of(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _shortened(text: str) -> str:
    return ascii(text if len(text) <= 40 else text[:40] + "…")
