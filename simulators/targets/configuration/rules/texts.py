"""The tables of a configuration that have texts with names in braces, and these texts."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from simulators.targets.configuration.rules.broken import Path
from simulators.targets.configuration.tables import (
    Call,
    Configuration,
    EffectTable,
    OpenTable,
    ProbeTable,
    ReadTable,
    RequestTable,
)


def calls(
    configuration: Configuration,
) -> Iterator[tuple[Path, Call | OpenTable | ReadTable | RequestTable]]:
    """Each request that a customer's page makes."""
    for table in ("request", "open", "clear", "read"):
        call = getattr(configuration, table)
        if call is not None:
            yield (table,), call


def hooks(configuration: Configuration) -> Iterator[tuple[Path, Call]]:
    """Each request by which the service is broken."""
    for key in ("evict", "clock"):
        call = getattr(configuration.faults, key)
        if isinstance(call, Call):
            yield ("faults", key), call


def sources(configuration: Configuration) -> Iterator[tuple[Path, ProbeTable | EffectTable]]:
    """Everything that is looked at."""
    if configuration.probe is not None:
        yield ("probe",), configuration.probe
    for kind, effect in configuration.effects.items():
        yield ("effects", kind), effect


def commands(configuration: Configuration) -> Iterator[tuple[Path, Sequence[str]]]:
    """Every program that is started, with its arguments."""
    for key in ("command", "setup", "reset", "restart", "crash", "incarnation", "evict"):
        command = getattr(configuration.target, key)
        if command is not None:
            yield ("target", key), command
    for path, source in sources(configuration):
        if source.command is not None:
            yield (*path, "command"), source.command


def texts_of_server(configuration: Configuration) -> Iterator[tuple[Path, str]]:
    """What a server is started and set up with."""
    target = configuration.target
    for key in ("command", "setup", "reset", "restart", "crash", "incarnation"):
        for argument in getattr(target, key) or ():
            yield ("target", key), argument
    for variable, value in target.env.items():
        yield ("target", "env", variable), value


def texts_of_call(
    path: Path, call: Call | OpenTable | ReadTable | RequestTable
) -> Iterator[tuple[Path, str]]:
    """What a request is made of."""
    yield (*path, "path"), call.path
    yield from (((*path, "json"), text) for text in _texts(call.json))
    for key in ("form", "query", "headers"):
        for name, text in (getattr(call, key) or {}).items():
            yield (*path, key, name), text


def texts_of_source(path: Path, source: ProbeTable | EffectTable) -> Iterator[tuple[Path, str]]:
    """Where it is looked."""
    for key in ("url", "file"):
        if (text := getattr(source, key)) is not None:
            yield (*path, key), text
    yield from (((*path, "command"), argument) for argument in source.command or ())
    if source.sql is not None:
        yield (*path, "sql", "url"), source.sql.url


def _texts(document: JsonValue) -> Iterator[str]:
    match document:
        case str():
            yield document
        case dict():
            for value in document.values():
                yield from _texts(value)
        case list():
            for item in document:
                yield from _texts(item)
