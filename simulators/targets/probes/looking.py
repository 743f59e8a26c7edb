"""What a service keeps of a conversation, as its probe and its effects show it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from simulators.targets.configuration.expressions import as_text, found
from simulators.targets.configuration.tables import SESSION_NAMES, Configuration
from simulators.targets.configuration.templates import Values
from simulators.targets.probes.lists import Lists
from simulators.targets.probes.sources import USUAL, Leniency, look, wanted
from simulators.trace import Answer, JsonValue, Observation, Row


def observed(
    configuration: Configuration,
    names: Values,
    folder: Path,
    environment: Mapping[str, str],
    leniency: Leniency = USUAL,
    cleared: Observation | None = None,
    lists: Lists | None = None,
) -> Observation:
    """What is kept of the conversation that the names are of, and every effect so far; of a kind
    whose source asks for a name of the conversation, those of that alone. Of one that was cleared,
    where its source shows nothing any more, those that were seen before. `lists` takes note of
    where there was a list of them. Raises `TargetError` for a source that cannot be read."""
    document = _document(configuration, names, folder, environment, leniency)
    effects, own = {}, set()
    if lists is not None and configuration.probe is not None:
        lists.note_probe(configuration.probe, document)
    for kind, table in configuration.effects.items():
        has_source = any((table.url, table.command, table.file, table.sql))
        shows = look(table, names, folder, environment, leniency) if has_source else document
        source = table if has_source else configuration.probe
        if source is not None and not SESSION_NAMES.isdisjoint(wanted(source)):
            own.add(kind)
        rows = found(table.rows, shows)
        if lists is not None:
            lists.note(kind, table, shows, rows)
        shown = tuple(_row(item) for item in rows) if isinstance(rows, list) else ()
        before = cleared.effects.get(kind, ()) if cleared is not None and kind in own else ()
        # What an effect is counted in, nobody has cleared, unless it is the conversation itself.
        is_gone = not (has_source and isinstance(rows, list)) and len(shown) < len(before)
        effects[kind] = before if is_gone else shown
    probe = configuration.probe
    data = None if probe is None else found(probe.data, document)
    return Observation(None if data is None else _row(data), effects, frozenset(own))


def placed(
    answer: Answer,
    configuration: Configuration,
    names: Values,
    folder: Path,
    environment: Mapping[str, str],
    leniency: Leniency = USUAL,
) -> Answer:
    """An answer with the flow and the step that the probe tells of its session, where it does not
    say the step itself. Raises `TargetError` for a source that cannot be read."""
    probe = configuration.probe
    if answer.is_error or answer.step is not None:
        return answer
    if probe is None or (probe.flow is None and probe.step is None):
        return answer
    document = _document(configuration, names, folder, environment, leniency)
    flow, step = (as_text(found(one, document)) for one in (probe.flow, probe.step))
    return replace(answer, flow=answer.flow or flow, step=step, place_is_seen=True)


def _document(
    configuration: Configuration,
    names: Values,
    folder: Path,
    environment: Mapping[str, str],
    leniency: Leniency,
) -> JsonValue:
    probe = configuration.probe
    return None if probe is None else look(probe, names, folder, environment, leniency)


def _row(value: JsonValue) -> Row:
    return value if isinstance(value, Mapping) else {"value": value}
