"""Whether `rows` ever finds the list of effects that it is to find, and the probe what is kept."""

from collections.abc import Mapping, Sequence
from typing import Final

from simulators.targets.configuration.expressions import Finds, excerpt
from simulators.targets.configuration.tables import EffectTable, ProbeTable
from simulators.trace import JsonValue

_NOTHING_KEPT: Final = (
    "[probe] shows nothing, because there was nothing at its source at any look; mend that, or"
    " leave the table out"
)


class Lists:
    """What was found at the looks so far: an empty list holds no effect yet, and where there is
    none at all, nothing will ever be counted."""

    def __init__(self) -> None:
        self._silent: dict[str, str | None] = {}
        self._finds = Finds()
        self._sought: set[str] = set()
        self._counted: set[str] = set()

    @property
    def silent(self) -> Mapping[str, str | None]:
        """By kind, None where a list was found, and a sentence with the remedy where none was in
        what was looked at; nothing of a kind of which there was nothing to look at. So it is with
        the probe, and with its expressions."""
        return {**self._silent, **self._finds.silent}

    @property
    def absent(self) -> Sequence[str]:
        """Of which kinds there was none, ever, as sentences with the remedy. That is as it should
        be where no conversation came to one."""
        return [
            f"[{name}] counted nothing, because there was nothing at its source at any look; mend"
            " that, unless the scenario has no such effect"
            for name in sorted(self._sought - self._counted)
            if self._silent.get(name) is None
        ]

    def note(self, kind: str, table: EffectTable, document: JsonValue, rows: JsonValue) -> None:
        """At a look, `rows` was found in that document."""
        name = f"effects.{kind}"
        self._sought.add(name)
        if isinstance(rows, list):
            self._counted |= {name} if rows else set()
            self._silent[name] = None
        elif document is not None and self._silent.get(name, "") is not None:
            self._silent[name] = (
                f"[{name}] counts nothing, because rows = {table.rows!r} was never a list, as in"
                f" {excerpt(document)}; mend rows"
            )

    def note_probe(self, table: ProbeTable, document: JsonValue) -> None:
        """At a look, the probe found that document."""
        if document in (None, [], {}):
            self._silent.setdefault("probe", _NOTHING_KEPT)
            return
        self._silent["probe"] = None
        expressions = {"data": table.data, "flow": table.flow, "step": table.step}
        self._finds.note("probe", expressions, document)
