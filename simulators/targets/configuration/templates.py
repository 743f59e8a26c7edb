"""Puts values in the place of names in braces."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from pydantic import JsonValue

from simulators.targets.configuration.tables import PLACE, names

Values: TypeAlias = Mapping[str, str | int | None]
"""What the names stand for; None for what is not known yet."""

LEFT_OUT = object()
_HEADER: Final = re.compile(r"[\t -~\xa0-\xff]*")


def filled(template: str, values: Values) -> str | None:
    """The text of a template; None where a value of it is not known yet."""
    if any(values.get(name) is None for name in names(template)):
        return None
    return PLACE.sub(lambda match: _put(match, values), template)


def filled_as_far_as_known(template: str, values: Values) -> str:
    """The text of a template, where a name that stands for nothing yet stays as it is written."""

    def put(place: re.Match[str]) -> str:
        return place[0] if place[1] and values.get(place[1]) is None else _put(place, values)

    return PLACE.sub(put, template)


def filled_table(templates: Mapping[str, str], values: Values) -> dict[str, str]:
    """The same of a table; a key whose value is not known yet is left out."""
    texts = {key: filled(template, values) for key, template in templates.items()}
    return {key: text for key, text in texts.items() if text is not None}


def _put(place: re.Match[str], values: Values) -> str:
    return str(values[place[1]]) if place[1] else place[0][0]


def is_header(text: str) -> bool:
    """Whether a header can have that value."""
    return _HEADER.fullmatch(text) is not None


def filled_json(template: JsonValue, values: Values) -> JsonValue:
    """The same of a JSON document; what is not known yet is left out of objects and lists, and a
    number that stands alone stays one."""
    document = _json(template, values)
    return None if document is LEFT_OUT else document  # type: ignore[return-value]


def _json(template: JsonValue, values: Values) -> object:
    match template:
        case str():
            place = PLACE.fullmatch(template)
            alone = values.get(place[1]) if place and place[1] else None
            if isinstance(alone, int):
                return alone
            text = filled(template, values)
            return LEFT_OUT if text is None else text
        case dict():
            fields = {key: _json(value, values) for key, value in template.items()}
            return {key: value for key, value in fields.items() if value is not LEFT_OUT}
        case list():
            items = [_json(item, values) for item in template]
            return [item for item in items if item is not LEFT_OUT]
        case _:
            return template
