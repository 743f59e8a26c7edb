"""Whether `rows` ever finds the list of effects that it is to find."""

import json
from typing import Final

from simulators.targets.configuration.tables import EffectTable
from simulators.trace import JsonValue

_EXCERPT: Final = 80


class Lists:
    """What was found at the looks so far: an empty list holds no effect yet, and where there is
    none at all, nothing will ever be counted."""

    def __init__(self) -> None:
        self.silent: dict[str, str | None] = {}
        """By kind, None where a list was found, and a sentence with the remedy where none was in
        what was looked at; nothing of a kind of which there was nothing to look at."""

    def note(self, kind: str, table: EffectTable, document: JsonValue, rows: JsonValue) -> None:
        """At a look, `rows` was found in that document."""
        name = f"effects.{kind}"
        if isinstance(rows, list):
            self.silent[name] = None
        elif document is not None and self.silent.get(name, "") is not None:
            excerpt = " ".join(json.dumps(document).split())[:_EXCERPT]
            self.silent[name] = (
                f"[{name}] counts nothing, because rows = {table.rows!r} was never a list, as in"
                f" {excerpt}; mend rows"
            )
